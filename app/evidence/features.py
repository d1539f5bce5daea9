"""What can be measured about a question and a sentence that may answer it, as plain numbers from 0 to about 1."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.evidence.expects import AnswerKind, Expectation, expectation, new_spans
from app.evidence.other_names import renames
from app.evidence.terms import Word, content, words

NAMES = (
    "similarity",
    "window_similarity",
    "passage_similarity",
    "wordwise",
    "covered",
    "covered_before",
    "covered_around",
    "pairs",
    "span",
    "no_span",
    "unit",
    "near",
    "names",
    "names_around",
    "names_missing",
    "rarest_missing",
    "length",
    "fresh",
    "renames",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart once: its words, their weights (rarity in the library), what it asks for."""

    text: str
    terms: tuple[Word, ...]
    weights: tuple[float, ...]
    names: frozenset[str]
    stems: frozenset[str]
    expected: Expectation

    @classmethod
    def of(cls, text: str, rarity: Callable[[str], float]) -> Asked:
        """Take a question apart; `rarity(word)` is a word's inverse document frequency, 0 or more."""
        every = words(text)
        kept = {w.stem: w for w in content(every)}
        terms = tuple(kept.values())
        names = frozenset(w.stem for w in terms if (w.capital and w.start > 0) or any(c.isdigit() for c in w.text))
        return cls(
            text,
            terms,
            tuple(rarity(w.text) for w in terms),
            names,
            frozenset(w.stem for w in every),
            expectation(text),
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with what stands around it and the embedder's similarities (-1 to 1):
    of the sentence, of it with the one before, of its passage, and word by word."""

    text: str
    before: str
    around: str
    similarity: float
    window_similarity: float
    passage_similarity: float
    wordwise: float


def measure(asked: Asked, candidate: Candidate) -> tuple[float, ...]:
    """The features of NAMES, in that order."""
    own = words(candidate.text)
    stems = {w.stem for w in own}
    before = {w.stem for w in words(candidate.before)}
    around = {w.stem for w in words(candidate.around)} | before | stems
    covered = _covered(asked, stems)
    covered_before = _covered(asked, stems | before)
    spans = new_spans(candidate.text, asked.expected, asked.stems)
    telling = asked.expected.kind not in (AnswerKind.OTHER, AnswerKind.REASON)
    fresh = [w for w in content(own) if w.stem not in asked.stems]
    return (
        candidate.similarity,
        candidate.window_similarity,
        candidate.passage_similarity,
        candidate.wordwise,
        covered,
        covered_before - covered,
        _covered(asked, around) - covered_before,
        _pairs(asked, own),
        1.0 if telling and spans else 0.0,
        1.0 if telling and not spans else 0.0,
        _unit(asked, own, spans),
        _near(asked, own, spans),
        _share(asked.names, stems),
        _share(asked.names, around),
        sum(1 for n in asked.names if n not in around),
        _rarest_missing(asked, around),
        math.log(1 + len(own)) / 4,
        min(len(fresh), 6) / 6,
        renames(asked.text, frozenset(term.stem for term in asked.terms), candidate.text),
    )


def _covered(asked: Asked, stems: set[str]) -> float:
    total = sum(asked.weights)
    if total <= 0:
        return 0.0
    return sum(w for t, w in zip(asked.terms, asked.weights, strict=True) if t.stem in stems) / total


def _rarest_missing(asked: Asked, stems: set[str]) -> float:
    """Weight of the heaviest question word that is not there, against the heaviest of all."""
    heaviest = max(asked.weights, default=0.0)
    if heaviest <= 0:
        return 0.0
    missing = [w for t, w in zip(asked.terms, asked.weights, strict=True) if t.stem not in stems]
    return max(missing, default=0.0) / heaviest


def _share(wanted: frozenset[str], stems: set[str]) -> float:
    return len(wanted & stems) / len(wanted) if wanted else 0.5


def _pairs(asked: Asked, own: Sequence[Word]) -> float:
    """Share of neighbouring question words that stand within four words of each other in the sentence."""
    if len(asked.terms) < 2:
        return 0.0
    places: dict[str, list[int]] = {}
    for index, word in enumerate(own):
        places.setdefault(word.stem, []).append(index)
    close = 0
    for first, second in zip(asked.terms, asked.terms[1:], strict=False):
        if any(abs(a - b) <= 4 for a in places.get(first.stem, ()) for b in places.get(second.stem, ())):
            close += 1
    return close / (len(asked.terms) - 1)


def _unit(asked: Asked, own: Sequence[Word], spans: Sequence[tuple[int, int]]) -> float:
    """1 when the counted or named thing stands within three words of a span of the expected kind."""
    unit = asked.expected.unit
    for start, end in spans:
        inside = [i for i, w in enumerate(own) if w.start < end and w.end > start]
        if not inside:
            continue
        near = own[max(0, inside[0] - 3) : inside[-1] + 4]
        if any(w.stem in unit for w in near):
            return 1.0
    return 0.0


def _near(asked: Asked, own: Sequence[Word], spans: Sequence[tuple[int, int]]) -> float:
    """How close a span of the expected kind comes to question words: share of them within eight words of it."""
    if not spans or not asked.terms:
        return 0.0
    wanted = {t.stem: w for t, w in zip(asked.terms, asked.weights, strict=True)}
    total = sum(wanted.values()) or 1.0
    best = 0.0
    for start, end in spans:
        inside = [i for i, w in enumerate(own) if w.start < end and w.end > start]
        if not inside:
            continue
        near = {w.stem for w in own[max(0, inside[0] - 8) : inside[-1] + 9]}
        best = max(best, sum(weight for stem, weight in wanted.items() if stem in near) / total)
    return best
