"""Cuts streamed Markdown into finished blocks and an open tail, so that only the tail is laid out again."""

from __future__ import annotations

import re

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


def quote_pattern(quote: str) -> re.Pattern[str] | None:
    """Finds a quote whatever the spaces and line breaks between its words; None for an empty quote."""
    parts = quote.split()
    return re.compile(r"\s+".join(re.escape(part) for part in parts)) if parts else None


def emphasis_in(found: str, quote: str, ranges: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """The emphasised character ranges of `quote`, moved to `found`, the same words with other spaces."""
    places = [index for index, letter in enumerate(found) if not letter.isspace()]
    order = {index: number for number, index in enumerate(i for i, letter in enumerate(quote) if not letter.isspace())}
    moved: list[tuple[int, int]] = []
    for start, end in ranges:
        inside = [order[index] for index in range(start, min(end, len(quote))) if index in order]
        if inside and inside[-1] < len(places):
            moved.append((places[inside[0]], places[inside[-1]] + 1))
    return moved


def plain_with_markers(text: str, numbers: list[int]) -> str:
    """Copied text: the pictures of chips (U+FFFC, in order) become [n] again."""
    waiting = iter(numbers)
    return "".join(f" [{next(waiting, '?')}]" if letter == "\ufffc" else letter for letter in text)
