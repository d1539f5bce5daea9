"""Writes the ledger out, with the end of its chain, so that a copy elsewhere can witness what stood here."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.cloud.ledger_chain import Head
from app.cloud.ledger_entries import Kept
from app.store.ledger_rows import LedgerRow

_COLUMNS = (
    "seq", "kind", "utc", "about", "level", "provider", "host", "model", "purpose", "status", "words", "bytes",
    "bytes_out", "bytes_in", "estimate_micros", "ceiling_micros", "cost_micros", "body_sha256", "permit", "price_sheet",
    "entry", "prev", "mac", "six_words",
)  # fmt: skip
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _end(head: Head | None, words: Sequence[str]) -> dict[str, Any]:
    return {"count": head.count if head else 0, "mac": head.mac if head else "", "words": list(words)}


def as_json(
    rows: Sequence[LedgerRow], *, head: Head | None, words: Sequence[str], texts: Mapping[int, Kept | None], at: float
) -> str:
    """One object: {"exported", "head": {count, mac, words}, "entries": […]}. `line` of an entry is the text its MAC
    covers, byte for byte; `texts` adds what is kept of parcels, decrypted."""
    entries = []
    for row in rows:
        said = json.loads(row.entry)
        one = {"seq": row.seq, "kind": row.kind, "utc": _utc(said["at"]), **said, "line": row.entry}
        kept = texts.get(row.seq)
        if kept is not None:
            one["question"] = kept.question
            one["body_base64"] = base64.b64encode(kept.body).decode()
            one["stayed_here"] = dict(kept.swaps)
        entries.append({**one, "prev": row.prev, "mac": row.mac})
    whole = {"exported": _utc(at), "chained": head is not None, "head": _end(head, words), "entries": entries}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def as_csv(rows: Sequence[LedgerRow], *, head: Head | None, words: Sequence[str]) -> str:
    """A line for each entry and a last one, of kind "head", with the end of the chain and the six words."""
    out = io.StringIO()
    sheet = csv.DictWriter(out, _COLUMNS, restval="", extrasaction="ignore")
    sheet.writeheader()
    for row in rows:
        said = json.loads(row.entry)
        line = {**said, "seq": row.seq, "kind": row.kind, "utc": _utc(said["at"]), "entry": row.entry}
        sheet.writerow(_safe({**line, "prev": row.prev, "mac": row.mac}))
    end = _end(head, words)
    sheet.writerow({"seq": end["count"], "kind": "head", "mac": end["mac"], "six_words": " ".join(words)})
    return out.getvalue()


def _safe(line: Mapping[str, Any]) -> dict[str, Any]:
    """A model or host named by a stranger must not become a formula when a spreadsheet opens the file."""
    return {
        name: f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_FORMULA) else value
        for name, value in line.items()
    }
