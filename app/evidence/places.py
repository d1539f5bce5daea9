"""Turns a stretch of a passage into a citation: its exact place, and whether the file still says so."""

from __future__ import annotations

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
        info = document.file.stat()
    except OSError:
        return "gone"
    # The size of a document inside a file is its own; the time is that of the file on disk.
    same = info.st_mtime_ns == document.mtime_ns and (bool(document.member) or info.st_size == document.size_bytes)
    return "same" if same else "changed"
