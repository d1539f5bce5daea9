"""What the ledger's tests share: a keyring in a file, parcels to write down, and somebody who edits the database."""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.cloud.ledger import Ledger
from app.cloud.ledger_chain import Secrets
from app.cloud.ledger_entries import Intent, Result, Status
from app.egress.keys import KeyringMissing
from app.store.db import Store

NOON = 1_794_571_200.0  # 13 November 2026, 12:00 UTC
SECRET_WORDS = "Ines Abendroth owes 4,312 euros to the harbour office"
BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": f"{SECRET_WORDS}?"}]}).encode()


class FileKeyring:
    """A keyring that outlives its process, can be taken away, and can be copied like a thief would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.there = True
        self.writes = 0

    def secret(self, name: str) -> bytes:
        kept = self.read(name)
        if not kept:
            kept = base64.b64encode(secrets.token_bytes(32)).decode()
            self.write(name, kept)
        return base64.b64decode(kept)

    def read(self, name: str) -> str:
        if not self.there:
            raise KeyringMissing
        return str(self._all().get(name, ""))

    def write(self, name: str, text: str) -> None:
        if not self.there:
            raise KeyringMissing
        self.writes += 1
        half = self.path.with_suffix(".new")
        half.write_text(json.dumps({**self._all(), name: text}))
        half.replace(self.path)

    def _all(self) -> dict[str, str]:
        return dict(json.loads(self.path.read_text())) if self.path.exists() else {}


class Days:
    """A clock that goes on by a minute with every look."""

    def __init__(self, start: float = NOON) -> None:
        self.at = start

    def __call__(self) -> float:
        self.at += 60
        return self.at


@contextmanager
def open_ledger(folder: Path, ring: Secrets, now: Days | None = None) -> Iterator[Ledger]:
    """The ledger of a profile folder, for as long as a process would have it."""
    store = Store.open(folder / "indoors.sqlite3")
    try:
        yield Ledger(store, ring, now=now or Days())
    finally:
        store.close()


def parcel(body: bytes = BODY, *, permit: str = "p", host: str = "api.example.com") -> Intent:
    """A parcel as the burst writes it down."""
    return Intent(
        level="snippets",
        provider="example",
        host=host,
        model="m-1",
        permit=permit,
        body=body,
        question=SECRET_WORDS,
        redactions={"person": 2, "iban": 1},
        estimate_micros=4_000,
        ceiling_micros=19_000,
        price_sheet="sheet",
        flags=(("store", "false"),),
        conversation=3,
        swaps=(("⟦PERSON_1⟧", "Ines Abendroth"),),
    )


def send(ledger: Ledger, status: Status = Status.ANSWERED, *, permit: str = "p", says: str = "") -> int:
    """One parcel written down from beginning to end."""
    seq = ledger.intend(parcel(permit=permit))
    sent = 0 if status is Status.FAILED_BEFORE else len(BODY)
    ledger.result(seq, Result(status, sent, 900, usage={"prompt_tokens": 40}, cost_micros=3_900, says=says))
    return seq


def filled(folder: Path, ring: Secrets, parcels: int = 6) -> None:
    """A ledger with two lines for each parcel and one connection."""
    with open_ledger(folder, ring) as ledger:
        for number in range(parcels):
            send(ledger, permit=f"p{number}")
        ledger.connection(at=NOON, purpose="model", host="models.example.com", bytes_out=10, bytes_in=99, ok=True)


def tamper(folder: Path, *statements: str) -> None:
    """Change the database as somebody with any SQLite tool would, the guards against our own mistakes taken off."""
    with closing(sqlite3.connect(folder / "indoors.sqlite3")) as db:
        db.execute("DROP TRIGGER ledger_stays")
        db.execute("DROP TRIGGER ledger_keeps")
        for statement in statements:
            db.execute(statement)
        db.commit()


def on_disk(folder: Path, words: str) -> list[str]:
    """Files of the profile that hold the words as they are, or as JSON would escape them."""
    forms = {words.encode(), words.encode("utf-16-le"), json.dumps(words)[1:-1].encode()}
    return [
        path.name for path in folder.iterdir() if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]
