"""Follow-up questions: only what is new is read, and a reopened conversation goes on from its kept state."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.paths import starter_models
from models.api import Cancel, ChatOptions, Message, Piece, Usage
from models.catalog import Job
from models.clients import HostedChat, hosted_chat
from models.hardware import look
from models.shelf import Shelf

CONVERSATIONS = 10
SYSTEM = Message("system", "You answer from the passages only. Cite each sentence as [n]. Be brief. " * 3)
NOUNS = ("rent", "deposit", "roof", "garden", "heating", "notice", "keys", "cellar", "parking", "water")


def passages(topic: int, first: int) -> str:
    """Three passages of about 60 tokens each, different for every topic and number."""
    texts = [
        f"[{number}] Clause {topic * 17 + number} of the agreement speaks of the {NOUNS[(topic + number) % 10]}: the "
        f"tenant of house {topic * 3 + number} informs the owner within {number + 5} days, in writing, and keeps a "
        f"copy of the letter of {number + 1} May together with the receipt number {topic * 1000 + number * 37}."
        for number in range(first, first + 3)
    ]
    return "\n".join(texts)


def ask(chat: HostedChat, messages: list[Message], name: str) -> tuple[str, Usage, float]:
    """(answer, usage, seconds to the first text)."""
    began, first, text = time.perf_counter(), 0.0, ""
    usage: Usage | None = None
    options = ChatOptions(max_tokens=24, conversation=name)
    for part in chat.chat(messages, options=options, cancel=Cancel()):
        match part:
            case Piece():
                first = first or time.perf_counter() - began
                text += part.text
            case Usage():
                usage = part
    assert usage is not None
    return text, usage, first


def question(topic: int, first: int) -> Message:
    """A question with its passages."""
    return Message("user", f"{passages(topic, first)}\n\nWhat does clause {topic * 17 + first} say?")


def rows() -> Iterator[tuple[str, float, str]]:
    """(figure, value, bound)."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        model = Shelf(starter_models(), root / "models", memory=root / "m.json").choose(Job.WRITING)
        if model is None:
            print("no writer on this computer", file=sys.stderr)
            return
        chat = hosted_chat(model, look(), states=root / "states")
        fresh = hosted_chat(model, look(), states=None)
        try:
            chat.facts(), fresh.facts()
            yield from _follow_ups(chat, fresh)
            yield from _reopened(chat)
        finally:
            chat.host.close()
            fresh.host.close()


def _follow_ups(chat: HostedChat, fresh: HostedChat) -> Iterator[tuple[str, float, str]]:
    too_many, shares, ratios = 0, [], []
    for topic in range(CONVERSATIONS):
        opening = [SYSTEM, question(topic, 1)]
        answer, _, _ = ask(chat, opening, f"c{topic}")
        follow = [*opening, Message("assistant", answer), question(topic, 4)]
        new = chat.count(follow) - chat.count([*opening, Message("assistant", answer)])
        _, usage, first_s = ask(chat, follow, f"c{topic}")
        fresh.host.ask_one("forget", {})
        _, whole, whole_s = ask(fresh, follow, "")
        # The end of the answer's turn is new as well: it was never read.
        too_many += max(0, usage.evaluated - new - 8)
        share = usage.evaluated / whole.evaluated
        shares.append(share)
        ratios.append(first_s / whole_s / share)
    yield "follow-ups, tokens read that were not new (ten conversations)", float(too_many), "= 0"
    yield "follow-ups, share of the prompt that is read", statistics.median(shares), ""
    yield "follow-ups, time to first text ÷ (whole reading x that share), median", statistics.median(ratios), "<= 1.1"


def _reopened(chat: HostedChat) -> Iterator[tuple[str, float, str]]:
    long = [SYSTEM]
    for turn in range(4):
        long.append(question(turn, 1 + 3 * turn))
        answer, _, _ = ask(chat, long, "long")
        long.append(Message("assistant", answer))
    long.append(Message("user", "And then?"))
    chat.host.evict()
    chat.facts()
    _, restored, _ = ask(chat, long, "long")
    chat.forget("long")
    chat.host.evict()
    chat.facts()
    _, again, _ = ask(chat, long, "another")
    yield "reopened conversation, tokens of its prompt", float(again.tokens_in), ""
    yield "reopened conversation, tokens read", float(restored.evaluated), ""
    yield "reopened from the kept state ÷ read again", restored.prompt_s / again.prompt_s, "<= 0.1"


if __name__ == "__main__":
    for row in rows():
        print(*row)
