"""One model on the Models page: the one in use with its memory, another one, or one that another program has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.model_care import ModelLook
from models.adopting import Found
from models.catalog import Job
from ui.window import models_words as words
from ui.window.models.memory_bar import Legend, MemoryBar
from ui.window.models.verdict_line import VerdictLine
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push
from ui.window.widgets.state import State, StateLook

What = Literal["use", "measure", "check", "show", "remove", "stop"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants done with a model."""

    what: What
    look: ModelLook | None = None
    found: Found | None = None

    @property
    def key(self) -> str:
        """Names the row it belongs to."""
        return self.look.model.id if self.look else str(self.found.path) if self.found else ""


class _Row(QWidget):
    """What all rows have: a name, facts, and what can be done."""

    wished = Signal(object)

    def __init__(self, theme: Theme, *, name: str, facts: str, quiet: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self.name = Label(theme, name, step="control", elide=True)
        self.facts = Label(theme, facts, color="text2", elide=True)
        self.button = Push(theme, words.USE, kind="quiet" if quiet else "plain")
        self.more = Push(theme, words.MORE, kind="icon", icon="ellipsis")
        self.more.setAccessibleName(f"{words.MORE}: {name}")
        self.more.clicked.connect(lambda: self.menu().popup(self._corner()))
        self.setAccessibleName(name)

    def menu(self) -> QMenu:
        """What can be done besides the button."""
        return QMenu(self)

    def set_narrow(self, narrow: bool) -> None:
        """Whether the page is narrow."""

    def _corner(self) -> QPoint:
        at = self.more.mapToGlobal(QPoint(self.more.width(), self.more.height() + 4))
        return at - QPoint(self.menu().sizeHint().width(), 0)

    def _name_button(self, said: str) -> None:
        self.button.set_words(said)
        self.button.setAccessibleName(f"{said}: {self.name.text()}")


class LookRow(_Row):
    """A model on the shelf. The one in use has the large bar and its verdict at the right."""

    def __init__(self, theme: Theme, look: ModelLook, *, now: float) -> None:
        quiet = not look.in_use and not look.fits
        super().__init__(theme, name=look.model.name, facts=words.facts(look), quiet=quiet)
        self.look, self._now = look, now
        self._busy = self._narrow = False
        state = words.state(look, now)
        tip = words.details(look)
        self.state, self.line = State(theme, state), VerdictLine(theme, state, tip=tip)
        self.state.setToolTip(tip)
        self.says = Label(theme, look.model.says, color="text2", wrap=True)
        self.says.setVisible(bool(look.model.says))
        self.checked = VerdictLine(theme, StateLook("list-checks", words.verdict(look, now), "text2"))
        self.checked.setVisible(bool(look.verdict))
        self._all, self._head, self._left = QVBoxLayout(self), QHBoxLayout(), QVBoxLayout()
        self._titles = QHBoxLayout()
        writes = look.model.job is Job.WRITING
        self._large = look.in_use and writes and look.room is not None
        self.bar: MemoryBar | None = None
        self.button.clicked.connect(self._pressed)
        self._build()
        self._show_button()
        theme.dress(self._dress)

    def _build(self) -> None:
        look, room = self.look, self.look.room
        self._titles.addWidget(self.name)
        self._titles.addWidget(self.facts, 1)
        self._titles.addWidget(self.state)
        self._left.addLayout(self._titles)
        put(self._left, self.says, self.line, self.checked)
        self._head.addLayout(self._left, 1)
        if room is not None and not look.in_use:
            self.bar = MemoryBar(self._theme, room, small=True)
            self._head.addWidget(self.bar)
        self._head.addWidget(self.button)
        # Beside one line of words, not beside the middle of three.
        self._head.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop if look.in_use else Qt.AlignmentFlag.AlignVCenter)
        self._all.addLayout(self._head)
        if self._large and room is not None:
            self.bar = MemoryBar(self._theme, room)
            put(self._all, self.bar, Legend(self._theme, room))

    def menu(self) -> QMenu:
        """Measuring and checking for writers; a starter cannot be removed."""
        menu, model, look = QMenu(self), self.look.model, self.look
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if model.job is Job.WRITING and model.state == "ready":
            again = words.MEASURE_AGAIN if look.words_per_s else words.MEASURE
            menu.addAction(again).triggered.connect(lambda: self._wish("measure"))
            check = words.CHECK_AGAIN if look.verdict else words.CHECK
            menu.addAction(check).triggered.connect(lambda: self._wish("check"))
        menu.addAction(words.SHOW_IN_FOLDER).triggered.connect(lambda: self._wish("show"))
        if model.source != "starter":
            menu.addSeparator()
            menu.addAction(words.REMOVE).triggered.connect(lambda: self._wish("remove"))
        return menu

    def show_busy(self, said: str | None) -> None:
        """What is being done with it now, or None."""
        self._busy = said is not None
        if said is None:
            self.line.show_look(words.state(self.look, self._now), tip=words.details(self.look))
        else:
            self.line.show_busy(said)
        self._show_button()
        self._fit()

    def _show_button(self) -> None:
        look = self.look
        if self._busy:
            self._name_button(words.STOP)
        elif look.in_use:
            self._name_button(words.MEASURE)
        else:
            self._name_button(words.USE if look.fits else words.USE_ANYWAY)
        unmeasured = look.model.job is Job.WRITING and not look.words_per_s
        offered = unmeasured if look.in_use else look.model.state == "ready"
        self.button.setVisible(self._busy or offered)

    def _pressed(self) -> None:
        self._wish("stop" if self._busy else "measure" if self.look.in_use else "use")

    def _wish(self, what: What) -> None:
        self.wished.emit(Wish(what, look=self.look))

    def set_narrow(self, narrow: bool) -> None:
        """Where it is narrow the verdict stands under the name, and the small bar goes."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._fit()

    def _fit(self) -> None:
        narrow = self._narrow
        beside = self.look.in_use and not narrow and not self._busy and self.look.model.state == "ready"
        self.state.setVisible(beside)
        self.line.setVisible(not beside)
        if self.bar is not None and not self._large:
            self.bar.setVisible(not narrow)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(t.px(8))
        self._head.setSpacing(t.px(12))
        self._left.setSpacing(0)
        self._titles.setSpacing(t.px(8))
        if self.look.in_use:
            self.name.setMinimumHeight(t.px("button_quiet"))
        self._fit()


class FoundRow(_Row):
    """A file of another program; using it copies nothing."""

    def __init__(self, theme: Theme, found: Found) -> None:
        super().__init__(theme, name=found.name, facts=words.found_facts(found))
        self.found = found
        self.look: ModelLook | None = None
        self._busy = False
        self.line = VerdictLine(theme, StateLook("link", words.STAYS_THERE, "text2"))
        self._head, self._left, self._titles = QHBoxLayout(self), QVBoxLayout(), QHBoxLayout()
        self._titles.addWidget(self.name)
        self._titles.addWidget(self.facts, 1)
        self._left.addLayout(self._titles)
        self._left.addWidget(self.line)
        self._head.addLayout(self._left, 1)
        put(self._head, self.button, self.more)
        self._name_button(words.USE)
        self.button.clicked.connect(lambda: self.wished.emit(Wish("stop" if self._busy else "use", found=found)))
        theme.dress(self._dress)

    def menu(self) -> QMenu:
        """Only its place."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(words.SHOW_IN_FOLDER).triggered.connect(lambda: self.wished.emit(Wish("show", found=self.found)))
        return menu

    def show_busy(self, said: str | None) -> None:
        """What is being done with it now, or None."""
        self._busy = said is not None
        if said is None:
            self.line.show_look(StateLook("link", words.STAYS_THERE, "text2"))
        else:
            self.line.show_busy(said)
        self.button.setEnabled(said is None)

    def _dress(self) -> None:
        t = self._theme
        self._head.setContentsMargins(0, 0, 0, 0)
        self._head.setSpacing(t.px(12))
        self._left.setSpacing(0)
        self._titles.setSpacing(t.px(8))
