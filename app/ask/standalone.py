"""Fills in what a follow-up question refers back to, so that it can be searched for on its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.evidence.expects import expectation
from app.evidence.terms import content, fold, words

_OPENS = re.compile(
    r"^\s*(?:and|or|but|also|then|so|what about|how about|same for|as for|why|why not|how so)\b", re.IGNORECASE
)
_REFERS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "him",
        "them",
        "his",
        "her",
        "hers",
        "its",
        "their",
        "theirs",
        "this",
        "that",
        "these",
        "those",
        "there",
        "then",
        "one",
        "ones",
        "same",
    ]
)
_PERSON = frozenset(["he", "she", "him", "his", "her", "hers", "they", "them", "their", "theirs"])
_THING = frozenset(["it", "its", "them", "this", "that", "these", "those"])
_FEW_WORDS = 2


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the turn before leaves behind: its question, the names it emphasised, the titles of the files it cited."""

    question: str
    names: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def standalone(question: str, earlier: Earlier | None) -> str:
    """The question with the topic of the turn before in brackets, when it leans on it; otherwise as it is.

    What is carried: names of the earlier question, its words that stand in the titles of the cited files (else those
    titles), for "it" or "that" the thing it counted or named, for "she" or "they" the names its answer
    emphasised. What was asked for before is not carried: "and the deposit?" must not find the rent again.
    """
    if earlier is None or not leans_back(question):
        return question
    own = {w.stem for w in words(question)}
    every = words(earlier.question)
    titled = {w.stem for title in earlier.titles for w in content(words(title))}
    carried = [w.text for w in content(every) if (w.capital and w.start > 0) or w.stem in titled]
    if any(fold(w.text) in _PERSON for w in words(question)):
        carried += earlier.names
    if any(fold(w.text) in _THING for w in words(question)):
        # "How much notice …?" "And where do I send it?": the notice.
        unit = expectation(earlier.question).unit
        carried += [w.text for w in content(every) if w.stem in unit]
    if not carried:
        carried = list(earlier.titles[:1]) or [w.text for w in content(every)]
    fresh = _unsaid(carried, own)
    return f"{question.strip()} ({', '.join(fresh)})" if fresh else question


def leans_back(question: str) -> bool:
    """Whether a question cannot be understood without the one before."""
    own = words(question)
    if _OPENS.search(question) and len(content(own)) <= 5:
        return True
    if len(content(own)) <= _FEW_WORDS and not any(w.capital and w.start > 0 for w in own):
        return True
    names_before = False
    for word in own:
        if fold(word.text) in _REFERS and not names_before:
            return True
        names_before = names_before or (word.capital and word.start > 0)
    return False


def _unsaid(carried: Sequence[str], own: set[str]) -> list[str]:
    found: list[str] = []
    for text in carried:
        stems = {w.stem for w in words(text)}
        if stems and not stems <= own:
            found.append(text)
            own |= stems
    return found
