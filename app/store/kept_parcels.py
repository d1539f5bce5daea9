"""Rows of parcels that were shown and may still be sent; only ciphertext and hashes stand in them."""

from __future__ import annotations

from dataclasses import dataclass

from app.store.db import Row, Store

_REMEMBERED_S = 24 * 3600.0
"""How long the hash of a used or expired parcel is known, so that it can be said what became of it."""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One kept parcel. `parcel` is empty once it was used or its time is over."""

    sha256: str
    made_at: float
    expires_at: float
    used_at: float | None
    nonce: bytes
    parcel: bytes


class KeptParcelRows:
    """Reads and writes them; taking one for sending succeeds exactly once, whoever tries."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def put(self, row: KeptRow) -> None:
        """Keep a parcel, in place of an earlier one with the same bytes."""
        with self.store.write(durable=True) as db:
            self.tidy(row.made_at)
            db.execute(
                "INSERT OR REPLACE INTO kept_parcels (sha256, made_at, expires_at, used_at, nonce, parcel) "
                "VALUES (?, ?, ?, NULL, ?, ?)",
                (row.sha256, row.made_at, row.expires_at, row.nonce, row.parcel),
            )

    def tidy(self, now: float) -> None:
        """Drop the words of all whose time is over, and after a day their hashes."""
        with self.store.write() as db:
            db.execute(
                "UPDATE kept_parcels SET nonce = x'', parcel = x'' WHERE expires_at <= ? AND parcel <> x''", (now,)
            )
            db.execute("DELETE FROM kept_parcels WHERE expires_at <= ?", (now - _REMEMBERED_S,))

    def get(self, sha256: str) -> KeptRow | None:
        """What is known under a hash."""
        with self.store.read() as db:
            row = db.execute("SELECT * FROM kept_parcels WHERE sha256 = ?", (sha256,)).fetchone()
            return _kept(row) if row else None

    def use(self, sha256: str, *, now: float) -> bool:
        """Take it for sending and drop its words. False: somebody else did, or its time is over."""
        with self.store.write(durable=True) as db:
            taken = db.execute(
                "UPDATE kept_parcels SET used_at = ?, nonce = x'', parcel = x'' "
                "WHERE sha256 = ? AND used_at IS NULL AND expires_at > ?",
                (now, sha256, now),
            )
            return taken.rowcount == 1

    def drop_all(self) -> None:
        """Forget every kept parcel."""
        with self.store.write() as db:
            db.execute("DELETE FROM kept_parcels")


def _kept(row: Row) -> KeptRow:
    return KeptRow(
        sha256=row["sha256"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        nonce=bytes(row["nonce"]),
        parcel=bytes(row["parcel"]),
    )
