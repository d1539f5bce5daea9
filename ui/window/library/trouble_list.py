"""The rows of troubles in a card: three at first, the rest inside the card when asked for, all buttons equally wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.window import library_words as words
from ui.window.library.trouble_row import TroubleRow
from ui.window.library.wishes import Attempt, Wish
from ui.window.theme import Theme
from ui.window.widgets.push import Push

SHOWN_FIRST = 3


class TroubleList(QWidget):
    """`all_wanted` fires when there are more than a card unfolds: the file list has them."""

    acted = Signal(object, str)
    stopped = Signal(object)
    all_wanted = Signal()

    def __init__(self, theme: Theme, *, first: int = SHOWN_FIRST) -> None:
        super().__init__()
        self._theme, self._first, self._open = theme, first, False
        self._wishes: Sequence[Wish] = ()
        self._total = 0
        self._fold_words = ""
        self._attempts: Mapping[Path, Attempt] = {}
        self.rows: list[TroubleRow] = []
        self._all, self._lines = QVBoxLayout(self), QVBoxLayout()
        self.rest = Push(theme, "", kind="quiet", icon="chevron-down", flush=True)
        self.rest.clicked.connect(self._rest_pressed)
        self._all.addLayout(self._lines)
        self._all.addWidget(self.rest)
        self.hide()
        theme.dress(self._dress)

    def show_wishes(self, wishes: Sequence[Wish], total: int, *, fold_words: str = "") -> None:
        """Rows for these, of `total` there are; `fold_words` stand on the fold when nothing shows before it."""
        self._total, self._fold_words = total, fold_words
        if list(wishes) != list(self._wishes):
            self._wishes = tuple(wishes)
            self._fill()
        self._show_rest()
        self.setVisible(bool(self._wishes))

    def show_attempts(self, attempts: Mapping[Path, Attempt]) -> None:
        """What becomes of the actions, by the path of their wish."""
        self._attempts = attempts
        for row in self.rows:
            row.show_attempt(attempts.get(row.wish.path))
        self._even()

    def _fill(self) -> None:
        """Rows that stay are kept as they are: a password may be half typed in one of them."""
        shown = self._wishes if self._open else self._wishes[: self._first]
        kept = {row.wish: row for row in self.rows}
        for row in self.rows:
            if row.wish not in shown:
                self._lines.removeWidget(row)
                row.hide()
                row.deleteLater()
        self.rows = []
        for place, wish in enumerate(shown):
            row = kept.get(wish) or self._new_row(wish)
            if self._lines.indexOf(row) != place:
                self._lines.insertWidget(place, row)
                row.show()  # now, so that the keyboard can go to it at once
            self.rows.append(row)
            row.show_attempt(self._attempts.get(wish.path))
        self._even()

    def _new_row(self, wish: Wish) -> TroubleRow:
        row = TroubleRow(self._theme, wish)
        row.acted.connect(self.acted)
        row.stopped.connect(self.stopped)
        return row

    def _even(self) -> None:
        widest = max((row.wanted_button_px() for row in self.rows), default=0)
        for row in self.rows:
            row.button.setMinimumWidth(widest)

    def _show_rest(self) -> None:
        hidden = self._total - len(self.rows)
        self.rest.setVisible(hidden > 0)
        beyond = self._open and hidden > 0
        self.rest.set_icon("list" if beyond else "chevron-down")
        folded = self._fold_words if not self.rows and self._fold_words else words.more_troubles(hidden)
        self.rest.set_words(words.more_in_list(hidden) if beyond else folded)

    def _rest_pressed(self) -> None:
        if self._open:
            self.all_wanted.emit()
            return
        self._open = True
        self._fill()
        self._show_rest()
        if self.rows[self._first :]:
            self.rows[self._first].button.setFocus()

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(t.px(4))
        self._lines.setSpacing(t.px(8))
        self._even()
