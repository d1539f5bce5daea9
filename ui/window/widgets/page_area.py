"""A page that scrolls up and down, never sideways, on the window's own ground: what such pages have in common."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui.window.theme import Theme

_ROOMY = 560


def page_side(theme: Theme, width: int) -> int:
    """Pixels left free at each side of a page so many pixels wide."""
    return theme.px(32 if width >= theme.px(_ROOMY) else 20)


class PageArea(QScrollArea):
    """Heirs lay out a sheet, give it to `hold` and set their margins in `_dress`, which is called at every resize."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)

    def hold(self, sheet: QWidget) -> None:
        """Show the sheet from now on; margins follow the look."""
        self.setWidget(sheet)
        self.viewport().setAutoFillBackground(False)
        sheet.setAutoFillBackground(False)
        self._theme.dress(self._dress)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress()

    def _dress(self) -> None:
        """Margins and gaps for the look and the width of now."""
