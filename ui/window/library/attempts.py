"""Reads single files when the person asks for it: with a password, by OCR, although large, or to have them fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.events import FileEvent
from app.values import FileState, Notice, TroubleKind
from models.api import Cancel
from ui.window import library_words as words
from ui.window.house import House
from ui.window.jobs import Job, Jobs
from ui.window.library.wishes import Attempt, Wish


class Attempts(QObject):
    """`changed` brings all attempts under way or failed, by the path of their wish."""

    changed = Signal(object)

    def __init__(self, jobs: Jobs, *, refresh: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._refresh = jobs, refresh
        self._house: House | None = None
        self._attempts: dict[Path, Attempt] = {}
        self._running: dict[Path, Job[FileEvent]] = {}

    def move_in(self, house: House) -> None:
        """The house is open."""
        self._house = house

    def act(self, folder: Path, wish: Wish, password: str) -> None:
        """Do what a row offers, as far as it is reading. The password goes to the reader and nowhere else."""
        house = self._house
        if house is None or wish.path in self._running:
            return
        if wish.trouble is TroubleKind.CLOUD_ONLY:
            self._fetch(house, folder, wish)
            return
        read = partial(
            house.library.read_file,
            wish.path,
            password=password,
            ocr=wish.trouble is TroubleKind.PICTURES,
            anyway=wish.trouble is TroubleKind.TOO_LARGE,
        )

        def work(cancel: Cancel) -> Iterator[FileEvent]:
            yield read(cancel=cancel)

        self._start(wish, self._jobs.start(work, on_batch=lambda events: self._read(wish, events, bool(password))))

    def stop(self, path: Path) -> None:
        """Give an attempt up; the file stays as it was."""
        if path in self._running:
            self._running[path].stop()

    # ------------------------------------------------------------ its own

    def _start(self, wish: Wish, job: Job[FileEvent]) -> None:
        self._running[wish.path] = job
        self._set(wish.path, Attempt(True))
        job.failed.connect(lambda notice: self._failed(wish.path, notice))
        job.ended.connect(lambda: self._ended(wish.path))

    def _read(self, wish: Wish, events: Sequence[FileEvent], with_password: bool) -> None:
        event = events[-1]
        if event.state is not FileState.FAILED:
            self._set(wish.path, None)
        elif with_password and event.reason == wish.reason:
            self._set(wish.path, Attempt(False, words.WRONG_PASSWORD))
        else:
            self._set(wish.path, Attempt(False, event.reason.rstrip(".")))

    def _fetch(self, house: House, folder: Path, wish: Wish) -> None:
        """Open each file: the provider's program brings it, and it is read at once."""

        def work(cancel: Cancel) -> Iterator[FileEvent | tuple[int, int]]:
            paths = house.library.not_downloaded(folder) if wish.path == folder else [wish.path]
            for number, path in enumerate(paths):
                if cancel.stopped:
                    return
                yield number, len(paths)
                yield house.library.read_file(path, cancel=cancel)

        failed: list[FileEvent] = []

        def take(values: Sequence[object]) -> None:
            for value in values:
                if isinstance(value, tuple):
                    self._set(wish.path, Attempt(True, words.downloading(*value)))
                elif isinstance(value, FileEvent) and value.state is FileState.FAILED:
                    failed.append(value)

        job: Job[object] = self._jobs.start(work, on_batch=take)
        self._running[wish.path] = job  # type: ignore[assignment]  # only stop() is used of it
        self._set(wish.path, Attempt(True))
        job.failed.connect(lambda notice: self._failed(wish.path, notice))
        job.ended.connect(lambda: self._fetched(wish.path, bool(failed)))

    def _fetched(self, path: Path, some_failed: bool) -> None:
        self._ended(path)
        if some_failed:
            self._set(path, Attempt(False, words.STILL_NOT_DOWNLOADED))

    def _failed(self, path: Path, notice: Notice) -> None:
        self._set(path, Attempt(False, notice.happened))

    def _ended(self, path: Path) -> None:
        self._running.pop(path, None)
        attempt = self._attempts.get(path)
        if attempt is not None and attempt.busy:  # stopped before it said anything
            self._set(path, None)
        self._refresh()

    def _set(self, path: Path, attempt: Attempt | None) -> None:
        if attempt is None:
            self._attempts.pop(path, None)
        else:
            self._attempts[path] = attempt
        self.changed.emit(dict(self._attempts))
