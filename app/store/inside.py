"""Documents inside files (attachments, files of archives): they come, move and go together with the file on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.store.db import Connection
from app.store.document_rows import Cut, NewDocument, write_document
from app.values import DocumentKind, FileState, Section, TroubleKind


@dataclass(frozen=True, slots=True)
class Part:
    """A document inside a file. `member` is its place inside, such as "inner.zip/lease.pdf"."""

    member: str
    kind: DocumentKind
    title: str
    author: str
    size_bytes: int
    sha256: str
    sections: tuple[Section, ...]
    cuts: tuple[Cut, ...]
    pages: int | None = None
    duration_s: float | None = None
    sender: str = ""
    written_at: float | None = None
    unread_pages: int = 0


@dataclass(frozen=True, slots=True)
class PartTrouble:
    """A file inside a file that gave nothing to search, and why. `skipped`: not for us, passed over."""

    member: str
    kind: str
    reason: str
    hint: str
    size_bytes: int
    trouble: TroubleKind = TroubleKind.OTHER
    skipped: bool = False
    estimate_s: float | None = None


def keep_inside(
    db: Connection,
    container: int,
    new: NewDocument,
    parts: Sequence[Part],
    troubles: Sequence[PartTrouble],
    *,
    reader: int,
) -> None:
    """Make `parts` and `troubles` all that is known to lie in the file `new`; parts that stay keep their ids."""
    paths = {inside(new.path, part.member) for part in parts}
    start, end = _bounds(new.path)
    left = db.execute("SELECT id, path FROM documents WHERE path > ? AND path < ?", (start, end)).fetchall()
    forget_rows(db, [row[0] for row in left if row[1] not in paths])
    db.execute("DELETE FROM troubles WHERE path > ? AND path < ?", (start, end))
    for part in parts:
        document = _as_document(new, part)
        write_document(db, document, part.sections, part.cuts, container=container, member=part.member)
    db.executemany(
        "INSERT OR REPLACE INTO troubles (path, state, kind, reason, hint, size_bytes, mtime_ns, lasting, reader, "
        "tries, trouble, estimate_s, member) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, 1, ?, ?, ?)",
        (
            (
                inside(new.path, each.member),
                FileState.SKIPPED if each.skipped else FileState.FAILED,
                each.kind,
                each.reason,
                each.hint,
                each.size_bytes,
                new.mtime_ns,
                reader,
                each.trouble,
                each.estimate_s,
                each.member,
            )
            for each in troubles
        ),
    )


def _as_document(file: NewDocument, part: Part) -> NewDocument:
    return NewDocument(
        path=Path(inside(file.path, part.member)),
        kind=part.kind,
        title=part.title,
        author=part.author,
        size_bytes=part.size_bytes,
        mtime_ns=file.mtime_ns,
        sha256=part.sha256,
        pages=part.pages,
        duration_s=part.duration_s,
        sender=part.sender,
        written_at=part.written_at,
        unread_pages=part.unread_pages,
    )


def move_inside(db: Connection, container: int, before: Path, after: Path) -> None:
    """Follow a file that got another path; what stood below that one (a folder of the same name, once) is gone."""
    taken = db.execute(
        "SELECT id FROM documents WHERE path > ? AND path < ? AND container IS NOT ?", (*_bounds(after), container)
    ).fetchall()
    forget_rows(db, [row[0] for row in taken])
    db.execute(
        "UPDATE documents SET path = ? || substr(path, ?) WHERE container = ?",
        (str(after), len(str(before)) + 1, container),
    )
    db.execute(
        "UPDATE OR REPLACE troubles SET path = ? || substr(path, ?) WHERE path > ? AND path < ? AND member <> ''",
        (str(after), len(str(before)) + 1, *_bounds(before)),
    )


def drop_with_inside(db: Connection, documents: Sequence[int]) -> int:
    """Delete files' documents with all that lies inside them; the number of passages that went."""
    gone = 0
    for number in documents:
        row = db.execute("SELECT path FROM documents WHERE id = ?", (number,)).fetchone()
        if row is None:
            continue
        parts = db.execute("SELECT id FROM documents WHERE container = ?", (number,)).fetchall()
        gone += forget_rows(db, [*(part[0] for part in parts), number])
        db.execute("DELETE FROM troubles WHERE path > ? AND path < ? AND member <> ''", _bounds(Path(row[0])))
    return gone


def forget_rows(db: Connection, documents: Sequence[int]) -> int:
    """Delete exactly these documents; the number of passages that went."""
    gone = 0
    for number in documents:
        gone += db.execute("DELETE FROM passages WHERE document = ?", (number,)).rowcount
        db.execute("DELETE FROM documents WHERE id = ?", (number,))
    return gone


def inside(path: Path, member: str) -> str:
    """The path under which a document inside a file is kept."""
    return f"{path}/{member}"


def _bounds(path: Path) -> tuple[str, str]:
    """Bounds of the paths of everything inside a file: '0' is the character after '/'."""
    return f"{path}/", f"{path}0"
