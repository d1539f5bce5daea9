"""Kept parcels: encrypted, for fifteen minutes, for one sending, across processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from parcel_desk import MemorySecrets, offer_of, parcel_of, passage

from app.cloud.kept import KEPT_S, Keeping, Kept, ParcelGone
from app.cloud.parcel import Level, Swap, Wish
from app.store.db import Store

SECRET_WORDS = "Avery Stone owes 900 euros"


class Clock:
    """A clock that is set."""

    at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "indoors.sqlite3")
    yield opened
    opened.close()


def kept_one(clock: Clock, text: str = SECRET_WORDS) -> Kept:
    swap = Swap("⟦PERSON_1⟧", "person", "Avery Stone", "names")
    parcel = parcel_of(replace(passage(1, text), unasked=True), swaps=[swap])
    wish = Wish(Level.SNIPPETS, hide=frozenset({"b", "a"}), ticked=frozenset({"p1"}))
    return Kept(offer_of(parcel, expires_at=clock.at + KEPT_S), wish, "Who owes?", '{"call": "answer"}')


def test_everything_comes_back_as_it_was_also_in_another_process(store: Store, tmp_path: Path) -> None:
    clock, secrets = Clock(), MemorySecrets()
    kept = kept_one(clock)
    Keeping(store, secrets, now=clock).keep(kept)
    other = Store.open(tmp_path / "indoors.sqlite3")
    try:
        assert Keeping(other, secrets, now=clock).look(kept.offer.parcel.sha256.upper()) == kept
    finally:
        other.close()


def test_no_word_of_it_stands_on_the_disk(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    Keeping(store, MemorySecrets(), now=clock).keep(kept_one(clock))
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"kept_parcels" in on_disk
    for words in (b"Avery", b"900 euros", b"Who owes", b"PERSON_1"):
        assert words not in on_disk


def test_unknown_used_and_expired_are_said_apart(store: Store) -> None:
    clock = Clock()
    keeping = Keeping(store, MemorySecrets(), now=clock)
    kept = kept_one(clock)
    sha256 = kept.offer.parcel.sha256
    with pytest.raises(ParcelGone, match="Nothing is kept"):
        keeping.look(sha256)
    keeping.keep(kept)
    keeping.use(sha256)
    with pytest.raises(ParcelGone, match="already sent"):
        keeping.look(sha256)
    with pytest.raises(ParcelGone):
        keeping.use(sha256)
    keeping.keep(kept)  # asked for anew
    clock.at += KEPT_S
    with pytest.raises(ParcelGone, match="are gone"):
        keeping.look(sha256)
    with pytest.raises(ParcelGone) as gone:
        keeping.use(sha256)
    assert gone.value.notice.safe == "Nothing was sent."


def test_the_words_of_a_used_and_of_an_expired_one_are_dropped(store: Store) -> None:
    clock = Clock()
    keeping = Keeping(store, MemorySecrets(), now=clock)
    first, second = kept_one(clock), kept_one(clock, "Something else.")
    keeping.keep(first)
    keeping.use(first.offer.parcel.sha256)
    keeping.keep(second)
    clock.at += KEPT_S + 1
    keeping.tidy()
    with store.read() as db:
        left = dict(db.execute("SELECT sha256, length(parcel) FROM kept_parcels").fetchall())
    assert left[first.offer.parcel.sha256] == left[second.offer.parcel.sha256] == 0


def test_of_many_at_once_one_takes_it(store: Store) -> None:
    clock = Clock()
    keeping = Keeping(store, MemorySecrets(), now=clock)
    kept = kept_one(clock)
    keeping.keep(kept)
    taken: list[int] = []

    def take(number: int) -> None:
        try:
            keeping.use(kept.offer.parcel.sha256)
            taken.append(number)
        except ParcelGone:
            pass

    threads = [threading.Thread(target=take, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


def test_a_changed_row_opens_nothing(store: Store) -> None:
    clock = Clock()
    keeping = Keeping(store, MemorySecrets(), now=clock)
    first, second = kept_one(clock), kept_one(clock, "Something else.")
    keeping.keep(first)
    keeping.keep(second)
    with store.write() as db:
        db.execute(
            "UPDATE kept_parcels SET (nonce, parcel) = (SELECT nonce, parcel FROM kept_parcels WHERE sha256 = ?)",
            (second.offer.parcel.sha256,),
        )
    with pytest.raises(ParcelGone, match="cannot be read"):
        keeping.look(first.offer.parcel.sha256)
    with pytest.raises(ParcelGone, match="cannot be read"):
        Keeping(store, MemorySecrets(), now=clock).look(second.offer.parcel.sha256)


def test_after_a_day_nothing_is_left_of_it(store: Store) -> None:
    clock = Clock()
    keeping = Keeping(store, MemorySecrets(), now=clock)
    keeping.keep(kept_one(clock))
    clock.at += KEPT_S + 24 * 3600
    keeping.tidy()
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM kept_parcels").fetchone()[0] == 0
