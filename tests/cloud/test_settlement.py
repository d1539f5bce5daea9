"""What an answer cost, to the micro-dollar: usage payloads against sums done by hand; and the ceiling always holds."""

from __future__ import annotations

import math
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.cloud import likely, settlement
from app.cloud.dollars import rate
from app.cloud.prices import Price, Rates, Tier
from app.cloud.settlement import settle
from app.cloud.token_count import Counted

SHEET = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "usage_payloads.toml").read_text(encoding="utf-8"), parse_float=Decimal
)
CASES: list[dict[str, Any]] = SHEET["case"]


def rates(row: dict[str, Any]) -> Rates:
    given_rates = {name: rate(Decimal(row.get(name, row["input"]))) for name in ("input", "cached", "cache_write")}
    return Rates(**given_rates, output=rate(Decimal(row["output"])))


def price(name: str) -> Price:
    row = SHEET["prices"][name]
    base = rates(row)
    tiers = tuple(Tier(tier["over"], rates(tier)) for tier in row.get("tier", ()))
    return Price("p", name, base.input, base.cached, base.cache_write, base.output, tiers=tiers)


def as_json(value: Any) -> Any:
    """TOML has no null, and its numbers with a point are read as Decimal here."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, Decimal):
        return float(value)
    return None if value == "null" else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_usage_costs_what_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    settled = settle(price(case["price"]), as_json(case["usage"]), dialect=case.get("dialect", "openai"))
    assert settled.micros == case["micros"]
    assert type(settled.micros) is int
    assert settled.confirmed is case.get("confirmed", True)
    assert settled.stated is case.get("stated", False)
    assert settled.reasoning == case.get("reasoning", settled.reasoning)
    assert settled.tokens_out == case.get("tokens_out", settled.tokens_out)


@pytest.mark.parametrize("case", [case for case in CASES if "sum" in case], ids=lambda case: str(case["name"]))
def test_the_sums_by_hand_add_up(case: dict[str, Any]) -> None:
    terms = [term.strip() for term in case["sum"].replace("(0.00015 + 0.003)", "0.00315").split("+")]
    total = sum(math.prod(map(Decimal, term.split("*"))) for term in terms)
    assert math.ceil(total) == case["micros"]


def test_there_are_enough_cases_and_each_says_where_it_comes_from() -> None:
    assert len(CASES) >= 40
    assert {case["seen"] for case in CASES} == {"document", "fields", "ours"}
    assert all("from" in case for case in CASES if case["seen"] == "document")
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_what_came_without_usage_is_counted_and_the_rest_stays_possible() -> None:
    plain = price("plain")
    known = {"tokens_in": 1000, "tokens_out": 100, "ceiling_micros": 20_000}
    assert settlement.left_open(plain, **known, hides_reasoning=False) == (3500, 16_500)
    assert settlement.left_open(plain, **known, hides_reasoning=True) == (20_000, 0)
    over = {"tokens_in": 1_000_000, "tokens_out": 0, "ceiling_micros": 20_000}
    assert settlement.left_open(plain, **over, hides_reasoning=False) == (20_000, 0)


@pytest.mark.parametrize(
    ("model", "may"),
    [("gpt-4o-mini", False), ("openai/gpt-4.1", False), ("gpt-5-mini", True), ("o3", True), ("qwen3-8b", True)],
)
def test_unseen_reasoning_is_assumed_unless_known_otherwise(model: str, may: bool) -> None:
    assert settlement.may_reason_unseen(model) is may


# ---------------------------------------------------------------- the ceiling

a_rate = st.integers(0, 700_000_000)
some_rates = st.builds(Rates, a_rate, a_rate, a_rate, a_rate)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    base = draw(some_rates)
    overs = sorted(draw(st.sets(st.integers(1, 400_000), max_size=3)))
    tiers = tuple(Tier(over, draw(some_rates)) for over in overs)
    return Price("p", "m", base.input, base.cached, base.cache_write, base.output, tiers=tiers)


@st.composite
def split(draw: st.DrawFn, most: int) -> tuple[int, int, int]:
    """Fresh, cached and written tokens, together at most `most`."""
    total = draw(st.integers(0, most) | st.just(most))
    cached = draw(st.integers(0, total))
    return total - cached - (written := draw(st.integers(0, total - cached))), cached, written


@settings(max_examples=400, deadline=None)
@given(data=st.data(), sheet=prices())
def test_the_ceiling_is_never_broken(data: st.DataObject, sheet: Price) -> None:
    """Any usage within the counted most and the output cap, in every dialect, costs at most the ceiling."""
    near = [over + step for over in (tier.over for tier in sheet.tiers) for step in (-1, 0, 1)]
    most = data.draw(st.integers(1, 500_000) | (st.sampled_from(near) if near else st.just(1)))
    assume(most >= 1)
    max_out = data.draw(st.integers(0, 130_000))
    counted = Counted(most, exact=True, band=0.0, most=most, plain=most)
    low, high, ceiling = likely.quote(counted, sheet, max_output_tokens=max_out)
    fresh, cached, written = data.draw(split(most))
    out = data.draw(st.integers(0, max_out) | st.just(max_out))
    reasoning = data.draw(st.integers(0, out))
    inside = {
        "prompt_tokens": fresh + cached + written,
        "completion_tokens": out,
        "total_tokens": fresh + cached + written + out,
        "prompt_tokens_details": {"cached_tokens": cached, "cache_write_tokens": written},
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }
    beside = {"completion_tokens": out - reasoning, "prompt_tokens_details": {"cached_tokens": cached}}
    anthropic = {
        "input_tokens": fresh,
        "cache_read_input_tokens": cached,
        "cache_creation_input_tokens": written,
        "output_tokens": out,
    }
    for usage in (inside, {**inside, **beside}, anthropic):
        assert settle(sheet, usage).micros <= ceiling
    assert low <= high <= ceiling


@given(sheet=prices(), most=st.integers(1, 500_000), out=st.integers(0, 100_000))
@settings(max_examples=200, deadline=None)
def test_the_ceiling_can_be_reached(sheet: Price, most: int, out: int) -> None:
    """It is not merely large: without tiers the dearest usage costs exactly it."""
    flat = Price("p", "m", sheet.input, sheet.cached, sheet.cache_write, sheet.output)
    kinds = {
        "input_tokens": flat.input,
        "cache_read_input_tokens": flat.cached,
        "cache_creation_input_tokens": flat.cache_write,
    }
    dearest = max(kinds, key=lambda name: kinds[name])
    usage = {name: most if name == dearest else 0 for name in kinds} | {"output_tokens": out}
    assert settle(flat, usage, dialect="anthropic").micros == flat.ceiling(most, out)


def test_likely_comes_from_the_persons_own_answers_or_is_said_to_be_a_rule_of_thumb() -> None:
    plain = price("plain")
    counted = Counted(1000, exact=True, band=0.0, most=1100, plain=1000)
    few, many = likely.RULE_OF_THUMB
    thumb = likely.quote(counted, plain, max_output_tokens=2000)
    assert thumb == (2500 + few * 10, 2500 + many * 10, 1100 * 5 // 2 + 20_000)
    assert likely.used([500] * 4) == 0
    own = likely.quote(
        counted, plain, max_output_tokens=2000, history=[200, 210, 190, 205, 195, 220, 5000, 200, 200, 1]
    )
    assert likely.used([1] * 60) == 50
    assert own[0] == 2500 + 1900
    assert own[1] == 2500 + 2200, "one runaway answer in ten does not move what is likely"
    wide = likely.quote(Counted(1000, False, 0.5, 4000, 1000), plain, max_output_tokens=10, history=[100] * 9)
    assert wide == (1250 + 100, 3750 + 100, 10_000 + 100), "the cap bounds what is likely"
