"""The two doors: the same size, neither filled, neither the default; one keeps, one sends on a fresh press."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.paint import dashed, focus_ring, note_focus, seen_focus, shape

Way = Literal["keep", "send"]
_LOOKS = {"keep": ("local", "localText", "house"), "send": ("cloud", "cloudText", "send")}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Door(QPushButton):
    """`passed` fires for a press that began and ended on it, after `guard_ms` since `arm`; Enter does nothing."""

    passed = Signal()

    def __init__(self, theme: Theme, words: str, way: Way) -> None:
        super().__init__(words)
        self._theme, self._way, self._over = theme, way, False
        self._armed = QElapsedTimer()
        self._guard_ms = 0
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_words(words)
        self.clicked.connect(self._clicked)
        theme.dress(self._dress)

    def arm(self, guard_ms: int) -> None:
        """From now on presses are ignored for so long: the press that opened the sheet may still be under way."""
        self._guard_ms = guard_ms
        self.setDown(False)
        self._armed.start()

    @property
    def guarded(self) -> bool:
        """Whether presses are still ignored."""
        return self._armed.isValid() and self._armed.elapsed() < self._guard_ms

    def set_words(self, words: str) -> None:
        """Other words."""
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()

    # ------------------------------------------------------------ Qt's side

    def sizeHint(self) -> QSize:
        t = self._theme
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 2 + t.px(16) + t.px("icon_to_word")
        return QSize(wide + 2 * t.px(16), t.px("row_compact"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            event.accept()  # on some desktops Enter presses any button: here it never does
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select) and (self.guarded or event.isAutoRepeat()):
            event.accept()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            event.accept()
        else:
            super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.guarded:
            event.accept()
            return
        super().mousePressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._over = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._over = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        line, ink, icon = _LOOKS[self._way]
        if not self.isEnabled():
            line, ink = "border", "disabled"
        ring = 2 * t.px("line.focus") if seen_focus(self) else 0
        where = QRectF(self.rect())
        inner = where.adjusted(ring, ring, -ring, -ring)
        ground = t.color("pressed" if self.isDown() else "hover") if self._over or self.isDown() else None
        fill = ground if self.isEnabled() else None
        radius = max(4, t.px("radius.control") - ring)
        if self._way == "send":
            wide = t.scale * 1.5
            dashed(painter, inner, radius, fill=fill, line=t.color(line), width=wide)
        else:
            shape(painter, inner, radius, fill=fill, line=t.color(line), width=t.scale * 1.5)
        side = t.px(16)
        painter.setFont(self.font())
        painter.setPen(t.color(ink))
        words = self.fontMetrics().horizontalAdvance(self.text())
        left = (where.width() - words - side - t.px("icon_to_word")) / 2
        paint_icon(painter, QRectF(left, 0, side, where.height()), icon, color=t.color(ink), size_px=side)
        left += side + t.px("icon_to_word")
        painter.drawText(QRectF(left, 0, words + 2, where.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if ring:
            focus_ring(painter, where, t.px("radius.control"), color=t.color("focus"), width=t.px("line.focus"))

    # ------------------------------------------------------------ its own

    def _clicked(self) -> None:
        # Also the way a screen reader presses it: the guard holds for that too.
        if self.isEnabled() and not self.guarded:
            self.passed.emit()

    def _dress(self) -> None:
        self.setFont(self._theme.font("control"))
        self.updateGeometry()
        self.update()
