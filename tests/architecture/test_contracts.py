"""The import contracts of pyproject.toml hold, and each is seen to break."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def small_house(to: Path) -> Path:
    """A house with one module in each room the breaks touch, under the real contracts. It keeps all of them."""
    packages = ("app", "app/ask", "models", "ui", "ui/window", "ui/terminal")
    modules = ("app/values", "app/settings", "models/api", "models/frames", "models/host")
    for name in (*(f"{package}/__init__" for package in packages), *modules):
        file = to / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('"""Why."""\n', encoding="utf-8")
    shutil.copyfile(ROOT / "pyproject.toml", to / "pyproject.toml")
    return to


def broken_contracts(root: Path) -> set[str]:
    """Names of the contracts import-linter says are broken."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", "pyproject.toml", "--no-cache"]
    answer = subprocess.run(
        command, cwd=root, capture_output=True, text=True, env={"PATH": "/usr/bin", "COLUMNS": "200"}
    )
    assert "Contracts:" in answer.stdout, answer.stdout + answer.stderr
    return set(re.findall(r"(?m)^(.+?) BROKEN", answer.stdout))


BREAKS = [
    ("One way down: ui, app, models", "models/api.py", "import app.values"),
    (
        "Every module of ui has its place; window and terminal do not know each other",
        "ui/terminal/__init__.py",
        "import ui.window",
    ),
    ("Every module of ui has its place; window and terminal do not know each other", "ui/nobody_placed.py", ""),
    ("Every module of app has its place and imports only lower ones", "app/values.py", "import app.settings"),
    ("Every module of app has its place and imports only lower ones", "app/nobody_placed.py", ""),
    ("Every module of models has its place; no runtime knows another", "models/frames.py", "import models.host"),
    ("Every module of models has its place; no runtime knows another", "models/nobody_placed.py", ""),
    ("Qt only in ui/window", "ui/terminal/__init__.py", "import PySide6.QtCore"),
    ("No asyncio in ui", "ui/window/__init__.py", "import asyncio"),
    ("Only the courier and its carriers know the network", "app/ask/__init__.py", "import socket"),
    ("Database, vectors, keyring and each engine: one file each", "app/ask/__init__.py", "import sqlite3"),
]


def test_the_house_keeps_its_contracts() -> None:
    assert broken_contracts(ROOT) == set()


@pytest.mark.parametrize(("contract", "file", "line"), BREAKS, ids=[f"{file}: {line}" for _, file, line in BREAKS])
def test_breaking_a_contract_is_seen(contract: str, file: str, line: str, tmp_path: Path) -> None:
    target = small_house(tmp_path) / file
    before = target.read_text(encoding="utf-8") if target.exists() else '"""Why."""\n'
    target.write_text(f"{before}\n{line}\n", encoding="utf-8")
    assert contract in broken_contracts(tmp_path)


def test_a_house_that_breaks_nothing_passes(tmp_path: Path) -> None:
    assert broken_contracts(small_house(tmp_path)) == set()


def test_every_contract_has_a_break() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert {contract["name"] for contract in contracts} == {contract for contract, _, _ in BREAKS}
