"""The two marks of work under way: a ring that turns, and a bar that knows how far it is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window.theme import Theme
from ui.window.widgets.paint import shape

_TURN_MS = 50
_STEP_DEGREES = 20


class Ring(QWidget):
    """Turns while it is shown; stands still when motion is reduced. The words beside it say what it means."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._angle = theme, 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TURN_MS)
        self._timer.timeout.connect(self._turn)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("busy")
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(16), self._theme.px(16))

    def showEvent(self, event: QShowEvent) -> None:
        if not self._theme.reduce_motion:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(t.color("text2"), 1.75 * t.scale)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        inset = 2.5 * t.scale
        where = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawArc(where, (90 - self._angle) * 16, 270 * 16)

    def _turn(self) -> None:
        self._angle = (self._angle + _STEP_DEGREES) % 360
        self.update()


class Bar(QWidget):
    """Four pixels high, moss, 0 to 1."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._share = theme, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("progress")
        theme.changed.connect(self.updateGeometry)

    @property
    def share(self) -> float:
        """How far the work is."""
        return self._share

    def set_share(self, share: float) -> None:
        """0 to 1."""
        self._share = max(0.0, min(1.0, share))
        self.setAccessibleDescription(f"{round(self._share * 100)} %")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(48), self._theme.px(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        whole = QRectF(self.rect())
        shape(painter, whole, whole.height() / 2, fill=t.color("border"))
        if self._share > 0:
            done = QRectF(0, 0, max(whole.height(), whole.width() * self._share), whole.height())
            shape(painter, done, whole.height() / 2, fill=t.color("local"))
