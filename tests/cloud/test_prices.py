"""Prices: each with a date and a source, exact, and unknown unless it was seen or typed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from app.cloud.dollars import at_least, at_most, rate, typed_rate
from app.cloud.prices import Price, PriceSheet, read_sheet, routing_limits
from app.errors import UsageError
from app.paths import assets
from app.store.db import Store
from app.store.spending import SpendingRows

SHIPPED = read_sheet(assets() / "prices.toml")
ROW = '[sources]\ns = "a page"\n[[price]]\nprovider = "p"\nmodel = "m"\ninput = 1.00\noutput = 2.00\n'
SEEN = 'as_of = 2026-10-03\nsource = "s"\n'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "indoors.sqlite3")
    yield opened
    opened.close()


@pytest.mark.parametrize("price", SHIPPED, ids=lambda price: f"{price.provider} {price.model}")
def test_every_shipped_price_is_dated_sourced_and_sane(price: Price) -> None:
    assert datetime.date(2026, 1, 1) <= datetime.date.fromisoformat(price.as_of) <= datetime.date(2026, 11, 21)
    assert ("llm-kit" in price.source and " at " in price.source) or "developers.openai.com" in price.source
    assert not price.typed
    assert 0 < price.cached <= price.input <= price.output
    assert price.cache_write in (price.input, price.input * 5 // 4)
    for tier in price.tiers:
        assert tier.over == 272_000
        assert tier.rates.input == price.input * 2
        assert tier.rates.output * 2 == price.output * 3
        assert tier.rates.dearest_input >= price.base.dearest_input


def test_a_price_that_nobody_saw_is_unknown_never_nothing(store: Store) -> None:
    sheet = PriceSheet.load(store)
    for provider, model in [("openai", "gpt-4o-2024-05-13"), ("openai", "gpt-9"), ("azure", "gpt-4o"), ("own", "x")]:
        assert sheet.price(provider, model) is None
    known = sheet.price("openai", "gpt-4.1-nano")
    assert known is not None
    assert (known.input, known.cached, known.output) == (100_000, 25_000, 400_000)


def test_a_typed_price_holds_at_once_and_after_a_restart(store: Store) -> None:
    sheet = PriceSheet.load(store)
    before = sheet.fingerprint
    typed = sheet.type_price("own", "qwen3-8b", input=0, output=0)
    sheet.type_price("openai", "gpt-4o", input=typed_rate("3"), output=typed_rate("$12.5"))
    assert typed.typed and typed.as_of == datetime.date.today().isoformat()
    again = PriceSheet.load(store)
    assert again.price("own", "qwen3-8b") == typed
    own = again.price("openai", "gpt-4o")
    assert own is not None and (own.input, own.cached, own.cache_write, own.output) == (3_000_000,) * 3 + (12_500_000,)
    assert again.fingerprint == sheet.fingerprint != before
    again.forget_price("openai", "gpt-4o")
    shipped = sheet.price("openai", "gpt-4o")
    assert shipped is not None and not shipped.typed
    with pytest.raises(ValueError, match="negative"):
        sheet.type_price("own", "x", input=-1, output=1)


def test_models_of_a_provider_are_listed_cheapest_first(store: Store) -> None:
    sheet = PriceSheet.load(store)
    sheet.type_price("openai", "mine", input=1, output=1)
    models = [price.model for price in sheet.models("openai")]
    assert models[0] == "mine"
    assert len(models) == len(set(models)) >= 25
    assert sheet.models("nobody") == []


def test_a_price_is_unknown_once_its_source_vouches_for_it_no_longer(store: Store) -> None:
    sol = next(price for price in SHIPPED if price.model == "gpt-5.6-sol")
    assert sol.until == "2026-11-21"
    for day, known in [(21, True), (22, False)]:
        sheet = PriceSheet(SHIPPED, SpendingRows(store), today=lambda day=day: datetime.date(2026, 11, day))
        assert (sheet.price("openai", "gpt-5.6-sol") is not None) is known
        assert ("gpt-5.6-sol" in [price.model for price in sheet.models("openai")]) is known


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ('source = "s"\n', "as_of"),
        ('as_of = "2026"\nsource = "s"\n', "no date"),
        ('as_of = 2026-10-03\nsource = "rumour"\n', "no source"),
        (SEEN + "cached = 0.0000001\n", "no whole number"),
        (SEEN + "cached = -1.0\n", "no whole number"),
        (SEEN + ROW.partition("\n")[2].partition("\n")[2] + SEEN, "twice"),
    ],
)
def test_a_damaged_sheet_is_refused(tmp_path: Path, extra: str, why: str) -> None:
    sheet = tmp_path / "prices.toml"
    sheet.write_text(ROW + extra, encoding="utf-8")
    with pytest.raises((ValueError, KeyError), match=why):
        read_sheet(sheet)


def test_a_router_is_told_the_price_it_was_quoted_at() -> None:
    claude = next(price for price in SHIPPED if price.provider == "openrouter" and "claude" in price.model)
    assert routing_limits(claude) == {"prompt": "2", "completion": "10"}
    small = next(price for price in SHIPPED if price.model == "gpt-4.1-nano")
    assert routing_limits(small) == {"prompt": "0.1", "completion": "0.4"}


def test_rates_are_whole_micro_dollars() -> None:
    assert rate(Decimal("0.005")) == 5000
    assert rate(Decimal("0.125")) == 125_000
    assert (at_most(10_001), at_most(10_000), at_least(10_999), at_least(-5)) == (
        "$0.011",
        "$0.010",
        "$0.010",
        "$0.000",
    )
    for text in ("", "free", "1,5", "-1", "NaN", "Infinity", "1e9", "0.00000001"):
        with pytest.raises(UsageError):
            typed_rate(text)
