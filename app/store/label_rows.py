"""Rows of labels: which sealed value each label of a conversation stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.store.db import Store


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label; the value is sealed, `nonce` belongs to it."""

    label: str
    kind: str
    nonce: bytes
    value: bytes


class LabelRows:
    """Reads and writes the labels of conversations; they go with the conversation."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def of(self, conversation: int) -> list[LabelRow]:
        """The labels of a conversation in the order they were given."""
        with self.store.read() as db:
            rows = db.execute(
                "SELECT label, kind, nonce, value FROM labels WHERE conversation = ? ORDER BY rowid", (conversation,)
            ).fetchall()
        return [LabelRow(*row) for row in rows]

    def keep(self, conversation: int, rows: Iterable[LabelRow]) -> None:
        """Keep labels, all or none, before anything that carries them leaves; a label that is kept never changes."""
        with self.store.write(durable=True) as db:
            db.executemany(
                "INSERT INTO labels (conversation, label, kind, nonce, value) VALUES (?, ?, ?, ?, ?)",
                [(conversation, row.label, row.kind, row.nonce, row.value) for row in rows],
            )
