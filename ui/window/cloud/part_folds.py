"""Folds a long part to its beginning, without ever hiding a swapped detail."""

from __future__ import annotations

import re
from collections.abc import Sequence

FOLD_ABOVE_WORDS = 60
_HEAD_WORDS = 32
_AROUND = 64
"""Characters kept on each side of a detail when its sentence is longer than that."""
_ENDS = re.compile(r"[.!?;:]\s|\n")

Range = tuple[int, int]


def folded(text: str, labels: Sequence[Range]) -> tuple[Range, ...]:
    """The character ranges of `text` that stay in view: the beginning, then every stretch that holds a label. Empty
    when the text is short enough to stand whole."""
    if len(text.split()) <= FOLD_ABOVE_WORDS:
        return ()
    head = _head(text)
    head = next((end for start, end in labels if start < head < end), head)
    shown: list[Range] = [(0, head)]
    for start, end in sorted(labels):
        if end <= head:
            continue
        first, last = max(head, _back(text, start)), _forward(text, end)
        if shown[-1][1] >= first and len(shown) > 1:
            shown[-1] = (shown[-1][0], max(last, shown[-1][1]))
        else:
            shown.append((first, last))
    return tuple(_trimmed(text, one) for one in shown)


def _head(text: str) -> int:
    words = list(re.finditer(r"\S+", text))
    limit = words[_HEAD_WORDS - 1].end()
    ends = [found.start() + 1 for found in _ENDS.finditer(text, 0, limit + 1)]
    return ends[-1] if ends and ends[-1] > limit // 3 else limit


def _back(text: str, start: int) -> int:
    least = max(0, start - _AROUND)
    ends = [found.end() for found in _ENDS.finditer(text, least, start)]
    if ends:
        return ends[-1]
    return text.find(" ", least, start) + 1 or least


def _forward(text: str, end: int) -> int:
    most = min(len(text), end + _AROUND)
    found = _ENDS.search(text, end, most)
    if found:
        return found.start() + 1
    return most if most == len(text) else max(end, text.rfind(" ", end, most))


def _trimmed(text: str, piece: Range) -> Range:
    start, end = piece
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
