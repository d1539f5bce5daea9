"""Lets onnxruntime try its telemetry in a throw-away copy of this process and counts what the kernel saw of it.

Method: the copy loads onnxruntime without ORT_DISABLE_TELEMETRY, runs a session and stays alive for LIVE_S, and on
until it tried something (the first upload comes after about ten seconds, later on a busy computer). A kernel filter of
its own (SECCOMP_RET_USER_NOTIF, which refuses nothing) tells a second process of every file opened and every socket
asked for. A name look-up reads /etc/hosts: that is the sign that it tried. An internet socket passes this filter only
when no seal refused it before (seccomp(2): a refusal goes before a notice), so one seen here was granted. Layouts from
linux/seccomp.h; needs Linux 5.5.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import fcntl
import importlib
import json
import os
import platform
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from models.seal import is_sealed

LIVE_S = 26.0
"""Seconds every observation lasts, so that what comes after the first look-up is seen too."""
LONGEST_S = 80.0
"""Seconds after which onnxruntime is said to have tried nothing; on a busy computer 26 were once too few."""
_NOT_LOADED = 3
_NUMBERS = {"x86_64": (317, 257, 41), "aarch64": (277, 56, 198)}  # seccomp, openat, socket
_SET_MODE_FILTER, _FLAG_NEW_LISTENER = 1, 8
_NOTIFY, _ALLOW = 0x7FC00000, 0x7FFF0000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_RECEIVE, _ANSWER, _GO_ON = 0xC0502100, 0xC0182101, 1
_NOTICE = struct.Struct("=QIIiIQ6Q")  # id, pid, flags, number, architecture, instruction, six arguments
_REPLY = struct.Struct("=QqiI")
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_LOOK_UP_FILES = (b"/etc/hosts\0", b"/etc/resolv.conf\0")
_INTERNET = (socket.AF_INET, socket.AF_INET6)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the telemetry tried and what came of it."""

    outcome: Literal["blocked", "reached", "not_possible_here"]
    errno: str = ""
    detail: str = ""


@dataclass(slots=True)
class Watch:
    """A running observation; `result` waits for its end."""

    pid: int
    pipe: int

    def result(self) -> Seen:
        """Wait (LIVE_S to LONGEST_S from the start) and say what was seen."""
        with os.fdopen(self.pipe, "rb") as pipe:
            raw = pipe.read()
        os.waitpid(self.pid, 0)
        try:
            told = json.loads(raw)
        except ValueError:
            return Seen("not_possible_here", detail="the observation itself failed")
        return _judge(**told)


def start_watch() -> Watch | None:
    """Fork the observer; None where there is no such filter. The calling process must not have loaded onnxruntime."""
    if sys.platform != "linux" or platform.machine() not in _NUMBERS:
        return None
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            _tie_to_parent()
            os.write(writing, json.dumps(_observe()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    return Watch(pid, reading)


def _judge(*, look_ups: int, sockets: int, seconds: float, loaded: bool, sealed: bool, watched: bool) -> Seen:
    facts = f"{look_ups} files of a name look-up opened, {sockets} internet sockets granted in {seconds:.0f} s"
    if not watched:
        return Seen("not_possible_here", detail="this kernel does not tell of system calls")
    if not loaded:
        return Seen("not_possible_here", detail="onnxruntime cannot be loaded here")
    if sockets:
        return Seen("reached", detail=facts)
    if look_ups and sealed:
        return Seen("blocked", "EACCES", facts)
    return Seen("not_possible_here", detail=f"onnxruntime tried nothing: {facts}")


def _observe() -> dict[str, int | float | bool]:
    """Start the throw-away copy, answer the kernel's notices about it, count them."""
    home = tempfile.mkdtemp(prefix="indoors-prove-")
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            _tie_to_parent()
            _upload(theirs, home)
        finally:
            os._exit(_NOT_LOADED)
    theirs.close()
    look_ups = sockets = 0
    started = time.monotonic()
    with contextlib.closing(ours):
        _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    if descriptors:
        look_ups, sockets = _count(descriptors[0], pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    shutil.rmtree(home, ignore_errors=True)
    loaded = not (os.WIFEXITED(status) and os.WEXITSTATUS(status) == _NOT_LOADED)
    return {
        "look_ups": look_ups,
        "sockets": sockets,
        "seconds": time.monotonic() - started,
        "loaded": loaded,
        "sealed": is_sealed(),
        "watched": bool(descriptors),
    }


def _count(listener: int, pid: int) -> tuple[int, int]:
    """Files of a look-up opened and internet sockets granted: for LIVE_S, and on until there is one or LONGEST_S."""
    look_ups = sockets = 0
    openat, socket_number = _NUMBERS[platform.machine()][1:]
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    started = time.monotonic()
    while (lived_s := time.monotonic() - started) < LONGEST_S and not (lived_s > LIVE_S and look_ups + sockets):
        ready = waiting.poll(1000)
        if any(event & select.POLLHUP for _, event in ready):
            break
        if not ready:
            continue
        notice = bytearray(_NOTICE.size)
        try:
            fcntl.ioctl(listener, _RECEIVE, notice)
            identity, thread, _, number, _, _, *arguments = _NOTICE.unpack(notice)
            if number == openat:
                look_ups += _is_look_up(thread, arguments[1])
            elif number == socket_number:
                sockets += arguments[0] in _INTERNET
            fcntl.ioctl(listener, _ANSWER, bytearray(_REPLY.pack(identity, 0, 0, _GO_ON)))
        except OSError:
            continue  # the thread that asked is gone
    return look_ups, sockets


def _is_look_up(thread: int, address: int) -> bool:
    try:
        with Path(f"/proc/{thread}/mem").open("rb", buffering=0) as memory:
            memory.seek(address)
            path = memory.read(32)
    except OSError:
        return False
    return path.startswith(_LOOK_UP_FILES)


def _upload(channel: socket.socket, home: str) -> NoReturn:
    """The throw-away copy: be watched, then use onnxruntime as a program that does not know its telemetry would."""
    # Nothing of our own surroundings: with CI set, for one, onnxruntime keeps silent by itself.
    os.environ.clear()
    os.environ.update(HOME=home, XDG_CACHE_HOME=home)
    numpy = importlib.import_module("numpy")
    listener = _be_watched()
    if listener >= 0:
        socket.send_fds(channel, [b"x"], [listener])
        os.close(listener)
    channel.close()
    try:
        engine = importlib.import_module("onnxruntime")
    except ImportError:
        os._exit(_NOT_LOADED)
    session = engine.InferenceSession(identity_model(), providers=["CPUExecutionProvider"])
    session.run(None, {"x": numpy.zeros(1, numpy.float32)})
    time.sleep(2 * LONGEST_S)  # until the observer has seen enough
    os._exit(0)


def _be_watched() -> int:
    """Descriptor on which the kernel tells of this process's openat and socket calls; -1 when it cannot."""
    seccomp, openat, socket_number = _NUMBERS[platform.machine()]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    lines = [(_LOAD, 0, 0, 0), (_EQUAL, 1, 0, openat), (_EQUAL, 0, 1, socket_number), (_RETURN, 0, 0, _NOTIFY)]
    raw = array.array("B", b"".join(struct.pack("HBBI", *line) for line in [*lines, (_RETURN, 0, 0, _ALLOW)]))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(raw) // 8, raw.buffer_info()[0]), 16)
    return int(libc.syscall(seccomp, _SET_MODE_FILTER, _FLAG_NEW_LISTENER, program))


def _tie_to_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def identity_model() -> bytes:
    """The smallest ONNX model: one float in, the same float out (onnx.proto, IR version 8, opset 13)."""

    def nested(field: int, body: bytes) -> bytes:
        return bytes([field << 3 | 2, len(body)]) + body

    def number(field: int, value: int) -> bytes:
        return bytes([field << 3, value])

    kind = nested(1, number(1, 1) + nested(2, nested(1, number(1, 1))))
    node = nested(1, b"x") + nested(2, b"y") + nested(4, b"Identity")
    ends = nested(11, nested(1, b"x") + nested(2, kind)) + nested(12, nested(1, b"y") + nested(2, kind))
    graph = nested(1, node) + nested(2, b"g") + ends
    return number(1, 8) + nested(7, graph) + nested(8, number(2, 13))
