"""The foot of the Privacy page: who can reach the network, who sees to that, and the switch that takes it away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.window import privacy_words as words
from ui.window.privacy.privacy_house import Month
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.card import Card
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push
from ui.window.widgets.switch import Switch


class NetworkCard(Card):
    """`blocked` fires with how the switch stands now; `prove_wanted` when the person wants to see for themselves."""

    blocked = Signal(bool)
    prove_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._lock = IconMark(theme, "lock", color="local", side=20)
        self.title = Label(theme, words.ONLY_SENDER, step="control", wrap=True)
        self.enforced = Label(theme, color="text2", wrap=True)
        self.prove = Push(theme, words.PROVE, kind="quiet", flush=True)
        self.prove.set_color("localText")
        self._label = Label(theme, words.BLOCK_ALL, step="control")
        self.switch = Switch(theme, words.BLOCK_ALL)
        self._row, self._words, self._below = QHBoxLayout(self), QVBoxLayout(), QHBoxLayout()
        self._words.addWidget(self.title)
        for part in (self.enforced, self.prove):
            self._below.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self._below.addStretch(1)
        self._words.addLayout(self._below)
        self._row.addWidget(self._lock)
        self._row.addLayout(self._words, 1)
        put(self._row, self._label, self.switch)
        self.switch.clicked.connect(self.blocked)
        self.prove.clicked.connect(self.prove_wanted)
        theme.dress(self._dress)

    def show_month(self, month: Month) -> None:
        """How it stands, as the seal and the courier say."""
        self.title.setText(words.who_reaches(month))
        self.enforced.setText(words.BLOCKED_LINE if month.blocked else words.enforced_line(month))
        self.enforced.setToolTip(month.enforced_how)
        self._lock.set_icon("lock" if month.enforced_by != "nothing" else "triangle-alert")
        self.switch.setChecked(month.blocked)
        self.switch.setEnabled(not month.offline)

    def _dress(self) -> None:
        t = self._theme
        self._row.setContentsMargins(t.px(16), t.px(12), t.px(16), t.px(12))
        self._row.setSpacing(t.px(12))
        self._words.setSpacing(0)
        self._below.setSpacing(t.px(8))
