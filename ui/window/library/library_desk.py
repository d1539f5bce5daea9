"""Joins the Library page to the librarian: what a card or a list asks for is done, what was done is shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.library.rules import Rules
from app.store.listing import FileLine
from app.values import TroubleKind
from models.api import Cancel
from ui.window import library_words as words
from ui.window.house import Preview
from ui.window.jobs import Job, Jobs
from ui.window.library.files_view import PAGE_ROWS
from ui.window.library.folder_card import FolderCardView
from ui.window.library.librarian import Librarian
from ui.window.library.library_page import LibraryPage
from ui.window.library.trouble_row import TroubleRow
from ui.window.library.wishes import Wish
from ui.window.theme import Theme
from ui.window.widgets.popover import Popover
from ui.window.words import CLOSE


class LibraryDesk(QObject):
    """`outside_wanted` opens a path in its own program, `passage_wanted` brings a passage for the source panel."""

    outside_wanted = Signal(object)
    passage_wanted = Signal(object)

    def __init__(self, theme: Theme, jobs: Jobs, page: LibraryPage, librarian: Librarian, *, window: QWidget) -> None:
        super().__init__(page)
        self._jobs, self._page, self._keeper = jobs, page, librarian
        self.popover = Popover(theme, window, close=CLOSE)
        self._preview: Job[Preview] | None = None
        self._connect()

    def _connect(self) -> None:
        page, keeper = self._page, self._keeper
        page.card_made.connect(self._connect_card)
        keeper.changed.connect(page.show_folders)
        keeper.worked.connect(page.shelf.show_works)
        keeper.trouble.connect(page.show_trouble)
        keeper.attempts.changed.connect(page.shelf.show_attempts)
        keeper.attempts.changed.connect(page.files.show_attempts)
        keeper.changed.connect(self._files_may_have_changed)
        page.files.wanted.connect(self._list)
        page.files.wished.connect(self._file_wish)
        page.files.acted.connect(self._act)
        page.files.stopped.connect(keeper.attempts.stop)
        page.sheet.typed.connect(self._try_rules)
        page.sheet.saved.connect(self._save_rules)
        page.sheet.left.connect(self._stop_counting)

    def _connect_card(self, card: FolderCardView) -> None:
        keeper = self._keeper
        card.again.connect(lambda path: keeper.add([path], again=True))
        card.removed.connect(keeper.remove)
        card.paused.connect(keeper.pause)
        card.read_now.connect(keeper.read_now)
        card.never_cloud.connect(keeper.set_never_cloud)
        card.place_wanted.connect(self._show_place)
        card.rules_wanted.connect(self._open_rules)
        card.acted.connect(self._act)
        card.stopped.connect(keeper.attempts.stop)

    # ------------------------------------------------------------ the one action of a row

    def _act(self, folder: Path, wish: Wish, password: str) -> None:
        match wish.trouble:
            case TroubleKind.LOCKED | TroubleKind.PICTURES | TroubleKind.TOO_LARGE | TroubleKind.CLOUD_ONLY:
                self._keeper.attempts.act(folder, wish, password)
            case TroubleKind.NO_PERMISSION:
                button = self._button_of(wish)
                if button is not None:
                    self.popover.say(words.HOW_TO_OPEN, words.how_to_open(), beside=button)
            case TroubleKind.UNSUPPORTED:
                self._keeper.hide_kind(folder, wish.kind)
            case _:
                self.outside_wanted.emit(wish.place)

    def _button_of(self, wish: Wish) -> QWidget | None:
        rows = self._page.findChildren(TroubleRow)
        return next((row.button for row in rows if row.wish == wish and row.isVisible()), None)

    def _show_place(self, path: Path) -> None:
        folder = self._page.cards.get(path)
        single = folder is not None and folder.single
        self.outside_wanted.emit(path.parent if single else path)

    # ------------------------------------------------------------ files

    def _list(self, root: Path, text: str, need_you: bool, offset: int) -> None:
        house = self._keeper.house
        if house is None:
            return

        def ask(cancel: Cancel) -> tuple[Sequence[FileLine], int]:
            return house.library.files(root, words=text, need_you=need_you, limit=PAGE_ROWS, offset=offset)

        def take(found: tuple[Sequence[FileLine], int]) -> None:
            self._page.files.show_lines((root, text, need_you, offset), *found)

        self._jobs.once(ask, on_value=take, on_failed=self._keeper.trouble.emit)

    def _files_may_have_changed(self) -> None:
        files = self._page.files
        # Someone reading further down is not thrown back to the top.
        if self._page.currentWidget() is files and len(files.rows.rows) <= PAGE_ROWS:
            self._list(files.root, files.search.text().strip(), files.need_you, 0)

    def _file_wish(self, wish: str, line: FileLine) -> None:
        if wish == "open":
            self.outside_wanted.emit(line.file)
        elif wish == "preview" and line.document is not None:
            self._preview_file(line.document)
        elif wish == "again":
            self._keeper.add([line.file], again=True)
        elif wish == "never":
            self._keeper.set_never_cloud(line.file, True)
        elif wish == "remove":
            files = self._page.files
            if line.file == files.root:
                self._keeper.remove(files.root)
                return
            files.hide_file(line)
            self._keeper.remove_files(files.root, [line.file], undone=files.bring_back)

    def _preview_file(self, document: int) -> None:
        house = self._keeper.house
        if house is not None:
            self._jobs.once(
                lambda cancel: house.library.first_passage(document),
                on_value=lambda passage: self.passage_wanted.emit(passage) if passage is not None else None,
                on_failed=self._keeper.trouble.emit,
            )

    # ------------------------------------------------------------ what to include

    def _open_rules(self, path: Path) -> None:
        house = self._keeper.house
        if house is None:
            return

        def take(rules: Rules) -> None:
            self._page.setCurrentWidget(self._page.sheet)
            self._page.sheet.show_rules(path, rules)

        self._jobs.once(lambda cancel: house.library.rules(path), on_value=take, on_failed=self._keeper.trouble.emit)

    def _try_rules(self, path: Path, rules: Rules) -> None:
        house = self._keeper.house
        self._stop_counting()
        if house is None:
            return
        job = self._jobs.start(lambda cancel: house.library.preview(path, rules, cancel))
        job.batch.connect(lambda found: self._page.sheet.show_preview(found[-1]) if job is self._preview else None)
        job.failed.connect(self._keeper.trouble)
        self._preview = job

    def _save_rules(self, path: Path, rules: Rules) -> None:
        house = self._keeper.house
        if house is not None:
            self._keeper.wish(partial(house.library.set_rules, path, rules))
        self._stop_counting()
        self._page.show_shelf()

    def _stop_counting(self) -> None:
        if self._preview is not None:
            self._preview.stop()
            self._preview = None
