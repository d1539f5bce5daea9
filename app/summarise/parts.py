"""Cuts a document into parts that can be summarised one by one, and keeps what a finished part said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.evidence.anchor_rows import anchor_from
from app.evidence.quotable import quotable
from app.library.sentences import sentences
from app.values import Anchor, Passage

_PART_WORDS = 700
_ENDS = '.!?…"”’)]'


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a summary: its text, the places that support it, and how central it is."""

    text: str
    anchors: tuple[Anchor, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive passages under one heading, or as many as are read at once."""

    title: str
    passages: tuple[Passage, ...]

    def places(self) -> list[tuple[Passage, int, int]]:
        """Every sentence as (passage, start, end); headings, names and rows only when there is nothing else."""
        every = [
            (passage, start, end)
            for passage in self.passages
            for start, end in sentences(passage.text)
            if sum(c.isalpha() for c in passage.text[start:end]) >= 3
        ]
        whole = [
            (passage, start, end)
            for passage, start, end in every
            if passage.text[end - 1] in _ENDS and end - start > 25 and quotable(passage, start, end)
        ]
        return whole or every


def parts_of(passages: Sequence[Passage]) -> list[Part]:
    """The parts of a document, in reading order: a new first heading or a full part begins the next one."""
    found: list[Part] = []
    gathered: list[Passage] = []
    words = 0
    for passage in passages:
        length = len(passage.text.split())
        if gathered and (words + length > _PART_WORDS or (_top(passage) != _top(gathered[0]) and words > 150)):
            found.append(Part(_top(gathered[0]), tuple(gathered)))
            gathered, words = [], 0
        gathered.append(passage)
        words += length
    if gathered:
        found.append(Part(_top(gathered[0]), tuple(gathered)))
    return found


def lines_to_row(lines: Sequence[Line], *, left_out: int) -> dict[str, Any]:
    """What a finished part said, as JSON values."""
    return {"lines": [asdict(line) for line in lines], "left_out": left_out}


def lines_from_row(row: Mapping[str, Any]) -> tuple[list[Line], int]:
    """What `lines_to_row` kept."""
    lines = [
        Line(line["text"], tuple(anchor_from(anchor) for anchor in line["anchors"]), float(line["score"]))
        for line in row["lines"]
    ]
    return lines, int(row["left_out"])


def _top(passage: Passage) -> str:
    return passage.heading.split(" › ")[0].strip() if passage.heading else ""
