"""Cuts a long sentence down to the stretch that answers, so that what is shown stays short and stays verbatim."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.evidence.expects import new_spans
from app.evidence.features import Asked
from app.evidence.terms import content, words

_TOKEN = re.compile(r"\S+")
_LEAST_WORDS = 4
_JOINING = frozenset(["and", "but", "or", "because", "although", "while", "which", "who", "where", "when", "whereas"])
_BREAK = re.compile(r"[,;:—–)]$")


def count_words(text: str) -> int:
    """Words as a person counts them: stretches without white space."""
    return len(_TOKEN.findall(text))


def stretch(asked: Asked, sentence: str, *, most_words: int, anywhere: bool = False) -> tuple[int, int]:
    """Character range of at most `most_words` words of `sentence` that holds most of what was asked.

    A stretch is worth the weights of the question words in it, plus a word's weight for an answer of the expected
    kind, plus a little for new words. It begins and ends where a clause does; when no clause is that short
    it is empty or, with `anywhere`, the words up to the limit.
    """
    tokens = [m.span() for m in _TOKEN.finditer(sentence)]
    if len(tokens) <= most_words:
        return (tokens[0][0], tokens[-1][1]) if tokens else (0, 0)
    worth = _worth(asked, sentence)
    # Words after which a clause ends; the last word of all is one of them.
    ends = [
        at for at in range(len(tokens)) if at == len(tokens) - 1 or _ends_clause(sentence, tokens[at], tokens[at + 1])
    ]
    best, best_range = -1.0, (0, tokens[most_words - 1][1] if anywhere else 0)
    for first in [0, *(at + 1 for at in ends[:-1])]:
        for last in ends:
            if not _LEAST_WORDS <= last - first + 1 <= most_words:
                continue
            start, end = tokens[first][0], tokens[last][1]
            value = worth(start, end)
            if value > best + 1e-9:
                best, best_range = value, (start, start + len(sentence[start:end].rstrip(",;:—–( ")))
    return best_range


def _ends_clause(sentence: str, token: tuple[int, int], following: tuple[int, int]) -> bool:
    """Whether a clause ends with a word: a mark stands after it, or a joining word comes next."""
    return bool(_BREAK.search(sentence[slice(*token)])) or sentence[slice(*following)].lower() in _JOINING


def _worth(asked: Asked, sentence: str) -> Callable[[int, int], float]:
    weights = {t.stem: w for t, w in zip(asked.terms, asked.weights, strict=True)}
    heaviest = max(weights.values(), default=1.0)
    marks = [(w.start, w.end, w.stem, weights.get(w.stem, 0.0)) for w in words(sentence)]
    fresh = [(w.start, w.end) for w in content(words(sentence)) if w.stem not in asked.stems]
    spans = new_spans(sentence, asked.expected, asked.stems)

    def worth(start: int, end: int) -> float:
        inside: dict[str, float] = {}
        for a, b, stem, weight in marks:
            if a >= start and b <= end and weight:
                inside[stem] = weight
        value = sum(inside.values())
        value += heaviest * min(2, sum(1 for a, b in spans if a >= start and b <= end)) * 0.7
        return value + 0.05 * sum(1 for a, b in fresh if a >= start and b <= end)

    return worth
