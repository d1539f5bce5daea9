"""The Models page: three jobs, what does each, how fast and with how much memory, and what could do it instead."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model_care import Overview
from app.values import Notice
from models.catalog import Job
from ui.window import models_words as words
from ui.window.models.job_card import JobCard
from ui.window.models.model_rows import FoundRow, LookRow
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.notice_line import NoticeLine
from ui.window.widgets.page_area import PageArea, page_side
from ui.window.widgets.push import Push

_NARROW = 780
"""Below this width of the page, at 100 % text, a verdict stands under its name."""


class ModelsPage(PageArea):
    """Shows what it is given; `wished` brings what the person wants done, `file_wanted` asks for the file dialog."""

    wished = Signal(object)
    file_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, words.MODELS)
        self._sheet = QWidget()
        self._column, self._head, self._titles = QVBoxLayout(self._sheet), QHBoxLayout(), QVBoxLayout()
        self._cards, self._foot, self._top = QVBoxLayout(), QHBoxLayout(), QVBoxLayout()
        self.title = Label(theme, words.MODELS, step="title")
        self.use_file = Push(theme, words.USE_A_FILE, icon="folder-open")
        self.use_file.clicked.connect(self.file_wanted)
        self.computer = Label(theme, words.LOADING, color="text2", wrap=True, tabular=True)
        self.here = Label(theme, words.ALL_RUN_HERE, color="text2", wrap=True)
        self.notice = NoticeLine(theme)
        self.notice.hide()
        self.cards = {job: JobCard(theme, job) for job in Job}
        self._timer = IconMark(theme, "timer", color="text2", side=16)
        self.speeds = Label(theme, words.SPEEDS_LINE, color="text2", wrap=True)
        self._build()
        self.hold(self._sheet)

    def _build(self) -> None:
        self._head.addWidget(self.title)
        self._head.addStretch()
        self._head.addWidget(self.use_file)
        put(self._titles, self.computer, self.here)
        self._top.addLayout(self._head)
        self._top.addLayout(self._titles)
        self._column.addLayout(self._top)
        self._column.addWidget(self.notice)
        for card in self.cards.values():
            card.wished.connect(self.wished)
            card.hide()
            self._cards.addWidget(card)
        self._column.addLayout(self._cards)
        self._foot.addWidget(self._timer)
        self._foot.addWidget(self.speeds, 1)
        self._column.addLayout(self._foot)
        self._column.addStretch()

    def show_overview(self, overview: Overview, *, now: float, hidden: frozenset[str] = frozenset()) -> None:
        """Everything anew; `hidden` are the ids of models that were removed a moment ago."""
        self.computer.setText(words.chosen_for(overview.hardware))
        for job, card in self.cards.items():
            looks = [look for look in overview.models if look.model.job is job and look.model.id not in hidden]
            card.show_models(looks, overview.found if job is Job.WRITING else (), now=now)
            card.show()

    def show_busy(self, key: str, said: str | None) -> None:
        """What is being done with one row; None when it is over."""
        row = self.row(key)
        if row is not None:
            row.show_busy(said)

    def row(self, key: str) -> LookRow | FoundRow | None:
        """The row of a model's id, or of the path of a file that another program has."""
        for card in self.cards.values():
            for row in card.rows:
                named = row.look.model.id if isinstance(row, LookRow) else str(row.found.path)
                if named == key:
                    return row
        return None

    def show_trouble(self, notice: Notice | None) -> None:
        """Something did not go; None takes the line away."""
        self.notice.setVisible(notice is not None)
        if notice is not None:
            self.notice.say(notice)
            self.verticalScrollBar().setValue(0)

    def _dress(self) -> None:
        t = self._theme
        side = page_side(t, self.width())
        self._column.setContentsMargins(side, t.px(24), side, t.px(24))
        self._column.setSpacing(t.px(16))
        self._cards.setSpacing(t.px(12))
        self._top.setSpacing(t.px(4))
        self._titles.setSpacing(0)
        self._foot.setSpacing(t.px(8))
        for card in self.cards.values():
            card.set_narrow(0 < self.width() < t.px(_NARROW))
        self._column.activate()
