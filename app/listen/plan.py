"""Packs the speech of a recording into clips short enough for every engine, and accounts for every second of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.events import TranscriptLine
from app.store.transcripts import Clip

LONGEST_CLIP_S = 29.0
"""Whisper hears 30 s at a time and cuts what is longer without a word (listen.md, section 2, trap 1)."""
_ROOM_S = 0.5
_PAUSE_S = 1.0
"""Between two lines people pause; only a longer stretch in which something was heard counts as left out."""

Runs = Sequence[tuple[float, float]]


def plan(speech: Runs, *, longest_s: float = LONGEST_CLIP_S) -> tuple[Clip, ...]:
    """Clips that hold all of `speech` (seconds; in order, each at most `longest_s`), cut at the longest pauses.

    A clip that cannot take the next run ends at the longest pause of its second half, so that sentences stay whole.
    """
    clips: list[Clip] = []
    runs = list(speech)
    while runs:
        start_s = runs[0][0]
        count = _how_many(runs, start_s + longest_s)
        if count < len(runs):
            count = _longest_pause(runs, count, longest_s)
        clips.append(Clip(len(clips), start_s, _with_room(runs, count, start_s + longest_s)))
        runs = runs[count:]
    return tuple(clips)


def _how_many(runs: Runs, limit_s: float) -> int:
    """How many of the next runs end before the limit; at least one."""
    count = 1
    while count < len(runs) and runs[count][1] <= limit_s:
        count += 1
    return count


def _with_room(runs: Runs, count: int, limit_s: float) -> float:
    """Where a clip of `count` runs ends: with some silence after the last word where there is any, since engines
    invent words when a clip breaks off."""
    end_s = runs[count - 1][1]
    pause_s = runs[count][0] - end_s if count < len(runs) else 0.0
    return round(max(end_s, min(end_s + pause_s / 2, end_s + _ROOM_S, limit_s)), 3)


def _longest_pause(runs: Runs, count: int, longest_s: float) -> int:
    """How many of the first `count` runs stand before the longest pause that leaves at least half a clip."""
    start_s = runs[0][0]
    late = [n for n in range(1, count + 1) if runs[n - 1][1] - start_s >= longest_s / 2] or [count]
    return max(late, key=lambda n: (runs[n][0] - runs[n - 1][1], n))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of every second; the four sum to the length of the recording.

    `dropped_s` is sound that may be speech and for which the engine wrote nothing; `doubtful_s` is written down but
    not to be trusted.
    """

    speech_s: float
    silent_s: float
    dropped_s: float
    doubtful_s: float


def cover(duration_s: float, *, speech: Runs, lines: Iterable[TranscriptLine]) -> Coverage:
    """Account for [0, duration_s] in seconds. A doubtful line counts as doubtful even where a good one overlaps."""
    kept = list(lines)
    doubtful = _union(((x.start_s, x.end_s) for x in kept if x.doubtful), duration_s)
    written = _union(((x.start_s, x.end_s) for x in kept), duration_s)
    heard = _union(speech, duration_s)
    dropped = [gap for gap in _without(heard, written) if gap[1] - gap[0] > _PAUSE_S]
    doubtful_s, written_s, dropped_s = _length(doubtful), _length(written), _length(dropped)
    return Coverage(
        speech_s=written_s - doubtful_s,
        silent_s=max(0.0, duration_s - written_s - dropped_s),
        dropped_s=dropped_s,
        doubtful_s=doubtful_s,
    )


def _union(stretches: Iterable[tuple[float, float]], end_s: float) -> list[tuple[float, float]]:
    """Sorted, not overlapping, inside the recording."""
    joined: list[tuple[float, float]] = []
    for start, stop in sorted((max(0.0, a), min(end_s, b)) for a, b in stretches):
        if stop <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        else:
            joined.append((start, stop))
    return joined


def _without(whole: Runs, taken: Runs) -> list[tuple[float, float]]:
    """The parts of `whole` that no stretch of `taken` touches; both sorted and not overlapping."""
    left: list[tuple[float, float]] = []
    for start, stop in whole:
        for taken_start, taken_stop in taken:
            if taken_stop <= start or taken_start >= stop:
                continue
            if taken_start > start:
                left.append((start, taken_start))
            start = taken_stop
        if start < stop:
            left.append((start, stop))
    return left


def _length(stretches: Runs) -> float:
    return sum(stop - start for start, stop in stretches)
