"""A real keyring of the system's kind (GNOME Keyring on a D-Bus of its own), so that no test touches a person's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

BUS = """<busconfig><type>session</type><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
"""
PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")
_READY_LIMIT_S = 15.0


@pytest.fixture(scope="module")
def keyring_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An empty, unlocked keyring; the variables that lead to it, which also stand in this process's environment until
    the module is done. Skipped where the programs are missing: packaging/setup/system.sh names their packages."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or sys.platform != "linux":
        pytest.skip(f"no private keyring here: {', '.join(missing) or 'not Linux'}")
    folder = tmp_path_factory.mktemp("keyring")
    (folder / "bus.conf").write_text(BUS.format(folder=folder))
    env = {
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
    }
    own = {**os.environ, **env, "XDG_DATA_HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    nowhere = subprocess.DEVNULL
    with ExitStack() as stack:
        bus = ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile"]
        stack.callback(_end, subprocess.Popen(bus, env=own, stdout=nowhere, stderr=nowhere))
        _until((folder / "bus").exists, "the bus")
        words = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        keyring = subprocess.Popen(words, env=own, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere)
        stack.callback(_end, keyring)
        assert keyring.stdin is not None
        keyring.stdin.write(b"a password of the tests")
        keyring.stdin.close()
        before = {name: os.environ.get(name) for name in env}
        stack.callback(_restore, before)
        os.environ.update(env)
        _until(_answers, "the keyring")
        yield env


def _answers() -> bool:
    from app.egress import keys

    try:
        keys.write("a first word", "hello")
    except keys.KeyringMissing:
        return False
    return keys.read("a first word") == "hello"


def _until(ready: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + _READY_LIMIT_S
    while not ready():
        assert time.monotonic() < limit, f"{what} did not come up"
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(5)


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
