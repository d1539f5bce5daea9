"""Finds every other place of a value that was found once, with case, accents and possessive folded."""

from __future__ import annotations

from collections.abc import Sequence

from app.cloud.redact.found import By, Found, Kind, Span
from app.cloud.redact.name_features import Lexicon
from app.cloud.redact.own_words import folded, looked_for, occurrences

_LEAST_CHARS = 4
_LEAST_OF_NAME = 3
_RARE = 6_000
"""From this place among the common words on, a word in a name is taken for a name."""
_NOT_ELSEWHERE = frozenset({Kind.AGE, Kind.TITLE})
"""What says nothing at another place."""


def elsewhere(texts: Sequence[str], found: Sequence[Found], lexicon: Lexicon) -> list[tuple[int, Span]]:
    """(text, span) of further places of the found values and of the single names in the names of people.

    A name that is a common word ("Will") counts only with a capital like the one found, and as a part of a longer name
    only when it stands in the lists of names.
    """
    kinds: dict[str, Kind] = {}
    capitals: dict[str, set[bool]] = {}
    for one in found:
        if one.kind in _NOT_ELSEWHERE:
            continue
        for value in (one.value, *(_single_names(one.value, lexicon) if one.kind is Kind.PERSON else ())):
            plain = " ".join(folded(value)[0].split())
            if _says_enough(plain, one.kind):
                kinds.setdefault(plain, one.kind)
                capitals.setdefault(plain, set()).add(value[0].isupper())
    pattern = looked_for(kinds)
    if pattern is None:
        return []
    more: list[tuple[int, Span]] = []
    for number, text in enumerate(texts):
        for start, end, plain in occurrences(text, pattern):
            if " " not in plain and plain in lexicon.common and text[start].isupper() not in capitals[plain]:
                continue
            more.append((number, Span(start, end, kinds[plain], By.ELSEWHERE)))
    return more


def _single_names(value: str, lexicon: Lexicon) -> list[str]:
    """The names in "Karen Baker" that may stand alone later; initials and small words ("van", "de") do not."""
    parts = [part.strip(".,") for part in value.split()]
    return [part for part in parts if len(parts) > 1 and len(part) >= _LEAST_OF_NAME and _is_name(part, lexicon)]


def _is_name(part: str, lexicon: Lexicon) -> bool:
    plain = folded(part)[0]
    return lexicon.common.get(plain, _RARE) >= _RARE or bool(set(lexicon.flags.get(plain, "")) & {"F", "L"})


def _says_enough(plain: str, kind: Kind) -> bool:
    if kind in (Kind.OWN, Kind.SECRET):
        return len(plain) >= 2
    digits = sum(char.isdigit() for char in plain)
    if digits and digits == sum(char.isalnum() for char in plain):
        return digits >= 6
    return len(plain) >= (_LEAST_OF_NAME if kind is Kind.PERSON else _LEAST_CHARS)
