"""Refine my draft: what is said with the answer made here, which goes out in place of the documents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.ask.synthesis import not_held
from app.values import Citation
from models.api import Message

INSTRUCTIONS = (
    "Improve the draft so that it answers the question clearly and briefly. Add no facts. Keep every number, date and "
    "name as it is, keep the marks like [2] behind the sentences they belong to, and keep words in ⟦ ⟧ as they are. "
    "Reply with the improved answer only."
)
_MARK = re.compile(r"\[(\d{1,3})\]")


def messages(question: str, draft: str) -> tuple[Message, ...]:
    """What leaves: the question and the draft, both under labels; no passage, no file name."""
    user = f"Question: {' '.join(question.split())}\n\nDraft:\n{draft.strip()}"
    return (Message("system", INSTRUCTIONS), Message("user", user))


def kept_citations(refined: str, citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """The citations of the draft that the refined answer still names; a mark the draft did not have names nothing."""
    named = {int(found.group(1)) for found in _MARK.finditer(refined)}
    return tuple(one for one in citations if one.n in named)


def added(refined: str, draft: str, question: str) -> str:
    """One line that names numbers, dates and names the draft did not hold; empty when there are none."""
    new = dict.fromkeys(what for _, _, what in not_held(refined, [_MARK.sub("", draft)], question))
    return f"Not in the answer made here: {', '.join(f'“{one}”' for one in new)}." if new else ""
