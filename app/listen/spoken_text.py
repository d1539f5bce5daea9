"""A transcript as text that can be searched and cited: one section whose spans say who spoke when."""

from __future__ import annotations

from collections.abc import Sequence

from app.events import TranscriptLine
from app.values import Section

_NEW_PARAGRAPH_S = 2.0


def section_of(lines: Sequence[TranscriptLine]) -> Section:
    """The whole recording as a section of kind "time"; a paragraph ends where another person speaks or after two
    silent seconds. Names stand in the spans, never in the text."""
    text = ""
    spans: list[tuple[int, int, float, float, str]] = []
    before: TranscriptLine | None = None
    for line in lines:
        words = " ".join(line.text.split())
        if not words:
            continue
        if before is not None:
            apart = line.speaker != before.speaker or line.start_s - before.end_s > _NEW_PARAGRAPH_S
            text += "\n" if apart else " "
        spans.append((len(text), len(text) + len(words), line.start_s, line.end_s, line.speaker))
        text += words
        before = line
    return Section(kind="time", number=1, text=text, spans=tuple(spans))
