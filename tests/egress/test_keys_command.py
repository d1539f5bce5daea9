"""`indoors keys` and the servers of `indoors cloud`: names only, plain refusals, and the key past the main process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.egress import keys

Ran = tuple[int, list[dict[str, object]], str]
Indoors = Callable[..., Ran]


@pytest.fixture
def indoors(tmp_path: Path) -> Indoors:
    """Runs one command on a profile of its own: exit code, JSON lines, standard error."""

    def run(*words: str, piped: bytes = b"", env: dict[str, str] | None = None) -> Ran:
        command = [sys.executable, "-m", "ui", "--data-dir", str(tmp_path / "profile"), "--json", *words]
        done = subprocess.run(command, input=piped, capture_output=True, env={**os.environ, **(env or {})}, check=False)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()

    return run


def test_a_key_is_set_listed_and_removed(keyring_bus: dict[str, str], indoors: Indoors, tmp_path: Path) -> None:
    kept = {"event": "key", "provider": "openai", "host": "api.openai.com", "kept": True}
    assert indoors("keys", "set", "openai", piped=b"sk-from-a-pipe\n") == (0, [kept], "")
    assert keys.take_key("openai at api.openai.com") == "sk-from-a-pipe"
    code, lines, _ = indoors("keys", "list")
    assert code == 0
    assert [(line["provider"], line["kept"]) for line in lines] == [("openai", True), ("openrouter", False)]
    assert indoors("keys", "remove", "openai") == (0, [kept | {"kept": False}], "")
    assert keys.take_key("openai at api.openai.com") == ""
    assert not (tmp_path / "profile").exists(), "keys make no profile"


def test_what_cannot_be_done_is_said_and_no_key_with_it(keyring_bus: dict[str, str], indoors: Indoors) -> None:
    code, lines, said = indoors("keys", "set", "nobody", piped=b"sk-secret")
    assert (code, lines) == (2, [])
    assert "One of: openai, openrouter" in said
    null = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    code, lines, said = indoors("keys", "set", "openai", piped=b"sk-secret", env=null)
    assert (code, lines) == (1, [])
    assert "Nothing was written to a file instead" in said
    assert "secret" not in said


def test_servers_come_and_go(keyring_bus: dict[str, str], indoors: Indoors) -> None:
    code, (added,), _ = indoors("--offline", "cloud", "add-server", "https://llm.example.org", "--name", "Ours")
    assert (code, added["id"], added["host"], added["key_needed"]) == (0, "ours", "llm.example.org", True)
    assert added["retention"] == "How long Ours keeps it is not known to Indoors."
    assert indoors("keys", "set", "ours", piped=b"sk-ours")[0] == 0
    code, lines, _ = indoors("--offline", "cloud", "remove-server", "ours")
    assert (code, lines) == (0, [{"event": "server", "id": "ours", "removed": True}])
    assert keys.take_key("ours at llm.example.org") == "", "its key goes with it"
