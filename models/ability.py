"""What a writer can honestly be used for: a built-in check, measured once per model file and remembered."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.api import Cancel, ChatModel, ChatOptions, Message, Piece

_TASKS = Path(__file__).with_name("ability_tasks.toml")
_SYSTEM = (
    "You work with one passage. Answer in one or two sentences, from the passage only. "
    "If the passage does not hold the answer, write exactly: Nothing answers this."
)
_MAX_TOKENS = 64


class Action(StrEnum):
    """What a person may ask of a writer; each has a mark below which it is not offered."""

    WRITE = "write"
    REWRITE = "rewrite"
    TRANSLATE = "translate"
    MINUTES = "minutes"
    FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class Task:
    """One question of the check; see ability_tasks.toml."""

    action: Action
    passage: str
    ask: str
    must: tuple[tuple[str, ...], ...]
    never: tuple[str, ...]

    def right(self, answer: str) -> bool:
        """Whether an answer holds all it must and nothing it must not; upper and lower case are the same."""
        said = answer.casefold()
        holds = all(any(wording.casefold() in said for wording in group) for group in self.must)
        return holds and not any(wording.casefold() in said for wording in self.never)


@dataclass(frozen=True, slots=True)
class Checked:
    """One task is done: how far the check is, and whether the answer was right."""

    action: Action
    right: bool
    done: int
    of: int


@functools.cache
def tasks() -> tuple[Task, ...]:
    """All tasks, in the file's order."""
    rows = tomllib.loads(_TASKS.read_text(encoding="utf-8"))["task"]
    return tuple(
        Task(
            action=Action(row["action"]),
            passage=row["passage"],
            ask=row["ask"],
            must=tuple(tuple(group) for group in row["must"]),
            never=tuple(row["never"]),
        )
        for row in rows
    )


@functools.cache
def marks() -> dict[Action, float]:
    """The share of right answers each action asks for, 0 to 1."""
    said = tomllib.loads(_TASKS.read_text(encoding="utf-8"))["marks"]
    return {action: float(said[action.value]) for action in Action}


def prompt(task: Task) -> list[Message]:
    """What the writer is given for one task."""
    return [Message("system", _SYSTEM), Message("user", f"Passage: {task.passage}\n\n{task.ask}")]


class Ability:
    """The measured abilities of all writers of a profile, kept in one small JSON file by the hash of their weights.
    A writer nobody measured may nothing: quoting works without it."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known: dict[str, Any] = self._remembered()

    def may(self, sha256: str, action: Action | str) -> bool:
        """Whether this writer reached the mark of an action."""
        share = self.share(sha256, action)
        return share is not None and share >= marks()[Action(action)]

    def share(self, sha256: str, action: Action | str) -> float | None:
        """Share of right answers, 0 to 1; None before the check, and when the check has changed since."""
        row = self._known.get(sha256, {})
        share = row.get("shares", {}).get(Action(action).value) if row.get("check") == _check() else None
        return float(share) if share is not None else None

    def words_per_s(self, sha256: str) -> float | None:
        """Writing speed as last measured here; None before."""
        speed = self._known.get(sha256, {}).get("words_per_s")
        return float(speed) if speed is not None else None

    def note_speed(self, sha256: str, words_per_s: float) -> None:
        """Remember a measured speed."""
        self._note(sha256, {"words_per_s": round(words_per_s, 2)})

    def note_profile(self, sha256: str, profile: Mapping[str, float]) -> None:
        """Remember everything the measurement found of a model on this computer, and when."""
        self._note(sha256, {"profile": {**profile, "at": int(time.time())}})

    def profile(self, sha256: str) -> dict[str, float]:
        """What `note_profile` kept, with `at` in seconds since 1970; empty before the first measurement."""
        row = self._known.get(sha256, {}).get("profile", {})
        said = row.items() if isinstance(row, dict) else ()
        return {key: float(value) for key, value in said if isinstance(value, int | float)}

    def note_verdict(self, sha256: str, check: str, right: int, of: int) -> None:
        """Remember how many of the built-in check's answers were right; `check` names the check."""
        self._note(sha256, {"verdict": {"check": check, "right": right, "of": of, "at": int(time.time())}})

    def verdict(self, sha256: str, check: str) -> tuple[int, int, int] | None:
        """(right, of, when in seconds since 1970); None before that check, and when the check has changed since."""
        row = self._known.get(sha256, {}).get("verdict", {})
        if not isinstance(row, dict) or row.get("check") != check:
            return None
        return int(row["right"]), int(row["of"]), int(row["at"])

    def measure(
        self, chat: ChatModel, sha256: str, *, cancel: Cancel, actions: Sequence[Action] = (Action.WRITE,)
    ) -> Iterator[Checked]:
        """Run the check of some actions; their shares are kept when all of it is done. Raises ModelError."""
        chosen = [task for task in tasks() if task.action in actions]
        right = dict.fromkeys(actions, 0)
        for done, task in enumerate(chosen, start=1):
            answer = _answer(chat, task, cancel)
            if cancel.stopped:
                return
            passed = task.right(answer)
            right[task.action] += passed
            yield Checked(task.action, passed, done=done, of=len(chosen))
        of = {action: sum(task.action is action for task in chosen) for action in actions}
        shares = {action.value: right[action] / of[action] for action in actions}
        row = self._known.get(sha256, {})
        kept = row.get("shares", {}) if row.get("check") == _check() else {}
        self._note(sha256, {"check": _check(), "shares": kept | shares, "measured_at": int(time.time())})

    def _note(self, sha256: str, what: dict[str, Any]) -> None:
        self._known[sha256] = self._known.get(sha256, {}) | what
        # Not kept on a full or read-only disk: then it is measured again another day.
        with contextlib.suppress(OSError):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._memory.with_suffix(".writing")
            fresh.write_text(json.dumps(self._known, indent=1), encoding="utf-8")
            fresh.replace(self._memory)

    def _remembered(self) -> dict[str, Any]:
        try:
            said = json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {key: row for key, row in said.items() if isinstance(row, dict)} if isinstance(said, dict) else {}


def _answer(chat: ChatModel, task: Task, cancel: Cancel) -> str:
    parts = chat.chat(prompt(task), options=ChatOptions(max_tokens=_MAX_TOKENS), cancel=cancel)
    return "".join(part.text for part in parts if isinstance(part, Piece))


@functools.cache
def _check() -> str:
    """Names the check itself: results of other tasks or another prompt do not count."""
    return hashlib.sha256(_TASKS.read_bytes() + _SYSTEM.encode()).hexdigest()[:16]
