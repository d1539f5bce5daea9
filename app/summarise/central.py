"""Finds the sentences that say what a text is about, without a language model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.evidence.terms import content, words
from models.api import Embedder

# Ridge regression on ROUGE-1, cross-validated by paper; docs/figures/summaries.md says how.
_WEIGHTS = {
    "whole": 0.105,
    "title": 0.155,
    "cue": 0.031,
    "length": 0.052,
    "too_short": -0.060,
    "too_long": -0.090,
    "title_words": 0.100,
}
# Without a title: likeness to the first sentence, and share of words that other sentences have too. Chosen among a few
# on the same 40 papers; docs/figures/summaries.md.
_UNTITLED_FIRST, _UNTITLED_SHARED = 0.1, 0.1
_FIRST_ITSELF = 0.6
_CUE = re.compile(
    r"\bwe (?:\w+ )?(?:propose|present|introduce|show|develop|study|demonstrate|investigate|describe|design|find|"
    r"provide|"
    r"explore|analy[sz]e|prove|establish|suggest|address|extend|apply|use|evaluate|argue|agree|decide|confirm|ask|"
    r"offer)"
    r"\w*\b|\b(?:this|our) (?:paper|work|article|study|report|letter|approach|method|agreement|document|guide|"
    r"policy)\b|"
    r"\b(?:in summary|in short|overall|decided|agreed|resolved|therefore|must|shall|important|main|key|conclu\w+)\b",
    re.IGNORECASE,
)
_SHORT_WORDS, _LONG_WORDS = 10, 40
_USUAL = 0.4


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence of a text by its index, and how central it is."""

    index: int
    text: str
    score: float


def weigh(texts: Sequence[str], *, title: str, embedder: Embedder | None) -> list[Weighed]:
    """How central each sentence is to all of them together, in the order given. Raises ModelError."""
    if not texts:
        return []
    whole = " ".join(texts)
    to_whole = embedder.rank(whole, texts) if embedder else [_USUAL] * len(texts)
    stems = [{w.stem for w in content(words(text))} for text in texts]
    titled = {w.stem for w in content(words(title))}
    if not titled & set().union(*stems):
        # A file's name or a number, no title.
        title, titled = "", set()
    to_title = embedder.rank(title, texts) if embedder and title else [_USUAL] * len(texts)
    untitled = [0.0] * len(texts) if title else _untitled(texts, stems, embedder)
    weighed = []
    for index, text in enumerate(texts):
        length = len(text.split())
        own = stems[index]
        features = {
            "whole": to_whole[index],
            "title": to_title[index],
            "cue": 1.0 if _CUE.search(text) else 0.0,
            "length": min(length, _LONG_WORDS) / _LONG_WORDS,
            "too_short": 1.0 if length < _SHORT_WORDS else 0.0,
            "too_long": 1.0 if length > _LONG_WORDS else 0.0,
            "title_words": len(own & titled) / max(1, len(titled)),
        }
        value = sum(_WEIGHTS[name] * value for name, value in features.items()) + untitled[index]
        weighed.append(Weighed(index, text, value))
    return weighed


def _untitled(texts: Sequence[str], stems: Sequence[set[str]], embedder: Embedder | None) -> list[float]:
    """What stands in for a title: how near a sentence is to the first one, and how much of it is said elsewhere too."""
    to_first = embedder.rank(texts[0], texts) if embedder else [_USUAL] * len(texts)
    held = Counter(stem for own in stems for stem in own)
    shared = [sum(held[stem] > 1 for stem in own) / max(1, len(own)) for own in stems]
    near = [_FIRST_ITSELF, *to_first[1:]]
    return [_UNTITLED_FIRST * a + _UNTITLED_SHARED * b for a, b in zip(near, shared, strict=True)]


def pick(weighed: Sequence[Weighed], count: int) -> list[int]:
    """Indexes of `count` central sentences that do not say the same twice (maximal marginal relevance, Carbonell and
    Goldstein 1998, with shared words as likeness), in the order of the text."""
    stems = {one.index: {w.stem for w in content(words(one.text))} for one in weighed}
    left = sorted(weighed, key=lambda one: -one.score)
    chosen: list[int] = []
    while left and len(chosen) < count:

        def worth(one: Weighed) -> float:
            likeness = max((_alike(stems[one.index], stems[other]) for other in chosen), default=0.0)
            return one.score - 0.25 * likeness

        best = max(left, key=worth)
        chosen.append(best.index)
        left.remove(best)
    return sorted(chosen)


def _alike(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
