"""Rows of the database read back into the nouns of Indoors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.store.anchors import from_row
from app.store.db import Connection, Row
from app.values import Document, DocumentKind, FileState, Passage, Section, TroubleKind


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that gave nothing to search. `lasting` troubles stay until the file changes; others are tried again."""

    path: Path
    state: FileState
    kind: str
    reason: str
    hint: str
    size_bytes: int
    mtime_ns: int
    lasting: bool
    reader: int
    tries: int = 1
    trouble: TroubleKind = TroubleKind.OTHER
    estimate_s: float | None = None
    """How long the action offered would take on this computer, where known."""
    member: str = ""
    """For a file inside another one: its place inside; `path` then is the path on disk, a slash, and the member."""

    @property
    def file(self) -> Path:
        """The file on disk: the troubled one itself, or the one it lies in."""
        return Path(str(self.path)[: -len(self.member) - 1]) if self.member else self.path


def document_from(row: Row) -> Document:
    return Document(
        id=row["id"],
        path=Path(row["path"]),
        kind=DocumentKind(row["kind"]),
        title=row["title"],
        author=row["author"],
        size_bytes=row["size_bytes"],
        mtime_ns=row["mtime_ns"],
        sha256=row["sha256"],
        pages=row["pages"],
        duration_s=row["duration_s"],
        read_at=row["read_at"],
        member=row["member"],
        sender=row["sender"],
        written_at=row["written_at"],
        unread_pages=row["unread_pages"],
    )


def problem_from(row: Row) -> FileProblem:
    return FileProblem(
        path=Path(row["path"]),
        state=FileState(row["state"]),
        kind=row["kind"],
        reason=row["reason"],
        hint=row["hint"],
        size_bytes=row["size_bytes"],
        mtime_ns=row["mtime_ns"],
        lasting=bool(row["lasting"]),
        reader=row["reader"],
        tries=row["tries"],
        trouble=TroubleKind(row["trouble"]),
        member=row["member"],
        estimate_s=row["estimate_s"],
    )


def section_from(db: Connection, row: Row) -> Section:
    texts = db.execute(
        "SELECT text FROM passages WHERE document = ? AND section = ? ORDER BY start_char",
        (row["document"], row["position"]),
    )
    return Section(
        kind=row["kind"],
        number=row["number"],
        text="".join(text[0] for text in texts),
        headings=tuple((start, heading) for start, heading in json.loads(row["headings"])),
        spans=tuple((a, b, s, e, who) for a, b, s, e, who in json.loads(row["spans"])),
        sheet=row["sheet"],
        sender=row["sender"],
        written_at=row["written_at"],
        ocr=row["ocr"],
        boxes=tuple((a, b, x0, y0, x1, y1) for a, b, x0, y0, x1, y1 in json.loads(row["boxes"])),
    )


def passages_from(db: Connection, where: str, values: Sequence[object]) -> Iterator[Passage]:
    """Passages in the order of the statement, one Document object per document."""
    documents: dict[int, Document] = {}
    rows = db.execute(
        "SELECT p.id AS passage, p.section, p.start_char, p.end_char, p.first, p.last, p.heading, p.text, "
        "s.kind AS section_kind, s.number, s.sheet, s.ocr, d.* FROM passages p JOIN documents d ON d.id = p.document "
        f"JOIN sections s ON s.document = p.document AND s.position = p.section {where}",
        values,
    )
    for row in rows:
        if row["id"] not in documents:
            documents[row["id"]] = document_from(row)
        chars = (row["start_char"], row["end_char"])
        yield Passage(
            id=row["passage"],
            document=documents[row["id"]],
            section=row["section"],
            start_char=chars[0],
            end_char=chars[1],
            anchor=from_row(row["section_kind"], row["number"], row["sheet"], chars, (row["first"], row["last"])),
            heading=row["heading"],
            text=row["text"],
            ocr=row["ocr"],
        )
