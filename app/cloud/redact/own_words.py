"""Finds the words the person wants hidden always: the one promise redaction makes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from app.cloud.redact.found import By, Kind, Span

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


def looked_for(values: Iterable[str]) -> re.Pattern[str] | None:
    """One pattern for all values in folded text, longest first, white space of any width, never inside a word."""
    kinds = {folded(value.strip())[0] for value in values}
    parts = sorted((kind for kind in kinds if kind), key=len, reverse=True)
    if not parts:
        return None
    return re.compile("|".join(_bounded(part) for part in parts))


def _bounded(part: str) -> str:
    inner = r"\s+".join(re.escape(word) for word in part.split())
    before = r"(?<!\w)" if part[0].isalnum() else ""
    return f"{before}{inner}" + (r"(?!\w)" if part[-1].isalnum() else "")


def occurrences(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, folded value) of every place of a `looked_for` pattern in the text."""
    plain, places = folded(text)
    for match in pattern.finditer(plain):
        end = places[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):  # marks that belong to the last letter
            end += 1
        yield places[match.start()], end, " ".join(match.group().split())


def found_own(text: str, words: Iterable[str]) -> Iterator[Span]:
    """Every occurrence of the person's words, also inside a longer word: hiding too much is not the danger here."""
    parts = sorted({folded(word.strip())[0] for word in words} - {""}, key=len, reverse=True)
    if not parts:
        return
    # inside words too ("Projekt Falke" hides "Falkes"), but not for one or two letters, which stand in every word
    pattern = re.compile("|".join(r"\s+".join(map(re.escape, p.split())) if len(p) > 2 else _bounded(p) for p in parts))
    for start, end, _ in occurrences(text, pattern):
        yield Span(start, end, Kind.OWN, By.YOURS)
