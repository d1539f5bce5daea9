"""An icon standing by itself, with nothing to press."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window.icons import paint_icon
from ui.window.theme import Theme


class IconMark(QWidget):
    """An icon standing by itself, with nothing to press."""

    def __init__(self, theme: Theme, icon: str, *, color: str, side: int = 20, name: str = "") -> None:
        super().__init__()
        self._theme, self._icon, self._color, self._side = theme, icon, color, side
        self.setAccessibleName(name or icon)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def set_icon(self, icon: str) -> None:
        """Another icon."""
        self._icon = icon
        self.update()

    def set_color(self, color: str) -> None:
        """Another colour token."""
        self._color = color
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        color = t.color(self._color)
        paint_icon(QPainter(self), QRectF(self.rect()), self._icon, color=color, size_px=t.px(self._side))

    def _dress(self) -> None:
        side = self._theme.px(self._side)
        self.setFixedSize(side, side)
        self.update()
