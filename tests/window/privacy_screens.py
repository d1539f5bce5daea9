"""The states of the Privacy page, the cost meter and the cloud's settings that are drawn and linted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from patience import until
from PySide6.QtTest import QTest
from scripted_house import ScriptedHouse
from scripted_privacy import QUESTION, ScriptedPrivacy, at, line

from app.errors import AppError
from ui.window.main_window import MainWindow
from ui.window.privacy.privacy_house import AnswerCost, Chain, SentState


def _page(window: MainWindow) -> None:
    window.show_page("privacy")
    until(lambda: window.jobs.idle, "the ledger")


def ledger(window: MainWindow, house: ScriptedHouse) -> None:
    """The list with one entry open."""
    _page(window)
    page = window.privacy.page
    assert page is not None
    until(lambda: page.sent.row_at(0) is not None, "the rows")
    page.sent_list.setCurrentIndex(page.sent.index(0, 0))
    window.show_sent(6)
    until(lambda: window.privacy.panel.isVisible(), "the entry")
    until(lambda: window.jobs.idle, "all of it")


def connections(window: MainWindow, house: ScriptedHouse) -> None:
    """The second list."""
    _page(window)
    assert window.privacy.page is not None
    window.privacy.page.tabs.choose(1)


def disk(window: MainWindow, house: ScriptedHouse) -> None:
    """What is kept, one place asked about."""
    _page(window)
    page = window.privacy.page
    assert page is not None
    page.tabs.choose(2)
    until(lambda: len(page.disk.rows) > 3, "the places")
    page.disk.rows[1].erase.click()


def empty(window: MainWindow, house: ScriptedHouse) -> None:
    """Nothing ever left; no key."""
    house.privacy = ScriptedPrivacy(lines=[], notes=[], ready=False, last_left_at=None, chain=Chain(0, True, True))
    _anew(window, house)


def broken(window: MainWindow, house: ScriptedHouse) -> None:
    """Entries were changed by someone else; the network is blocked; every state a parcel can end in."""
    lines = [
        line(n, at(18 - n, 9, 5 * n), QUESTION, words=300 * n, hidden=n, cost=4_000 * n, state=state)
        for n, state in enumerate(SentState, start=1)
    ]
    chain = Chain(9, intact=False, chained=True, changed_after=at(12, 8, 0))
    house.privacy = ScriptedPrivacy(lines=lines, chain=chain, blocked=True, enforced_by="app")
    house.privacy.lines[1] = replace(lines[1], cost_micros=None)
    house.privacy.lines[-1] = replace(lines[-1], question="", erased=True)
    _anew(window, house)


def entry_ends(window: MainWindow, house: ScriptedHouse) -> None:
    """An entry nobody confirmed, being asked whether to erase it."""
    house.privacy.lines[0] = replace(house.privacy.lines[0], state=SentState.UNCONFIRMED, cost_micros=11_000)
    ledger(window, house)
    window.privacy.panel.erase.click()


def meter(window: MainWindow, house: ScriptedHouse) -> None:
    """The account over the strip, something held and something unconfirmed in it."""
    house.privacy.held = 22_000
    house.privacy.extra = [
        AnswerCost(8, "Which of the two leases is cheaper?", 4_000, 11_000, "held"),
        AnswerCost(7, "Summarise the minutes of March", 4_000, 11_000, "unconfirmed"),
    ]
    window.privacy.look()
    until(lambda: window.jobs.idle, "the strip")
    window.strip.meter.click()
    until(lambda: window.privacy.meter.isVisible(), "the meter")


def meter_empty(window: MainWindow, house: ScriptedHouse) -> None:
    """Nothing spent, no key."""
    house.privacy = ScriptedPrivacy(lines=[], ready=False, here=0)
    window.privacy.move_in(house.privacy)
    until(lambda: window.jobs.idle, "the strip")
    window.strip.meter.click()
    until(lambda: window.privacy.meter.isVisible(), "the meter")


def settings(window: MainWindow, house: ScriptedHouse) -> None:
    """Providers, keys, servers, what to hide."""
    window.show_page("settings")
    page = window.privacy.setup.page
    assert page is not None
    until(lambda: bool(page.cards), "the providers")
    page.cards["own-1"].price.click()


def settings_trouble(window: MainWindow, house: ScriptedHouse) -> None:
    """No keyring, and a key being typed is not offered."""
    house.privacy.no_keyring = "There is no keyring on this computer, so no key can be kept. Install GNOME Keyring."
    settings(window, house)
    assert window.privacy.setup.page is not None
    window.privacy.setup.page.show_trouble(AppError("That address has no host.", do="Write it as host:8080.").notice)


def _anew(window: MainWindow, house: ScriptedHouse) -> None:
    window.privacy.move_in(house.privacy)
    _page(window)
    QTest.qWait(30)


PRIVACY_SCREENS: dict[str, Callable[[MainWindow, ScriptedHouse], None]] = {
    "ledger": ledger,
    "ledger_connections": connections,
    "ledger_disk": disk,
    "ledger_empty": empty,
    "ledger_broken": broken,
    "ledger_entry_ends": entry_ends,
    "cost_meter": meter,
    "cost_meter_empty": meter_empty,
    "cloud_settings": settings,
    "cloud_settings_trouble": settings_trouble,
}
