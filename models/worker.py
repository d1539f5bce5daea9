"""Child side of every process Indoors starts: quiet, tied to its parent, limited and sealed before it loads."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import importlib
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from types import TracebackType
from typing import Any, BinaryIO

from models.api import Cancel, ModelError, Trouble
from models.frames import Frame, FrameError, read_frame, write_frame
from models.seal import seal, state
from models.silence import MEMORY_LIMIT_VARIABLE, PARENT_VARIABLE, PROVING_VARIABLE, UNSEALED, hush

_KINDS = {
    "language": "models.language",
    "embedding": "models.embedding",
    "reranking": "models.reranking",
    "speech": "models.speech_moonshine",
    "whisper": "models.speech_whisper",
    "counting": "models.counting",
    "shrink": "models.shrinking",
    "fake": "models.fake",
}
_OPEN_FILES = 1024
_EXIT_OUT_OF_MEMORY = 71
_PR_SET_PDEATHSIG = 1


class StopSignal(Cancel):
    """A Cancel that can also call back at once, for native loops that look at a byte and not at Python."""

    __slots__ = ("_callbacks", "_lock")

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    def stop(self) -> None:
        """Mark as stopped and call everything given to `when_stopped`, on the calling thread."""
        with self._lock:
            super().stop()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def when_stopped(self, callback: Callable[[], None]) -> None:
        """Call `callback` once, from another thread, when the stop comes; at once when it already came."""
        with self._lock:
            if not self.stopped:
                self._callbacks.append(callback)
                return
        callback()


@dataclass(frozen=True, slots=True)
class Request:
    """One job for a handler. `header` is what the parent passed to `Host.ask`; `cancel` is set when it says stop."""

    verb: str
    header: Mapping[str, Any]
    payload: bytes = field(default=b"", repr=False)
    cancel: StopSignal = field(default_factory=StopSignal)


Handler = Callable[[Request], Iterator[Frame]]
"""Yields the reply's frames as they come. Raises ModelError for the world; anything else is our bug and ends the
process after saying so. The verb "end", if offered, runs once when the parent is done with this process."""


def serve(
    load: Callable[[], Mapping[str, Handler]],
    *,
    name: str,
    sealed: bool = True,
    programs: bool = False,
    unix: bool = False,
) -> None:
    """Answer requests on standard input until the parent closes it; never returns.

    `load` imports what is heavy and gives the handlers; it runs once everything protective is in place. `sealed=False`
    is for the courier alone; `programs` and `unix` loosen the seal as in seal(). A child started by `indoors prove`
    answers only "prove": then, and only then, it may be unsealed for the control run.
    """
    proving = os.environ.get(PROVING_VARIABLE, "")
    incoming, outgoing = _take_pipes()
    hush()
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _follow_parent()
    if sealed:
        _limit()
    if sealed and proving != UNSEALED:
        seal(programs=programs, unix=unix)
    desk = _Desk(incoming, outgoing)
    handlers = _load(partial(proof_handlers, name) if proving else load, desk)
    desk.send({"ready": True, "name": name, "sealed": state().enforced_by if sealed else "nothing"})
    desk.work(handlers)
    leave = handlers.get("end")
    if leave is not None:
        for _ in leave(Request("end", {})):
            pass
    # Native libraries may hang or crash while they are torn down; everything worth keeping is already written.
    os._exit(0)


class _Desk:
    """Requests in, frames out; one job at a time on the main thread, stops heard meanwhile on a second one."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._jobs: queue.SimpleQueue[tuple[int, Request] | None] = queue.SimpleQueue()
        self._stops: dict[int, StopSignal] = {}
        threading.Thread(target=self._listen, name="requests", daemon=True).start()

    def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Write one frame; without a parent there is nobody to work for, so the process ends."""
        try:
            write_frame(self._outgoing, Frame(header, payload))
        except OSError:
            os._exit(0)

    def work(self, handlers: Mapping[str, Handler]) -> None:
        """Answer until the parent closes the pipe."""
        while (job := self._jobs.get()) is not None:
            number, request = job
            self._answer(number, request, handlers)
            self._stops.pop(number, None)

    def _answer(self, number: int, request: Request, handlers: Mapping[str, Handler]) -> None:
        handler = handlers.get(request.verb)
        mistake = {"id": number, "last": True, "error": "ours"}
        try:
            with _Told(lambda at: self.send(mistake | {"where": at}), besides=(ModelError, MemoryError)):
                if handler is None:
                    raise LookupError(f"no handler for {request.verb}")
                for frame in handler(request):
                    self.send({"id": number, "h": frame.header}, frame.payload)
        except ModelError as error:
            said = {"error": error.kind.value, "message": str(error), "safe": error.safe, "do": error.do}
            self.send({"id": number, "last": True} | said)
        except MemoryError:
            self.send({"id": number, "last": True, "error": Trouble.OUT_OF_MEMORY.value})
            os._exit(_EXIT_OUT_OF_MEMORY)
        else:
            self.send({"id": number, "last": True})

    def _listen(self) -> None:
        try:
            while (frame := read_frame(self._incoming)) is not None:
                number, verb = int(frame.header["id"]), str(frame.header["verb"])
                if verb == "stop":
                    stop = self._stops.get(number)
                    if stop is not None:
                        stop.stop()
                    continue
                request = Request(verb, frame.header.get("h", {}), frame.payload)
                self._stops[number] = request.cancel
                self._jobs.put((number, request))
        except (FrameError, KeyError, OSError):
            traceback.print_exc(limit=0)
        for stop in list(self._stops.values()):
            stop.stop()
        self._jobs.put(None)


def where(error: BaseException) -> str:
    """Kind of the error and the places it went through, newest first; never its text, which may quote a document."""
    places = traceback.extract_tb(error.__traceback__)[-6:]
    return " < ".join(
        [type(error).__name__, *(f"{PurePath(place.filename).name}:{place.lineno}" for place in reversed(places))]
    )


class _Told:
    """Tells the parent where a mistake was made on its way out, and lets it go on its way: nothing is caught here."""

    def __init__(self, tell: Callable[[str], None], *, besides: tuple[type[BaseException], ...]) -> None:
        """`besides` are told elsewhere, in words of their own."""
        self._tell = tell
        self._besides = besides

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None and not isinstance(error, self._besides):
            self._tell(where(error))


def _load(load: Callable[[], Mapping[str, Handler]], desk: _Desk) -> Mapping[str, Handler]:
    try:
        with _Told(lambda at: desk.send({"refused": "ours", "where": at}), besides=(ModelError,)):
            return load()
    except ModelError as error:
        desk.send({"refused": error.kind.value, "message": str(error), "safe": error.safe, "do": error.do})
        raise


def proof_handlers(name: str) -> Mapping[str, Handler]:
    """The one verb of a child of `indoors prove`: try the ways out with this kind's libraries loaded."""
    from models.upload_watch import start_watch  # only here, to keep it out of every other child
    from models.ways_out import Target, try_all, watched

    def prove(request: Request) -> Iterator[Frame]:
        asked = request.header
        # Before the libraries: onnxruntime may be among them, and it would already be silenced.
        watch = start_watch()
        for library in asked["libraries"]:
            with contextlib.suppress(ImportError):
                importlib.import_module(library)
        target = Target(str(asked["host"]), int(asked["port"]), str(asked["nonce"]))
        for attempt in try_all(name, target, qt_module=str(asked["qt_module"])):
            yield Frame(attempt.as_dict())
        yield Frame(watched(watch).as_dict())

    return {"prove": prove}


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes for frames alone: what native code prints goes to standard error, what it reads is empty."""
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


def _follow_parent() -> None:
    """Die with the thread that started this process (Linux); leave at once when it is already gone."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    parent = os.environ.get(PARENT_VARIABLE, "")
    if parent and os.getppid() != int(parent):
        os._exit(0)


def _limit() -> None:
    """No core file (it would hold the person's text), few descriptors, and the memory this kind may have."""
    if sys.platform == "win32":
        return
    import resource  # not on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    memory = os.environ.get(MEMORY_LIMIT_VARIABLE, "")
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))


def main(arguments: Sequence[str]) -> None:
    """`worker KIND [ARGUMENTS…]`: the kinds whose runtime lives in models/."""
    kind, rest = arguments[0], arguments[1:]

    def load() -> Mapping[str, Handler]:
        handlers: Mapping[str, Handler] = importlib.import_module(_KINDS[kind]).handlers(rest)
        return handlers

    serve(load, name=kind)


if __name__ == "__main__":
    main(sys.argv[1:])
