"""Anchors as two numbers and a section: how a place in a document is kept in a row and read back."""

from __future__ import annotations

from typing import assert_never

from app.values import (
    Anchor,
    CellsAnchor,
    LinesAnchor,
    MessageAnchor,
    PageAnchor,
    Passage,
    Section,
    SlideAnchor,
    TimeAnchor,
)


def anchor_of(section: Section, start_char: int, end_char: int) -> Anchor:
    """The place of characters [start_char, end_char) of a section.

    For `lines` and `cells` the first line or row is the section's number plus the line breaks before the first
    character that is not white space; for `time` it reaches from the first to the last spoken line touched.
    """
    match section.kind:
        case "page":
            return PageAnchor(section.number, start_char, end_char)
        case "message":
            return MessageAnchor(section.number, start_char, end_char)
        case "slide":
            return SlideAnchor(section.number, start_char, end_char)
        case "lines":
            return LinesAnchor(*_lines(section, start_char, end_char))
        case "cells":
            return CellsAnchor(section.sheet, *_lines(section, start_char, end_char))
        case "time":
            touched = [s for s in section.spans if s[0] < end_char and s[1] > start_char]
            if not touched:
                before = [s for s in section.spans if s[1] <= start_char]
                second = before[-1][3] if before else 0.0
                return TimeAnchor(second, second)
            return TimeAnchor(touched[0][2], touched[-1][3])
    assert_never(section.kind)


def _lines(section: Section, start_char: int, end_char: int) -> tuple[int, int]:
    piece = section.text[start_char:end_char]
    lead = len(piece) - len(piece.lstrip())
    first = section.number + section.text.count("\n", 0, start_char + lead)
    return first, first + piece.strip().count("\n")


def anchor_within(passage: Passage, start_char: int, end_char: int) -> Anchor:
    """The place of characters [start_char, end_char) of a passage's own text; exact for all but recordings, whose
    seconds are told in proportion to the characters."""
    anchor = passage.anchor
    shift = passage.start_char
    match anchor:
        case PageAnchor():
            return PageAnchor(anchor.page, shift + start_char, shift + end_char)
        case MessageAnchor():
            return MessageAnchor(anchor.message, shift + start_char, shift + end_char)
        case SlideAnchor():
            return SlideAnchor(anchor.slide, shift + start_char, shift + end_char)
        case LinesAnchor():
            first, last = _lines_within(passage.text, anchor.first_line, start_char, end_char)
            return LinesAnchor(first, last)
        case CellsAnchor():
            first, last = _lines_within(passage.text, anchor.first_row, start_char, end_char)
            return CellsAnchor(anchor.sheet, first, last)
        case TimeAnchor():
            length = max(1, len(passage.text))
            span_s = anchor.end_s - anchor.start_s
            return TimeAnchor(
                anchor.start_s + span_s * start_char / length, anchor.start_s + span_s * min(end_char, length) / length
            )
    assert_never(anchor)


def _lines_within(text: str, first: int, start_char: int, end_char: int) -> tuple[int, int]:
    """Lines of a piece of a passage whose first line of words is `first`."""
    skipped = text[: len(text) - len(text.lstrip())].count("\n")
    piece = text[start_char:end_char]
    lead = len(piece) - len(piece.lstrip())
    begin = first + text.count("\n", 0, start_char + lead) - skipped
    return begin, begin + piece.strip().count("\n")


def to_numbers(anchor: Anchor) -> tuple[float, float]:
    """The two numbers of an anchor that its section and characters do not already give."""
    match anchor:
        case LinesAnchor():
            return anchor.first_line, anchor.last_line
        case CellsAnchor():
            return anchor.first_row, anchor.last_row
        case TimeAnchor():
            return anchor.start_s, anchor.end_s
        case PageAnchor() | MessageAnchor() | SlideAnchor():
            return 0, 0
    assert_never(anchor)


def from_row(kind: str, number: int, sheet: str, chars: tuple[int, int], numbers: tuple[float, float]) -> Anchor:
    """The anchor kept as a section's `kind`, `number` and `sheet`, a character range and two numbers."""
    match kind:
        case "page":
            return PageAnchor(number, *chars)
        case "message":
            return MessageAnchor(number, *chars)
        case "slide":
            return SlideAnchor(number, *chars)
        case "lines":
            return LinesAnchor(int(numbers[0]), int(numbers[1]))
        case "cells":
            return CellsAnchor(sheet, int(numbers[0]), int(numbers[1]))
        case "time":
            return TimeAnchor(*numbers)
        case _:
            raise ValueError(f"no anchor of kind {kind!r}")
