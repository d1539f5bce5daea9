"""The second call of Findings: a table of approved facts leaves, and what comes back is held against that table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.ask.findings import WORKED, Found
from app.cloud.parcel import Part, PartKind
from app.evidence.check import unsupported
from app.library.sentences import sentences
from app.values import Citation
from models.api import Message

INSTRUCTIONS = (
    "Answer the question in a few short sentences, from the numbered facts only. End every sentence that uses a fact "
    "with its number, like [F2]. Copy numbers, dates and names exactly. If the facts do not answer, say which fact is "
    "missing. Keep words in ⟦ ⟧ as they are."
)
_MARKER = re.compile(r"\[\s*[Ff]\s?(\d{1,2})\s*\]")
_SEVERAL = re.compile(r"\[\s*[Ff]\s?\d{1,2}(?:\s*[,;]\s*[Ff]?\s?\d{1,2}){1,7}\s*\]")
_OPEN = re.compile(r"\[[\sFf\d,;]{0,39}\Z")
_OURS = re.compile(r"\[(\d{1,2})\]")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the table, as it leaves."""

    number: str
    """"F1"; "W" for what was worked out here."""
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """An answer held against the facts it was made from."""

    citations: tuple[Citation, ...]
    """Of the facts it cites, in the order of their numbers."""
    flagged: tuple[tuple[int, int, str], ...]
    """(start, end, what) of numbers, dates and names that neither the facts nor the question hold."""
    uncited: bool
    """Whether it cites no fact at all."""
    says: str
    """One line for the person; empty when there is nothing to say."""


def facts(parts: Iterable[Part], outgoing: Mapping[str, str]) -> tuple[Fact, ...]:
    """The table of the ticked findings; `outgoing` is part id to its text under labels, missing for unticked ones."""
    return tuple(
        Fact(part.id, part.title, outgoing[part.id])
        for part in parts
        if part.kind is PartKind.FINDING and part.id in outgoing
    )


def messages_for_synthesis(question: str, table: Sequence[Fact]) -> tuple[Message, ...]:
    """What the second call says; both arguments as they leave, under labels."""
    lines = [f"{one.number} | {one.title} | {one.text}" for one in table if one.number != WORKED]
    lines += [f"Worked out from these: {one.title} = {one.text}" for one in table if one.number == WORKED]
    user = f"Question: {' '.join(question.split())}\n\nFacts:\n" + "\n".join(lines)
    return (Message("system", INSTRUCTIONS), Message("user", user))


class Markers:
    """Turns "[F3]" into "[3]" in text that arrives in pieces; holds back no more than an open bracket could be."""

    def __init__(self, found: Found) -> None:
        self._known = frozenset(one.n for one in found.values)
        self._carry = ""

    def feed(self, delta: str) -> str:
        """More text, ready to show."""
        text = self._carry + delta
        held = _OPEN.search(text)
        at = held.start() if held else len(text)
        self._carry = text[at:]
        return self._turned(text[:at])

    def end(self) -> str:
        """What was held back."""
        rest, self._carry = self._carry, ""
        return self._turned(rest)

    def _turned(self, text: str) -> str:
        text = _SEVERAL.sub(lambda found: "".join(f"[F{n}]" for n in re.findall(r"\d+", found.group())), text)
        # A fact that was never sent: its marker is no citation and is left out.
        return _MARKER.sub(lambda one: f"[{one.group(1)}]" if int(one.group(1)) in self._known else "", text)


def read_answer(text: str, found: Found, question: str) -> ReadAnswer:
    """Hold an answer (labels put back, markers turned into [n]) against the findings and the question."""
    known = {one.n: one.citation for one in found.values}
    cited = sorted({int(one.group(1)) for one in _OURS.finditer(text)} & set(known))
    held = [f"{one.label}: {one.text}." for one in found.values]
    held += [found.worked, found.sum_said, *found.missing]
    flagged = tuple(not_held(text, held, question))
    return ReadAnswer(tuple(known[n] for n in cited), flagged, not cited, _says(flagged, bool(cited)))


def not_held(text: str, held: Sequence[str], question: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, what) of every number, date and name of a text that neither `held` nor the question holds."""
    # Markers are blanked so that their digits are no claims.
    masked = _OURS.sub(lambda one: " " * len(one.group()), text)
    for start, end in sentences(masked):
        sentence = masked[start:end]
        for what in unsupported(sentence, held, known=question):
            first = _where(sentence, what)
            yield (start + first[0], start + first[1], what) if first else (start, end, what)


def _where(sentence: str, what: str) -> tuple[int, int] | None:
    """Where the number or name stands, when it stands there as it is told ("1200" also as "1,200")."""
    loose = r"[,\s.]?".join(map(re.escape, what.removesuffix(" %"))) if what[:1].isdigit() else re.escape(what)
    match = re.search(rf"(?<!\w){loose}(?!\w)", sentence)
    return match.span() if match else None


def _says(flagged: Sequence[tuple[int, int, str]], cites: bool) -> str:
    if flagged:
        told = ", ".join(f"“{what}”" for what in dict.fromkeys(what for _, _, what in flagged))
        return f"Not in the facts that were sent, so not from your files: {told}."
    return "" if cites else "The answer names none of the facts that were sent."
