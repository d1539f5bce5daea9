"""Gives an HTTP client in a sealed process its one way out: a descriptor that was open before the process began.

Made for httpcore's network backend (connect_tcp; read, write, close, get_extra_info), which it imitates without
importing it: no code in this process can name a host, open a socket or learn where the descriptor leads.
"""

from __future__ import annotations

import os
import select
import time
from typing import Any

_LIMIT_S = 30.0
_PIECE_BYTES = 1 << 16


class RelayedStream:
    """The descriptor as a stream. A way that is closed raises ConnectionError, a silent one TimeoutError."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At least one byte."""
        readable, _, _ = select.select([self._descriptor], [], [], timeout or _LIMIT_S)
        if not readable:
            raise TimeoutError("the server is silent")
        piece = os.read(self._descriptor, min(max_bytes, _PIECE_BYTES))
        if not piece:
            raise ConnectionError("the way to the server was closed")
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of it."""
        left = memoryview(buffer)
        while left:
            _, writable, _ = select.select([], [self._descriptor], [], timeout or _LIMIT_S)
            if not writable:
                raise TimeoutError("the server takes nothing")
            left = left[os.write(self._descriptor, left[:_PIECE_BYTES]) :]

    def close(self) -> None:
        """Nothing: the way is used again for the next request; it ends with the process."""

    def get_extra_info(self, info: str) -> Any:
        """Whether something waits to be read, which on an idle way is its end; nothing else is known."""
        if info == "is_readable":
            return bool(select.select([self._descriptor], [], [], 0)[0])
        return None


class RelayedBackend:
    """Connects to the one server, whatever it is asked for."""

    def __init__(self, descriptor: int) -> None:
        self._stream = RelayedStream(descriptor)

    def connect_tcp(self, host: str, port: int, **_: object) -> RelayedStream:
        """The same stream each time; host and port are only what the client writes into its requests."""
        return self._stream

    def sleep(self, seconds: float) -> None:
        """Wait between two tries."""
        time.sleep(seconds)
