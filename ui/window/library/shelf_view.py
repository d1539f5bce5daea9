"""What is searchable, folder by folder: title, two lines of truth, a card for each folder, and what is never done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.values import Notice
from ui.window import library_words as words
from ui.window.house import Counts, FolderView, FolderWork
from ui.window.library.add_button import AddButton
from ui.window.library.folder_card import FolderCardView
from ui.window.library.wishes import Attempt
from ui.window.theme import Theme
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.notice_line import NoticeLine
from ui.window.widgets.page_area import PageArea, page_side
from ui.window.words import LIBRARY, TRY_AGAIN


class ShelfView(PageArea):
    """Shows what it is given. `made` fires with each new card, so that the page can connect it."""

    made = Signal(object)
    open_again = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, LIBRARY)
        self.cards: dict[Path, FolderCardView] = {}
        self._works: dict[Path, FolderWork] = {}
        self._attempts: Mapping[Path, Attempt] = {}
        self._folders: Sequence[FolderView] = ()
        self.shut = False
        self._sheet = QWidget()
        self._sheet.setAccessibleName(LIBRARY)
        self._column, self._cards_column = QVBoxLayout(self._sheet), QVBoxLayout()
        self._head, self._foot, self._note_row = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._top, self._titles = QVBoxLayout(), QVBoxLayout()
        self._build()
        self.hold(self._sheet)

    def _build(self) -> None:
        t = self._theme
        self.title = Label(t, LIBRARY, step="title")
        self.add = AddButton(t)
        self._head.addWidget(self.title)
        self._head.addStretch()
        self._head.addWidget(self.add)
        self.searchable = Label(t, color="text2", wrap=True, tabular=True)
        self.stays = Label(t, words.FILES_STAY, color="text2", wrap=True, tabular=True)
        self.meaning = Label(t, color="text2", wrap=True, tabular=True)
        for line in (self.searchable, self.stays, self.meaning):
            self._titles.addWidget(line)
        self.notice = NoticeLine(t, action=TRY_AGAIN)
        self.notice.acted.connect(self.open_again)
        self.notice.hide()
        self.empty = Label(t, words.LIBRARY_EMPTY, step="reading", color="text2", wrap=True)
        self._note_icon = IconMark(t, "globe", color="warn", side=16)
        self.note = Label(t, color="text2", wrap=True)
        self._note_row.addWidget(self._note_icon)
        self._note_row.addWidget(self.note, 1)
        self._shield = IconMark(t, "shield-check", color="local", side=16)
        self._truth = Label(t, words.ASK_WHILE_READING, color="text2", wrap=True)
        self._foot.addWidget(self._shield)
        self._foot.addWidget(self._truth, 1)
        self._top.addLayout(self._head)
        self._top.addLayout(self._titles)
        self._column.addLayout(self._top)
        self._column.addWidget(self.notice)
        self._column.addWidget(self.empty)
        self._column.addLayout(self._cards_column)
        self._column.addLayout(self._note_row)
        self._column.addLayout(self._foot)
        self._column.addStretch()

    # ------------------------------------------------------------ what it shows

    def show_folders(self, folders: Sequence[FolderView], totals: Counts | None) -> None:
        """All folders as they stand."""
        paths = {folder.path for folder in folders}
        for gone in [path for path in self.cards if path not in paths]:
            card = self.cards.pop(gone)
            self._cards_column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, folder in enumerate(folders):
            if folder.path in self.cards:
                self.cards[folder.path].show_folder(folder)
            else:
                self._add_card(folder, place)
        self._folders = folders
        self._show_lines(totals)
        for part in (self.searchable, self.stays, self._shield, self._truth):
            part.setVisible(bool(folders))
        self.empty.setVisible(not folders)

    def show_works(self, works: Sequence[FolderWork]) -> None:
        """What is going on in the folders."""
        self._works = {work.path: work for work in works}
        for path, card in self.cards.items():
            card.show_work(self._works.get(path))

    def show_attempts(self, attempts: Mapping[Path, Attempt]) -> None:
        """What becomes of the actions of the rows."""
        self._attempts = attempts
        for card in self.cards.values():
            card.show_attempts(attempts)

    def show_shut(self, notice: Notice) -> None:
        """The library cannot be opened: nothing is said about what is in it."""
        self.show_folders((), None)
        self.show_trouble(notice)
        self.shut = True
        self.notice.offer(True)
        self.empty.hide()
        self.add.setEnabled(False)

    def show_trouble(self, notice: Notice | None) -> None:
        """Something did not go; None takes the line away."""
        self.shut = False
        self.add.setEnabled(True)
        self.notice.offer(False)
        self.notice.setVisible(notice is not None)
        if notice is not None:
            self.notice.say(notice)

    # ------------------------------------------------------------ its own

    def _show_lines(self, totals: Counts | None) -> None:
        ready = sum(folder.files_ready for folder in self._folders)
        failed = sum(folder.files_failed for folder in self._folders)
        shown = {folder.path for folder in self._folders}
        waiting = sum(max(0, work.of - work.done) for work in self._works.values() if work.path in shown)
        self.searchable.setText(words.library_line(len(self._folders), ready, failed, waiting))
        if totals is None:
            return
        self.stays.setText(words.index_line(totals.index_bytes))
        meaning = words.meaning_line(totals.with_meaning, totals.passages)
        self.meaning.setText(meaning)
        self.meaning.setVisible(bool(meaning and self._folders))
        self.note.setText(totals.note)
        for part in (self.note, self._note_icon):
            part.setVisible(bool(totals.note and self._folders))

    def _add_card(self, folder: FolderView, place: int) -> None:
        card = FolderCardView(self._theme, folder)
        card.show_work(self._works.get(folder.path))
        card.show_attempts(self._attempts)
        self.cards[folder.path] = card
        self._cards_column.insertWidget(place, card)
        self.made.emit(card)

    def _dress(self) -> None:
        t = self._theme
        side = page_side(t, self.width())
        self._column.setContentsMargins(side, t.px(24), side, t.px(24))
        self._column.setSpacing(t.px(16))
        self._cards_column.setSpacing(t.px(12))
        self._titles.setSpacing(0)
        self._top.setSpacing(t.px(4))
        self._foot.setSpacing(t.px(8))
        self._note_row.setSpacing(t.px(8))
