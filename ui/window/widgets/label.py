"""Words on the window: one step of the type scale, one colour, its line height; whole or elided, never cut."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.window.theme import Theme
from ui.window.widgets.plain_tip import plain_tip


class Label(QLabel):
    """A painted text. `wrap` lets it take several lines; otherwise it is one line, and where the place is too small
    it ends in an ellipsis and the whole text becomes its tip."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        step: str = "body",
        color: str = "text",
        wrap: bool = False,
        tabular: bool = False,
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._step, self._color, self._tabular = theme, step, color, tabular
        self._wrap, self._elide, self._tip = wrap, elide, ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy.Policy.Preferred if (wrap or elide) else QSizePolicy.Policy.Fixed
        size = QSizePolicy(policy, QSizePolicy.Policy.Preferred if wrap else QSizePolicy.Policy.Fixed)
        size.setHeightForWidth(wrap)
        self.setSizePolicy(size)
        self.setText(text)
        theme.dress(self._dress)

    @property
    def step(self) -> str:
        """The step of the type scale, for the lints."""
        return self._step

    def dress_again(self) -> None:
        """After it moved to another parent: a style sheet gives it back the font it once had."""
        self._dress()

    def set_color(self, color: str) -> None:
        """Another colour token."""
        self._color = color
        self.update()

    def setText(self, text: str) -> None:
        """Qt's name; also what a screen reader says."""
        super().setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self._tip_if_cut()

    # ------------------------------------------------------------ Qt's side

    def sizeHint(self) -> QSize:
        widest = 0
        if self.text():
            widest = max(self.fontMetrics().horizontalAdvance(line) for line in self.text().splitlines()) + 2
            widest += max(0, self.indent())
        if self._wrap:
            widest = min(widest, self._theme.px("composer_max"))
        return QSize(widest, self.heightForWidth(widest))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        narrow = min(hint.width(), self._theme.px(48)) if (self._wrap or self._elide) else hint.width()
        return QSize(narrow, self._theme.line_px(self._step))

    def hasHeightForWidth(self) -> bool:
        return self._wrap

    def heightForWidth(self, width: int) -> int:
        line = self._theme.line_px(self._step)
        if not self._wrap or not self.text():
            return line
        return line * max(1, len(self._lines(width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tip_if_cut()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._theme.color(self._color))
        painter.setFont(self.font())
        line_px = self._theme.line_px(self._step)
        if not self._wrap:
            shown = self._shown()
            where = QRectF(max(0, self.indent()), 0, self.width() - max(0, self.indent()), self.height())
            side = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
            painter.drawText(where, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
            return
        ascent, descent = self.fontMetrics().ascent(), self.fontMetrics().descent()
        drop = (line_px - ascent - descent) / 2 + ascent
        for number, line in enumerate(self._lines(self.width())):
            painter.drawText(QPointF(0, number * line_px + drop), line)

    # ------------------------------------------------------------ its own

    def _dress(self) -> None:
        self.setFont(self._theme.font(self._step, tabular=self._tabular))
        self._tip_if_cut()
        self.updateGeometry()
        self.update()

    def _shown(self) -> str:
        if not self._elide:
            return self.text()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    def _tip_if_cut(self) -> None:
        cut = self._elide and self._shown() != self.text()
        plain_tip(self, self.text() if cut else "")

    def _lines(self, width: int) -> list[str]:
        lines: list[str] = []
        for paragraph in self.text().split("\n"):
            layout = QTextLayout(paragraph, self.font())
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            layout.setTextOption(option)
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(max(width, 1))
                lines.append(paragraph[line.textStart() : line.textStart() + line.textLength()].rstrip())
            layout.endLayout()
        return lines
