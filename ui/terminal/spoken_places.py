"""Anchors, times and sizes in the words people read: "page 4", "at 14:32", "2.5 GB"."""

from __future__ import annotations

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
)

CHECK_WORDS = {
    QuoteCheck.WORD_FOR_WORD: "Found word for word",
    QuoteCheck.REWORDED: "Reworded, the passage is here",
    QuoteCheck.UNCHECKED: "Check this yourself",
}


def place_words(anchor: Anchor) -> str:
    """Where an anchor points, as a person would say it."""
    match anchor:
        case PageAnchor():
            return f"page {anchor.page}"
        case LinesAnchor():
            lines = (anchor.first_line, anchor.last_line)
            return f"line {lines[0]}" if lines[0] == lines[1] else f"lines {lines[0]}–{lines[1]}"
        case CellsAnchor():
            return f"{anchor.sheet} row {anchor.first_row}".lstrip()  # a csv file has no sheets
        case TimeAnchor():
            return f"at {clock_words(anchor.start_s)}"
        case MessageAnchor():
            return f"message {anchor.message}"
        case SlideAnchor():
            return f"slide {anchor.slide}"
        case _:
            assert_never(anchor)


def clock_words(seconds: float) -> str:
    """12.4 → "0:12"; 3,725 → "1:02:05"."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def size_words(size_bytes: int) -> str:
    """Decimal units, as file managers show them: 23,460,000 → "23 MB"."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= factor:
            amount = size_bytes / factor
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return f"{size_bytes} bytes"


def count_words(number: int, one: str, many: str = "") -> str:
    """1 → "1 file"; 1,204 → "1,204 files"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
