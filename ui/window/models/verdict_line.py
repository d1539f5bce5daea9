"""A verdict that may take several lines: icon and words, or a turning ring while something is being found out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.window.theme import Theme
from ui.window.widgets.busy import Ring
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.plain_tip import plain_tip
from ui.window.widgets.state import StateLook


class VerdictLine(QWidget):
    """`show_look` is the verdict, `show_busy` what is being done instead."""

    def __init__(self, theme: Theme, look: StateLook, *, tip: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._ring, self._icon = Ring(theme), IconMark(theme, look.icon, color=look.color, side=14)
        self.label = Label(theme, step="state", wrap=True)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self.label, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_look(look, tip=tip)
        theme.dress(self._dress)

    def show_look(self, look: StateLook, *, tip: str = "") -> None:
        """The verdict."""
        self._ring.hide()
        self._icon.set_icon(look.icon)
        self._icon.set_color(look.color)
        self._icon.show()
        self.label.set_color(look.color)
        self._say(look.words)
        plain_tip(self, tip)

    def show_busy(self, said: str) -> None:
        """Something is being done."""
        self._icon.hide()
        self._ring.show()
        self.label.set_color("text2")
        self._say(said)

    def _say(self, said: str) -> None:
        self.label.setText(said)
        self.setAccessibleName(said)

    def _dress(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self._theme.px("icon_to_word"))
        # As high as one line of the words beside it, so that both have the same middle.
        for mark, side in ((self._ring, 16), (self._icon, 14)):
            mark.setFixedSize(self._theme.px(side), self._theme.line_px("state"))
