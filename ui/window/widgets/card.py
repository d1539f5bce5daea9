"""A surface for a thing you act on: filled, one hairline, rounded, no shadow; and the line that parts its contents."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window.theme import Theme
from ui.window.widgets.paint import hairline, shape


class Card(QWidget):
    """Paints the ground of a card. `strong` gives it the line of a field, `focused` that of a field being typed in."""

    def __init__(self, theme: Theme, *, strong: bool = False, ground: str = "surface", parent: QWidget | None = None):
        super().__init__(parent)
        self._theme, self._strong, self._ground = theme, strong, ground
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        line = t.color("borderStrong" if self._strong else "border")
        where = QRectF(0, 0, self.width(), self.height())
        shape(
            QPainter(self), where, t.px("radius.card"), fill=t.color(self._ground), line=line, width=t.px("line.hair")
        )


class Divider(QWidget):
    """A hairline across."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(0, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        hairline(QPainter(self), QPointF(0, 0), QPointF(self.width(), 0), self._theme.color("border"))


class Ground(QWidget):
    """A plain coloured ground, with a hairline on the sides asked for ("top", "left", "right")."""

    def __init__(self, theme: Theme, color: str, *, lines: tuple[str, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._color, self._lines = theme, color, lines
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color(self._color))
        border, w, h = self._theme.color("border"), float(self.width()), float(self.height())
        if "top" in self._lines:
            hairline(painter, QPointF(0, 0), QPointF(w, 0), border)
        if "bottom" in self._lines:
            hairline(painter, QPointF(0, h - 1), QPointF(w, h - 1), border)
        if "left" in self._lines:
            hairline(painter, QPointF(0, 0), QPointF(0, h), border)
        if "right" in self._lines:
            hairline(painter, QPointF(w - 1, 0), QPointF(w - 1, h), border)
