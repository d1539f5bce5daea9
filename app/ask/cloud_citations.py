"""Holds what a cloud model wrote against the passages that were sent: its [n] become citations checked here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.evidence.check import Finding, check_sentence, nearest_sentence
from app.evidence.cite import markers
from app.evidence.places import citation
from app.evidence.wording import find
from app.library.library import Library
from app.library.sentences import sentences
from app.values import Citation, Confidence, Passage, QuoteCheck

_MARKER = re.compile(r"(?:\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\])+")
_ORDER = (QuoteCheck.UNCHECKED, QuoteCheck.REWORDED, QuoteCheck.WORD_FOR_WORD)
_NOT_SAID = re.compile(
    r"\b(?:(?:do|does|did) not (?:answer|say|mention|contain|state)|not (?:stated|mentioned|given)|cannot know)\b",
    re.IGNORECASE,
)


def read_citations(
    answer: str, passages: Mapping[int, Sequence[Passage]], *, library: Library, question: str
) -> tuple[Citation, ...]:
    """One citation for each number the answer validly cites, in order of the numbers.

    `passages` are those that may stand behind each number: one for a passage, all of a file for a whole file. The
    quote is the sentence of the source nearest to the first sentence that cites it; the check is the worst of all the
    sentences that cite it, because one unfounded sentence must not hide behind a sound one.
    """
    found: dict[int, Citation] = {}
    for sentence, cited in _cited_sentences(answer, frozenset(passages)):
        for number in cited:
            passage = _nearest(sentence, passages[number])
            finding = _looked_up(sentence, [_nearest(sentence, passages[n]).text for n in cited], question)
            if number not in found:
                found[number] = _citation(sentence, number, passage, finding.check, library)
            elif _ORDER.index(finding.check) < _ORDER.index(found[number].check):
                before = found[number]
                found[number] = Citation(
                    before.n, before.passage, before.anchor, before.quote, finding.check, before.emphasis
                )
    return tuple(found[number] for number in sorted(found))


def confidence(answer: str, citations: Sequence[Citation]) -> Confidence:
    """Never certain: what a model elsewhere wrote is likely when all it cites was found here, else unsure."""
    if not citations:
        return Confidence.NONE if _NOT_SAID.search(answer) and len(answer.split()) < 40 else Confidence.UNSURE
    sound = all(one.check is not QuoteCheck.UNCHECKED for one in citations)
    return Confidence.LIKELY if sound else Confidence.UNSURE


def _looked_up(sentence: str, sources: Sequence[str], question: str) -> Finding:
    return check_sentence(sentence, sources, known=question)


def _cited_sentences(answer: str, numbers: frozenset[int]) -> list[tuple[str, tuple[int, ...]]]:
    """The sentences with the numbers they cite; a marker after the full stop belongs to the sentence before it."""
    blanked = _MARKER.sub(lambda match: " " * len(match.group()), answer)
    starts = [start for start, _ in sentences(blanked)]
    if not starts:
        return []
    found: list[tuple[str, tuple[int, ...]]] = []
    for start, end in zip(starts, [*starts[1:], len(answer)], strict=True):
        plain, cited = markers(answer[start:end], passages=numbers)
        if plain and cited:
            found.append((plain, cited))
    return found


def _nearest(sentence: str, passages: Sequence[Passage]) -> Passage:
    """Of the passages behind a number, the one that shares most with the sentence."""
    if len(passages) == 1:
        return passages[0]
    wanted = set(sentence.casefold().split())
    return max(passages, key=lambda passage: len(wanted & set(passage.text.casefold().split())))


def _citation(sentence: str, number: int, passage: Passage, check: QuoteCheck, library: Library) -> Citation:
    span = find(sentence.rstrip(" .!?…"), passage.text) or nearest_sentence(sentence, passage.text)
    return citation(library, passage, span, n=number, check=check)
