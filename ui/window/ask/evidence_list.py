"""The rows under an answer: its citations with their checks, or the passages it is being made from."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.values import Citation, Passage
from ui.window import words
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.chip import chip_size, paint_chip
from ui.window.widgets.row_list import RowPainter, Rows
from ui.window.widgets.state import CHECKS, kind_icon, paint_state, state_width


@dataclass(frozen=True, slots=True)
class CitationRow:
    """One citation. `checked` is False while the answer is still written; `open` when the panel shows it."""

    citation: Citation
    checked: bool
    open: bool


def name_of(passage: Passage) -> str:
    """What a person calls the file of a passage."""
    return passage.document.path.name


class CitationRows(Rows[CitationRow]):
    """Citations as rows."""

    def said(self, row: CitationRow) -> str:
        c = row.citation
        state = f", {words.CHECK_WORDS[c.check]}" if row.checked else ""
        return words.source_name(c.n, name_of(c.passage), words.place(c.anchor)) + state


class PassageRows(Rows[Passage]):
    """Passages as rows."""

    def said(self, row: Passage) -> str:
        return f"{name_of(row)}, {words.place(row.anchor)}: {row.text}"


class CitationPainter(RowPainter):
    """Chip, kind icon, name, place, and at the right edge the state: icon and word."""

    def high(self, row: object, width: int) -> int:
        return self.theme.px(48 if self._stacked(width) else "button_quiet")

    def _stacked(self, width: float) -> bool:
        """Where it is narrow the state stands under the name."""
        return 0 < width < self.theme.px("panel_beside_needs_main") - self.theme.px(24)

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        assert isinstance(row, CitationRow)
        t, c = self.theme, row.citation
        wide, high = chip_size(t, c.n)
        whole, stacked = where, self._stacked(where.width())
        if stacked:
            where = QRectF(where.left(), where.top(), where.width(), where.height() / 2)
        middle = where.center().y()
        chip = QRectF(where.left() + t.px(2), round(middle - high / 2), wide, high)
        paint_chip(painter, chip, t, c.n, look="open" if row.open else "quoted")
        left = chip.left() + t.px(28)
        kind = QRectF(left, where.top(), t.px(16), where.height())
        paint_icon(painter, kind, kind_icon(c.passage.document.kind), color=t.color("text2"), size_px=t.px(16))
        left += t.px(16) + t.px(8)
        right = where.right() - t.px(2)
        if row.checked and stacked:
            under = QRectF(left, whole.center().y(), state_width(t, CHECKS[c.check]), whole.height() / 2)
            paint_state(painter, under, t, CHECKS[c.check])
        elif row.checked:
            state = QRectF(where.left(), where.top(), where.width() - t.px(2), where.height())
            right -= paint_state(painter, state, t, CHECKS[c.check]) + t.px(12)
        _name_and_place(painter, QRectF(left, where.top(), right - left, where.height()), t, c.passage, c)


class PassagePainter(RowPainter):
    """Two lines: name and place, then the words of the file in serif."""

    def high(self, row: object, width: int) -> int:
        return self.theme.px("row_two_lines")

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        assert isinstance(row, Passage)
        t = self.theme
        side = t.px(16)
        kind = QRectF(where.left() + t.px(4), where.top() + t.px(8), side, t.px(20))
        paint_icon(painter, kind, kind_icon(row.document.kind), color=t.color("text2"), size_px=side)
        left = where.left() + t.px(4) + side + t.px(8)
        wide = where.right() - left - t.px(8)
        _name_and_place(painter, QRectF(left, where.top() + t.px(8), wide, t.px(20)), t, row, None)
        painter.setFont(t.font("quote"))
        painter.setPen(t.color("text2"))
        quoted = painter.fontMetrics().elidedText(" ".join(row.text.split()), Qt.TextElideMode.ElideRight, int(wide))
        line = QRectF(left, where.top() + t.px(28), wide, t.px(24))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), quoted)


def _name_and_place(
    painter: QPainter, where: QRectF, theme: Theme, passage: Passage, citation: Citation | None
) -> None:
    anchor = citation.anchor if citation else passage.anchor
    place = words.place(anchor)
    meta = theme.font("meta", tabular=True)
    painter.setFont(meta)
    place_px = painter.fontMetrics().horizontalAdvance(place)
    painter.setFont(theme.font("control"))
    room = where.width() - place_px - theme.px(8)
    name = painter.fontMetrics().elidedText(name_of(passage), Qt.TextElideMode.ElideRight, int(room))
    painter.setPen(theme.color("text"))
    painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter), name)
    shift = painter.fontMetrics().horizontalAdvance(name) + theme.px(8)
    painter.setFont(meta)
    painter.setPen(theme.color("text2"))
    painter.drawText(where.adjusted(shift, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), place)
