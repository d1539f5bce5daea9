"""The kernel filter that leaves a process without a network, for Python and native code alike.

Sources: seccomp(2), `struct sock_filter` in linux/filter.h, linux/seccomp.h, linux/landlock.h; numbers from
arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h. What stays open is said in SEAL_LIMITS.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Literal

SEAL_LIMITS = (
    "The window and main process may open unix sockets (the display needs one), so a local proxy or a name service "
    "behind one would be a way out; model, reader and vector processes may not.",
    "Netlink sockets stay allowed (name and address look-ups read the interface list with them); they carry nothing "
    "off this computer.",
    "A descriptor opened before the seal stays open; Indoors starts every child with all descriptors closed, "
    "but for the one line to the courier of a vectors process that uses a server the person named.",
)

EnforcedBy = Literal["system", "app", "nothing"]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the seal is worth here: `system` = the kernel refuses, `app` = only Python code is refused."""

    enforced_by: EnforcedBy
    detail: str


@dataclass(frozen=True, slots=True)
class _Numbers:
    """System call numbers of one architecture."""

    audit_arch: int
    seccomp: int
    socket: int
    socketpair: int
    denied: tuple[int, ...]
    """io_uring_setup, _enter, _register; ptrace, process_vm_readv, _writev, pidfd_getfd: reaching into the courier."""
    programs: tuple[int, ...]
    """execve, execveat."""
    x32: bool


_NUMBERS = {
    "x86_64": _Numbers(0xC000003E, 317, 41, 53, (425, 426, 427, 101, 310, 311, 438), (59, 322), x32=True),
    "aarch64": _Numbers(0xC00000B7, 277, 198, 199, (425, 426, 427, 117, 270, 271, 438), (221, 281), x32=False),
}

_AF_UNIX, _AF_INET, _AF_NETLINK = 1, 2, 16
_FAMILIES = (_AF_UNIX, _AF_NETLINK)
_SOCK_STREAM = 1
_X32_BIT = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EACCES
_NR_OFFSET, _ARCH_OFFSET, _ARG0_OFFSET = 0, 4, 16  # low half of the first argument, little-endian

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _FLAG_TSYNC = 1, 1
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_LANDLOCK_NET_ABI = 4  # Linux 6.7
_LANDLOCK_TCP = 0b11  # bind, connect

_tried: Counter[str] = Counter()
_state: list[Sealed] = []


def seal(*, programs: bool = True, unix: bool = True) -> Sealed:
    """Take the network from this process, its threads and all later children; there is no way back.

    `programs=False` also refuses to start any program (execve), `unix=False` to open unix sockets (pairs of them stay:
    they lead nowhere). Calling it again is harmless and adds what is new.
    Never raises: what could not be done is said in the result.
    """
    if not _state:
        _watch()
    if sys.platform != "linux" or platform.machine() not in _NUMBERS:
        result = Sealed("app", f"no kernel filter is known for {sys.platform} {platform.machine()}")
    else:
        result = _seal_linux(_NUMBERS[platform.machine()], programs=programs, unix=unix)
    _state[:] = [result]
    return result


def state() -> Sealed:
    """What sealing this process gave; `nothing` before it was tried and the kernel grants a socket."""
    if _state:
        return _state[0]
    if is_sealed():
        return Sealed("system", "inherited from the process that started this one")
    return Sealed("nothing", "not sealed")


def is_sealed() -> bool:
    """Ask the kernel for an internet socket, now: True when it refuses."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(_AF_INET, _SOCK_STREAM, 0)
    if descriptor >= 0:
        libc.close(descriptor)
        return False
    return ctypes.get_errno() == errno.EACCES


def tried() -> dict[str, int]:
    """How often Python code of which package asked for the network since the seal; counts only, never addresses.

    Native code is not seen here: this says who tried, the kernel filter is what refuses.
    """
    return dict(_tried)


def _seal_linux(numbers: _Numbers, *, programs: bool, unix: bool) -> Sealed:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return Sealed("app", f"no-new-privileges: {_last_errno()}")
    landlock = _landlock(libc)
    raw = _program(numbers, programs=programs, unix=unix)
    lines = ctypes.create_string_buffer(raw, len(raw))
    loaded = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(raw) // 8, ctypes.addressof(lines)), 16)
    # TSYNC covers running threads; a positive result is the id of a thread it could not cover.
    outcome = libc.syscall(numbers.seccomp, _SET_MODE_FILTER, _FLAG_TSYNC, loaded)
    if outcome != 0:
        why = f"thread {outcome} could not be covered" if outcome > 0 else _last_errno()
        return Sealed("app", f"kernel filter: {why}")
    if not is_sealed():
        return Sealed("app", "the kernel filter was loaded and still granted an internet socket")
    return Sealed("system", f"seccomp{landlock}")


def _program(numbers: _Numbers, *, programs: bool, unix: bool) -> bytes:
    """The filter as `struct sock_filter` lines; every refusal is EACCES."""
    lines = [(_LOAD, 0, 0, _ARCH_OFFSET), (_EQUAL, 1, 0, numbers.audit_arch), (_RETURN, 0, 0, _KILL)]
    lines.append((_LOAD, 0, 0, _NR_OFFSET))
    if numbers.x32:
        lines += [(_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _REFUSE)]
    for number in numbers.denied + (() if programs else numbers.programs):
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    families = _FAMILIES if unix else (_AF_NETLINK,)
    lines += _only_families(numbers.socket, families) + _only_families(numbers.socketpair, _FAMILIES)
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _only_families(number: int, families: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """Lines that let system call `number` pass only when its first argument is one of `families`."""
    tests = [(_EQUAL, len(families) - at, 0, family) for at, family in enumerate(families)]
    return [
        (_EQUAL, 0, len(tests) + 3, number),
        (_LOAD, 0, 0, _ARG0_OFFSET),
        *tests,
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _landlock(libc: ctypes.CDLL) -> str:
    """Refuse TCP bind and connect a second time where the kernel can; it also keeps /proc/PID/mem of others shut.

    Covers the calling thread and what it starts, so the main thread calls it before others exist.
    """
    if libc.syscall(_LANDLOCK_CREATE, None, 0, 1) < _LANDLOCK_NET_ABI:
        return ""
    attributes = ctypes.create_string_buffer(struct.pack("QQ", 0, _LANDLOCK_TCP), 16)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, 16, 0)
    if ruleset < 0:
        return ""
    outcome = libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0)
    libc.close(ruleset)
    return " and landlock" if outcome == 0 else ""


def _watch() -> None:
    """Count who asks; where no kernel filter holds, refuse as well."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event[:7] != "socket.":
            return
        if event == "socket.__new__":
            if arguments[1] in _FAMILIES:
                return
        elif event in ("socket.connect", "socket.sendto", "socket.bind"):
            if getattr(arguments[0], "family", None) in _FAMILIES:
                return
        elif event not in ("socket.getaddrinfo", "socket.gethostbyname"):
            return
        _tried[_asking_package()] += 1
        if _state and _state[0].enforced_by == "app" and event != "socket.__new__":
            raise PermissionError(errno.EACCES, "Indoors keeps this process without a network")

    sys.addaudithook(hook)


def _asking_package() -> str:
    """Top package of the nearest caller outside the socket modules."""
    frame = sys._getframe(2)
    while frame is not None:
        top = str(frame.f_globals.get("__name__", "?")).partition(".")[0]
        if top not in ("socket", "_socket", "ssl", "asyncio", "selectors"):
            return top
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "?"


def _last_errno() -> str:
    return errno.errorcode.get(ctypes.get_errno(), "unknown")
