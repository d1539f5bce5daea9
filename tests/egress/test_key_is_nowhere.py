"""After a key was typed and used it is in the keyring and nowhere else: no file, log, output or memory of the main
process. The provider's copy is the control: it did arrive, in one header."""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from cloud_provider import CloudProvider, Fail, Reply
from memory_search import in_memory
from parcels import body_of, ended, sent

from app.egress import keys
from app.egress.door import Door
from models.child import python_command

pytestmark = pytest.mark.loopback
KEY = "sk-" + secrets.token_hex(24)
FORMS = (KEY.encode(), KEY.encode("utf-16-le"), KEY.encode().hex().encode())


def in_files(folder: Path) -> list[Path]:
    """Files below a folder that hold the key in any form."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if any(form in path.read_bytes() for form in FORMS)]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProvider]:
    with CloudProvider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.mark.parametrize("way", ["keep", "type"])
def test_the_key_is_in_the_header_and_nowhere_else(
    keyring_bus: dict[str, str], there: CloudProvider, tmp_path: Path, way: str
) -> None:
    """`keep`: the key comes as bytes; `type`: it is typed in the window's field."""
    keys.drop_key(there.provider().key_name)
    already, sent_before = there.connections, len(there.requests)
    folder = tmp_path / "profile"
    folder.mkdir()
    env = {**os.environ, "TMPDIR": str(folder), "HOME": str(folder)}
    env["QT_QPA_PLATFORM"] = "offscreen"
    env |= {f"XDG_{name}_HOME": str(folder / name) for name in ("DATA", "CACHE", "CONFIG", "STATE")}
    command = python_command("tests.egress.sealed_sender", str(folder), str(there.ca))
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=env) as main:
        assert main.stdin is not None
        assert main.stdout is not None
        assert main.stderr is not None
        said: list[str] = []

        def order(verb: str, **more: Any) -> Any:
            assert main.stdin is not None
            assert main.stdout is not None
            main.stdin.write(json.dumps({"verb": verb, "base_url": there.base_url, **more}) + "\n")
            main.stdin.flush()
            said.append(main.stdout.readline())
            return json.loads(said[-1])

        assert order("send") == ["failed_before", "no_key", ""]
        assert there.connections == already
        assert order(way, hidden=[sign ^ 0x55 for sign in KEY.encode()]) is True
        there.next(Reply(), Fail(401, json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})))
        assert order("send") == ["done", None, ""]
        assert order("send") == ["failed_after", "key_refused", "Incorrect API key provided: (your key)"]

        report = Path(order("crash", hidden=[sign ^ 0x55 for sign in KEY.encode()], logs=str(folder / "logs")))
        assert "KeyringMissing" in report.read_text()

        # The controls: the key arrived, in that header alone; and the search finds what is there.
        for recorded in there.requests[sent_before:]:
            assert ("authorization", f"Bearer {KEY}") in recorded.headers
            assert recorded.raw.count(KEY.encode()) == 1
        assert in_memory(main.pid, b"Loopback") > 0
        assert in_memory(os.getpid(), FORMS[0]) > 0

        assert in_memory(main.pid, *FORMS) == 0
        assert in_files(folder) == []
        main.stdin.close()
        said.append(main.stderr.read())
        assert main.wait(10) == 0
    assert KEY not in "".join(said)
    logged = [path for path in (folder / "logs").iterdir() if b"a line to find" in path.read_bytes()]
    assert logged, "there was a log to search"


def test_the_headers_with_a_key_are_the_ones_shown(keyring_bus: dict[str, str], there: CloudProvider) -> None:
    provider, body = there.provider(key=True, id="shown"), body_of()
    with closing(Door.start(trust=there.ca)) as door:
        door.keep_key(provider, bytearray(KEY, "ascii"))
        assert ended(sent(door, body, provider)).status == "done"
        psutil.wait_procs(psutil.Process(door.pid).children(), timeout=5)
        assert psutil.Process(door.pid).children() == [], "the carrier that held the key has ended with its job"
        door.forget_key(provider)
        assert str(ended(sent(door, body, provider)).trouble) == "no_key"
    shown = [(name.lower(), value.replace("(your key)", KEY)) for name, value in provider.headers_shown(len(body))]
    assert sorted((name.lower(), value) for name, value in there.requests[-1].headers) == sorted(shown)


def test_without_a_keyring_nothing_is_sent(there: CloudProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    before = there.connections
    with closing(Door.start(trust=there.ca)) as door:
        end = ended(sent(door, body_of(), there.provider(key=True)))
    assert (end.status, str(end.trouble)) == ("failed_before", "no_keyring")
    assert there.connections == before


def test_a_key_of_one_host_is_not_given_to_another(
    keyring_bus: dict[str, str], there: CloudProvider, tmp_path: Path
) -> None:
    keys.keep_key(there.provider(key=True, id="mine").key_name, KEY)
    with CloudProvider(tmp_path) as other, closing(Door.start(trust=there.ca)) as door:
        moved = replace(there.provider(key=True, id="mine"), base_url=other.base_url)
        end = ended(sent(door, body_of(), moved))
        assert (end.status, str(end.trouble)) == ("failed_before", "no_key")
        assert other.connections == 0
