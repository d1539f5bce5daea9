"""What keeping up tells: how far it is, for each folder and in all, and how long it will honestly take."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

STEADY_S = 3.0
"""Nothing is promised before so many seconds of work, and never from fewer than this many files or passages."""
_LEAST_STEPS = 2
_WINDOW_S = 60.0
_A_FILE_BYTES = 8_000
"""Opening a small file takes about as long as reading so many bytes of a large one."""


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
    now: str = ""
    """Name of the file of it that is being read, or was read last."""


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


@dataclass(slots=True)
class _Count:
    done: int = 0
    of: int = 0
    done_bytes: int = 0
    of_bytes: int = 0


class Tally:
    """What one round found and did, written by the run and read by whoever asks. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: dict[Path, _Count] = {}
        self._reading, self._meaning = Speed(), Speed()
        self._passages = self._work = 0
        self.state = KeepingState.LOOKING
        self.now = ""
        self._now_in: dict[Path, str] = {}

    def found(self, folder: Path, size_bytes: int) -> None:
        """A file of an added folder needs reading."""
        with self._lock:
            count = self._folders.setdefault(folder, _Count())
            count.of += 1
            count.of_bytes += size_bytes

    def begins(self, name: str, folder: Path | None = None) -> None:
        """A file of an added folder is read now."""
        self.now, self.state = name, KeepingState.READING
        if folder is not None:
            with self._lock:
                self._now_in[folder] = name

    def done(self, folder: Path, size_bytes: int, passages: int, seconds: float) -> None:
        """A file is done; `seconds` is what it took of the readers' time together."""
        with self._lock:
            count = self._folders.setdefault(folder, _Count())
            count.done += 1
            count.done_bytes += size_bytes
            self._reading.add(_work_of(1, size_bytes), seconds)
            self._work += _work_of(1, size_bytes)
            self._passages += passages

    def embedded(self, passages: int, seconds: float) -> None:
        """Passages got their meaning."""
        with self._lock:
            self._meaning.add(passages, seconds)

    def folder(self, path: Path, state: KeepingState) -> FolderStatus:
        """How far one folder is."""
        with self._lock:
            count = self._folders.get(path, _Count())
            now = self._now_in.get(path, "") if count.done < count.of else ""
            return FolderStatus(path, state, count.done, count.of, count.done_bytes, count.of_bytes, now)

    def passages_to_come(self) -> int:
        """Passages expected of the files still to be read, told from those that were; 0 while nothing is known."""
        with self._lock:
            counts = self._folders.values()
            left = _work_of(sum(c.of - c.done for c in counts), sum(c.of_bytes - c.done_bytes for c in counts))
            return left * self._passages // self._work if self._work else 0

    def told(self, status: KeepingStatus) -> KeepingStatus:
        """A status with the counts of this round. Reading and meanings go on side by side: the slower one counts."""
        to_come = self.passages_to_come()
        with self._lock:
            counts = list(self._folders.values())
            done, of = sum(c.done for c in counts), sum(c.of for c in counts)
            done_bytes, of_bytes = sum(c.done_bytes for c in counts), sum(c.of_bytes for c in counts)
            reading_s = self._reading.seconds_for(_work_of(of - done, of_bytes - done_bytes))
            meaning_s = self._meaning.seconds_for(status.without_meaning + to_come)
        left_s = None if reading_s is None or meaning_s is None else max(reading_s, meaning_s)
        if self.state is KeepingState.LOOKING:
            left_s = None
        return replace(
            status, done=done, of=of, done_bytes=done_bytes, of_bytes=of_bytes, now=self.now, seconds_left=left_s
        )


def _work_of(files: int, size_bytes: int) -> int:
    """The work of reading: bytes, and a little for opening each file."""
    return size_bytes + files * _A_FILE_BYTES
