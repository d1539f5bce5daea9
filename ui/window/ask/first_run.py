"""The first minute: no wizard, the normal window with one card that asks for a folder."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.window import library_words, words
from ui.window.theme import Theme
from ui.window.widgets.card import Card, Divider
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.push import Kind, Push


class _Step(QWidget):
    pressed = Signal()

    def __init__(self, theme: Theme, icon: str, title: str, line: str, *, action: str, kind: Kind) -> None:
        super().__init__()
        self._theme = theme
        self._row = QHBoxLayout(self)
        self._row.addWidget(IconMark(theme, icon, color="local"))
        self._said = QVBoxLayout()
        self._said.addWidget(Label(theme, title, step="control", wrap=True))
        self._said.addWidget(Label(theme, line, color="text2", wrap=True))
        self._row.addLayout(self._said, 1)
        self.button = Push(theme, action, kind=kind)
        self.button.clicked.connect(self.pressed)
        self._row.addWidget(self.button)
        theme.dress(self._dress)

    def _dress(self) -> None:
        t = self._theme
        self._row.setContentsMargins(t.px(20), t.px(16), t.px(20), t.px(16))
        self._row.setSpacing(t.px(16))
        self._said.setSpacing(0)
        self.button.setMinimumWidth(t.px(176))


class FirstRun(QScrollArea):
    """`folder_wanted` and `sample_wanted` fire when their buttons are pressed. Scrolls where the window is low."""

    folder_wanted = Signal()
    sample_wanted = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._card = Card(theme)
        add = _Step(
            theme, "folder-plus", words.FIRST_ADD, words.FIRST_ADD_LINE, action=library_words.ADD_FOLDER, kind="primary"
        )
        sample = _Step(
            theme, "book-open", words.FIRST_SAMPLE, words.FIRST_SAMPLE_LINE, action=words.FIRST_SAMPLE_DO, kind="plain"
        )
        add.pressed.connect(self.folder_wanted)
        sample.pressed.connect(self.sample_wanted)
        self._rows = QVBoxLayout(self._card)
        for part in (add, Divider(theme), sample):
            self._rows.addWidget(part)
        self._foot = QHBoxLayout()
        self._foot.addWidget(IconMark(theme, "shield-check", color="local", side=16))
        self._foot.addWidget(Label(theme, words.NO_ACCOUNT, color="text2", wrap=True), 1)
        self._head = QVBoxLayout()
        self._head.addWidget(Label(theme, words.FIRST_TITLE, step="title", wrap=True))
        self._head.addWidget(Label(theme, words.FIRST_LINE, color="text2", wrap=True))
        sheet = QWidget()
        sheet.setAccessibleName(words.FIRST_TITLE)
        self._all = QVBoxLayout(sheet)
        self._all.addLayout(self._head)
        self._all.addWidget(self._card)
        self._all.addLayout(self._foot)
        self._all.addStretch()
        self.setWidget(sheet)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(words.FIRST_TITLE)
        self.viewport().setAutoFillBackground(False)
        sheet.setAutoFillBackground(False)
        theme.dress(self._dress)

    def heightForWidth(self, width: int) -> int:
        """What its contents need."""
        return self._all.totalHeightForWidth(width)

    def _dress(self) -> None:
        t = self._theme
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(t.px(16))
        self._head.setSpacing(t.px(4))
        self._foot.setSpacing(t.px(8))
