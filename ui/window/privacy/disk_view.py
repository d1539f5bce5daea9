"""What Indoors keeps on this disk, place by place: what it is, how large, show it, erase it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.window import privacy_words as words
from ui.window.privacy.privacy_house import DiskPlace
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.card import Divider
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push
from ui.window.words import home_path, size


class DiskRow(QWidget):
    """One place. Erasing asks once, in the row itself, with what it means."""

    shown = Signal(object)
    erased = Signal(str)

    def __init__(self, theme: Theme, place: DiskPlace) -> None:
        super().__init__()
        self._theme, self.place = theme, place
        self.title = Label(theme, place.title, step="control", elide=True)
        self.says = Label(theme, place.says, color="text2", wrap=True)
        lies = home_path(place.path) if place.path is not None else ""
        self.where = Label(theme, lies, step="exact", color="text2", elide=True)
        large = words.SIZE_UNKNOWN if place.size_bytes is None else size(place.size_bytes)
        self.large = Label(theme, large, color="text2", tabular=True)
        self.show_button = Push(theme, words.SHOW, kind="quiet", icon="folder-open")
        self.erase = Push(theme, words.ERASE, kind="quiet", icon="eraser")
        self.keep = Push(theme, words.KEEP_IT, kind="plain")
        self.sure = Push(theme, words.ERASE, kind="plain")
        self.sure.set_color("danger")
        for button in (self.show_button, self.erase, self.sure):
            button.setAccessibleName(f"{button.text()}: {place.title}")
        self._all, self._head, self._doings = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        self._head.addWidget(self.title, 1)
        put(self._head, self.large)
        self._doings.addWidget(self.where, 100)
        self._doings.addStretch(1)
        put(self._doings, self.show_button, self.erase, self.keep, self.sure)
        self._all.addLayout(self._head)
        self._all.addWidget(self.says)
        self._all.addLayout(self._doings)
        self.show_button.clicked.connect(lambda: self.shown.emit(place.path))
        self.erase.clicked.connect(lambda: self._ask(True))
        self.keep.clicked.connect(lambda: self._ask(False))
        self.sure.clicked.connect(lambda: self.erased.emit(place.key))
        self._ask(False)
        theme.dress(self._dress)

    def _ask(self, asking: bool) -> None:
        self.says.setText(self.place.erasable if asking else self.place.says)
        self.says.set_color("text" if asking else "text2")
        self.where.setVisible(not asking)
        self.show_button.setVisible(not asking and self.place.path is not None)
        self.erase.setVisible(not asking and bool(self.place.erasable))
        for part in (self.keep, self.sure):
            part.setVisible(asking)
        if asking:
            self.keep.setFocus(Qt.FocusReason.TabFocusReason)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        self._all.setSpacing(0)
        self._head.setSpacing(t.px(12))
        self._doings.setSpacing(t.px(8))


class DiskView(QScrollArea):
    """`shown` brings a path, `erased` the key of a place."""

    shown = Signal(object)
    erased = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: list[DiskRow] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(words.ON_THIS_DISK)
        self._sheet = QWidget()
        self._column = QVBoxLayout(self._sheet)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setWidget(self._sheet)
        self.viewport().setAutoFillBackground(False)
        self._sheet.setAutoFillBackground(False)

    def show_places(self, places: Sequence[DiskPlace]) -> None:
        """Everything that is kept."""
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.rows = []
        for number, place in enumerate(places):
            if number:
                self._column.addWidget(Divider(self._theme))
            row = DiskRow(self._theme, place)
            row.shown.connect(self.shown)
            row.erased.connect(self.erased)
            self._column.addWidget(row)
            self.rows.append(row)
        self._column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sheet.setMaximumWidth(self.viewport().width())
