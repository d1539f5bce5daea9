"""Refine my draft: the answer made here goes out in place of the documents, and stays here where they stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from app.cloud.parcel import Part, PartKind
from app.values import Citation, Document, Passage
from models.api import Message

INSTRUCTIONS = (
    "Improve the draft so that it answers the question clearly and briefly. Add no facts. Keep every number, date and "
    "name as it is, keep the marks like [2] behind the sentences they belong to, and keep words in ⟦ ⟧ as they are. "
    "Reply with the improved answer only."
)
_NOT_YET = "There is no answer made on this computer yet. Ask here first, then refine it."
_MARK = re.compile(r"\[(\d{1,3})\]")


def draft_part(
    answer: str,
    *,
    citations: Sequence[Citation],
    passages: Sequence[Passage] = (),
    never: Callable[[Path], str],
) -> Part:
    """The answer as a part that can be ticked.

    `passages` are those a writer was given for it, empty for an answer made of quotes: a written sentence may hold
    what it read and did not cite. `never(path)` says why a file stays here, "" when it may leave; the draft inherits
    the first reason of any file it cites or was written from.
    """
    sources: dict[int, Document] = {one.passage.document.id: one.passage.document for one in citations}
    sources |= {one.document.id: one.document for one in passages}
    why = next((reason for one in sources.values() if (reason := never(one.path))), "")
    text = answer.strip()
    return Part(
        id="draft",
        kind=PartKind.DRAFT,
        title="The answer made here",
        text=text,
        document=next((one.path for one in sources.values()), None),
        kept_here=why or ("" if text else _NOT_YET),
        rests_on=tuple((str(one.path), one.sha256) for one in sources.values()),
    )


def messages(question: str, draft: str) -> tuple[Message, ...]:
    """What leaves: the question and the draft, both under labels; no passage, no file name."""
    user = f"Question: {' '.join(question.split())}\n\nDraft:\n{draft.strip()}"
    return (Message("system", INSTRUCTIONS), Message("user", user))


def kept_citations(refined: str, citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """The citations of the draft that the refined answer still names; a mark the draft did not have names nothing."""
    named = {int(found.group(1)) for found in _MARK.finditer(refined)}
    return tuple(one for one in citations if one.n in named)
