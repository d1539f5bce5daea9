"""A process that writes down a parcel and is killed at a named moment, as by a power cut's little sister."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ledger_desk import BODY, FileKeyring, parcel, send

from app.cloud.ledger import Ledger
from app.cloud.ledger_entries import Result, Status
from app.store.db import Store
from app.store.ledger_rows import LedgerRows


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingKeyring(FileKeyring):
    """Dies at its n-th write, before or after it."""

    def __init__(self, path: Path, *, at: int, before: bool) -> None:
        super().__init__(path)
        self._at, self._before = at, before

    def write(self, name: str, text: str) -> None:
        if self._before and self.writes + 1 == self._at:
            die()
        super().write(name, text)
        if self.writes == self._at:
            die()


class DyingRows(LedgerRows):
    """Dies inside the transaction, before its commit."""

    def add(self, *words: object, **more: object) -> None:
        with self.store.write(durable=True):
            super().add(*words, **{**more, "durable": False})  # type: ignore[arg-type]
            die()


def main(folder: Path, ring_path: Path, moment: str) -> None:
    ring = FileKeyring(ring_path)
    if moment in ("before the end is moved", "after the end is moved"):
        ring = DyingKeyring(ring_path, at=1, before=moment.startswith("before"))
    elif moment == "before the result's end is moved":
        ring = DyingKeyring(ring_path, at=2, before=True)
    ledger = Ledger(Store.open(folder / "indoors.sqlite3"), ring)
    if moment == "before the commit":
        ledger._chain._rows = DyingRows(ledger._rows.store)
    seq = ledger.intend(parcel(permit="killed"))
    print("a byte may leave", flush=True)
    if moment == "between intent and result":
        die()
    ledger.result(seq, Result(Status.ANSWERED, len(BODY), 900, cost_micros=3_900))
    send(ledger)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
