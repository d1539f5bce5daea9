"""Questions the person's recent files can answer, made from their own headings; asked of nobody, so always true."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.library.library import Library
from app.values import Document, DocumentKind, Passage

_ORDINAL = re.compile(r"^(?:§\s*)?[\dIVXivx]+(?:[.)]\d*)*[.):]?\s+")
_PLAIN_HEADING = re.compile(r"[^\W\d_][\w ’'&,-]{3,38}")
_DULL = {
    "introduction",
    "contents",
    "notes",
    "summary",
    "overview",
    "appendix",
    "annex",
    "general",
    "misc",
    "conclusion",
}
_MOST_FILES = 12


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, and the file it was made from."""

    question: str
    document: Document


def suggested(library: Library, *, limit: int = 3) -> list[Suggestion]:
    """At most one question per file, the most recently changed files first."""
    recent = sorted(library.documents_in(), key=lambda document: document.mtime_ns, reverse=True)[:_MOST_FILES]
    found: list[Suggestion] = []
    for document in recent:
        question = _question(document, library.passages_of(document.id))
        if question:
            found.append(Suggestion(question, document))
        if len(found) == limit:
            break
    return found


def _question(document: Document, passages: list[Passage]) -> str:
    name = document.path.stem
    if document.kind is DocumentKind.AUDIO:
        return f"What was said in “{name}”?" if passages else ""
    if document.kind is DocumentKind.MAIL:
        return f"What does the mail “{document.title}” say?" if document.title and passages else ""
    titles = {document.title.casefold(), name.casefold()}
    for passage in passages[1:]:
        heading = _ORDINAL.sub("", passage.heading.rpartition("›")[2].strip())
        words = heading.casefold()
        if _PLAIN_HEADING.fullmatch(heading) and words not in titles and words not in _DULL:
            lowered = heading if heading.isupper() else heading[0].lower() + heading[1:]
            return f"What does “{name}” say about {lowered}?"
    return ""
