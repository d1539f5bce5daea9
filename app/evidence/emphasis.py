"""Which words of a quote are the answer itself, where their kind tells them; rather none than the wrong ones."""

from __future__ import annotations

from itertools import pairwise

from app.evidence.expects import AnswerKind, new_spans, spans
from app.evidence.features import Asked
from app.evidence.terms import words

_WIDER = (AnswerKind.MONEY, AnswerKind.PERCENT, AnswerKind.DURATION)
_NAMES = (AnswerKind.PERSON, AnswerKind.PLACE, AnswerKind.NAME)
_CLEARLY = 1.25


def emphasis(asked: Asked, quote: str) -> tuple[tuple[int, int], ...]:
    """The span of the expected kind that stands nearest to the question's words, if any stands near them."""
    found = new_spans(quote, asked.expected, asked.stems)
    if asked.expected.kind in _NAMES:
        # Several names: which one is meant cannot be told from their form.
        return tuple(found) if len(found) == 1 else ()
    if asked.expected.kind is AnswerKind.NUMBER:
        found = [_widened(quote, span) for span in found]
    if len(found) > 1 and quote.startswith("|"):
        # Several cells: which column is meant stands in the head of the table.
        return ()
    ranked = sorted(found, key=lambda span: -_nearness(asked, quote, span))
    if len(ranked) > 1 and _nearness(asked, quote, ranked[0]) < _CLEARLY * _nearness(asked, quote, ranked[1]):
        return ()
    if any(quote[a[1] : b[0]] in (" to ", " or ") and ranked[0] in (a, b) for a, b in pairwise(found)):
        # "from £60 to £66": which one is meant, the question seldom tells.
        return ()
    return tuple(ranked[:1])


def _widened(quote: str, span: tuple[int, int]) -> tuple[int, int]:
    """A number with what it counts, when that is money, a share or a time: "94 per cent", not "94"."""
    for kind in _WIDER:
        for start, end in spans(quote, kind):
            if start <= span[0] and span[1] <= end:
                return start, end
    return span


def _nearness(asked: Asked, quote: str, span: tuple[int, int]) -> float:
    weights_of = {t.stem: w for t, w in zip(asked.terms, asked.weights, strict=True)}
    own = words(quote)
    middle = next((at for at, word in enumerate(own) if word.end > span[0]), 0)
    value = 0.0
    for at, word in enumerate(own):
        if not span[0] <= word.start < span[1]:
            value += weights_of.get(word.stem, 0.0) / (1 + abs(at - middle))
            value += 2.0 / (1 + abs(at - middle)) if word.stem in asked.expected.unit else 0.0
    return value
