"""Guards around every test: nothing leaks, warns or reaches for the network unseen; and the fixtures all rooms share.

A guard fails the test that broke it (log records, Qt messages, sockets) or the module that left something behind
(processes, threads, windows), naming the test during which it first appeared.
"""

import faulthandler
import logging
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

# Before any engine is imported: nothing reports home, nothing fetches, no real display, keyring or profile is touched.
os.environ.update(
    ORT_DISABLE_TELEMETRY="1",
    HF_HUB_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    ANONYMIZED_TELEMETRY="False",
    DO_NOT_TRACK="1",
    QT_QPA_PLATFORM="offscreen",
    PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
)
_HOME = tempfile.TemporaryDirectory(prefix="indoors-tests-")
for _name in ("DATA", "CONFIG", "CACHE", "STATE"):
    os.environ[f"XDG_{_name}_HOME"] = str(Path(_HOME.name) / _name.lower())

# Qt says these under the offscreen platform whatever the program does.
HARMLESS_QT = (
    r"^This plugin does not support",
    r"pipewire-0\.3",  # QtMultimedia looks for it first and takes PulseAudio
    r"^QObject::startTimer: Timers cannot be started from another thread at exit",
)
# Threads and processes that belong to the test runner or to Python itself.
OWN_THREADS = re.compile(r"pytest_timeout|^MainThread$|^Dummy-|^execnet")
OWN_CHILDREN = re.compile(r"multiprocessing\.(resource|semaphore)_tracker|multiprocessing\.forkserver")
GRACE_S = 3.0


@dataclass(slots=True)
class Watch:
    """What the guards have seen so far."""

    test: str = ""
    loopback_allowed: bool = False
    attempts: list[str] | None = None
    records: list[logging.LogRecord] | None = None
    qt_messages: list[str] | None = None
    qt_installed: bool = False


WATCH = Watch()
FIRST_SEEN: dict[str, str] = {}
BASELINE: set[str] = set()

# ---------------------------------------------------------------- sockets


def _is_loopback(address: Any) -> bool:
    host = address[0] if isinstance(address, tuple) and address else address
    text = host.decode(errors="replace") if isinstance(host, bytes) else str(host)
    return text in {"::1", "localhost", "", "0.0.0.0"} or text.startswith("127.")


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if WATCH.attempts is None or not event.startswith("socket."):
        return
    if event in {"socket.connect", "socket.bind", "socket.sendto"}:
        address = arguments[1]
        if not isinstance(address, tuple):  # AF_UNIX: a path; AF_NETLINK never gets here with a host
            return
        if address and isinstance(address[0], int):
            return
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        address = arguments[0]
    else:
        return
    if WATCH.loopback_allowed and _is_loopback(address):
        return
    WATCH.attempts.append(f"{event} {address}")
    raise PermissionError(f"a test opened an internet socket ({event} {address}); mark it `loopback` if that is meant")


sys.addaudithook(_audit)

# ---------------------------------------------------------------- log records and Qt messages


class _Collector(logging.Handler):
    """Keeps every record at WARNING or above for the guard."""

    def emit(self, record: logging.LogRecord) -> None:
        if WATCH.records is not None:
            WATCH.records.append(record)


def _watch_qt() -> None:
    """Listen to Qt's messages as soon as somebody has imported Qt."""
    if WATCH.qt_installed or "PySide6.QtCore" not in sys.modules:
        return
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    def heard(kind: QtMsgType, _context: object, text: str) -> None:
        quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if quiet or WATCH.qt_messages is None or any(re.search(pattern, text) for pattern in HARMLESS_QT):
            return
        WATCH.qt_messages.append(text)

    qInstallMessageHandler(heard)
    WATCH.qt_installed = True


def _patterns(request: pytest.FixtureRequest, marker: str) -> tuple[str, ...]:
    return tuple(str(pattern) for mark in request.node.iter_markers(marker) for pattern in mark.args)


def _unexpected(texts: list[str], patterns: tuple[str, ...]) -> list[str]:
    return [text for text in texts if not any(re.search(pattern, text) for pattern in patterns)]


@pytest.fixture(autouse=True)
def _nothing_unnoticed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test in which a warning was logged, Qt complained or a socket was opened, unless a marker says so."""
    WATCH.loopback_allowed = request.node.get_closest_marker("loopback") is not None
    WATCH.attempts, WATCH.records, WATCH.qt_messages = [], [], []
    _watch_qt()
    yield
    attempts, records, messages = WATCH.attempts, WATCH.records, WATCH.qt_messages
    WATCH.attempts = WATCH.records = WATCH.qt_messages = None
    logged = [f"{record.levelname} {record.name}: {record.getMessage()}" for record in records]
    wrong = {
        "internet sockets": attempts,
        "log records": _unexpected(logged, _patterns(request, "expected_warnings")),
        "Qt messages": _unexpected(messages, _patterns(request, "expected_qt_messages")),
    }
    found = [f"unexpected {kind}: {texts}" for kind, texts in wrong.items() if texts]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


# ---------------------------------------------------------------- what is left behind


def _alive() -> dict[str, Callable[[], None]]:
    """Everything living beside the tests: name -> how to end it."""
    found: dict[str, Callable[[], None]] = {}
    for thread in threading.enumerate():
        if thread.is_alive() and not OWN_THREADS.search(thread.name):
            found[f"thread {thread.name} ({thread.ident})"] = lambda: None
    for child in psutil.Process().children(recursive=True):
        try:
            words = " ".join(child.cmdline())
            if child.status() != psutil.STATUS_ZOMBIE and not OWN_CHILDREN.search(words):
                found[f"process {child.pid}: {words[:200]}"] = child.kill
        except psutil.NoSuchProcess:
            continue
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is not None and widgets.QApplication.instance() is not None:
        for window in widgets.QApplication.topLevelWidgets():
            if window.isVisible():
                found[f"window {type(window).__name__} {window.windowTitle()!r}"] = window.close
    return found


def _left_behind() -> dict[str, Callable[[], None]]:
    """What is still there after a moment of grace, beyond what was there before the first test."""
    until = time.monotonic() + GRACE_S
    while True:
        found = {name: end for name, end in _alive().items() if name not in BASELINE}
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.05)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After each test note what is alive; after a module's last test, when its fixtures have ended, nothing may be."""
    yield
    for name in _alive():
        FIRST_SEEN.setdefault(name, item.nodeid)
    if nextitem is not None and nextitem.path == item.path:
        return
    left = _left_behind()
    if left:
        for name, end in left.items():
            BASELINE.add(name)  # report once
            end()
        told = [f"{name}, since {FIRST_SEEN.get(name, item.nodeid)}" for name in left]
        pytest.fail("left behind by this module: " + "; ".join(told), pytrace=False)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remember what was there before, and start listening."""
    BASELINE.update(_alive())
    collector = _Collector(level=logging.WARNING)
    logging.getLogger().addHandler(collector)
    if not faulthandler.is_enabled():
        faulthandler.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let go of Qt before Python goes down, or its last words arrive in a dead interpreter."""
    if WATCH.qt_installed:
        from PySide6.QtCore import qInstallMessageHandler

        qInstallMessageHandler(None)


# ---------------------------------------------------------------- fixtures


@dataclass(frozen=True, slots=True)
class StarterModels:
    """Where set-up put the small models: a GGUF file and a CTranslate2 folder. Moonshine's lie in its package."""

    root: Path
    writing: Path
    searching: Path


@pytest.fixture(scope="session")
def starter_models() -> StarterModels:
    """The starter models; a failure, not a skip, when they are missing: set-up always brings them."""
    places = [Path(prefix) / "share" / "indoors" / "models" for prefix in (sys.prefix, ROOT / ".venv")]
    for root in places:
        found = StarterModels(
            root=root,
            writing=root / "writing" / "SmolLM2-135M-Instruct.Q4_1.gguf",
            searching=root / "searching" / "all-minilm-l6-v2",
        )
        if found.writing.is_file() and (found.searching / "model.bin").is_file():
            return found
    pytest.fail("the starter models are not there; `make setup` puts them into .venv", pytrace=False)


@pytest.fixture(scope="session")
def shared_samples() -> Path:
    """The samples beside the checkout; tests that need them are skipped where they are absent."""
    folder = ROOT.parent / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip("the shared samples are not beside this checkout")
    return folder


@pytest.fixture
def profile_dir(tmp_path: Path) -> Path:
    """An empty data folder of its own: a complete, separate profile."""
    folder = tmp_path / "profile"
    folder.mkdir(mode=0o700)
    return folder


def pytest_configure(config: pytest.Config) -> None:
    """Bring the fixture `keyring_bus`: a real keyring of its own."""
    if (ROOT / "tests" / "private_keyring.py").exists():  # not where these guards are tried out on their own
        config.pluginmanager.import_plugin("tests.private_keyring")
