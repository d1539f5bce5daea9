"""The ledger's rows: added one by one, never changed; what they mean and whether they are true is decided above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.errors import ProfileTrouble
from app.store.db import Row, Store

# Walked from the newest row backwards, so that a page costs a page: by the index of kinds all would be sorted first.
_RESULT = "(SELECT max(seq) FROM ledger WHERE about = p.seq AND kind = 'result')"
_JOINED = f"FROM ledger p NOT INDEXED LEFT JOIN ledger r ON r.seq = {_RESULT}"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line as it stands in the file. `entry` is canonical JSON; `prev` and `mac` are empty without a keyring."""

    seq: int
    kind: str
    entry: str
    prev: str
    mac: str


@dataclass(frozen=True, slots=True)
class KeptBytes:
    """What is kept of an entry, encrypted."""

    nonce: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel with the row that says how it went, and whether its kept text was erased."""

    parcel: LedgerRow
    result: LedgerRow | None
    erased: bool


class LedgerRows:
    """Reads and adds rows of one profile's ledger."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def last(self) -> LedgerRow | None:
        """The newest row."""
        return self._one("ORDER BY seq DESC LIMIT 1", ())

    def last_chained(self) -> LedgerRow | None:
        """The newest row that has a MAC."""
        return self._one("WHERE mac <> '' ORDER BY seq DESC LIMIT 1", ())

    def at(self, seq: int) -> LedgerRow | None:
        """A row by number."""
        return self._one("WHERE seq = ?", (seq,))

    def all(self) -> Iterator[tuple[LedgerRow, KeptBytes | None]]:
        """Every row in order with what is kept of it, as one moment of the file."""
        with self.store.read() as db:
            db.execute("BEGIN")
            for row in db.execute(
                "SELECT l.seq, l.kind, l.entry, l.prev, l.mac, b.nonce, b.body FROM ledger l "
                "LEFT JOIN ledger_bodies b ON b.seq = l.seq ORDER BY l.seq"
            ):
                kept = KeptBytes(row[5], row[6]) if row[6] is not None else None
                yield LedgerRow(*row[:5]), kept

    def newest(self, kinds: Sequence[str], *, limit: int, offset: int) -> list[LedgerRow]:
        """Rows of some kinds (none named: of all), newest first."""
        where = f"WHERE kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        with self.store.read() as db:
            rows = db.execute(
                f"SELECT seq, kind, entry, prev, mac FROM ledger {where} ORDER BY seq DESC LIMIT ? OFFSET ?",
                (*kinds, limit, offset),
            )
            return [_row(row) for row in rows]

    def count(self, kinds: Sequence[str]) -> int:
        """How many rows of some kinds there are (none named: of all)."""
        where = f"WHERE kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        with self.store.read() as db:
            return int(db.execute(f"SELECT count(*) FROM ledger {where}", tuple(kinds)).fetchone()[0])

    def parcels(
        self, *, limit: int, offset: int = 0, since: float = 0.0, seq: int | None = None, statuses: Sequence[str] = ()
    ) -> list[ParcelRow]:
        """Parcels newest first with how they went. `since` in seconds since 1970; `seq` for one only; `statuses`: only
        those whose result has one of them."""
        where, values = _which(since, seq, statuses)
        with self.store.read() as db:
            rows = db.execute(
                "SELECT p.seq, p.kind, p.entry, p.prev, p.mac, r.seq, r.entry, r.prev, r.mac, "
                "EXISTS (SELECT 1 FROM ledger e WHERE e.about = p.seq AND e.kind = 'erasure') "
                f"{_JOINED} {where} ORDER BY p.seq DESC LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
        return [_parcel(row) for row in rows]

    def count_parcels(self, statuses: Sequence[str] = ()) -> int:
        """How many parcels `parcels` has."""
        where, values = _which(0.0, None, statuses)
        with self.store.read() as db:
            return int(db.execute(f"SELECT count(*) {_JOINED} {where}", values).fetchone()[0])

    def kept(self, seq: int) -> KeptBytes | None:
        """What is kept of an entry."""
        with self.store.read() as db:
            row = db.execute("SELECT nonce, body FROM ledger_bodies WHERE seq = ?", (seq,)).fetchone()
        return KeptBytes(row["nonce"], row["body"]) if row else None

    def add(self, row: LedgerRow, *, keep: KeptBytes | None, drop: Sequence[int], durable: bool) -> None:
        """Add a row, keep its bytes and drop those of others, all or nothing; on disk when this returns if `durable`.

        Raises ProfileTrouble when the row is not committed: then the caller stands inside a larger transaction.
        """
        with self.store.write(durable=durable) as db:
            if drop:
                # Freed pages are overwritten, so that what was erased is not left lying in the file.
                db.execute("PRAGMA secure_delete = ON")
                db.executemany("DELETE FROM ledger_bodies WHERE seq = ?", [(seq,) for seq in drop])
            db.execute(
                "INSERT INTO ledger (seq, kind, entry, prev, mac) VALUES (?, ?, ?, ?, ?)",
                (row.seq, row.kind, row.entry, row.prev, row.mac),
            )
            if keep is not None:
                db.execute("INSERT INTO ledger_bodies VALUES (?, ?, ?)", (row.seq, keep.nonce, keep.body))
        # Another connection sees only what is committed.
        if durable and self.at(row.seq) != row:
            raise ProfileTrouble("The ledger could not be written.", safe="Nothing was sent.", do="Try again.")

    def empty_journal(self) -> None:
        """Take what was erased out of the journal beside the database too; left for later while others read."""
        with suppress(ProfileTrouble), self.store.read() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def answered_here(self, since: float) -> int:
        """How many questions were answered on this computer since then."""
        with self.store.read() as db:
            row = db.execute(
                "SELECT count(*) FROM turns WHERE place = 'on_device' AND NOT stopped AND asked_at >= ?", (since,)
            ).fetchone()
            return int(row[0])

    def last_of(self, kind: str) -> int:
        """The number of the newest row of a kind; 0 when there is none."""
        found = self.newest([kind], limit=1, offset=0)
        return found[0].seq if found else 0

    def _one(self, where: str, values: Sequence[object]) -> LedgerRow | None:
        with self.store.read() as db:
            row = db.execute(f"SELECT seq, kind, entry, prev, mac FROM ledger {where}", values).fetchone()
        return _row(row) if row else None


def _row(row: Row) -> LedgerRow:
    return LedgerRow(row["seq"], row["kind"], row["entry"], row["prev"], row["mac"])


def _parcel(row: Row) -> ParcelRow:
    result = LedgerRow(row[5], "result", *row[6:9]) if row[5] is not None else None
    return ParcelRow(LedgerRow(*row[:5]), result, bool(row[9]))


def _which(since: float, seq: int | None, statuses: Sequence[str]) -> tuple[str, tuple[object, ...]]:
    where, values = "WHERE p.kind IN ('intent', 'held') AND p.at >= ?", (since,)
    if seq is not None:
        return f"{where} AND p.seq = ?", (*values, seq)
    if statuses:
        marks = ", ".join("?" * len(statuses))
        return f"{where} AND json_extract(r.entry, '$.status') IN ({marks})", (*values, *statuses)
    return where, values
