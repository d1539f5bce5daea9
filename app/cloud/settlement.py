"""What an answer cost: one pure function from a price and the provider's own usage to whole micro-dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

from app.cloud.dollars import MICROS
from app.cloud.prices import Price, up

Dialect = Literal["openai", "responses", "anthropic"]


@dataclass(frozen=True, slots=True)
class Settled:
    """One answer, settled. Without `confirmed` the provider's figures do not tell the cost, and `micros` is only what
    they hold. `stated`: the provider named the amount itself."""

    micros: int
    tokens_in: int
    """All input tokens, cached ones included."""
    tokens_out: int
    """All output tokens, reasoning included."""
    cached: int
    reasoning: int
    confirmed: bool
    stated: bool
    cache_write: int = 0


@dataclass(frozen=True, slots=True)
class _Counts:
    fresh: int
    cached: int
    written: int
    out: int
    reasoning: int
    sound: bool

    @property
    def tokens_in(self) -> int:
        return self.fresh + self.cached + self.written


_NOTHING = _Counts(0, 0, 0, 0, 0, sound=False)


def settle(price: Price, usage: Mapping[str, Any] | None, *, dialect: Dialect = "openai") -> Settled:
    """Settle one answer.

    A cost the provider states wins (OpenRouter's `usage.cost`, in dollars). Else tokens times rates of the tier that
    all input tokens reach, rounded up once. "openai" counts cached tokens inside `prompt_tokens`, "anthropic" beside
    `input_tokens`; a usage with `input_tokens` under "openai" is read as whichever of the other two it is. Where counts
    contradict each other the dearer reading is taken. Missing, zero or sounding (audio) usage is not confirmed.
    """
    if not isinstance(usage, Mapping):
        return Settled(0, 0, 0, 0, 0, confirmed=False, stated=False)
    counts = _counts(usage, dialect)
    known = counts or _NOTHING
    stated = _stated(usage)
    rates = price.rates(known.tokens_in)
    micros = up(
        known.fresh * rates.input
        + known.cached * rates.cached
        + known.written * rates.cache_write
        + known.out * rates.output
    )
    return Settled(
        micros if stated is None else stated,
        known.tokens_in,
        known.out,
        known.cached,
        known.reasoning,
        confirmed=stated is not None or (counts is not None and counts.tokens_in > 0 and not counts.sound),
        stated=stated is not None,
        cache_write=known.written,
    )


def left_open(
    price: Price, *, tokens_in: int, tokens_out: int, ceiling_micros: int, hides_reasoning: bool
) -> tuple[int, int]:
    """(counted, held) micro-dollars of an answer without usable usage: our own count of what went and came is counted,
    the rest of the reservation stays held as possible. A model that may have reasoned unseen is counted whole."""
    if hides_reasoning:
        return ceiling_micros, 0
    rates = price.rates(tokens_in)
    counted = min(ceiling_micros, up(tokens_in * rates.input + tokens_out * rates.output))
    return counted, ceiling_micros - counted


def may_reason_unseen(model: str) -> bool:
    """Whether a model may bill reasoning that never shows in the answer. Only the older OpenAI chat models are known
    not to; everything else may."""
    name = model.lower().rpartition("/")[2]
    return not name.startswith(("gpt-4", "gpt-3.5", "gpt-35", "chatgpt-4o"))


def _counts(usage: Mapping[str, Any], dialect: Dialect) -> _Counts | None:
    if dialect == "openai" and "prompt_tokens" not in usage and "input_tokens" in usage:
        beside = "cache_read_input_tokens" in usage or "cache_creation_input_tokens" in usage
        dialect = "anthropic" if beside else "responses"
    match dialect:
        case "anthropic":
            return _anthropic(usage)
        case "responses":
            return _inclusive(usage, "input", "output")
        case "openai":
            return _inclusive(usage, "prompt", "completion")


def _anthropic(usage: Mapping[str, Any]) -> _Counts | None:
    fresh, out = _number(usage, "input_tokens"), _number(usage, "output_tokens")
    if fresh is None or out is None:
        return None
    cached = _number(usage, "cache_read_input_tokens") or 0
    written = _number(usage, "cache_creation_input_tokens") or 0
    return _Counts(fresh, cached, written, out, reasoning=0, sound=False)


def _inclusive(usage: Mapping[str, Any], goes_in: str, comes_out: str) -> _Counts | None:
    given, out = _number(usage, f"{goes_in}_tokens"), _number(usage, f"{comes_out}_tokens")
    if given is None or out is None:
        return None
    inside, outside = _details(usage, f"{goes_in}_tokens_details"), _details(usage, f"{comes_out}_tokens_details")
    # DeepSeek and Moonshot name their cache beside the details; servers in front of Anthropic keep its names.
    cached = _first(inside, "cached_tokens") or _first(
        usage, "prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens"
    )
    written = _first(inside, "cache_write_tokens", "cache_creation_tokens") or _first(
        usage, "cache_creation_input_tokens"
    )
    # More cached than given: this server leaves cached tokens out of the sum.
    fresh = given if cached + written > given else given - cached - written
    reasoning = _first(outside, "reasoning_tokens") or _first(usage, "reasoning_tokens")
    total = _number(usage, "total_tokens") or 0
    # Some servers leave reasoning out of the output but not out of the total (Gemini's, xAI's).
    unseen = max(0, total - (fresh + cached + written) - out)
    out += unseen or (reasoning if reasoning > out else 0)
    sound = _first(inside, "audio_tokens") > 0 or _first(outside, "audio_tokens") > 0
    return _Counts(fresh, cached, written, out, reasoning, sound)


def _stated(usage: Mapping[str, Any]) -> int | None:
    cost = _dollars(usage.get("cost"))
    if cost is None:
        return None
    # With the person's own key at the maker, OpenRouter states its fee and, apart, what the maker charges.
    if usage.get("is_byok") is True:
        cost += _dollars(_details(usage, "cost_details").get("upstream_inference_cost")) or 0
    return int((cost * MICROS).to_integral_value(ROUND_CEILING))


def _dollars(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    amount = Decimal(str(value))
    return amount if amount.is_finite() and amount >= 0 else None


def _details(usage: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = usage.get(name)
    return found if isinstance(found, Mapping) else {}


def _first(usage: Mapping[str, Any], *names: str) -> int:
    return next((number for name in names if (number := _number(usage, name))), 0)


def _number(usage: Mapping[str, Any], name: str) -> int | None:
    value = usage.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value >= 0 and value == value // 1 else None
