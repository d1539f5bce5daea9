"""Counts, troubles and files of an added folder straight from the database, so that a page over 100,000 files loads
only what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.store.db import Connection, Row, Store
from app.store.documents import bounds_inside
from app.store.rows import FileProblem, problem_from
from app.values import FileState, TroubleKind


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Files of one kind that nobody reads: their ending without the dot, how many, and one of them."""

    kind: str
    files: int
    example: Path


@dataclass(frozen=True, slots=True)
class FolderFigures:
    """A folder in numbers. `failed` need the person; of those `cloud_only` are not downloaded."""

    files: int
    passages: int
    failed: int
    cloud_only: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of the library as a list shows it. A file that gave nothing has no `document`, but a `reason`.

    `path` of a document inside a file is that of the file on disk, a slash, and `member`. `by_ocr`: some of its words
    were recognised in pictures. `unread_pages` are pictures nobody has looked at yet.
    """

    path: Path
    member: str
    document: int | None
    kind: str
    size_bytes: int
    passages: int
    state: FileState
    trouble: TroubleKind
    reason: str
    hint: str
    by_ocr: bool
    unread_pages: int
    estimate_s: float | None

    @property
    def file(self) -> Path:
        """The file on disk."""
        return Path(str(self.path)[: -len(self.member) - 1]) if self.member else self.path


class Listing:
    """Answers what the Library page asks. `inner` are folders inside the one asked for that are listed by
    themselves."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def figures(self, root: Path, *, inner: Sequence[Path] = ()) -> FolderFigures:
        """The numbers of one folder; documents inside files are counted with their file."""
        where, values = _inside(root, inner)
        with self._store.read() as db:
            files, passages = db.execute(
                f"SELECT coalesce(sum(container IS NULL), 0), coalesce(sum(passages), 0) FROM documents WHERE {where}",
                values,
            ).fetchone()
            failed, cloud_only = db.execute(
                f"SELECT count(*), coalesce(sum(trouble = 'cloud_only'), 0) FROM troubles WHERE {where} "
                "AND state = 'failed' AND member = ''",
                values,
            ).fetchone()
            return FolderFigures(files, passages, failed, cloud_only, _left_out(db, where, values))

    def troubles(
        self, root: Path, *, limit: int, offset: int = 0, inner: Sequence[Path] = ()
    ) -> tuple[FileProblem, ...]:
        """Files that need the person, by name; those not downloaded are one wish together and not listed here."""
        where, values = _inside(root, inner)
        with self._store.read() as db:
            rows = db.execute(
                f"SELECT * FROM troubles WHERE {where} AND state = 'failed' AND member = '' "
                "AND trouble <> 'cloud_only' ORDER BY path LIMIT ? OFFSET ?",
                (*values, limit, offset),
            )
            return tuple(problem_from(row) for row in rows)

    def not_downloaded(self, root: Path, *, inner: Sequence[Path] = ()) -> list[Path]:
        """Files whose content is with a provider only."""
        where, values = _inside(root, inner)
        with self._store.read() as db:
            rows = db.execute(f"SELECT path FROM troubles WHERE {where} AND trouble = 'cloud_only'", values)
            return [Path(row[0]) for row in rows]

    def files(
        self, root: Path, *, words: str = "", need_you: bool = False, limit: int = 500, offset: int = 0
    ) -> list[FileLine]:
        """Files at or below a folder in the order of a tree, each before what lies inside it.

        `words` must all occur in the path below the folder; `need_you` leaves only files that failed.
        """
        where, values = _matching(root, words)
        both, values = (_FAILED, values) if need_you else (f"{_READ} {where} UNION ALL {_UNREAD}", (*values, *values))
        with self._store.read() as db:
            # What lies below a name comes before the next name, whatever signs that goes on with.
            rows = db.execute(
                "SELECT *, document IS NOT NULL AND EXISTS (SELECT 1 FROM sections WHERE sections.document = "
                f"found.document AND ocr IS NOT NULL) AS by_ocr FROM (SELECT * FROM ({both} {where}) "
                "ORDER BY replace(path, '/', char(1)) COLLATE NOCASE, path LIMIT ? OFFSET ?) AS found",
                (*values, limit, offset),
            )
            return [_line(row) for row in rows]

    def count(self, root: Path, *, words: str = "", need_you: bool = False) -> int:
        """How many lines `files` has in all."""
        where, values = _matching(root, words)
        with self._store.read() as db:
            failed = " AND state = 'failed'" if need_you else ""
            number = db.execute(f"SELECT count(*) FROM troubles WHERE {where[6:]}{failed}", values).fetchone()[0]
            if not need_you:
                number += db.execute(f"SELECT count(*) FROM documents WHERE {where[6:]}", values).fetchone()[0]
            return int(number)


_READ = (
    "SELECT path, member, id AS document, kind, size_bytes, passages, 'read' AS state, 'other' AS trouble, "
    "'' AS reason, '' AS hint, unread_pages, NULL AS estimate_s FROM documents"
)
_UNREAD = (
    "SELECT path, member, NULL AS document, kind, size_bytes, 0 AS passages, state, trouble, reason, hint, "
    "0 AS unread_pages, estimate_s FROM troubles"
)
_FAILED = f"SELECT * FROM ({_UNREAD} WHERE state = 'failed')"


def _inside(root: Path, inner: Sequence[Path]) -> tuple[str, tuple[object, ...]]:
    """The condition for paths at or below a folder, but not at or below some others."""
    where, values = "(path = ? OR (path > ? AND path < ?))", [str(root), *bounds_inside(root)]
    for path in inner:
        where += " AND NOT (path = ? OR (path > ? AND path < ?))"
        values += [str(path), *bounds_inside(path)]
    return where, tuple(values)


def _matching(root: Path, words: str) -> tuple[str, tuple[object, ...]]:
    """The same as a whole WHERE, and all words in the path below the folder, or in the name of a file added alone."""
    where, values = _inside(root, ())
    for word in words.split():
        where += " AND instr(lower(substr(path, CASE path WHEN ? THEN ? ELSE ? END)), lower(?)) > 0"
        values = (*values, str(root), len(str(root.parent)) + 1, len(str(root)) + 2, word)
    return f"WHERE {where}", values


def _left_out(db: Connection, where: str, values: Sequence[object]) -> tuple[LeftOut, ...]:
    rows = db.execute(
        f"SELECT kind, count(*), min(path) FROM troubles WHERE {where} AND trouble = 'unsupported' AND member = '' "
        "GROUP BY kind ORDER BY count(*) DESC, kind",
        values,
    )
    return tuple(LeftOut(row[0], row[1], Path(row[2])) for row in rows)


def _line(row: Row) -> FileLine:
    return FileLine(
        path=Path(row["path"]),
        member=row["member"],
        document=row["document"],
        kind=row["kind"],
        size_bytes=row["size_bytes"],
        passages=row["passages"],
        state=FileState(row["state"]),
        trouble=TroubleKind(row["trouble"]),
        reason=row["reason"],
        hint=row["hint"],
        by_ocr=bool(row["by_ocr"]),
        unread_pages=row["unread_pages"],
        estimate_s=row["estimate_s"],
    )
