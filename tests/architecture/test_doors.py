"""One door each: which file may import what, read from the syntax tree so that imports inside functions count too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "models", "ui")

CARRIERS = tuple(f"app/egress/carrier_{name}.py" for name in ("cloud", "download", "relay", "open"))
# `indoors prove` tries the ways out, listens for what arrives and watches a library's own attempt.
PROOF = ("models/ways_out.py", "models/proof_listener.py", "models/upload_watch.py", "ui/window/ways_out_qt.py")
NETWORK = ("app/egress/courier.py", *CARRIERS, "models/seal.py", *PROOF)
NOBODY: tuple[str, ...] = ()

# What is imported -> the files (or folders, ending in /) that may.
DOORS: dict[str, tuple[str, ...]] = {
    "openai": ("app/egress/carrier_cloud.py",),
    "httpx": NETWORK,
    "httpcore": NETWORK,
    # What the openai client speaks through; they are handed our own connection there, and nowhere else.
    "httpx2": ("app/egress/carrier_cloud.py",),
    "httpcore2": ("app/egress/carrier_cloud.py",),
    "http": NETWORK,
    "urllib.request": NETWORK,
    # The line passes descriptors of a pair of sockets to the courier; it cannot reach a network.
    "socket": (*NETWORK, "app/egress/relay_line.py"),
    "ssl": NETWORK,
    "requests": NOBODY,
    "urllib3": NOBODY,
    "aiohttp": NOBODY,
    "websockets": NOBODY,
    "huggingface_hub": NOBODY,
    "socketserver": NOBODY,
    "xmlrpc": NOBODY,
    "ftplib": NOBODY,
    "smtplib": NOBODY,
    "imaplib": NOBODY,
    "poplib": NOBODY,
    "telnetlib": NOBODY,
    "webbrowser": ("app/egress/carrier_open.py",),
    "asyncio": ("models/ways_out.py",),
    "pickle": NOBODY,
    "keyring": ("app/egress/keys.py",),
    "sqlite3": ("app/store/db.py",),
    "chromadb": ("app/library/vector_process.py",),
    # The second one reads only the vocabulary inside a model file.
    "llama_cpp": ("models/language.py", "models/counting.py", "models/shrinking.py"),
    "tiktoken": ("models/counting.py",),
    "tiktoken_ext": NOBODY,
    "faster_whisper": ("models/speech_whisper.py",),
    "moonshine_voice": ("models/speech_moonshine.py",),
    "rapidocr": ("app/library/readers/ocr.py",),
    "PySide6": ("ui/window/",),
    "shiboken6": ("ui/window/",),
    "cv2": NOBODY,
}


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import, also those made by name at run time."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]):
                yield node.lineno, name
            case ast.Call(func=ast.Name(id="import_module" | "__import__"), args=[ast.Constant(value=str(name)), *_]):
                yield node.lineno, name


def trespassers(root: Path) -> list[str]:
    """Every import that goes through a door that is not its own."""
    found = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            for line, what in imported(ast.parse(path.read_text(encoding="utf-8"))):
                for door, allowed in DOORS.items():
                    through = what == door or what.startswith(door + ".")
                    if through and not any(
                        name == one or (one.endswith("/") and name.startswith(one)) for one in allowed
                    ):
                        found.append(f"{name}:{line} imports {what}")
    return found


def test_everyone_uses_their_own_door() -> None:
    assert trespassers(ROOT) == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "form", ["import {0}", "def f():\n    import {0} as x", "import importlib\nimportlib.import_module('{0}')"]
)
def test_another_door_is_seen(door: str, form: str, tmp_path: Path) -> None:
    intruder = tmp_path / "app" / "ask" / "intruder.py"
    intruder.parent.mkdir(parents=True)
    intruder.write_text(form.format(door) + "\n", encoding="utf-8")
    assert trespassers(tmp_path) != []


def test_the_right_door_is_open(tmp_path: Path) -> None:
    file = tmp_path / "app" / "store" / "db.py"
    file.parent.mkdir(parents=True)
    file.write_text("import sqlite3\nfrom urllib.parse import quote\n", encoding="utf-8")
    assert trespassers(tmp_path) == []
