"""Documents found by what they are called: title, file and folder names, author, sender, day."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.db import Store
from app.store.filters import WRITTEN, Filters
from app.store.full_text import quoted
from app.store.word_forms import spaced

_MANY = 5_000
_WEIGHTS = "3.0, 2.0, 1.0, 2.0, 1.0, 1.0"
"""Of title, author, path, sender, day, and the letters of scripts without spaces."""


def named(store: Store, words: Sequence[str], *, limit: int, filters: Filters | None = None) -> list[tuple[int, int]]:
    """(document, how many of the words its names hold), most words first, then by bm25; a `limit` of -1 is none."""
    terms = [quoted(spaced(word)) for word in words if any(char.isalnum() for char in word)]
    if not terms:
        return []
    where, values = (filters or Filters()).sql()
    condition = (
        f" AND EXISTS (SELECT 1 FROM documents d JOIN sections s ON s.document = d.id "
        f"WHERE d.id = document_words.rowid AND {where})"
        if where
        else ""
    )
    with store.read() as db:
        rows = db.execute(
            f"SELECT rowid FROM document_words WHERE document_words MATCH ?{condition} "
            f"ORDER BY bm25(document_words, {_WEIGHTS}), rowid LIMIT ?",
            (" OR ".join(terms), *values, limit),
        ).fetchall()
        counts: dict[int, int] = {row[0]: 0 for row in rows}
        marks = ",".join(str(document) for document in counts)
        for term in terms:
            for row in db.execute(
                f"SELECT rowid FROM document_words WHERE document_words MATCH ? AND +rowid IN ({marks})", (term,)
            ):
                counts[row[0]] += 1
    order = {document: rank for rank, document in enumerate(counts)}
    return sorted(counts.items(), key=lambda item: (-item[1], order[item[0]]))


def first_passages(store: Store, documents: Sequence[int]) -> dict[int, int]:
    """The first passage of each document."""
    found: dict[int, int] = {}
    with store.read() as db:
        for document in documents:
            row = db.execute(
                "SELECT id FROM passages WHERE document = ? ORDER BY section, start_char LIMIT 1", (document,)
            ).fetchone()
            if row:
                found[document] = int(row[0])
    return found


def documents_of(store: Store, passages: Sequence[int]) -> dict[int, int]:
    """The document of each passage."""
    found: dict[int, int] = {}
    with store.read() as db:
        for start in range(0, len(passages), _MANY):
            marks = ",".join(str(int(passage)) for passage in passages[start : start + _MANY])
            rows = db.execute(f"SELECT id, document FROM passages WHERE id IN ({marks})")
            found.update((row[0], row[1]) for row in rows)
    return found


def newest(store: Store, filters: Filters, *, limit: int) -> list[int]:
    """First passages of the documents or messages that filters let through, the newest first."""
    where, values = filters.sql()
    with store.read() as db:
        rows = db.execute(
            "SELECT (SELECT p.id FROM passages p WHERE p.document = d.id AND p.section >= s.position "
            "ORDER BY p.section, p.start_char LIMIT 1) AS first FROM documents d JOIN sections s ON s.document = d.id "
            f"WHERE {where} AND (s.position = 0 OR s.kind = 'message') ORDER BY {WRITTEN} DESC LIMIT ?",
            (*values, limit),
        )
        return [int(row[0]) for row in rows if row[0] is not None]


def sample_texts(store: Store, count: int) -> list[str]:
    """Texts of about `count` passages spread over the whole library."""
    found: dict[int, str] = {}
    with store.read() as db:
        # Each by itself: asked for both at once SQLite reads the whole table, two gigabytes at a million passages.
        ends = "SELECT (SELECT min(id) FROM passages), (SELECT max(id) FROM passages)"
        first, last = db.execute(ends).fetchone()
        for step in range(count if first is not None else 0):
            at = first + (last - first) * step // max(1, count - 1)
            row = db.execute("SELECT id, text FROM passages WHERE id >= ? ORDER BY id LIMIT 1", (at,)).fetchone()
            if row:
                found[row[0]] = row[1]
    return list(found.values())
