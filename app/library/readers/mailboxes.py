"""Reads a mailbox file (mbox): every message is a section of its own, its attachments are documents inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import FileTrouble
from app.library.kinds import Content, Enclosed
from app.library.readers.mail import attachments, letter_of, parsed

_BEGINS = re.compile(rb"From \S.*\d\d?:\d\d.*\d{4}|From - ")
"""The line before each message: sender and date of arrival (RFC 4155); "From here on" in a body is none."""
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
"""How "From " at the start of a body's line is kept (mboxrd)."""
_MOST_MESSAGE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message stands in the file, without the line before it."""

    number: int
    start: int
    length: int


def read_mbox(path: Path) -> Content:
    """One section per message, numbered from 1 in the order of the file."""
    sections = []
    with_files: list[_Place] = []
    for place in _places(path):
        message = parsed(_raw(path, place), headless=True)
        if message is None:
            continue
        letter, _ = letter_of(message)
        if letter.has_words:
            sections.append(letter.among(place.number))
        if letter.attached:
            with_files.append(place)
    if not sections and not with_files:
        hint = "Save the mails again from your mail program."
        raise FileTrouble("Not a mailbox, although its name says so", hint=hint)
    return Content(path.stem, "", tuple(sections), enclosed=_enclosed(path, with_files))


def _enclosed(path: Path, places: list[_Place]) -> Iterator[Enclosed]:
    """Attachments of all messages, "3/lease.pdf" for the third; each message is parsed again when its turn comes."""
    for place in places:
        message = parsed(_raw(path, place))
        if message is not None:
            yield from attachments(message, place=f"{place.number}/")


def _raw(path: Path, place: _Place) -> bytes:
    with path.open("rb") as file:
        file.seek(place.start)
        raw = file.read(min(place.length, _MOST_MESSAGE_BYTES))
    return _QUOTED_FROM.sub(rb"\1", raw)


def _places(path: Path) -> Iterator[_Place]:
    """Where the messages stand, told from the lines between them in one pass."""
    number, start, at, blank = 0, 0, 0, True
    with path.open("rb") as file:
        for line in file:
            if blank and line.startswith(b"From ") and _BEGINS.match(line):
                if number:
                    yield _Place(number, start, at - start)
                number, start = number + 1, at + len(line)
            at += len(line)
            blank = not line.strip()
    if number:
        yield _Place(number, start, at - start)
