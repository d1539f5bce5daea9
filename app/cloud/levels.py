"""The four levels of sending: what each may hold, and the one sentence each may print of the bytes it really made."""

from __future__ import annotations

from collections.abc import Sequence

from app.cloud.parcel import Level, PartKind

ENOUGH_RIGHT = 0.70
"""Share of typed questions the local writer must get right before Findings is offered (issue 5; docs/figures)."""

HOLDS: dict[Level, frozenset[PartKind]] = {
    Level.BLIND: frozenset({PartKind.QUESTION}),
    Level.FINDINGS: frozenset({PartKind.QUESTION, PartKind.FINDING}),
    Level.SNIPPETS: frozenset({PartKind.QUESTION, PartKind.PASSAGE, PartKind.DRAFT, PartKind.EARLIER}),
    Level.FULL: frozenset({PartKind.QUESTION, PartKind.PASSAGE, PartKind.DRAFT, PartKind.EARLIER, PartKind.FILE}),
}
"""What a parcel of each level may be made of. The gate checks it again."""


def offered(findings_right: float | None) -> tuple[Level, ...]:
    """The levels to choose from. `findings_right` is the writer's measured share of right facts, None before it was
    measured; below ENOUGH_RIGHT its facts are not good enough to be sent as facts."""
    able = findings_right is not None and findings_right >= ENOUGH_RIGHT
    return tuple(level for level in Level if level is not Level.FINDINGS or able)


def hides_details(level: Level) -> bool:
    """Whether personal details are swapped at this level. At Full only the person's own words to hide are."""
    match level:
        case Level.BLIND | Level.FINDINGS | Level.SNIPPETS:
            return True
        case Level.FULL:
            return False


def holds_no_document(level: Level, kinds: Sequence[PartKind]) -> bool:
    """Whether a parcel promises that no word of a file leaves: its bytes are then compared with the whole library."""
    return level in (Level.BLIND, Level.FINDINGS) and all(
        kind in (PartKind.QUESTION, PartKind.FINDING) for kind in kinds
    )


def claim(level: Level, kinds: Sequence[PartKind], *, compared: bool, hidden: int = 0) -> str:
    """The sentence that may be printed of a parcel whose ticked parts are of these kinds, and no more.

    `compared`: the bytes were compared with every text of the library and hold no run of its words; without that
    nothing is said of documents. `hidden` counts the swapped details.
    """
    count = {kind: sum(1 for one in kinds if one is kind) for kind in PartKind}
    if not kinds:
        return "Nothing is sent."
    if holds_no_document(level, kinds):
        facts = count[PartKind.FINDING]
        if facts:
            return f"Of your documents, only {'this fact is' if facts == 1 else f'these {facts} facts are'} sent."
        return "Your documents are not sent." if compared else "Only your question is sent."
    if level is Level.FULL:
        return "Sent as it is." if not hidden else f"Sent as it is, except {_many(hidden, 'word')} you always hide."
    said = [
        _these(count[PartKind.PASSAGE], "passage"),
        "the answer made here" if count[PartKind.DRAFT] else "",
        _many(count[PartKind.EARLIER], "earlier question", "with its answer", "with their answers"),
    ]
    held = [words for words in said if words]
    if not held:
        return "Only your question is sent."
    one = len(held) == 1 and sum(count[kind] for kind in kinds if kind is not PartKind.QUESTION) == 1
    joined = " and ".join(held)
    return f"{joined[0].upper()}{joined[1:]} {'is' if one or held == ['the answer made here'] else 'are'} sent."


def send_words(parts: int) -> str:
    """The words on the button: the count is in them."""
    return f"Send {'this part' if parts == 1 else f'these {parts} parts'} once"


def _these(count: int, what: str) -> str:
    match count:
        case 0:
            return ""
        case 1:
            return f"this {what}"
        case _:
            return f"these {count} {what}s"


def _many(count: int, what: str, one: str = "", more: str = "") -> str:
    if not count:
        return ""
    return " ".join(
        part for part in (f"{count} {what}{'' if count == 1 else 's'}", one if count == 1 else more) if part
    )
