"""Cuts streamed Markdown into finished blocks and an open tail, so that only the tail is laid out again."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
MARKER = re.compile(r"\s*\[(\d{1,2})\](?!\()")
"""A citation in running text, with the space before it: it becomes a chip."""


def finished_length(text: str) -> int:
    """How many characters from the start are whole blocks: up to the last blank line outside a code fence."""
    fenced, length, position = False, 0, 0
    for line in text.splitlines(keepends=True):
        if _FENCE.match(line):
            fenced = not fenced
        position += len(line)
        if not fenced and not line.strip() and line.endswith("\n"):
            length = position
    return length


def find_quote(text: str, quote: str, *, near: int = 0) -> tuple[int, int] | None:
    """Characters [start, end) of `text` that hold the words of `quote`; the first such place from `near` on, else the
    first of all. Only letters and figures are compared, in their plain forms: text layers break lines, split words,
    join letters and change quotation marks."""
    letters, places = _letters(text)
    wanted, _ = _letters(quote)
    if not wanted:
        return None
    skip = next((index for index, place in enumerate(places) if place >= near), 0)
    at = letters.find(wanted, skip)
    at = letters.find(wanted) if at < 0 else at
    if at < 0:
        return None
    start, end = places[at], places[at + len(wanted) - 1] + 1
    # Punctuation that closes the quote belongs to it.
    while end < len(text) and quote.rstrip()[-1:] == text[end] and not text[end].isalnum():
        end += 1
    return start, end


def emphasis_in(found: str, quote: str, ranges: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """The emphasised character ranges of `quote`, moved to `found`, the same words as they stand elsewhere."""
    _, places = _letters(found)
    _, order = _letters(quote)
    moved: list[tuple[int, int]] = []
    for start, end in ranges:
        inside = [number for number, place in enumerate(order) if start <= place < end]
        if inside and inside[-1] < len(places):
            moved.append((places[inside[0]], places[inside[-1]] + 1))
    return moved


@lru_cache(maxsize=512)
def _letters(text: str) -> tuple[str, list[int]]:
    """Letters and figures of a text in their plain lower-case forms, and the index each one comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for plain in normalize("NFKC", letter).casefold():
            if plain.isalnum():
                letters.append(plain)
                places.append(place)
    return "".join(letters), places


def plain_with_markers(text: str, numbers: list[int]) -> str:
    """Copied text: the pictures of chips (U+FFFC, in order) become [n] again."""
    waiting = iter(numbers)
    return "".join(f" [{next(waiting, '?')}]" if letter == "\ufffc" else letter for letter in text)
