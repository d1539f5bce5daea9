"""Ruff refuses the Qt classes that open connections and the modules that fetch by themselves."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BANNED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"][
    "flake8-tidy-imports"
]["banned-api"]


def refused(text: str, name: str) -> str:
    """What ruff says about `text` standing in the house under `name`."""
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251,BLE001,PGH", "--no-cache", "-"]
    answer = subprocess.run(
        [*command, "--stdin-filename", str(ROOT / name)], input=text, cwd=ROOT, capture_output=True, text=True
    )
    return answer.stdout if answer.returncode else ""


def test_every_banned_name_is_refused() -> None:
    lines = [f"from {name.rpartition('.')[0]} import {name.rpartition('.')[2]}" for name in BANNED]
    said = refused("\n".join(lines) + "\n", "ui/window/main_window.py")
    assert [name for name in BANNED if f"`{name}`" not in said] == []


@pytest.mark.parametrize("line", ["import PySide6.QtQml", "from PySide6.QtWebEngineCore import QWebEnginePage"])
def test_modules_are_refused_in_every_form(line: str) -> None:
    assert "TID251" in refused(f"{line}\n", "ui/window/main_window.py")


def test_local_sockets_are_allowed() -> None:
    assert refused("from PySide6.QtNetwork import QLocalServer, QLocalSocket\n", "ui/window/single_instance.py") == ""


def test_catching_everything_and_bare_ignores_are_refused() -> None:
    text = "try:\n    x: int = ''  # type: ignore\nexcept Exception:\n    pass\n"
    said = refused(text, "app/values.py")
    assert "BLE001" in said
    assert "PGH003" in said


def test_every_class_of_qtnetwork_that_connects_is_on_the_list() -> None:
    """A class Qt adds later must be decided about; only local sockets and plain values are free."""
    from PySide6 import QtNetwork

    free = {"QLocalServer", "QLocalSocket", "QDnsHostAddressRecord"}
    connecting = {
        name
        for name in dir(QtNetwork)
        if name.startswith("Q")
        and name not in free
        and any(word in name for word in ("Socket", "Server", "AccessManager", "Lookup", "HostInfo", "HostAddress"))
    }
    assert {f"PySide6.QtNetwork.{name}" for name in connecting} - set(BANNED) == set()
