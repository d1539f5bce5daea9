"""`indoors prove`: the twelve ways out, tried from inside each sealed process against a listener."""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from app.egress.door import Door
from app.errors import UsageError
from models.api import ModelError
from models.child import python_command
from models.child_words import ChildMistake
from models.host import Host
from models.proof_listener import Listener, numeric
from models.seal import is_sealed, seal
from models.silence import PROVING_VARIABLE, SEALED, UNSEALED
from models.upload_watch import start_watch
from models.ways_out import Attempt, Outcome, Target, try_all, watched

QT_MODULE = "ui.window.ways_out_qt"
COURIER_WAY = "the courier's own way"
_ARRIVAL_WAIT_S = 1.0


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of child: its module with arguments, and the libraries that it works with."""

    command: tuple[str, ...]
    libraries: tuple[str, ...] = ()


_KINDS = {
    "window": _Kind((QT_MODULE,)),
    "language": _Kind(("models.worker", "language"), ("llama_cpp",)),
    "embedding": _Kind(("models.worker", "embedding"), ("ctranslate2", "tokenizers")),
    "speech": _Kind(("models.worker", "speech"), ("moonshine_voice", "faster_whisper")),
    "counting": _Kind(("models.worker", "counting"), ("tiktoken", "llama_cpp")),
    "reader": _Kind(("app.library.reader_process",), ("pypdfium2", "docx", "selectolax", "soundfile")),
    "ocr": _Kind(("app.library.ocr_process",), ("rapidocr", "cv2", "PIL", "pypdfium2")),
    "vectors": _Kind(("app.library.vector_process",), ("chromadb",)),
}
PROCESSES = ("main", *_KINDS)


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One way from one process. `way` is 1 to 12, 0 for the courier; the eleventh has two lines told apart by name.

    `errno` is the symbol of the refusal ("EACCES"), empty when there was none.
    """

    process: str
    way: int
    name: str
    outcome: Outcome
    errno: str = ""
    detail: str = ""


def prove(*, target: str | None, control: bool) -> Iterator[ProofLine]:
    """Try everything, yielding lines as they come (about half a minute); the courier's line is the last.

    Call it in a process that is not sealed yet, before anything else was started: it opens the listener and starts a
    courier, then seals this process for good (not with `control`). `target` is "HOST:PORT" of a listener somebody
    else started. Raises UsageError for a malformed target or a process that is already sealed.
    """
    where = parse_target(target) if target is not None else None
    if is_sealed():
        raise UsageError("This process is sealed already; prove must be the first thing that it does.")
    listener = None
    if where is None:
        listener = Listener()
        where = (listener.host, listener.port)
    door = Door.start()
    try:
        if not control:
            seal()
        aim = Target(*where, secrets.token_hex(8))
        yield from (_judged(process, attempt, listener, control) for process, attempt in _attempts(aim, control))
        yield _courier(door, aim, listener)
    finally:
        door.close()
        if listener is not None:
            listener.close()


def holds(lines: Iterable[ProofLine], *, control: bool) -> bool:
    """Whether the proof succeeded: sealed, nothing reached and the courier did; control, all reached but the x32
    twin and what cannot exist on this computer."""
    bad = "blocked" if control else "reached"
    seen = list(lines)
    others, zeroth = [line for line in seen if line.way], [line for line in seen if not line.way]
    courier_arrived = [line.outcome for line in zeroth] == ["reached"]
    return courier_arrived and bool(others) and all(line.outcome != bad for line in others)


def _attempts(aim: Target, control: bool) -> Iterator[tuple[str, Attempt]]:
    """Every process at once, because the twelfth way takes half a minute in each."""
    # First of all: a fork is safest while this process has few threads.
    watch = start_watch()
    arrived: queue.SimpleQueue[tuple[str, Attempt] | None] = queue.SimpleQueue()
    threads = [
        threading.Thread(target=_try_in_child, args=(name, kind, aim, control, arrived.put), name=f"prove-{name}")
        for name, kind in _KINDS.items()
    ]
    for thread in threads:
        thread.start()
    # In this thread, for Qt wants the main one.
    yield from (("main", attempt) for attempt in try_all("main", aim, qt_module=QT_MODULE))
    running = len(threads)
    while running:
        attempt = arrived.get()
        if attempt is None:
            running -= 1
        else:
            yield attempt
    for thread in threads:
        thread.join()
    yield "main", watched(watch)


def _try_in_child(
    name: str, kind: _Kind, aim: Target, control: bool, put: Callable[[tuple[str, Attempt] | None], None]
) -> None:
    env = {PROVING_VARIABLE: UNSEALED if control else SEALED}
    host = Host(name, python_command(*kind.command), env=env)
    asked = {"host": aim.host, "port": aim.port, "nonce": aim.nonce, "qt_module": QT_MODULE} | {
        "libraries": kind.libraries
    }
    try:
        for frame in host.ask("prove", asked):
            put((name, Attempt(**frame.header)))
    except (ModelError, ChildMistake) as error:
        put((name, Attempt(0, "start of the process", "not_possible_here", detail=str(error))))
    finally:
        host.close()
        put(None)


def _judged(process: str, attempt: Attempt, listener: Listener | None, control: bool) -> ProofLine:
    """The process's own word against what the listener saw; whatever arrived was reached."""
    line = ProofLine(process, attempt.way, attempt.name, attempt.outcome, attempt.errno, attempt.detail)
    if listener is None or not attempt.token:
        return line
    claimed = attempt.outcome == "reached"
    if listener.saw(attempt.token, wait_s=_ARRIVAL_WAIT_S if claimed else 0.0):
        return replace(line, outcome="reached", errno="")
    if claimed and control:
        return replace(line, outcome="blocked", detail="sent without an error, but the listener saw nothing")
    return line


def _courier(door: Door, aim: Target, listener: Listener | None) -> ProofLine:
    token = aim.token("courier", "0")
    sent = door.probe(aim.host, aim.port, token=token)
    reached = sent and (listener is None or listener.saw(token, wait_s=_ARRIVAL_WAIT_S))
    return ProofLine("courier", 0, COURIER_WAY, "reached" if reached else "blocked")


def parse_target(target: str) -> tuple[str, int]:
    """HOST:PORT taken apart. Raises UsageError."""
    host, _, port = target.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"{target} is not HOST:PORT.", do="Give an address and a port: 127.0.0.1:9999.")
    try:
        return numeric(host), int(port)
    except OSError as error:
        raise UsageError(f"{host} has no IPv4 address.", do="Give an address and a port: 127.0.0.1:9999.") from error
