"""The one window: rail, the page chosen, the source panel beside or over it, and the strip along the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, QSettings, QSize, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.values import Citation, Notice
from models.api import Cancel
from ui.window import library_words, privacy_words, words
from ui.window.ask.address_card import AddressCard
from ui.window.ask.ask_page import AskPage
from ui.window.ask.source_panel import Shown, SourcePanel
from ui.window.cloud.cloud_desk import CloudDesk
from ui.window.house import House, Standing, SuggestedQuestion, Talk
from ui.window.jobs import Jobs
from ui.window.keyboard import give_keys
from ui.window.library.librarian import Librarian
from ui.window.library.library_desk import LibraryDesk
from ui.window.library.library_page import LibraryPage
from ui.window.models.models_desk import ModelsDesk
from ui.window.pages import Pages
from ui.window.privacy.privacy_desk import PrivacyDesk
from ui.window.rail import Entry, Rail, RecentTalk
from ui.window.side_room import SideRoom
from ui.window.status_strip import StatusStrip
from ui.window.theme import Theme
from ui.window.tokens import tokens
from ui.window.widgets.choose_files import choose
from ui.window.widgets.drop_veil import DropVeil
from ui.window.widgets.hover_card import HoverCard
from ui.window.widgets.toast import Toast

if TYPE_CHECKING:
    from app.ask.past import PastTurn
    from ui.window.listen.transcribe_page import TranscribePage
    from ui.window.summaries.summaries_page import SummariesPage
    from ui.window.widgets.making_page import MakingPage

ENTRIES = (
    Entry("ask", words.ASK, "message-square-text"),
    Entry("library", words.LIBRARY, "library"),
    Entry("transcribe", words.TRANSCRIBE, "mic"),
    Entry("summaries", words.SUMMARIES, "file-text"),
)
FOOT = (
    Entry("models", words.MODELS, "cpu"),
    Entry("privacy", privacy_words.PRIVACY, "shield-check"),
    Entry("settings", privacy_words.SETTINGS, "settings", chord="Ctrl+,"),
)
_RECENT = 12


class MainWindow(QWidget):
    """Shown before the house is open; `move_in` makes it work. `closing` fires once, when the person closes it."""

    closing = Signal()
    sample_wanted = Signal()
    open_again = Signal()

    def __init__(self, theme: Theme, jobs: Jobs, *, remembered: QSettings | None = None) -> None:
        super().__init__()
        self.theme, self.jobs, self._remembered = theme, jobs, remembered
        self.house: House | None = None
        self.setWindowTitle(words.NAME)
        self.setMinimumSize(*tokens().window_min)
        self.rail = Rail(theme, ENTRIES, FOOT)
        self.strip = StatusStrip(theme)
        self.ask_page, self.library_page = AskPage(theme, jobs), LibraryPage(theme)
        self._making: list[MakingPage] = []
        self.pages = Pages(
            {"ask": self.ask_page, "library": self.library_page},
            {
                "transcribe": self._make_transcribe,
                "summaries": self._make_summaries,
                "models": lambda: self.models.make_page(),
                "privacy": lambda: self.privacy.make_page(),
                "settings": lambda: self.privacy.setup.make_page(),
            },
        )
        self.panel = SourcePanel(theme, jobs)
        self.librarian = Librarian(jobs)
        self.side = SideRoom(theme, self.pages, window=self, rail=self.rail)
        self.side.take(self.panel)
        self.privacy = PrivacyDesk(theme, jobs, window=self)
        self.models = ModelsDesk(theme, jobs, window=self)
        self._lay_out()
        self.toast, self.hover = Toast(theme, self), HoverCard(theme, self)
        self.desk = LibraryDesk(theme, jobs, self.library_page, self.librarian, window=self)
        self.address = AddressCard(theme, self)
        self.cloud = CloudDesk(theme, jobs, self.ask_page, window=self)
        self._veil = DropVeil(theme, self)
        self._veil.dropped.connect(self._dropped)
        self._connect()
        give_keys(self, [entry.key for entry in ENTRIES], on=self)
        self.show_page("ask")
        self._restore()
        theme.dress(self._dress)

    # ------------------------------------------------------------ the house opens

    def move_in(self, house: House) -> None:
        """Everything that needs the house begins to work."""
        self.house = house
        if self.library_page.shut:
            self.library_page.show_trouble(None)
            self.show_page("ask")
        self.panel.move_in(house)
        self.ask_page.move_in(house)
        self.cloud.move_in(house.cloud)
        self.librarian.move_in(house)
        for page in self._making:
            page.move_in(house)
        self.privacy.move_in(house.privacy)
        self.models.move_in(house.models)
        self.refresh()

    def stay_outside(self, notice: Notice) -> None:
        """The house could not be opened: say so where the person looks; `open_again` fires when they try again."""
        self.strip.say(notice.happened)
        self.show_page("library")
        self.library_page.show_shut(notice)

    def refresh(self) -> None:
        """Ask again for what stands in rail, strip and empty page."""
        house = self.house
        if house is None:
            return

        def ask(cancel: Cancel) -> tuple[list[RecentTalk], Standing, list[SuggestedQuestion]]:
            recent = [RecentTalk(number, title) for number, title in house.recent_conversations(_RECENT)]
            return recent, house.status(), list(house.suggested_questions())

        def take(found: tuple[list[RecentTalk], Standing, list[SuggestedQuestion]]) -> None:
            self.rail.set_recent(found[0])
            self.strip.show_standing(found[1])
            self.ask_page.suggest(found[2])

        self.jobs.once(ask, on_value=take, on_failed=lambda notice: self.strip.say(notice.happened))

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Read these files and folders into the library."""
        if paths:
            self.librarian.add([path.absolute() for path in paths])
            self.toast.say(library_words.added(paths[0].name))

    # ------------------------------------------------------------ pages and panel

    def show_page(self, key: str) -> None:
        """One of the entries of the rail."""
        self.pages.setCurrentWidget(self.pages.page(key))
        self.rail.show_chosen(key)
        self.hover.hide()
        self.privacy.shown(key)
        if key != "ask":
            self.close_panel()
        if key == "ask":
            self.ask_page.composer.field.setFocus()

    def show_source(self, shown: Shown) -> None:
        """Open the panel at a citation or a passage."""
        self.hover.hide()
        self.side.open(self.panel)
        self.panel.show_source(shown)

    def say(self, message: str) -> None:
        """One short message, no error."""
        self.toast.say(message)

    def show_sent(self, entry: int) -> None:
        """The Privacy ledger with one of its entries open."""
        self.show_page("privacy")
        self.privacy.show_entry(entry)

    def close_panel(self) -> None:
        """Close the panel."""
        self.side.close_panel()
        self.ask_page.mark_closed()
        for page in self._making:
            page.mark_closed()

    def reopen(self, number: int) -> None:
        """Open an earlier conversation."""
        house = self.house
        if house is None:
            return

        def fetch(cancel: Cancel) -> tuple[Talk, Sequence[PastTurn]]:
            return house.asking.resume(number), house.turns(number)

        def take(found: tuple[Talk, Sequence[PastTurn]]) -> None:
            self.show_page("ask")
            self.ask_page.reopen(*found)

        self.jobs.once(fetch, on_value=take, on_failed=lambda notice: self.toast.say(notice.happened))

    # ------------------------------------------------------------ building

    @property
    def transcribe_page(self) -> TranscribePage:
        """Built when it is first wanted."""
        return cast("TranscribePage", self.pages.page("transcribe"))

    @property
    def summaries_page(self) -> SummariesPage:
        """Built when it is first wanted."""
        return cast("SummariesPage", self.pages.page("summaries"))

    def _make_transcribe(self) -> MakingPage:
        from ui.window.listen.transcribe_page import TranscribePage

        return self._furnish(TranscribePage(self.theme, self.jobs))

    def _make_summaries(self) -> MakingPage:
        from ui.window.summaries.summaries_page import SummariesPage

        return self._furnish(SummariesPage(self.theme, self.jobs))

    def _furnish(self, page: MakingPage) -> MakingPage:
        page.file_wanted.connect(lambda: self._choose_for(page))
        page.said.connect(self.toast.say)
        page.made.connect(self.librarian.refresh)
        page.source_wanted.connect(self.show_source)
        if self.house is not None:
            page.move_in(self.house)
        self._making.append(page)
        return page

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.side, 1)
        right.addWidget(self.strip)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addLayout(right, 1)

    def _connect(self) -> None:
        self.cloud.connect_window(self)
        self.rail.chosen.connect(self.show_page)
        self.rail.reopened.connect(self.reopen)
        ask, books = self.ask_page, self.library_page
        ask.source_wanted.connect(self.show_source)
        ask.source_gone.connect(self.close_panel)
        ask.pointed.connect(self._point)
        ask.address_wanted.connect(self.address.show_address)
        self.address.opened.connect(self.open_address)
        ask.folder_wanted.connect(self.choose_folder)
        ask.file_wanted.connect(self.choose_files)
        ask.sample_wanted.connect(self.sample_wanted)
        ask.stored.connect(self.refresh)
        ask.said.connect(self.toast.say)
        self.hover.opened.connect(ask.open_number)
        self.panel.closed.connect(self.close_panel)
        self.panel.opened_outside.connect(self.open_outside)
        books.shelf.open_again.connect(self.open_again)
        books.shelf.add.folder_wanted.connect(self.choose_folder)
        books.shelf.add.files_wanted.connect(self.choose_files)
        self.desk.outside_wanted.connect(self.open_outside)
        self.desk.passage_wanted.connect(lambda passage: self.show_source(Shown.of_passage(passage)))
        self.privacy.connect_window(self)
        self.models.connect_window(self)
        keeper = self.librarian
        keeper.changed.connect(lambda folders, totals: ask.set_folders(folders, partial=bool(keeper.leaving)))
        keeper.said.connect(lambda message, undo, done: self.toast.say(message, undo=undo, done=done))
        keeper.settled.connect(self.refresh)

    # ------------------------------------------------------------ what the person does

    def choose_folder(self) -> None:
        """The system's folder dialog, then read."""
        choose(self, "folder", library_words.ADD_FOLDER, take=self.add_paths)

    def choose_files(self) -> None:
        """The system's file dialog, then read."""
        choose(self, "files", library_words.ADD_FILES, take=self.add_paths)

    def _choose_for(self, page: MakingPage) -> None:
        choose(self, "file", words.OPEN, take=lambda paths: page.begin(paths[0]))

    def open_outside(self, path: Path) -> None:
        """Open a file or folder in its own program, through the courier."""
        house = self.house
        if house is not None:
            self.jobs.once(
                lambda cancel: house.open_document(path),
                on_value=lambda _: None,
                on_failed=lambda notice: self.toast.say(notice.happened),
            )

    def open_address(self, address: str) -> None:
        """Open an address the person has seen whole, through the courier."""
        house = self.house
        if house is not None:
            self.jobs.once(
                lambda cancel: house.open_address(address),
                on_value=lambda _: None,
                on_failed=lambda notice: self.toast.say(notice.happened),
            )

    def new_question(self) -> None:
        """An empty page and the caret in the box."""
        self.show_page("ask")
        self.ask_page.new_question()

    def turn_block(self) -> None:
        """Block all network, or give it back."""
        self.privacy.turn_block()

    def stop_work(self) -> None:
        """Stop what the page shown is doing, or else the reading."""
        page = self._making_page()
        if page is not None and page.busy:
            page.stop()
        elif self.ask_page.talker.busy:
            self.ask_page.talker.stop()
        else:
            self.librarian.stop()

    def _making_page(self) -> MakingPage | None:
        return next((page for page in self._making if page is self.pages.currentWidget()), None)

    def step_out(self) -> None:
        """One step out: card, panel, page behind a page, then stop."""
        if self.cloud.step_out():
            pass
        elif self.address.isVisible():
            self.address.leave()
        elif self.desk.popover.isVisible():
            self.desk.popover.leave()
        elif self.privacy.step_out():
            pass
        elif self.hover.isVisible():
            self.hover.hide()
        elif self.side.shown is not None:
            self.close_panel()
        elif self.pages.currentWidget() is self.library_page and self.library_page.step_out():
            pass
        elif self.ask_page.talker.busy:
            self.ask_page.talker.stop()

    def _point(self, citation: Citation | None, place: QPoint) -> None:
        if citation is None:
            self.hover.leave()
        else:
            self.hover.show_citation(citation, place)

    # ------------------------------------------------------------ size and place

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._remembered is not None:
            self._remembered.setValue("geometry", self.saveGeometry())
            self._remembered.setValue("panel_px", self.side.panel_px)
            self._remembered.setValue("text_percent", round(self.theme.scale * 100))
        self.models.close()
        self.closing.emit()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(*tokens().window)

    def _restore(self) -> None:
        self.resize(*tokens().window)
        if self._remembered is not None and self._remembered.contains("geometry"):
            self.restoreGeometry(self._remembered.value("geometry"))
            self.side.set_panel_px(int(str(self._remembered.value("panel_px", self.side.panel_px))))

    def _fit(self) -> None:
        t = self.theme
        self.rail.set_narrow(self.width() < t.px("rail_icons_below_window"))
        if self.toast.isVisible():
            self.toast.place()
        self.hover.hide()
        self.side.place()

    def _dress(self) -> None:
        self.setMinimumSize(*tokens().window_min)
        self._fit()

    # ------------------------------------------------------------ dropping files

    def _dropped(self, paths: Sequence[Path]) -> None:
        page = self._making_page()
        if page is not None:
            page.begin(paths[0])
        else:
            self.add_paths(paths)
