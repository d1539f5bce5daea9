"""Finds every other place of a value that was found once, with case, accents and possessive folded."""

from __future__ import annotations

from collections.abc import Sequence

from app.cloud.redact.found import By, Found, Kind, Span
from app.cloud.redact.own_words import folded, looked_for, occurrences

_LEAST_CHARS = 4
_LEAST_OF_NAME = 3
_NOT_ELSEWHERE = frozenset({Kind.AGE, Kind.TITLE})
"""What says nothing at another place."""


def elsewhere(texts: Sequence[str], found: Sequence[Found], *, common: frozenset[str]) -> list[tuple[int, Span]]:
    """(text, span) of further places of the found values and of the single names in the names of people.

    `common`: folded words that stand in any text; a name that is one of them ("Will") counts only where it is spelt
    as it was found.
    """
    kinds: dict[str, Kind] = {}
    spelt: dict[str, set[str]] = {}
    for one in found:
        if one.kind in _NOT_ELSEWHERE:
            continue
        for value in (one.value, *(_single_names(one.value) if one.kind is Kind.PERSON else ())):
            plain = " ".join(folded(value)[0].split())
            if _says_enough(plain, one.kind):
                kinds.setdefault(plain, one.kind)
                spelt.setdefault(plain, set()).add(value)
    pattern = looked_for(kinds)
    if pattern is None:
        return []
    more: list[tuple[int, Span]] = []
    for number, text in enumerate(texts):
        for start, end, plain in occurrences(text, pattern):
            if plain in common and text[start:end] not in spelt[plain]:
                continue
            if kinds[plain] is Kind.PERSON and " " not in plain and not text[start].isupper() and plain in common:
                continue
            more.append((number, Span(start, end, kinds[plain], By.ELSEWHERE)))
    return more


def _single_names(value: str) -> list[str]:
    """The names in "Karen Baker" that may stand alone later; initials and small words ("van", "de") do not."""
    parts = value.split()
    return [
        part.strip(".,")
        for part in parts
        if len(parts) > 1 and len(part.strip(".,")) >= _LEAST_OF_NAME and part[0].isupper()
    ]


def _says_enough(plain: str, kind: Kind) -> bool:
    if kind in (Kind.OWN, Kind.SECRET):
        return len(plain) >= 2
    digits = sum(char.isdigit() for char in plain)
    if digits and digits == sum(char.isalnum() for char in plain):
        return digits >= 6
    return len(plain) >= (_LEAST_OF_NAME if kind is Kind.PERSON else _LEAST_CHARS)
