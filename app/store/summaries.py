"""Summaries: each finished part of a long document is kept, so that a stopped or killed summary goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.store.db import Row, Store


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary of one content of one document by one model. `result` is empty until it is finished."""

    id: int
    document: int
    model: str
    length: str
    style: str
    created_at: float
    finished: bool
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """One finished part; `content` is whatever the summariser needs to go on, as JSON values."""

    position: int
    title: str
    content: Mapping[str, Any]


class Summaries:
    """Reads and writes the rows of summaries and their parts."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def begin(self, document: int, *, sha256: str, model: str, length: str, style: str) -> Summary:
        """The summary begun earlier for exactly this content, or a new one; those of older content are dropped."""
        key = (document, sha256, model, length, style)
        with self.store.write() as db:
            db.execute("DELETE FROM summaries WHERE document = ? AND sha256 <> ?", (document, sha256))
            db.execute(
                "INSERT OR IGNORE INTO summaries (document, sha256, model, length, style, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (*key, time.time()),
            )
            row = db.execute(
                "SELECT * FROM summaries WHERE document = ? AND sha256 = ? AND model = ? AND length = ? AND style = ?",
                key,
            ).fetchone()
            return _summary(row)

    def parts(self, summary: int) -> list[SummaryPart]:
        """The parts finished so far, in order."""
        with self.store.read() as db:
            rows = db.execute("SELECT * FROM summary_parts WHERE summary = ? ORDER BY position", (summary,))
            return [SummaryPart(row["position"], row["title"], json.loads(row["content"])) for row in rows]

    def keep_part(self, summary: int, part: SummaryPart) -> None:
        """Keep one finished part, in place of an earlier one at its position."""
        with self.store.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO summary_parts (summary, position, title, content) VALUES (?, ?, ?, ?)",
                (summary, part.position, part.title, json.dumps(dict(part.content), ensure_ascii=False)),
            )

    def finish(self, summary: int, result: Mapping[str, Any]) -> None:
        """Keep the whole summary."""
        with self.store.write() as db:
            db.execute(
                "UPDATE summaries SET finished = 1, result = ? WHERE id = ?",
                (json.dumps(dict(result), ensure_ascii=False), summary),
            )

    def of_document(self, document: int) -> list[Summary]:
        """All summaries of a document, newest first."""
        with self.store.read() as db:
            rows = db.execute("SELECT * FROM summaries WHERE document = ? ORDER BY id DESC", (document,))
            return [_summary(row) for row in rows]

    def delete(self, summary: int) -> None:
        """Delete a summary with its parts."""
        with self.store.write() as db:
            db.execute("DELETE FROM summaries WHERE id = ?", (summary,))


def _summary(row: Row) -> Summary:
    return Summary(
        id=row["id"],
        document=row["document"],
        model=row["model"],
        length=row["length"],
        style=row["style"],
        created_at=row["created_at"],
        finished=bool(row["finished"]),
        result=json.loads(row["result"]) if row["result"] else {},
    )
