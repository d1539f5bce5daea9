"""Documents, their passages and the files that gave none: everything the library keeps about a person's files."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.store.db import Connection, Store
from app.store.document_rows import Cut as Cut  # offered here, too: who keeps a document needs them
from app.store.document_rows import NewDocument as NewDocument
from app.store.document_rows import write_document
from app.store.inside import Part, PartTrouble, drop_with_inside, keep_inside, move_inside
from app.store.retitle import retitle
from app.store.rows import FileProblem, document_from, passages_from, problem_from, section_from
from app.values import Document, Passage, Section

_MANY = 500  # variables in one statement; SQLite's oldest limit is 999


@dataclass(frozen=True, slots=True)
class Known:
    """What a scan needs to tell whether a file changed. `passages` are its own and those of documents inside it."""

    id: int
    kind: str
    size_bytes: int
    mtime_ns: int
    sha256: str
    passages: int
    pages: int | None


class Documents:
    """Reads and writes the rows of documents, sections, passages and troubles."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # ------------------------------------------------------------ what was added

    def roots(self) -> list[Path]:
        """Folders and single files the person added."""
        with self.store.read() as db:
            return [Path(row[0]) for row in db.execute("SELECT path FROM roots ORDER BY added_at, path")]

    def add_root(self, path: Path) -> None:
        """Remember an added folder or file; one inside another added folder is not kept twice."""
        with self.store.write() as db:
            if any(path == root or root in path.parents for root in self.roots()):
                return
            db.execute("DELETE FROM roots WHERE path = ? OR (path > ? AND path < ?)", (str(path), *bounds_inside(path)))
            db.execute("INSERT INTO roots (path, added_at) VALUES (?, ?)", (str(path), time.time()))

    def remove_root(self, path: Path) -> None:
        """Forget an added folder or file and everything added inside it."""
        with self.store.write() as db:
            db.execute("DELETE FROM roots WHERE path = ? OR (path > ? AND path < ?)", (str(path), *bounds_inside(path)))

    # ------------------------------------------------------------ what a scan compares with

    def known(self, under: Path) -> dict[str, Known]:
        """Files at or inside a path, by path; documents inside other files are none of their own here."""
        with self.store.read() as db:
            rows = db.execute(
                "SELECT path, id, kind, size_bytes, mtime_ns, sha256, passages + coalesce((SELECT sum(i.passages) "
                "FROM documents i WHERE i.container = d.id), 0), pages FROM documents d "
                "WHERE container IS NULL AND (path = ? OR (path > ? AND path < ?))",
                (str(under), *bounds_inside(under)),
            )
            return {row[0]: Known(*tuple(row)[1:]) for row in rows}

    def problems(self, under: Path, *, inside_files: bool = False) -> dict[str, FileProblem]:
        """Files at or inside a path that gave nothing to search, by path; `inside_files` adds those that lie in other
        files, which a scan does not meet."""
        which = "" if inside_files else "member = '' AND "
        with self.store.read() as db:
            rows = db.execute(
                f"SELECT * FROM troubles WHERE {which}(path = ? OR (path > ? AND path < ?))",
                (str(under), *bounds_inside(under)),
            )
            return {row["path"]: problem_from(row) for row in rows}

    def with_content(self, sha256: str) -> list[tuple[int, Path]]:
        """Files holding exactly this content."""
        with self.store.read() as db:
            rows = db.execute("SELECT id, path FROM documents WHERE sha256 = ? AND container IS NULL", (sha256,))
            return [(row[0], Path(row[1])) for row in rows]

    # ------------------------------------------------------------ writing

    def keep(
        self,
        new: NewDocument,
        sections: Sequence[Section],
        cuts: Sequence[Cut],
        *,
        parts: Sequence[Part] = (),
        troubles: Sequence[PartTrouble] = (),
        reader: int = 0,
    ) -> Document:
        """Keep a document with all its passages in one transaction, in place of what stood under its path.

        `parts` are the documents inside it and `troubles` what inside it gave nothing (as the reader numbered
        `reader` saw it): they, too, take the place of what was known before.
        """
        with self.store.write() as db:
            db.execute("DELETE FROM troubles WHERE path = ?", (str(new.path),))
            number = write_document(db, new, sections, cuts)
            keep_inside(db, number, new, parts, troubles, reader=reader)
            grow_generation(db)
            return document_from(db.execute("SELECT * FROM documents WHERE id = ?", (number,)).fetchone())

    def touch(self, document: int, *, size_bytes: int, mtime_ns: int, path: Path | None = None) -> None:
        """The same content was seen again, perhaps under a new name."""
        with self.store.write() as db:
            db.execute(
                "UPDATE documents SET size_bytes = ?, mtime_ns = ? WHERE id = ?", (size_bytes, mtime_ns, document)
            )
            db.execute("UPDATE documents SET mtime_ns = ? WHERE container = ?", (mtime_ns, document))
            if path:
                _rename(db, document, path)
                db.execute("DELETE FROM troubles WHERE path = ?", (str(path),))

    def move(self, before: Path, after: Path) -> None:
        """Keep what stood at or inside one path under another, except where that already holds a document."""
        with self.store.write() as db:
            taken = self.known(after)
            for path, known in self.known(before).items():
                new = str(after) + path[len(str(before)) :]
                if new in taken:
                    self.drop([known.id])
                else:
                    _rename(db, known.id, Path(new))
            self.clear_problems(self.problems(before))
            self.remove_root(before)

    def drop(self, documents: Iterable[int]) -> int:
        """Delete files' documents with everything made from them and inside them; the number of passages that went."""
        with self.store.write() as db:
            gone = drop_with_inside(db, tuple(documents))
            if gone:
                grow_generation(db)
        return gone

    def keep_problem(self, problem: FileProblem) -> None:
        """Remember why a file gave nothing, in place of a document that may have stood there."""
        with self.store.write() as db:
            row = db.execute("SELECT id FROM documents WHERE path = ?", (str(problem.path),)).fetchone()
            if row:
                self.drop([row[0]])
            db.execute(
                "INSERT OR REPLACE INTO troubles (path, state, kind, reason, hint, size_bytes, mtime_ns, lasting, "
                "reader, tries, trouble, estimate_s, member) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    str(problem.path),
                    problem.state,
                    problem.kind,
                    problem.reason,
                    problem.hint,
                    problem.size_bytes,
                    problem.mtime_ns,
                    problem.lasting,
                    problem.reader,
                    problem.tries,
                    problem.trouble,
                    problem.estimate_s,
                    problem.member,
                ),
            )

    def clear_problems(self, paths: Iterable[str]) -> None:
        """Forget the troubles of files that are gone."""
        with self.store.write() as db:
            db.executemany("DELETE FROM troubles WHERE path = ?", ((path,) for path in paths))

    # ------------------------------------------------------------ reading

    def document(self, which: Path | int) -> Document | None:
        """A document by path or id."""
        column = "id" if isinstance(which, int) else "path"
        with self.store.read() as db:
            row = db.execute(
                f"SELECT * FROM documents WHERE {column} = ?", (which if isinstance(which, int) else str(which),)
            ).fetchone()
            return document_from(row) if row else None

    def documents(self, under: Path | None = None) -> list[Document]:
        """All documents, or those at or inside a path, by path."""
        where, values = ("", ()) if under is None else ("WHERE path = ? OR (path > ? AND path < ?)", _at(under))
        with self.store.read() as db:
            return [document_from(row) for row in db.execute(f"SELECT * FROM documents {where} ORDER BY path", values)]

    def sections(self, document: int) -> list[Section]:
        """The sections of a document, whole; raises KeyError when there is no such document."""
        with self.store.read() as db:
            rows = db.execute("SELECT * FROM sections WHERE document = ? ORDER BY position", (document,)).fetchall()
            if not rows:
                raise KeyError(document)
            return [section_from(db, row) for row in rows]

    def section(self, document: int, position: int) -> Section:
        """One section, whole; raises KeyError when there is none."""
        with self.store.read() as db:
            row = db.execute(
                "SELECT * FROM sections WHERE document = ? AND position = ?", (document, position)
            ).fetchone()
            if row is None:
                raise KeyError((document, position))
            return section_from(db, row)

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Passages by id; ids that are gone are left out."""
        found: dict[int, Passage] = {}
        with self.store.read() as db:
            for start in range(0, len(ids), _MANY):
                some = ids[start : start + _MANY]
                marks = ",".join("?" * len(some))
                found |= {p.id: p for p in passages_from(db, f"WHERE p.id IN ({marks})", some)}
        return found

    def passages_of(self, document: int) -> list[Passage]:
        """All passages of a document in reading order."""
        with self.store.read() as db:
            return list(passages_from(db, "WHERE p.document = ? ORDER BY p.section, p.start_char", (document,)))

    def neighbours(self, passage: Passage, n: int) -> tuple[list[Passage], list[Passage]]:
        """Up to n passages before and after one in the same document, each in reading order."""
        place = (passage.document.id, passage.section, passage.start_char, n)
        with self.store.read() as db:
            before = list(
                passages_from(
                    db,
                    "WHERE p.document = ? AND (p.section, p.start_char) < (?, ?) "
                    "ORDER BY p.section DESC, p.start_char DESC LIMIT ?",
                    place,
                )
            )
            after = list(
                passages_from(
                    db,
                    "WHERE p.document = ? AND (p.section, p.start_char) > (?, ?) "
                    "ORDER BY p.section, p.start_char LIMIT ?",
                    place,
                )
            )
        return before[::-1], after

    def counts(self) -> tuple[int, int, int]:
        """Files on disk that are read, passages (also those of documents inside files), and files that failed.

        What lies inside a file is no file of its own here, neither read nor failed: a person counts what lies in the
        folder.
        """
        with self.store.read() as db:
            files, passages = db.execute("SELECT files, passages FROM library_totals").fetchone()
            failed = db.execute("SELECT count(*) FROM troubles WHERE state = 'failed' AND member = ''").fetchone()[0]
            return int(files), int(passages), int(failed)


def grow_generation(db: Connection) -> None:
    """Say, inside the same transaction, that passages or embeddings changed."""
    db.execute("UPDATE facts SET value = value + 1 WHERE name = 'generation'")


def bounds_inside(path: Path) -> tuple[str, str]:
    """Bounds of all paths strictly inside a folder: '0' is the character after '/'."""
    text = str(path).rstrip("/\\")
    separator = "\\" if "\\" in text and "/" not in text else "/"
    return text + separator, text + chr(ord(separator) + 1)


def _at(path: Path) -> tuple[str, str, str]:
    return (str(path), *bounds_inside(path))


def _rename(db: Connection, document: int, path: Path) -> None:
    """Give a file's document another path, and with it what lies inside the file."""
    before = db.execute("SELECT path FROM documents WHERE id = ?", (document,)).fetchone()
    db.execute("UPDATE documents SET path = ? WHERE id = ?", (str(path), document))
    if before and retitle(db, document, Path(before[0]), path):
        grow_generation(db)
    if before:
        move_inside(db, document, Path(before[0]), path)
