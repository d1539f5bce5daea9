"""What a provider's own counts taught: how far our counts were off, so that an estimate narrows with use."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

FIRST_BAND = 0.5
"""Half width before anything is learnt. Ours, and wide: of Python files one closed vocabulary counted only 29 % within
5 % of o200k (the design's measurements)."""
OWN_FILE_BAND = 0.05
"""Half width for an open model counted with the vocabulary of its own file: what is not known is the provider's frame
around each message."""
ENOUGH = 5
"""Answers before a band is believed."""
ENOUGH_FOR_FRAME = 10
"""Answers before a constant part is told apart from the ratio."""
SAME_REST = 3
"""Answers in a row that must leave the same rest before it is added."""
_SPARE = 0.02
_MARKS = re.compile(r"[{}\[\]<>()=;:/\\\"'`#_|*+]")


@dataclass(frozen=True, slots=True)
class Pair:
    """One answered parcel: what we counted, what the provider counted, and the kind of text."""

    content: str
    counted: int
    returned: int


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A count after what was learnt. `band` is the half width as a share, 0 when exact."""

    tokens: int
    exact: bool
    band: float


def content_of(text: str) -> str:
    """The kind of a text as far as vocabularies differ over it: "code", "script" (mostly not Latin) or "prose"."""
    sample = text[:20_000]
    if not sample:
        return "prose"
    if sum(ord(letter) > 0x24F for letter in sample) > len(sample) * 0.3:
        return "script"
    return "code" if len(_MARKS.findall(sample)) > len(sample) * 0.06 else "prose"


def teaches(*, tokens_in: int, tokens_out: int, most_in: int, most_out: int) -> bool:
    """Whether a provider's own counts may be learnt from. Not when it claims more than the request can have held
    (`most_in`, one token for each byte and the frame) or than it allowed (`most_out`): such a line counts as
    money, but no later quote is made from it."""
    return tokens_in <= most_in and tokens_out <= most_out


def adjust(plain: int, *, exact: bool, first_band: float, content: str, pairs: Sequence[Pair]) -> Adjusted:
    """`plain` corrected by earlier answers of the same provider and model (`pairs`, newest first).

    Exact: a rest that was the same in the last answers (a frame we do not know of) is added, and the count stays
    exact; rests that differ mean that it was not exact after all. Otherwise the provider's ratio and frame are
    applied and the band covers what was seen: of the same kind of text when there are enough, else of all.
    """
    if exact:
        rests = [pair.returned - pair.counted for pair in pairs]
        if len(set(rests[:SAME_REST])) <= 1:
            return Adjusted(plain + (rests[0] if len(rests) >= SAME_REST else 0), True, 0.0)
        first_band = OWN_FILE_BAND
    same = [pair for pair in pairs if pair.content == content]
    believed = [pair for pair in (same if len(same) >= ENOUGH else pairs) if pair.counted > 0 and pair.returned > 0]
    if len(believed) < ENOUGH:
        return Adjusted(plain, False, first_band)
    times, frame = _line(believed)
    off = sorted(abs(pair.returned / (pair.counted * times + frame) - 1) for pair in believed)
    return Adjusted(round(plain * times + frame), False, round(_p95(off) + _SPARE, 3))


def _line(pairs: Sequence[Pair]) -> tuple[float, float]:
    """How many of theirs one of our tokens is, and what they add to each request: the line with the least squared
    error relative to what was returned. With few answers, or where it makes no sense, the median ratio and nothing."""
    ratio = statistics.median(pair.returned / pair.counted for pair in pairs)
    if len(pairs) < ENOUGH_FOR_FRAME:
        return ratio, 0.0
    points = [(pair.counted / pair.returned, 1 / pair.returned) for pair in pairs]
    cc, cb, bb = (sum(c * c for c, _ in points), sum(c * b for c, b in points), sum(b * b for _, b in points))
    c1, b1 = sum(c for c, _ in points), sum(b for _, b in points)
    spread = cc * bb - cb * cb
    if spread <= 1e-9 * cc * bb:
        return ratio, 0.0
    times, frame = (c1 * bb - b1 * cb) / spread, (b1 * cc - c1 * cb) / spread
    return (times, frame) if ratio / 2 < times < ratio * 2 and frame >= 0 else (ratio, 0.0)


def _p95(ordered: Sequence[float]) -> float:
    return ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
