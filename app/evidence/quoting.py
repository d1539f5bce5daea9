"""Finds the sentences of the person's own files that answer a question, and how sure the evidence makes us."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.evidence import weights
from app.evidence.emphasis import emphasis
from app.evidence.features import NAMES, Asked, Candidate, measure
from app.evidence.quotable import quotable, table_head
from app.evidence.shorten import count_words, stretch
from app.evidence.terms import fold, words
from app.library.sentences import sentences
from app.values import Passage
from models.api import Cancel, Embedder

MOST_WORDS = 60
"""Words shown as one answer, at most."""
_MOST_QUOTES = 3
_LEAST_WORDS = 8
_MOST_CANDIDATES = 160
_MOST_MEASURED = 24
_TEXTS_AT_ONCE = 24
_NEAR = NAMES.index("near")
_EMPHASISED_WITHIN = 0.7
_BESIDE = {1: 1.6, 2: 0.8, -1: 0.8}
_SAID_AGAIN = 2.0
"""What a sentence so many places after the one quoted before gains in a follow-up, and what that one itself loses."""
_SHOWN_WITHIN = 8.0
"""A further sentence is shown when its score is at most this much below the best: a chance of 1 in 3,000 beside it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Characters [start, end) of a passage's text."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence, what was measured about it, and how well it answers (a log-odds against the other sentences)."""

    place: Place
    features: tuple[float, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch to show word for word; `emphasis` are ranges inside it that hold the exact answer words.

    `cut`: whether words of its sentence were left out before it, after it.
    """

    place: Place
    emphasis: tuple[tuple[int, int], ...]
    cut: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the passages say to the question: quotes, best first, and the log-odds that they answer it."""

    asked: Asked
    quotes: tuple[Quote, ...]
    answered: float
    missing: tuple[str, ...]
    """Question words that none of the passages hold, rarest first."""
    share: float = 0.0
    """The chance of the best sentence beside all others, by their scores."""


def read(
    question: str,
    passages: Sequence[Passage],
    *,
    embedder: Embedder | None,
    rarity: Callable[[str], float],
    said: Sequence[tuple[int, str]] = (),
    cancel: Cancel | None = None,
) -> Reading:
    """Choose what to quote; nothing when stopped. Raises ModelError when the embedder cannot run.

    `rarity(word)` is a word's inverse document frequency in the library; `said` what the turn before quoted, best
    first, as (passage id, quote), when this question leans on it.
    """
    asked = Asked.of(question, rarity)
    ranked = beside(score(asked, passages, embedder=embedder, cancel=cancel), said)
    return Reading(asked, shown(asked, ranked), answered(ranked), _missing(asked, passages), share(ranked))


def score(
    asked: Asked, passages: Sequence[Passage], *, embedder: Embedder | None, cancel: Cancel | None = None
) -> list[Scored]:
    """Every sentence of the passages with its features, best first."""
    every = _places(passages)
    places, near = _promising(asked, every, embedder=embedder, cancel=cancel or Cancel())
    if not places:
        return []
    befores = [_before(place) for place in places]
    similar = _similarities(asked.text, places, befores, near, embedder=embedder, cancel=cancel or Cancel())
    if not similar:
        return []
    found: list[Scored] = []
    for place, before, (own, window, passage, wordwise) in zip(places, befores, similar, strict=True):
        around = " ".join((place.passage.document.title, place.passage.heading, place.passage.text))
        features = measure(asked, Candidate(place.text, before, around, own, window, passage, wordwise))
        found.append(Scored(place, features, _dot(features, weights.ORDER)))
    found.sort(key=lambda one: -one.score)
    return found


def beside(ranked: Sequence[Scored], said: Sequence[tuple[int, str]]) -> list[Scored]:
    """Ranked anew for a follow-up: what stands beside the best sentence quoted before gains, what was quoted loses."""
    if not said:
        return list(ranked)
    quoted = {(passage, fold(" ".join(quote.split()))) for passage, quote in said}
    first_passage, first_quote = said[0][0], fold(" ".join(said[0][1].split()))

    def gain(place: Place) -> float:
        if any(passage == place.passage.id and quote in fold(_plain(place.text)) for passage, quote in quoted):
            return -_SAID_AGAIN
        if place.passage.id != first_passage:
            return 0.0
        spans = sentences(place.passage.text)
        own = spans.index((place.start, place.end)) if (place.start, place.end) in spans else -9
        before = [at for at, (a, b) in enumerate(spans) if first_quote in fold(_plain(place.passage.text[a:b]))]
        return _BESIDE.get(own - before[0], 0.0) if before and own >= 0 else 0.0

    changed = [replace(one, score=one.score + gain(one.place)) for one in ranked]
    return sorted(changed, key=lambda one: -one.score)


def _plain(text: str) -> str:
    return " ".join(text.split())


def shown(asked: Asked, ranked: Sequence[Scored]) -> tuple[Quote, ...]:
    """One to three of the best sentences, at most MOST_WORDS words together; long ones cut where a clause ends."""
    quotes: list[Quote] = []
    nears: list[float] = []
    left = MOST_WORDS
    for one in ranked[:5]:
        if left < _LEAST_WORDS or len(quotes) == _MOST_QUOTES or one.score < ranked[0].score - _SHOWN_WITHIN:
            break
        start, end = stretch(asked, one.place.text, most_words=left, anywhere=not quotes)
        if start == end:
            continue
        place = Place(one.place.passage, one.place.start + start, one.place.start + end)
        left -= count_words(place.text)
        sure = one.score >= ranked[0].score - _EMPHASISED_WITHIN
        cut = (start > 0, end < len(one.place.text))
        nears.append(one.features[_NEAR])
        quotes.append(Quote(place, emphasis(asked, place.text) if sure else (), cut))
    # Where two answer nearly as well, only the words that stand nearer to the question's own are singled out.
    nearest = max((near for quote, near in zip(quotes, nears, strict=True) if quote.emphasis), default=0.0)
    quotes = [
        quote if near >= nearest else replace(quote, emphasis=()) for quote, near in zip(quotes, nears, strict=True)
    ]
    return tuple(quotes)


def answered(ranked: Sequence[Scored]) -> float:
    """Log-odds that the best sentences answer; minus infinity when there are none."""
    if not ranked:
        return -math.inf
    return _dot(evidence(ranked), weights.ANSWERED) + weights.ANSWERED_BIAS


def evidence(ranked: Sequence[Scored]) -> tuple[float, ...]:
    """What tells whether anything answers: the best sentence, how far it stands out, the best of the best three."""
    top = ranked[0]
    margin = top.score - ranked[1].score if len(ranked) > 1 else 1.0
    best = tuple(max(one.features[at] for one in ranked[:3]) for at in weights.BEST_OF_THREE)
    return (*top.features, top.score, share(ranked), margin, *best)


def share(ranked: Sequence[Scored]) -> float:
    """The chance of the best sentence beside all others, by their scores; 0 when there are none."""
    return 1.0 / sum(math.exp(one.score - ranked[0].score) for one in ranked) if ranked else 0.0


def _dot(values: Sequence[float], by: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(values, by, strict=True))


def _places(passages: Sequence[Passage]) -> list[Place]:
    found: list[Place] = []
    seen: set[str] = set()
    for passage in passages:
        for start, end in sentences(passage.text):
            text = fold(" ".join(passage.text[start:end].split()))
            if text not in seen and quotable(passage, start, end):
                seen.add(text)
                found.append(Place(passage, start, end))
    return found[:_MOST_CANDIDATES]


def _before(place: Place) -> str:
    """The sentence before, or the heading for the first one; the head of its table for a row."""
    if place.text.startswith("|"):
        return table_head(place.passage.text, place.start) or place.passage.heading
    earlier = [span for span in sentences(place.passage.text[: place.start]) if span[1] <= place.start]
    if earlier:
        return place.passage.text[earlier[-1][0] : earlier[-1][1]]
    return place.passage.heading


def _promising(
    asked: Asked, places: Sequence[Place], *, embedder: Embedder | None, cancel: Cancel
) -> tuple[list[Place], dict[str, float]]:
    """The sentences worth the costly measures: nearest in meaning plus most words in common; and their nearness."""
    texts = [place.text for place in places]
    near: dict[str, float] = {}
    for batch in _batches(texts) if embedder else ():
        if cancel.stopped:
            return [], {}
        near.update(zip(batch, embedder.rank(asked.text, batch) if embedder else (), strict=True))

    def promise(place: Place) -> float:
        stems = {w.stem for w in words(place.text)}
        shared = sum(w for t, w in zip(asked.terms, asked.weights, strict=True) if t.stem in stems)
        return near.get(place.text, 0.0) + shared / (sum(asked.weights) or 1.0)

    return sorted(places, key=promise, reverse=True)[:_MOST_MEASURED], near


def _similarities(
    question: str,
    places: Sequence[Place],
    befores: Sequence[str],
    near: dict[str, float],
    *,
    embedder: Embedder | None,
    cancel: Cancel,
) -> list[tuple[float, float, float, float]]:
    """(sentence, window, passage, word by word); without an embedder the usual values, so that words decide."""
    if embedder is None:
        return [weights.USUAL_SIMILARITY] * len(places)
    own = [place.text for place in places]
    windows = [f"{before} {text}".strip() for before, text in zip(befores, own, strict=True)]
    passages = {place.passage.id: place.passage.text for place in places}
    by_text = dict(near)
    wordwise: dict[str, float] = {}
    for batch in _batches([text for text in (*windows, *passages.values()) if text not in by_text]):
        if cancel.stopped:
            return []
        by_text.update(zip(batch, embedder.rank(question, batch), strict=True))
    for batch in _batches(own):
        if cancel.stopped:
            return []
        wordwise.update(zip(batch, embedder.match(question, batch), strict=True))
    return [
        (by_text[text], by_text[window], by_text[place.passage.text], wordwise[text])
        for place, text, window in zip(places, own, windows, strict=True)
    ]


def _batches(texts: Sequence[str]) -> list[list[str]]:
    """Each text once, short ones together; small enough that a stop is obeyed within a tenth of a second."""
    unique = sorted(set(texts), key=len)
    return [unique[at : at + _TEXTS_AT_ONCE] for at in range(0, len(unique), _TEXTS_AT_ONCE)]


def _missing(asked: Asked, passages: Sequence[Passage]) -> tuple[str, ...]:
    held = {w.stem for p in passages for w in words(f"{p.document.title} {p.heading} {p.text}")}
    absent = [(weight, t.text) for t, weight in zip(asked.terms, asked.weights, strict=True) if t.stem not in held]
    return tuple(text for _, text in sorted(absent, reverse=True))
