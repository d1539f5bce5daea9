"""Whatever is done to the file of the ledger is seen, with the first entry it was done to."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_desk import NOON, FileKeyring, filled, open_ledger, send, tamper

from app.cloud.ledger import Ledger
from app.cloud.ledger_chain import CHAIN_KEY, LedgerBroken, mac_of
from app.cloud.ledger_check import Verdict, check
from app.cloud.ledger_entries import EntryKind
from app.store.db import Store
from app.store.ledger_rows import LedgerRow, LedgerRows

LINES = 13


@pytest.fixture
def ring(tmp_path: Path) -> FileKeyring:
    return FileKeyring(tmp_path / "keyring.json")


@pytest.fixture
def folder(tmp_path: Path, ring: FileKeyring) -> Path:
    folder = tmp_path / "profile"
    filled(folder, ring)
    return folder


def verify(folder: Path, ring: FileKeyring) -> Verdict:
    with open_ledger(folder, ring) as ledger:
        return ledger.verify()


def rechain(folder: Path, key: bytes, start: int, edit: Callable[[str], str]) -> None:
    """Edit the entry `start` and make every MAC from there on anew with `key`."""
    store = Store.open(folder / "indoors.sqlite3")
    rows = [row for row, _ in LedgerRows(store).all()]
    store.close()
    statements, before = [], rows[start - 2].mac if start > 1 else ""
    for row in rows[start - 1 :]:
        entry = edit(row.entry) if row.seq == start else row.entry
        bare = LedgerRow(row.seq, row.kind, entry, before, "")
        before = mac_of(key, bare)
        text = entry.replace("'", "''")
        statements.append(
            f"UPDATE ledger SET entry = '{text}', prev = '{bare.prev}', mac = '{before}' WHERE seq = {row.seq}"
        )
    tamper(folder, *statements)


def cheaper(entry: str) -> str:
    return entry.replace("19000", "10")


def test_an_untouched_ledger_is_intact(folder: Path, ring: FileKeyring) -> None:
    verdict = verify(folder, ring)
    assert verdict == Verdict(LINES, True, True, None, False, "All 13 entries are as Indoors wrote them.")


EDITS = {
    "an entry edited": ("UPDATE ledger SET entry = replace(entry, '19000', '10') WHERE seq = 5", 5),
    "its kind edited": ("UPDATE ledger SET kind = 'held' WHERE seq = 5", 5),
    "an entry made unreadable": ("UPDATE ledger SET entry = '{}' WHERE seq = 5", 5),
    "a result edited": ("UPDATE ledger SET entry = replace(entry, 'answered', 'failed_before') WHERE seq = 6", 6),
    "the first entry edited": ("UPDATE ledger SET entry = replace(entry, '19000', '10') WHERE seq = 1", 1),
    "the last entry edited": ("UPDATE ledger SET entry = replace(entry, '99', '98') WHERE seq = 13", 13),
    "an entry deleted": ("DELETE FROM ledger WHERE seq = 7", 7),
    "the first entry deleted": ("DELETE FROM ledger WHERE seq = 1", 1),
    "cut short by one": ("DELETE FROM ledger WHERE seq > 12", 13),
    "cut short by many": ("DELETE FROM ledger WHERE seq > 4", 5),
    "emptied": ("DELETE FROM ledger", 1),
    "a link unmade": ("UPDATE ledger SET mac = '', prev = '' WHERE seq = 9", 9),
    "the end without its links": ("UPDATE ledger SET mac = '', prev = '' WHERE seq >= 6", 6),
    "kept bytes deleted": ("DELETE FROM ledger_bodies WHERE seq = 3", 3),
    "kept bytes edited": ("UPDATE ledger_bodies SET body = randomblob(length(body)) WHERE seq = 3", 3),
    "kept bytes of another entry": (
        "UPDATE ledger_bodies SET (nonce, body) = (SELECT nonce, body FROM ledger_bodies WHERE seq = 1) WHERE seq = 3",
        3,
    ),
    "an entry added": (
        "INSERT INTO ledger (seq, kind, entry, prev, mac) SELECT 14, kind, entry, mac, mac FROM ledger WHERE seq = 13",
        14,
    ),
}


@pytest.mark.parametrize("attack", EDITS)
def test_every_edit_is_seen(folder: Path, ring: FileKeyring, attack: str) -> None:
    statement, first_bad = EDITS[attack]
    tamper(folder, statement)
    verdict = verify(folder, ring)
    assert verdict.broken
    assert not verdict.intact
    assert verdict.first_bad == first_bad
    assert verdict.missing == f"{statement} ".startswith("DELETE FROM ledger "), "gone or changed, as it was"
    assert "outside Indoors" in verdict.says


def test_two_entries_that_changed_places_are_seen(folder: Path, ring: FileKeyring) -> None:
    tamper(
        folder,
        "UPDATE ledger SET seq = 100 WHERE seq = 3",
        "UPDATE ledger SET seq = 3 WHERE seq = 5",
        "UPDATE ledger SET seq = 5 WHERE seq = 100",
    )
    assert verify(folder, ring).first_bad == 3


def test_a_chain_made_anew_without_the_key_is_seen(folder: Path, ring: FileKeyring) -> None:
    rechain(folder, hashlib.sha256(b"a guess").digest(), 5, cheaper)
    assert verify(folder, ring).first_bad == 5


@pytest.mark.parametrize("start", [1, 5, 11])
def test_a_chain_made_anew_with_the_key_is_seen_by_the_end_in_the_keyring(
    folder: Path, ring: FileKeyring, start: int
) -> None:
    rechain(folder, ring.secret(CHAIN_KEY), start, cheaper)
    verdict = verify(folder, ring)
    assert verdict.broken
    # Every link holds; the marks in the keyring say near which entry it began, never too late.
    assert verdict.first_bad is not None
    assert start - 4 <= verdict.first_bad <= start


def test_an_older_copy_put_back_is_seen_and_stays_seen(folder: Path, ring: FileKeyring, tmp_path: Path) -> None:
    older = tmp_path / "older.sqlite3"
    shutil.copy(folder / "indoors.sqlite3", older)
    with open_ledger(folder, ring) as ledger:
        for number in range(4):
            send(ledger, permit=f"later{number}")
    shutil.copy(older, folder / "indoors.sqlite3")
    verdict = verify(folder, ring)
    assert verdict.first_bad == LINES + 1
    assert "removed outside Indoors" in verdict.says
    # What is written down meanwhile does not cover it up, even when there are as many lines again.
    with open_ledger(folder, ring) as ledger:
        for _ in range(12):
            ledger.connection(at=1.0, purpose="model", host="h", bytes_out=1, bytes_in=1, ok=True)
            assert ledger.verify().broken
        assert ledger.verify().first_bad in range(LINES - 4, LINES + 2)


def test_another_profiles_ledger_is_no_replacement(folder: Path, ring: FileKeyring, tmp_path: Path) -> None:
    other = tmp_path / "other"
    filled(other, ring, parcels=5)
    shutil.copy(other / "indoors.sqlite3", folder / "indoors.sqlite3")
    assert verify(folder, ring).broken


def test_a_line_of_another_profile_is_no_replacement_either(folder: Path, ring: FileKeyring, tmp_path: Path) -> None:
    """Its MAC is right, for the key is the person's; but it follows another line."""
    other = tmp_path / "other"
    with open_ledger(other, ring) as ledger:
        ledger.blocked(True)
        ledger.blocked(False)
    filled(other, ring)
    with closing(sqlite3.connect(other / "indoors.sqlite3")) as db:
        kind, entry, prev, mac = db.execute("SELECT kind, entry, prev, mac FROM ledger WHERE seq = 6").fetchone()
    tamper(
        folder, f"UPDATE ledger SET kind = '{kind}', entry = '{entry}', prev = '{prev}', mac = '{mac}' WHERE seq = 6"
    )
    assert verify(folder, ring).first_bad == 6


def test_a_ledger_the_keyring_does_not_know_is_not_called_whole(folder: Path, tmp_path: Path) -> None:
    verdict = verify(folder, FileKeyring(tmp_path / "another.json"))
    assert verdict.broken
    assert verdict.first_bad is None
    assert "does not know this ledger" in verdict.says


def test_the_day_of_the_last_good_entry_is_named(folder: Path, ring: FileKeyring) -> None:
    tamper(folder, "DELETE FROM ledger WHERE seq = 7")
    verdict = verify(folder, ring)
    assert verdict.says == "Entries after 13 November were removed outside Indoors."


def test_a_broken_ledger_lets_nothing_leave_until_the_person_goes_on(folder: Path, ring: FileKeyring) -> None:
    tamper(folder, "DELETE FROM ledger WHERE seq > 10")
    with open_ledger(folder, ring) as ledger:
        before = len(ledger.entries())
        with pytest.raises(LedgerBroken, match="removed outside Indoors"):
            send(ledger)
        assert len(ledger.entries()) == before
        verdict = ledger.go_on()
        assert verdict.intact
        assert "removed outside Indoors" in verdict.notes[0]
        said = "All 11 entries that are there are as Indoors wrote them or as they were when you went on."
        assert verdict.says == said, "not: all are as they were written"
        send(ledger)
        assert ledger.verify().intact


def test_what_was_there_when_the_person_went_on_cannot_change_again(folder: Path, ring: FileKeyring) -> None:
    tamper(folder, "UPDATE ledger SET entry = replace(entry, '19000', '10') WHERE seq = 5")
    with open_ledger(folder, ring) as ledger:
        assert ledger.go_on().intact
    # Not even back to what it was.
    store = Store.open(folder / "indoors.sqlite3")
    with store.write() as db:
        db.execute(
            "UPDATE ledger SET entry = replace(entry, 'ceiling_micros\":10', 'ceiling_micros\":19000') WHERE seq = 5"
        )
    store.close()
    assert verify(folder, ring).broken


def test_our_own_mistakes_cannot_change_a_line(folder: Path) -> None:
    store = Store.open(folder / "indoors.sqlite3")
    for statement in ("UPDATE ledger SET mac = '' WHERE seq = 1", "DELETE FROM ledger"):
        with pytest.raises(Exception, match="append only"), store.write() as db:
            db.execute(statement)
    store.close()


def _anew(ledger: Ledger) -> int:
    return len(ledger.entries((EntryKind.ANEW,)))


def test_lines_without_a_keyring_are_told_apart_and_hide_no_attack(folder: Path, ring: FileKeyring) -> None:
    ring.there = False
    with open_ledger(folder, ring) as ledger:
        ledger.connection(at=1.0, purpose="model", host="h", bytes_out=1, bytes_in=1, ok=True)
        alone = ledger.verify()
        assert not alone.chained
        assert not alone.broken
        assert "no keyring" in alone.says
        ring.there = True
        assert ledger.verify().unchecked == 1
        send(ledger)
        assert _anew(ledger) == 1
        whole = ledger.verify()
        assert whole.intact
        assert whole.unchecked == 1
        assert "1 was written without a keyring" in whole.says
    tamper(folder, "UPDATE ledger SET entry = replace(entry, '\"h\"', '\"g\"') WHERE seq = 14")
    assert verify(folder, ring).broken


def test_an_edit_made_while_there_is_no_keyring_is_not_taken_in(folder: Path, ring: FileKeyring) -> None:
    ring.there = False
    with open_ledger(folder, ring) as ledger:
        ledger.connection(at=1.0, purpose="model", host="h", bytes_out=1, bytes_in=1, ok=True)
    tamper(folder, "UPDATE ledger SET entry = replace(entry, '19000', '10') WHERE seq = 5")
    ring.there = True
    with open_ledger(folder, ring) as ledger:
        with pytest.raises(LedgerBroken):
            send(ledger)
        assert _anew(ledger) == 0
        assert ledger.verify().first_bad == 5


def test_what_only_the_key_could_have_made_is_not_believed_either(folder: Path, ring: FileKeyring) -> None:
    """Lines that Indoors never writes: linked ones after unlinked ones, and a fresh beginning over an edit."""
    ring.there = False
    with open_ledger(folder, ring) as ledger:
        ledger.blocked(True)
        ring.there = True
        chain = ledger._chain
        chain._add(chain.keyring()[0], EntryKind.BLOCKED, {}, None, ())
        assert ledger.verify().first_bad == LINES + 1
        assert ledger.go_on().intact
    tamper(folder, "UPDATE ledger SET entry = replace(entry, '19000', '10') WHERE seq = 5")
    with open_ledger(folder, ring) as ledger:
        ledger._chain.begin_anew("no_keyring", "")
        assert ledger.verify().first_bad == 5


def test_any_character_of_any_line_and_any_byte_kept_is_found_where_it_was_changed(
    folder: Path, ring: FileKeyring
) -> None:
    with open_ledger(folder, ring) as ledger:
        key, head = ledger._chain.keyring()
        lines = list(ledger._rows.all())
    chance = random.Random(5)
    for _ in range(600):
        where = chance.randrange(LINES)
        row, kept = lines[where]
        name = chance.choice(["kind", "entry", "prev", "mac"] + ["body", "nonce"] * (kept is not None))
        whole = getattr(kept if name in ("body", "nonce") else row, name)
        if not whole:
            continue
        at = chance.randrange(len(whole))
        if kept is not None and name in ("body", "nonce"):
            changed = whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
            attacked = (row, replace(kept, **{name: changed}))
        else:
            changed = whole[:at] + chr(ord(whole[at]) ^ 1) + whole[at + 1 :]
            attacked = (replace(row, **{name: changed}), kept)
        rows = [*lines[:where], attacked, *lines[where + 1 :]]
        verdict = check(rows, key=key, head=head, last_anew=0, now=NOON)
        assert verdict.first_bad == row.seq, (name, at, whole)


def test_any_lines_lost_or_in_another_order_are_found_at_the_first_of_them(folder: Path, ring: FileKeyring) -> None:
    with open_ledger(folder, ring) as ledger:
        key, head = ledger._chain.keyring()
        lines = list(ledger._rows.all())
    chance = random.Random(6)
    for _ in range(300):
        lost = set(chance.sample(range(LINES), chance.randrange(1, LINES)))
        left = [line for number, line in enumerate(lines) if number not in lost]
        assert check(left, key=key, head=head, last_anew=0, now=NOON).first_bad == min(lost) + 1
        texts = chance.sample(lines, LINES)
        # The lines keep their numbers and exchange what stands in them.
        moved = [(replace(row, seq=number), kept) for number, (row, kept) in enumerate(texts, 1)]
        first = next((number for number, (row, _) in enumerate(texts, 1) if row.seq != number), None)
        assert check(moved, key=key, head=head, last_anew=0, now=NOON).first_bad == first
