"""The folded envelope at the top edge: five seconds to stop it, then when it was sent, until words come back."""

from __future__ import annotations

import math

from PySide6.QtCore import QEasingCurve, QElapsedTimer, QPropertyAnimation, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.window.cloud import cloud_words as words
from ui.window.theme import Theme
from ui.window.widgets.busy import Ring
from ui.window.widgets.label import Label
from ui.window.widgets.paint import dashed
from ui.window.widgets.push import Push

_TICK_MS = 50


class HoldRing(QWidget):
    """The seconds that are left, as an arc that shrinks and a number; with reduced motion the number alone moves."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._left_s, self._whole_s = theme, 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_left(self, left_s: float, whole_s: float) -> None:
        """So much of so much."""
        self._left_s, self._whole_s = left_s, max(0.001, whole_s)
        self.setAccessibleName(words.sending_in(math.ceil(left_s)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(32), self._theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = 2.0 * t.scale
        where = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setPen(QPen(t.color("border"), 2 * t.scale))
        painter.drawEllipse(where)
        seconds = math.ceil(self._left_s)
        share = (seconds if t.reduce_motion else self._left_s) / self._whole_s
        painter.setPen(QPen(t.color("cloud"), 2 * t.scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(where, 90 * 16, round(share * 360 * 16))
        painter.setFont(t.font("control", tabular=True))
        painter.setPen(t.color("cloudText"))
        painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), str(seconds))


class HoldCard(QWidget):
    """`stopped` fires when Stop is pressed. It only shows: what holds the bytes back is the other side."""

    stopped = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._left_s, self._whole_s = theme, 0.0, 0.0
        self.ring = HoldRing(theme)
        self._busy = Ring(theme)
        self.line = Label(theme, step="control", tabular=True)
        self.what = Label(theme, step="meta", color="text2", tabular=True, elide=True)
        self.stop = Push(theme, words.STOP, kind="plain", icon="square")
        self._said, self._row = QVBoxLayout(), QHBoxLayout(self)
        self._said.addWidget(self.line)
        self._said.addWidget(self.what)
        self._row.addWidget(self.ring)
        self._row.addWidget(self._busy)
        self._row.addLayout(self._said, 1)
        self._row.addWidget(self.stop)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rise = QPropertyAnimation(self, b"geometry", self)
        self._rise.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._clock = QElapsedTimer()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_left)
        self.stop.clicked.connect(self.stopped)
        self.hide()
        theme.dress(self._dress)

    def begin(self, what: str, whole_s: float) -> None:
        """Send was pressed."""
        self._whole_s = whole_s
        self.what.setText(what)
        self.ring.show()
        self._busy.hide()
        self.stop.setEnabled(True)
        self.show()
        self.raise_()
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hold(whole_s)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.line.text()))

    def hold(self, left_s: float) -> None:
        """What the other side says is left; counted down from there."""
        self._left_s = left_s
        self._clock.start()
        self._tick.start()
        self._show_left()

    def sent(self, at: float) -> None:
        """The bytes are on their way."""
        self._tick.stop()
        self.ring.hide()
        self._busy.show()
        self.line.setText(words.sent_waiting(at))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.line.text()))

    def stopping(self) -> None:
        """Stop was pressed; what became of it is said once it is known."""
        self._tick.stop()
        self.stop.setEnabled(False)
        self.line.setText(words.STOPPING)

    def leave(self) -> None:
        """Words come, or it is over."""
        self._tick.stop()
        self._rise.stop()
        self.hide()

    def rise(self, start: QRect, end: QRect) -> None:
        """From where the envelope was to the top edge."""
        self._rise.stop()
        duration = self._theme.ms("send_fold")
        if not duration:
            self.setGeometry(end)
            return
        self._rise.setDuration(duration)
        self._rise.setStartValue(start)
        self._rise.setEndValue(end)
        self._rise.start()

    def place(self, where: QRect) -> None:
        """Where it stands, unless it is still on its way there."""
        if self._rise.state() is QPropertyAnimation.State.Running:
            self._rise.setEndValue(where)
        else:
            self.setGeometry(where)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._theme.px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        where = QRectF(self.rect())
        fill = t.color("cloudSoft")
        dashed(QPainter(self), where, t.px("radius.card"), fill=fill, line=t.color("cloud"), width=t.scale * 1.5)

    def _show_left(self) -> None:
        left = max(0.0, self._left_s - self._clock.elapsed() / 1000)
        self.ring.show_left(left, self._whole_s)
        self.line.setText(words.sending_in(max(1, math.ceil(left))))

    def _dress(self) -> None:
        t = self._theme
        self._row.setContentsMargins(t.px(16), t.px(8), t.px(12), t.px(8))
        self._row.setSpacing(t.px(12))
        self._said.setSpacing(0)
        self.update()
