"""What each cloud model costs: dated rows with their source, and prices the person typed; nothing is ever guessed."""

from __future__ import annotations

import datetime
import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.cloud.dollars import MICROS, rate
from app.paths import assets
from app.store.db import Store
from app.store.spending import SpendingRows

_RATES = ("input", "cached", "cache_write", "output")
TYPED = "typed by you"


@dataclass(frozen=True, slots=True)
class Rates:
    """Micro-dollars for a million tokens. `input` is of tokens that were in no cache."""

    input: int
    cached: int
    cache_write: int
    output: int

    @property
    def dearest_input(self) -> int:
        """The most an input token can cost, whatever the provider's cache does with it."""
        return max(self.input, self.cached, self.cache_write)


@dataclass(frozen=True, slots=True)
class Tier:
    """With more than `over` input tokens, cached ones included, the whole request has these rates."""

    over: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class Price:
    """What one model costs at one provider; the four rates are micro-dollars for a million tokens. Reasoning is billed
    as output by every row we have."""

    provider: str
    model: str
    input: int
    cached: int
    cache_write: int
    output: int
    tiers: tuple[Tier, ...] = ()
    as_of: str = ""
    """ISO date of the text it was seen in, or of the typing."""
    source: str = ""
    typed: bool = False
    until: str = ""
    """The last ISO date the source vouches for; empty for open."""

    @property
    def base(self) -> Rates:
        """The rates of a short request."""
        return Rates(self.input, self.cached, self.cache_write, self.output)

    def rates(self, tokens_in: int) -> Rates:
        """The rates of a request with this many input tokens, cached ones included."""
        reached = [tier for tier in self.tiers if tokens_in > tier.over]
        return max(reached, key=lambda tier: tier.over).rates if reached else self.base

    def ceiling(self, most_in: int, most_out: int) -> int:
        """The most a request can cost in micro-dollars, rounded up: at most this many input and output tokens, each
        input token at its dearest, in the dearest tier that may be reached."""
        overs = [tier.over for tier in self.tiers]
        reached = zip([0, *overs], [*overs, most_in], [self.base, *(tier.rates for tier in self.tiers)], strict=True)
        return max(
            up(min(last, most_in) * rates.dearest_input + most_out * rates.output)
            for over, last, rates in reached
            if over == 0 or most_in > over
        )


def routing_limits(price: Price) -> dict[str, str]:
    """The price as OpenRouter's `provider.max_price`: dollars for a million tokens that no upstream may exceed
    (openrouter.ai/docs, MaxPrice). Without it a parcel may be routed to a dearer one than the page shows."""
    return {
        name: f"{Decimal(micros) / MICROS:f}"
        for name, micros in (("prompt", price.input), ("completion", price.output))
    }


def up(micro_millions: int) -> int:
    """Millionths of micro-dollars to micro-dollars; the one rounding of a cost, and it is up."""
    return -(-micro_millions // 1_000_000)


class PriceSheet:
    """The shipped prices and the person's own, which win."""

    def __init__(
        self,
        shipped: Sequence[Price],
        rows: SpendingRows,
        *,
        today: Callable[[], datetime.date] = datetime.date.today,
    ) -> None:
        self._shipped = {(price.provider, price.model): price for price in shipped}
        self._rows = rows
        self._today = today
        self.on_typed: Callable[[Price], None] = lambda _: None
        """Told of every price the person types; the ledger has a line of it."""

    @classmethod
    def load(cls, store: Store, *, file: Path | None = None) -> PriceSheet:
        """The sheet that came with Indoors, beside the profile's own prices. Raises ValueError for a damaged sheet."""
        return cls(read_sheet(file or assets() / "prices.toml"), SpendingRows(store))

    def price(self, provider: str, model: str) -> Price | None:
        """What a model costs; None when it is unknown or its source vouches for it no longer: then nothing is sent."""
        found = self._own().get((provider, model)) or self._shipped.get((provider, model))
        if found is None or (found.until and found.until < self._today().isoformat()):
            return None
        return found

    def models(self, provider: str) -> list[Price]:
        """Every price known at a provider today, cheapest output first."""
        names = {model for of, model in {**self._shipped, **self._own()} if of == provider}
        known = [price for model in names if (price := self.price(provider, model)) is not None]
        return sorted(known, key=lambda price: (price.output, price.input, price.model))

    def type_price(
        self,
        provider: str,
        model: str,
        *,
        input: int,
        output: int,
        cached: int | None = None,
        cache_write: int | None = None,
    ) -> Price:
        """Keep a price the person typed, in micro-dollars for a million tokens (dollars.typed_rate reads them). Without
        their own rates cached and written tokens cost what input costs. Raises ValueError for a negative one."""
        price = Price(
            provider,
            model,
            input,
            input if cached is None else cached,
            input if cache_write is None else cache_write,
            output,
            as_of=self._today().isoformat(),
            source=TYPED,
            typed=True,
        )
        if min(price.input, price.cached, price.cache_write, price.output) < 0:
            raise ValueError("a price is not negative")
        self._rows.keep_price(provider, model, json.dumps({name: getattr(price, name) for name in (*_RATES, "as_of")}))
        self.on_typed(price)
        return price

    def forget_price(self, provider: str, model: str) -> None:
        """Drop a typed price; the shipped one holds again."""
        self._rows.drop_price(provider, model)

    @property
    def fingerprint(self) -> str:
        """Lower-case hex SHA-256 over every price in force; stands in the ledger beside what was sent."""
        known = {**self._shipped, **self._own()}
        rows = [asdict(known[key]) for key in sorted(known)]
        return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()

    def _own(self) -> dict[tuple[str, str], Price]:
        return {
            (provider, model): Price(provider, model, **json.loads(text), source=TYPED, typed=True)
            for provider, model, text in self._rows.prices()
        }


def read_sheet(path: Path) -> tuple[Price, ...]:
    """The rows of a price sheet. Raises ValueError for one that is damaged, doubled, undated or without a source."""
    sheet = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    prices = [_price(row, sheet["sources"]) for row in sheet["price"]]
    if len({(price.provider, price.model) for price in prices}) != len(prices):
        raise ValueError(f"{path.name} names a model twice")
    return tuple(prices)


def _price(row: Mapping[str, Any], sources: Mapping[str, str]) -> Price:
    tiers = tuple(sorted((Tier(int(tier["over"]), _rates(tier)) for tier in row.get("tier", ())), key=lambda t: t.over))
    base = _rates(row)
    if not isinstance(row["as_of"], datetime.date) or row["source"] not in sources:
        raise ValueError(f"the price of {row['model']} has no date or no source")
    price = Price(row["provider"], row["model"], base.input, base.cached, base.cache_write, base.output, tiers=tiers)
    until = row["until"].isoformat() if "until" in row else ""
    return replace(price, as_of=row["as_of"].isoformat(), source=sources[row["source"]], until=until)


def _rates(row: Mapping[str, Any]) -> Rates:
    given = {name: rate(Decimal(row[name])) for name in _RATES if name in row}
    return Rates(
        given["input"], given.get("cached", given["input"]), given.get("cache_write", given["input"]), given["output"]
    )
