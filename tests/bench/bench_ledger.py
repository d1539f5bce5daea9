"""How long a check of a large ledger takes, and what one line costs; prints figures, asserts nothing about time."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "cloud")]

from ledger_desk import BODY, FileKeyring, parcel, send  # noqa: E402 - found through the line above

from app.cloud.ledger import BODY_KEY, Ledger, _about, _kept_of, _told  # noqa: E402
from app.cloud.ledger_chain import CHAIN_KEY, SEALED, Head, canonical, mac_of, seal_of  # noqa: E402
from app.cloud.sealing import lock  # noqa: E402
from app.store.db import Store  # noqa: E402
from app.store.ledger_rows import KeptBytes, LedgerRow  # noqa: E402


def fill(ledger: Ledger, ring: FileKeyring, entries: int) -> None:
    """Lines as the ledger makes them, intent and result in turn, in one transaction."""
    key, body_key, head = ring.secret(CHAIN_KEY), ring.secret(BODY_KEY), Head(0, "")
    intent = parcel()
    told, packed = _told(intent), _kept_of(intent).packed()
    for seq in range(1, entries + 1):
        made = lock(body_key, packed, _about(seq)) if seq % 2 else None
        kept = KeptBytes(made.nonce, made.blob) if made else None
        sealed = {SEALED: seal_of(kept)} if kept else {}
        fields = {"at": 1.0 * seq, **(told if seq % 2 else {"about": seq - 1, **_RESULT}), **sealed}
        row = LedgerRow(seq, "intent" if seq % 2 else "result", canonical(fields), head.mac, "")
        row = LedgerRow(row.seq, row.kind, row.entry, row.prev, mac_of(key, row))
        ledger._rows.add(row, keep=kept, drop=(), durable=False)
        head = head.then(row)
    ring.write(ledger._chain._head_name, head.text())


_RESULT = {
    "status": "answered", "bytes_out": len(BODY), "bytes_in": 900, "usage": {}, "cost_micros": 1,
    "flags_accepted": [],
}  # fmt: skip


def main() -> None:
    """Fill a ledger and time its check."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=100_000)
    entries = arguments.parse_args().entries
    with tempfile.TemporaryDirectory() as folder:
        ring = FileKeyring(Path(folder) / "ring.json")
        store = Store.open(Path(folder) / "indoors.sqlite3")
        ledger = Ledger(store, ring)
        with store.write():
            fill(ledger, ring, entries)
        began, cpu = time.perf_counter(), time.process_time()
        verdict = ledger.verify()
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(f"{verdict.says} Checked in {took:.2f} s, {cpu:.2f} s of them computing.")
        print(f"The file holds {store.size_bytes() / 1e6:.1f} MB, {store.size_bytes() / entries:.0f} bytes an entry.")
        began = time.perf_counter()
        for _ in range(50):
            send(ledger)
        print(f"One line, flushed, its end moved in a file: {(time.perf_counter() - began) * 10:.1f} ms.")
        began = time.perf_counter()
        ledger.month()
        print(f"The month's sentence: {(time.perf_counter() - began) * 1000:.0f} ms.")
        began = time.perf_counter()
        page = ledger.sent(limit=200)
        print(f"{len(page)} parcels for the page: {(time.perf_counter() - began) * 1000:.0f} ms.")
        store.close()


if __name__ == "__main__":
    main()
