"""What the window needs of the rest of Indoors, as a protocol: the program passes Services, tests a scripted one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from app.events import AnswerEvent, FileEvent, SummaryEvent, TranscriptEvent
from app.library.page_boxes import Place
from app.library.rules import Rules
from app.store.listing import FileLine, LeftOut
from app.values import Anchor, Draft, FileState, Passage, Route, TroubleKind
from models.api import Cancel

if TYPE_CHECKING:
    from app.ask.past import PastTurn  # its module opens the store's, which the first frame does not wait for
    from ui.window.cloud.cloud_house import CloudHouse
    from ui.window.models.models_house import ModelsHouse
    from ui.window.privacy.privacy_house import PrivacyHouse

SummaryLength = Literal["short", "medium", "full"]
TROUBLES_AT_ONCE = 53
"""Troubles a folder is shown with: three and, once unfolded, fifty more."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How large the library is: passages, those that can be found by their meaning already, bytes of the index on
    disk. `note` is one sentence about the whole library, such as that it is not in English; or empty."""

    passages: int
    with_meaning: int
    index_bytes: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The left of the status strip. `words_per_s` and `memory_bytes` are None until measured."""

    place: str
    writer: str
    words_per_s: float | None
    memory_bytes: int | None
    memory_total_bytes: int | None


@dataclass(frozen=True, slots=True)
class SuggestedQuestion:
    """A question the person's recent files can answer, and the file it was made from."""

    question: str
    file_name: str
    kind: str


class FileIssue(Protocol):
    """One file that gave nothing to search and needs the person. `estimate_s` is how long the action offered for it
    would take here, None where that is not known; `file` is the file on disk, which `path` may only lie in."""

    @property
    def path(self) -> Path: ...
    @property
    def file(self) -> Path: ...
    @property
    def state(self) -> FileState: ...
    @property
    def reason(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def trouble(self) -> TroubleKind: ...
    @property
    def estimate_s(self) -> float | None: ...


WorkState = Literal["looking", "reading", "waiting", "paused", "battery", "disk", "trouble"]


@dataclass(frozen=True, slots=True)
class FolderWork:
    """What is going on in one folder. `left_s` is None until it can be told honestly; `says` is what the reading
    itself says when it does not go on."""

    path: Path
    state: WorkState
    done: int = 0
    of: int = 0
    now: str = ""
    left_s: float | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Works:
    """What is going on, folder by folder; `moving` while anything is looked at or read, also in a folder that is not
    listed yet."""

    folders: tuple[FolderWork, ...] = ()
    moving: bool = False


class FolderView(Protocol):
    """One folder (or `single` file) the person added. Searchable files and those that need the person sum to its total;
    `left_out` are files of kinds nobody reads, `not_downloaded` is the part of `files_failed` a provider keeps.
    `troubles` are the first TROUBLES_AT_ONCE of the others, by name: the file list has the rest."""

    @property
    def path(self) -> Path: ...
    @property
    def present(self) -> bool: ...
    @property
    def single(self) -> bool: ...
    @property
    def name(self) -> str: ...
    @property
    def files_ready(self) -> int: ...
    @property
    def files_failed(self) -> int: ...
    @property
    def not_downloaded(self) -> int: ...
    @property
    def left_out(self) -> Sequence[LeftOut]: ...
    @property
    def troubles(self) -> Sequence[FileIssue]: ...
    @property
    def never_cloud(self) -> bool: ...
    @property
    def paused(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Preview:
    """What rules would do with a folder: files that would be read, files they leave out; `whole` is False while it
    is still being counted."""

    read: int
    left_out: int
    whole: bool


class Talk(Protocol):
    """One conversation: questions in, cited answers out."""

    @property
    def id(self) -> int: ...
    def prepare(
        self,
        question: str,
        *,
        within: Sequence[Path] = (),
        limit: int = 8,
        use_files: bool = True,
        cancel: Cancel | None = None,
    ) -> Draft: ...
    def answer(self, draft: Draft, route: Route, cancel: Cancel) -> Iterator[AnswerEvent]: ...


class Asking(Protocol):
    """Begins and reopens conversations."""

    def start(self) -> Talk: ...
    def resume(self, conversation: int) -> Talk: ...


class Shelves(Protocol):
    """The library as the window uses it. `works` is asked four times a second and must cost nothing."""

    def add(self, paths: Sequence[Path], *, again: bool = False) -> None: ...
    def works(self) -> Works: ...
    def pause(self, path: Path, on: bool) -> None: ...
    def read_now(self) -> None: ...
    def read_file(
        self, path: Path, *, password: str = "", ocr: bool = False, anyway: bool = False, cancel: Cancel
    ) -> FileEvent: ...
    def folders(self) -> Sequence[FolderView]: ...
    def not_downloaded(self, path: Path) -> Sequence[Path]: ...
    def files(
        self, path: Path, *, words: str, need_you: bool, limit: int, offset: int
    ) -> tuple[Sequence[FileLine], int]: ...
    def first_passage(self, document: int) -> Passage | None: ...
    def forget(self, paths: Sequence[Path]) -> object: ...
    def leave_out(self, path: Path, files: Sequence[Path]) -> None: ...
    def rules(self, path: Path) -> Rules: ...
    def set_rules(self, path: Path, rules: Rules) -> None: ...
    def preview(self, path: Path, rules: Rules, cancel: Cancel) -> Iterator[Preview]: ...
    def hide_kind(self, path: Path, ending: str) -> None: ...
    def set_never_cloud(self, path: Path, on: bool) -> None: ...
    def section_text(self, document_id: int, section: int) -> str: ...
    def page_places(self, document_id: int, section: int, start_char: int, end_char: int) -> tuple[Place, ...]: ...
    def counts(self) -> Counts: ...


class House(Protocol):
    """Everything behind the window. Methods may be called from any worker thread, never from the UI thread."""

    @property
    def asking(self) -> Asking: ...
    @property
    def library(self) -> Shelves: ...
    @property
    def cloud(self) -> CloudHouse | None: ...
    @property
    def privacy(self) -> PrivacyHouse | None: ...
    @property
    def models(self) -> ModelsHouse | None: ...
    def recent_conversations(self, limit: int) -> Sequence[tuple[int, str]]: ...
    def turns(self, conversation: int) -> Sequence[PastTurn]: ...
    def route(self) -> Route: ...
    def summarise(self, path: Path, length: SummaryLength, cancel: Cancel) -> Iterator[SummaryEvent]: ...
    def passage_at(self, path: Path, anchor: Anchor, said: str) -> Passage | None: ...
    def transcribe(self, path: Path, cancel: Cancel) -> Iterator[TranscriptEvent]: ...
    def status(self) -> Standing: ...
    def suggested_questions(self) -> Sequence[SuggestedQuestion]: ...
    def open_document(self, path: Path) -> None: ...
    def open_address(self, address: str) -> None: ...
    def close(self) -> None: ...
