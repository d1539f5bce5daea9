"""Gives passages their vectors while files are still being read: the store is the queue, so a kill loses nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from app.errors import NoModel
from app.events import IndexProgress
from app.library.keeping_status import Tally
from app.library.pace import Pace
from app.store.embeddings import Embeddings
from models.api import Cancel, Embedder, ModelError

WINDOW = 1024
"""Passages sorted by length together: texts of like length waste no padding, across documents."""
BATCH = 128
"""Passages of one request: a second or two, so that a person never waits long for one to end."""
_THREADS = 2
"""While one request is with the embedder the next is made ready and the last one stored."""
_LOOK_S = 0.2
_FOLLOW_S = 30.0

_Texts = list[tuple[int, str]]


class Meanings:
    """Embeds what has no vector while at least one run is open. Any thread."""

    def __init__(
        self,
        embeddings: Callable[[], Embeddings | None],
        embedder: Embedder | None,
        *,
        pace: Pace,
        follow: Callable[[], None],
    ) -> None:
        """`embeddings` is where the vectors are kept (None without an embedder); `follow` is called now and then, when
        there are new ones. Raises nothing: what fails today is found again by the next run."""
        self._where = embeddings
        self._embedder = embedder
        self._pace = pace
        self._follow = follow
        self._changed = threading.Condition()
        self._runs = 0
        self._stop = Cancel()
        self._pool: ThreadPoolExecutor | None = None
        self._workers: list[Future[None]] = []
        self._window: _Texts = []
        self._flying: set[int] = set()
        self._dry = False
        self._done = 0
        self._kept_at = self._followed_at = 0.0
        self._tally: Tally | None = None

    @contextmanager
    def working(self, tally: Tally | None = None) -> Iterator[None]:
        """While this is open, passages get their vectors. Raises ProfileTrouble when they cannot be stored."""
        with self._changed:
            self._runs += 1
            self._tally = tally or self._tally
            if self._pool is None:
                self._begin()
        try:
            yield
        finally:
            with self._changed:
                self._runs -= 1
                pool = self._pool if not self._runs else None
                if pool is not None:
                    self._stop.stop()
                    self._pace.stop_steps()
                    self._changed.notify_all()
            if pool is not None:
                self._end(pool)

    def _begin(self) -> None:
        try:
            embeddings = self._where()
        except (ModelError, NoModel):
            embeddings = None
        if embeddings is None or self._embedder is None:
            return
        self._stop, self._dry, self._done, self._window, self._flying = Cancel(), False, 0, [], set()
        self._followed_at = time.monotonic()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="meanings")
        self._workers = [self._pool.submit(self._work, embeddings, self._embedder) for _ in range(_THREADS)]

    def _end(self, pool: ThreadPoolExecutor) -> None:
        pool.shutdown(wait=True)
        with self._changed:
            workers, self._workers, self._pool, self._tally = self._workers, [], None, None
        self._follow()
        for worker in workers:
            worker.result()

    def wake(self) -> None:
        """There are new passages."""
        with self._changed:
            self._dry = False
            self._changed.notify_all()

    def settle(self, cancel: Cancel) -> Iterator[IndexProgress]:
        """Wait until every passage has its vector, or until a stop, telling how far it is."""
        before, said = self._done, -1
        self.wake()
        while not cancel.stopped and self._busy():
            done = self._done - before
            if done != said:
                said = done
                yield IndexProgress(done, done + self._left(), "")
            with self._changed:
                self._changed.wait(_LOOK_S)

    def _busy(self) -> bool:
        with self._changed:
            working = self._pool is not None and not any(worker.done() for worker in self._workers)
            return working and not (self._dry and not self._window and not self._flying)

    def _left(self) -> int:
        embeddings = self._where()
        return max(1, embeddings.left() if embeddings else 0)

    # ------------------------------------------------------------ the workers

    def _work(self, embeddings: Embeddings, embedder: Embedder) -> None:
        while batch := self._next(embeddings):
            kept = False
            try:
                with self._pace.step(self._stop) as step:
                    kept = self._embed(batch, embeddings, embedder, step)
            except (ModelError, NoModel):
                # Words are searchable without it; the passages are found again by `missing` in the next run.
                self._stop.stop()
            finally:
                with self._changed:
                    self._flying.difference_update(passage for passage, _ in batch)
                    self._dry = self._dry and kept
                    self._changed.notify_all()

    def _embed(self, batch: _Texts, embeddings: Embeddings, embedder: Embedder, step: Cancel) -> bool:
        if step.stopped:
            return False
        started = time.monotonic()
        vectors = embedder.embed([text for _, text in batch], cancel=step)
        if len(vectors) < len(batch):
            return False
        embeddings.keep([(passage, vector) for (passage, _), vector in zip(batch, vectors, strict=True)])
        now = time.monotonic()
        if self._tally is not None:
            self._tally.embedded(len(batch), now - max(started, self._kept_at))
        self._kept_at = now
        self._done += len(batch)
        if now - self._followed_at > _FOLLOW_S:
            self._followed_at = now
            self._follow()
        return True

    def _next(self, embeddings: Embeddings) -> _Texts:
        """The next passages of like length; waits for some, and gives none when it is over."""
        with self._changed:
            while not self._stop.stopped:
                if not self._window and not self._dry:
                    rows = embeddings.missing(WINDOW + len(self._flying))
                    self._window = [row for row in rows if row[0] not in self._flying]
                    self._window.sort(key=lambda row: len(row[1]))
                    self._dry = not self._window
                if self._window:
                    batch, self._window = self._window[-BATCH:], self._window[:-BATCH]
                    self._flying.update(passage for passage, _ in batch)
                    return batch
                self._changed.notify_all()
                self._changed.wait(_LOOK_S)
        return []
