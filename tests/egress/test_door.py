"""The courier's way is open while the main process is sealed; without the courier everything else goes on."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.egress.carrier_open import open_outside, refusal
from models.child import python_command
from models.proof_listener import Listener

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="xdg-open and the seal are Linux's"),
    pytest.mark.loopback,
]
TOKEN = "w0-courier-0123456789abcdef"

Ask = Callable[..., object]


@pytest.fixture
def listener() -> Iterator[Listener]:
    with closing(Listener()) as open_one:
        yield open_one


@pytest.fixture
def desktop(tmp_path: Path) -> Path:
    """A folder with an xdg-open that writes down what it was given and whether it has a network."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "xdg-open"
    look = "import socket; s = socket.socket(); s.close(); print('network')"
    script.write_text(
        f'#!/bin/sh\necho "$1" "$DISPLAY" "$({sys.executable} -c "{look}" 2>&1 | tail -1)" >> {tmp_path}/opened\n'
    )
    script.chmod(0o755)
    return folder


def sealed_main(*arguments: str, path: str = "") -> Iterator[Ask]:
    env = os.environ | {"PATH": path + os.pathsep + os.environ["PATH"], "DISPLAY": ":77", "OPENAI_API_KEY": "secret"}
    command = python_command("tests.egress.sealed_main", *arguments)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def ask(*words: object) -> object:
            stdin.write(json.dumps([str(word) for word in words]) + "\n")
            stdin.flush()
            return json.loads(stdout.readline())

        yield ask
        stdin.close()
        assert process.wait(10) == 0


@pytest.fixture
def ask(desktop: Path) -> Iterator[Ask]:
    yield from sealed_main(path=str(desktop))


def test_the_couriers_way_arrives_and_the_sealed_mains_own_does_not(ask: Ask, listener: Listener) -> None:
    assert ask("own", "127.0.0.1", listener.port) == "PermissionError"
    assert ask("probe", "127.0.0.1", listener.port, TOKEN) is True
    assert listener.saw(TOKEN)


def test_a_probe_of_a_closed_port_says_no(ask: Ask, listener: Listener) -> None:
    port = listener.port
    with closing(Listener()) as other:
        shut = other.port
    assert ask("probe", "127.0.0.1", shut, TOKEN) is False
    assert ask("probe", "127.0.0.1", port, TOKEN) is True


def test_a_document_is_opened_in_a_program_that_has_a_network(ask: Ask, tmp_path: Path) -> None:
    letter = tmp_path / "a letter; with 'marks'.txt"
    letter.write_text("Dear Ada")
    assert ask("document", letter) == "done"
    assert ask("address", "https://example.org/?a=1&b=2") == "done"
    assert (tmp_path / "opened").read_text().splitlines() == [
        f"{letter} :77 network",
        "https://example.org/?a=1&b=2 :77 network",
    ]


def test_what_cannot_be_opened_is_said_in_words(ask: Ask, tmp_path: Path) -> None:
    assert ask("document", tmp_path / "gone.pdf") == ["gone.pdf was not opened.", "", "gone.pdf is no longer there."]
    assert ask("address", "file:///etc/passwd")[0] == "The address was not opened."  # type: ignore[index]  # a list
    assert not (tmp_path / "opened").exists()


def test_without_its_courier_the_main_process_works_on(ask: Ask, listener: Listener, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada")
    assert ask("alive") is True
    assert ask("kill") == "done"
    assert ask("document", letter) == [
        "The courier is gone until Indoors is started again.",
        "Everything on this computer goes on.",
        "",
    ]
    assert ask("probe", "127.0.0.1", listener.port, TOKEN) is False
    assert ask("alive") is False


def test_offline_there_is_no_courier(listener: Listener) -> None:
    for ask in sealed_main("--offline"):
        assert ask("alive") is False
        assert ask("probe", "127.0.0.1", listener.port, TOKEN) is False
        assert not listener.saw(TOKEN)


@pytest.mark.parametrize(
    ("kind", "what", "why"),
    [
        ("address", "javascript:alert(1)", "Only web and mail"),
        ("address", "file:///etc/passwd", "Only web and mail"),
        ("address", "--version", "Only web and mail"),
        ("address", "https://example.org", ""),
        ("address", "mailto:ada@example.org", ""),
        ("document", "relative.txt", "no longer there"),
        ("document", "/nowhere/at all.txt", "no longer there"),
    ],
)
def test_only_documents_and_web_addresses(kind: str, what: str, why: str) -> None:
    assert (why in refusal(kind, what)) if why else refusal(kind, what) == ""


def test_a_program_is_no_document(tmp_path: Path) -> None:
    trap = tmp_path / "invoice.pdf.desktop"
    trap.write_text("[Desktop Entry]\nExec=/bin/false\n")
    assert "is a program" in refusal("document", str(trap))


def test_a_failing_opener_and_a_missing_one_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = tmp_path / "letter.txt"
    letter.touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "xdg-utils" in open_outside("document", str(letter))["why"]
    opener = tmp_path / "xdg-open"
    opener.write_text("#!/bin/sh\nexit 3\n")
    opener.chmod(0o755)
    assert open_outside("document", str(letter)) == {"ok": False, "why": "No program on this computer opens it."}
