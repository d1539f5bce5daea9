"""A file without a title of its own is called by its name: when that changes, so does what is searched and embedded."""

from __future__ import annotations

from pathlib import Path

from app.store.db import Connection


def retitle(db: Connection, document: int, before: Path, after: Path) -> bool:
    """Follow a new name inside the caller's transaction, without reading the file; whether anything changed.

    The passages keep their ids and texts. Their context names the file, so their vectors are made anew.
    """
    row = db.execute("SELECT title, author FROM documents WHERE id = ?", (document,)).fetchone()
    if row is None or before.stem == after.stem or row["title"] != before.stem:
        return False
    db.execute("UPDATE documents SET title = ? WHERE id = ?", (after.stem, document))
    passages = db.execute("SELECT id, heading FROM passages WHERE document = ?", (document,)).fetchall()
    db.executemany(
        "UPDATE passages SET context = ? WHERE id = ?",
        ((context_of(after.stem, row["author"], heading), number) for number, heading in passages),
    )
    db.execute("DELETE FROM embeddings WHERE passage IN (SELECT id FROM passages WHERE document = ?)", (document,))
    return True


def context_of(title: str, author: str, heading: str) -> str:
    """What is searched and embedded with a passage's text: where it stands, in words."""
    return " › ".join(part for part in (title, author, heading) if part)
