"""Block all network: what is under way is hung up, nothing new is opened, also after a restart; `prove` still works."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cloud_provider import CloudProvider, Drip
from parcels import body_of, ended, permitted, sent, text

from app.egress.carried import CloudTrouble, ConnectionNote, Opened
from app.egress.door import Door
from app.egress.relay_line import Address
from app.errors import AppError
from app.settings import Settings
from models.api import Cancel
from models.proof_listener import Listener

pytestmark = pytest.mark.loopback


@pytest.fixture
def there(tmp_path: Path) -> Iterator[CloudProvider]:
    with CloudProvider(tmp_path) as provider:
        yield provider


def test_blocked_means_not_one_connection(there: CloudProvider, tmp_path: Path) -> None:
    settings, notes = tmp_path / "settings.json", list[ConnectionNote]()
    with closing(Door.start(settings, trust=there.ca)) as door, closing(Listener()) as listener:
        door.on_connection = notes.append
        there.next(Drip())
        body = body_of()
        events = door.send(body, permitted(door, body, there.provider()), there.provider(), Cancel())
        assert isinstance(next(events), Opened)
        told: list[object] = []
        reader = threading.Thread(target=lambda: told.extend(events))
        reader.start()
        there.wait_for(1)
        door.block(True)
        assert there.requests[0].gone.wait(5), "what was under way is hung up"
        reader.join(10)
        assert str(told[-1]).startswith("Ended(status='stopped'")
        assert [note.ok for note in notes] == [False]

        before = there.connections
        end = ended(sent(door, body, there.provider()))
        assert (end.status, end.trouble) == ("failed_before", CloudTrouble.BLOCKED)
        with pytest.raises(AppError, match="blocked"):
            door.relay(Address("127.0.0.1", there.port, tls=False))
        with pytest.raises(AppError):
            door.open_address("https://example.org")
        assert not door.probe("127.0.0.1", listener.port)
        door._blocked, door._settings = False, None  # a main process that forgot: the courier has not
        permit = permitted(door, body, there.provider())
        assert ended(list(door.send(body, permit, there.provider(), Cancel()))).trouble is CloudTrouble.BLOCKED
        assert there.connections == before
        assert len(notes) == 1
    with closing(Door.start(settings, trust=there.ca)) as door:
        assert door.blocked
        assert ended(sent(door, body, there.provider())).trouble is CloudTrouble.BLOCKED
        door.block(False)
        assert text(sent(door, body, there.provider())) == "Hello there."
    assert Settings(settings).get("network") == "on"


def test_another_indoors_of_this_profile_blocks_too(there: CloudProvider, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    with closing(Door.start(tmp_path / "settings.json", trust=there.ca)) as door:
        assert text(sent(door, body_of(), there.provider())) == "Hello there."
        settings.set("network", "blocked")
        assert ended(sent(door, body_of(), there.provider())).trouble is CloudTrouble.BLOCKED
        settings.set("network", "on")
        assert text(sent(door, body_of(), there.provider())) == "Hello there."


def test_a_relay_under_way_is_ended_and_noted(tmp_path: Path) -> None:
    import os

    notes = list[ConnectionNote]()
    with CloudProvider(tmp_path, tls=False) as there, closing(Door.start(tmp_path / "settings.json")) as door:
        door.on_connection = notes.append
        inside = door.relay(Address("127.0.0.1", there.port, tls=False))
        os.write(inside, b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        there.wait_for(1)
        assert os.read(inside, 8) == b"HTTP/1.1"
        door.block(True)
        while os.read(inside, 4096):
            pass
        os.close(inside)
        assert there.requests[0].gone.wait(5)
        door.note_relays()
        door.note_relays()
    assert [(note.purpose, note.host) for note in notes] == [("vectors", f"127.0.0.1:{there.port}")]


def test_settings_nobody_can_read_do_not_open_the_network(there: CloudProvider, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"version": 99}')
    with closing(Door.start(tmp_path / "settings.json", trust=there.ca)) as door:
        assert ended(sent(door, body_of(), there.provider())).trouble is CloudTrouble.BLOCKED
        door._blocked, door._settings = False, None  # the courier itself knows it from its start
        assert ended(sent(door, body_of(), there.provider())).trouble is CloudTrouble.BLOCKED
    assert there.connections == 0
