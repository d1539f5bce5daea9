"""Parent side of an index that is filled and followed step by step on a thread and searched meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from app.library.vector_state import VectorState
from models.api import Cancel, ModelError, Trouble
from models.child_words import ChildMistake
from models.host import Host

Hit = tuple[int, float]
SIGNS_IN_A_WORD = 64
"""The width of the vectors must be a multiple of it."""
RELAY_VARIABLE, TOKEN_VARIABLE = "INDOORS_VECTORS_WAY", "INDOORS_VECTORS_TOKEN"
"""How a process that searches on a server learns of its one way there and of its token."""
_STEP_LIMIT_S = 120.0
_SEARCH_LIMIT_S = 15.0
END_GRACE_S = 5.0
_TRIES = 2
_TURN_S = 0.02
"""Between two steps, for a search that waits."""


class SteppedIndex:
    """Brings an index to what SQLite holds, step by step, and asks it. Safe from any thread."""

    def __init__(self, host: Host) -> None:
        """`host` offers the verbs open, step, search and end (codes_desk.py, server_desk.py)."""
        self._host = host
        self.state = VectorState.CLOSED
        self.trouble = ""
        self.whole = False
        self._starts = -1
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._wanted = 0
        self._job: threading.Thread | None = None
        self._cancel = Cancel()

    @property
    def pid(self) -> int | None:
        """The child's number."""
        return self._host.pid

    def open(self) -> bool:
        """Open what is there, without filling anything; whether it holds the whole library. Raises ModelError."""
        with self._opening:
            if self._host.alive and self._host.starts == self._starts:
                return self.whole
            said = self._host.ask_one("open", {}, timeout_s=_STEP_LIMIT_S).header
            self._starts = self._host.starts
            self.whole = bool(said["whole"])
            if said["wrong"]:
                self.trouble = f"The index of meanings is made again: {said['wrong']}."
            if self.whole:
                self.state = VectorState.READY
            return self.whole

    def search(self, query: bytes, *, limit: int, documents: Sequence[int] | None) -> list[Hit]:
        """Passages nearest in meaning with exact cosines, best first. Raises ModelError."""
        self.open()
        header: dict[str, Any] = {"limit": limit}
        if documents is not None:
            header["documents"] = list(documents)
        frame = self._host.ask_one("search", header, payload=query, timeout_s=_SEARCH_LIMIT_S)
        return [(int(passage), float(score)) for passage, score in frame.header["hits"]]

    def follow(self) -> None:
        """Fill or follow in the background until nothing newer is wanted. Call it after a commit."""
        with self._lock:
            self._wanted += 1
            if self._job is not None and self._job.is_alive():
                return
            self._job = threading.Thread(target=self._work, name="codes", daemon=True)
            self._job.start()

    def settle(self, timeout_s: float) -> VectorState:
        """Wait until the work in the background is done."""
        job = self._job
        if job is not None:
            job.join(timeout_s)
        return self.state

    def evict(self) -> None:
        """End the process; the next question or step starts another."""
        self._host.evict()
        self.state, self.whole = VectorState.CLOSED, False

    def close(self, *, patience_s: float = 0.0) -> None:
        """End the process; what was filled so far is kept."""
        self.settle(patience_s)
        self._cancel.stop()
        self.settle(END_GRACE_S)
        self._host.close()
        self.state = VectorState.CLOSED

    def _work(self) -> None:
        tries = 0
        while not self._cancel.stopped and tries < _TRIES:
            wanted = self._wanted
            try:
                self.open()
                while not self._cancel.stopped and self._step():
                    self._cancel.wait(_TURN_S)
            except (ModelError, ChildMistake, RuntimeError) as error:
                tries += 1
                if not self._cancel.stopped:
                    self.evict()
                    told = isinstance(error, ModelError) and error.kind is Trouble.MISSING
                    self.trouble = str(error) if told else "The index of meanings ended its process."
                continue
            with self._lock:
                if self._wanted == wanted:
                    self._job = None
                    return

    def _step(self) -> bool:
        """One step; searches that wait get their turn between two."""
        said = self._host.ask_one("step", {}, timeout_s=_STEP_LIMIT_S).header
        self.whole = bool(said["whole"])
        self.state = VectorState.READY if self.whole else VectorState.BUILDING
        return bool(said["more"])
