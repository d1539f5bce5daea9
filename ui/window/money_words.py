"""Amounts of money as a person reads them: what is spent rounds up, what is left rounds down, costs keep four decimals.

Everything inside is whole micro-dollars; look.md 3.6 gives the rules.
"""

from __future__ import annotations

_CENT, _MILL, _TENTH_MILL = 10_000, 1_000, 100


def spent(micros: int) -> str:
    """Rounded up to the cent: "$0.43"."""
    return _cents(-(-micros // _CENT))


def left(micros: int) -> str:
    """Rounded down to the cent, never below nothing: "$4.56"."""
    return _cents(max(0, micros) // _CENT)


def cost(micros: int) -> str:
    """One answer, four decimals, rounded up: "$0.0037"; nothing is "$0"."""
    return _decimals(-(-micros // _TENTH_MILL), 4) if micros else "$0"


def about(micros: int) -> str:
    """An estimate, three decimals where that says anything, else four: "$0.004"."""
    if 0 < micros < _MILL:
        return cost(micros)
    return _decimals((micros + _MILL // 2) // _MILL, 3) if micros else "$0"


def at_most(micros: int) -> str:
    """A ceiling, rounded up so that it stays one: "$0.011"."""
    return _decimals(-(-micros // _MILL), 3) if micros else "$0"


def plain(micros: int) -> str:
    """A budget as it is typed: "$5.00"."""
    return _cents(round(micros / _CENT))


def typed(text: str) -> int | None:
    """Micro-dollars of an amount as a person types it ("5", "$5.00", "2.5"); None for what is no amount."""
    bare = text.strip().removeprefix("$").strip().replace(",", "")
    whole, _, rest = bare.partition(".")
    digits = whole + rest
    if not (digits.isascii() and digits.isdigit()) or len(rest) > 6 or len(whole) > 6:
        return None
    return int(whole or "0") * 1_000_000 + int(rest.ljust(6, "0") or "0")


def budget(text: str) -> int | None:
    """Micro-dollars of a month's budget: whole dollars up to 1,000; None for anything else."""
    micros = typed(text)
    return micros if micros is not None and not micros % 1_000_000 and micros <= 1_000_000_000 else None


def _cents(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02}"


def _decimals(units: int, places: int) -> str:
    scale = 10**places
    return f"${units // scale:,}.{units % scale:0{places}}"
