"""The words a person wants hidden from everything that leaves, always."""

from __future__ import annotations

import time

from app.store.db import Store


class HiddenWords:
    """Reads and writes the person's own list."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def all(self) -> list[str]:
        """Every word or phrase, oldest first."""
        with self.store.read() as db:
            return [str(row[0]) for row in db.execute("SELECT word FROM hidden_words ORDER BY added_at, word")]

    def add(self, word: str) -> bool:
        """Keep a word or phrase; False when it is empty or known already."""
        plain = " ".join(word.split())
        if not plain:
            return False
        with self.store.write(durable=True) as db:
            kept = db.execute("INSERT OR IGNORE INTO hidden_words (word, added_at) VALUES (?, ?)", (plain, time.time()))
            return bool(kept.rowcount)

    def remove(self, word: str) -> bool:
        """Take a word off the list; False when it was not on it."""
        with self.store.write(durable=True) as db:
            gone = db.execute("DELETE FROM hidden_words WHERE word = ?", (" ".join(word.split()),))
            return bool(gone.rowcount)
