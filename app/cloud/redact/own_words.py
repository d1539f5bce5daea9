"""Finds the words the person wants hidden always: the one promise redaction makes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.cloud.redact.found import By, Kind, Span

_WORD = re.compile(r"\w+")
_GAP = re.compile(r"\s+")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u00a0": " "})


def folded(text: str) -> tuple[str, list[int]]:
    """The text without case and accents, and for each of its characters (and its end) the place in `text`.

    "Straße" becomes "strasse": one letter may become two, none is lost but marks that stand on another.
    """
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        plain = _plain(char)
        letters.append(plain)
        places.extend([place] * len(plain))
    places.append(len(text))
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    char = char.translate(_APOSTROPHES)
    return "".join(part for part in unicodedata.normalize("NFKD", char.casefold()) if not unicodedata.combining(part))


@dataclass(frozen=True, slots=True)
class Looked:
    """Folded values to look for: those that begin with a word by that word, and a pattern of the others."""

    by_word: Mapping[str, Sequence[str]]
    others: re.Pattern[str] | None


def looked_for(values: Iterable[str]) -> Looked | None:
    """All values, white space of any width, never inside a word; None when there are none."""
    by_word: dict[str, list[str]] = {}
    others = []
    for part in {" ".join(folded(value)[0].split()) for value in values} - {""}:
        word = _WORD.match(part)
        if word:
            by_word.setdefault(word.group(), []).append(part)
        else:
            others.append(_bounded(part))
    others.sort(key=len, reverse=True)
    return Looked(by_word, re.compile("|".join(others)) if others else None) if by_word or others else None


def _bounded(part: str) -> str:
    inner = r"\s+".join(re.escape(word) for word in part.split())
    before = r"(?<!\w)" if part[0].isalnum() else ""
    return f"{before}{inner}" + (r"(?!\w)" if part[-1].isalnum() else "")


def occurrences(text: str, looked: Looked) -> Iterator[tuple[int, int, str]]:
    """(start, end, folded value) of every place of the values in the text; places may overlap."""
    plain, places = folded(text)
    for word in _WORD.finditer(plain):
        for part in looked.by_word.get(word.group(), ()):
            end = _end_of(part, plain, word.start())
            if end:
                yield *_place(text, places, word.start(), end), part
    if looked.others is not None:
        for match in looked.others.finditer(plain):
            yield *_place(text, places, *match.span()), " ".join(match.group().split())


def _end_of(part: str, plain: str, start: int) -> int:
    """Where a value that begins here ends, or 0 when it does not stand here."""
    for place, word in enumerate(part.split(" ")):
        if place:
            gap = _GAP.match(plain, start)
            if gap is None:
                return 0
            start = gap.end()
        if not plain.startswith(word, start):
            return 0
        start += len(word)
    inside = part[-1].isalnum() and start < len(plain) and (plain[start].isalnum() or plain[start] == "_")
    return 0 if inside else start


def _place(text: str, places: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The place in the text as it is written."""
    end = places[end - 1] + 1
    while end < len(text) and unicodedata.combining(text[end]):  # marks that belong to the last letter
        end += 1
    return places[start], end


def found_own(text: str, words: Iterable[str]) -> Iterator[Span]:
    """Every occurrence of the person's words, also inside a longer word: hiding too much is not the danger here."""
    parts = sorted({folded(word.strip())[0] for word in words} - {""}, key=len, reverse=True)
    if not parts:
        return
    # inside words too ("Projekt Falke" hides "Falkes"), but not for one or two letters, which stand in every word
    pattern = re.compile("|".join(r"\s+".join(map(re.escape, p.split())) if len(p) > 2 else _bounded(p) for p in parts))
    plain, places = folded(text)
    for match in pattern.finditer(plain):
        yield Span(*_place(text, places, *match.span()), Kind.OWN, By.YOURS)
