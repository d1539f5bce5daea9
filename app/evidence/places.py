"""Turns a stretch of a passage into a citation: its exact place, and whether the file still says so."""

from __future__ import annotations

from pathlib import Path

from app.evidence.wording import find
from app.library.library import Library
from app.values import Citation, Document, Passage, QuoteCheck


def citation(
    library: Library,
    passage: Passage,
    span: tuple[int, int],
    *,
    n: int,
    check: QuoteCheck = QuoteCheck.WORD_FOR_WORD,
    emphasis: tuple[tuple[int, int], ...] = (),
) -> Citation:
    """[n] for characters `span` of a passage's text, with the anchor of exactly these characters."""
    start, end = span
    quote = passage.text[start:end]
    try:
        anchor = library.anchor_of(passage, start, end)
    except KeyError:
        # The document left the library while the answer was made.
        anchor = passage.anchor
    return Citation(n, passage, anchor, quote, confirm(library, passage, quote, check), emphasis)


def confirm(library: Library, passage: Passage, quote: str, check: QuoteCheck) -> QuoteCheck:
    """The check, no better than what is known of the file: changed since it was read, or gone."""
    try:
        text = library.section_text(passage.document.id, passage.section)
    except KeyError:
        return QuoteCheck.UNCHECKED
    if find(quote, text) is None:
        return QuoteCheck.UNCHECKED
    match _standing(passage.document):
        case "same":
            return check
        case "changed":
            return QuoteCheck.REWORDED if check is QuoteCheck.WORD_FOR_WORD else check
        case _:
            return QuoteCheck.UNCHECKED


def _standing(document: Document) -> str:
    """Whether the file is as it was read: "same", "changed" or "gone"."""
    try:
        info = Path(document.path).stat()
    except OSError:
        return "gone"
    same = info.st_size == document.size_bytes and info.st_mtime_ns == document.mtime_ns
    return "same" if same else "changed"
