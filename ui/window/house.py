"""What the window needs of the rest of Indoors, as a protocol: the program passes Services, tests a scripted one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from app.events import AnswerEvent, IndexEvent, SummaryEvent, TranscriptEvent
from app.values import Anchor, Draft, FileState, Passage, Route
from models.api import Cancel

if TYPE_CHECKING:
    from app.ask.past import PastTurn  # its module opens the store's, which the first frame does not wait for

SummaryLength = Literal["short", "medium", "full"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How large the library is: files that can be searched, files known, passages, bytes of the index on disk."""

    files_ready: int
    files_total: int
    passages: int
    index_bytes: int


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
    """One file that gave nothing to search: failed (it needs the person) or skipped (of a kind nobody reads)."""

    @property
    def path(self) -> Path: ...
    @property
    def state(self) -> FileState: ...
    @property
    def reason(self) -> str: ...
    @property
    def hint(self) -> str: ...


class FolderView(Protocol):
    """One folder (or single file) the person added: searchable files and troubles sum to its total."""

    @property
    def path(self) -> Path: ...
    @property
    def present(self) -> bool: ...
    @property
    def name(self) -> str: ...
    @property
    def files_ready(self) -> int: ...
    @property
    def files_total(self) -> int: ...
    @property
    def troubles(self) -> Sequence[FileIssue]: ...


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
    """The library as the window uses it."""

    def index(
        self, paths: Sequence[Path], *, again: bool = False, cancel: Cancel | None = None
    ) -> Iterator[IndexEvent]: ...
    def folders(self) -> Sequence[FolderView]: ...
    def forget(self, paths: Sequence[Path]) -> object: ...
    def section_text(self, document_id: int, section: int) -> str: ...
    def counts(self) -> Counts: ...


class House(Protocol):
    """Everything behind the window. Methods may be called from any worker thread, never from the UI thread."""

    @property
    def asking(self) -> Asking: ...
    @property
    def library(self) -> Shelves: ...
    def recent_conversations(self, limit: int) -> Sequence[tuple[int, str]]: ...
    def turns(self, conversation: int) -> Sequence[PastTurn]: ...
    def route(self) -> Route: ...
    def summarise(self, path: Path, length: SummaryLength, cancel: Cancel) -> Iterator[SummaryEvent]: ...
    def passage_at(self, path: Path, anchor: Anchor, said: str) -> Passage | None: ...
    def transcribe(self, path: Path, cancel: Cancel) -> Iterator[TranscriptEvent]: ...
    def status(self) -> Standing: ...
    def suggested_questions(self) -> Sequence[SuggestedQuestion]: ...
    def open_document(self, path: Path) -> None: ...
    def close(self) -> None: ...
