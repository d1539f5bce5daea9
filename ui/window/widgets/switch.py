"""A switch that works the moment it is moved; its place, its fill and a word beside it say how it stands."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.window.theme import Theme
from ui.window.widgets.paint import focus_ring, seen_focus, shape
from ui.window.widgets.pointed import Pointed


class Switch(Pointed):
    """Checkable; `clicked` fires with the new state."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(44), self._theme.px("target_min"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        track = QRectF(self.rect()).adjusted(t.px(4), t.px(3), -t.px(4), -t.px(3))
        radius, knob = track.height() / 2, track.height() - t.px(8)
        on = self.isChecked()
        if on:
            shape(painter, track, radius, fill=t.color("localHover" if self.over else "local"))
        else:
            fill = t.color("hover" if self.over else "surface")
            shape(painter, track, radius, fill=fill, line=t.color("borderStrong"), width=t.px("line.hair"))
        left = track.right() - t.px(4) - knob if on else track.left() + t.px(4)
        dot = QRectF(left, track.top() + t.px(4), knob, knob)
        shape(painter, dot, knob / 2, fill=t.color("onLocal" if on else "text2"))
        if seen_focus(self):
            ring = QRectF(self.rect())
            focus_ring(painter, ring, ring.height() / 2, color=t.color("focus"), width=t.px("line.focus"))
