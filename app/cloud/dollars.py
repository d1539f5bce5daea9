"""Amounts as they stand in sentences, and prices as they are typed: whole micro-dollars inside, dollars outside."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from app.errors import UsageError

MICROS = 1_000_000
_MOST_PER_MILLION = 100_000
"""Dollars for a million tokens beyond which a typed price is a slip of the hand."""


def at_most(micros: int) -> str:
    """Rounded up to a tenth of a cent, so that it stays a ceiling: "$0.011"."""
    mills = -(-micros // 1000)
    return f"${mills // 1000:,}.{mills % 1000:03}"


def at_least(micros: int) -> str:
    """What is left, rounded down to a tenth of a cent, never below nothing: "$0.006"."""
    mills = max(0, micros) // 1000
    return f"${mills // 1000:,}.{mills % 1000:03}"


def exact(micros: int) -> str:
    """One answer, four decimals, rounded up: "$0.0037"; nothing is "$0"."""
    return f"${-(-micros // 100) / 10_000:,.4f}" if micros > 0 else "$0"


def rate(dollars: Decimal) -> int:
    """Dollars for a million tokens as micro-dollars for a million tokens. Raises ValueError where that is no whole
    number: a price that cannot be kept exactly is not kept."""
    micros = dollars * MICROS
    if not micros.is_finite() or micros != micros.to_integral_value() or micros < 0:
        raise ValueError(f"{dollars} dollars are no whole number of micro-dollars")
    return int(micros)


def typed_rate(text: str) -> int:
    """A price as the person typed it, dollars for a million tokens: "2.50", "$0.1". Raises UsageError."""
    bare = text.strip().removeprefix("$").strip()
    try:
        dollars = Decimal(bare)
        if dollars > _MOST_PER_MILLION:
            raise ValueError
        return rate(dollars)
    except (InvalidOperation, ValueError) as error:
        raise UsageError(
            f"“{text}” is no price.", do="Type the dollars for a million tokens, such as 2.50, as the provider says it."
        ) from error
