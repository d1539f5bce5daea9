"""Run sealed by the tests of the seal: tries what a library might try and prints one JSON object of errno names."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

from models import seal as seal_module
from models.seal import is_sealed, seal, state, tried

FAMILIES = ("AF_UNIX", "AF_NETLINK", "AF_INET", "AF_INET6", "AF_PACKET", "AF_VSOCK", "AF_BLUETOOTH", "AF_ALG", "AF_CAN")
LIBC = ctypes.CDLL(None, use_errno=True)


def name(go: Callable[[], object]) -> str:
    """`granted`, or the errno's symbol."""
    try:
        go()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "granted"


def call(*arguments: object) -> str:
    """The same for a system call by number."""
    return errno.errorcode[ctypes.get_errno()] if LIBC.syscall(*arguments) < 0 else "granted"


def family(which: str) -> str:
    kind = socket.SOCK_RAW if which in ("AF_NETLINK", "AF_PACKET", "AF_CAN") else socket.SOCK_STREAM
    return name(lambda: socket.socket(getattr(socket, which), kind).close())


def old_thread(go: threading.Event, done: list[str]) -> threading.Thread:
    """A thread that runs before the seal and tries after it."""

    def work() -> None:
        go.wait()
        done.append(name(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()))

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def main(mode: str, port: int) -> dict[str, object]:
    inherited = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    go = threading.Event()
    done: list[str] = []
    thread = old_thread(go, done)
    before = state().enforced_by
    if mode == "without_kernel":
        seal_module._NUMBERS = {}
    if mode != "open":
        seal(programs=mode != "strict", unix=mode != "strict")
    go.set()
    thread.join()
    found: dict[str, object] = {each: family(each) for each in FAMILIES if hasattr(socket, each)}
    child = [sys.executable, "-I", "-S", "-c", "import socket; socket.socket(); print('granted')"]
    found |= {
        "before": before,
        "enforced_by": state().enforced_by,
        "detail": state().detail,
        "is_sealed": is_sealed(),
        "old_thread": done[0],
        "pair": name(socket.socketpair),
        "inherited_connect": name(lambda: inherited.connect(("127.0.0.1", port))),
        "ctypes_socket": "granted" if LIBC.socket(2, 1, 0) >= 0 else errno.errorcode[ctypes.get_errno()],
        "io_uring_setup": call(425, 1, ctypes.create_string_buffer(120)),
        "ptrace": call(101 if os.uname().machine == "x86_64" else 117, 16, -1, None, None),
        "program": name(lambda: subprocess.run(["/bin/true"], check=True)),
        "again": seal(programs=mode != "strict", unix=mode != "strict").enforced_by if mode != "open" else "",
    }
    if os.uname().machine == "x86_64":
        found["x32"] = call(ctypes.c_long(0x40000000 + 41), 2, 1, 0)
    if mode in ("usual", "open"):
        found["program_output"] = subprocess.run(child, capture_output=True, check=False).stdout.decode().strip()
    found["tried"] = tried()
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
