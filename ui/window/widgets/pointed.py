"""What every painted button of ours knows: whether the pointer is over it and how the keyboard came to it."""

from __future__ import annotations

from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtWidgets import QPushButton

from ui.window.widgets.paint import note_focus


class Pointed(QPushButton):
    """Subclasses paint themselves and ask `over`."""

    over = False

    def enterEvent(self, event: QEnterEvent) -> None:
        self.over = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self.over = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)
