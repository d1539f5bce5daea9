"""When Send waits for the person, and only then; when one line is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from parcel_desk import QUOTE, parcel_of, passage

from app.cloud.parcel import Level, Parcel, Quote, Swap, Wait
from app.cloud.waits import Acquainted, is_light, waits
from app.store.db import Store

CARD = Swap("⟦CARD_1⟧", "card", "4111 1111 1111 1111", "patterns")
NAME = Swap("⟦PERSON_1⟧", "person", "Avery Stone", "names")


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Acquainted]:
    store = Store.open(tmp_path / "indoors.sqlite3")
    acquainted = Acquainted(store)
    acquainted.sent(parcel_of())
    yield acquainted
    store.close()


def lines(parcel: Parcel, known: Acquainted, quote: Quote = QUOTE) -> list[Wait]:
    return [one.wait for one in waits(parcel, quote, provider_name="OpenAI", acquainted=known)]


def test_nothing_to_wait_for(known: Acquainted) -> None:
    assert lines(parcel_of(passage(1, "Short.")), known) == []


def test_a_provider_is_new_once(known: Acquainted) -> None:
    elsewhere = replace(parcel_of(), provider="other")
    assert lines(elsewhere, known) == [Wait.FIRST_USE]
    known.sent(elsewhere)
    assert lines(elsewhere, known) == []


def test_a_telling_kind_is_new_once_and_a_name_is_none(known: Acquainted) -> None:
    text = passage(1, "Avery Stone pays with 4111 1111 1111 1111.")
    parcel = parcel_of(text, swaps=[CARD, NAME])
    found = waits(parcel, QUOTE, provider_name="OpenAI", acquainted=known)
    assert [one.wait for one in found] == [Wait.NEW_KIND]
    assert CARD.value in found[0].detail
    known.sent(parcel)
    assert lines(parcel, known) == []
    assert lines(parcel_of(text, swaps=[NAME]), known) == []


def test_long_dear_and_never(known: Acquainted) -> None:
    assert lines(parcel_of(passage(1, "word " * 2001)), known) == [Wait.LONG]
    assert lines(parcel_of(passage(1, "word " * 1900)), known) == []
    assert lines(parcel_of(), known, replace(QUOTE, ceiling_micros=1001, left_micros=4000)) == [Wait.DEAR]
    assert lines(parcel_of(), known, replace(QUOTE, ceiling_micros=1000, left_micros=4000)) == []
    assert lines(parcel_of(replace(passage(1, "x"), kept_here="This file is never sent.")), known) == [Wait.NEVER_SEND]


def test_the_light_lane(known: Acquainted) -> None:
    cheap = replace(QUOTE, ceiling_micros=10_000)
    question = parcel_of(level=Level.BLIND)
    assert is_light(question, cheap, ())
    assert not is_light(question, replace(cheap, ceiling_micros=10_001), ())
    assert not is_light(question, None, ())
    assert not is_light(parcel_of(passage(1, "x")), cheap, ())
    assert not is_light(replace(question, swaps=(NAME,)), cheap, ())
    first = replace(question, provider="other")
    assert not is_light(first, cheap, waits(first, cheap, provider_name="Other", acquainted=known))
