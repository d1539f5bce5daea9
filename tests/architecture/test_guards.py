"""The guards of tests/conftest.py bite: each small test here breaks one and is seen to fail, in a run of their own."""

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]

BREAKS = {
    "unexpected log records": "import logging\ndef test(): logging.getLogger('x').warning('a loose end')",
    "unexpected internet sockets": """
        import socket
        def test():
            with socket.socket() as s:
                try: s.connect(('127.0.0.1', 9))
                except OSError: pass""",
    "getaddrinfo": """
        import socket
        def test():
            try: socket.getaddrinfo('example.invalid', 80)
            except OSError: pass""",
    "unexpected Qt messages": "from PySide6.QtCore import qWarning\ndef test(): qWarning('a loose wire')",
    "left behind by this module: process": "import subprocess\nclass K: p = None\n"
    "def test(): K.p = subprocess.Popen(['sleep', '60'])",
    "left behind by this module: thread": "import threading\nwait = threading.Event().wait\n"
    "def test(): threading.Thread(target=wait, args=(20,), daemon=True, name='straggler').start()",
    "left behind by this module: window": "from PySide6.QtWidgets import QApplication, QWidget\n"
    "app = QApplication([])\nw = QWidget()\ndef test(): w.show()",
    "a loud library": "import warnings\ndef test(): warnings.warn('a loud library')",
}

KEEPS = {
    "a warning that is expected": """
        import logging, pytest
        @pytest.mark.expected_warnings('loose end')
        def test(): logging.getLogger('x').warning('a loose end')""",
    "a listener on this machine": """
        import socket, pytest
        @pytest.mark.loopback
        def test():
            with socket.create_server(('127.0.0.1', 0)) as server:
                socket.create_connection(server.getsockname()).close()""",
    "a local socket": """
        import socket
        def test():
            a, b = socket.socketpair(); a.close(); b.close()""",
    "a child of the whole module, ended by its fixture": """
        import subprocess, pytest
        @pytest.fixture(scope='module')
        def child():
            with subprocess.Popen(['sleep', '60']) as process:
                yield process
                process.kill()
        def test_one(child): pass
        def test_two(child): pass""",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One run of all of them, a module each, under a copy of our conftest: what failed in each ("" when nothing)."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "tests").mkdir()
    shutil.copyfile(ROOT / "tests" / "conftest.py", folder / "tests" / "conftest.py")
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    names = {}
    for number, (name, test) in enumerate({**BREAKS, **KEEPS}.items()):
        names[f"tests.test_{number:02}"] = name
        (folder / "tests" / f"test_{number:02}.py").write_text(textwrap.dedent(test) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", "seen.xml", "tests"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert (folder / "seen.xml").exists(), answer.stdout + answer.stderr
    found = dict.fromkeys(names.values(), "did not run")
    for case in ElementTree.parse(folder / "seen.xml").iter("testcase"):
        troubles = [f"{part.get('message')} {part.text}" for part in case if part.tag in {"failure", "error"}]
        name = names[case.get("classname", "")]
        found[name] = found[name].removeprefix("did not run") + "".join(troubles)
    return found


@pytest.mark.parametrize("said", BREAKS)
def test_a_breach_is_seen(said: str, outcomes: dict[str, str]) -> None:
    assert said in outcomes[said]


@pytest.mark.parametrize("kept", KEEPS)
def test_what_is_meant_passes(kept: str, outcomes: dict[str, str]) -> None:
    assert outcomes[kept] == ""
