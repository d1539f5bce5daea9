"""What lies over the window while files are dragged into it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.window import words
from ui.window.theme import Theme
from ui.window.widgets.paint import shape


class DropVeil(QWidget):
    """Over the whole window while files are dragged in: a solid moss line, because they go inside."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(words.DROP_HERE)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        ground = t.color("window")
        ground.setAlphaF(0.88)
        painter.fillRect(self.rect(), ground)
        inner = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        shape(painter, inner, t.px("radius.sheet"), line=t.color("local"), width=t.px(2))
        painter.setFont(t.font("title"))
        painter.setPen(t.color("localText"))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter), words.DROP_HERE)
