"""Vectors of meaning as float16 blobs, keyed by passage and embedder: the truth every vector index is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.store.db import Store
from app.store.documents import grow_generation

_MANY = 500
_JOURNAL = 100_000
"""Changes kept for indexes to follow."""


@dataclass(frozen=True, slots=True)
class KeptEmbedder:
    """An embedder of which vectors are kept, and how many."""

    name: str
    width: int
    vectors: int


def kept_embedders(store: Store) -> list[KeptEmbedder]:
    """Every embedder whose vectors are kept, most vectors first."""
    with store.read() as db:
        rows = db.execute("SELECT name, width, vectors FROM embedders WHERE vectors > 0 ORDER BY vectors DESC, name")
        return [KeptEmbedder(*row) for row in rows]


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
        """Passages without a vector, oldest first: (id, its context and text as the embedder should read it).

        Nobody looks again where everything has its vector, so the last batch of a large library costs as the first.
        """
        with self.store.read() as db:
            db.execute("BEGIN")
            newest = int(db.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])
            row = db.execute("SELECT complete_to FROM embedders WHERE id = ?", (self.embedder(),)).fetchone()
            complete_to = int(row[0]) if row else 0
            rows = db.execute(
                "SELECT p.id, p.context, p.text FROM passages p WHERE p.id > ? AND NOT EXISTS "
                "(SELECT 1 FROM embeddings e WHERE e.embedder = ? AND e.passage = p.id) ORDER BY p.id LIMIT ?",
                (complete_to, self.embedder(), limit),
            ).fetchall()
        self._note_complete(complete_to, rows[0][0] - 1 if rows else newest)
        return [(row[0], f"{row[1]}\n{row[2].strip()}" if row[1] else row[2].strip()) for row in rows]

    def _note_complete(self, before: int, now: int) -> None:
        """Remember up to where everything has its vector; a vector deleted meanwhile has lowered `before`."""
        if now > before and not self.store.read_only and self.embedder():
            with self.store.write() as db:
                db.execute(
                    "UPDATE embedders SET complete_to = ? WHERE id = ? AND complete_to = ?",
                    (now, self.embedder(), before),
                )

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
            db.execute(
                "DELETE FROM vector_changes WHERE number <= (SELECT max(number) FROM vector_changes) - ?", (_JOURNAL,)
            )
            grow_generation(db)

    def count(self) -> int:
        """Vectors kept for this embedder; counted as they come and go."""
        with self.store.read() as db:
            row = db.execute("SELECT vectors FROM embedders WHERE id = ?", (self.embedder(),)).fetchone()
            return int(row[0]) if row else 0

    def left(self) -> int:
        """Passages without a vector, as totals tell."""
        with self.store.read() as db:
            return max(0, int(db.execute("SELECT passages FROM library_totals").fetchone()[0]) - self.count())

    def journal(self) -> tuple[int, int]:
        """(first, last) number of the kept changes; an index that knows an older one must compare everything."""
        with self.store.read() as db:
            # Each by itself: asked for both at once SQLite reads the whole table, 14 ms at a million changes.
            first, last = db.execute(
                "SELECT (SELECT min(number) FROM vector_changes), (SELECT max(number) FROM vector_changes)"
            ).fetchone()
            return int(first or 0), int(last or 0)

    def changed_since(self, number: int, limit: int) -> tuple[list[int], int]:
        """Passages whose vector came, changed or went after change `number`, and the last change looked at."""
        with self.store.read() as db:
            rows = db.execute(
                "SELECT number, passage, embedder FROM vector_changes WHERE number > ? ORDER BY number LIMIT ?",
                (number, limit),
            ).fetchall()
            return sorted({row[1] for row in rows if row[2] == self.embedder()}), rows[-1][0] if rows else number

    def rows_of(self, passages: Sequence[int]) -> list[tuple[int, int, bytes]]:
        """(passage, document, vector) of some passages, in order of passage; those without a vector are left out."""
        found: list[tuple[int, int, bytes]] = []
        with self.store.read() as db:
            for start in range(0, len(passages), _MANY):
                some = passages[start : start + _MANY]
                rows = db.execute(
                    "SELECT e.passage, p.document, e.vector FROM embeddings e JOIN passages p ON p.id = e.passage "
                    f"WHERE e.embedder = ? AND e.passage IN ({','.join('?' * len(some))})",
                    (self.embedder(), *some),
                )
                found += [(row[0], row[1], row[2]) for row in rows]
        return sorted(found)

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
