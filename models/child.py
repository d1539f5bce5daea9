"""One running child process: its pipes, the three threads that serve them, and why it ended."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from models.api import Trouble
from models.frames import Frame, FrameError, check_frame, read_frame, write_frame
from models.silence import MEMORY_LIMIT_VARIABLE, PARENT_VARIABLE, SILENCE

CODE_ROOT = Path(__file__).resolve().parent.parent
_BOOT = (
    "import sys, runpy; sys.argv.pop(0); sys.path.insert(0, sys.argv.pop(0)); "
    "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "XDG_CACHE_HOME", "XDG_DATA_HOME", "SYSTEMROOT")
_LAST_WORDS_BYTES = 16 * 1024
_MEMORY_WORDS = ("bad_alloc", "MemoryError", "out of memory", "failed to allocate", "Cannot allocate memory")
_FILE_WORDS = ("failed to load model", "error loading model", "invalid magic", "unknown model architecture")
_GRAPHICS_WORDS = ("vk::", "ggml_vulkan", "CUDA error", "DeviceLost")


def python_command(module: str, *arguments: str) -> list[str]:
    """Command line that runs one of our modules isolated: no user site, no PYTHON* variables, no current folder."""
    return [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, str(CODE_ROOT), module, *arguments]


def bare_environment(extra: Mapping[str, str], *, memory_limit_bytes: int | None) -> dict[str, str]:
    """The few variables a child needs: no session bus, no display, no keys; and the silence variables."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept |= {**SILENCE, PARENT_VARIABLE: str(os.getpid()), **extra}
    if memory_limit_bytes is not None:
        # Every thread's arena reserves 64 MB of addresses, which RLIMIT_AS counts.
        kept |= {MEMORY_LIMIT_VARIABLE: str(memory_limit_bytes), "MALLOC_ARENA_MAX": "2"}
    return kept


class Child:
    """A process that speaks frames. `arrived` gets every frame, then None once, on the reading thread."""

    def __init__(
        self,
        command: Sequence[str],
        arrived: Callable[[Frame | None], None],
        *,
        env: Mapping[str, str],
        cwd: Path,
        lent: Mapping[str, int] | None = None,
    ) -> None:
        """`lent`: descriptors the child inherits besides its pipes, each named by a variable; closed here."""
        self.ended_by_us = False
        self.garbled = False
        self._arrived = arrived
        self._outbox: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._last_words = bytearray()
        self._kills_before = _kernel_kills()
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**env, **{name: str(descriptor) for name, descriptor in (lent or {}).items()}},
            cwd=cwd,
            pass_fds=tuple((lent or {}).values()),
            # Ctrl-C belongs to the main process, which stops its children in order.
            process_group=0 if sys.platform != "win32" else None,
        )
        self.pid = self._process.pid
        self._stdin = cast(BinaryIO, self._process.stdin)
        self._stdout = cast(BinaryIO, self._process.stdout)
        self._stderr = cast(BinaryIO, self._process.stderr)
        jobs = {"read": self._read, "write": self._write, "words": self._listen}
        self._threads = [
            threading.Thread(target=job, name=f"child-{self.pid}-{name}", daemon=True) for name, job in jobs.items()
        ]
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def send(self, frame: Frame) -> None:
        """Queue one frame; written by a thread of its own, so that two large frames never wait for each other.

        Raises FrameError when it is too large and TypeError when it is no JSON: here, where the sender hears it.
        """
        check_frame(frame)
        self._outbox.put(frame)

    def end(self, *, grace_s: float) -> None:
        """Close its input, wait, ask it to end, kill it; afterwards no thread and no process is left."""
        self.ended_by_us = True
        self._outbox.put(None)
        if not self._gone(grace_s):
            self._signal(signal.SIGTERM)
            if not self._gone(0.2):
                self.kill()
        self._collect()

    def kill(self) -> None:
        """End it now, with whatever it forked."""
        self.ended_by_us = True
        self._signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)

    def _collect(self) -> None:
        self._process.wait()
        # Anything it forked would keep the pipes open and the threads waiting.
        self._signal_group(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        self._outbox.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=5.0)
        for pipe in (self._stdin, self._stdout, self._stderr):
            with contextlib.suppress(OSError):
                pipe.close()

    def reason(self) -> tuple[Trouble, str]:
        """Why it ended, sorted from its exit and its last lines; the lines themselves may quote documents and stay
        here."""
        self._collect()
        code, words = self._process.returncode, self._last_words.decode(errors="replace")
        by_kernel = code == -9 and not self.ended_by_us and _kernel_kills() > self._kills_before
        if by_kernel or any(word in words for word in _MEMORY_WORDS):
            return Trouble.OUT_OF_MEMORY, ""
        if any(word in words for word in _FILE_WORDS):
            return Trouble.BAD_FILE, ""
        if self.garbled:
            return Trouble.CRASHED, "it sent something that is not a message"
        if any(word in words for word in _GRAPHICS_WORDS):
            return Trouble.CRASHED, "the graphics driver failed"
        if code < 0:
            return Trouble.CRASHED, signal.Signals(-code).name
        return Trouble.CRASHED, f"exit code {code}"

    def last_words(self) -> str:
        """What it last wrote to standard error: for a developer's eyes in a test, never for a log."""
        return self._last_words.decode(errors="replace")

    def _read(self) -> None:
        try:
            while (frame := read_frame(self._stdout)) is not None:
                self._arrived(frame)
        except (FrameError, MemoryError):
            self.garbled = True
            self._signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        except (OSError, ValueError):
            pass  # the pipe was closed while the process was being ended
        self._arrived(None)

    def _write(self) -> None:
        # A broken pipe is noticed by the reading side, which knows whose request it was.
        with contextlib.suppress(OSError, ValueError):
            while (frame := self._outbox.get()) is not None:
                write_frame(self._stdin, frame)
        with contextlib.suppress(OSError, ValueError):
            self._stdin.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while words := self._stderr.read1(4096):  # type: ignore[attr-defined]  # a BufferedReader, typed BinaryIO
                self._last_words += words
                del self._last_words[:-_LAST_WORDS_BYTES]

    def _gone(self, timeout_s: float) -> bool:
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def _signal_group(self, number: signal.Signals) -> None:
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)


def _kernel_kills() -> int:
    """How many processes this kernel ended for want of memory since it started; 0 where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
