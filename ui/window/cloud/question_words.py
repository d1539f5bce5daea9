"""Lets the person send their question in other words: what they wrote stays in view beside what leaves."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.window.cloud import cloud_words as words
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push


class QuestionWords(QWidget):
    """`reworded` fires with the words to send instead; empty for the question as it was asked."""

    reworded = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._leaves, self._wrote = theme, "", ""
        self._original = Label(theme, step="meta", color="text2", wrap=True)
        self.change = Push(theme, words.CHANGE_WORDS, kind="quiet", icon="pen-line", flush=True)
        self.field = QLineEdit()
        self.field.setAccessibleName(words.LEAVES_AS)
        self.use = Push(theme, words.USE_WORDS, kind="plain")
        self._row, self._all = QHBoxLayout(), QVBoxLayout(self)
        self._row.addWidget(self.change)
        self._row.addWidget(self.field, 1)
        self._row.addWidget(self.use)
        self._row.addStretch()
        self._all.addWidget(self._original)
        self._all.addLayout(self._row)
        self.change.clicked.connect(self._begin)
        self.use.clicked.connect(self._done)
        self.field.returnPressed.connect(self._done)
        self._show(editing=False)
        theme.dress(self._dress)

    def show_question(self, wrote: str, leaves: str) -> None:
        """What was asked, and the words that leave as they stand before labels."""
        self._wrote, self._leaves = " ".join(wrote.split()), " ".join(leaves.split())
        differs = self._wrote != self._leaves
        self._original.setText(f"{words.YOU_WROTE}: {self._wrote}" if differs else "")
        self._original.setVisible(differs)
        self._show(editing=False)

    @property
    def parts(self) -> list[QWidget]:
        """For the keyboard's round."""
        return [self.change, self.field, self.use]

    def _begin(self) -> None:
        self.field.setText(self._leaves)
        self._show(editing=True)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _done(self) -> None:
        said = " ".join(self.field.text().split())
        self._show(editing=False)
        if said and said != self._leaves:
            self.reworded.emit("" if said == self._wrote else said)

    def _show(self, *, editing: bool) -> None:
        self.change.setVisible(not editing)
        self.field.setVisible(editing)
        self.use.setVisible(editing)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(0)
        self._row.setSpacing(t.px(8))
