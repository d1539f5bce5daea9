"""What a word of a text shows about being part of a name: its form, lists of names it stands in, and its neighbours."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.cloud.redact.own_words import folded

_WORD = re.compile(r"\b[A-Z]\.|[^\W_]+(?:['’](?!s\b)[^\W\d_]+)*|[^\w\s]|_")
_RANKS = (50, 300, 1_500, 5_000, 12_000)
"""Borders between classes of common words by their place in the list."""
_KNOWN_BY_ITSELF = 6_000
"""A word this common stands in the features as itself; rarer ones only by their form, so that names are not learnt."""
_EDGE = "^"
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "ness", "less", "ful", "able")
_LEAST_STEM = 4
_LONGEST = 40
"""Letters of a word that are looked at; no name or word is longer."""
_FORMS = 15_000
"""The place given to a form of a common word that is not in the list itself."""
_PARTS = 6_000
"""The words that others are joined from are at least this common."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word or sign of a text."""

    start: int
    end: int
    text: str
    first_in_line: bool
    last_in_line: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`common`: folded word → its place among common English words. `flags`: folded word → the lists it stands in:
    F first names, L last names, C towns, N countries and nations, P always written with a capital."""

    common: Mapping[str, int]
    flags: Mapping[str, str]
    foreign: frozenset[str] = frozenset()
    """Small words of other languages."""

    def place(self, plain: str) -> int | None:
        """Where a word stands among the common ones; a form of one or two joined ("songwriters") stands far back."""
        place = self.common.get(plain)
        if place is not None:
            return place
        stem = plain.split("'")[0]
        if stem != plain:  # "you're", "i'm"; not "o'brien"
            return self.common.get(stem) if len(stem) > 1 or stem == "i" else None
        for ending in _ENDINGS:
            if plain.endswith(ending) and len(plain) - len(ending) >= _LEAST_STEM:
                stem = plain[: -len(ending)]
                if (
                    stem in self.common
                    or stem + "e" in self.common
                    or (stem[:-1] in self.common and stem[-1] == stem[-2])
                ):
                    return _FORMS
        if plain not in self.flags:
            for cut in range(_LEAST_STEM, len(plain) - _LEAST_STEM + 1):
                if self._is_part(plain[:cut]) and self._is_part(plain[cut:]):
                    return _FORMS
        return None

    def _is_part(self, part: str) -> bool:
        place = self.common.get(part, self.common.get(part.removesuffix("s"), _FORMS))
        return place < _PARTS


def words(text: str) -> list[Word]:
    """The words and signs of a text in order."""
    matches = list(_WORD.finditer(text))
    found: list[Word] = []
    for place, match in enumerate(matches):
        before = text[matches[place - 1].end() if place else 0 : match.start()]
        after = text[match.end() : matches[place + 1].start() if place + 1 < len(matches) else len(text)]
        first, last = not place or "\n" in before, place + 1 == len(matches) or "\n" in after
        found.append(Word(match.start(), match.end(), match.group(), first, last))
    return found


def case_of(text: str) -> str:
    """How a text is written: "m" with capitals and small letters, "l" all small, "u" all large."""
    if text == text.lower():
        return "l"
    return "u" if text == text.upper() and len(text) > 12 else "m"


class Shapes:
    """Features of words, each word looked at once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._seen: dict[tuple[str, str], tuple[str, str, list[str]]] = {}

    def of(self, text: str) -> list[list[str]]:
        """The features of every word of `words(text)`."""
        return self.features(words(text), case_of(text))

    def features(self, found: Sequence[Word], case: str) -> list[list[str]]:
        """The features of every word."""
        seen = [self._word(word.text, case) for word in found]
        names = [_EDGE, _EDGE, *(one[0] for one in seen), _EDGE, _EDGE]
        classes = [_EDGE, _EDGE, *(one[1] for one in seen), _EDGE, _EDGE]
        result: list[list[str]] = []
        for place, word in enumerate(found):
            w2, w1, w0, n1, n2 = names[place : place + 5]
            k2, k1, k0, m1, m2 = classes[place : place + 5]
            line = ("B" if word.first_in_line else "") + ("E" if word.last_in_line else "")
            result.append(
                [
                    *seen[place][2],
                    f"a{w1}", f"b{w2}", f"c{n1}", f"d{n2}", f"e{k1}", f"f{k2}", f"g{m1}", f"h{m2}",
                    f"i{w1}|{k0}", f"j{n1}|{k0}", f"k{w2}|{w1}", f"l{n1}|{n2}", f"m{k1}|{k0}", f"n{k0}|{m1}",
                    f"o{w1}|{n1}", f"p{k1}|{k0}|{m1}", f"q{w2}|{w1}|{k0}", f"r{line}", f"s{line}|{k0}",
                    f"t{w0}|{w1}", f"u{w0}|{n1}", f"v{k0}|{n1}|{n2}",
                ]
            )  # fmt: skip
        return result

    def _word(self, text: str, case: str) -> tuple[str, str, list[str]]:
        """How neighbours see the word, its class, and its own features."""
        known = self._seen.get((text, case))
        if known is None:
            if len(self._seen) > 50_000:
                self._seen.clear()
            known = self._seen[text, case] = self._look(text, case)
        return known

    def _look(self, text: str, case: str) -> tuple[str, str, list[str]]:
        if not text[0].isalnum():
            return text, text, [f"w{text}"]
        plain = folded(text[:_LONGEST])[0].strip(".")
        shape = _shape(text)
        if text[0].isdigit():
            size = f"{min(len(text), 7)}{'x' if not text.isdigit() else ''}"
            return f"0{size}", f"0{size}", [f"w0{size}", f"s{shape}"]
        place = self._lexicon.place(plain)
        rank = "-" if place is None else str(bisect_right(_RANKS, place))
        flags = self._lexicon.flags.get(plain, "")
        shown = plain if place is not None and place < _KNOWN_BY_ITSELF else f"{shape}{flags}{rank}"
        kind = f"{case}{shape}{flags}{rank}"
        own = [f"w{shown}", f"k{kind}", f"x{case}{shape}{rank}", f"y{flags}{rank}", f"z{shape}|{shown}"]
        own += [f"F{flag}{case}" for flag in flags]
        if place is None or place >= _KNOWN_BY_ITSELF or shape[0] == "X":
            own += [f"2{plain[-2:]}", f"3{plain[-3:]}", f"4{plain[-4:]}", f"5{plain[:2]}", f"6{plain[:3]}"]
        return shown, kind, own


def _shape(text: str) -> str:
    """Xx, x, XX, X. and so on; runs of the same class are one."""
    if text.islower():
        return "x" if text.isalpha() else "x'"
    if text.isupper():
        return "X" if len(text) == 1 else "X." if len(text) == 2 and text[1] == "." else "XX"
    if text.istitle() and text.isalpha():
        return "Xx"
    return "Xm" if text[0].isupper() else "xX"
