"""Parcels made by hand for the tests of the gate and of keeping."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.cloud.body import FROM_PASSAGES, QUESTION_ONLY, build, question_only, with_texts
from app.cloud.gate import Guards
from app.cloud.parcel import Level, Offer, Outgoing, Parcel, Part, PartKind, Quote, Swap, Wait, Waits

QUOTE = Quote(100, True, 0.0, 900, 1100, 4000, 5_000_000, "2026-11-01", "a test")
QUESTION = Part("question", PartKind.QUESTION, "Your question", "How long is the notice period?")


class MemorySecrets:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.texts: dict[str, str] = {}

    def secret(self, name: str) -> bytes:
        return self.kept.setdefault(name, secrets.token_bytes(32))

    def read(self, name: str) -> str:
        return self.texts.get(name, "")

    def write(self, name: str, text: str) -> None:
        self.texts[name] = text


def passage(number: int, text: str, path: str = "/files/lease.txt", sha256: str = "a" * 64) -> Part:
    """A passage of a file."""
    rests_on = ((path, sha256),)
    return Part(f"p{number}", PartKind.PASSAGE, "Lease", text, document=Path(path), rests_on=rests_on)


def parcel_of(
    *parts: Part, level: Level = Level.SNIPPETS, swaps: Sequence[Swap] = (), question: Part = QUESTION
) -> Parcel:
    """A parcel in which every part is ticked and leaves with the swaps in place."""

    def hidden(text: str) -> str:
        for swap in swaps:
            text = text.replace(swap.value, swap.label)
        return text

    everything = (question, *parts)
    outgoing = tuple(Outgoing(part.id, hidden(part.text)) for part in everything)
    texts = [one.text for one in outgoing[1:]]
    messages = with_texts(outgoing[0].text, texts) if texts else question_only(outgoing[0].text)
    return Parcel(
        level=level,
        provider="openai",
        host="api.openai.com",
        model="m",
        conversation=1,
        question=question.text,
        parts=everything,
        outgoing=outgoing,
        swaps=tuple(swaps),
        instructions=FROM_PASSAGES if texts else QUESTION_ONLY,
        body=build(messages, model="m", kind="openai", max_output_tokens=300),
        max_output_tokens=300,
        flags=(("store", "false"),),
    )


def offer_of(parcel: Parcel, *, expires_at: float) -> Offer:
    """An offer of it with everything in place."""
    line = Waits(Wait.FIRST_USE, "This is the first time.", "It goes there.")
    return Offer(parcel, QUOTE, "These are sent.", (), (line,), False, expires_at)


def open_guards(**changes: object) -> Guards:
    """A gate that finds nothing wrong, but for the changes."""
    guards = Guards(
        never_send=lambda path, sha256: False,
        repeats_never_sent=lambda text: False,
        details=lambda texts, swaps: [],
        hidden_words=list,
        copied=lambda text: [],
        quote=lambda parcel: QUOTE,
    )
    return replace(guards, **changes)  # type: ignore[arg-type]  # one test names one guard
