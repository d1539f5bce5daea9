"""Carries the person's wishes about folders to the house, one reading at a time, and tells the pages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QObject, Signal

from app.events import FileEvent, IndexDone, IndexEvent, IndexProgress
from app.values import FileState, Notice
from models.api import Cancel
from ui.window import words
from ui.window.house import Counts, FolderView, House
from ui.window.jobs import Job, Jobs
from ui.window.library.folder_card import Reading

_STEADY_S = 3.0
_REFRESH_S = 1.0


class Librarian(QObject):
    """`changed` brings the folders and totals anew, `progress` how far a path is (None when it is over)."""

    changed = Signal(list, object)
    progress = Signal(object, object)
    trouble = Signal(object)
    said = Signal(str, object)
    settled = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._house: House | None = None
        self._waiting: list[tuple[Path, bool]] = []
        self._job: Job[IndexEvent] | None = None
        self._now: Path | None = None
        self._began_s = self._refreshed_s = 0.0

    def move_in(self, house: House) -> None:
        """The house is open; what was asked for meanwhile begins."""
        self._house = house
        self.refresh()
        self._next()

    @property
    def reading(self) -> Path | None:
        """The folder being read."""
        return self._now

    def add(self, paths: Sequence[Path], *, again: bool = False) -> None:
        """Read these folders or files, after what is already being read."""
        for path in paths:
            if path != self._now and path not in [waiting for waiting, _ in self._waiting]:
                self._waiting.append((path, again))
        self._next()

    def pause(self, path: Path) -> None:
        """Stop reading a folder; what was read stays searchable."""
        self._waiting = [pair for pair in self._waiting if pair[0] != path]
        if path == self._now and self._job is not None:
            self._job.stop()

    def stop(self) -> None:
        """Stop reading altogether."""
        self._waiting.clear()
        if self._job is not None:
            self._job.stop()

    def remove(self, path: Path) -> None:
        """Take a folder and its index out; Undo reads it again."""
        house = self._house
        if house is None:
            return
        self.pause(path)

        def done(_: object) -> None:
            self.refresh()
            self.said.emit(words.removed(path.name), lambda: self.add([path]))

        self._jobs.once(lambda cancel: house.library.forget([path]), on_value=done, on_failed=self.trouble.emit)

    def refresh(self) -> None:
        """Ask the house for the folders and totals."""
        house = self._house
        if house is None:
            return

        def ask(cancel: Cancel) -> tuple[list[FolderView], Counts]:
            return list(house.library.folders()), house.library.counts()

        self._jobs.once(ask, on_value=lambda found: self.changed.emit(*found), on_failed=self.trouble.emit)

    # ------------------------------------------------------------ one reading

    def _next(self) -> None:
        house = self._house
        if house is None or self._job is not None or not self._waiting:
            return
        path, again = self._waiting.pop(0)

        def read(cancel: Cancel) -> Iterator[IndexEvent]:
            yield from house.library.index([path], again=again, cancel=cancel)

        self._now, self._began_s = path, time.monotonic()
        self.trouble.emit(None)
        self._job = self._jobs.start(read, on_batch=self._take, on_failed=self._failed, on_ended=self._ended)
        self.progress.emit(path, Reading(0, 0, ""))
        self.refresh()

    def _take(self, events: Sequence[IndexEvent]) -> None:
        latest: IndexProgress | None = None
        missing: FileEvent | None = None
        for event in events:
            match event:
                case IndexProgress():
                    latest = event
                case FileEvent():
                    if event.path == self._now and event.state is FileState.FAILED:
                        missing = event
                case IndexDone():
                    pass
                case _:
                    assert_never(event)
        if latest is not None:
            left = self._left(latest.done, latest.of)
            self.progress.emit(self._now, Reading(latest.done, latest.of, latest.now, left))
        if missing is not None:
            self.trouble.emit(Notice(f"{missing.path.name}: {missing.reason}", do=missing.hint))
        if time.monotonic() - self._refreshed_s > _REFRESH_S:
            self._refreshed_s = time.monotonic()
            self.refresh()

    def _left(self, done: int, of: int) -> str:
        # Nothing is promised before three seconds of a steady rate.
        spent_s = time.monotonic() - self._began_s
        if spent_s < _STEADY_S or done < 2 or of <= done:
            return ""
        return words.time_left(spent_s / done * (of - done))

    def _failed(self, notice: Notice) -> None:
        self.trouble.emit(notice)

    def _ended(self) -> None:
        path, self._now, self._job = self._now, None, None
        self.progress.emit(path, None)
        self.refresh()
        if not self._waiting:
            self.settled.emit()
        self._next()
