"""What the search took from a question beyond its words, each with the one click that is without it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.values import Understood
from ui.window import words
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push


class UnderstoodLines(QWidget):
    """A quiet line for each; `instead` carries what to ask to be without one."""

    instead = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: list[QHBoxLayout] = []
        self._column = QVBoxLayout(self)
        theme.dress(self._dress)

    def say(self, understood: Sequence[Understood], notices: Sequence[str]) -> None:
        """Show them; called once."""
        for one in understood:
            undo = Push(self._theme, words.without_understood(one), kind="quiet", flush=True)
            undo.clicked.connect(lambda _=False, text=one.undo: self.instead.emit(text))
            self._add(words.understood(one), undo)
        for notice in notices:
            self._add(notice, None)
        self._dress()

    def _add(self, text: str, undo: Push | None) -> None:
        line = QHBoxLayout()
        line.addWidget(Label(self._theme, text, color="text2", wrap=True), 1)
        if undo is not None:
            line.addWidget(undo)
        self._lines.append(line)
        self._column.addLayout(line)

    def _dress(self) -> None:
        t = self._theme
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(t.px(4))
        for line in self._lines:
            line.setSpacing(t.px(12))
