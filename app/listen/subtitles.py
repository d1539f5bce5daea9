"""Cuts spoken lines into subtitles that can be read: two short rows at a time, and never two cues at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.events import TranscriptLine

ROW_CHARS = 42
"""The usual limit of broadcasters for one row of a subtitle; two rows are shown at a time."""
ROWS = 2
_SHORTEST_S = 0.3


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands on the screen between two seconds: one or two rows. `speaker` is set where another person begins."""

    start_s: float
    end_s: float
    rows: tuple[str, ...]
    speaker: str


def cues(lines: Sequence[TranscriptLine], *, named_rows: bool) -> list[Cue]:
    """Subtitles in order, none overlapping. `named_rows` writes "Speaker 1: " into the first row of a turn, for
    formats that have no place for a name."""
    found = [cue for line, before in _with_before(lines) for cue in _cues_of(line, before, named_rows=named_rows)]
    return _apart(found)


def _with_before(lines: Sequence[TranscriptLine]) -> Iterator[tuple[TranscriptLine, str]]:
    """Each line and who spoke just before it."""
    speaker = ""
    for line in lines:
        yield line, speaker
        speaker = line.speaker


def _cues_of(line: TranscriptLine, before: str, *, named_rows: bool) -> list[Cue]:
    speaker = line.speaker if line.speaker != before else ""
    words = line.text.split()
    if named_rows and speaker:
        words = [*f"{speaker}:".split(), *words]
    rows = wrap(words)
    groups = [tuple(rows[at : at + ROWS]) for at in range(0, len(rows), ROWS)]
    total = sum(len(row) for row in rows) or 1
    out: list[Cue] = []
    at_s = line.start_s
    for number, group in enumerate(groups):
        # Without word times the share of letters is the best guess of the share of time.
        until_s = at_s + (line.end_s - line.start_s) * sum(len(row) for row in group) / total
        out.append(Cue(at_s, until_s, group, speaker if number == 0 else ""))
        at_s = until_s
    return out


def wrap(words: Sequence[str]) -> list[str]:
    """Rows of at most ROW_CHARS; a longer word is cut."""
    rows: list[str] = []
    for word in words:
        for piece in (word[at : at + ROW_CHARS] for at in range(0, len(word), ROW_CHARS)):
            if rows and len(rows[-1]) + 1 + len(piece) <= ROW_CHARS:
                rows[-1] += f" {piece}"
            else:
                rows.append(piece)
    return rows


def _apart(found: Sequence[Cue]) -> list[Cue]:
    """Each cue ends before the next begins and stays long enough to be seen; times in whole milliseconds."""
    out: list[Cue] = []
    free_s = 0.0
    for number, cue in enumerate(found):
        start_s = round(max(cue.start_s, free_s), 3)
        end_s = max(cue.end_s, start_s + _SHORTEST_S)
        next_s = found[number + 1].start_s if number + 1 < len(found) else end_s
        if next_s >= start_s + _SHORTEST_S:
            end_s = min(end_s, next_s)
        free_s = round(end_s, 3)
        out.append(replace(cue, start_s=start_s, end_s=free_s))
    return out
