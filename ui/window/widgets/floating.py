"""A card that floats over the window until Escape, a click elsewhere or another size of the window takes it away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.window.theme import Theme
from ui.window.widgets.paint import raised_card, seen_focus


class Floating(QWidget):
    """Subclasses fill it, place it and call `stand`; the keyboard goes back to where it came from."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._back_to: QWidget | None = None
        self.hide()

    def stand(self, *, beside: QWidget, first: QWidget) -> None:
        """Show it; `first` gets the keyboard, `beside` gets it back."""
        self._back_to = beside
        self.show()
        self.raise_()
        reason = Qt.FocusReason.TabFocusReason if seen_focus(beside) else Qt.FocusReason.PopupFocusReason
        first.setFocus(reason)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def leave(self) -> None:
        """Close it; the keyboard goes back to where it was."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        back, self._back_to = self._back_to, None
        had_keyboard = self.isAncestorOf(self.focusWidget() or self)
        self.hide()
        if back is not None and had_keyboard and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            if not self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint())):
                self.leave()
        elif event.type() is QEvent.Type.Resize and watched is self._window:
            self.leave()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        raised_card(QPainter(self), QRectF(self.rect()), self._theme)
