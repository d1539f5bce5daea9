"""Looks up what a sentence claims in the passages it cites: words, numbers, dates and names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.evidence.facts import Date, facts
from app.evidence.terms import content, stem, words
from app.evidence.wording import find
from app.library.sentences import sentences
from app.values import QuoteCheck

_ENOUGH_SHARED = 0.5
_DENIES = re.compile(r"\b(?:not|never|no|none|cannot|nor|neither)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen: the state of the sentence, and the claims that stand in no cited passage."""

    check: QuoteCheck
    unsupported: tuple[str, ...] = ()


def check_sentence(sentence: str, sources: Sequence[str], *, known: str = "") -> Finding:
    """Check one sentence, without its markers, against the texts it cites.

    `known` is text whose names and numbers may be repeated freely (the question). A number, date or name that no
    source holds is listed as unsupported: such a sentence is not shown as an answer.
    """
    if any(find(sentence.rstrip(" .!?…"), source) for source in sources):
        return Finding(QuoteCheck.WORD_FOR_WORD)
    missing = unsupported(sentence, sources, known=known)
    if missing:
        return Finding(QuoteCheck.UNCHECKED, missing)
    shared = max((overlap(sentence, source) for source in sources), default=0.0)
    nearest = max((s for source in sources for s in _split(source)), key=lambda s: overlap(sentence, s), default="")
    if bool(_DENIES.search(sentence)) != bool(_DENIES.search(nearest)):
        return Finding(QuoteCheck.UNCHECKED, ("not",))
    unclear = any(date.unclear for date in facts(sentence).dates)
    if shared >= _ENOUGH_SHARED and not unclear:
        return Finding(QuoteCheck.REWORDED)
    return Finding(QuoteCheck.UNCHECKED)


def unsupported(sentence: str, sources: Sequence[str], *, known: str = "") -> tuple[str, ...]:
    """Numbers, dates and names of the sentence that neither the sources nor `known` hold, as they would be read."""
    claimed, held = facts(sentence), facts("\n".join((*sources, known)))
    missing = [f"{number:f}" for number in sorted(claimed.numbers - held.numbers - _years(held.dates))]
    missing += [f"{number:f} %" for number in sorted(claimed.percents - held.percents)]
    for date in claimed.dates:
        if not any(date.agrees(other) for other in held.dates):
            missing.append("-".join(str(part) for part in (date.year, date.month, date.day) if part))
    stems = {w.stem for source in (*sources, known) for w in words(source)}
    missing += [text for name, text in claimed.names if name not in stems and stem(text) not in stems]
    return tuple(missing)


def overlap(sentence: str, source: str) -> float:
    """Share of the sentence's meaningful words that the source holds, in any form."""
    wanted = {w.stem for w in content(words(sentence))}
    if not wanted:
        return 0.0
    return len(wanted & {w.stem for w in words(source)}) / len(wanted)


def nearest_sentence(sentence: str, source: str) -> tuple[int, int]:
    """Character range of the sentence of `source` that shares most words with `sentence`."""
    spans = sentences(source) or [(0, len(source))]
    return max(spans, key=lambda span: overlap(sentence, source[span[0] : span[1]]))


def _split(source: str) -> list[str]:
    return [source[start:end] for start, end in sentences(source)]


def _years(dates: Sequence[Date]) -> frozenset[Decimal]:
    return frozenset(Decimal(date.year) for date in dates if date.year)
