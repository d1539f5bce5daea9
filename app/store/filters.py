"""Which documents and messages a search is limited to, as conditions the database can check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.store.db import Store
from app.store.documents import bounds_inside

_MANY = 500
WRITTEN = "coalesce(s.written_at, d.written_at, d.mtime_ns / 1e9)"
"""When a message or document was written: what it says itself, else when the file was last changed."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What must hold for a passage to be found; empty parts ask for nothing. Times in seconds since 1970."""

    within: tuple[Path, ...] = ()
    kinds: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    """Endings of file names with their dot, lower case; beside `kinds` either may hold."""
    names: tuple[str, ...] = ()
    """Words of a folder or file name, or a beginning of it; each must hold."""
    people: tuple[str, ...] = ()
    """Parts of a sender's or author's name or address; each must hold."""
    from_s: float | None = None
    until_s: float | None = None
    """The first moment that no longer counts."""

    chosen: tuple[int, ...] = ()
    """Documents that were found to fit, instead of looking for them again."""

    def __bool__(self) -> bool:
        return bool(
            self.chosen or self.within or self.kinds or self.endings or self.names or self.people or self._in_time()
        )

    def _in_time(self) -> bool:
        return self.from_s is not None or self.until_s is not None

    def of_messages(self) -> bool:
        """Whether it can differ between the messages of one file."""
        return bool(self.people) or self._in_time()

    def sql(self) -> tuple[str, list[object]]:
        """An SQL condition on documents `d` and sections `s` with its values; empty when everything is allowed."""
        parts: list[str] = []
        values: list[object] = []
        if self.chosen:
            parts.append(f"d.id IN ({','.join(str(int(document)) for document in self.chosen)})")
        if self.within:
            where, paths = inside(self.within)
            parts.append(where)
            values += paths
        if self.kinds or self.endings:
            either = [f"d.kind IN ({','.join('?' * len(self.kinds))})"] if self.kinds else []
            either += ["lower(d.path) LIKE ? ESCAPE '\\'" for _ in self.endings]
            parts.append(f"({' OR '.join(either)})")
            values += [*self.kinds, *(f"%{escaped(ending)}" for ending in self.endings)]
        for name in self.names:
            # Beginning at a name's begin or at a word of it: "contracts" finds /home/a/Old contracts/x.pdf.
            parts.append("(lower(d.path) LIKE ? ESCAPE '\\' OR lower(d.title) LIKE ? ESCAPE '\\')")
            values += [f"%{escaped(name.lower())}%"] * 2
        for person in self.people:
            part = f"%{escaped(person.lower())}%"
            parts.append(
                "(lower(CASE WHEN s.sender <> '' THEN s.sender ELSE d.sender END) LIKE ? ESCAPE '\\' "
                "OR lower(d.author) LIKE ? ESCAPE '\\')"
            )
            values += [part, part]
        if self.from_s is not None:
            parts.append(f"{WRITTEN} >= ?")
            values.append(self.from_s)
        if self.until_s is not None:
            parts.append(f"{WRITTEN} < ?")
            values.append(self.until_s)
        return " AND ".join(parts), values

    def narrowed(self, documents: Sequence[int]) -> Filters:
        """The same for what was found to fit: only what differs between messages of one file is looked at again."""
        return Filters(people=self.people, from_s=self.from_s, until_s=self.until_s, chosen=tuple(documents))

    def documents(self, store: Store) -> tuple[list[int], int, int]:
        """Ids of the documents that may hold what is looked for, how many passages they have together, and in how
        many files on disk they lie."""
        where, values = self.sql()
        join = " JOIN sections s ON s.document = d.id" if self.of_messages() else ""
        with store.read() as db:
            rows = db.execute(
                "SELECT DISTINCT d.id, d.passages, coalesce(d.container, d.id) FROM documents d"
                f"{join}{f' WHERE {where}' if where else ''}",
                values,
            ).fetchall()
        return [row[0] for row in rows], sum(row[1] for row in rows), len({row[2] for row in rows})

    def allowed(self, store: Store, passages: Sequence[int]) -> set[int]:
        """Those of the passages that the filters let through."""
        where, values = self.sql()
        if not where:
            return set(passages)
        found: set[int] = set()
        with store.read() as db:
            for start in range(0, len(passages), _MANY):
                some = passages[start : start + _MANY]
                rows = db.execute(
                    "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document JOIN sections s ON "
                    f"s.document = p.document AND s.position = p.section WHERE p.id IN ({','.join('?' * len(some))}) "
                    f"AND {where}",
                    (*some, *values),
                )
                found.update(row[0] for row in rows)
        return found


def inside(within: Iterable[Path]) -> tuple[str, list[str]]:
    """An SQL condition on `d.path` for documents at or inside any of the paths, with its values."""
    parts, values = [], []
    for path in within:
        parts.append("d.path = ? OR (d.path > ? AND d.path < ?)")
        values += [str(path), *bounds_inside(path)]
    return ("(" + " OR ".join(parts) + ")" if parts else ""), values


def escaped(text: str) -> str:
    """A text in which LIKE finds no wildcard, with a backslash as the escape character."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
