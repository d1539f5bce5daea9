"""The courier sends nothing but what was permitted: each attack ends with no connection at all."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cloud_provider import CloudProvider
from parcels import MODEL, body_of, ended, permitted, sent, text

from app.egress.carried import CloudTrouble
from app.egress.door import Door
from app.egress.permits import Gatekeeper, PermitRefused, SignedPermit, mint
from models.api import Cancel

pytestmark = pytest.mark.loopback
BODY = body_of(store=False)
FLAGS = (("store", "false"),)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProvider]:
    with CloudProvider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture(scope="module")
def door(there: CloudProvider) -> Iterator[Door]:
    with closing(Door.start(trust=there.ca)) as one:
        yield one


def refused(door: Door, there: CloudProvider, body: bytes, permit: SignedPermit, *, port: int | None = None) -> str:
    """Why the courier did not send this; fails when anything at all arrived."""
    before, provider = there.connections, there.provider()
    if port is not None:
        provider = replace(provider, base_url=f"https://127.0.0.1:{port}/v1")
    end = ended(list(door.send(body, permit, provider, Cancel())))
    assert (end.status, end.trouble, end.bytes_out) == ("failed_before", CloudTrouble.PERMIT, 0)
    assert there.connections == before
    return end.says


def test_what_is_permitted_is_sent_once(door: Door, there: CloudProvider) -> None:
    permit = permitted(door, BODY, there.provider(), flags=FLAGS)
    events = list(door.send(BODY, permit, there.provider(), Cancel()))
    assert text(events) == "Hello there."
    assert there.requests[-1].body == BODY
    assert "used already" in refused(door, there, BODY, permit)


def test_another_body_is_not_sent(door: Door, there: CloudProvider) -> None:
    permit = permitted(door, BODY, there.provider())
    assert "not the ones that were shown" in refused(door, there, BODY + b" ", permit)
    assert "used already" in refused(door, there, BODY, permit), "a permit that was misused must not work afterwards"


def test_another_host_gets_nothing(door: Door, there: CloudProvider, tmp_path: Path) -> None:
    with CloudProvider(tmp_path) as other:
        said = refused(door, there, BODY, permitted(door, BODY, there.provider()), port=other.port)
        assert f"127.0.0.1:{other.port}" in said
        assert other.connections == 0


def test_another_model_is_not_asked(door: Door, there: CloudProvider) -> None:
    dearer = body_of(model="m-pro")
    assert "another model" in refused(door, there, dearer, permitted(door, dearer, there.provider()))


@pytest.mark.parametrize("ttl_s", [-1.0, 0.0, 601.0])
def test_a_permit_lives_for_minutes(door: Door, there: CloudProvider, ttl_s: float) -> None:
    assert "expired" in refused(door, there, BODY, permitted(door, BODY, there.provider(), ttl_s=ttl_s))


@pytest.mark.parametrize(
    "change",
    [
        {"values": {"body_sha256": "0" * 64}},
        {"values": {"host": "127.0.0.1:1"}},
        {"values": {"model": "m-pro"}},
        {"values": {"ceiling_micros": 901}},
        {"values": {"expires_at": 9e9}},
        {"flags": ()},
        {"nonce": "0" * 32},
        {"mac": "0" * 64},
    ],
)
def test_a_changed_permit_is_no_permit(door: Door, there: CloudProvider, change: dict[str, Any]) -> None:
    permit = permitted(door, BODY, there.provider(), flags=FLAGS)
    values = replace(permit.values, **change.pop("values", {}))
    assert "was changed" in refused(door, there, BODY, replace(permit, values=values, **change))


def test_somebody_elses_signature_is_none(door: Door, there: CloudProvider) -> None:
    sha256 = permitted(door, BODY, there.provider()).values.body_sha256
    made = mint(b"x" * 32, body_sha256=sha256, host=there.provider().host, model=MODEL, ceiling_micros=1)
    assert "was changed" in refused(door, there, BODY, made)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (body_of(max_completion_tokens=None), "no ceiling"),
        (body_of(max_completion_tokens=0), "no ceiling"),
        (body_of(max_completion_tokens=True), "no ceiling"),
        (body_of(max_tokens="many"), "no ceiling"),
        (body_of(n=2), "no ceiling"),
        (BODY.replace(b'"max_completion_tokens":64,', b""), "no ceiling"),
        (BODY.replace(b'{"max', b'{"model":"m","max', 1), "not a request"),
        (b"[]", "another model"),
        (b"\xff", "not a request"),
        (b"", "not a request"),
    ],
)
def test_the_bytes_hold_what_was_promised(door: Door, there: CloudProvider, body: bytes, why: str) -> None:
    assert why in refused(door, there, body, permitted(door, body, there.provider()))


@pytest.mark.parametrize("flags", [(("store", "false"),), (("provider.zdr", "true"),), (("store", "true"),)])
def test_a_promised_flag_must_be_in_the_bytes(door: Door, there: CloudProvider, flags: Any) -> None:
    body = body_of() if flags[0][1] == "false" else body_of(provider={"zdr": False})
    assert "do not ask for" in refused(door, there, body, permitted(door, body, there.provider(), flags=flags))


def test_the_secret_is_taken_once(door: Door, there: CloudProvider) -> None:
    sent(door, BODY, there.provider())
    assert door._courier is not None
    assert door._courier.ask_one("agree", {}, payload=b"y" * 32).header == {"ok": False}
    sent(door, BODY, there.provider())


def test_a_clock_set_back_brings_no_permit_back() -> None:
    now = [1000.0]
    gate = Gatekeeper(b"s" * 32, now=lambda: now[0])
    sha256 = "2" * 64
    permit = mint(b"s" * 32, body_sha256=sha256, host="h", model="m", ceiling_micros=1, now=lambda: now[0])
    for _ in range(2):
        with pytest.raises(PermitRefused):
            gate.admit(permit, b"", host="h")
        now[0] -= 10_000
    with pytest.raises(PermitRefused, match="used already"):
        gate.admit(permit, b"", host="h")


@pytest.mark.parametrize("header", [{}, {"body_sha256": 1}, {"flags": 3}, {"flags": [["a"]]}])
def test_what_is_no_permit_is_refused_as_such(header: dict[str, Any]) -> None:
    with pytest.raises(PermitRefused, match="not a permit"):
        SignedPermit.from_header(header)


@pytest.mark.parametrize(
    ("changed", "body", "host", "why"),
    [
        ({}, BODY + b" ", "h", "not the ones that were shown"),
        ({}, BODY, "h:8443", "not for h:8443"),
        ({"model": "m-pro"}, BODY, "h", "another model"),
        ({"ceiling_micros": -1}, BODY, "h", "no price"),
        ({"ttl_s": 0.0}, BODY, "h", "expired"),
        ({"flags": (("store", "true"),)}, BODY, "h", "do not ask for"),
    ],
)
def test_the_gatekeeper_alone_refuses(changed: dict[str, Any], body: bytes, host: str, why: str) -> None:
    """Without the carrier's own look behind it, which would refuse other bytes too."""
    sha256 = hashlib.sha256(BODY).hexdigest()
    made = {"body_sha256": sha256, "host": "h", "model": MODEL, "ceiling_micros": 1, "flags": FLAGS, **changed}
    gate = Gatekeeper(b"s" * 32)
    gate.admit(
        mint(b"s" * 32, **(made | {"flags": FLAGS, "model": MODEL, "ceiling_micros": 1, "ttl_s": 9.0})), BODY, host="h"
    )
    with pytest.raises(PermitRefused, match=why):
        gate.admit(mint(b"s" * 32, **made), body, host=host)
