"""A stop that native code sees without Python: two bytes, and a function of libc that looks at them."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

from models.api import Cancel


@runtime_checkable
class _CallsBack(Protocol):
    """A Cancel of a child process, which calls back at once (models/worker.py)."""

    def when_stopped(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the stop comes."""


class StopFlag:
    """Made for llama.cpp's abort callback (engines.md 1.4): `strlen` of an empty buffer is 0, go on; of a buffer with
    one byte it is 1, stop. Needs no Python at all, so it works while a batch is being read. The function and the
    buffer must live as long as whoever was given them."""

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(2)
        self._lock = threading.Lock()

    def function(self, kind: Any) -> Any:
        """`strlen` as the given ctypes function type."""
        return ctypes.cast(ctypes.CDLL(None).strlen, kind)

    @property
    def data(self) -> ctypes.c_void_p:
        """Address of the buffer."""
        return ctypes.cast(self._buffer, ctypes.c_void_p)

    @contextmanager
    def obeying(self, cancel: Cancel) -> Iterator[None]:
        """While inside, a stop asked of `cancel` raises the flag: at once, or within 10 ms for a plain Cancel."""
        done = threading.Event()

        def raise_flag() -> None:
            with self._lock:
                if not done.is_set():
                    self._buffer[0] = b"x"

        def watch() -> None:
            while not done.is_set():
                if cancel.wait(0.01):
                    raise_flag()
                    break

        if isinstance(cancel, _CallsBack):
            cancel.when_stopped(raise_flag)
        else:
            threading.Thread(target=watch, name="stop-watch", daemon=True).start()
        try:
            yield
        finally:
            # A stop that comes late must not end the next job.
            with self._lock:
                done.set()
                self._buffer[0] = b"\0"
