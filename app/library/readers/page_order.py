"""Puts the lines of a page into the order people read them in: columns one after the other, rows of tables whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_COLUMN_LINES = 4
"""Fewer lines beside each other are a row of labels, not columns."""
_COLUMN_LETTERS = 16.0
"""Columns of running text hold longer lines than the cells of a table."""
_FILLED = 0.6
"""Lines of running text fill their column about this far; cells do not."""
_CROSSING = 0.25
"""Share of the lines that may run across a gutter (titles, wide pictures' captions)."""
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a line: its place in fractions of the upright page, and how many letters it holds."""

    left: float
    top: float
    right: float
    bottom: float
    letters: int

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2


def rows_in_order(pieces: Sequence[Stretch]) -> list[list[int]]:
    """Indexes of `pieces` as rows in reading order; pieces of one row stand beside each other, left to right."""
    return _ordered(pieces, list(range(len(pieces))), 0)


def in_columns(pieces: Sequence[Stretch]) -> bool:
    """Whether running text stands in columns beside each other."""
    return _gutter(pieces, list(range(len(pieces)))) is not None


def _ordered(pieces: Sequence[Stretch], some: list[int], depth: int) -> list[list[int]]:
    gutter = _gutter(pieces, some) if depth < _DEEPEST else None
    if gutter is None:
        return _rows(pieces, some)
    found: list[list[int]] = []
    band: list[int] = []

    def close() -> None:
        left = [n for n in band if pieces[n].right <= gutter + 0.02 and pieces[n].left < gutter]
        for side in (left, [n for n in band if n not in set(left)]):
            found.extend(_ordered(pieces, side, depth + 1) if len(side) < len(some) else _rows(pieces, side))
        band.clear()

    for number in sorted(some, key=lambda n: pieces[n].middle):
        if _crosses(pieces[number], gutter):
            close()
            found.append([number])
        else:
            band.append(number)
    close()
    return [row for row in found if row]


def _crosses(piece: Stretch, at: float) -> bool:
    return piece.left < at - 0.02 and piece.right > at + 0.02


def _gutter(pieces: Sequence[Stretch], some: list[int]) -> float | None:
    """Where the page is empty from top to bottom between two columns of running text, as a fraction of its width."""
    if len(some) < 2 * _COLUMN_LINES:
        return None
    starts = sorted({round(pieces[n].left, 2) for n in some})
    best: tuple[int, float] | None = None
    for start in starts[1:]:
        at = start - 0.005
        left = [n for n in some if pieces[n].right <= at + 0.01]
        right = [n for n in some if pieces[n].left >= at - 0.01]
        crossing = len(some) - len(left) - len(right)
        if crossing > _CROSSING * len(some) or not (_runs(pieces, left) and _runs(pieces, right)):
            continue
        if not _beside(pieces, left, right):
            continue
        if best is None or crossing < best[0]:
            best = (crossing, at)
    return best[1] if best else None


def _runs(pieces: Sequence[Stretch], side: list[int]) -> bool:
    """Whether these lines are running text: enough of them, long, and filling their column."""
    if len(side) < _COLUMN_LINES or sum(pieces[n].letters for n in side) < _COLUMN_LETTERS * len(side):
        return False
    ends: dict[float, float] = {}
    for n in side:
        start = round(pieces[n].left, 2)
        ends[start] = max(ends.get(start, 0.0), pieces[n].right)
    widths = ((pieces[n].right - pieces[n].left, ends[round(pieces[n].left, 2)] - pieces[n].left) for n in side)
    return sum(width / most for width, most in widths if most > 0) >= _FILLED * len(side)


def _beside(pieces: Sequence[Stretch], left: list[int], right: list[int]) -> bool:
    """Whether the two stand beside each other for some lines, and not one below the other."""
    top = max(min(pieces[n].top for n in side) for side in (left, right))
    bottom = min(max(pieces[n].bottom for n in side) for side in (left, right))
    return all(sum(1 for n in side if top <= pieces[n].middle <= bottom) >= _COLUMN_LINES for side in (left, right))


def _rows(pieces: Sequence[Stretch], some: list[int]) -> list[list[int]]:
    """Rows from top to bottom: a piece belongs to the row its middle falls into."""
    rows: list[list[int]] = []
    for number in sorted(some, key=lambda n: pieces[n].middle):
        piece = pieces[number]
        last = pieces[rows[-1][-1]] if rows else None
        if last is not None and last.top < piece.middle < last.bottom and _free(pieces, rows[-1], piece):
            rows[-1].append(number)
        else:
            rows.append([number])
    return [sorted(row, key=lambda n: pieces[n].left) for row in rows]


def _free(pieces: Sequence[Stretch], row: list[int], piece: Stretch) -> bool:
    """Whether a piece fits into a row without lying on what is there."""
    return all(
        min(pieces[n].right, piece.right) - max(pieces[n].left, piece.left) < 0.3 * (piece.right - piece.left)
        for n in row
    )
