"""Lays the ticked parts out as one request, hides what is to be hidden, and gives the parcel with its exact bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.ask.hiding import Hidden
from app.cloud import body
from app.cloud.parcel import Level, Parcel, Part, PartKind, Wish
from app.cloud.prices import Price, routing_limits
from app.cloud.surrogates import instruction
from app.egress.providers import Provider
from models.api import Message


class Call(StrEnum):
    """What a parcel asks for, and so how its reply is read."""

    ANSWER = "answer"
    """Prose, from the question alone or from numbered texts."""
    REFINE = "refine"
    """Prose, from the answer made here."""
    PLAN = "plan"
    """Tasks to be done here."""
    SYNTHESIS = "synthesis"
    """Prose, from facts found here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, beyond the parts."""

    call: Call
    question: str
    """As the person asked it here."""
    conversation: int
    passages: tuple[int, ...] = ()
    """Ids of the draft's passages: a plan is carried out on them."""
    found: str = ""
    """What the plan found here (Found.to_row), for the second call."""

    def note(self) -> str:
        """As kept beside the parcel."""
        return json.dumps({"call": self.call.value, "passages": self.passages, "found": self.found}, ensure_ascii=False)

    @classmethod
    def of(cls, note: str, *, question: str, conversation: int) -> Asked:
        """The inverse of `note`."""
        row = json.loads(note)
        return cls(Call(row["call"]), question, conversation, tuple(row["passages"]), row["found"])


@dataclass(frozen=True, slots=True)
class Destined:
    """Where a parcel goes."""

    provider: Provider | None
    model: str
    max_output_tokens: int
    flags: tuple[tuple[str, str], ...] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)
    """Members of the body that are this provider's own."""

    @classmethod
    def to(cls, provider: Provider, model: str, max_output_tokens: int, *, price: Price | None = None) -> Destined:
        """With the retention flags of that provider; `store` is always refused, also where it says nothing. A provider
        that hands the question on to others is told the highest price it may choose."""
        extras = provider.body_extras(model)
        if provider.kind == "openrouter" and price is not None:
            extras = {**extras, "provider": {**extras.get("provider", {}), "max_price": routing_limits(price)}}
        flags = dict((("store", "false"), *provider.flags_for(model)))
        return cls(provider, model, max_output_tokens, tuple(flags.items()), extras)


def make_parcel(asked: Asked, wish: Wish, parts: Sequence[Part], hidden: Hidden, destined: Destined) -> Parcel:
    """The parcel. Without a destination or a ticked part its body is empty, and it cannot be sent."""
    messages = messages_for(asked, wish, parts, hidden)
    provider = destined.provider
    raw = b""
    if provider is not None and destined.model and hidden.outgoing:
        raw = body.build(
            messages,
            model=destined.model,
            kind=provider.kind,
            max_output_tokens=destined.max_output_tokens,
            extras=destined.extras,
        )
    return Parcel(
        level=wish.level,
        provider=provider.id if provider else "",
        host=provider.host if provider else "",
        model=destined.model,
        conversation=asked.conversation,
        question=asked.question,
        parts=tuple(parts),
        outgoing=hidden.outgoing,
        swaps=hidden.swaps,
        instructions=messages[0].content if messages else "",
        body=raw,
        max_output_tokens=destined.max_output_tokens,
        flags=destined.flags,
    )


def messages_for(asked: Asked, wish: Wish, parts: Sequence[Part], hidden: Hidden) -> tuple[Message, ...]:
    """Our instructions first, then the ticked texts and the question, and nothing else."""
    kinds = {part.id: part.kind for part in parts}
    texts: dict[PartKind, list[str]] = {kind: [] for kind in PartKind}
    for one in hidden.outgoing:
        texts[kinds[one.part]].append(one.text)
    question = (texts[PartKind.QUESTION] or [""])[0]
    messages = _messages(asked, question, texts, parts, {one.part: one.text for one in hidden.outgoing})
    labels = instruction([swap.label for swap in hidden.swaps])
    if labels and messages:
        messages = (Message("system", f"{messages[0].content} {labels}"), *messages[1:])
    return messages


def numbered(parcel: Parcel) -> tuple[str, ...]:
    """Ids of the parts whose texts are numbered in the body, [1] first."""
    kinds = {part.id: part.kind for part in parcel.parts}
    return tuple(one.part for one in parcel.outgoing if kinds[one.part] in (PartKind.PASSAGE, PartKind.FILE))


def _messages(
    asked: Asked, question: str, texts: Mapping[PartKind, list[str]], parts: Sequence[Part], leaving: Mapping[str, str]
) -> tuple[Message, ...]:
    match asked.call:
        case Call.PLAN:
            from app.ask import blind

            return blind.messages_for_plan(question)
        case Call.SYNTHESIS:
            from app.ask import synthesis

            facts = synthesis.facts([part for part in parts if part.id in leaving], leaving)
            return synthesis.messages_for_synthesis(question, facts)
        case Call.REFINE:
            from app.ask import refine

            return refine.messages(question, (texts[PartKind.DRAFT] or [""])[0])
        case Call.ANSWER:
            numbered_texts = [*texts[PartKind.PASSAGE], *texts[PartKind.FILE]]
            if not numbered_texts and not texts[PartKind.EARLIER]:
                return body.question_only(question)
            return body.with_texts(question, numbered_texts, earlier=texts[PartKind.EARLIER])


def call_of(level: Level, *, refines: bool, plans: bool) -> Call:
    """Which call a wish begins with. `plans`: a writer here can carry a plan out, and there is something to look in."""
    match level:
        case Level.FINDINGS:
            return Call.PLAN
        case Level.BLIND:
            return Call.PLAN if plans else Call.ANSWER
        case Level.SNIPPETS | Level.FULL:
            return Call.REFINE if refines else Call.ANSWER
