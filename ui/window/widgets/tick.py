"""A box that is ticked or not, with its words beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.paint import focus_ring, seen_focus, shape
from ui.window.widgets.pointed import Pointed


class Tick(Pointed):
    """Checkable; `clicked` fires with the new state."""

    def __init__(self, theme: Theme, said: str) -> None:
        super().__init__(said)
        self._theme = theme
        self.setCheckable(True)
        self.setAccessibleName(said)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def sizeHint(self) -> QSize:
        t = self._theme
        words = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(t.px(16) + t.px(8) + words + t.px(4), t.px("target_min"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter, where = QPainter(self), QRectF(self.rect())
        side = t.px(16)
        box = QRectF(0, (where.height() - side) / 2, side, side)
        radius = t.px("radius.quote")
        if self.isChecked():
            shape(painter, box, radius, fill=t.color("local"))
            paint_icon(painter, box, "check", color=t.color("onLocal"), size_px=t.px(14))
        else:
            fill = t.color("hover" if self.over else "surface")
            shape(painter, box, radius, fill=fill, line=t.color("borderStrong"), width=t.px("line.hair"))
        painter.setFont(self.font())
        painter.setPen(t.color("text" if self.isChecked() else "text2"))
        painter.drawText(where.adjusted(side + t.px(8), 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if seen_focus(self):
            focus_ring(painter, where, radius, color=t.color("focus"), width=t.px("line.focus"))

    def _dress(self) -> None:
        self.setFont(self._theme.font("body"))
        self.updateGeometry()
        self.update()
