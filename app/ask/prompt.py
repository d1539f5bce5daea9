"""Lays out the messages a writer is given so that every follow-up only appends to what it has already read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.store.conversations import Turn
from app.values import Passage
from models.api import Message

SYSTEM = (
    "You answer questions from the numbered passages of the person's own files. Use only these passages. "
    "Write one to four short sentences. End every sentence with the number of the passage it comes from, like [2]. "
    "Copy numbers, dates and names exactly. If the passages do not answer, write: NOT FOUND"
)
WITHOUT_FILES = "You answer questions briefly and truthfully. If you do not know, say so."
ANSWER_TOKENS = 300


@dataclass(frozen=True, slots=True)
class Layout:
    """The messages of one question, and which number each passage has in this conversation."""

    messages: tuple[Message, ...]
    numbers: dict[int, int]
    """Passage id to its [n], of everything the messages hold."""
    new: tuple[int, ...]
    """Ids of the passages that this question adds, in order."""


def layout(
    question: str,
    passages: Sequence[Passage],
    turns: Sequence[Turn],
    *,
    fits: Callable[[Sequence[Message]], bool],
    use_files: bool = True,
) -> Layout:
    """Messages for the next question: the earlier turns byte for byte, then what is new.

    When that no longer fits, the conversation starts afresh: earlier passages are dropped and earlier questions and
    answers are kept as plain text, as many as fit; then the last of the new passages go, one by one.
    """
    kept = [turn for turn in (read_turn(turn) for turn in turns) if turn is not None]
    found = _appended(question, passages, kept, use_files=use_files)
    if fits(found.messages):
        return found
    bare = [KeptTurn(turn.question, turn.assistant, (), turn.question) for turn in kept]
    for keep in range(min(len(bare), 3), -1, -1):
        found = _appended(question, passages, bare[len(bare) - keep :], use_files=use_files)
        if fits(found.messages):
            return found
    for count in range(len(passages) - 1, 0, -1):
        found = _appended(question, passages[:count], (), use_files=use_files)
        if fits(found.messages):
            break
    return found


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """What was said to the writer and by it, and the passages that were given with it."""

    user: str
    assistant: str
    passages: tuple[int, ...]
    question: str


def read_turn(turn: Turn) -> KeptTurn | None:
    """The messages of a stored turn; None when the writer had no part in it."""
    if not turn.messages:
        return None
    row = json.loads(turn.messages)
    return KeptTurn(row["user"], row["assistant"], tuple(row["passages"]), turn.question)


def keep_turn(given: Layout, assistant: str) -> str:
    """What `read_turn` reads, as one JSON object."""
    row = {"user": given.messages[-1].content, "assistant": assistant, "passages": given.new}
    return json.dumps(row, ensure_ascii=False)


def _appended(question: str, passages: Sequence[Passage], kept: Sequence[KeptTurn], *, use_files: bool) -> Layout:
    messages = [Message("system", SYSTEM if use_files else WITHOUT_FILES)]
    numbers: dict[int, int] = {}
    for turn in kept:
        messages += [Message("user", turn.user), Message("assistant", turn.assistant)]
        for earlier in turn.passages:
            numbers.setdefault(earlier, len(numbers) + 1)
    new = [passage for passage in passages if passage.id not in numbers]
    for passage in new:
        numbers[passage.id] = len(numbers) + 1
    shown = [_passage(numbers[passage.id], passage) for passage in new]
    known = sorted(numbers[passage.id] for passage in passages if passage not in new)
    if known:
        shown.append("See also above: " + " ".join(f"[{number}]" for number in known))
    shown.append(f"Question: {question.strip()}")
    messages.append(Message("user", "\n\n".join(shown)))
    return Layout(tuple(messages), numbers, tuple(passage.id for passage in new))


def _passage(number: int, passage: Passage) -> str:
    place = " › ".join(part for part in (passage.document.title, passage.heading) if part)
    return f"[{number}] {place}\n{' '.join(passage.text.split())}"
