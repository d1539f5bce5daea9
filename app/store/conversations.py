"""Conversations: every question with its answer, where it was made, and the citations as they were shown."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.store.db import Row, Store

_TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Conversation:
    """A row of questions that belong together."""

    id: int
    title: str
    created_at: float
    turns: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer. `citations` is what was shown, whole, so that it outlives the files it names."""

    question: str
    answer: str
    standalone_question: str = ""
    citations: tuple[Mapping[str, Any], ...] = ()
    passages: tuple[int, ...] = ()
    mode: str = ""
    model: str = ""
    place: str = "on_device"
    confidence: str = ""
    seconds: float = 0.0
    stopped: bool = False
    asked_at: float = 0.0
    messages: str = ""
    """What the writer was given and said in this turn, byte for byte, so that a later prompt only appends."""
    id: int = 0
    provider: str = ""
    """Who answered, by the name shown, when `place` is cloud."""
    ledger_seq: int | None = None
    cost_micros: int | None = None
    estimate_micros: int | None = None
    labels: int = 0
    """How many labels were put back into names in the answer."""


class Conversations:
    """Reads and writes the rows of conversations and turns; what a person wrote also outlives a power cut."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def begin(self, question: str) -> int:
        """A new conversation, titled with its first question; its id."""
        title = " ".join(question.split())
        title = title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1].rstrip() + "…"
        with self.store.write(durable=True) as db:
            cursor = db.execute("INSERT INTO conversations (title, created_at) VALUES (?, ?)", (title, time.time()))
            return int(cursor.lastrowid or 0)

    def add(self, conversation: int, turn: Turn) -> int:
        """Keep a turn; its id. Raises KeyError when the conversation is gone."""
        with self.store.write(durable=True) as db:
            if not db.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation,)).fetchone():
                raise KeyError(conversation)
            cursor = db.execute(
                "INSERT INTO turns (conversation, asked_at, question, standalone_question, answer, citations, "
                "passages, mode, model, place, confidence, seconds, stopped, messages, provider, ledger_seq, "
                "cost_micros, estimate_micros, labels) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    conversation,
                    turn.asked_at or time.time(),
                    turn.question,
                    turn.standalone_question or turn.question,
                    turn.answer,
                    json.dumps([dict(citation) for citation in turn.citations], ensure_ascii=False),
                    json.dumps(turn.passages),
                    turn.mode,
                    turn.model,
                    turn.place,
                    turn.confidence,
                    turn.seconds,
                    turn.stopped,
                    turn.messages,
                    turn.provider,
                    turn.ledger_seq,
                    turn.cost_micros,
                    turn.estimate_micros,
                    turn.labels,
                ),
            )
            return int(cursor.lastrowid or 0)

    def get(self, conversation: int) -> Conversation | None:
        """A conversation by id."""
        found = self._list("WHERE c.id = ?", (conversation,))
        return found[0] if found else None

    def all(self, *, limit: int = 1000) -> list[Conversation]:
        """The newest conversations first; without those in which nothing was answered yet (a quote never sent)."""
        return self._list(
            "WHERE EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id) ORDER BY c.id DESC LIMIT ?", (limit,)
        )

    def last(self) -> Conversation | None:
        """The newest conversation."""
        found = self.all(limit=1)
        return found[0] if found else None

    def turns(self, conversation: int) -> list[Turn]:
        """The turns of a conversation, in order."""
        with self.store.read() as db:
            rows = db.execute("SELECT * FROM turns WHERE conversation = ? ORDER BY id", (conversation,))
            return [_turn(row) for row in rows]

    def rename(self, conversation: int, title: str) -> None:
        """Give a conversation another title."""
        with self.store.write(durable=True) as db:
            db.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation))

    def delete(self, conversation: int) -> bool:
        """Delete a conversation with its turns; the caller deletes the model's kept state of it. False: not there."""
        with self.store.write(durable=True) as db:
            return db.execute("DELETE FROM conversations WHERE id = ?", (conversation,)).rowcount > 0

    def _list(self, where: str, values: Sequence[object]) -> list[Conversation]:
        with self.store.read() as db:
            rows = db.execute(
                "SELECT c.*, (SELECT count(*) FROM turns t WHERE t.conversation = c.id) AS turns "
                f"FROM conversations c {where}",
                values,
            )
            return [Conversation(row["id"], row["title"], row["created_at"], row["turns"]) for row in rows]


def _turn(row: Row) -> Turn:
    return Turn(
        question=row["question"],
        answer=row["answer"],
        standalone_question=row["standalone_question"],
        citations=tuple(json.loads(row["citations"])),
        passages=tuple(json.loads(row["passages"])),
        mode=row["mode"],
        model=row["model"],
        place=row["place"],
        confidence=row["confidence"],
        seconds=row["seconds"],
        stopped=bool(row["stopped"]),
        asked_at=row["asked_at"],
        messages=row["messages"],
        id=row["id"],
        provider=row["provider"],
        ledger_seq=row["ledger_seq"],
        cost_micros=row["cost_micros"],
        estimate_micros=row["estimate_micros"],
        labels=row["labels"],
    )
