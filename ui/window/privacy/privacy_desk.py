"""Joins the Privacy page, its panel, the cost meter and the cloud's settings to the house behind the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.values import Notice
from models.api import Cancel
from ui.window import privacy_words as words
from ui.window import spending_words
from ui.window.jobs import Jobs
from ui.window.privacy.privacy_house import (
    CloudLook,
    ConnectionLine,
    DiskPlace,
    ExportForm,
    Month,
    MonthMoney,
    PrivacyHouse,
    SentEntry,
    SentLine,
)
from ui.window.privacy.setup_desk import SetupDesk
from ui.window.theme import Theme
from ui.window.widgets.choose_files import choose_new
from ui.window.widgets.paged_rows import PAGE_ROWS
from ui.window.widgets.popover import Popover
from ui.window.words import CLOSE

if TYPE_CHECKING:
    from ui.window.ask.ask_page import AskPage
    from ui.window.privacy.entry_panel import EntryPanel
    from ui.window.privacy.privacy_page import PrivacyPage
    from ui.window.side_room import SideRoom
    from ui.window.spending.cost_meter import CostMeter
    from ui.window.status_strip import StatusStrip

Found = TypeVar("Found")

_LOOK_EVERY_MS = 60_000
"""How often the strip asks by itself: the day turns, and a terminal may have sent something."""


class DeskWindow(Protocol):
    """The window as this desk sees it."""

    strip: StatusStrip
    ask_page: AskPage
    side: SideRoom

    def close_panel(self) -> None: ...
    def open_outside(self, path: Path) -> None: ...
    def say(self, message: str) -> None: ...
    def show_sent(self, entry: int) -> None: ...


class PrivacyDesk(QObject):
    """`looked` brings what the strip shows; `panel_wanted` asks for the entry's panel; `said` is for the toast."""

    looked = Signal(CloudLook)
    panel_made = Signal(QWidget)
    panel_wanted = Signal(QWidget)
    panel_done = Signal()
    outside_wanted = Signal(object)
    said = Signal(str)
    entry_page_wanted = Signal(int)

    def __init__(self, theme: Theme, jobs: Jobs, *, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._jobs, self._window = theme, jobs, window
        self.house: PrivacyHouse | None = None
        self.page: PrivacyPage | None = None
        self._panel: EntryPanel | None = None
        self.popover = Popover(theme, window, close=CLOSE)
        self.setup = SetupDesk(theme, jobs, self)
        self._month: Month | None = None
        self._wanted_entry = 0
        self._meter: CostMeter | None = None
        self._last_look: CloudLook | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_EVERY_MS)
        self._clock.timeout.connect(self.look)

    # ------------------------------------------------------------ for the window

    def connect_window(self, window: DeskWindow) -> None:
        """The strip, the panel's room, the toast and documents outside belong to the window."""
        self.looked.connect(window.strip.show_cloud)
        self.looked.connect(lambda look: window.ask_page.say_truth(spending_words.truth(look)))
        window.strip.meter.clicked.connect(lambda: self.show_meter(window.strip.meter))
        self.panel_made.connect(window.side.take)
        self.panel_wanted.connect(window.side.open)
        self.panel_done.connect(window.close_panel)
        self.outside_wanted.connect(window.open_outside)
        self.said.connect(window.say)
        self.entry_page_wanted.connect(window.show_sent)

    def move_in(self, house: PrivacyHouse | None) -> None:
        """The house is open; None for one that keeps no ledger."""
        self.house = house
        if house is not None:
            self._clock.start()
            self.refresh()

    def shown(self, key: str) -> None:
        """Another page is shown: what stands on it is asked for again; an entry stands beside its list only."""
        if key != "privacy" and self._panel is not None and self._panel.isVisible():
            self.panel_done.emit()
        if key == "privacy" and self.page is not None:
            self.refresh()
        elif key == "settings":
            self.setup.refresh()
            if self.setup.page is not None:
                self.setup.page.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def panel(self) -> EntryPanel:
        """Built when an entry is first opened."""
        if self._panel is None:
            from ui.window.privacy.entry_panel import EntryPanel

            panel = self._panel = EntryPanel(self._theme)
            panel.closed.connect(self.panel_done)
            panel.erased.connect(self._erase)
            panel.copied.connect(self._copy)
            self.panel_made.emit(panel)
        return self._panel

    def make_page(self) -> PrivacyPage:
        """The page, when it is first wanted."""
        from ui.window.privacy.privacy_page import PrivacyPage

        page = self.page = PrivacyPage(self._theme)
        page.opened.connect(self.show_entry)
        page.sent.wanted.connect(self._fetch_sent)
        page.connections.wanted.connect(self._fetch_connections)
        page.only_answers.clicked.connect(lambda: page.sent.renew())
        page.looked_at.connect(self._turned)
        page.export_wanted.connect(self._export)
        page.begin_anew.connect(lambda: self._do(lambda house: house.begin_anew()))
        page.disk.shown.connect(lambda path: self.outside_wanted.emit(path.parent if path.is_file() else path))
        page.disk.erased.connect(lambda key: self._do(lambda house: house.erase_place(key)))
        page.network.blocked.connect(self.block)
        page.network.prove_wanted.connect(self._prove)
        self.refresh()
        return page

    def refresh(self) -> None:
        """Ask again for everything that is shown: something was sent, erased or blocked."""
        self.look()
        page = self.page
        if page is None or self.house is None:
            return
        self._ask(lambda house: house.month(), self._take_month)
        page.sent.renew()
        page.connections.renew()
        if page.tabs.current == 2:
            self._ask(lambda house: house.places(), self._take_places)

    def look(self) -> None:
        """Ask for what the strip shows."""
        house = self.house
        if house is not None:
            # Without a word when it fails: the strip stays as it was, and whoever acts is told.
            self._jobs.once(lambda cancel: house.look(), on_value=self._take_look)

    def show_entry(self, number: int) -> None:
        """One parcel in the panel."""
        self._wanted_entry = number

        def both(house: PrivacyHouse) -> tuple[SentEntry, Month]:
            return house.entry(number), self._month or house.month()

        self._ask(both, self._take_entry)

    def block(self, on: bool) -> None:
        """Take the network away from everything, or give it back; works at once."""
        self._do(lambda house: house.block(on))

    def turn_block(self) -> None:
        """The other way round: the key for it."""
        self._ask(lambda house: house.look(), lambda look: self.block(not look.blocked))

    def show_meter(self, beside: QWidget) -> None:
        """The cost meter, or away with it."""
        meter = self.meter
        if meter.isVisible():
            meter.leave()
            return
        self._ask(lambda house: house.money(), lambda money: self._take_money(money, beside))

    @property
    def meter(self) -> CostMeter:
        """Built when it is first wanted."""
        if self._meter is None:
            from ui.window.spending.cost_meter import CostMeter

            self._meter = CostMeter(self._theme, self._window)
            self._meter.budget_typed.connect(lambda micros: self._do(lambda house: house.set_budget(micros)))
            self._meter.opened.connect(self.entry_page_wanted)
        return self._meter

    def step_out(self) -> bool:
        """Close what floats; False when nothing does."""
        for floating in (self.popover, self._meter):
            if floating is not None and floating.isVisible():
                floating.leave()
                return True
        return False

    # ------------------------------------------------------------ what comes back

    def _take_look(self, look: CloudLook) -> None:
        before, self._last_look = self._last_look, look
        self.looked.emit(look)
        if before is not None and before.spent < before.bell and look.bell <= look.spent:
            self.said.emit(spending_words.bell_rings(look))

    def _take_month(self, month: Month) -> None:
        self._month = month
        if self.page is not None:
            self.page.show_month(month)

    def _take_entry(self, found: tuple[SentEntry, Month]) -> None:
        entry, month = found
        if entry.line.entry != self._wanted_entry:
            return
        self.panel_wanted.emit(self.panel)
        self.panel.show_entry(entry, month.chain, month.now)

    def _take_places(self, places: Sequence[DiskPlace]) -> None:
        if self.page is not None:
            self.page.disk.show_places(places)

    def _take_money(self, money: MonthMoney, beside: QWidget) -> None:
        self.meter.show_money(money)
        self.meter.show_beside(beside)

    def _turned(self, tab: int) -> None:
        if tab == 2:
            self._ask(lambda house: house.places(), self._take_places)

    def _fetch_sent(self, number: int) -> None:
        page = self.page
        if page is None:
            return
        only = page.only_answers.isChecked()

        def take(found: tuple[Sequence[SentLine], int]) -> None:
            if only == page.only_answers.isChecked():
                page.show_sent(number, *found)

        self._ask(lambda house: house.sent(only_answers=only, limit=PAGE_ROWS, offset=number * PAGE_ROWS), take)

    def _fetch_connections(self, number: int) -> None:
        page = self.page
        if page is None:
            return

        def take(found: tuple[Sequence[ConnectionLine], int]) -> None:
            page.show_connections(number, *found)

        self._ask(lambda house: house.connections(limit=PAGE_ROWS, offset=number * PAGE_ROWS), take)

    # ------------------------------------------------------------ what the person does

    def _erase(self, number: int) -> None:
        def erase(house: PrivacyHouse) -> None:
            house.erase_entry(number)

        self._do(erase, then=lambda: self.show_entry(number))

    def _copy(self, text: str) -> None:
        from PySide6.QtGui import QGuiApplication

        QGuiApplication.clipboard().setText(text)
        self.said.emit(words.COPIED_EXACT)

    def _export(self, form: ExportForm) -> None:
        choose_new(self._window, words.EXPORT, f"indoors-ledger.{form}", take=lambda path: self.export_to(path, form))

    def export_to(self, path: Path, form: ExportForm) -> None:
        """Write the whole ledger to a file."""

        def write(house: PrivacyHouse) -> None:
            path.write_text(house.export(form), encoding="utf-8")

        self._ask(write, lambda _: self.said.emit(words.EXPORTED.format(name=path.name)))

    def _prove(self) -> None:
        if self.page is not None:
            self.popover.say(words.PROVE, words.PROVE_LINES, beside=self.page.network.prove)

    def _do(self, work: Callable[[PrivacyHouse], None], *, then: Callable[[], None] | None = None) -> None:
        def done(_: None) -> None:
            self._month = None
            self.refresh()
            if then is not None:
                then()

        self._ask(work, done)

    def _ask(self, work: Callable[[PrivacyHouse], Found], take: Callable[[Found], object]) -> None:
        house = self.house
        if house is None:
            return

        def ask(cancel: Cancel) -> Found:
            return work(house)

        def taken(found: Found) -> None:
            take(found)

        self._jobs.once(ask, on_value=taken, on_failed=self._trouble)

    def _trouble(self, notice: Notice) -> None:
        if self.page is not None and self.page.isVisible():
            self.page.show_trouble(notice)
            if self._month is not None:
                self.page.network.show_month(self._month)  # a switch that did not work stands as it was
        else:
            self.said.emit(notice.happened)
