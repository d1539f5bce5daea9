"""Pages whose text layer runs across its columns: found by the wide gaps inside their lines, and put in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from app.library.readers.page_order import Stretch, in_columns, rows_in_order

Box = tuple[int, int, float, float, float, float]
"""(start_char, end_char, left, top, right, bottom), the places in fractions of the page as it is shown."""

_SAMPLED = 12
_SUSPECT = 3
"""This many of the sampled lines with a wide gap, or lines that begin above the one before, are worth a whole look."""
_WIDE_EM = 1.1
_LONG = 30
"""Characters of a line that could run across two columns."""
_LINE = re.compile(r"[^\n]+")
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class PageFrame:
    """Turns points of a page, in its own units with the origin below, into fractions of the page as it is shown."""

    left: float
    bottom: float
    width: float
    height: float
    turns: int

    @classmethod
    def of(cls, page: pypdfium2.PdfPage) -> PageFrame:
        """The frame of a page: its visible box and its quarter turns."""
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, max(1e-6, right - left), max(1e-6, top - bottom), page.get_rotation() // 90)

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) as shown, each from 0 to 1."""
        corners = [self._point(x, y) for x, y in ((left, bottom), (right, top))]
        xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        return _inside(xs[0]), _inside(ys[0]), _inside(xs[1]), _inside(ys[1])

    def _point(self, x: float, y: float) -> tuple[float, float]:
        across, up = (x - self.left) / self.width, (y - self.bottom) / self.height
        match self.turns % 4:
            case 1:
                return up, across
            case 2:
                return 1 - across, up
            case 3:
                return 1 - up, 1 - across
            case _:
                return across, 1 - up


def _inside(part: float) -> float:
    return round(min(1.0, max(0.0, part)), 4)


class Letters:
    """The places of a page's characters, asked one at a time: each costs 1.5 µs, so whole pages are not asked."""

    def __init__(self, textpage: pypdfium2.PdfTextPage, frame: PageFrame) -> None:
        self._textpage = textpage.raw
        self._frame = frame
        self._rect = pdfium.FS_RECTF()

    def box(self, index: int) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of a character's cell as shown."""
        rect = self._rect
        if not pdfium.FPDFText_GetLooseCharBox(self._textpage, index, rect):
            return 0.0, 0.0, 0.0, 0.0
        return self._frame.box(rect.left, rect.bottom, rect.right, rect.top)

    def cell(self, index: int) -> tuple[float, float, float, float]:
        """(start, end, high, down) of a character's cell in points: along its line, and down the page as shown."""
        rect = self._rect
        if not pdfium.FPDFText_GetLooseCharBox(self._textpage, index, rect):
            return 0.0, 0.0, 0.0, 0.0
        match self._frame.turns % 4:
            case 1:
                return rect.bottom, rect.top, rect.right - rect.left, rect.left
            case 2:
                return -rect.right, -rect.left, rect.top - rect.bottom, rect.bottom
            case 3:
                return -rect.top, -rect.bottom, rect.right - rect.left, -rect.right
            case _:
                return rect.left, rect.right, rect.top - rect.bottom, -rect.top


def ordered(text: str, letters: Letters) -> tuple[str, tuple[Box, ...]] | None:
    """The page's text with its columns one after the other, and the place of every line; None where the text layer
    is in order already, as it nearly always is. `text` has one character for each of the text page."""
    lines = [match.span() for match in _LINE.finditer(text) if match.group().strip()]
    if len(lines) < 4 or not _suspect(text, lines, letters):
        return None
    pieces = [piece for line in lines for piece in _pieces(text, *line, letters)]
    places = [_stretch(text, *piece, letters) for piece in pieces]
    if not in_columns(places):
        return None
    rows = rows_in_order(places)
    flat = [number for row in rows for number in row]
    if flat == list(range(len(pieces))):
        return None
    parts: list[str] = []
    boxes: list[Box] = []
    at = 0
    for row in rows:
        for number in row:
            words = text[slice(*pieces[number])].strip()
            place = places[number]
            boxes.append((at, at + len(words), place.left, place.top, place.right, place.bottom))
            parts += [words, "\n" if number == row[-1] else " "]
            at += len(words) + 1
    return "".join(parts), tuple(boxes)


def _suspect(text: str, lines: list[tuple[int, int]], letters: Letters) -> bool:
    """Whether some lines have a wide gap inside, or lines keep jumping up the page."""
    long = [line for line in lines if line[1] - line[0] >= _LONG]
    gaps = 0
    for line in long[:: -(-len(long) // _SAMPLED) or 1]:
        gaps += any(True for _ in _gaps(text, *line, letters))
        if gaps >= _SUSPECT:
            return True
    downs = [letters.cell(start)[3] for start, _ in lines]
    ups = sum(1 for before, after in pairwise(downs) if after < before - 2)
    return ups >= max(_SUSPECT, len(lines) // 4)


def _first(text: str, start: int) -> int:
    while text[start].isspace():
        start += 1
    return start


def _pieces(text: str, start: int, end: int, letters: Letters) -> list[tuple[int, int]]:
    """Parts of a line between its wide gaps."""
    cuts = [start, *_gaps(text, start, end, letters), end]
    return list(pairwise(cuts))


def _gaps(text: str, start: int, end: int, letters: Letters) -> Iterator[int]:
    """Where a line goes on after a gap wider than _WIDE_EM of its height."""
    for gap in _BLANKS.finditer(text, start + 1, end - 1):
        _, left, high, _ = letters.cell(gap.start() - 1)
        right, _, other, _ = letters.cell(gap.end())
        if right - left > _WIDE_EM * max(high, other):
            yield gap.end()


def _stretch(text: str, start: int, end: int, letters: Letters) -> Stretch:
    words = text[start:end].strip()
    first = _first(text, start)
    one, two = letters.box(first), letters.box(first + len(words) - 1)
    return Stretch(min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3]), len(words))
