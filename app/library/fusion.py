"""Brings the search for words and the search for meaning together into one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RANK_CONSTANT = 10.0
"""k of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009): how slowly a lower rank loses weight. Their 60 suits
many lists; with two, 10 put the right passage among the first three in 99 % of 322 questions (60: 99 %, either list
alone 98 %) and first in 93 to 95 %."""
WORDS_WEIGHT = 1.3
MEANING_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage with its fused score, 0 to 1, and the searches that found it."""

    passage: int
    score: float
    found_by: tuple[str, ...]


def fuse(
    words: Sequence[tuple[int, float]], meaning: Sequence[tuple[int, float]], *, meaning_name: str, limit: int
) -> list[Fused]:
    """Weighted reciprocal rank fusion of two lists, each best first; 1.0 means first in both."""
    scores: dict[int, float] = {}
    found: dict[int, list[str]] = {}
    for ranked, weight, name in ((words, WORDS_WEIGHT, "words"), (meaning, MEANING_WEIGHT, meaning_name)):
        for rank, (passage, _) in enumerate(ranked):
            scores[passage] = scores.get(passage, 0.0) + weight * (RANK_CONSTANT + 1) / (RANK_CONSTANT + 1 + rank)
            found.setdefault(passage, []).append(name)
    whole = (WORDS_WEIGHT if words else 0.0) + (MEANING_WEIGHT if meaning else 0.0)
    order = sorted(scores, key=lambda passage: (-scores[passage], passage))[:limit]
    return [Fused(passage, scores[passage] / whole, tuple(found[passage])) for passage in order]
