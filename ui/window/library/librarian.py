"""Carries the person's wishes about folders to the house, follows what is being read, and tells the pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.values import Notice
from models.api import Cancel
from ui.window import library_words as words
from ui.window.house import Counts, FolderView, House, Works
from ui.window.jobs import Jobs
from ui.window.library.attempts import Attempts

_LOOK_MS, _CALM_LOOK_MS = 250, 1_000
_REFRESH_S = 1.0
_CALM_LOOKS = 1
"""Between two rounds the house stands still for a moment: so many looks must find it calm before it is over."""


class Librarian(QObject):
    """`changed` brings the folders and totals anew, `worked` what is going on in them. `said` is a toast: a message,
    what Undo does, and what is done once it can no longer be undone. `settled` fires when nothing is read any more."""

    changed = Signal(list, object)
    worked = Signal(object)
    trouble = Signal(object)
    said = Signal(str, object, object)
    settled = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self.house: House | None = None
        self.attempts = Attempts(jobs, refresh=self.refresh, parent=self)
        self.leaving: list[Path] = []
        """Folders the person removed, still in the library until the removal can no longer be undone."""
        self._waiting: list[tuple[Path, bool]] = []
        self._works = Works()
        self._found: tuple[Sequence[FolderView], Counts | None] = ((), None)
        self._looking = self._refreshing = self._stale = False
        self._unsettled, self._calm_looks = False, 0
        self._refreshed_s = 0.0
        self._took_s = 0.0
        self._clock = QTimer(self)
        self._clock.setInterval(_CALM_LOOK_MS)
        self._clock.timeout.connect(self.look)

    def move_in(self, house: House) -> None:
        """The house is open; what was asked for meanwhile begins."""
        self.house = house
        self.attempts.move_in(house)
        self.refresh()
        self._clock.start()
        waiting, self._waiting = self._waiting, []
        for path, again in waiting:
            self.add([path], again=again)

    # ------------------------------------------------------------ following

    @property
    def reading(self) -> bool:
        """Whether something is being read now."""
        return self._works.moving

    def look(self) -> None:
        """Ask what is going on; the next look is soon while something moves."""
        house = self.house
        if house is None or self._looking:
            return
        self._looking = True
        self._jobs.once(lambda cancel: house.library.works(), on_value=self._seen, on_failed=self._not_seen)

    def _not_seen(self, notice: Notice) -> None:
        self._looking = False
        self.trouble.emit(notice)

    def _seen(self, works: Works) -> None:
        self._looking = False
        before, self._works = self._works, works
        if works != before:
            self.worked.emit(works.folders)
        moving = works.moving
        self._clock.setInterval(_LOOK_MS if moving or self._unsettled else _CALM_LOOK_MS)
        if works != before and (
            not moving or time.monotonic() - self._refreshed_s > max(_REFRESH_S, 10 * self._took_s)
        ):
            self.refresh()
        if moving:
            self._unsettled, self._calm_looks = True, 0
        elif self._unsettled and self._calm_looks < _CALM_LOOKS:
            self._calm_looks += 1
        elif self._unsettled:
            self._unsettled = False
            self.refresh()
            self.settled.emit()

    def refresh(self) -> None:
        """Ask the house for the folders and totals."""
        house = self.house
        if house is None:
            return
        if self._refreshing:
            self._stale = True
            return
        self._refreshing, self._refreshed_s = True, time.monotonic()

        def ask(cancel: Cancel) -> tuple[list[FolderView], Counts, Works]:
            # At one moment: what was read and what waits must add up.
            return list(house.library.folders()), house.library.counts(), house.library.works()

        self._jobs.once(ask, on_value=self._refreshed, on_failed=self._not_refreshed)

    def _refreshed(self, found: tuple[list[FolderView], Counts, Works]) -> None:
        self._took_s = time.monotonic() - self._refreshed_s
        self._refreshing = False
        self._found = found[:2]
        self.worked.emit(found[2].folders)
        self._tell()
        if self._stale:
            self._stale = False
            self.refresh()

    def _not_refreshed(self, notice: Notice) -> None:
        self._refreshing = False
        self.trouble.emit(notice)

    def _tell(self) -> None:
        folders, counts = self._found
        self.changed.emit([folder for folder in folders if folder.path not in self.leaving], counts)

    # ------------------------------------------------------------ wishes

    def add(self, paths: Sequence[Path], *, again: bool = False) -> None:
        """Read these folders or files."""
        house = self.house
        if house is None:
            self._waiting += [(path, again) for path in paths]
            return
        self.leaving = [path for path in self.leaving if path not in paths]
        self.trouble.emit(None)
        self._unsettled, self._calm_looks = True, 0
        self.wish(lambda: house.library.add(paths, again=again))

    def pause(self, path: Path, on: bool) -> None:
        """Let a folder rest, or go on; what was read stays searchable."""
        if self.house is not None:
            self.wish(partial(self.house.library.pause, path, on))

    def read_now(self) -> None:
        """Read although the computer runs on its battery."""
        if self.house is not None:
            self.wish(self.house.library.read_now)

    def stop(self) -> None:
        """Let everything that is being read rest."""
        for work in self._works.folders:
            if work.state in ("looking", "reading", "waiting"):
                self.pause(work.path, True)

    def set_never_cloud(self, path: Path, on: bool) -> None:
        """Mark a folder or file; nothing of it is ever sent. Undo takes the mark back."""
        house = self.house
        if house is not None:
            self.wish(partial(house.library.set_never_cloud, path, on))
            undo = partial(self.wish, partial(house.library.set_never_cloud, path, not on))
            self.said.emit(words.never_cloud_set(path.name, on), undo, None)

    def hide_kind(self, path: Path, ending: str) -> None:
        """Leave out the files with an ending in one folder; Undo brings them back."""
        house = self.house
        if house is None:
            return
        rules = house.library.rules

        def hide(cancel: Cancel) -> object:
            before = rules(path)
            house.library.hide_kind(path, ending)
            return before

        def done(before: object) -> None:
            self.refresh()
            undo = partial(self.wish, partial(house.library.set_rules, path, before))  # type: ignore[arg-type]  # it is the Rules asked for above
            self.said.emit(words.hidden(ending), undo, None)

        self._jobs.once(hide, on_value=done, on_failed=self.trouble.emit)

    def remove(self, path: Path) -> None:
        """Take a folder out: gone from the page at once, from the disk when it can no longer be undone."""
        if self.house is None or path in self.leaving:
            return
        self.leaving.append(path)
        self._tell()
        self.said.emit(words.removed(path.name), partial(self._stay, path), partial(self._leave, path))

    def _stay(self, path: Path) -> None:
        if path in self.leaving:
            self.leaving.remove(path)
            self._tell()

    def _leave(self, path: Path) -> None:
        house = self.house
        if house is None or path not in self.leaving:
            return

        def gone() -> None:
            if path in self.leaving:
                self.leaving.remove(path)

        self.wish(lambda: house.library.forget([path]), then=gone)

    def remove_files(self, folder: Path, files: Sequence[Path], *, undone: Callable[[], None]) -> None:
        """Search some files of a folder no longer; they are hidden already, and kept until it cannot be undone."""
        house = self.house
        if house is None or not files:
            return
        done = partial(self.wish, lambda: house.library.leave_out(folder, files))
        self.said.emit(words.file_removed(len(files), files[0].name), undone, done)

    def wish(self, work: Callable[[], object], *, then: Callable[[], None] | None = None) -> None:
        """Do something in the house, then look at what became of it."""

        def done(_: object) -> None:
            if then is not None:
                then()
            self.refresh()
            self.look()

        self._jobs.once(lambda cancel: work(), on_value=done, on_failed=self.trouble.emit)
