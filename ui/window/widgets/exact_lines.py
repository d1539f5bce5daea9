"""Breaks exact text into lines of a mono face and decides which of them a fold may hide: never one with a label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

HEAD_LINES, TAIL_LINES, LEAST_HIDDEN = 12, 3, 3


@dataclass(frozen=True, slots=True)
class ExactLine:
    """One line as shown: `indent` cells stand before a line that goes on; `marks` are the labels in `text`."""

    text: str
    indent: int
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """So many lines that are not shown now."""

    hidden: int


def break_lines(
    text: str, labels: Sequence[str], *, columns: int, cells: Callable[[str], float]
) -> list[ExactLine]:  # fmt: skip
    """The whole text in lines of at most `columns` cells, broken at spaces where there are some and never inside a
    label that fits. `cells` is the width of one character in cells. Nothing is added or left out but line ends."""
    finder = _finder(labels)
    wide = {char for char in set(text) if abs(cells(char) - 1.0) > 0.01 and char != "\n"}
    found: list[ExactLine] = []
    for line in text.split("\n"):
        marks = [match.span() for match in finder.finditer(line)] if finder is not None else []
        indent = min(8, len(line) - len(line.lstrip(" "))) + 1
        slow = cells if wide and not wide.isdisjoint(line) else None
        start = 0
        for end in _breaks(line, marks, columns=columns, indent=indent, cells=slow):
            inside = tuple((max(a, start) - start, min(b, end) - start) for a, b in marks if a < end and b > start)
            found.append(ExactLine(line[start:end], indent if start else 0, inside))
            start = end
    return found


def _finder(labels: Sequence[str]) -> re.Pattern[str] | None:
    """Finds the labels given and nothing else: what merely looks like one was not swapped, it stands as it left."""
    longest_first = sorted(labels, key=len, reverse=True)
    return re.compile("|".join(re.escape(label) for label in longest_first)) if labels else None


def fold(lines: Sequence[ExactLine]) -> list[ExactLine | Fold]:
    """The first and last lines, every line with a label, and folds in place of longer stretches between them."""
    last = len(lines) - TAIL_LINES
    shown: list[ExactLine | Fold] = []
    hidden: list[ExactLine] = []
    for at, line in enumerate(lines):
        if HEAD_LINES <= at < last and not line.marks:
            hidden.append(line)
            continue
        shown += _stretch(hidden)
        hidden = []
        shown.append(line)
    return shown + _stretch(hidden)


def _stretch(hidden: Sequence[ExactLine]) -> list[ExactLine | Fold]:
    return [Fold(len(hidden))] if len(hidden) >= LEAST_HIDDEN else list(hidden)


def _breaks(
    line: str, marks: Sequence[tuple[int, int]], *, columns: int, indent: int, cells: Callable[[str], float] | None
) -> Iterator[int]:
    start = 0
    while True:
        room = max(8, columns - (indent if start else 0))
        end = _reach(line, start, room, cells)
        if end >= len(line):
            yield len(line)
            return
        cut = line.rfind(" ", start + 1, end)
        if cut > start + room // 3:
            end = cut + 1
        across = next((first for first, last in marks if first < end < last), None)
        if across is not None and across > start:
            end = across
        yield end
        start = end


def _reach(line: str, start: int, room: int, cells: Callable[[str], float] | None) -> int:
    if cells is None:
        return start + room
    used = 0.0
    for at in range(start, len(line)):
        used += cells(line[at])
        if used > room:
            return max(at, start + 1)
    return len(line)
