"""Who goes first: a person who waits for something goes before everything that is read in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from models.api import Cancel

LINGER_S = 0.4
"""After a question the next click follows soon: the background begins again only after this."""
_LOOK_S = 0.5


class Pace:
    """Counts the people and runs that wait, and lets background work pass when there are none. Any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._people = 0
        self._runs = 0
        self._resting = False
        self._quiet_at = 0.0
        self._steps: set[Cancel] = set()

    @contextmanager
    def person(self) -> Iterator[None]:
        """While this is open someone waits for an answer or speaks: background work stops at its next step."""
        with self._changed:
            self._people += 1
            if not self._runs:
                self._stop_steps()
        try:
            yield
        finally:
            with self._changed:
                self._people -= 1
                self._quiet_at = time.monotonic() + LINGER_S
                self._changed.notify_all()

    @contextmanager
    def run(self) -> Iterator[None]:
        """While this is open the person asked for files to be read now: rounds in the background wait."""
        with self._changed:
            self._runs += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._runs -= 1
                self._changed.notify_all()

    def rest(self, on: bool) -> None:
        """Let the background rest (a pause, a battery, a full disk), or go on."""
        with self._changed:
            self._resting = on
            if on and not self._runs:
                self._stop_steps()
            self._changed.notify_all()

    @property
    def person_waits(self) -> bool:
        """Whether someone waits now, or did a moment ago."""
        return self._people > 0 or time.monotonic() < self._quiet_at

    def wait_in_background(self, cancel: Cancel) -> None:
        """Return when nobody waits, no run was asked for and the background may work, or at a stop."""
        self._wait(cancel, background=True)

    @contextmanager
    def step(self, cancel: Cancel) -> Iterator[Cancel]:
        """One step of meanings: waits its turn, then gives a stop that also comes when a person does. In a run that was
        asked for it does not wait: that person waits for this very step."""
        self._wait(cancel, background=False)
        step = Cancel()
        with self._changed:
            self._steps.add(step)
            if cancel.stopped or (self._people and not self._runs):
                step.stop()
        try:
            yield step
        finally:
            with self._changed:
                self._steps.discard(step)

    def stop_steps(self) -> None:
        """End the steps in hand; what they did is done again."""
        with self._changed:
            self._stop_steps()
            self._changed.notify_all()

    def _stop_steps(self) -> None:
        for step in self._steps:
            step.stop()

    def _wait(self, cancel: Cancel, *, background: bool) -> None:
        with self._changed:
            while not cancel.stopped:
                left_s = self._quiet_at - time.monotonic()
                quiet = not self._people and left_s <= 0 and not self._resting
                if not background if self._runs else quiet:
                    return
                self._changed.wait(left_s if 0 < left_s < _LOOK_S else _LOOK_S)
