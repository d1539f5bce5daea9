"""The name of a folder on its card: press it for its files; the keys of look.md 5.3 work while it has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.window import library_words as words
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.paint import focus_ring, seen_focus, shape
from ui.window.widgets.plain_tip import plain_tip
from ui.window.widgets.pointed import Pointed


class FolderName(Pointed):
    """Icon and name, painted as a heading. `wished` fires with the key pressed: Key_Delete or Key_F5."""

    wished = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._icon = theme, "folder"
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def show_name(self, name: str, *, icon: str) -> None:
        """Another name."""
        self._icon = icon
        self.setText(name)
        self.setAccessibleName(f"{name}: {words.SHOW_FILES}")
        self.updateGeometry()
        self._tip()
        self.update()

    def sizeHint(self) -> QSize:
        t = self._theme
        return QSize(
            self._left() + self.fontMetrics().horizontalAdvance(self.text()) + 2 + t.px(4), t.px("button_quiet")
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self._theme.px(120)), self._theme.px("button_quiet"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_F5):
            self.wished.emit(event.key())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        self._tip()

    def shown(self) -> str:
        """The name as far as there is room."""
        room = self.width() - self._left() - self._theme.px(4)
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(self.rect())
        if self.over or self.isDown():
            shape(painter, where, t.px("radius.control"), fill=t.color("pressed" if self.isDown() else "hover"))
        icon = QRectF(t.px(4), 0, t.px(20), where.height())
        paint_icon(painter, icon, self._icon, color=t.color("text2"), size_px=t.px(20))
        painter.setFont(self.font())
        painter.setPen(t.color("text"))
        words_at = QRectF(self._left(), 0, where.width() - self._left(), where.height())
        painter.drawText(words_at, int(Qt.AlignmentFlag.AlignVCenter), self.shown())
        if seen_focus(self):
            focus_ring(painter, where, t.px("radius.control"), color=t.color("focus"), width=t.px("line.focus"))

    def _left(self) -> int:
        return self._theme.px(32)

    def _tip(self) -> None:
        plain_tip(self, self.text() if self.shown() != self.text() else words.SHOW_FILES)

    def _dress(self) -> None:
        self.setFont(self._theme.font("heading"))
        self.updateGeometry()
        self.update()
