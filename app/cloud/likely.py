"""What an answer will probably cost, from the person's own answers of the same kind, and what it can cost at most."""

from __future__ import annotations

from collections.abc import Sequence

from app.cloud.prices import Price, up
from app.cloud.token_count import Counted

LIKE_THIS = 50
"""Answers looked at."""
ENOUGH = 5
"""Fewer than this say nothing; then RULE_OF_THUMB holds."""
RULE_OF_THUMB = (120, 700)
"""Output tokens of an answer nobody has measured yet: a few sentences to a page. A guess of ours, and to be said so."""


def used(history: Sequence[int]) -> int:
    """How many of the person's own answers a quote was taken from; 0: a rule of thumb (Quote.history)."""
    return min(len(history), LIKE_THIS) if len(history) >= ENOUGH else 0


def quote(
    counted: Counted, price: Price, *, max_output_tokens: int, history: Sequence[int] = ()
) -> tuple[int, int, int]:
    """(likely low, likely high, ceiling) in micro-dollars.

    `history`: output tokens of earlier answers like this one, newest first (Budget.history). Likely is the middle 80 %
    of them, with the input's band; nothing is taken off for the provider's cache. The ceiling is certain as long as the
    request carries `max_output_tokens`: reasoning counts inside it.
    """
    ceiling = price.ceiling(counted.most, max_output_tokens)
    recent = sorted(history[:LIKE_THIS])
    few, many = RULE_OF_THUMB
    if used(history):
        few, many = recent[len(recent) // 10], recent[-1 - len(recent) // 10]
    low = _cost(price, counted.tokens * (1 - counted.band), min(few, max_output_tokens))
    high = _cost(price, counted.tokens * (1 + counted.band), min(many, max_output_tokens))
    return min(low, ceiling), min(high, ceiling), ceiling


def _cost(price: Price, tokens_in: float, tokens_out: int) -> int:
    whole = round(max(0.0, tokens_in))
    rates = price.rates(whole)
    return up(whole * rates.input + tokens_out * rates.output)
