"""Vectors of meaning as float16 blobs, keyed by passage and embedder: the truth every vector index is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.store.db import Store
from app.store.documents import grow_generation

_MANY = 500


class Embeddings:
    """The vectors of one embedder; vectors of different embedders never meet."""

    def __init__(self, store: Store, name: str, *, width: int) -> None:
        self.store = store
        self.name = name
        self.width = width
        self._id: int | None = None

    def embedder(self) -> int:
        """The embedder's number in this database, or 0 before its first vector is kept."""
        if self._id is None:
            with self.store.read() as db:
                row = db.execute("SELECT id FROM embedders WHERE name = ?", (self.name,)).fetchone()
            if row is None:
                return 0
            self._id = int(row[0])
        return self._id

    def missing(self, limit: int) -> list[tuple[int, str]]:
        """Passages without a vector, oldest first: (id, its context and text as the embedder should read it)."""
        with self.store.read() as db:
            rows = db.execute(
                "SELECT p.id, p.context, p.text FROM passages p WHERE NOT EXISTS "
                "(SELECT 1 FROM embeddings e WHERE e.embedder = ? AND e.passage = p.id) ORDER BY p.id LIMIT ?",
                (self.embedder(), limit),
            )
            return [(row[0], f"{row[1]}\n{row[2].strip()}" if row[1] else row[2].strip()) for row in rows]

    def keep(self, vectors: Sequence[tuple[int, bytes]]) -> None:
        """Keep vectors in one transaction; those of passages that are gone meanwhile are left out."""
        with self.store.write() as db:
            if not self.embedder():
                db.execute("INSERT INTO embedders (name, width) VALUES (?, ?)", (self.name, self.width))
            number = db.execute("SELECT id FROM embedders WHERE name = ?", (self.name,)).fetchone()[0]
            db.executemany(
                "INSERT OR REPLACE INTO embeddings (embedder, passage, vector) "
                "SELECT ?, id, ? FROM passages WHERE id = ?",
                ((number, vector, passage) for passage, vector in vectors),
            )
            grow_generation(db)

    def count(self) -> int:
        """Vectors kept for this embedder."""
        with self.store.read() as db:
            return int(
                db.execute("SELECT count(*) FROM embeddings WHERE embedder = ?", (self.embedder(),)).fetchone()[0]
            )

    def ids(self) -> list[int]:
        """Passages that have a vector, in order."""
        with self.store.read() as db:
            rows = db.execute("SELECT passage FROM embeddings WHERE embedder = ? ORDER BY passage", (self.embedder(),))
            return [row[0] for row in rows]

    def after(self, passage: int) -> Iterator[tuple[int, int, bytes]]:
        """(passage, document, vector) of every passage with a higher id, in order."""
        with self.store.read() as db:
            rows = db.execute(
                "SELECT e.passage, p.document, e.vector FROM embeddings e JOIN passages p ON p.id = e.passage "
                "WHERE e.embedder = ? AND e.passage > ? ORDER BY e.passage",
                (self.embedder(), passage),
            )
            for row in rows:
                yield row[0], row[1], row[2]

    def of(self, passages: Sequence[int]) -> dict[int, bytes]:
        """Vectors of some passages; those without one are left out."""
        found: dict[int, bytes] = {}
        with self.store.read() as db:
            for start in range(0, len(passages), _MANY):
                some = passages[start : start + _MANY]
                marks = ",".join("?" * len(some))
                rows = db.execute(
                    f"SELECT passage, vector FROM embeddings WHERE embedder = ? AND passage IN ({marks})",
                    (self.embedder(), *some),
                )
                found |= {row[0]: row[1] for row in rows}
        return found
