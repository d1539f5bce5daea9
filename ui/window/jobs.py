"""Runs the app's generators on worker threads and hands their values to widgets in one batch every 33 ms."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import explain
from app.values import Notice
from models.api import Cancel
from ui.window.tokens import tokens

Value = TypeVar("Value")

MOST_AT_ONCE = 8
"""Worker threads: indexing, an answer, a transcript, a summary, a page being drawn and some small questions."""


class Job(QObject, Generic[Value]):
    """One piece of work under way. All signals fire on the UI thread; `ended` is the last one, exactly once."""

    batch = Signal(list)
    failed = Signal(Notice)
    ended = Signal()

    def __init__(self, work: Callable[[Cancel], Iterator[Value]]) -> None:
        super().__init__()
        self.cancel = Cancel()
        self.future: Future[None] | None = None
        self._work = work
        self._values: deque[Value] = deque()

    def stop(self) -> None:
        """Ask the work to end; what it still yields is delivered."""
        self.cancel.stop()

    def run(self) -> None:
        """The worker's side: exhaust the generator. An error ends up in the future, never lost, never printed."""
        for value in self._work(self.cancel):
            self._values.append(value)

    def deliver(self) -> bool:
        """The UI's side: hand over what has come. True once everything is delivered and the work is over."""
        over = self.future is not None and self.future.done()  # read first: what came before it is taken below
        taken = [self._values.popleft() for _ in range(len(self._values))]
        if taken:
            self.batch.emit(taken)
        if over and self.future is not None:
            error = self.future.exception()
            if error is not None:
                self.failed.emit(explain(error))
            self.ended.emit()
        return over


class Jobs(QObject):
    """The window's worker threads. They live as long as the window, because a child process may be tied to the
    life of the thread that started it; a new one is made only when all are busy."""

    def __init__(self) -> None:
        super().__init__()
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="indoors-job")
        self._alive: list[Job[Any]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(tokens().durations_ms["stream_flush"])
        self._timer.timeout.connect(self._deliver)

    def start(
        self,
        work: Callable[[Cancel], Iterator[Value]],
        *,
        on_batch: Callable[[list[Value]], None] | None = None,
        on_failed: Callable[[Notice], None] | None = None,
        on_ended: Callable[[], None] | None = None,
    ) -> Job[Value]:
        """Run a generator on a worker thread; its values arrive in `on_batch` on this thread."""
        job = Job(work)
        for signal, slot in ((job.batch, on_batch), (job.failed, on_failed), (job.ended, on_ended)):
            if slot is not None:
                signal.connect(slot)
        if self._pool is None:  # the window is closing: nothing new begins
            job.stop()
            return job
        job.future = self._pool.submit(job.run)
        self._alive.append(job)
        self._timer.start()
        return job

    def once(
        self,
        work: Callable[[Cancel], Value],
        *,
        on_value: Callable[[Value], None],
        on_failed: Callable[[Notice], None] | None = None,
    ) -> Job[Value]:
        """Run one call on a worker thread; its result arrives in `on_value` on this thread."""

        def generate(cancel: Cancel) -> Iterator[Value]:
            yield work(cancel)

        return self.start(generate, on_batch=lambda values: on_value(values[0]), on_failed=on_failed)

    @property
    def idle(self) -> bool:
        """True when nothing runs and everything was delivered."""
        return not self._alive

    def close(self) -> None:
        """Stop all work and end the threads; values that still come are dropped. Waits for work to obey."""
        pool, self._pool = self._pool, None
        self._timer.stop()
        for job in self._alive:
            job.stop()
        self._alive.clear()
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def _deliver(self) -> None:
        for job in list(self._alive):
            if job.deliver() and job in self._alive:
                self._alive.remove(job)
        if not self._alive:
            self._timer.stop()
