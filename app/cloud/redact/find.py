"""Finds everything to swap in the texts of one parcel: the union of all detectors, wherever a value stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.cloud.redact.checked_numbers import found_numbers
from app.cloud.redact.found import STEMS, Asked, By, Detector, DetectorFailed, Found, Kind, Span
from app.cloud.redact.model_pass import found_by_model
from app.cloud.redact.own_words import found_own
from app.cloud.redact.patterns import found_by_form
from app.cloud.redact.phones import found_phones
from app.cloud.redact.places_and_companies import found_by_rule
from app.cloud.redact.propagate import elsewhere
from app.cloud.redact.recogniser import Recogniser
from app.cloud.redact.secrets_found import found_secrets
from models.api import Cancel

_STRENGTH = {by: place for place, by in enumerate(By)}
_LABEL = re.compile(rf"⟦(?:{'|'.join(sorted(set(STEMS.values())))})_\d{{1,6}}⟧")
"""Our own labels in a text that was swapped before: to the detectors they are a name, and never found again."""
_POSSESSIVE = ("'s", "’s", "'", "’")


def find(
    texts: Sequence[str],
    *,
    hidden: Sequence[str] = (),
    names: Detector | None = None,
    model: Asked | None = None,
    cancel: Cancel | None = None,
) -> list[Found]:
    """Every place in the texts to swap, in order, none overlapping another.

    `hidden`: words the person wants hidden, always. `names`: another recogniser of names than our own. `model`: a
    local model that names spans. Raises DetectorFailed when any of them did not finish, or was stopped.
    """
    detectors: list[tuple[str, Detector]] = [
        ("your own words", lambda text: found_own(text, hidden)),
        ("keys and passwords", found_secrets),
        ("numbers with a check digit", found_numbers),
        ("addresses of mail and web", found_by_form),
        ("telephone numbers", found_phones),
        ("addresses and companies", found_by_rule),
        ("names", lambda text: (names or Recogniser.ours())(text)),
    ]
    if model is not None:
        detectors.append(("names by the model", lambda text: found_by_model(text, model)))
    spans: list[list[Span]] = []
    for text in texts:
        here: list[Span] = []
        shown = _LABEL.sub(lambda label: "X" + "x" * (len(label[0]) - 1), text)
        for words, detector in detectors:
            if cancel is not None and cancel.stopped:
                raise DetectorFailed(words)
            with _Whole(words):
                here += detector(shown)
        spans.append(here)
    first = [one for number, text in enumerate(texts) for one in _settled(number, text, spans[number])]
    with _Whole("names"):
        for number, span in elsewhere(texts, first, Recogniser.ours().lexicon):
            spans[number].append(span)
    return [one for number, text in enumerate(texts) for one in _settled(number, text, spans[number])]


class _Whole:
    """Turns whatever ends a detector early into DetectorFailed: what it would have found is unknown."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception):
            raise DetectorFailed(self._words) from error


def _settled(number: int, text: str, spans: Sequence[Span]) -> list[Found]:
    """Longest first; what is left of a shorter one beside it stays found, so that the union is always covered."""
    taken = [False] * len(text)
    for label in _LABEL.finditer(text):
        taken[label.start() : label.end()] = [True] * len(label.group())
    found: list[Found] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, _STRENGTH[span.by], span.start)):
        for start, end in _free(taken, span):
            start, end = _trimmed(text, start, end, span)
            if start < end:
                taken[start:end] = [True] * (end - start)
                found.append(Found(number, start, end, span.kind, text[start:end], span.by))
    return sorted(found, key=lambda one: one.start)


def _free(taken: Sequence[bool], span: Span) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    start = span.start
    for place in range(span.start, span.end + 1):
        if place == span.end or taken[place]:
            if start < place:
                pieces.append((start, place))
            start = place + 1
    return pieces


def _trimmed(text: str, start: int, end: int, span: Span) -> tuple[int, int]:
    """Without white space and loose signs at the ends, and for names without the possessive; a piece without a letter
    or digit is nothing."""
    whole = (start, end) == (span.start, span.end)
    if span.kind in (Kind.PERSON, Kind.ORGANISATION, Kind.PLACE) and whole:
        for ending in _POSSESSIVE:
            if text[start:end].lower().endswith(ending) and end - start > len(ending):
                end -= len(ending)
                break
    while start < end and (text[start].isspace() or (not whole and not text[start].isalnum())):
        start += 1
    while start < end and (text[end - 1].isspace() or (not whole and not text[end - 1].isalnum())):
        end -= 1
    return (start, end) if any(char.isalnum() for char in text[start:end]) or span.by is By.YOURS else (start, start)
