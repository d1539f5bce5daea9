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
        self._step: Cancel | None = None

    @contextmanager
    def person(self) -> Iterator[None]:
        """While this is open someone waits for an answer or speaks: background work stops at its next step."""
        with self._changed:
            self._people += 1
            if self._step is not None:
                self._step.stop()
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
            if on and not self._runs and self._step is not None:
                self._step.stop()
            self._changed.notify_all()

    @property
    def person_waits(self) -> bool:
        """Whether someone waits now, or did a moment ago."""
        return self._people > 0 or time.monotonic() < self._quiet_at

    def wait_for_person(self, cancel: Cancel) -> None:
        """Return when nobody waits, or at a stop."""
        self._wait(cancel, background=False)

    def wait_in_background(self, cancel: Cancel) -> None:
        """Return when nobody waits, no run was asked for and the background may work, or at a stop."""
        self._wait(cancel, background=True)

    @contextmanager
    def step(self, cancel: Cancel) -> Iterator[Cancel]:
        """One step of meanings: waits its turn, then gives a stop that also comes when a person does."""
        self._wait(cancel, background=False, resting=True)
        step = Cancel()
        with self._changed:
            self._step = step
            if cancel.stopped or self._people:
                step.stop()
        try:
            yield step
        finally:
            with self._changed:
                self._step = None

    def stop_step(self) -> None:
        """End the step in hand; what it did is done again."""
        with self._changed:
            if self._step is not None:
                self._step.stop()
            self._changed.notify_all()

    def _wait(self, cancel: Cancel, *, background: bool, resting: bool = False) -> None:
        with self._changed:
            while not cancel.stopped:
                left_s = self._quiet_at - time.monotonic()
                if not self._people and left_s <= 0:
                    rests = self._resting and not self._runs and (background or resting)
                    if not rests and not (background and self._runs):
                        return
                self._changed.wait(left_s if 0 < left_s < _LOOK_S else _LOOK_S)
