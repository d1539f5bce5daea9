"""One of several choices of which exactly one holds: what a tab and a segment have in common but their looks."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from ui.window.theme import Theme
from ui.window.widgets.pointed import Pointed


class ChoiceButton(Pointed):
    """Checkable, named by its words, as large as they need; painted by its heirs, who say `sizeHint`."""

    def __init__(self, theme: Theme, said: str) -> None:
        super().__init__(said)
        self._theme = theme
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(said)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _dress(self) -> None:
        self.setFont(self._theme.font("control"))
        self.updateGeometry()
        self.update()
