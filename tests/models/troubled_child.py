"""A child for the tests of Host: it echoes, counts, and dies in every way a model process may die."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from models.api import ModelError, Trouble
from models.frames import Frame, write_frame
from models.worker import Handler, Request, serve


def echo(request: Request) -> Iterator[Frame]:
    yield Frame(dict(request.header), request.payload)


def count(request: Request) -> Iterator[Frame]:
    """`to` frames, `pause_s` apart; leaves at the next one when stopped, with a last word."""
    for number in range(int(request.header["to"])):
        if request.cancel.wait(float(request.header.get("pause_s", 0))):
            yield Frame({"why": "cancelled"})
            return
        yield Frame({"n": number})


def flood(request: Request) -> Iterator[Frame]:
    """One large frame for each one asked for, whatever came in."""
    yield Frame({"got": len(request.payload)}, bytes(int(request.header["bytes"])))


def die(request: Request) -> Iterator[Frame]:
    """Some frames, then an end of the named kind."""
    for number in range(int(request.header.get("after", 0))):
        yield Frame({"n": number})
    match request.header["how"]:
        case "segfault":
            ctypes.string_at(0)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "abort":
            os.abort()
        case "bad_alloc":
            print("terminate called after throwing an instance of 'std::bad_alloc'", file=sys.stderr, flush=True)
            os.abort()
        case "memory":
            bytearray(64 * 1024**3)
        case "hang":
            time.sleep(600)
        case "garbage":
            for descriptor in range(3, 32):
                try:
                    os.write(descriptor, b"this is not a frame at all")
                except OSError:
                    continue
            time.sleep(600)
        case "bug":
            raise KeyError("secret words of the document")
        case "told":
            raise ModelError(Trouble.BAD_FILE, "This is no model.", do="Get it again.")
        case "exit":
            os._exit(3)


def look(request: Request) -> Iterator[Frame]:
    """What this process has around it."""
    os.write(1, b"a library that prints to standard output\n")
    yield Frame(
        {
            "pid": os.getpid(),
            "cwd": str(Path.cwd()),
            "env": dict(os.environ),
            "path": sys.path[0],
            "isolated": sys.flags.isolated,
            "descriptors": sorted(int(entry.name) for entry in Path("/proc/self/fd").iterdir()),
            "stdin": os.read(0, 1).decode(),
        }
    )


def seal(request: Request) -> Iterator[Frame]:
    """What this process is refused."""
    from tests.models.sealed_attempts import family, name

    program = name(lambda: subprocess.run(["/bin/true"], check=True))
    yield Frame({"inet": family("AF_INET"), "unix": family("AF_UNIX"), "program": program})


def stray(request: Request) -> Iterator[Frame]:
    """A late frame of an earlier request, then the answer; descriptor 4 is the pipe of frames (test_host.py)."""
    with os.fdopen(os.dup(4), "wb") as pipe:
        write_frame(pipe, Frame({"id": 999_999, "h": {"stray": True}}))
        write_frame(pipe, Frame({"id": 999_999, "last": True}))
    yield Frame({"own": True})


def called_back(request: Request) -> Iterator[Frame]:
    """Waits for the callback of a stop, as a native loop's byte does."""
    stopped = threading.Event()
    request.cancel.when_stopped(stopped.set)
    yield Frame({"waiting": True})
    yield Frame({"called": stopped.wait(60)})


def end(request: Request) -> Iterator[Frame]:
    if marker := os.environ.get("TEST_END_MARKER"):
        Path(marker).write_text("ended in order")
    yield from ()


def load() -> dict[str, Handler]:
    """The handlers, unless this child was asked to fail at it."""
    if "--refuses" in sys.argv:
        raise ModelError(Trouble.MISSING, "There is no model here.", do="Get one.")
    if "--mistaken" in sys.argv:
        raise KeyError("secret words")
    verbs: dict[str, Handler] = {
        "echo": echo,
        "count": count,
        "flood": flood,
        "die": die,
        "look": look,
        "seal": seal,
        "end": end,
    }
    return verbs | {"called_back": called_back, "stray": stray}


if __name__ == "__main__":
    if "--broken" in sys.argv:
        os._exit(4)
    serve(load, name="troubled")
