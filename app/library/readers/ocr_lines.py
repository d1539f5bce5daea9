"""Recognised lines put together as a page: in reading order, with the place of every line, whichever way it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.library.readers.page_order import Stretch, rows_in_order
from app.library.readers.pdf_words import SOFT_HYPHEN
from app.values import Section

Box = tuple[int, int, float, float, float, float]
HIGHEST = 2000
"""Pixels: a higher picture is looked at in strips."""
_OVERLAP = 200
_PARAGRAPH = 0.9
"""Lines further apart than this share of their height begin a new paragraph."""


@dataclass(frozen=True, slots=True)
class Line:
    """One recognised line: its words, how sure (0 to 1), and (left, top, right, bottom) in fractions of the picture."""

    words: str
    score: float
    place: tuple[float, float, float, float]
    tall: bool = False
    """It runs up or down the picture."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows [top, bottom) of a long picture; lines whose middle lies in [first, last) are its own."""

    top: int
    bottom: int
    first: float
    last: float


def strips(high: int) -> list[Strip]:
    """A picture of `high` rows in strips the recogniser looks at without making them smaller: long screenshots stay
    readable. They overlap, so that a line at a cut is whole in the strip it belongs to."""
    if high <= HIGHEST:
        return [Strip(0, high, 0, high)]
    tops = list(range(0, high - _OVERLAP, HIGHEST - _OVERLAP))
    return [
        Strip(
            top,
            min(high, top + HIGHEST),
            top + _OVERLAP / 2 if number else 0,
            top + HIGHEST - _OVERLAP / 2 if number + 1 < len(tops) else high,
        )
        for number, top in enumerate(tops)
    ]


def page_of(lines: Sequence[Line], number: int, *, turns: int = 0) -> Section:
    """Lines put in reading order as one section; boxes stay those of the picture as it lies. Lines that run the other
    way (a stamp up the margin) come last."""
    lines = sorted(lines, key=lambda line: line.tall != bool(turns % 2))
    places = [_upright(line, turns) for line in lines]
    along = sum(1 for line in lines if line.tall == bool(turns % 2))
    rows = [*rows_in_order(places[:along]), *([n] for n in range(along, len(lines)))]
    text = ""
    boxes: list[Box] = []
    below: Stretch | None = None
    for row in rows:
        high = max(places[n].bottom - places[n].top for n in row)
        if below is not None and text:
            apart = min(places[n].top for n in row) - below.bottom
            broken = _broken(text, lines[row[0]].words)
            text = text[:-1] + SOFT_HYPHEN if broken else text + ("\n\n" if apart > _PARAGRAPH * high else "\n")
        for position, n in enumerate(row):
            text += " " if position else ""
            boxes.append((len(text), len(text) + len(lines[n].words), *lines[n].place))
            text += lines[n].words
        below = max((places[n] for n in row), key=lambda place: place.bottom)
    letters = sum(len(line.words) for line in lines)
    sure = sum(line.score * len(line.words) for line in lines) / max(1, letters)
    return Section("page", number, text + "\n", ocr=round(sure, 4), boxes=tuple(boxes))


def _broken(text: str, following: str) -> bool:
    """Whether a word was broken at the end of the text."""
    before = text[-3:-1]
    return text.endswith("-") and len(before) == 2 and before.isalpha() and following[:1].islower()


def _upright(line: Line, turns: int) -> Stretch:
    left, top, right, bottom = line.place
    match turns:
        case 1:
            left, top, right, bottom = top, 1 - right, bottom, 1 - left
        case 2:
            left, top, right, bottom = 1 - right, 1 - bottom, 1 - left, 1 - top
        case 3:
            left, top, right, bottom = 1 - bottom, left, 1 - top, right
    return Stretch(left, top, right, bottom, len(line.words))
