"""The scripted house's library: it reads what it is told to as far as it is told to, and remembers what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.events import FileEvent
from app.library.page_boxes import Place
from app.library.rules import Rules
from app.store.listing import FileLine
from app.values import FileState, Passage, TroubleKind
from models.api import Cancel
from ui.window.house import Counts, FolderWork, Preview, Works

if TYPE_CHECKING:
    from scripted_house import Folder, ScriptedHouse

OF = 198


def line(path: Path, *, passages: int = 4, member: str = "", **more: object) -> FileLine:
    """A file that was read whole."""
    read, other = FileState.READ, TroubleKind.OTHER
    plain = FileLine(path, member, 1, "pdf", 20_000, passages, read, other, "", "", False, 0, None)
    return replace(plain, **more)  # type: ignore[arg-type]  # fields of FileLine by name


def failed(path: Path, trouble: TroubleKind, reason: str) -> FileLine:
    """A file that gave nothing."""
    return line(path, document=None, passages=0, state=FileState.FAILED, trouble=trouble, reason=reason)


class ScriptedLibrary:
    """Change the fields to change what happens; `did` is what was asked of it."""

    def __init__(self, house: ScriptedHouse) -> None:
        self.house = house
        self.queue: list[Path] = []
        self.did: list[tuple[object, ...]] = []
        self.lines: dict[Path, list[FileLine]] = {}
        self.rules_of: dict[Path, Rules] = {}
        self.resting: FolderWork | None = None
        self.password = "open"
        self.note = ""
        self.with_meaning: int | None = None
        self.trouble: BaseException | None = None

    # ------------------------------------------------------------ reading

    def add(self, paths: Sequence[Path], *, again: bool = False) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.did.append(("again" if again else "add", *paths))
        self.queue += [path for path in paths if path not in self.queue]

    def works(self) -> Works:
        house = self.house
        while self.queue and (house.gate.is_set() or house.reads_until >= OF):
            self._finish(self.queue.pop(0))
        if self.resting is not None:
            return Works((self.resting,))
        if not self.queue:
            return Works()
        done = house.reads_until
        now = FolderWork(self.queue[0], "reading", done, OF, f"Board notes {done}.docx", left_s=540.0)
        return Works((now, *(FolderWork(path, "waiting", 0, 20) for path in self.queue[1:])), moving=True)

    def _finish(self, path: Path) -> None:
        from scripted_house import Folder

        if path not in [folder.path for folder in self.house.folder_list]:
            self.house.folder_list = [*self.house.folder_list, Folder(path, True, OF)]
        else:
            self._change(path, files_ready=OF)

    def pause(self, path: Path, on: bool) -> None:
        self.did.append(("pause", path, on))
        if on and path in self.queue:
            self.queue.remove(path)
        self._change(path, paused=on)

    def read_now(self) -> None:
        self.did.append(("read now",))
        self.resting = None

    def read_file(
        self, path: Path, *, password: str = "", ocr: bool = False, anyway: bool = False, cancel: Cancel
    ) -> FileEvent:
        self.did.append(("read", path.name, password, ocr, anyway))
        if ocr:
            while not (self.house.gate.is_set() or cancel.stopped):
                cancel.wait(0.01)
        if cancel.stopped:
            return FileEvent(path, FileState.UNCHANGED, "pdf")
        if password and password != self.password:
            return FileEvent(path, FileState.FAILED, "pdf", reason="Locked with a password")
        for folder in self.house.folder_list:
            left = tuple(issue for issue in folder.troubles if issue.path != path)
            if left != folder.troubles:
                self._change(folder.path, troubles=left, files_ready=folder.files_ready + 1)
        return FileEvent(path, FileState.READ, "pdf", passages=3)

    # ------------------------------------------------------------ what there is

    def folders(self) -> list[Folder]:
        return list(self.house.folder_list)

    def not_downloaded(self, path: Path) -> list[Path]:
        return [path / f"far {number}.pdf" for number in range(self._folder(path).not_downloaded)]

    def files(self, path: Path, *, words: str, need_you: bool, limit: int, offset: int) -> tuple[list[FileLine], int]:
        found = [
            each
            for each in self.lines.get(path, [])
            if words.lower() in each.path.name.lower() and (each.state is FileState.FAILED or not need_you)
        ]
        return found[offset : offset + limit], len(found)

    def first_passage(self, document: int) -> Passage | None:
        from scripted_house import PASSAGES

        return PASSAGES[0]

    def section_text(self, document_id: int, section: int) -> str:
        return self.house.section

    def page_places(self, document_id: int, section: int, start_char: int, end_char: int) -> tuple[Place, ...]:
        return ()

    def counts(self) -> Counts:
        passages = 4 * sum(folder.files_ready for folder in self.house.folder_list)
        return Counts(passages, passages if self.with_meaning is None else self.with_meaning, 312_000_000, self.note)

    # ------------------------------------------------------------ what is read

    def forget(self, paths: Sequence[Path]) -> object:
        if paths:
            self.did.append(("forget", *paths))
        self.house.folder_list = [folder for folder in self.house.folder_list if folder.path not in paths]
        return len(paths), 0

    def leave_out(self, path: Path, files: Sequence[Path]) -> None:
        self.did.append(("leave out", *files))
        self.lines[path] = [each for each in self.lines[path] if each.file not in files]

    def rules(self, path: Path) -> Rules:
        return self.rules_of.get(path, Rules())

    def set_rules(self, path: Path, rules: Rules) -> None:
        self.rules_of[path] = rules

    def hide_kind(self, path: Path, ending: str) -> None:
        self.rules_of[path] = self.rules(path).without_kind(ending)
        self._change(path, left_out=tuple(each for each in self._folder(path).left_out if each.kind != ending))

    def set_never_cloud(self, path: Path, on: bool) -> None:
        self._change(path, never_cloud=on)

    def preview(self, path: Path, rules: Rules, cancel: Cancel) -> Iterator[Preview]:
        yield Preview(100, 0, False)
        yield Preview(214 - 12 * len(rules.leave_out), 12 * len(rules.leave_out), True)

    # ------------------------------------------------------------ its own

    def _folder(self, path: Path) -> Folder:
        return next(folder for folder in self.house.folder_list if folder.path == path)

    def _change(self, path: Path, **changes: object) -> None:
        self.house.folder_list = [
            replace(folder, **changes) if folder.path == path else folder  # type: ignore[arg-type]  # fields of Folder
            for folder in self.house.folder_list
        ]
