"""The Library page: what is searchable, folder by folder, while it is being read and after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.values import Notice
from ui.window import words
from ui.window.house import Counts, FolderView
from ui.window.library.folder_card import FolderCardView, Reading, issues_of
from ui.window.theme import Theme
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.notice_line import NoticeLine
from ui.window.widgets.push import Push


class LibraryPage(QScrollArea):
    """Shows what it is given; what the person wants goes out as signals with paths."""

    folder_wanted = Signal()
    again = Signal(object)
    removed = Signal(object)
    paused = Signal(object)
    place_wanted = Signal(object)
    open_again = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cards: dict[Path, FolderCardView] = {}
        self._readings: dict[Path, Reading] = {}
        self._folders: list[FolderView] = []
        self.shut = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(words.LIBRARY)
        self._sheet = QWidget()
        self._sheet.setAccessibleName(words.LIBRARY)
        self._column, self._cards_column = QVBoxLayout(self._sheet), QVBoxLayout()
        self._head, self._foot = QHBoxLayout(), QHBoxLayout()
        self._top, self._titles = QVBoxLayout(), QVBoxLayout()
        self._build()
        self.setWidget(self._sheet)
        self.viewport().setAutoFillBackground(False)
        self._sheet.setAutoFillBackground(False)
        theme.dress(self._dress)

    def _build(self) -> None:
        t = self._theme
        self._title = Label(t, words.LIBRARY, step="title")
        self._add = Push(t, words.ADD_FOLDER, kind="primary", icon="folder-plus")
        self._add.clicked.connect(self.folder_wanted)
        self._head.addWidget(self._title)
        self._head.addStretch()
        self._head.addWidget(self._add)
        self._searchable = Label(t, color="text2", wrap=True, tabular=True)
        self._stays = Label(t, words.FILES_STAY, color="text2", wrap=True, tabular=True)
        self._titles.addWidget(self._searchable)
        self._titles.addWidget(self._stays)
        self._notice = NoticeLine(t, action=words.TRY_AGAIN)
        self._notice.acted.connect(self.open_again)
        self._notice.hide()
        self._empty = Label(t, words.LIBRARY_EMPTY, step="reading", color="text2", wrap=True)
        self._shield = IconMark(t, "shield-check", color="local", side=16)
        self._truth = Label(t, words.ASK_WHILE_READING, color="text2", wrap=True)
        self._foot.addWidget(self._shield)
        self._foot.addWidget(self._truth, 1)
        self._top.addLayout(self._head)
        self._top.addLayout(self._titles)
        self._column.addLayout(self._top)
        self._column.addWidget(self._notice)
        self._column.addWidget(self._empty)
        self._column.addLayout(self._cards_column)
        self._column.addLayout(self._foot)
        self._column.addStretch()

    # ------------------------------------------------------------ what it shows

    def show_folders(self, folders: Sequence[FolderView], totals: Counts | None) -> None:
        """All folders as they stand."""
        paths = [folder.path for folder in folders]
        for gone in [path for path in self._cards if path not in paths]:
            card = self._cards.pop(gone)
            self._cards_column.removeWidget(card)
            card.deleteLater()
        for place, folder in enumerate(folders):
            if folder.path in self._cards:
                self._cards[folder.path].show_folder(folder)
            else:
                self._add_card(folder, place)
        self._folders = list(folders)
        self._show_line()
        if totals is not None:
            self._stays.setText(words.index_line(totals.index_bytes))
        for part in (self._searchable, self._stays, self._shield, self._truth):
            part.setVisible(bool(folders))
        self._empty.setVisible(not folders)

    def show_reading(self, path: Path, reading: Reading | None) -> None:
        """How far one folder is."""
        if reading is None:
            self._readings.pop(path, None)
        else:
            self._readings[path] = reading
        self._show_line()
        if path in self._cards:
            self._cards[path].show_reading(reading)

    def _show_line(self) -> None:
        ready = sum(folder.files_ready for folder in self._folders)
        waiting = sum(reading.of - reading.done for reading in self._readings.values())
        total = ready + issues_of(self._folders) + waiting
        self._searchable.setText(words.library_line(len(self._folders), ready, total))

    def show_shut(self, notice: Notice) -> None:
        """The library cannot be opened: nothing is said about what is in it."""
        self.show_folders((), None)
        self.show_trouble(notice)
        self.shut = True
        self._notice.offer(True)
        self._empty.hide()
        self._add.setEnabled(False)

    def show_trouble(self, notice: Notice | None) -> None:
        """Reading stopped with trouble; None takes the line away."""
        self.shut = False
        self._add.setEnabled(True)
        self._notice.offer(False)
        self._notice.setVisible(notice is not None)
        if notice is not None:
            self._notice.say(notice)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress()

    def _add_card(self, folder: FolderView, place: int) -> None:
        card = FolderCardView(self._theme, folder)
        for signal, ours in (
            (card.again, self.again),
            (card.removed, self.removed),
            (card.paused, self.paused),
            (card.place_wanted, self.place_wanted),
        ):
            signal.connect(ours)
        card.show_reading(self._readings.get(folder.path))
        self._cards[folder.path] = card
        self._cards_column.insertWidget(place, card)

    def _dress(self) -> None:
        t = self._theme
        side = t.px(32 if self.width() >= t.px(560) else 20)
        self._column.setContentsMargins(side, t.px(24), side, t.px(24))
        self._column.setSpacing(t.px(16))
        self._cards_column.setSpacing(t.px(12))
        self._titles.setSpacing(0)
        self._top.setSpacing(t.px(4))
        self._foot.setSpacing(t.px(8))
