"""The open library in the shape its page wants: counts that add up, files in pages, what is going on right now."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.events import FileEvent
from app.library.folders import relative
from app.library.keeping_status import FolderStatus, KeepingState, KeepingStatus
from app.library.library import Library
from app.library.page_boxes import Place
from app.library.rules import Choice, Rules
from app.library.scan import Seen, scan
from app.store.listing import FileLine, FolderFigures, LeftOut, Listing
from app.store.roots import Root
from app.store.rows import FileProblem
from app.values import FileState, Passage
from models.api import Cancel
from ui.window.house import TROUBLES_AT_ONCE, Counts, FolderWork, Preview, Works, WorkState

_TELL_EVERY_S = 0.2
_STATES: dict[KeepingState, WorkState] = {
    KeepingState.LOOKING: "looking",
    KeepingState.READING: "reading",
    KeepingState.WAITING: "waiting",
    KeepingState.PAUSED: "paused",
    KeepingState.ON_BATTERY: "battery",
    KeepingState.DISK_FULL: "disk",
    KeepingState.TROUBLE: "trouble",
}
"""States worth showing: a folder that is up to date, or whose disk is not there, says so by itself."""


class Keeping(Protocol):
    """What reads in the background, as far as the window needs it."""

    def add(self, paths: Sequence[Path], *, again: bool = False) -> None: ...
    def read_now(self) -> None: ...
    def status(self) -> KeepingStatus: ...


@dataclass(frozen=True, slots=True)
class ServedFolder:
    """An added folder with its figures."""

    root: Root
    present: bool
    single: bool
    figures: FolderFigures
    troubles: Sequence[FileProblem]

    @property
    def path(self) -> Path:
        return self.root.path

    @property
    def name(self) -> str:
        return self.root.path.name or str(self.root.path)

    @property
    def files_ready(self) -> int:
        return self.figures.files

    @property
    def files_failed(self) -> int:
        return self.figures.failed

    @property
    def not_downloaded(self) -> int:
        return self.figures.cloud_only

    @property
    def left_out(self) -> Sequence[LeftOut]:
        return self.figures.left_out

    @property
    def never_cloud(self) -> bool:
        return self.root.never_cloud

    @property
    def paused(self) -> bool:
        return self.root.paused


class ServedShelves:
    """The library as the window uses it."""

    def __init__(self, library: Library, keeping: Keeping) -> None:
        self._library, self._keeping = library, keeping
        self._listing = Listing(library.store)

    # ------------------------------------------------------------ reading

    def add(self, paths: Sequence[Path], *, again: bool = False) -> None:
        self._keeping.add(paths, again=again)

    def works(self) -> Works:
        status = self._keeping.status()
        folders = [work_of(folder, status) for folder in status.folders]
        moving = status.state in (KeepingState.LOOKING, KeepingState.READING, KeepingState.WAITING)
        return Works(tuple(work for work in folders if work is not None), moving)

    def pause(self, path: Path, on: bool) -> None:
        self._library.set_paused(path, on)

    def read_now(self) -> None:
        self._keeping.read_now()

    def read_file(
        self, path: Path, *, password: str = "", ocr: bool = False, anyway: bool = False, cancel: Cancel
    ) -> FileEvent:
        latest = FileEvent(path, FileState.UNCHANGED, "")
        for event in self._library.read_file(path, password=password, ocr=ocr, anyway=anyway, cancel=cancel):
            if isinstance(event, FileEvent) and event.path == path:
                latest = event
        return latest

    # ------------------------------------------------------------ what there is

    def folders(self) -> Sequence[ServedFolder]:
        return [self._folder(root) for root in self._library.roots()]

    def _folder(self, root: Root) -> ServedFolder:
        inner = self._library.folder_settings.roots.apart(root.path)
        return ServedFolder(
            root,
            present=root.path.exists() and not self._library.folder_settings.away(root.path),
            single=bool(root.path.suffix) and not root.path.is_dir(),
            figures=self._listing.figures(root.path, inner=inner),
            troubles=self._listing.troubles(root.path, limit=TROUBLES_AT_ONCE, inner=inner),
        )

    def not_downloaded(self, path: Path) -> Sequence[Path]:
        return self._listing.not_downloaded(path, inner=self._library.folder_settings.roots.apart(path))

    def files(
        self, path: Path, *, words: str, need_you: bool, limit: int, offset: int
    ) -> tuple[Sequence[FileLine], int]:
        lines = self._listing.files(path, words=words, need_you=need_you, limit=limit, offset=offset)
        return lines, self._listing.count(path, words=words, need_you=need_you)

    def first_passage(self, document: int) -> Passage | None:
        return next(iter(self._library.passages_of(document)), None)

    def section_text(self, document_id: int, section: int) -> str:
        return self._library.section_text(document_id, section)

    def page_places(self, document_id: int, section: int, start_char: int, end_char: int) -> tuple[Place, ...]:
        try:
            return self._library.page_places(document_id, section, start_char, end_char)
        except KeyError:
            return ()

    def counts(self) -> Counts:
        counts = self._library.counts()
        return Counts(counts.passages, counts.with_meaning, counts.disk_bytes)

    # ------------------------------------------------------------ what is read

    def forget(self, paths: Sequence[Path]) -> object:
        return self._library.forget(paths)

    def leave_out(self, path: Path, files: Sequence[Path]) -> None:
        rules = self._library.folder_rules(path)
        patterns = [exactly(relative(file, path)) for file in files]
        self._library.set_folder_rules(path, replace(rules, leave_out=(*rules.leave_out, *patterns)))

    def rules(self, path: Path) -> Rules:
        return self._library.folder_rules(path)

    def set_rules(self, path: Path, rules: Rules) -> None:
        self._library.set_folder_rules(path, rules)

    def hide_kind(self, path: Path, ending: str) -> None:
        self._library.hide_kind(ending, path)

    def set_never_cloud(self, path: Path, on: bool) -> None:
        self._library.set_never_cloud(path, on)

    def preview(self, path: Path, rules: Rules, cancel: Cancel) -> Iterator[Preview]:
        """Counts what is on the disk by these rules, and by none: what is left out by default is not counted as left
        out, since nobody asked for it."""
        library_rules = self._library.library_rules()
        chosen, everything = Choice(library_rules, rules), Choice(replace(rules, leave_out=(), only=()))
        told_s, read, out = time.monotonic(), 0, 0
        for seen in scan(path, choice=everything, cancel=cancel):
            if isinstance(seen, Seen):
                taken = chosen.allows(relative(seen.path, path))
                read, out = read + taken, out + (not taken)
            if time.monotonic() - told_s > _TELL_EVERY_S:
                told_s = time.monotonic()
                yield Preview(read, out, False)
        if not cancel.stopped:
            yield Preview(read, out, True)


def work_of(folder: FolderStatus, status: KeepingStatus) -> FolderWork | None:
    """What goes on in a folder, or None when nothing does."""
    state = _STATES.get(folder.state)
    if state is None:
        return None
    reading = state == "reading"
    return FolderWork(
        folder.path,
        state,
        done=folder.done,
        of=folder.of,
        now=folder.now if reading else "",
        left_s=status.seconds_left if reading else None,
        says="" if reading or state == "paused" else status.says,
    )


def exactly(place: str) -> str:
    """The pattern that fits one path below a folder and no other."""
    quoted = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in place)
    return f"/{quoted}"
