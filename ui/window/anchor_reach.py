"""Whether one place in a document lies within another, so that a sentence leads to the passage it stands in."""

from __future__ import annotations

from typing import assert_never

from app.values import Anchor, CellsAnchor, LinesAnchor, MessageAnchor, PageAnchor, SlideAnchor, TimeAnchor

Reach = tuple[str, str | int, float, float]
"""Kind, which part of the document, and from where to where in it."""


def reach(anchor: Anchor) -> Reach:
    """An anchor as a part of the document and two numbers in it; both ends count."""
    match anchor:
        case PageAnchor():
            return "page", anchor.page, anchor.start_char, anchor.end_char - 1
        case MessageAnchor():
            return "message", anchor.message, anchor.start_char, anchor.end_char - 1
        case SlideAnchor():
            return "slide", anchor.slide, anchor.start_char, anchor.end_char - 1
        case LinesAnchor():
            return "lines", 0, anchor.first_line, anchor.last_line
        case CellsAnchor():
            return "cells", anchor.sheet, anchor.first_row, anchor.last_row
        case TimeAnchor():
            return "time", 0, anchor.start_s, anchor.end_s
    assert_never(anchor)


def holds(outer: Anchor, inner: Anchor) -> bool:
    """Whether the inner place begins within the outer one."""
    kind, part, start, end = reach(outer)
    inner_kind, inner_part, begins, _ = reach(inner)
    return (kind, part) == (inner_kind, inner_part) and start <= begins <= end
