"""The ways a program could reach a network, each tried for real, so that "blocked" is never said untried."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import http.client
import importlib
import os
import platform
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from models.ring import ring_socket
from models.upload_watch import Watch

Outcome = Literal["blocked", "reached", "not_possible_here"]
LIMIT_S = 3.0

WAYS = {
    1: "Python TCP connection",
    2: "Python UDP datagram",
    3: "name look-up",
    4: "http.client over TLS",
    5: "asyncio connection",
    6: "connect through ctypes",
    7: "a child process (fork, exec)",
    8: "QTcpSocket",
    9: "QNetworkAccessManager",
    10: "io_uring socket",
    11: "socket system call by number",
    12: "onnxruntime's own telemetry",
}
X32_NAME = "socket system call by its x32 number"
_RAW_SOCKET = {"x86_64": 41, "aarch64": 198}
_X32_BIT = 0x40000000
_CHILD = (
    "import socket, sys; s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 3); "
    "s.sendall(sys.argv[3].encode()); s.close()"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The listener that every way aims at. `nonce` makes this run's tokens unlike any other's."""

    host: str
    port: int
    nonce: str

    def token(self, process: str, way: str) -> str:
        """What arrives when a way works; also a legal name for a look-up and for TLS."""
        return f"w{way}-{process}-{self.nonce}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one way; `errno` is its symbol, or the error's name where a library hides the number."""

    way: int
    name: str
    outcome: Outcome
    errno: str = ""
    detail: str = ""
    token: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a frame."""
        return asdict(self)


class NotPossible(Exception):
    """This way does not exist on this computer, sealed or not; the text says why."""


def try_all(process: str, target: Target, *, qt_module: str) -> Iterator[Attempt]:
    """Try the first eleven ways (and the x32 twin of the eleventh) from this process, one after the other.

    `qt_module` offers the two Qt ways: it lives in the window's room and is imported by name, here in the child.
    The twelfth takes half a minute and is `watched` from before this process loads anything.
    """
    tries: dict[int, Callable[[Target, str], None]] = {
        1: _tcp,
        2: _udp,
        3: _look_up,
        4: _tls,
        5: _asyncio,
        6: _through_ctypes,
        7: _through_child,
        8: lambda target, token: _qt(qt_module, "tcp", target, token),
        9: lambda target, token: _qt(qt_module, "http", target, token),
        10: _io_uring,
        11: _by_number,
    }
    for way, attempt in tries.items():
        yield _attempt(way, WAYS[way], attempt, target, target.token(process, str(way)))
    yield _attempt(11, X32_NAME, _by_x32_number, target, target.token(process, "11x"))


def watched(watch: Watch | None) -> Attempt:
    """The twelfth way, once its half minute is over."""
    if watch is None:
        return Attempt(12, WAYS[12], "not_possible_here", detail="this system cannot tell of system calls")
    seen = watch.result()
    return Attempt(12, WAYS[12], seen.outcome, seen.errno, seen.detail)


def _attempt(way: int, name: str, go: Callable[[Target, str], None], target: Target, token: str) -> Attempt:
    try:
        go(target, token)
    except NotPossible as error:
        return Attempt(way, name, "not_possible_here", detail=str(error), token=token)
    except OSError as error:
        symbol = errno.errorcode.get(error.errno or 0, type(error).__name__)
        return Attempt(way, name, "blocked", symbol, str(error.strerror or error), token)
    return Attempt(way, name, "reached", token=token)


def _tcp(target: Target, token: str) -> None:
    with socket.create_connection((target.host, target.port), LIMIT_S) as connection:
        connection.sendall(token.encode())


def _udp(target: Target, token: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"datagram:" + token.encode(), (target.host, target.port))


def _look_up(target: Target, token: str) -> None:
    """Ask the system's own resolver, told to use the listener as its name server.

    Layout of glibc's `struct __res_state` (resolv.h): int retrans, int retry, unsigned long options, int nscount,
    then three `struct sockaddr_in`.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "__res_init") or not hasattr(libc, "__res_state"):
        raise NotPossible("this system's resolver cannot be pointed at a listener")
    libc.__res_init()
    libc.__res_state.restype = ctypes.c_void_p
    address = socket.inet_aton(target.host)
    server = struct.pack("=H", socket.AF_INET) + struct.pack("!H", target.port) + address + bytes(8)
    start = libc.__res_state()
    ctypes.memmove(start, struct.pack("=ii", 1, 1), 8)
    ctypes.memmove(start + 16, struct.pack("=i", 1) + server, 4 + len(server))
    try:
        socket.getaddrinfo(token + ".invalid.", 80)
    except socket.gaierror as error:
        # No answer, or nobody there: the question left all the same, unless no socket was to be had for it.
        if error.errno != socket.EAI_NONAME:
            os.close(_checked(libc.socket(socket.AF_INET, socket.SOCK_DGRAM, 0)))


def _tls(target: Target, token: str) -> None:
    """The handshake itself cannot succeed with a plain listener; its first message is the arrival."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(target.host, target.port, timeout=LIMIT_S, context=context)
    http.client.HTTPConnection.connect(connection)
    with contextlib.closing(connection), contextlib.suppress(ssl.SSLError, TimeoutError, ConnectionError):
        connection.sock = context.wrap_socket(connection.sock, server_hostname=token)
        connection.request("GET", f"/{token}")


def _asyncio(target: Target, token: str) -> None:
    async def connect() -> None:
        _, writer = await asyncio.wait_for(asyncio.open_connection(target.host, target.port), LIMIT_S)
        writer.write(token.encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    asyncio.run(connect())


def _through_ctypes(target: Target, token: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    _send_on(libc, _checked(libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)), target, token)


def _through_child(target: Target, token: str) -> None:
    command = [sys.executable, "-I", "-S", "-c", _CHILD, target.host, str(target.port), token]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        number = errno.EACCES if words and f"[Errno {errno.EACCES}]" in words[0] else errno.EIO
        raise OSError(number, words[0] if words else f"exit code {done.returncode}")


def _qt(module: str, way: str, target: Target, token: str) -> None:
    try:
        qt = importlib.import_module(module)
    except ImportError as error:
        raise NotPossible(f"Qt cannot be loaded: {error.name or error}") from error
    qt.try_way(way, target.host, target.port, token)


def _io_uring(target: Target, token: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        descriptor = ring_socket(libc)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EPERM, errno.EINVAL):
            raise NotPossible(f"this kernel has no io_uring sockets ({errno.errorcode[error.errno]})") from error
        raise
    _send_on(libc, descriptor, target, token)


def _by_number(target: Target, token: str) -> None:
    number = _RAW_SOCKET.get(platform.machine())
    if number is None or sys.platform != "linux":
        raise NotPossible(f"the number is not known for {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    _send_on(libc, _checked(libc.syscall(number, socket.AF_INET, socket.SOCK_STREAM, 0)), target, token)


def _by_x32_number(target: Target, token: str) -> None:
    if platform.machine() != "x86_64" or sys.platform != "linux":
        raise NotPossible("only x86-64 has a second set of numbers")
    libc = ctypes.CDLL(None, use_errno=True)
    number = ctypes.c_long(_X32_BIT | _RAW_SOCKET["x86_64"])
    descriptor = libc.syscall(number, socket.AF_INET, socket.SOCK_STREAM, 0)
    if descriptor < 0 and ctypes.get_errno() == errno.ENOSYS:
        raise NotPossible("this kernel was built without x32")
    _send_on(libc, _checked(descriptor), target, token)


def _send_on(libc: ctypes.CDLL, descriptor: int, target: Target, token: str) -> None:
    """Connect and send by C calls alone."""
    packed = struct.pack("=H", socket.AF_INET) + struct.pack("!H", target.port)
    address = packed + socket.inet_aton(target.host) + bytes(8)
    try:
        _checked(libc.connect(descriptor, address, len(address)))
        data = token.encode()
        _checked(libc.send(descriptor, data, len(data), 0))
    finally:
        os.close(descriptor)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
