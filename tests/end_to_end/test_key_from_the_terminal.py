"""One question from the installed command to a provider and back: the bytes are the quoted ones, and the key is in one
header, in the keyring and in the carrier that sends, nowhere else."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "egress"))

from cloud_provider import CloudProvider, Reply
from memory_search import in_memory

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(240)]
KEY = "sk-" + secrets.token_hex(24)
QUESTION = "What is the notice period?"


def test_a_question_goes_out_and_its_key_stays_apart(
    keyring_bus: dict[str, str], indoors: Callable[..., Any], line: Callable[..., list[str]], tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    (tmp_path / "lease.txt").write_text("The notice period is three months for the tenant.")
    # Everything the command and its processes might write, here: home, temporary files, caches.
    env = {**os.environ, "HOME": str(profile), "TMPDIR": str(profile), "XDG_CACHE_HOME": str(profile / "caches")}
    profile.mkdir()
    with CloudProvider(tmp_path, tls=False) as there:
        run = run_with(indoors, profile, env)
        run("--fake-models", "index", tmp_path / "lease.txt")
        run("cloud", "add-server", f"127.0.0.1:{there.port}", "--name", "Den", "--model", "m", "--key")
        words = line("--data-dir", profile, "keys", "set", "den")
        subprocess.run(words, input=KEY.encode(), env=env, check=True, capture_output=True)
        run("cloud", "price", "den", "m", "--input", "1", "--output", "2")
        quote = run("--fake-models", "cloud", "quote", QUESTION, "--provider", "den", "--model", "m").lines[-1]
        assert there.connections == 0

        gate = threading.Semaphore(0)
        there.next(Reply(("Three months", " [1]."), gate=gate))
        sends = ("--fake-models", "ask", "--cloud", "--level", "snippets", "--send", quote["body_sha256"])
        asking = subprocess.Popen(
            line("--data-dir", profile, "--json", *sends), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
        )
        with asking:
            there.wait_for(1)
            found = {pid: in_memory(pid, KEY.encode()) for pid in readable(asking.pid)}
            assert in_memory(asking.pid, QUESTION.encode()) > 0, "the search finds what is there"
            assert sum(found.values()) == 0, "no process that may be looked into holds it"
            gate.release(2)
            out, err = asking.communicate(timeout=60)
        assert asking.returncode == 0, err.decode()

        recorded = there.requests[0]
        assert recorded.body == quote["body"].encode()
        assert hashlib.sha256(recorded.body).hexdigest() == quote["body_sha256"]
        assert recorded.raw.count(KEY.encode()) == 1
        assert ("authorization", f"Bearer {KEY}") in recorded.headers
        again = indoors(*sends, data_dir=profile, env=env)
        assert (again.code, len(there.requests)) == (1, 1), "a quote is sent once"

    spent = next(json.loads(one) for one in out.splitlines() if b'"spent"' in one)
    assert spent["cost_micros"] <= spent["ceiling_micros"] == quote["ceiling_micros"]
    assert KEY not in (out + err).decode()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"notice period" in path.read_bytes() for path in files), "there was something to search"
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


def run_with(indoors: Callable[..., Any], profile: Path, env: dict[str, str]) -> Callable[..., Any]:
    """A command that must succeed."""

    def run(*words: str | Path) -> Any:
        ran = indoors(*words, data_dir=profile, env=env)
        assert ran.code == 0, ran.err
        return ran

    return run


def readable(pid: int) -> list[int]:
    """A process and its descendants, without the courier's own, which alone may hold a key for as long as it sends."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return [one.pid for one in family if "app.egress.c" not in " ".join(one.cmdline())]
