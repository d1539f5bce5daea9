"""One of the three jobs: the model that does it, and the others that could."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model_care import ModelLook
from models.adopting import Found
from models.catalog import Job
from ui.window import models_words as words
from ui.window.models.model_rows import FoundRow, LookRow
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.card import Card, Divider
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push


class JobCard(Card):
    """`wished` brings a Wish of one of its rows. The others are shown at once for writing, and on demand else."""

    wished = Signal(object)

    def __init__(self, theme: Theme, job: Job) -> None:
        super().__init__(theme)
        self._theme, self.job = theme, job
        title, says, icon = words.JOBS[job]
        self.rows: list[LookRow | FoundRow] = []
        self._icon = IconMark(theme, icon, color="local", side=20)
        self.title = Label(theme, title, step="heading")
        self.says = Label(theme, says, color="text2", elide=True)
        self.fold = Push(theme, words.OTHER_MODELS, kind="quiet", icon="chevron-down")
        self.fold.clicked.connect(self._turn)
        self.none = Label(theme, words.NONE_FOR_JOB[job], color="text2", wrap=True)
        self._divider, self._group = Divider(theme), Label(theme, words.OTHERS[job], step="group", color="text2")
        self._all, self._head, self._body = QVBoxLayout(self), QHBoxLayout(), QVBoxLayout()
        self._head.addWidget(self._icon)
        self._head.addWidget(self.title)
        self._head.addWidget(self.says, 1)
        self._head.addWidget(self.fold)
        self._used, self._others = QWidget(), QWidget()
        self._used_column, self._other_column = QVBoxLayout(self._used), QVBoxLayout(self._others)
        put(self._body, self._used, self.none, self._divider, self._others)
        self._all.addLayout(self._head)
        self._all.addLayout(self._body)
        self._open, self._narrow = job is Job.WRITING, False
        self.setAccessibleName(title)
        theme.dress(self._dress)

    def show_models(self, looks: Sequence[ModelLook], found: Sequence[Found], *, now: float) -> None:
        """All of this job, anew."""
        for column in (self._used_column, self._other_column):
            while (item := column.takeAt(0)) is not None:
                old = item.widget()
                if old is not None and old is not self._group:
                    old.hide()
                    old.deleteLater()
        in_order = sorted(looks, key=lambda look: look.model.state == "damaged")  # what cannot be used comes last
        self.rows = [LookRow(self._theme, look, now=now) for look in in_order]
        self.rows += [FoundRow(self._theme, one) for one in found]
        self.set_narrow(self._narrow)
        self._other_column.addWidget(self._group)
        for row in self.rows:
            row.wished.connect(self.wished)
            used = row.look is not None and row.look.in_use
            (self._used_column if used else self._other_column).addWidget(row)
        used_rows = self._used_column.count()
        self.none.setVisible(not used_rows)
        self._used.setVisible(bool(used_rows))
        several = len(self.rows) > used_rows
        self.fold.setVisible(several and self.job is not Job.WRITING)
        self._unfold(several and self._open)

    def _turn(self) -> None:
        self._unfold(self._others.isHidden())

    def set_narrow(self, narrow: bool) -> None:
        """Whether the page is narrow."""
        self._narrow = narrow
        for row in self.rows:
            row.set_narrow(narrow)
            inner = row.layout()
            if inner is not None:
                inner.activate()
        # At once, from the inside outwards: else the page keeps the width of before until all have been asked in turn.
        for column in (self._used_column, self._other_column, self._all):
            column.activate()

    def _unfold(self, on: bool) -> None:
        self._open = on or (self._open and len(self.rows) < 2)
        self._others.setVisible(on)
        self._divider.setVisible(on)
        self.fold.set_icon("chevron-up" if on else "chevron-down")
        self.fold.set_words(words.HIDE_OTHERS if on else words.OTHER_MODELS)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(t.px(20), t.px(16), t.px(20), t.px(16))
        self._all.setSpacing(t.px(8))
        self._head.setSpacing(t.px(8))
        self._body.setContentsMargins(t.px(28), 0, 0, 0)
        self._body.setSpacing(t.px(12))
        for column in (self._used_column, self._other_column):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(t.px(12))
