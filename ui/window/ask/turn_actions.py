"""What can be done with an answer, in one row under its card."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.window import words
from ui.window.cloud.cloud_words import ASK_CLOUD
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.push import Push


class TurnActions(QWidget):
    """The buttons; the turn connects them and says which are there."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.copy = Push(theme, words.COPY_WITH_SOURCES, kind="quiet", icon="copy", flush=True)
        self.again = Push(theme, words.TRY_AGAIN, kind="quiet", icon="refresh-cw", flush=True)
        self.everywhere = Push(theme, words.SEARCH_ALL, kind="quiet", icon="library", flush=True)
        self.without = Push(theme, words.WITHOUT_MY_FILES, kind="quiet", icon="message-square-text", flush=True)
        self.cloud = Push(theme, ASK_CLOUD, kind="quiet", icon="cloud", flush=True)
        self.cloud.set_color("cloudText")
        self._row = QHBoxLayout(self)
        put(self._row, self.copy, self.again, self.everywhere, self.without, self.cloud)
        self._row.addStretch()
        for button in (self.everywhere, self.without, self.cloud):
            button.hide()
        self.hide()
        theme.dress(self._dress)

    def _dress(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self._theme.px(16))
