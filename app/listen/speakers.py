"""Who spoke: the engine's numbers become names that stay the same over one recording, also after a restart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.events import TranscriptLine
from models.api import Segment

_PRIMER_LEAST_S = 1.0
_SAME_BREATH_S = 0.3


class Labels:
    """Names voices "Speaker 1", "Speaker 2" in the order in which they are first heard."""

    def __init__(self, known: Iterable[TranscriptLine] = ()) -> None:
        """`known` are lines of the same recording that were named before."""
        self._names: dict[int, str] = {}
        self._taken = {line.speaker for line in known if line.speaker}

    def name(self, voice: int) -> str:
        """The name of an engine's voice number; "" for an unknown one (-1)."""
        if voice < 0:
            return ""
        if voice not in self._names:
            self._names[voice] = self._next()
        return self._names[voice]

    def forget_voices(self) -> None:
        """A new engine numbers voices anew; the names stay taken."""
        self._names.clear()

    def learn(self, name: str, heard: Sequence[Segment]) -> None:
        """A freshly started engine heard a line of `name` again: whatever number it gave means that name."""
        voices = [segment.speaker for segment in heard if segment.speaker >= 0]
        if voices:
            self._names.setdefault(max(set(voices), key=voices.count), name)

    def _next(self) -> str:
        number = 1
        while f"Speaker {number}" in self._taken:
            number += 1
        self._taken.add(f"Speaker {number}")
        return f"Speaker {number}"


def named(lines: Sequence[TranscriptLine]) -> list[TranscriptLine]:
    """Lines too short to tell the voice get the name of the line they follow in the same breath."""
    out: list[TranscriptLine] = []
    for line in lines:
        if not line.speaker and out and line.start_s - out[-1].end_s <= _SAME_BREATH_S:
            line = replace(line, speaker=out[-1].speaker)
        out.append(line)
    return out


def primers(lines: Iterable[TranscriptLine]) -> list[TranscriptLine]:
    """For each speaker the longest line, in the order in which they first spoke: a few seconds that teach a freshly
    started engine whom it had heard before."""
    best: dict[str, TranscriptLine] = {}
    for line in lines:
        if line.speaker and not line.doubtful:
            kept = best.get(line.speaker)
            if kept is None or line.end_s - line.start_s > kept.end_s - kept.start_s:
                best[line.speaker] = line
    return [line for line in best.values() if line.end_s - line.start_s >= _PRIMER_LEAST_S]


def limited(lines: Sequence[TranscriptLine], people: int | None) -> list[TranscriptLine]:
    """Lines with at most `people` speakers: those who speak longest stay, the lines of the others go to whoever spoke
    before. 0 takes all names away, None leaves everything as it is."""
    if people is None:
        return list(lines)
    if people == 0:
        return [replace(line, speaker="") for line in lines]
    spoken: dict[str, float] = {}
    for line in lines:
        if line.speaker:
            spoken[line.speaker] = spoken.get(line.speaker, 0.0) + line.end_s - line.start_s
    stay = sorted(spoken, key=lambda name: -spoken[name])[:people]
    out: list[TranscriptLine] = []
    before = stay[0] if stay else ""
    for line in lines:
        if line.speaker and line.speaker not in stay:
            line = replace(line, speaker=before)
        before = line.speaker or before
        out.append(line)
    return out
