"""Measures a writer on this computer: how fast it loads, reads and writes, what it takes, and what our loop costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from models.api import Cancel, ChatModel, ChatOptions, Message, Piece, Usage
from models.host import Host

# About 240 tokens of plain text: long enough to see reading speed, short enough for a slow computer.
PROMPT = (
    "Tell a long story about a village by the sea. "
    + (
        "The boats leave before dawn and come home with the tide. The baker lights the oven, the bell rings, and "
        "the keeper of the lighthouse counts the ships that pass. "
    )
    * 5
)
TOKENS = 64
LIMIT_S = 8.0
"""A slow writer is measured for this long and not to the end of its story."""
WORDS_PER_TOKEN = 0.75
"""English words in one token of common vocabularies, as their makers state; speeds for people are in words."""


_ENOUGH = 8
"""Pieces from which on a speed can be told."""


class _Limited(Cancel):
    """Stopped by the person, or by us once enough is known."""

    __slots__ = ("_outer",)

    def __init__(self, outer: Cancel) -> None:
        super().__init__()
        self._outer = outer

    @property
    def stopped(self) -> bool:
        return super().stopped or self._outer.stopped


class _Hosted(ChatModel, Protocol):
    """A writer in a process of its own (models/clients.py)."""

    @property
    def host(self) -> Host:
        """Its process."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What was measured. `ratio_to_engine` is our writing speed divided by that of llama-cpp-python's own loop with
    the same file, prompt and threads, in the same minute; None when it was not compared."""

    load_s: float
    prompt_tok_s: float
    write_tok_s: float
    peak_bytes: int
    threads: int
    offloaded: int
    ratio_to_engine: float | None

    @property
    def words_per_s(self) -> float:
        """Writing speed for people."""
        return self.write_tok_s * WORDS_PER_TOKEN

    def profile(self) -> dict[str, float]:
        """What is remembered of a model on this computer."""
        kept = ("load_s", "prompt_tok_s", "write_tok_s", "peak_bytes", "threads", "offloaded")
        return {name: float(getattr(self, name)) for name in kept}


def measure(chat: _Hosted, *, cancel: Cancel, compare: bool = True) -> Benchmark | None:
    """Load the writer afresh, read and write once, and compare; None when stopped. Raises ModelError."""
    chat.host.evict()
    facts = chat.facts()
    read_s, write_s = speeds(chat, cancel=cancel)
    if cancel.stopped:
        return None
    peak = _peak_bytes(chat.host.pid)
    ratio = None
    if compare:
        # The engine's own loop gets a process that did nothing else before, as ours had.
        chat.host.evict()
        ratio = write_s / bare_write_speed(chat.host)
        chat.host.evict()
    return Benchmark(
        load_s=round(facts.load_s, 3),
        prompt_tok_s=round(read_s, 1),
        write_tok_s=round(write_s, 1),
        peak_bytes=peak,
        threads=facts.threads,
        offloaded=0,
        ratio_to_engine=round(ratio, 3) if ratio is not None else None,
    )


def speeds(chat: ChatModel, *, cancel: Cancel) -> tuple[float, float]:
    """Tokens a second (read, written); writing is timed here, where the person is, from the first piece to the last."""
    times: list[float] = []
    usage: Usage | None = None
    limited = _Limited(cancel)
    began = time.perf_counter()
    for part in _story(chat, limited):
        match part:
            case Piece():
                times.append(time.perf_counter())
                if len(times) >= _ENOUGH and times[-1] - began > LIMIT_S:
                    limited.stop()
            case Usage():
                usage = part
    if usage is None or len(times) < 2 or not usage.prompt_s:
        return 0.0, 0.0
    return usage.evaluated / usage.prompt_s, (usage.tokens_out - 1) / (times[-1] - times[0])


def bare_write_speed(host: Host) -> float:
    """Tokens a second written by llama-cpp-python's own loop in the child of this host. Raises ModelError."""
    frame = host.ask_one("bare", {"prompt": PROMPT, "max_tokens": TOKENS})
    return float(frame.header["write_tok_s"])


def _story(chat: ChatModel, cancel: Cancel) -> Iterator[Piece | Usage]:
    # No kept state: the prompt is read whole each time.
    return chat.chat([Message("user", PROMPT)], options=ChatOptions(max_tokens=TOKENS), cancel=cancel)


def _peak_bytes(pid: int | None) -> int:
    """Most memory the process held so far: the kernel's high-water mark where it keeps one, else what it holds."""
    if pid is None:
        return 0
    with suppress(OSError, ValueError, StopIteration, psutil.Error):
        if psutil.LINUX:
            with Path(f"/proc/{pid}/status").open(encoding="ascii") as lines:
                return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024
        return int(psutil.Process(pid).memory_info().rss)
    return 0
