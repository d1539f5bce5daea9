"""Folds passages that say the same in several files into one, and adds what a sentence runs over to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.values import Passage

_WORD = re.compile(r"\w+")
_ALIKE = 0.9
"""Share of different words that two passages must have in common to count as the same text."""
_LEAST_WORDS = 8
"""Shorter passages are alike by chance."""
_ENDS = re.compile(r"[.!?…:;|。！？؟۔।][\"'”’»)\]]*\s*$")
_RUN_OVER = 3
"""Only what stands at the top is worth its neighbour's place."""

Neighbours = Callable[[Passage, int], tuple[list[Passage], list[Passage]]]


@dataclass(frozen=True, slots=True)
class _Known:
    """A passage that is kept, with its different words and the numbers among them."""

    passage: Passage
    words: frozenset[str]
    numbers: frozenset[str]


def fold(passages: Sequence[Passage], *, limit: int) -> tuple[list[Passage], dict[int, list[Path]]]:
    """At most `limit` passages without those that say the same as a better one in another file, and those other files
    by the passage that is kept."""
    kept: list[_Known] = []
    others: dict[int, list[Path]] = {}
    for passage in passages:
        words = frozenset(_WORD.findall(passage.text.lower()))
        one = _Known(passage, words, frozenset(filter(str.isdigit, words)))
        same = next((known.passage for known in kept if _same(one, known)), None)
        if same is None and len(kept) == limit:
            break
        if same is None:
            kept.append(one)
        elif passage.document.path not in others.setdefault(same.id, []):
            others[same.id].append(passage.document.path)
    return [known.passage for known in kept], others


def _same(one: _Known, other: _Known) -> bool:
    words, known = one.words, other.words
    if min(len(words), len(known)) < _ALIKE * max(len(words), len(known)) or not words:
        return False
    # Numbers make two invoices of one form different, however alike they are.
    if one.numbers != other.numbers or one.passage.document.id == other.passage.document.id:
        return False
    if words == known:
        return len(words) >= _LEAST_WORDS or one.passage.text.split() == other.passage.text.split()
    return len(words) >= _LEAST_WORDS and len(words & known) >= _ALIKE * len(words | known)


def with_neighbours(passages: Sequence[Passage], neighbours: Neighbours, *, limit: int) -> list[Passage]:
    """At most `limit` passages; beside the best ones stands what their first or last sentence runs over to, such as
    the top of the next page."""
    found: list[Passage] = []
    known = {passage.id for passage in passages[:limit]}
    for rank, passage in enumerate(passages[:limit]):
        found.append(passage)
        if rank >= _RUN_OVER or limit < 2 * _RUN_OVER or not _may_run_over(passage):
            continue
        before, after = neighbours(passage, 1)
        found += [
            replace(one, score=passage.score, found_by=("neighbour",))
            for one in _running(passage, before[:1], after[:1])
            if one.id not in known
        ]
        known.update(one.id for one in found)
    return found[:limit]


def _may_run_over(passage: Passage) -> bool:
    return passage.anchor.kind in ("page", "slide") and (_begins_inside(passage.text) or not _ENDS.search(passage.text))


def _running(passage: Passage, before: Sequence[Passage], after: Sequence[Passage]) -> list[Passage]:
    """The neighbours in which a sentence of this passage begins or ends."""
    found = [one for one in before if _begins_inside(passage.text) and not _ENDS.search(one.text)]
    if not _ENDS.search(passage.text):
        found += [one for one in after if _begins_inside(one.text)]
    return found


def _begins_inside(text: str) -> bool:
    """Whether a text begins in the middle of a sentence."""
    return text.lstrip()[:1].islower()
