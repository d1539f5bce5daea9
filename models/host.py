"""Parent side of a child process: starts it on demand, asks, stops, ends it when idle, and survives its death."""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.api import Cancel, ModelError, Trouble
from models.child import Child, bare_environment
from models.child_words import ChildMistake, HostTimeout, body, fingerprint, first_frame, repeated, told, trouble, who
from models.frames import Frame, FrameError

STOP_GRACE_S = 0.5
"""A stopped job may take this long to say its last word; then the process is ended (architecture, section 5)."""
START_LIMIT_S = 120.0
_LOOK_S = 0.02
_BACK_OFF_S = (0.0, 0.0, 1.0, 2.0, 5.0)
"""Wait before the start that follows n failures in a row: the first restart is at once."""
_TRIES = 2


@dataclass(slots=True)
class _Turn:
    """The request in hand: its number and what came back; None means that the process is gone."""

    number: int
    ready: Future[str]
    """That of the child it was given to, so that an earlier child's end is not taken for this one's."""
    frames: queue.SimpleQueue[Frame | None] = field(default_factory=queue.SimpleQueue)


class Host:
    """One child process and the queue in front of it. Safe from any thread; one request runs at a time, the next
    waits. Asking again from the thread that is still reading an answer is a mistake and raises RuntimeError."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        idle_s: float = 600.0,
        memory_limit_bytes: int | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        end_grace_s: float = STOP_GRACE_S,
        restart: bool = True,
        lend: Callable[[], Mapping[str, int]] | None = None,
    ) -> None:
        """`argv` is the whole command line (see child.python_command). `env` is added to the few variables a child
        gets. `end_grace_s`: how long it may take to leave after its input closed. `restart=False`: once gone, gone.
        `lend` is called before each start for descriptors the child inherits, by the variable that names each."""
        self.name = name
        self._argv = tuple(argv)
        self._idle_s = idle_s
        self._env = bare_environment(env or {}, memory_limit_bytes=memory_limit_bytes)
        # Not the person's folder: native code looks for libraries in the current one, and a planted file would run.
        self._cwd = cwd or Path(sys.executable).anchor
        self._end_grace_s = end_grace_s
        self._restart = restart
        self._lend = lend
        self._child: Child | None = None
        self._ready: Future[str] = Future()
        self._turn: _Turn | None = None
        self._turn_lock = threading.Lock()
        self._turn_thread = 0
        self._numbers = 0
        self._failures_in_row = 0
        self._ended: Counter[bytes] = Counter()
        self._last_used = time.monotonic()
        self._starts = 0
        self._closed = False
        self._keeper: threading.Thread | None = None
        self._keeper_lock = threading.Lock()
        self._orders: queue.SimpleQueue[Future[Child] | None] = queue.SimpleQueue()

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        child = self._child
        return child.pid if child is not None and child.alive else None

    @property
    def alive(self) -> bool:
        """Whether the child runs now."""
        return self.pid is not None

    @property
    def starts(self) -> int:
        """How often a child was started."""
        return self._starts

    def start(self) -> str:
        """Start the child if it is not running and wait until it is ready; who enforces its seal: system, app or
        nothing. Raises ModelError."""
        with self._turn_lock:
            self._running(None)
            return self._wait_ready(None)

    def launch(self) -> None:
        """Start the child if it is not running, without waiting until it is ready. Raises OSError, ModelError."""
        with self._turn_lock:
            self._running(None)

    def ask(
        self,
        verb: str,
        header: Mapping[str, Any],
        *,
        payload: bytes = b"",
        cancel: Cancel | None = None,
        timeout_s: float | None = None,
    ) -> Generator[Frame, None, None]:
        """Send one request and yield the frames of its answer as they come.

        A stop through `cancel`, or closing the generator, ends the job: frames keep coming until its last word or for
        STOP_GRACE_S, then the process is ended and the generator just ends. `timeout_s` counts from when the child
        takes the request; over it the child is ended. Raises ModelError (HostTimeout for the limit), ChildMistake.
        """
        if self._turn_thread == threading.get_ident() and self._turn_lock.locked():
            raise RuntimeError(f"{self.name}: this thread is still reading an earlier answer")
        while not self._turn_lock.acquire(timeout=_LOOK_S if cancel else -1):
            if cancel is not None and cancel.stopped:
                return
        try:
            self._turn_thread = threading.get_ident()
            self._refuse_repeated(verb, header, payload)
            child = self._running(cancel)
            self._wait_ready(cancel)
            if cancel is not None and cancel.stopped:
                return
            self._numbers += 1
            turn = self._turn = _Turn(self._numbers, self._ready)
            if not child.alive:
                turn.frames.put(None)
            try:
                child.send(Frame({"id": turn.number, "verb": verb, "h": dict(header)}, payload))
            except FrameError as error:
                raise ModelError(Trouble.TOO_LONG, f"{who(self.name)} cannot take that much at once.") from error
            yield from self._answer(child, turn, cancel, timeout_s, key=(verb, header, payload))
        finally:
            self._turn = None
            self._last_used = time.monotonic()
            self._turn_thread = 0
            self._turn_lock.release()

    def ask_one(
        self,
        verb: str,
        header: Mapping[str, Any],
        *,
        payload: bytes = b"",
        cancel: Cancel | None = None,
        timeout_s: float | None = None,
    ) -> Frame:
        """Like `ask` for a job with exactly one frame. Raises ModelError(REFUSED) when it was stopped before it."""
        frames = list(self.ask(verb, header, payload=payload, cancel=cancel, timeout_s=timeout_s))
        if len(frames) != 1:
            if cancel is not None and cancel.stopped:
                raise ModelError(Trouble.REFUSED, "Stopped.")
            raise ChildMistake(f"{self.name}: {len(frames)} frames in answer to {verb}")
        return frames[0]

    def evict(self) -> None:
        """End the child now, whatever it does, and give its memory back; the next request starts a new one."""
        child = self._child
        if child is not None and self._turn is not None:
            child.kill()
        if child is not None:
            child.end(grace_s=self._end_grace_s)

    def close(self) -> None:
        """Let the child leave in order, else end it; asking afterwards raises RuntimeError. Leaves no thread."""
        with self._keeper_lock:
            self._closed = True
            keeper, self._keeper = self._keeper, None
        if self._child is not None:
            self._child.end(grace_s=self._end_grace_s)
        if keeper is not None:
            self._orders.put(None)
            keeper.join()

    # -- one answer ------------------------------------------------------------------------------------------------

    def _answer(
        self,
        child: Child,
        turn: _Turn,
        cancel: Cancel | None,
        timeout_s: float | None,
        *,
        key: tuple[str, Mapping[str, Any], bytes],
    ) -> Iterator[Frame]:
        limit = time.monotonic() + timeout_s if timeout_s is not None else None
        kill_at: float | None = None
        done = False
        try:
            while True:
                frame = self._next(turn, patient=cancel is None and limit is None)
                if isinstance(frame, Frame):
                    if frame.header.get("last"):
                        done = True
                        self._raise_told(child, frame.header, key)
                        return
                    yield Frame(body(frame), frame.payload)
                elif frame is None:
                    done = True
                    if kill_at is None:
                        self._raise_gone(child, key)
                    return
                now = time.monotonic()
                if kill_at is None and cancel is not None and cancel.stopped:
                    child.send(Frame({"id": turn.number, "verb": "stop"}))
                    kill_at = now + STOP_GRACE_S
                if kill_at is not None and now >= kill_at:
                    return
                if limit is not None and now >= limit:
                    self._ended[fingerprint(*key)] += 1
                    raise HostTimeout(
                        Trouble.CRASHED, f"{who(self.name)} did not answer within {timeout_s:g} seconds and was ended."
                    )
        finally:
            if not done:
                self._settle(child, turn, kill_at)

    def _settle(self, child: Child, turn: _Turn, kill_at: float | None) -> None:
        """Leave no job running behind an answer that nobody reads any more."""
        if kill_at is None:
            child.send(Frame({"id": turn.number, "verb": "stop"}))
            kill_at = time.monotonic() + STOP_GRACE_S
        while (left_s := kill_at - time.monotonic()) > 0:
            try:
                frame = turn.frames.get(timeout=left_s)
            except queue.Empty:
                break
            if frame is None or frame.header.get("last"):
                return
        child.end(grace_s=0.0)

    def _next(self, turn: _Turn, *, patient: bool) -> Frame | bool | None:
        """The next frame, None when the process is gone, False when there is nothing yet."""
        try:
            return turn.frames.get(timeout=None if patient else _LOOK_S)
        except queue.Empty:
            return False

    def _raise_told(self, child: Child, header: Mapping[str, Any], key: tuple[str, Mapping[str, Any], bytes]) -> None:
        """Raise what the child said went wrong, if anything; after a bug or want of memory it is not used again."""
        error = header.get("error")
        if error is None:
            self._failures_in_row = 0
            return
        if error != "ours" and "message" in header:
            raise told(str(error), header)
        child.end(grace_s=0.0)
        self._failures_in_row += 1
        self._ended[fingerprint(*key)] += 1
        if error == "ours":
            raise ChildMistake(f"{self.name}: {header.get('where', '')}")
        raise trouble(self.name, Trouble.OUT_OF_MEMORY, "")

    def _raise_gone(self, child: Child, key: tuple[str, Mapping[str, Any], bytes]) -> None:
        evicted = child.ended_by_us and not child.garbled
        kind, why = child.reason()
        if evicted:
            raise ModelError(Trouble.REFUSED, f"{who(self.name)} was ended while it worked.", do="Ask again.")
        self._failures_in_row += 1
        self._ended[fingerprint(*key)] += 1
        raise trouble(self.name, kind, why)

    def _refuse_repeated(self, verb: str, header: Mapping[str, Any], payload: bytes) -> None:
        if self._ended and self._ended[fingerprint(verb, header, payload)] >= _TRIES:
            raise repeated(self.name, _TRIES)

    # -- the child's life -------------------------------------------------------------------------------------------

    def _running(self, cancel: Cancel | None) -> Child:
        """The child, started when there is none. Raises ModelError."""
        child = self._child
        if child is not None and child.alive and not child.ended_by_us:
            return child
        if self._starts and not self._restart:
            raise ModelError(Trouble.MISSING, f"{who(self.name)} is gone until Indoors is started again.")
        if child is not None:
            child.end(grace_s=0.0)
        (cancel or Cancel()).wait(_BACK_OFF_S[min(self._failures_in_row, len(_BACK_OFF_S) - 1)])
        order: Future[Child] = Future()
        with self._keeper_lock:
            if self._closed:
                raise RuntimeError(f"{self.name}: asked after close")
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name=f"keeper-{self.name}", daemon=True)
                self._keeper.start()
            self._orders.put(order)
        return order.result()

    def _wait_ready(self, cancel: Cancel | None) -> str:
        limit = time.monotonic() + START_LIMIT_S
        child = self._child
        assert child is not None
        while True:
            try:
                return self._ready.result(timeout=_LOOK_S)
            except TimeoutError:
                if cancel is not None and cancel.stopped:
                    return ""
                if time.monotonic() > limit:
                    child.end(grace_s=0.0)
                    raise HostTimeout(Trouble.CRASHED, f"{who(self.name)} did not start.") from None
            except EOFError:
                self._failures_in_row += 1
                raise trouble(self.name, *child.reason()) from None

    def _keep(self) -> None:
        """Start children and end idle ones: the kernel ends a child together with the thread that started it, so
        one long-lived thread does it."""
        while True:
            try:
                order = self._orders.get(timeout=self._idle_left_s())
            except queue.Empty:
                self._end_if_idle()
                continue
            if order is None:
                return
            try:
                order.set_result(self._start())
            except (OSError, ModelError) as error:
                order.set_exception(error)

    def _start(self) -> Child:
        ready: Future[str] = Future()
        self._ready = ready

        def arrived(frame: Frame | None) -> None:
            turn = self._turn
            if not ready.done():
                first_frame(frame, ready, self.name)
            elif turn is None or turn.ready is not ready:
                return
            elif frame is None or frame.header.get("id") == turn.number:
                turn.frames.put(frame)

        lent = self._lend() if self._lend is not None else {}
        try:
            self._child = Child(self._argv, arrived, env=self._env, cwd=Path(self._cwd), lent=lent)
        finally:
            for descriptor in lent.values():
                os.close(descriptor)
        self._starts += 1
        self._last_used = time.monotonic()
        return self._child

    def _idle_left_s(self) -> float:
        if not self.alive:
            return 3600.0
        return min(3600.0, max(0.01, self._last_used + self._idle_s - time.monotonic()))

    def _end_if_idle(self) -> None:
        if self._turn_lock.acquire(blocking=False):
            try:
                if self.alive and time.monotonic() - self._last_used >= self._idle_s:
                    self.evict()
            finally:
                self._turn_lock.release()
        else:
            self._last_used = time.monotonic()
