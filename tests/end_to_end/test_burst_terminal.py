"""From the terminal: a quote in one process, the sending in another, with a keyring of the system's kind."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.egress.cloud_provider import CloudProvider, Reply

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(300)]

QUESTION = "How much is the monthly rent?"
QUOTE_KEYS = {
    "level", "host", "model", "body", "body_sha256", "bytes", "redactions", "tokens_in", "exact", "likely_micros",
    "ceiling_micros", "left_micros",
}  # fmt: skip


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProvider]:
    with CloudProvider(tmp_path_factory.mktemp("provider"), tls=False) as provider:
        yield provider


@pytest.fixture(scope="module")
def profile(
    sample_profile: Path,
    indoors: Callable[..., Any],
    there: CloudProvider,
    keyring_bus: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A profile of its own with the sample library, a server on this computer and its price."""
    folder = tmp_path_factory.mktemp("burst") / "profile"
    shutil.copytree(sample_profile, folder)
    added = indoors("cloud", "add-server", there.base_url, "--name", "Loop", "--model", "m", data_dir=folder)
    assert added.code == 0, added.err
    priced = indoors("cloud", "price", "loop", "m", "--input", "2.50", "--output", "10", data_dir=folder)
    assert priced.code == 0, priced.err
    return folder


def test_quote_then_send_once(indoors: Callable[..., Any], profile: Path, there: CloudProvider) -> None:
    quoted = indoors("cloud", "quote", QUESTION, "--level", "snippets", data_dir=profile)
    assert quoted.code == 0, quoted.err
    line = quoted.lines[-1]
    assert line.keys() >= QUOTE_KEYS
    assert there.connections == 0
    sha256 = line["body_sha256"]
    assert hashlib.sha256(line["body"].encode()).hexdigest() == sha256
    assert line["bytes"] == len(line["body"].encode())
    assert line["likely_micros"] <= line["ceiling_micros"] <= line["left_micros"]

    wrong = indoors("ask", "--cloud", "--level", "full", "--send", sha256, data_dir=profile)
    assert (wrong.code, there.connections) == (2, 0)

    there.next(Reply(("The rent is £1,400 ", "a month. [1]")))
    sent = indoors("ask", QUESTION, "--cloud", "--level", "snippets", "--send", sha256, data_dir=profile)
    assert sent.code == 0, sent.err
    assert [request.body.decode() for request in there.requests] == [line["body"]]
    events = [one["event"] for one in sent.lines]
    kinds = list(dict.fromkeys(events))
    assert kinds == ["passages", "holding", "sent", "text", "cited", "spent", "done"]
    spent, done = sent.events("spent")[0], sent.done
    assert spent.keys() >= {"cost_micros", "ceiling_micros", "estimate_micros"}
    assert (spent["ceiling_micros"], spent["estimate_micros"]) == (line["ceiling_micros"], line["likely_micros"])
    assert (done["place"], done["model"], done["answer"]) == ("cloud", "m", "The rent is £1,400 a month. [1]")

    connections = there.connections
    refused = indoors("ask", "--cloud", "--level", "snippets", "--send", sha256, data_dir=profile)
    assert refused.code == 1
    assert "already sent" in refused.err
    assert "Nothing was sent." in refused.err
    assert there.connections == connections
    verified = indoors("ledger", "verify", data_dir=profile)
    assert verified.code == 0, verified.err
    assert verified.lines[-1]["intact"] is True


def test_ctrl_c_during_the_five_seconds_opens_nothing(
    indoors: Callable[..., Any], line: Callable[..., list[str]], profile: Path, there: CloudProvider
) -> None:
    sha256 = indoors("cloud", "quote", "And the deposit?", "--level", "blind", data_dir=profile).lines[-1][
        "body_sha256"
    ]
    connections = there.connections
    words = line("--data-dir", profile, "--json", "ask", "--cloud", "--send", sha256)
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=dict(os.environ)
    )
    with process:
        assert process.stdout is not None
        for said in process.stdout:
            if '"holding"' in said:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stdout.read()
    assert process.returncode == 130
    assert '"stopped"' in rest
    assert '"sent"' not in rest
    assert there.connections == connections


def test_without_a_keyring_or_offline_nothing_can_be_quoted(
    indoors: Callable[..., Any], profile: Path, there: CloudProvider
) -> None:
    connections = there.connections
    none = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    bare = indoors("cloud", "quote", QUESTION, data_dir=profile, env=none)
    assert bare.code == 1
    assert "keyring" in bare.err
    offline = indoors("--offline", "cloud", "quote", QUESTION, data_dir=profile)
    assert offline.code == 1
    assert "offline" in offline.err
    assert there.connections == connections
