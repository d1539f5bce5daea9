"""What long work reports while it runs: every job is a generator of these values, in window and terminal alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.values import (
    Anchor,
    AnswerMode,
    Citation,
    Confidence,
    Cost,
    FileState,
    Passage,
    Understood,
)


@dataclass(frozen=True, slots=True)
class Started:
    """The question was taken; searching begins."""

    conversation: int
    question: str


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages the answer will be made from, before a word is written."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """More of the answer, Markdown; citations appear as [n].

    `restored` are character ranges of `delta` that stood as labels while they travelled; `unresolved` are labels
    nobody gave out, shown as they came.
    """

    delta: str
    restored: tuple[tuple[int, int], ...] = ()
    unresolved: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """Marker [n] in the text so far now has its passage and quote (the check may follow in `Checked`)."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class Checked:
    """All citations with their final check, and sentences taken back because no passage holds them.

    `answer` replaces the streamed text when `withdrawn` is not empty: what was withdrawn is not an answer.
    """

    citations: tuple[Citation, ...]
    answer: str
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """Send was pressed; no connection is opened before `left_s` has passed, and stopping costs nothing."""

    left_s: float


@dataclass(frozen=True, slots=True)
class Sent:
    """The bytes are on their way: nothing brings them back from here on."""

    at: float
    """Seconds since 1970."""
    bytes_out: int
    entry: int
    """The ledger's number for it."""


@dataclass(frozen=True, slots=True)
class Spent:
    """A cloud answer was settled. Without `confirmed` the provider said nothing of what it used: the cost is the most
    it can be until it does."""

    cost: Cost
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Quoted:
    """The first of two calls ended with a second parcel, kept under this hash: it is shown, priced and sent like any
    other. The last event of the first call."""

    sha256: str
    says: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The person stopped it; the text so far is kept."""

    answer: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is complete and stored."""

    conversation: int
    answer: str
    place: Literal["on_device", "cloud"]
    model: str
    mode: AnswerMode
    passages_read: int
    tokens_in: int
    tokens_out: int
    tokens_evaluated: int
    """Prompt tokens the model really read; the rest came from its kept state."""
    seconds_to_first_text: float
    seconds: float
    confidence: Confidence
    suggestion: str = ""
    closest: tuple[Passage, ...] = ()
    """Filled when `confidence` is none: the closest passages, shown instead of an answer."""


AnswerEvent = Started | Passages | Text | Cited | Checked | Holding | Sent | Spent | Quoted | Stopped | Finished


@dataclass(frozen=True, slots=True)
class FileEvent:
    """What became of one file while indexing."""

    path: Path
    state: FileState
    kind: str
    passages: int = 0
    pages: int | None = None
    seconds: float | None = None
    reason: str = ""
    """One plain reason, without the path (look.md's table), for failed and skipped files."""
    hint: str = ""
    """The one thing to do about it."""


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """Between two files: how far the run is. `of` grows while the scan still finds files."""

    done: int
    of: int
    now: str


@dataclass(frozen=True, slots=True)
class IndexDone:
    """The last event of an indexing run."""

    read: int
    unchanged: int
    skipped: int
    failed: int
    passages: int
    seconds: float
    stopped: bool = False
    removed: int = 0
    """Files that were in the library and are gone from the disk; a renamed one counts as unchanged."""


IndexEvent = FileEvent | IndexProgress | IndexDone


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Answer to a search: passages, best first, and how much of the library was searched."""

    passages: tuple[Passage, ...]
    seconds: float
    searched_files: int
    unreadable_files: int
    understood: tuple[Understood, ...] = ()
    notices: tuple[str, ...] = ()
    """Plain sentences the person should see above the passages."""
    also_in: tuple[tuple[int, tuple[Path, ...]], ...] = ()
    """(passage, other files that hold the same text); those are not listed as passages of their own."""


@dataclass(frozen=True, slots=True)
class SectionDone:
    """One part of a long document is summarised."""

    title: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One sentence of a summary and the places in the document that support it."""

    text: str
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class SummaryDone:
    """The last event of a summary. `left_out` counts sentences dropped because no passage supports them."""

    summary: str
    sentences: tuple[SummarySentence, ...]
    not_covered: tuple[Anchor, ...]
    seconds: float
    model: str
    left_out: int = 0
    stopped: bool = False


SummaryEvent = SectionDone | Text | SummaryDone


@dataclass(frozen=True, slots=True)
class TranscribeProgress:
    """Seconds of the recording that are written down, of its whole length."""

    done_s: float
    of_s: float


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One spoken line, saved."""

    start_s: float
    end_s: float
    text: str
    speaker: str = ""
    words: tuple[tuple[str, float, float], ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class TranscriptDone:
    """The last event of a transcription; the four lengths and what a stop left unheard sum to its length."""

    language: str
    speech_s: float
    silent_s: float
    dropped_s: float
    doubtful_s: float
    seconds: float
    model: str
    document: int | None = None
    stopped: bool = False
    note: str = ""
    left_s: float = 0.0
    """One sentence for a file that breaks off; empty when it was whole."""


TranscriptEvent = TranscribeProgress | TranscriptLine | TranscriptDone
