"""What a parcel costs, before and after: counting, prices and budget joined behind three questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.cloud import likely
from app.cloud.budget import Budget
from app.cloud.learnt import FIRST_BAND, teaches
from app.cloud.parcel import Parcel, Quote
from app.cloud.prices import PriceSheet
from app.cloud.settlement import left_open, may_reason_unseen, settle
from app.cloud.token_count import Counted, Tokens, most_in


@dataclass(frozen=True, slots=True)
class Paid:
    """What became of the money of one parcel, in micro-dollars."""

    micros: int
    """What is counted as spent."""
    held_micros: int
    """What may still come, and stays held."""
    tokens_in: int
    tokens_out: int
    confirmed: bool


class Purse:
    """Prices parcels, holds their money before they leave, and settles it after."""

    def __init__(self, tokens: Tokens, sheet: PriceSheet, budget: Budget) -> None:
        self.tokens = tokens
        self.sheet = sheet
        self.budget = budget

    def models(self, provider: str) -> tuple[str, ...]:
        """Models of a provider whose price is known today, cheapest first."""
        return tuple(price.model for price in self.sheet.models(provider))

    def quote(self, provider: str, model: str, body: bytes, *, max_output_tokens: int, level: str) -> Quote | None:
        """What these bytes cost; None while the price is unknown. Raises CannotCount."""
        price = self.sheet.price(provider, model)
        if price is None:
            return None
        counted = self.tokens.count(provider, model, body, pairs=self.budget.pairs(provider, model))
        history = self.budget.history(provider, model, kind=level)
        low, high, ceiling = likely.quote(counted, price, max_output_tokens=max_output_tokens, history=history)
        return Quote(
            tokens_in=counted.tokens,
            exact=counted.exact,
            band=counted.band,
            likely_low_micros=low,
            likely_high_micros=high,
            ceiling_micros=ceiling,
            left_micros=self.budget.left(),
            prices_as_of=price.as_of,
            price_source=price.source,
            history=likely.used(history),
        )

    def rough(self, provider: str, model: str, body: bytes, *, max_output_tokens: int, level: str) -> int | None:
        """About what it costs, in micro-dollars, at four bytes a token: good enough for "about", and nothing is
        started for it. None while the price is unknown, or when it could cost more than is left."""
        price = self.sheet.price(provider, model)
        if price is None:
            return None
        counted = Counted(len(body) // 4, False, FIRST_BAND, len(body), len(body) // 4)
        history = self.budget.history(provider, model, kind=level)
        low, high, ceiling = likely.quote(counted, price, max_output_tokens=max_output_tokens, history=history)
        return -(-(low + high) // 2) if ceiling <= max(0, self.budget.left()) else None

    def hold(self, permit: str, parcel: Parcel, quote: Quote) -> None:
        """Hold the most it can cost, on disk before this returns. Raises OverBudget."""
        pairs = self.budget.pairs(parcel.provider, parcel.model)
        self.budget.reserve(
            permit,
            provider=parcel.provider,
            model=parcel.model,
            ceiling_micros=quote.ceiling_micros,
            estimate_micros=quote.likely_micros,
            counted=self.tokens.count(parcel.provider, parcel.model, parcel.body, pairs=pairs),
            kind=parcel.level.value,
        )

    def settle(
        self, permit: str, parcel: Parcel, quote: Quote, *, usage: Mapping[str, Any] | None, written: str, refused: bool
    ) -> Paid:
        """Settle what left. `usage` is what the provider said it used, `written` all text that came back; `refused`:
        it turned the request away without beginning an answer, which is counted as nothing.

        Without usable usage our own count is counted and the rest stays held, or all of it for models that may reason
        unseen: counted as the most until the provider says otherwise.
        """
        price = self.sheet.price(parcel.provider, parcel.model)
        if price is None:
            # The sheet lost the price while the answer was on its way: the most it can be is still known.
            self.budget.unconfirmed(permit, micros=quote.ceiling_micros, held_micros=0)
            return Paid(quote.ceiling_micros, 0, quote.tokens_in, 0, confirmed=False)
        settled = settle(price, usage)
        if settled.confirmed:
            learn = teaches(
                tokens_in=settled.tokens_in,
                tokens_out=settled.tokens_out,
                most_in=most_in(parcel.body),
                most_out=parcel.max_output_tokens,
            )
            self.budget.settle(permit, settled, learn=learn)
            return Paid(settled.micros, 0, settled.tokens_in, settled.tokens_out, confirmed=True)
        if refused:
            self.budget.unconfirmed(permit, micros=0, held_micros=0)
            return Paid(0, 0, 0, 0, confirmed=True)
        tokens_out = self.tokens.count_text(parcel.provider, parcel.model, written) if written else 0
        counted, held = left_open(
            price,
            tokens_in=quote.tokens_in,
            tokens_out=tokens_out,
            ceiling_micros=quote.ceiling_micros,
            hides_reasoning=may_reason_unseen(parcel.model),
        )
        self.budget.unconfirmed(permit, micros=counted, held_micros=held)
        return Paid(counted, held, quote.tokens_in, tokens_out, confirmed=False)
