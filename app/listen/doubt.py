"""Tells written-down lines that are not to be trusted: speech engines loop, and invent words where there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.events import TranscriptLine

_MOST_LETTERS_PER_S = 30.0
"""Fast speakers reach about 20 letters a second; more were not spoken."""
_SHORTEST_S = 0.25
_LOOPS = 4
_NOISE_S = 5.0
_NOISE_WORDS = 2
_NOISE_SHARE = 0.15
_LONGEST_LOOP_WORDS = 6
_WORD = re.compile(r"\w[\w'’]*")


def doubtful(text: str, *, seconds: float) -> bool:
    """Whether a line of that length says more than anyone can, or the same thing over and over."""
    if seconds < _SHORTEST_S or len(text) / max(seconds, 0.01) > _MOST_LETTERS_PER_S:
        return True
    return loops([word.lower() for word in _WORD.findall(text)])


def heard_in_noise(lines: Sequence[TranscriptLine], speech: Sequence[tuple[float, float]]) -> Iterator[TranscriptLine]:
    """The lines without a lone word or two "heard" somewhere in long steady sound: engines make them up there. The
    stretch then counts as dropped, so that it can be listened to. A lone word between silences stays."""
    for line in lines:
        middle_s = (line.start_s + line.end_s) / 2
        start_s, end_s = next((run for run in speech if run[0] <= middle_s <= run[1]), (0.0, 0.0))
        around = [other for other in lines if start_s <= (other.start_s + other.end_s) / 2 <= end_s]
        said = sum(len(other.text.split()) for other in around)
        spoken_s = sum(other.end_s - other.start_s for other in around)
        if end_s - start_s < _NOISE_S or said > _NOISE_WORDS or spoken_s > _NOISE_SHARE * (end_s - start_s):
            yield line


def loops(words: list[str]) -> bool:
    """Whether one to six words follow themselves four times or more."""
    for size in range(1, _LONGEST_LOOP_WORDS + 1):
        same = 0
        for at in range(len(words) - size):
            same = same + 1 if words[at] == words[at + size] else 0
            if same >= size * (_LOOPS - 1):
                return True
    return False
