"""The foot of an answer from the cloud: what it cost beside what was said, and the way to what was sent."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.window.cloud import cloud_words as words
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push


class CostRow(QWidget):
    """`see_sent` fires with the ledger's number of the entry."""

    see_sent = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._entry = theme, 0
        self.line = Label(theme, step="meta", color="text2", wrap=True, tabular=True)
        self.see = Push(theme, words.SEE_SENT, kind="quiet")
        self.see.set_color("cloudText")
        self.see.clicked.connect(lambda: self.see_sent.emit(self._entry))
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.line, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.see)
        self.hide()
        theme.dress(self._dress)

    def say(self, line: str, entry: int) -> None:
        """The cost, and the entry of the ledger that keeps what was sent; 0 when nothing left."""
        self._entry = entry
        self.line.setText(line)
        self.see.setVisible(entry > 0)
        self.setVisible(bool(line) or entry > 0)

    def _dress(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self._theme.px(12))
