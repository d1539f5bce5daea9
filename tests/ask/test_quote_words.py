"""What `cloud quote` says of keeping and sending is so: nothing is called kept that is not, nor ready that is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from asking_desk import SCRIPTS
from bursting_desk import RENT, House, house_of

from app.cloud.kept import ParcelGone
from app.egress.door import Door
from app.egress.keys import KeyringMissing
from app.errors import UsageError
from models.api import Cancel
from tests.egress.cloud_provider import CloudProvider
from ui.options import Options
from ui.terminal.cloud_command import Choices, quote
from ui.terminal.screen import Screen
from ui.terminal.session import DONE, WORLD, Session

pytestmark = pytest.mark.loopback

Quoted = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with CloudProvider(tmp_path_factory.mktemp("provider")) as there:
        door = Door.start(trust=there.ca)
        try:
            with house_of(tmp_path_factory.mktemp("house"), SCRIPTS["files"], door=door, there=there) as opened:
                yield opened
        finally:
            door.close()


@pytest.fixture
def quoted(house: House, capsys: pytest.CaptureFixture[str]) -> Quoted:
    """Runs the command on the house; (exit code, standard output, standard error)."""

    @contextmanager
    def opened(*, write: bool) -> Iterator[SimpleNamespace]:
        library = house.library
        yield SimpleNamespace(bursting=house.bursting, asking=house.asking, library=library, store=library.store)

    def run(*, as_json: bool = False, **choices: Any) -> tuple[int, str, str]:
        told = SimpleNamespace(screen=Screen(Options(json=as_json)), house=opened, cancel=Cancel())
        code = quote(cast(Session, told), RENT, Choices(**choices), within=(), limit=8, continue_id=None)
        return code, *capsys.readouterr()

    return run


def test_what_can_be_sent_is_called_kept_and_the_way_is_told(house: House, quoted: Quoted) -> None:
    line = json.loads(quoted(as_json=True)[1])
    assert line["kept"] is True
    assert line["expires_at"] > 0
    assert house.bursting.offered(line["body_sha256"]).sendable
    code, out, _ = quoted()
    assert code == DONE
    assert ", kept until " in out
    assert f"--send {line['body_sha256']}" in out


def test_without_a_keyring_nothing_is_called_kept(
    house: House, quoted: Quoted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise KeyringMissing

    monkeypatch.setattr(house.bursting.means.keeping, "keep", missing)
    house.room.prices.type_price("loopback", "another", input=2_500_000, output=10_000_000)
    code, out, err = quoted(model="another")  # other bytes than those the house keeps already
    assert (code, "no keyring" in err) == (WORLD, True)
    assert "not kept: it cannot be sent." in out
    assert "kept until" not in out
    assert "--send" not in out
    line = json.loads(quoted(as_json=True, model="another")[1])
    assert (line["kept"], line["expires_at"]) == (False, None)
    with pytest.raises(ParcelGone):
        house.bursting.offered(line["body_sha256"])


def test_a_price_nobody_knows_keeps_nothing_and_says_so(quoted: Quoted) -> None:
    code, out, err = quoted(model="unpriced")
    assert code == WORLD
    assert "Price unknown" in err
    assert "not kept: it cannot be sent." in out
    assert json.loads(quoted(as_json=True, model="unpriced")[1])["kept"] is False


def test_while_send_is_off_no_way_to_send_is_told(house: House, quoted: Quoted) -> None:
    house.room.prices.type_price("loopback", "dear", input=2_500_000, output=90_000_000_000)
    code, out, err = quoted(model="dear")
    assert code == DONE
    assert "left this month" in err
    assert "It cannot be sent as things are." in out
    assert "--send" not in out
    assert json.loads(quoted(as_json=True, model="dear")[1])["kept"] is True
    door = house.bursting.means.door
    door.block(True)
    try:
        _, out, err = quoted()
        assert "The network is blocked." in err
        assert "--send" not in out
    finally:
        door.block(False)
    assert "--send" in quoted()[1]


def test_the_reasons_stand_before_what_is_kept(house: House, monkeypatch: pytest.MonkeyPatch, quoted: Quoted) -> None:
    order: list[str] = []
    monkeypatch.setattr(Screen, "say", lambda _, text="", **__: order.append(text))
    monkeypatch.setattr(Screen, "message", lambda _, text: order.append(text))
    quoted(model="unpriced")
    reason = next(n for n, text in enumerate(order) if "Price unknown" in text)
    kept = next(n for n, text in enumerate(order) if text.startswith("Fingerprint "))
    assert reason < kept


def test_a_provider_that_is_not_there_is_named_with_those_that_are(house: House, quoted: Quoted) -> None:
    before = house.room.ledger.count()
    with pytest.raises(UsageError, match="There is no provider “nope”") as raised:
        quoted(provider="nope")
    assert raised.value.notice.do.startswith("Known: ")
    assert "loopback" in raised.value.notice.do
    assert house.room.ledger.count() == before
    assert quoted(provider="loopback")[0] == DONE
