"""Blind and the first call of Findings: question and form of the answer leave, the wording is made here."""

from __future__ import annotations

from dataclasses import dataclass

from app.ask.findings import Found, FoundValue
from app.values import Citation
from models.api import Message

PLAN_INSTRUCTIONS = (
    "You plan how a question about someone's private files is answered. You never see the files; a small program on "
    "their computer looks up single facts for you. Reply with one JSON object and nothing else:\n"
    '{"tasks": [{"id": "notice_period", "instruction": "How long is the notice period?", "answer_type": "number", '
    '"unit": "days"}], "combine": ""}\n'
    "At most 8 tasks. id: lower-case letters, digits and _, telling what the fact is. instruction: one plain question, "
    "at most 240 characters, that can be answered by one sentence of a file. answer_type: number, date, bool, phrase "
    "(at most 12 words) or enum[one, another]. unit: only with number. combine: empty, or one sum over the ids with "
    "+ - x / ( ) min max sum count compare < > =. Do not ask for text word for word, for secrets, or for lists: such "
    "plans are refused. Keep words in ⟦ ⟧ as they are."
)
_NOTHING = "Nothing in your files answers this."


@dataclass(frozen=True, slots=True)
class LocalWording:
    """An answer worded here from values found here: Markdown with [n], and its citations."""

    text: str
    citations: tuple[Citation, ...]


def messages_for_plan(question: str) -> tuple[Message, ...]:
    """What the first call says; `question` as it leaves, reworded and with labels."""
    return (Message("system", PLAN_INSTRUCTIONS), Message("user", " ".join(question.split())))


def answer(found: Found) -> LocalWording:
    """The values as sentences with their citations, the worked-out sum, and what was not found."""
    if not found.values:
        return LocalWording(_NOTHING, ())
    lines = [f"{one.label}: {said(one)} [{one.n}]" for one in found.values]
    if found.worked:
        lines.append(f"{found.sum_said} = {found.worked} {''.join(f'[{n}]' for n in found.sum_uses)}".rstrip())
    elif found.note:
        lines.append(f"{found.sum_said}: {found.note[:1].lower()}{found.note[1:]}")
    if found.missing:
        lines.append(f"Not found in your files: {', '.join(label.lower() for label in found.missing)}.")
    return LocalWording("\n\n".join(lines), tuple(one.citation for one in found.values))


def said(one: FoundValue) -> str:
    """A value, and how many passages say so where it is more than one."""
    return f"**{one.text}**" + (f" ({one.agreed} passages say so)" if one.agreed > 1 else "")
