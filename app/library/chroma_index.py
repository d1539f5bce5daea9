"""Parent side of Chroma: opened only when its files are sound, brought up to date on a thread, rebuilt when wrong."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import assert_never

from app.library import vector_guard as guard
from app.library.stepped_index import Hit
from app.library.vector_state import VectorState
from app.store.embeddings import Embeddings
from models.api import Cancel, ModelError
from models.child import python_command
from models.child_words import ChildMistake
from models.host import Host

_SMALL_ROWS = 20_000
"""So many vectors are a first index one waits for."""
_PATIENCE_S = 20.0
_END_GRACE_S = 5.0
_SEARCH_LIMIT_S = 15.0
_JOB_LIMIT_S = 3600.0
_BUSY_FOR_S = 30.0
_DELETED_SHARE = 0.2
_SMALL_CHANGE_S = 0.3
_LARGE_CHANGE = 2_000
_LOOK_S = 0.02
_TRIES = 2


class ChromaIndex:
    """One Chroma index of one embedder. Safe from any thread."""

    def __init__(self, embeddings: Embeddings, folder: Path, *, idle_s: float) -> None:
        """`folder` is the profile's folder of derived vectors; deleting it costs only the time to build it again."""
        self.folder = folder
        self.state = VectorState.CLOSED
        self.trouble = ""
        self._embeddings = embeddings
        self._host = Host(
            "vectors",
            python_command(
                "app.library.vector_process",
                "chroma",
                str(embeddings.store.path),
                embeddings.name,
                str(embeddings.width),
                str(folder),
            ),
            idle_s=idle_s,
            end_grace_s=_END_GRACE_S,
        )
        self._generation = -1
        self._wanted = -1
        self._starts = 0
        self._live = 0
        self._busy_since = 0.0
        self._lock = threading.Lock()
        self._job: threading.Thread | None = None
        self._cancel = Cancel()
        self._settled = threading.Event()
        self._first = self._sound = self._small = False

    @property
    def pid(self) -> int | None:
        """The child's number."""
        return self._host.pid

    def search(self, query: bytes, *, limit: int, generation: int) -> list[Hit] | None:
        """Passages nearest in meaning, best first; None while the index is not what SQLite holds."""
        if not self._ready_for(generation):
            return None
        try:
            frame = self._host.ask_one("search", {"limit": limit}, payload=query, timeout_s=_SEARCH_LIMIT_S)
        except (ModelError, ChildMistake):
            self._died("it ended its process while searching")
            self.follow(generation)
            return None
        return [(int(passage), float(score)) for passage, score in frame.header["hits"]]

    def follow(self, generation: int) -> None:
        """Bring Chroma to what SQLite holds, in the background. Call it after a commit."""
        with self._lock:
            if self.state is VectorState.OFF:
                return
            self._wanted = max(self._wanted, generation)
            if self._job is not None and self._job.is_alive() and not self._settled.is_set():
                return  # it looks at what is wanted before it ends
            if self.state is VectorState.BUSY and time.monotonic() - self._busy_since < _BUSY_FOR_S:
                return
            if self.state is VectorState.CLOSED:
                folder = guard.room(self.folder)
                self._sound = folder is not None and not guard.looks_healthy(folder)
                self._small = self._embeddings.count() <= _SMALL_ROWS
                self._first = folder is None and self._small and not guard.deaths(self.folder)
            self._settled.clear()
            self._job = threading.Thread(target=self._bring_up, name="vectors", daemon=True)
            self._job.start()

    def settle(self, timeout_s: float) -> VectorState:
        """Wait until the work in the background is done."""
        job = self._job
        if job is not None:
            job.join(timeout_s)
        return self.state

    def evict(self) -> None:
        """End the process and forget what it had open; the next `follow` opens or builds again."""
        self._host.evict()
        self.state, self._generation = VectorState.CLOSED, -1

    def close(self, *, patience_s: float = 0.0) -> None:
        """End the process, which leaves its index in order. Waits `patience_s` for work in the background."""
        self.settle(patience_s)
        self._cancel.stop()
        self.settle(_END_GRACE_S)
        self._host.close()
        self.settle(_END_GRACE_S)
        self.state = VectorState.CLOSED

    # ------------------------------------------------------------ in the background

    def _ready_for(self, generation: int) -> bool:
        """Whether Chroma answers this search; a healthy or small index is waited for, a damaged one never."""
        if self.state is VectorState.OFF:
            return False
        if self._is_current(generation):
            return True
        self.follow(generation)
        until = time.monotonic() + (_SMALL_CHANGE_S if self.state is VectorState.READY else _PATIENCE_S)
        while self._worth_waiting() and time.monotonic() < until:
            if self._settled.wait(_LOOK_S):
                break
        return self._is_current(generation)

    def _worth_waiting(self) -> bool:
        """A search waits for a healthy index to open, for a small first one to be built, and a moment for one that
        follows a running indexing; never for one that is damaged, large or taken."""
        match self.state:
            case VectorState.READY:
                return True
            case VectorState.CLOSED | VectorState.OPENING:
                return self._sound or self._first
            case VectorState.BUILDING:
                return self._small and (self._sound or self._first)
            case VectorState.BUSY | VectorState.OFF:
                return False
        assert_never(self.state)

    def _is_current(self, generation: int) -> bool:
        return (
            self.state is VectorState.READY
            and self._generation == generation
            and self._host.alive
            and self._host.starts == self._starts
        )

    def _bring_up(self) -> None:
        """Open or build, then follow until nothing newer is wanted; after a death of the child once more, with a
        fresh index."""
        tries = 0
        try:
            while not self._cancel.stopped and tries < _TRIES:
                wanted = self._wanted
                try:
                    self._open_or_build(wanted)
                except (ModelError, ChildMistake, RuntimeError) as error:
                    tries += 1
                    if not self._cancel.stopped:
                        self._died(f"it ended its process ({type(error).__name__})")
                    continue
                with self._lock:
                    if self.state is not VectorState.READY or self._wanted <= wanted:
                        self._settled.set()
                        return
        finally:
            self._settled.set()

    def _open_or_build(self, generation: int) -> None:
        chroma, embeddings = self._host, self._embeddings
        if guard.too_often(guard.deaths(self.folder), time.time()):
            self._turn_off()
            return
        if not (self.state is VectorState.READY and chroma.alive and chroma.starts == self._starts):
            self.state = VectorState.OPENING
            if not self._open(chroma):
                if self.state is VectorState.OPENING and not self._cancel.stopped:
                    self._build(chroma, generation)
                return
            if embeddings.count() - self._live > _LARGE_CHANGE:
                self.state, self._sound = VectorState.BUILDING, False  # a build that was cut off goes on
        self._catch_up(chroma, embeddings, generation)

    def _open(self, chroma: Host) -> bool:
        """Whether the index in use is open and sound. Looks at its files before anyone opens them."""
        folder = guard.room(self.folder)
        if folder is not None and (wrong := guard.looks_healthy(folder)):
            if not self._taken():
                self.trouble = f"The index of meanings is made again: {wrong}."
                guard.set_aside(self.folder)
            folder = None
        said = chroma.ask_one("open", {}, cancel=self._cancel, timeout_s=120.0).header
        if said.get("busy"):
            self.state, self._busy_since = VectorState.BUSY, time.monotonic()
            chroma.evict()
            return False
        if said.get("none"):
            return False
        if said["count"] != said["live"] or not said["probe"]:
            self.trouble = "The index of meanings is made again: it did not find what it holds."
            self._sound = False
            return False
        self._starts, self._live = chroma.starts, int(said["live"])
        return int(said["deleted"]) <= _DELETED_SHARE * max(1, int(said["live"]))

    def _taken(self) -> bool:
        """Whether another process has the index open: then its missing clean marker is no damage."""
        from app.errors import ProfileBusy, ProfileTrouble
        from app.store.lock import ProfileLock

        try:
            ProfileLock.acquire(self.folder / guard.LOCK).release()
        except (ProfileBusy, ProfileTrouble):
            return True
        return False

    def _catch_up(self, chroma: Host, embeddings: Embeddings, generation: int) -> None:
        said: dict[str, object] = {}
        for frame in chroma.ask("follow", {"generation": generation}, cancel=self._cancel, timeout_s=_JOB_LIMIT_S):
            said = frame.header
        if "generation" not in said:
            return
        live, deleted = int(str(said["count"])), int(str(said["deleted"]))
        wrong = embeddings.store.generation() == generation and live != embeddings.count()
        if wrong:
            self.trouble = "The index of meanings is made again: it holds another number of passages."
        if wrong or deleted > _DELETED_SHARE * max(1, live):
            # Deleting only marks: the space of the dead comes back with a fresh index alone.
            self._build(chroma, generation)
            return
        self._ready(chroma, generation)

    def _build(self, chroma: Host, generation: int) -> None:
        self.state = VectorState.BUILDING
        said: dict[str, object] = {}
        for frame in chroma.ask("build", {"generation": generation}, cancel=self._cancel, timeout_s=_JOB_LIMIT_S):
            said = frame.header
        if said.get("busy"):
            self.state, self._busy_since = VectorState.BUSY, time.monotonic()
        elif said.get("probe"):
            self._ready(chroma, generation)

    def _ready(self, chroma: Host, generation: int) -> None:
        self._starts = chroma.starts
        self._generation = generation
        self.state = VectorState.READY

    def _died(self, why: str) -> None:
        """The index ended its process: never open it again, build a fresh one; twice a day, leave Chroma off."""
        with self._lock:
            self._generation = -1
            self.trouble = f"The index of meanings is made again: {why}."
            with suppress(OSError):
                guard.note_death(self.folder, time.time())
            guard.set_aside(self.folder)
            self.state, self._sound, self._first = VectorState.CLOSED, False, False
            if guard.too_often(guard.deaths(self.folder), time.time()):
                self._turn_off()

    def _turn_off(self) -> None:
        self.state = VectorState.OFF
        self.trouble = "The index of meanings failed twice within a day; an exact search does its work until tomorrow."
