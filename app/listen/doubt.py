"""Tells written-down lines that are not to be trusted: speech engines loop, and invent words where there are none."""

from __future__ import annotations

import re

_MOST_LETTERS_PER_S = 30.0
"""Fast speakers reach about 20 letters a second; more were not spoken."""
_SHORTEST_S = 0.25
_LOOPS = 4
_LONGEST_LOOP_WORDS = 6
_WORD = re.compile(r"\w[\w'’]*")


def doubtful(text: str, *, seconds: float) -> bool:
    """Whether a line of that length says more than anyone can, or the same thing over and over."""
    if seconds < _SHORTEST_S or len(text) / max(seconds, 0.01) > _MOST_LETTERS_PER_S:
        return True
    return loops([word.lower() for word in _WORD.findall(text)])


def loops(words: list[str]) -> bool:
    """Whether one to six words follow themselves four times or more."""
    for size in range(1, _LONGEST_LOOP_WORDS + 1):
        same = 0
        for at in range(len(words) - size):
            same = same + 1 if words[at] == words[at + size] else 0
            if same >= size * (_LOOPS - 1):
                return True
    return False
