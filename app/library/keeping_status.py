"""What keeping up tells: how far it is, for each folder and in all, and how long it will honestly take."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

STEADY_S = 3.0
"""Nothing is promised before so many seconds of work, and never from fewer than this many files or passages."""
_LEAST_STEPS = 2
_WINDOW_S = 60.0


class KeepingState(StrEnum):
    """What the background is doing."""

    LOOKING = "looking"
    """Comparing the folders with the library."""
    READING = "reading"
    UP_TO_DATE = "up_to_date"
    PAUSED = "paused"
    ON_BATTERY = "on_battery"
    DISK_FULL = "disk_full"
    WAITING = "waiting"
    """A person goes first."""
    AWAY = "away"
    """A folder's disk is not there; what was read of it is kept."""
    TROUBLE = "trouble"
    """Something failed; it is tried again in a while."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """One added folder: files read of those that needed it in this round, and their bytes."""

    path: Path
    state: KeepingState
    done: int = 0
    of: int = 0
    done_bytes: int = 0
    of_bytes: int = 0


@dataclass(frozen=True, slots=True)
class KeepingStatus:
    """The whole. `done` of `of` files of this round; `without_meaning` passages found by words so far."""

    state: KeepingState
    done: int = 0
    of: int = 0
    done_bytes: int = 0
    of_bytes: int = 0
    now: str = ""
    """Name of the file being read."""
    passages: int = 0
    """In the library."""
    without_meaning: int = 0
    seconds_left: float | None = None
    """From the speed measured in this round; None until it can be told."""
    says: str = ""
    """The one sentence a person reads when it does not work: "Paused on battery."; empty when it does."""
    folders: tuple[FolderStatus, ...] = ()


class Speed:
    """How fast something goes, from its last minute of work; pauses are not work."""

    def __init__(self) -> None:
        self._steps: deque[tuple[float, float]] = deque()
        """(seconds of work, amount) of each step."""
        self._worked_s = 0.0
        self._amount = 0.0

    def add(self, amount: float, seconds: float) -> None:
        """A step of work took so long."""
        self._steps.append((seconds, amount))
        self._worked_s += seconds
        self._amount += amount
        while len(self._steps) > _LEAST_STEPS and self._worked_s - self._steps[0][0] > _WINDOW_S:
            seconds, amount = self._steps.popleft()
            self._worked_s -= seconds
            self._amount -= amount

    def seconds_for(self, amount: float) -> float | None:
        """How long so much will take; None when it cannot be told yet."""
        if amount <= 0:
            return 0.0
        if self._worked_s < STEADY_S or len(self._steps) < _LEAST_STEPS or self._amount <= 0:
            return None
        return amount * self._worked_s / self._amount


class Stopwatch:
    """Seconds since it was last read."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def lap(self) -> float:
        """Seconds since the last lap, or since it was made."""
        now = time.monotonic()
        passed, self._at = now - self._at, now
        return passed
