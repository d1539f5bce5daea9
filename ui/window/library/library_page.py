"""The Library page: the folders, and behind them the files of one folder and what to include from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.values import Notice
from ui.window.house import Counts, FolderView
from ui.window.library.files_view import FilesView
from ui.window.library.folder_card import FolderCardView
from ui.window.library.rules_view import RulesView
from ui.window.library.shelf_view import ShelfView
from ui.window.theme import Theme
from ui.window.words import LIBRARY


class LibraryPage(QStackedWidget):
    """Shows what it is given; what the person wants goes out as signals of its views and of each new card."""

    card_made = Signal(object)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(LIBRARY)
        self.shelf = ShelfView(theme)
        self.files = FilesView(theme)
        self.sheet = RulesView(theme)
        for view in (self.shelf, self.files, self.sheet):
            self.addWidget(view)
            view.setAccessibleName(LIBRARY)
        self._came_from: Path | None = None
        self.shelf.made.connect(self._made)
        self.files.left.connect(self.show_shelf)
        self.sheet.left.connect(self.show_shelf)

    @property
    def shut(self) -> bool:
        """Whether the library could not be opened."""
        return self.shelf.shut

    @property
    def cards(self) -> dict[Path, FolderCardView]:
        """The cards shown, by folder."""
        return self.shelf.cards

    def show_folders(self, folders: Sequence[FolderView], totals: Counts | None) -> None:
        """All folders as they stand; the page of one that is gone closes."""
        self.shelf.show_folders(folders, totals)
        shown = {folder.path for folder in folders}
        view = self.currentWidget()
        if (view is self.files and self.files.root not in shown) or (
            view is self.sheet and self.sheet.root not in shown
        ):
            self.show_shelf()

    def show_trouble(self, notice: Notice | None) -> None:
        """Something did not go."""
        self.shelf.show_trouble(notice)

    def show_shut(self, notice: Notice) -> None:
        """The library cannot be opened."""
        self.show_shelf()
        self.shelf.show_shut(notice)

    def show_shelf(self) -> None:
        """Back to the folders; the keyboard goes back to the card it came from."""
        self.setCurrentWidget(self.shelf)
        card = self.cards.get(self._came_from) if self._came_from is not None else None
        self._came_from = None
        if card is not None:
            card.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_files(self, root: Path, need_you: bool) -> None:
        """The files of a folder."""
        self._came_from = root
        self.setCurrentWidget(self.files)
        self.files.show_root(root, need_you=need_you)

    def step_out(self) -> bool:
        """One step out; False when there is nothing to step out of."""
        if self.currentWidget() is self.shelf:
            return False
        self.show_shelf()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.currentWidget() is self.files:
                self.files.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        super().keyPressEvent(event)

    def _made(self, card: FolderCardView) -> None:
        card.files_wanted.connect(self.show_files)
        self.card_made.emit(card)
