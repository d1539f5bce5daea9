"""The nouns of Indoors, all frozen: read this first, every other room speaks in these."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from models.api import Message

# ---------------------------------------------------------------- where something stands


@dataclass(frozen=True, slots=True)
class PageAnchor:
    """Characters [start_char, end_char) of the text of page `page` (first page is 1)."""

    page: int
    start_char: int
    end_char: int
    kind: Literal["page"] = "page"


@dataclass(frozen=True, slots=True)
class LinesAnchor:
    """Lines first_line to last_line, both included (first line is 1)."""

    first_line: int
    last_line: int
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True, slots=True)
class CellsAnchor:
    """Rows first_row to last_row, both included (first row is 1), of one sheet."""

    sheet: str
    first_row: int
    last_row: int
    kind: Literal["cells"] = "cells"


@dataclass(frozen=True, slots=True)
class TimeAnchor:
    """Seconds from the beginning of a recording."""

    start_s: float
    end_s: float
    kind: Literal["time"] = "time"


@dataclass(frozen=True, slots=True)
class MessageAnchor:
    """Characters [start_char, end_char) of the body of message `message` (first is 1) of a mail file."""

    message: int
    start_char: int
    end_char: int
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class SlideAnchor:
    """Characters [start_char, end_char) of the text of slide `slide` (first is 1)."""

    slide: int
    start_char: int
    end_char: int
    kind: Literal["slide"] = "slide"


Anchor = PageAnchor | LinesAnchor | CellsAnchor | TimeAnchor | MessageAnchor | SlideAnchor


# ---------------------------------------------------------------- what is in the library


class DocumentKind(StrEnum):
    """What a file is, as far as the person cares (icons and anchors follow from it)."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    MAIL = "mail"
    AUDIO = "audio"
    WRITING = "writing"
    """Written documents that are neither pdf nor docx: doc, odt, rtf, tex, org."""
    SHEET = "sheet"
    """Tables: xlsx and its relatives, ods, csv, tsv."""
    SLIDES = "slides"
    BOOK = "book"
    CALENDAR = "calendar"
    SUBTITLES = "subtitles"
    DATA = "data"
    """json and xml."""
    CODE = "code"
    IMAGE = "image"
    ARCHIVE = "archive"
    """zip and tar: what is inside becomes documents of its own."""


class FileState(StrEnum):
    """What became of a file in one indexing run, in the words of the command line."""

    READ = "read"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


class TroubleKind(StrEnum):
    """Why a file gave nothing to search, as far as what a person can do about it differs."""

    LOCKED = "locked"
    PICTURES = "pictures"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    NO_PERMISSION = "no_permission"
    CLOUD_ONLY = "cloud_only"
    UNSUPPORTED = "unsupported"
    EMPTY = "empty"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the person's, as it was when it was read."""

    id: int
    path: Path
    kind: DocumentKind
    title: str
    author: str
    size_bytes: int
    mtime_ns: int
    sha256: str
    pages: int | None
    duration_s: float | None
    read_at: float
    member: str = ""
    """For a document inside another file (an attachment, a file of an archive): its place inside, such as
    "inner.zip/lease.pdf". `path` then is the path of that file on disk, a slash, and the member."""
    sender: str = ""
    written_at: float | None = None
    """When the document says it was written or sent, seconds since 1970; None when it does not say."""
    unread_pages: int = 0
    """Pages that are pictures and were not read with OCR."""

    @property
    def file(self) -> Path:
        """The file on disk: the document itself, or the one it lies in."""
        return Path(str(self.path)[: -len(self.member) - 1]) if self.member else self.path


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of continuous text a reader found: a page, a whole text file, a mail body, a recording.

    `number` is the page or message (from 1); for `lines` it is the line the text starts at.
    `spans` is used by recordings only: (start_char, end_char, start_s, end_s, speaker) for each spoken line.
    `lines` by formats whose text is not the file's own bytes line by line (html, docx: paragraph numbers).
    In `cells` each line of the text is one row of the sheet, and `number` is the row of its first line (from 1).
    """

    kind: Literal["page", "lines", "cells", "time", "message", "slide"]
    number: int
    text: str
    headings: tuple[tuple[int, str], ...] = ()
    """(start_char, heading path such as "Lease › 14 Term") valid from that character on."""
    spans: tuple[tuple[int, int, float, float, str], ...] = ()
    sheet: str = ""
    sender: str = ""
    """Who wrote this message, where a file holds several (mbox, pst)."""
    written_at: float | None = None
    """When this message was sent, seconds since 1970."""
    ocr: float | None = None
    """How sure the text recognition was, 0 to 1, mean over characters; None when the text was not recognised."""
    boxes: tuple[tuple[int, int, float, float, float, float], ...] = ()
    """(start_char, end_char, left, top, right, bottom) of lines in fractions of the page, where the page itself cannot
    tell the place of its characters: recognised text, form fields, notes, columns put in order."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences of a document, with their exact place and why the search chose them.

    Passages tile their section: the texts of consecutive passages joined are the section's text, exactly.
    """

    id: int
    document: Document
    section: int
    start_char: int
    end_char: int
    anchor: Anchor
    heading: str
    text: str
    score: float = 0.0
    found_by: tuple[str, ...] = ()
    """Which searches found it: "words", "meaning:chroma", "meaning:exact", "neighbour"."""
    ocr: float | None = None
    """How sure the text recognition was, 0 to 1; None when the text was not recognised."""


# ---------------------------------------------------------------- what an answer is made of


class QuoteCheck(StrEnum):
    """What this computer saw when it looked for the cited words in the file."""

    WORD_FOR_WORD = "word_for_word"
    REWORDED = "reworded"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Citation:
    """[n] of an answer, resolved: the passage, the exact quote in it, and the check of that quote."""

    n: int
    passage: Passage
    anchor: Anchor
    quote: str
    check: QuoteCheck
    emphasis: tuple[tuple[int, int], ...] = ()
    """Character ranges of `quote` that hold the exact answer words, where they can be told."""


@dataclass(frozen=True, slots=True)
class Understood:
    """Something the search took from the person's words beyond the words themselves; to be shown, and undone."""

    said: str
    """The words it was taken from."""
    meaning: str
    """What it was taken for, in plain words: "only pdf", "from 1 to 31 March 2026"."""
    applied: Literal["filter", "preferred", "phrase", "without", "corrected"]
    """`filter`, `phrase` and `without` leave out everything else, `preferred` only moves up, `corrected` searched
    for a word that occurs instead of one that does not."""
    undo: str
    """What to search for instead to be without it."""


class AnswerMode(StrEnum):
    """How an answer is made: the person's own sentences, or prose by the model."""

    QUOTING = "quoting"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything any model would be given for one question; local and cloud use the same one."""

    conversation: int
    question: str
    standalone_question: str
    """The question with what it refers back to filled in; equal to `question` for a first question."""
    messages: tuple[Message, ...]
    passages: tuple[Passage, ...]
    mode: AnswerMode
    tokens: int | None
    """Tokens of `messages` for the local model; None when no language model is there to count."""
    searched_files: int
    unreadable_files: int
    understood: tuple[Understood, ...] = ()
    """What the search took from the question beyond its words."""
    notices: tuple[str, ...] = ()
    """Plain sentences of the search that the person should see."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to send one exact body, once, to one model at one host, for at most `ceiling_micros`."""

    body_sha256: str
    host: str
    model: str
    ceiling_micros: int
    expires_at: float


@dataclass(frozen=True, slots=True)
class OnDevice:
    """Answer on this computer; `model` is a shelf id, or None for no language model at all."""

    model: str | None


@dataclass(frozen=True, slots=True)
class Cloud:
    """Answer by a cloud model; cannot be built without a permit."""

    model: str
    permit: Permit


Route = OnDevice | Cloud


@dataclass(frozen=True, slots=True)
class Cost:
    """Money in whole micro-dollars, never floating point."""

    estimate_micros: int
    ceiling_micros: int
    actual_micros: int | None = None


class Confidence(StrEnum):
    """How sure the evidence makes us; `none` means nothing in the files answers the question."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is told about trouble: what happened, what is safe, what to do."""

    happened: str
    safe: str = ""
    do: str = ""
    ours: bool = False
    """True when it is a defect of Indoors and not of the world."""
    details: tuple[str, ...] = field(default=())
