"""Rows of a place, sometimes a name, and words over several lines: transcripts and summaries are read in these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout, QTextOption

from ui.window.theme import Theme
from ui.window.widgets.row_list import RowPainter, Rows


@dataclass(frozen=True, slots=True)
class SaidRow:
    """`place` is a time or a page. `doubtful` rows are words the listener was not sure of."""

    place: str
    name: str
    words: str
    doubtful: bool = False


class SaidRows(Rows[SaidRow]):
    """Rows in reading order."""

    def said(self, row: SaidRow) -> str:
        return ", ".join(part for part in (row.place, row.name, row.words) if part)


class SaidPainter(RowPainter):
    """`step` is `quote` for verbatim words and `reading` for ours. Names get a column only where there are some."""

    def __init__(self, theme: Theme, *, step: str, place_px: int, name_px: int = 0) -> None:
        super().__init__(theme)
        self._step, self._place_px, self._name_px = step, place_px, name_px

    def high(self, row: object, width: int) -> int:
        assert isinstance(row, SaidRow)
        lines = _lines(row.words, self.theme.font(self._step).key(), self._room(width), self.theme.font(self._step))
        return len(lines) * self.theme.line_px(self._step) + 2 * self.theme.px(8)

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        assert isinstance(row, SaidRow)
        t = self.theme
        line_px, top = t.line_px(self._step), where.top() + t.px(8)
        first = QRectF(where.left() + t.px(12), top, t.px(self._place_px), line_px)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
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
        for number, line in enumerate(_lines(row.words, font.key(), self._room(int(where.width())), font)):
            painter.drawText(QPointF(self._left() + where.left(), top + number * line_px + drop), line)

    def _left(self) -> int:
        t = self.theme
        return t.px(12) + t.px(self._place_px) + t.px(self._name_px)

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
