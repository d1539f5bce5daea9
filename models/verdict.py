"""The built-in check of twenty small tasks, so that a person sees what a writer gets right before relying on it."""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.api import Cancel, ChatModel, ChatOptions, Message, Piece

_TASKS = Path(__file__).with_name("verdict_tasks.toml")
_SYSTEM = "You work with one text. Answer in one short sentence, from the text only."
_MAX_TOKENS = 72
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Kind(StrEnum):
    """What a task tries."""

    QUESTION = "question"
    SUMMARY = "summary"
    NEEDLE = "needle"


@dataclass(frozen=True, slots=True)
class VerdictTask:
    """One task: a text, what is asked of it, and what a right answer holds; see verdict_tasks.toml."""

    kind: Kind
    text: str
    ask: str
    must: tuple[tuple[str, ...], ...]
    never: tuple[str, ...]

    def right(self, answer: str) -> bool:
        """Whether an answer holds all it must and nothing it must not. A summary that names a number the text does not
        hold was made up in that place, so it is wrong."""
        said = answer.casefold()
        holds = all(any(wording.casefold() in said for wording in group) for group in self.must)
        clean = not any(wording.casefold() in said for wording in self.never)
        if self.kind is Kind.SUMMARY:
            clean = clean and set(_NUMBER.findall(answer)) <= set(_NUMBER.findall(self.text))
            # Copying the whole text is no summary of it.
            holds = holds and len(answer) < len(self.text)
        return holds and clean

    def messages(self) -> list[Message]:
        """What the writer is given."""
        return [Message("system", _SYSTEM), Message("user", f"Text: {self.text}\n\n{self.ask}")]


@dataclass(frozen=True, slots=True)
class Tried:
    """One task is done: how far the check is, and whether its answer was right."""

    kind: Kind
    right: bool
    done: int
    of: int


@functools.cache
def verdict_tasks() -> tuple[VerdictTask, ...]:
    """All tasks, in the file's order."""
    said = tomllib.loads(_TASKS.read_text(encoding="utf-8"))
    hay, times = str(said["hay"]["text"]), int(said["hay"]["times"])
    return tuple(_task(row, said["texts"], [hay] * times) for row in said["task"])


def _task(row: dict[str, Any], texts: dict[str, str], hay: list[str]) -> VerdictTask:
    kind = Kind(row["kind"])
    text = str(row["text"])
    if kind is Kind.NEEDLE:
        place = round(float(row["at"]) * len(hay))
        text = " ".join([*hay[:place], text, *hay[place:]])
    else:
        text = texts[text]
    return VerdictTask(kind, text, row["ask"], tuple(tuple(group) for group in row["must"]), tuple(row["never"]))


@functools.cache
def check_name() -> str:
    """Names the check itself: a result of other tasks or another prompt does not count."""
    return hashlib.sha256(_TASKS.read_bytes() + _SYSTEM.encode()).hexdigest()[:16]


def try_out(chat: ChatModel, *, cancel: Cancel) -> Iterator[Tried]:
    """Give a writer all tasks, one after the other; ends early when stopped. Raises ModelError."""
    every = verdict_tasks()
    for done, task in enumerate(every, start=1):
        options = ChatOptions(max_tokens=_MAX_TOKENS)
        parts = chat.chat(task.messages(), options=options, cancel=cancel)
        answer = "".join(part.text for part in parts if isinstance(part, Piece))
        if cancel.stopped:
            return
        yield Tried(task.kind, task.right(answer), done=done, of=len(every))
