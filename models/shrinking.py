"""Child side of shrinking: llama.cpp stores a model's numbers smaller, in a sealed process that knows two paths."""

from __future__ import annotations

import ctypes
import queue
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from llama_cpp import llama_cpp as lib

from models.frames import Frame
from models.gguf import FILE_TYPES, bad_file

_PROGRESS = re.compile(r"\[\s*(\d+)/\s*(\d+)\]")


class _Asked(Protocol):
    """What worker.Request offers; the runtime does not know the worker."""

    @property
    def header(self) -> Mapping[str, Any]: ...


class _Quantiser:
    """One run of llama_model_quantize on a thread of its own, so that its log can be told as it comes."""

    def __init__(self, source: Path, target: Path, kind: str, *, threads: int) -> None:
        self._source, self._target = source, target
        self._said: queue.SimpleQueue[tuple[int, int] | None] = queue.SimpleQueue()
        self._result = -1
        params = lib.llama_model_quantize_default_params()
        params.ftype = next(number for number, name in FILE_TYPES.items() if name == kind)
        params.nthread = threads
        # What is stored small already may be stored smaller: the parent has refused what would not shrink.
        params.allow_requantize = True
        self._params = params
        self._log = lib.llama_log_callback(self._hear)
        lib.llama_log_set(self._log, ctypes.c_void_p(0))

    def run(self) -> Iterator[Frame]:
        """Frames {done, of} while it works. Raises ModelError(BAD_FILE)."""
        work = threading.Thread(target=self._work, daemon=True)
        work.start()
        while (said := self._said.get()) is not None:
            yield Frame({"done": said[0], "of": said[1]})
        work.join()
        if self._result != 0:
            raise bad_file(self._source, "llama.cpp could not store it smaller")

    def _work(self) -> None:
        try:
            self._result = lib.llama_model_quantize(
                str(self._source).encode(), str(self._target).encode(), ctypes.byref(self._params)
            )
        finally:
            self._said.put(None)

    def _hear(self, level: int, text: bytes | None, _: object) -> None:
        found = _PROGRESS.search(text.decode("utf-8", errors="replace")) if text else None
        if found:
            self._said.put((int(found[1]), int(found[2])))


def handlers(args: Sequence[str]) -> Mapping[str, Callable[[_Asked], Iterator[Frame]]]:
    """The one verb: "shrink" {source, target, kind, threads}."""

    def shrink(request: _Asked) -> Iterator[Frame]:
        asked = request.header
        lib.llama_backend_init()
        made = _Quantiser(
            Path(asked["source"]), Path(asked["target"]), str(asked["kind"]), threads=int(asked["threads"])
        )
        yield from made.run()

    return {"shrink": shrink}
