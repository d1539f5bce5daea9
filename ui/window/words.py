"""Every sentence the window shows, in one place, so that wording is reviewed once and can be translated."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import translation
from pathlib import Path
from typing import assert_never

from app.values import (
    Anchor,
    CellsAnchor,
    LinesAnchor,
    MessageAnchor,
    PageAnchor,
    QuoteCheck,
    SlideAnchor,
    TimeAnchor,
    Understood,
)

# Looked up once: the module's own gettext() searches the disk again at every call.
_catalogue = translation("indoors", fallback=True)
_, ngettext = _catalogue.gettext, _catalogue.ngettext

NAME = "Indoors"
ASK, LIBRARY, TRANSCRIBE, SUMMARIES, RECENT = _("Ask"), _("Library"), _("Transcribe"), _("Summaries"), _("Recent")
MODELS = _("Models")
ON_THIS_COMPUTER, THIS_COMPUTER, CLOUD_IS_OFF = _("On this computer"), _("This computer"), _("Cloud is off")
OPENING = _("Opening the library")
NO_WRITER = _("Search is ready · no writer yet")

ASK_ABOUT_FILES, ASK_FOLLOW_UP = _("Ask about your files…"), _("Ask a follow-up…")
ALL_FOLDERS, NO_FILES_YET, AND = _("All folders"), _("No files yet"), _("and")
ASK_NOW, STOP, NEWEST, NEW_QUESTION = _("Ask"), _("Stop"), _("Newest"), _("New question")
ADD_TO_LIBRARY = _("Add a file to the library")
THINGS_TO_ASK = _("Three things your recent files can answer")
NOTHING_LEFT = _("Nothing of yours leaves this computer unless you press Send.")
ANSWERED_HERE, WRITTEN_HERE, MADE_HERE = (
    _("Answered on this computer"),
    _("Written down on this computer"),
    _("Made on this computer"),
)
SEARCHED_HERE = _("Searched on this computer")
WRITING, STOPPED_KEPT = _("Writing"), _("Stopped. What was written is kept.")
COPY_WITH_SOURCES, TRY_AGAIN, COPIED = _("Copy with sources"), _("Try again"), _("Copied with its sources")
WITHOUT_MY_FILES, START_AGAIN = _("Ask without my files"), _("Start again")
SEARCH_ALL = _("Search all folders")
SOURCES, PASSAGES = _("Sources"), _("Passages")
NOT_SURE = _("Not sure this answers it. Read the passages.")
CHOOSE_FOLDERS, QUESTION_FIELD = _("Folders to ask"), _("Question")
PREVIOUS_PAGE, NEXT_PAGE = _("Previous page"), _("Next page")
WORDS_TO_CHECK, PLACE_GONE = _("Check these words"), _("That place is no longer in the file")
SUMMARY_STOPPED = _("Stopped. The parts that were read are kept.")
WORKED_OUT, NO_SOURCE = _("Worked out by the assistant"), _("no source")
OPEN, OPEN_IN_APP, CLOSE = _("Open"), _("Open in its program"), _("Close")
FOUND_IN_FILE = _("Found word for word in this file")
SURROUNDING = _("From the file")
NOT_THERE = _("This file was moved or deleted. The passage is from the index.")
PAGE_NOT_SHOWN = _("This page cannot be drawn. Its text is below.")
READING_PAGE = _("Drawing the page")

UNDO = _("Undo")

FIRST_TITLE = _("Add a folder and ask what is in it.")
FIRST_LINE = _("Or drop a file here.")
FIRST_ADD = _("Add a folder")
FIRST_ADD_LINE = _("Documents, notes, mail, recordings. They stay where they are.")
FIRST_SAMPLE = _("Try the sample library")
FIRST_SAMPLE_LINE = _("Short files that came with Indoors: a lease, minutes, a recording.")
FIRST_SAMPLE_DO = _("Add the samples")
NO_ACCOUNT = _("No account. No tracking. Nothing of yours is sent unless you press Send.")
DROP_HERE = _("Add to library")

CHOOSE_RECORDING, CHOOSE_DOCUMENT = _("Choose a recording"), _("Choose a file")
DROP_RECORDING = _("Drop a recording, or choose one. It is written down on this computer.")
SUMMARIES_EMPTY = _("Drop a document, or choose one. Its summary is made on this computer.")
SHORT, MEDIUM, FULL = _("Short"), _("Medium"), _("Full")
COPY_TEXT, COPIED_TEXT, SUMMARY_LENGTH = _("Copy text"), _("Copied"), _("Length")
SUMMARY_SOURCE_MISSING = _("no place found")

CHECK_WORDS = {
    QuoteCheck.WORD_FOR_WORD: _("Found word for word"),
    QuoteCheck.REWORDED: _("Reworded, the passage is here"),
    QuoteCheck.UNCHECKED: _("Check this yourself"),
}


def count(number: int) -> str:
    """A count with a comma every three digits."""
    return f"{number:,}"


def files(number: int) -> str:
    """ "1 file", "1,204 files"."""
    return ngettext("{n} file", "{n} files", number).format(n=count(number))


def folders(number: int) -> str:
    """ "1 folder", "3 folders"."""
    return ngettext("{n} folder", "{n} folders", number).format(n=count(number))


def passages(number: int) -> str:
    """ "1 passage", "5 passages"."""
    return ngettext("{n} passage", "{n} passages", number).format(n=count(number))


def clock(seconds: float) -> str:
    """A place in a recording: 14:32, or 1:04:09 from one hour on."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def took(seconds: float) -> str:
    """How long something took: "0.4 s", "38 s", "2 min 5 s"."""
    if seconds < 9.95:
        return f"{max(seconds, 0.1):.1f} s"
    if seconds < 119.5:
        return f"{round(seconds)} s"
    return f"{round(seconds) // 60} min {round(seconds) % 60} s"


def size(number_of_bytes: int) -> str:
    """A size on disk, in decimal units."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if number_of_bytes >= unit:
            amount = number_of_bytes / unit
            return f"{amount:.1f} {name}" if amount < 10 and name == "GB" else f"{round(amount)} {name}"
    return f"{number_of_bytes} B"


def speed(words_per_s: float) -> str:
    """In the strip."""
    return _("{n} words/s").format(n=round(words_per_s))


def memory(used_bytes: int, total_bytes: int | None) -> str:
    """In the strip: what Indoors uses of what there is."""
    if not total_bytes:
        return size(used_bytes)
    return _("{used} of {total}").format(used=size(used_bytes), total=size(total_bytes))


def place(anchor: Anchor) -> str:
    """Where in a file, in the words of a person: page 4, 14:32, row 212."""
    match anchor:
        case PageAnchor():
            return _("page {n}").format(n=anchor.page)
        case LinesAnchor():
            return _("line {n}").format(n=anchor.first_line)
        case CellsAnchor():
            return _("row {n}").format(n=anchor.first_row)
        case TimeAnchor():
            return clock(anchor.start_s)
        case MessageAnchor():
            return _("message {n}").format(n=anchor.message) if anchor.message > 1 else _("mail text")
        case SlideAnchor():
            return _("slide {n}").format(n=anchor.slide)


def page_of(page: int, pages: int) -> str:
    """In the head of the panel."""
    return _("Page {n} of {of}").format(n=page, of=pages)


def read_from_a_picture(sure: float) -> str:
    """Beside a passage that text recognition read; `sure` is from 0 to 1."""
    return _("Read from a picture, {percent} % sure. Letters may be wrong.").format(percent=int(100 * sure))


def searching(number: int) -> str:
    """The first stage of an answer."""
    return _("Searching {files}").format(files=files(number)) if number else _("Searching")


def reading(number: int) -> str:
    """The second stage of an answer."""
    return _("Reading {passages}").format(passages=passages(number))


def passages_read(number: int) -> str:
    """Beside the time an answer took."""
    return _("{passages} read").format(passages=passages(number))


def word_for_word(right: int, of: int) -> str:
    """How many quotes of an answer were found as they stand."""
    return _("{right} of {of} word for word").format(right=right, of=of)


def nothing_answers(scope: str) -> str:
    """Said instead of an answer; `scope` names the folders searched, or is empty for all of them."""
    where = scope or _("your files")
    return _("Nothing in {where} answers this. The closest passages are below.").format(where=where)


def nothing_found(scope: str) -> str:
    """Said when not even close passages were found."""
    return _("Nothing in {where} answers this.").format(where=scope or _("your files"))


def found_passages(number: int) -> str:
    """Above passages that stay when no answer can be written."""
    return _("Found {passages}.").format(passages=passages(number))


def answer_ready(sources: int) -> str:
    """Announced to a screen reader once, at the end."""
    return ngettext("Answer ready, {n} source", "Answer ready, {n} sources", sources).format(n=sources)


def source_name(number: int, name: str, where: str) -> str:
    """The accessible name of a citation."""
    return _("Source {n}: {name}, {where}").format(n=number, name=name, where=where)


def of_length(done_s: float, of_s: float) -> str:
    """While a recording is written down."""
    return _("{done} of {of}").format(done=clock(done_s), of=clock(of_s))


def recording_line(length_s: float, people: int, number_of_words: int) -> str:
    """Under the name of a transcript: "41:08 · 2 speakers · 6,240 words"."""
    parts = [clock(length_s)]
    if people:
        parts.append(ngettext("{n} speaker", "{n} speakers", people).format(n=people))
    parts.append(ngettext("{n} word", "{n} words", number_of_words).format(n=count(number_of_words)))
    return " · ".join(parts)


def coverage(speech_s: float, silent_s: float, dropped_s: float, *, left_s: float | None = None) -> str:
    """Under a transcript: the parts as shown sum to the length of the recording as shown. `left_s` is what a stop left
    unheard, None for a recording heard to its end."""
    speech, silent, dropped, left = _whole_seconds((speech_s, silent_s, dropped_s, left_s or 0.0))
    parts = [_("{t} written down").format(t=clock(speech)), _("{t} silence").format(t=clock(silent))]
    if dropped:
        parts.append(_("{t} could not be written down").format(t=clock(dropped)))
    if left_s is None:
        return _("Whole recording: {parts}").format(parts=", ".join(parts))
    parts.append(_("{t} not heard yet").format(t=clock(left)))
    return _("Stopped, what was written is kept: {parts}").format(parts=", ".join(parts))


def _whole_seconds(parts_s: Sequence[float]) -> list[int]:
    """Seconds without fractions whose sum is that of the parts: those that lose most by it are given a second back."""
    whole = [int(part) for part in parts_s]
    short = int(sum(parts_s) + 1e-6) - sum(whole)
    losers = sorted(range(len(whole)), key=lambda at: whole[at] - parts_s[at])
    for at in losers[:short]:
        whole[at] += 1
    return whole


def left_out(number: int) -> str:
    """Under a summary; nothing when nothing was."""
    if not number:
        return ""
    return ngettext("{n} sentence was left out.", "{n} sentences were left out.", number).format(n=number)


def sentences_found(number: int, of: int) -> str:
    """Beside the time a summary took."""
    return _("{n} of {of} sentences found in the file").format(n=number, of=of)


def section_of(done: int, of: int) -> str:
    """While a long document is read."""
    return _("Section {done} of {of}").format(done=done, of=of)


def home_path(path: Path) -> str:
    """A path as a person reads it, the home folder as ~."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path != home and path.is_relative_to(home) else str(path)


def understood(one: Understood) -> str:
    """One thing a search took from the question beyond its words."""
    match one.applied:
        case "corrected":
            return _("Searched for {meaning}; “{said}” occurs nowhere").format(meaning=one.meaning, said=one.said)
        case "preferred" | "filter" | "phrase" | "without":
            return _("“{said}”: {meaning}").format(said=one.said.strip('“”"'), meaning=one.meaning)
        case _:
            assert_never(one.applied)


def without_understood(one: Understood) -> str:
    """The button that asks again without it."""
    match one.applied:
        case "corrected":
            return _("Search for “{said}”").format(said=one.said)
        case "preferred":
            return _("Any time")
        case "filter":
            return _("Any time") if one.undo.endswith("date:any") else _("Without this")
        case "phrase" | "without":
            return _("Without this")
        case _:
            assert_never(one.applied)
