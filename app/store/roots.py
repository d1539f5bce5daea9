"""The folders a person added and what they set for each: what is read of it, that it rests, that it never leaves."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.store.db import Row, Store
from app.store.documents import bounds_inside

_LIBRARY_RULES = "library_rules"


@dataclass(frozen=True, slots=True)
class Root:
    """One added folder or file. `rules` is what app/library/rules.py keeps, as JSON."""

    path: Path
    added_at: float
    rules: str = "{}"
    never_cloud: bool = False
    paused: bool = False

    @property
    def plain(self) -> bool:
        """Whether the person set nothing for it."""
        return self.rules == "{}" and not self.never_cloud and not self.paused


class Roots:
    """Reads and writes the rows of added folders."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def all(self) -> list[Root]:
        """Everything that was added, oldest first."""
        with self.store.read() as db:
            return [_root(row) for row in db.execute("SELECT * FROM roots ORDER BY added_at, path")]

    def get(self, path: Path) -> Root | None:
        """What was added under exactly this path."""
        return next(iter(self._among([path])), None)

    def above(self, path: Path) -> list[Root]:
        """What was added at or around a path, innermost first: the first one's rules are in force there."""
        return sorted(self._among([path, *path.parents]), key=lambda root: len(str(root.path)), reverse=True)

    def inside(self, path: Path) -> list[Root]:
        """What was added strictly inside a folder."""
        with self.store.read() as db:
            rows = db.execute("SELECT * FROM roots WHERE path > ? AND path < ? ORDER BY path", bounds_inside(path))
            return [_root(row) for row in rows]

    def apart(self, path: Path) -> list[Path]:
        """Folders strictly inside one that have settings of their own: they are looked at and counted by themselves."""
        return [root.path for root in self.inside(path) if not root.plain]

    def add(self, path: Path) -> None:
        """Remember an added folder or file. One inside another added folder is not kept twice; one around others takes
        them over, except those for which the person set something."""
        with self.store.write() as db:
            if self.above(path):
                return
            for root in self.inside(path):
                if root.plain:
                    db.execute("DELETE FROM roots WHERE path = ?", (str(root.path),))
            db.execute("INSERT INTO roots (path, added_at) VALUES (?, ?)", (str(path), time.time()))

    def put(self, root: Root) -> None:
        """Keep a folder with its settings, in place of what was kept under its path; one without any that lies in
        another added folder is only a part of that again."""
        with self.store.write() as db:
            if not root.never_cloud:
                db.execute("DELETE FROM never_sent WHERE root = ?", (str(root.path),))
            if root.plain and any(around.path != root.path for around in self.above(root.path)):
                db.execute("DELETE FROM roots WHERE path = ?", (str(root.path),))
                return
            db.execute(
                "INSERT OR REPLACE INTO roots (path, added_at, rules, never_cloud, paused) VALUES (?, ?, ?, ?, ?)",
                (str(root.path), root.added_at, root.rules, root.never_cloud, root.paused),
            )

    def remove(self, path: Path) -> None:
        """Forget an added folder or file and everything added inside it."""
        with self.store.write() as db:
            inside = (str(path), *bounds_inside(path))
            db.execute("DELETE FROM roots WHERE path = ? OR (path > ? AND path < ?)", inside)
            db.execute("DELETE FROM never_sent WHERE root = ? OR (root > ? AND root < ?)", inside)

    def move(self, before: Path, after: Path) -> None:
        """A folder is now kept under another path, with what was set for it."""
        with self.store.write() as db:
            for root in [*self._among([before]), *self.inside(before)]:
                db.execute("DELETE FROM roots WHERE path = ?", (str(root.path),))
                target = Path(str(after) + str(root.path)[len(str(before)) :])
                if self.get(target) is None and not root.plain:
                    self.put(Root(target, root.added_at, root.rules, root.never_cloud, root.paused))

    def library_rules(self) -> str:
        """The rules of the whole library, as JSON."""
        return self.store.fact(_LIBRARY_RULES) or "{}"

    def keep_library_rules(self, rules: str) -> None:
        """Keep the rules of the whole library."""
        self.store.keep_fact(_LIBRARY_RULES, rules)

    def never_cloud(self, path: Path) -> bool:
        """Whether a path, or a folder around it, may never be sent anywhere."""
        return any(root.never_cloud for root in self.above(path))

    def never_cloud_content(self, sha256: str) -> bool:
        """Whether a file with this content lies, or lay, in a folder that may never be sent anywhere.

        Transcripts and kept summaries follow the content: a copy elsewhere is the same text.
        """
        if not sha256 or not any(root.never_cloud for root in self.all()):
            return False
        with self.store.read() as db:
            if db.execute("SELECT 1 FROM never_sent WHERE sha256 = ?", (sha256,)).fetchone():
                return True
            rows = db.execute("SELECT path FROM documents WHERE sha256 = ?", (sha256,)).fetchall()
        return any(self.never_cloud(Path(row[0])) for row in rows)

    def _among(self, paths: Iterable[Path]) -> list[Root]:
        names = [str(path) for path in paths]
        with self.store.read() as db:
            rows = db.execute(f"SELECT * FROM roots WHERE path IN ({','.join('?' * len(names))})", names)
            return [_root(row) for row in rows]


def _root(row: Row) -> Root:
    return Root(Path(row["path"]), row["added_at"], row["rules"], bool(row["never_cloud"]), bool(row["paused"]))
