"""Keeps what was shown for fifteen minutes, encrypted under its hash, so that exactly these bytes can be sent, once."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from app.cloud.parcel import Level, Offer, Outgoing, Parcel, Part, PartKind, Quote, Swap, Wait, Waits, Wish
from app.cloud.sealing import Locked, lock, unlock
from app.errors import AppError
from app.store.db import Store
from app.store.kept_parcels import KeptParcelRows, KeptRow

KEPT_S = 15 * 60.0
_KEY_NAME = "kept parcels"


class Secrets(Protocol):
    """The keyring, as far as it is needed here."""

    def secret(self, name: str) -> bytes:
        """32 random bytes, made at the first use of a name. Raises KeyringMissing."""


class ParcelGone(AppError):
    """Nothing can be sent under this hash (any more)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was shown, and what is needed to check it again and to understand its answer."""

    offer: Offer
    wish: Wish
    question: str
    """As the person asked it here; the one in the body may be another."""
    note: str = ""
    """What the second of two calls needs of the first (app/ask/findings.py)."""


class Keeping:
    """Parcels between being shown and being sent; safe from any thread and across processes."""

    def __init__(self, store: Store, secrets: Secrets, *, now: Callable[[], float] = time.time) -> None:
        self._rows = KeptParcelRows(store)
        self._secrets = secrets
        self._now = now

    def keep(self, kept: Kept) -> None:
        """Keep it until its offer expires. Raises KeyringMissing."""
        sha256 = kept.offer.parcel.sha256
        sealed = lock(self._secrets.secret(_KEY_NAME), _to_bytes(kept), sha256.encode())
        self._rows.put(KeptRow(sha256, self._now(), kept.offer.expires_at, None, sealed.nonce, sealed.blob))

    def tidy(self) -> None:
        """Drop what ran out of time."""
        self._rows.tidy(self._now())

    def look(self, sha256: str) -> Kept:
        """What is kept under a hash, its bytes hashed again. Raises ParcelGone with what became of it."""
        row = self._rows.get(sha256.lower())
        if row is None:
            raise _gone("Nothing is kept under this fingerprint.")
        if row.used_at is not None:
            raise _gone(f"These bytes were already sent at {_clock(row.used_at)}; each quote can be sent once.")
        if row.expires_at <= self._now() or not row.parcel:
            raise _gone(f"These bytes were kept until {_clock(row.expires_at)} and are gone.")
        plain = unlock(self._secrets.secret(_KEY_NAME), Locked(row.nonce, row.parcel), row.sha256.encode())
        if plain is None:
            raise _gone("What was kept under this fingerprint cannot be read.")
        kept = _from_bytes(plain)
        if kept.offer.parcel.sha256 != row.sha256:
            raise _gone("What was kept under this fingerprint was changed.")
        return kept

    def use(self, sha256: str) -> None:
        """Take it for sending. Raises ParcelGone when somebody was first or the time is over."""
        if not self._rows.use(sha256.lower(), now=self._now()):
            raise _gone("These bytes were sent, or ran out of time, just now.")


def _gone(happened: str) -> ParcelGone:
    return ParcelGone(happened, safe="Nothing was sent.", do="Ask for a new quote; it is kept for 15 minutes.")


def _clock(at: float) -> str:
    return time.strftime("%H:%M", time.localtime(at))


# ---------------------------------------------------------------- as bytes and back


def _plain(value: object) -> object:
    match value:
        case Path():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case frozenset():
            return sorted(value)
    raise TypeError(type(value).__name__)


def _to_bytes(kept: Kept) -> bytes:
    return json.dumps(asdict(kept), ensure_ascii=False, default=_plain).encode("utf-8", "surrogatepass")


def _from_bytes(data: bytes) -> Kept:
    row = json.loads(data.decode("utf-8", "surrogatepass"))
    return Kept(_offer(row["offer"]), _wish(row["wish"]), row["question"], row["note"])


def _offer(row: Mapping[str, Any]) -> Offer:
    return Offer(
        parcel=_parcel(row["parcel"]),
        quote=Quote(**row["quote"]) if row["quote"] else None,
        claim=row["claim"],
        refusals=(),
        waits=tuple(Waits(**{**waits, "wait": Wait(waits["wait"])}) for waits in row["waits"]),
        light=row["light"],
        expires_at=row["expires_at"],
    )


def _parcel(row: Mapping[str, Any]) -> Parcel:
    outgoing = (Outgoing(one["part"], one["text"], tuple(map(_label, one["labels"]))) for one in row["outgoing"])
    return Parcel(
        **{
            **row,
            "level": Level(row["level"]),
            "parts": tuple(_part(part) for part in row["parts"]),
            "outgoing": tuple(outgoing),
            "swaps": tuple(Swap(**swap) for swap in row["swaps"]),
            "body": base64.b64decode(row["body"]),
            "flags": tuple((name, value) for name, value in row["flags"]),
        }
    )


def _part(row: Mapping[str, Any]) -> Part:
    rests_on = tuple((path, sha256) for path, sha256 in row["rests_on"])
    document = Path(row["document"]) if row["document"] else None
    return Part(**{**row, "kind": PartKind(row["kind"]), "document": document, "rests_on": rests_on})


def _label(row: list[Any]) -> tuple[int, int, str]:
    start, end, label = row
    return int(start), int(end), str(label)


def _wish(row: Mapping[str, Any]) -> Wish:
    sets = {name: frozenset(row[name]) for name in ("unticked", "as_written", "hide", "ticked")}
    return Wish(**{**row, "level": Level(row["level"]), **sets})
