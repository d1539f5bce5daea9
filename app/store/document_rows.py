"""Writes one document with its sections and passages: used alike for files and for documents inside other files."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.store.anchors import anchor_of, to_numbers
from app.store.db import Connection
from app.store.retitle import context_of
from app.store.reuse import PassageRow, write_passages
from app.values import DocumentKind, Section


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What is known of a file that was just read."""

    path: Path
    kind: DocumentKind
    title: str
    author: str
    size_bytes: int
    mtime_ns: int
    sha256: str
    pages: int | None = None
    duration_s: float | None = None
    sender: str = ""
    written_at: float | None = None
    unread_pages: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """One passage to be kept: characters of a section (by its position), and the headings it stands under."""

    section: int
    start_char: int
    end_char: int
    heading: str


def write_document(
    db: Connection,
    new: NewDocument,
    sections: Sequence[Section],
    cuts: Sequence[Cut],
    *,
    container: int | None = None,
    member: str = "",
) -> int:
    """Write a document in place of what stood under its path, whose id it takes over so that kept answers still find
    it; its id. Runs inside the caller's transaction. `container` and `member`: the file it lies in, and where."""
    row = db.execute("SELECT id FROM documents WHERE path = ?", (str(new.path),)).fetchone()
    number = _write_row(db, new, len(cuts), place=(container, member), replacing=row[0] if row else None)
    db.executemany(
        "INSERT INTO sections (document, position, kind, number, sheet, headings, spans, sender, written_at, "
        "ocr, boxes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_section_row(number, position, section) for position, section in enumerate(sections)),
    )
    write_passages(db, number, (_passage_row(number, new, sections[cut.section], cut) for cut in cuts))
    return number


def _write_row(
    db: Connection, new: NewDocument, passages: int, *, place: tuple[int | None, str], replacing: int | None
) -> int:
    values = (
        new.kind,
        new.title,
        new.author,
        new.size_bytes,
        new.mtime_ns,
        new.sha256,
        new.pages,
        new.duration_s,
        new.sender,
        new.written_at,
        new.unread_pages,
        time.time(),
        passages,
        *place,
        str(new.path),
    )
    if replacing is None:
        cursor = db.execute(
            "INSERT INTO documents (kind, title, author, size_bytes, mtime_ns, sha256, pages, duration_s, sender, "
            "written_at, unread_pages, read_at, passages, container, member, path) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        return int(cursor.lastrowid or 0)
    db.execute("DELETE FROM sections WHERE document = ?", (replacing,))
    db.execute(
        "UPDATE documents SET kind = ?, title = ?, author = ?, size_bytes = ?, mtime_ns = ?, sha256 = ?, pages = ?, "
        "duration_s = ?, sender = ?, written_at = ?, unread_pages = ?, read_at = ?, passages = ?, container = ?, "
        "member = ? WHERE path = ?",
        values,
    )
    return replacing


def _section_row(document: int, position: int, section: Section) -> tuple[object, ...]:
    return (
        document,
        position,
        section.kind,
        section.number,
        section.sheet,
        json.dumps(section.headings, ensure_ascii=False),
        json.dumps(section.spans, ensure_ascii=False),
        section.sender,
        section.written_at,
        section.ocr,
        json.dumps(section.boxes),
    )


def _passage_row(document: int, new: NewDocument, section: Section, cut: Cut) -> PassageRow:
    first, last = to_numbers(anchor_of(section, cut.start_char, cut.end_char))
    context = context_of(new.title, new.author, cut.heading)
    text = section.text[cut.start_char : cut.end_char]
    return (document, cut.section, cut.start_char, cut.end_char, first, last, cut.heading, context, text)
