"""The Privacy page over the real ledger, budget and courier: one parcel sent on 127.0.0.1, looked at, erased."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "ask"))

from asking_desk import SCRIPTS
from bursting_desk import RENT, House, house_of
from patience import until

from app.cloud.parcel import Stop
from app.egress.door import Door
from app.errors import AppError
from app.events import Sent
from app.paths import Profile
from app.settings import Settings
from models.api import Cancel
from tests.egress.cloud_provider import CloudProvider, Fail
from ui.window.main_window import MainWindow
from ui.window.privacy.privacy_house import SentState
from ui.window.served_privacy import Rooms, ServedPrivacy

pytestmark = pytest.mark.loopback


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProvider]:
    with CloudProvider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture(scope="module")
def house_there(
    tmp_path_factory: pytest.TempPathFactory, there: CloudProvider
) -> Iterator[tuple[House, ServedPrivacy]]:
    folder = tmp_path_factory.mktemp("house")
    door = Door.start(folder / "settings.json", trust=there.ca)
    try:
        with house_of(folder, SCRIPTS["files"], door=door, there=there) as opened:
            profile = Profile(folder, folder / "cache")
            settings = Settings(folder / "settings.json")
            rooms = Rooms(opened.room, opened.library.store, opened.library, settings, profile, door)
            yield opened, ServedPrivacy(rooms)
    finally:
        door.close()


@pytest.fixture
def desk(house_there: tuple[House, ServedPrivacy]) -> tuple[House, ServedPrivacy]:
    return house_there


def test_a_parcel_from_nothing_to_its_stub(desk: tuple[House, ServedPrivacy], window: MainWindow) -> None:
    house, privacy = desk
    before = privacy.month()
    assert (before.left, before.last_left_at, before.crossings) == (0, None, ())
    assert before.chain.intact and before.chain.chained and not before.offline and not before.blocked
    assert privacy.look().last_left_at is None and privacy.money().answers == ()

    offer = house.offer()
    events = house.send(offer)
    number = next(event.entry for event in events if isinstance(event, Sent))
    month = privacy.month()
    assert (month.left, month.stopped, [one.entry for one in month.crossings]) == (1, 0, [number])
    assert len(month.chain.words) == 6

    rows, total = privacy.sent(only_answers=True, limit=100, offset=0)
    assert total == 1 and rows[0].question == RENT and rows[0].state is SentState.ANSWERED
    assert rows[0].provider == "Loopback" and rows[0].words == month.crossings[0].words > 10
    entry = privacy.entry(number)
    assert entry.text.encode() == offer.parcel.body == house.there.requests[-1].body
    assert entry.same_bytes and entry.sha256 == offer.parcel.sha256 and entry.confirmed
    assert {one.label: one.value for one in entry.stayed} == {one.label: one.value for one in offer.parcel.swaps}
    assert entry.line.cost_micros is not None and entry.ceiling_micros is not None
    assert entry.line.cost_micros <= entry.ceiling_micros

    money, look = privacy.money(), privacy.look()
    assert [(one.entry, one.question, one.state) for one in money.answers] == [(number, RENT, "settled")]
    assert money.answers[0].cost_micros == entry.line.cost_micros
    assert look.sent_today == 1 and look.spent == money.spent == look.spent_today > 0 and money.held == 0
    opened, _ = privacy.connections(limit=10, offset=0)
    assert [(one.purpose, one.ok) for one in opened] == [("Question to Loopback", True)]
    assert opened[0].bytes_out > len(offer.parcel.body)

    window.privacy.move_in(privacy)
    window.show_sent(number)
    panel = window.privacy.panel
    until(lambda: panel.isVisible() and panel.entry is not None, "the entry in the window")
    assert panel.exact.text.encode() == offer.parcel.body and panel.same.text() == "the same bytes you saw"

    real = house.room.ledger.kept
    with pytest.MonkeyPatch.context() as patch:
        kept = real(number)
        assert kept is not None
        patch.setattr(house.room.ledger, "kept", lambda seq: replace(kept, body=kept.body + b" "))
        assert not privacy.entry(number).same_bytes, "other bytes than those approved are told"

    privacy.erase_entry(number)
    gone = privacy.entry(number)
    assert gone.line.erased and gone.line.question == "" and gone.text == "" and gone.stayed == ()
    assert gone.line.cost_micros == entry.line.cost_micros and privacy.month().left == 1
    assert privacy.month().chain.intact


def test_what_was_stopped_and_what_failed_are_told_apart(desk: tuple[House, ServedPrivacy]) -> None:
    house, privacy = desk
    cancel = Cancel()
    cancel.stop()
    house.send(house.offer("How much is the deposit?"), hold_s=0.2, cancel=cancel)
    house.there.next(Fail(500, '{"error": {"message": "Out of order."}}'))
    with pytest.raises(AppError):
        house.send(house.offer("When does the lease end?"))
    rows, _ = privacy.sent(only_answers=False, limit=2, offset=0)
    assert [row.state for row in rows] == [SentState.FAILED_AFTER, SentState.STOPPED_IN_TIME]
    assert "Out of order." in privacy.entry(rows[0].entry).says
    assert privacy.entry(rows[1].entry).sent_at is None


def test_block_all_network_keeps_everything_in(desk: tuple[House, ServedPrivacy]) -> None:
    house, privacy = desk
    privacy.block(True)
    try:
        assert privacy.look().blocked and privacy.month().blocked
        before = len(house.there.requests)
        assert Stop.BLOCKED in [refusal.stop for refusal in house.offer().refusals]
        assert len(house.there.requests) == before
    finally:
        privacy.block(False)
    assert not privacy.month().blocked and house.offer().sendable


def test_settings_change_what_is_offered(desk: tuple[House, ServedPrivacy]) -> None:
    house, privacy = desk
    setup = privacy.setup()
    mine = next(one for one in setup.providers if one.id == "loopback")
    assert mine.own and mine.own_network and not mine.key_needed and not mine.unpriced
    assert setup.no_keyring.startswith("This computer has no keyring")
    assert not next(one for one in setup.providers if one.id == "openai").unpriced
    assert privacy.look().ready  # a server of one's own needs no key

    privacy.set_budget(7_000_000)
    assert privacy._rooms.settings.number("budget_dollars") == 7
    money = privacy.money()
    assert money.bell * 100 == money.limit * 80
    privacy.hide_always("Lindqvist")
    assert privacy.setup().hidden_words == ("Lindqvist",)
    privacy.show_again("Lindqvist")
    privacy.add_server("192.168.7.9:8080", name="The box in the cellar")
    box = next(one for one in privacy.setup().providers if one.name == "The box in the cellar")
    assert box.unpriced and box.host == "192.168.7.9:8080"
    privacy.type_price(box.id, "qwen3", input_micros=0, output_micros=0)
    assert not next(one for one in privacy.setup().providers if one.id == box.id).unpriced
    privacy.remove_server(box.id)
    assert box.id not in [one.id for one in privacy.setup().providers]
    house.library.set_never_cloud(house.library.roots()[0].path, on=True)
    assert len(privacy.setup().never_sent) == 1
    house.library.set_never_cloud(house.library.roots()[0].path, on=False)


def test_export_and_the_disk(desk: tuple[House, ServedPrivacy]) -> None:
    _, privacy = desk
    assert '"head"' in privacy.export("json") and "six_words" in privacy.export("csv")
    places = {one.key: one for one in privacy.places()}
    assert places["keyring"].path is None and places["keyring"].size_bytes is None
    assert all((place.path is None) == (not place.size_bytes) for place in places.values())
    assert (places["backups"].size_bytes, places["backups"].erasable) == (0, "")
