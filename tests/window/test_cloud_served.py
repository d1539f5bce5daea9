"""The envelope over the real parcels, courier, ledger and budget, from the sheet to the answer, on 127.0.0.1."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "ask"))

from asking_desk import SCRIPTS
from bursting_desk import RENT, House, house_of
from patience import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from scripted_house import ScriptedHouse

from app.egress.door import Door
from app.settings import Settings
from tests.egress.cloud_provider import CloudProvider, Fail
from ui.window.cloud import cloud_words as words
from ui.window.main_window import MainWindow
from ui.window.served_cloud import ServedCloud

pytestmark = pytest.mark.loopback


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProvider]:
    with CloudProvider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, there: CloudProvider) -> Iterator[tuple[House, Settings]]:
    folder = tmp_path_factory.mktemp("house")
    door = Door.start(folder / "settings.json", trust=there.ca)
    try:
        with house_of(folder, SCRIPTS["files"], door=door, there=there) as opened:
            yield opened, Settings(folder / "settings.json")
    finally:
        door.close()


@pytest.fixture
def desk(real: tuple[House, Settings], house: ScriptedHouse, window: MainWindow) -> Iterator[House]:
    """The window's house asks and sends through the real one; the five seconds are short."""
    opened, settings = real
    window.theme.ms = lambda name: 400 if name == "hold_before_send" else 0  # type: ignore[method-assign]  # the clock
    house.real_asking = opened.asking
    window.cloud.move_in(ServedCloud.of(opened.room, settings))
    yield opened


def to_sheet(window: MainWindow) -> None:
    window.ask_page.composer.field.setPlainText(RENT)
    window.ask_page.composer.place.cloud.click()
    until(window.cloud.sheet.isVisible, "the envelope")
    for line in window.cloud.sheet.parts.lines:
        line.arrow.click()


def test_what_stood_on_the_sheet_is_what_arrived(desk: House, window: MainWindow) -> None:
    to_sheet(window)
    sheet = window.cloud.sheet
    offer = sheet.offer
    assert offer is not None and offer.refusals == () and sheet.foot.send.isEnabled()
    before = len(desk.there.requests)
    exact, price = sheet.exact.text.encode(), sheet.foot.price.text()
    assert exact == offer.parcel.body and price.startswith("About $0.0")
    assert words.NOTHING_ELSE in sheet.head.count.text()
    QTest.mouseClick(sheet.foot.send, Qt.MouseButton.LeftButton)
    assert window.cloud.hold.isVisible() and len(desk.there.requests) == before, "nothing before the hold is over"
    until(lambda: window.jobs.idle, "the answer")
    turn = window.ask_page.turn
    assert turn is not None and turn.way.crossing is not None
    assert [request.body for request in desk.there.requests[before:]] == [exact]
    assert turn.way.pill.text() == "Answered by Loopback · m"
    assert turn.way.cost.line.text().startswith("Cost $0.0") and turn.way.crossing.entry > 0
    assert desk.room.ledger.body(turn.way.crossing.entry) == exact
    past = desk.asking.past_turns(offer.parcel.conversation)
    window.ask_page.reopen(desk.asking.resume(offer.parcel.conversation), past)
    again = window.ask_page.turn
    assert again is not None and again is not turn
    assert again.way.pill.text() == turn.way.pill.text() and again.way.crossing is not None
    assert again.way.crossing.entry == turn.way.crossing.entry and again._pill.isHidden()
    assert again.way.cost.line.text().split(" · ")[0] == turn.way.cost.line.text().split(" · ")[0]


def test_stopping_in_the_hold_reaches_nobody(desk: House, window: MainWindow) -> None:
    to_sheet(window)
    before, money = len(desk.there.requests), desk.money()
    QTest.mouseClick(window.cloud.sheet.foot.send, Qt.MouseButton.LeftButton)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    until(lambda: window.jobs.idle, "the end")
    assert window.ask_page.turn is not None and window.ask_page.turn._meta.text() == words.STOPPED_NOTHING
    assert (len(desk.there.requests), desk.money()) == (before, money)


def test_a_refusal_is_shown_in_the_providers_own_words(desk: House, window: MainWindow) -> None:
    desk.there.next(Fail(429, '{"error": {"message": "Slow down, please!"}}'))
    to_sheet(window)
    QTest.mouseClick(window.cloud.sheet.foot.send, Qt.MouseButton.LeftButton)
    until(lambda: window.jobs.idle, "the end")
    turn = window.ask_page.turn
    assert turn is not None and turn._notice.isVisible()
    assert "Slow down, please!" in turn.way.verbatim.text()
