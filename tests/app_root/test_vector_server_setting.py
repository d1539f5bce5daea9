"""A server of vectors named in the settings is told by `doctor`, and its absence never costs a search."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from app.doctor import examine
from app.egress.door import Door
from app.paths import Profile
from app.services import Services
from models.seal import Sealed


@pytest.mark.loopback
def test_doctor_tells_of_a_server_that_is_not_there(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (tmp_path / "lease.txt").write_text("The deposit is 2,800 pounds.\n")
    profile = Profile.at(tmp_path / "profile")
    with closing(Door.start()) as door:
        house = Services.open(profile, write=True, fake_models=True, door=door)
        with closing(house):
            checks = list(examine(house, Sealed("system", ""), courier=True))
            assert "server" not in {check.check for check in checks}, "nobody named one"
            house.settings.set("vectors_server", address)
        house = Services.open(profile, write=True, fake_models=True, door=door)
        with closing(house):
            list(house.library.index([tmp_path / "lease.txt"]))
            found = house.library.search("deposit").passages
            assert found and "meaning:exact" in found[0].found_by, "this computer searches by itself"
            told = door.connections()
            (check,) = (
                c for c in examine(house, Sealed("system", ""), courier=True, connections=told) if c.check == "server"
            )
            assert not check.ok and address in check.detail and "cannot be reached" in check.detail
            assert check.extra["sent_bytes"] == 0
    assert {one.address for one in told} == {f"http://{address}"}
