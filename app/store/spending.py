"""Money rows: what is reserved, spent and unconfirmed, and the prices the person typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from app.store.db import Connection, Row, Store

State = Literal["reserved", "settled", "released", "unconfirmed"]

# What a row takes from its month, as spent and as held.
_SPENT = "CASE state WHEN 'settled' THEN actual_micros WHEN 'unconfirmed' THEN actual_micros ELSE 0 END"
_HELD = "CASE state WHEN 'reserved' THEN ceiling_micros WHEN 'unconfirmed' THEN held_micros ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Spending:
    """One parcel's money. `actual_micros` is None while it is under way and for one that was stopped before it left;
    of an unconfirmed one it is what is certain, and `held_micros` what is possible besides."""

    permit: str
    made_at: float
    provider: str
    model: str
    kind: str
    state: State
    ceiling_micros: int
    estimate_micros: int
    actual_micros: int | None
    held_micros: int
    tokens_in: int | None
    tokens_out: int | None
    cached: int | None
    reasoning: int | None
    settled_at: float | None

    @property
    def confirmed(self) -> bool:
        """Whether the provider said what it was."""
        return self.state == "settled"


NOT_LEARNT = 0
"""`counted` of an answer that no later quote is made from; a real count is never nothing."""
_COLUMNS = ", ".join(Spending.__slots__)


class SpendingRows:
    """Reads and writes the rows. Every change that concerns money outlives a power cut."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @contextmanager
    def reserving(self, month: str) -> Iterator[tuple[Connection, int]]:
        """One BEGIN IMMEDIATE: the connection, and what the month has taken so far. Nobody else reserves meanwhile;
        an exception takes everything back."""
        with self.store.write(durable=True) as db:
            row = db.execute(f"SELECT coalesce(sum({_SPENT} + {_HELD}), 0) FROM spending WHERE month = ?", (month,))
            yield db, int(row.fetchone()[0])

    def add(self, db: Connection, **values: Any) -> None:
        """A new row, inside `reserving`."""
        names = ", ".join(values)
        db.execute(f"INSERT INTO spending ({names}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))

    def change(self, permit: str, *, only: Sequence[State], **values: Any) -> bool:
        """Change a row that is in one of the states `only`; whether there was one."""
        given = ", ".join(f"{name} = ?" for name in values)
        states = ", ".join("?" * len(only))
        with self.store.write(durable=True) as db:
            done = db.execute(
                f"UPDATE spending SET {given} WHERE permit = ? AND state IN ({states})",
                (*values.values(), permit, *only),
            )
            return done.rowcount == 1

    def sums(self, *, month: str, since: float) -> tuple[int, int, int]:
        """(spent, held) of a month and what was spent since a moment, in micro-dollars."""
        with self.store.read() as db:
            row = db.execute(
                f"SELECT coalesce(sum({_SPENT}), 0), coalesce(sum({_HELD}), 0), "
                f"coalesce(sum(CASE WHEN made_at >= ? THEN {_SPENT} ELSE 0 END), 0) FROM spending WHERE month = ?",
                (since, month),
            ).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def recent(self, limit: int) -> list[Spending]:
        """The newest rows first."""
        with self.store.read() as db:
            rows = db.execute(f"SELECT {_COLUMNS} FROM spending ORDER BY id DESC LIMIT ?", (limit,))
            return [_spending(row) for row in rows]

    def of_permit(self, permit: str) -> Spending | None:
        """One row."""
        with self.store.read() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM spending WHERE permit = ?", (permit,)).fetchone()
        return _spending(row) if row else None

    def under_way(self) -> list[tuple[str, str, int]]:
        """(permit, owner, ceiling) of every reservation that is neither settled nor released."""
        with self.store.read() as db:
            rows = db.execute("SELECT permit, owner, ceiling_micros FROM spending WHERE state = 'reserved'")
            return [(str(row[0]), str(row[1]), int(row[2])) for row in rows]

    def answered(self, *, provider: str = "", model: str = "", kind: str = "", limit: int) -> list[Row]:
        """counted, content, tokens_in and tokens_out of confirmed answers to learn from, newest first; an empty word
        is any."""
        with self.store.read() as db:
            rows = db.execute(
                "SELECT counted, content, tokens_in, tokens_out FROM spending WHERE state = 'settled' "
                "AND ? IN ('', provider) AND ? IN ('', model) AND ? IN ('', kind) AND tokens_in > 0 "
                "AND counted IS NOT ? ORDER BY id DESC LIMIT ?",
                (provider, model, kind, NOT_LEARNT, limit),
            )
            return list(rows)

    def prices(self) -> list[tuple[str, str, str]]:
        """(provider, model, price as JSON) of every price the person typed."""
        with self.store.read() as db:
            rows = db.execute("SELECT provider, model, price FROM own_prices ORDER BY provider, model")
            return [(str(row[0]), str(row[1]), str(row[2])) for row in rows]

    def keep_price(self, provider: str, model: str, price: str) -> None:
        """Keep a typed price in place of an earlier one."""
        with self.store.write(durable=True) as db:
            db.execute(
                "INSERT OR REPLACE INTO own_prices (provider, model, price) VALUES (?, ?, ?)", (provider, model, price)
            )

    def drop_price(self, provider: str, model: str) -> None:
        """Forget a typed price."""
        with self.store.write() as db:
            db.execute("DELETE FROM own_prices WHERE provider = ? AND model = ?", (provider, model))


def _spending(row: Row) -> Spending:
    return Spending(**{name: row[name] for name in Spending.__slots__})
