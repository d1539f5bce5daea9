"""The bytes that leave or left, letter for letter in mono; swapped details stand black, and no fold ever hides one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window import privacy_words as words
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.exact_lines import ExactLine, Fold, break_lines, fold
from ui.window.widgets.paint import focus_ring, hairline, note_focus, seen_focus, shape

Shown = ExactLine | Fold


class ExactText(QWidget):
    """As high as its lines. A click on a fold, Enter or Space shows all of it and folds it again."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text, self._labels = theme, "", ()
        self._lines: list[ExactLine] = []
        self._rows: list[Shown] = []
        self._whole, self._broken_at = False, -1
        self._tops: list[int] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words.EXACT_TEXT)
        theme.dress(self._dress)

    _labels: Sequence[str]

    @property
    def text(self) -> str:
        """The whole text, folded or not."""
        return self._text

    @property
    def rows(self) -> Sequence[Shown]:
        """Lines and folds as they stand."""
        return self._rows

    def show_body(self, text: str, labels: Sequence[str] = ()) -> None:
        """Another text, folded; `labels` are what stands for details of the person's."""
        self._text, self._labels, self._whole = text, tuple(labels), False
        self.setAccessibleDescription(text)
        self._break()

    def set_whole(self, whole: bool) -> None:
        """All lines, or folded ones."""
        self._whole = whole
        self._arrange()

    # ------------------------------------------------------------ Qt's side

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px("panel_min"), self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(196), self._high())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != self._broken_at:
            self._break()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.set_whole(not self._whole)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for row, top in zip(self._rows, self._tops, strict=True):
            if isinstance(row, Fold) and top <= event.position().y() < top + self._row_px(row):
                self.set_whole(not self._whole)
                return

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        shape(painter, QRectF(self.rect()), t.px("radius.part"), fill=t.color("sunken"))
        painter.setFont(t.font("exact"))
        seen = event.rect()
        for row, top in zip(self._rows, self._tops, strict=True):
            if top > seen.bottom() or top + self._row_px(row) < seen.top():
                continue
            if isinstance(row, Fold):
                self._paint_fold(painter, top, row)
            else:
                self._paint_line(painter, top, row)
        if seen_focus(self):
            ring = QRectF(self.rect())
            focus_ring(painter, ring, t.px("radius.part"), color=t.color("focus"), width=t.px("line.focus"))

    # ------------------------------------------------------------ its own

    def _paint_line(self, painter: QPainter, top: int, row: ExactLine) -> None:
        t = self._theme
        metrics = painter.fontMetrics()
        left = t.px(12) + row.indent * metrics.horizontalAdvance("0")
        high = t.line_px("exact")
        drop = (high - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()
        painter.setPen(t.color("text"))
        painter.drawText(QPointF(left, top + drop), row.text)
        for start, end in row.marks:
            first = left + metrics.horizontalAdvance(row.text[:start])
            wide = metrics.horizontalAdvance(row.text[start:end])
            black = QRectF(first - 1, top + 1, wide + 2, high - 2)
            shape(painter, black, t.px("radius.label"), fill=t.color("redactBg"))
            painter.setPen(t.color("onRedact"))
            painter.drawText(QPointF(first, top + drop), row.text[start:end])
            painter.setPen(t.color("text"))

    def _paint_fold(self, painter: QPainter, top: int, row: Fold) -> None:
        t = self._theme
        said = words.fewer_lines() if self._whole else words.more_lines(row.hidden)
        painter.setFont(t.font("state"))
        wide = painter.fontMetrics().horizontalAdvance(said)
        whole = wide + t.px(14) + t.px("icon_to_word")
        high = self._row_px(row)
        left, middle = (self.width() - whole) / 2, top + high / 2
        for first, last in ((t.px(12), left - t.px(12)), (left + whole + t.px(12), self.width() - t.px(12))):
            if last > first:
                hairline(painter, QPointF(first, middle), QPointF(last, middle), t.color("border"))
        icon = "fold-vertical" if self._whole else "unfold-vertical"
        paint_icon(painter, QRectF(left, top, t.px(14), high), icon, color=t.color("text2"), size_px=t.px(14))
        painter.setPen(t.color("text2"))
        where = QRectF(left + t.px(14) + t.px("icon_to_word"), top, wide + 2, high)
        painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter), said)
        painter.setFont(t.font("exact"))

    def _break(self) -> None:
        metrics = self.fontMetrics()
        cell = metrics.horizontalAdvance("0")
        known: dict[str, float] = {}

        def cells(char: str) -> float:
            if char not in known:
                known[char] = metrics.horizontalAdvance(char) / cell
            return known[char]

        self._broken_at = self.width()
        columns = max(16, (self.width() - 2 * self._theme.px(12)) // cell)
        self._lines = break_lines(self._text, self._labels, columns=columns, cells=cells)
        self._arrange()

    def _arrange(self) -> None:
        folded = fold(self._lines)
        foldable = any(isinstance(row, Fold) for row in folded)
        self._rows = [*self._lines, *([Fold(0)] if foldable else [])] if self._whole else folded
        self._tops, top = [], self._theme.px(8)
        for row in self._rows:
            self._tops.append(top)
            top += self._row_px(row)
        self.setFixedHeight(self._high())
        self.setCursor(Qt.CursorShape.PointingHandCursor if foldable else Qt.CursorShape.ArrowCursor)
        self.update()

    def _row_px(self, row: Shown) -> int:
        return self._theme.px(24) if isinstance(row, Fold) else self._theme.line_px("exact")

    def _high(self) -> int:
        return 2 * self._theme.px(8) + sum(self._row_px(row) for row in self._rows)

    def _dress(self) -> None:
        self.setFont(self._theme.font("exact"))
        self._break()
