"""Writes the passages of a document that was read again: those that say the same keep their rows, ids and vectors."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from app.store.db import Connection

PassageRow = tuple[int, int, int, int, object, object, str, str, str]
"""document, section, start_char, end_char, first, last, heading, context, text"""


def write_passages(db: Connection, document: int, rows: Iterable[PassageRow]) -> None:
    """Make `rows` the passages of a document, inside the caller's transaction.

    What the embedder reads is the context and the text without blanks around it (embeddings.missing): a passage of
    which neither changed keeps its id, hence its vectors, its place in every index, and the answers that cite it. Where
    the same words stand several times, their order decides.
    """
    left: dict[tuple[str, str], deque[tuple[int, str]]] = defaultdict(deque)
    for number, context, text in db.execute(
        "SELECT id, context, text FROM passages WHERE document = ? ORDER BY section, start_char", (document,)
    ):
        left[context, text.strip()].append((number, text))
    same, reworded, new = [], [], []
    for row in rows:
        context, text = row[7:]
        kept = left.get((context, text.strip()))
        if not kept:
            new.append(row)
            continue
        number, before = kept.popleft()
        same.append((*row[1:7], number))
        if before != text:
            reworded.append((text, number))
    # First away with what is gone, so that nothing ever stands twice at one place.
    db.executemany("DELETE FROM passages WHERE id = ?", ((number,) for gone in left.values() for number, _ in gone))
    db.executemany(
        "UPDATE passages SET section = ?, start_char = ?, end_char = ?, first = ?, last = ?, heading = ? WHERE id = ?",
        same,
    )
    db.executemany("UPDATE passages SET text = ? WHERE id = ?", reworded)
    db.executemany(
        "INSERT INTO passages (document, section, start_char, end_char, first, last, heading, context, text) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new,
    )
