"""Rows of a place, sometimes a name, and words over several lines: transcripts and summaries are read in these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout, QTextOption

from ui.window.theme import Theme
from ui.window.widgets.chip import chip_size, paint_chip
from ui.window.widgets.row_list import RowPainter, Rows
from ui.window.widgets.state import StateLook, paint_state, state_width


@dataclass(frozen=True, slots=True)
class SaidRow:
    """`place` is a time or a page. `doubtful` rows are words the listener was not sure of."""

    place: str
    name: str
    words: str
    doubtful: bool = False
    chip: int = 0
    """The number on its chip; 0 for a row without a source to open."""


class SaidRows(Rows[SaidRow]):
    """Rows in reading order; `doubt` is what stands under a doubtful one."""

    def __init__(self, doubt: StateLook) -> None:
        super().__init__()
        self.doubt = doubt

    def said(self, row: SaidRow) -> str:
        doubt = self.doubt.words if row.doubtful else ""
        return ", ".join(part for part in (row.place, row.name, row.words, doubt) if part)


class SaidPainter(RowPainter):
    """`step` is `quote` for verbatim words and `reading` for ours. Names and chips get a column only where there are
    some. A row to be checked says so under its words: an icon and a word, because grey alone says nothing."""

    def __init__(
        self, theme: Theme, *, step: str, place_px: int, doubt: StateLook, name_px: int = 0, chip_px: int = 0
    ) -> None:
        super().__init__(theme)
        self._step, self._place_px, self._name_px, self._chip_px = step, place_px, name_px, chip_px
        self.doubt, self.open_chip = doubt, 0

    def high(self, row: object, width: int) -> int:
        assert isinstance(row, SaidRow)
        lines = _lines(row.words, self.theme.font(self._step).key(), self._room(width), self.theme.font(self._step))
        below = self.theme.line_px("state") if row.doubtful else 0
        return len(lines) * self.theme.line_px(self._step) + below + 2 * self.theme.px(8)

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        assert isinstance(row, SaidRow)
        t = self.theme
        line_px, top = t.line_px(self._step), where.top() + t.px(8)
        first = QRectF(where.left() + t.px(12) + t.px(self._chip_px), top, t.px(self._place_px), line_px)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        if row.chip:
            wide, high = chip_size(t, row.chip)
            spot = QRectF(where.left() + t.px(12), top + (line_px - high) / 2, wide, high)
            paint_chip(painter, spot, t, row.chip, look="open" if row.chip == self.open_chip else "quoted")
        painter.setFont(t.font("meta", tabular=True))
        painter.setPen(t.color("text2"))
        painter.drawText(first, middle, row.place)
        if self._name_px:
            painter.setFont(t.font("state"))
            named = QRectF(first.right(), top, t.px(self._name_px) - t.px(12), line_px)
            name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, int(named.width()))
            painter.drawText(named, middle, name)
        font = t.font(self._step)
        painter.setFont(font)
        painter.setPen(t.color("text2" if row.doubtful else "text"))
        metrics = QFontMetrics(font)
        drop = (line_px - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()
        lines = _lines(row.words, font.key(), self._room(int(where.width())), font)
        for number, line in enumerate(lines):
            painter.drawText(QPointF(self._left() + where.left(), top + number * line_px + drop), line)
        if row.doubtful:
            left, below = self._left() + where.left(), top + len(lines) * line_px
            paint_state(painter, QRectF(left, below, state_width(t, self.doubt), t.line_px("state")), t, self.doubt)

    def _left(self) -> int:
        t = self.theme
        return t.px(12) + t.px(self._chip_px) + t.px(self._place_px) + t.px(self._name_px)

    def _room(self, width: int) -> int:
        # 72 characters: a longer line loses the reader.
        longest = self.theme.px(560)
        return max(self.theme.px(48), min(longest, width - self._left() - self.theme.px(12)))


@lru_cache(maxsize=4096)
def _lines(words: str, key: str, room_px: int, font: QFont) -> tuple[str, ...]:
    layout = QTextLayout(words, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    lines: list[str] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room_px)
        lines.append(words[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return tuple(lines) or ("",)
