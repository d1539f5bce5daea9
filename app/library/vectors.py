"""Parent side of the search for meaning: chooses which index answers by what is healthy and by how large it is."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.library import vector_guard as guard
from app.library.chroma_index import ChromaIndex
from app.library.codes_index import SIGNS_IN_A_WORD, CodesIndex, Hit
from app.library.vector_state import VectorState
from app.store.embeddings import Embeddings
from models.api import ModelError
from models.child import python_command
from models.child_words import ChildMistake
from models.host import Host

__all__ = ["CODES_FROM", "Hit", "VectorState", "Vectors"]

CODES_FROM = 100_000
"""Above so many passages the codes answer. Up to there Chroma holds everything in under 300 MB and answers in 3 ms;
beyond, its memory, its rebuilds (1 minute per 100,000) and the space of deleted ones grow with the library."""
_CODES_UNTIL = 80_000
"""A library that shrinks goes back to Chroma below this, so that one file more or less does not move it to and fro."""
_EXACT_MOST = 200_000
"""The exact scan holds 1.5 kB per passage in memory: above this it is no stand-in."""
_SEARCH_LIMIT_S = 15.0


class Vectors:
    """Chooses between Chroma, the codes and the exact scan; each keeps itself up to date on a thread of its own."""

    def __init__(self, folder: Path, *, idle_s: float = 600.0, codes_from: int = CODES_FROM) -> None:
        """`folder` is the profile's folder of derived vectors; deleting it costs only the time to build it again."""
        self.folder = folder
        self._idle_s = idle_s
        self._codes_from = codes_from
        self._codes_until = min(codes_from, _CODES_UNTIL)
        self._embeddings: Embeddings | None = None
        self._exact: Host | None = None
        self._chroma: ChromaIndex | None = None
        self._codes: CodesIndex | None = None
        self._lock = threading.Lock()

    @property
    def state(self) -> VectorState:
        """What the index that should answer is doing now."""
        index = self._codes or self._chroma
        return index.state if index is not None else VectorState.CLOSED

    @property
    def trouble(self) -> str:
        """Why the index was rebuilt or is off; empty when nothing ever went wrong in this run."""
        index = self._codes or self._chroma
        return index.trouble if index is not None else ""

    def process_ids(self) -> tuple[int, ...]:
        """Processes running for it now: the index's first, then the exact scan's."""
        hosts = (self._codes, self._chroma, self._exact)
        return tuple(host.pid for host in hosts if host is not None and host.pid is not None)

    def use(self, embeddings: Embeddings) -> None:
        """Search the vectors of this embedder. Hosts start only when they are asked."""
        with self._lock:
            if self._embeddings is not None and self._embeddings.name == embeddings.name:
                return
        self.close()
        with self._lock:
            self._embeddings = embeddings
            store, width = str(embeddings.store.path), str(embeddings.width)
            command = python_command(
                "app.library.vector_process", "exact", store, embeddings.name, width, str(self.folder)
            )
            self._exact = Host("vectors", command, idle_s=self._idle_s)
            self._chroma = ChromaIndex(embeddings, self.folder, idle_s=self._idle_s)

    def search(
        self, query: bytes, *, limit: int, generation: int, documents: Sequence[int] | None = None
    ) -> tuple[list[Hit], str]:
        """Passages nearest in meaning, best first, and which search found them: "meaning:chroma", "meaning:codes" or
        "meaning:exact".

        `documents` limits it to some documents. Raises ModelError when not even the exact scan can be had.
        """
        codes, chroma = self._by_size(), self._chroma
        if codes is not None and (hits := self._coded(codes, query, limit, documents)) is not None:
            return hits, "meaning:codes"
        if documents is None and codes is None and chroma is not None:
            hits = chroma.search(query, limit=limit, generation=generation)
            if hits is not None:
                return hits, "meaning:chroma"
        return self._exactly(query, limit, generation, documents), "meaning:exact"

    def _coded(self, codes: CodesIndex, query: bytes, limit: int, documents: Sequence[int] | None) -> list[Hit] | None:
        """What the codes find; None when the exact scan should answer in their place. Raises ModelError."""
        stand_in = self._embeddings is not None and self._embeddings.count() <= _EXACT_MOST
        try:
            if not codes.open():
                codes.follow()
                if stand_in:
                    return None
            return codes.search(query, limit=limit, documents=documents)
        except (ModelError, ChildMistake):
            codes.follow()
            if stand_in:
                return None
            raise

    def follow(self, generation: int) -> None:
        """Bring the index to what SQLite holds, in the background. Call it after a commit."""
        codes, chroma = self._by_size(), self._chroma
        if codes is not None:
            codes.follow()
            if codes.whole and chroma is not None and (chroma.pid is not None or guard.room(self.folder) is not None):
                self._leave_chroma(chroma)
        elif chroma is not None:
            chroma.follow(generation)

    def settle(self, timeout_s: float) -> VectorState:
        """Wait until the work in the background is done."""
        index = self._codes or self._chroma
        return index.settle(timeout_s) if index is not None else VectorState.CLOSED

    def close(self, *, patience_s: float = 0.0) -> None:
        """End the processes; the index is left in order. Waits `patience_s` for work in the background."""
        with self._lock:
            indexes = [index for index in (self._codes, self._chroma) if index is not None]
            exact, self._exact = self._exact, None
        for index in indexes:
            index.close(patience_s=patience_s)
        if exact is not None:
            exact.close()
        with self._lock:
            self._chroma = self._codes = self._embeddings = None

    def size_bytes(self) -> int:
        """What the derived index takes on disk (blocks in use: a damaged file may claim terabytes)."""
        total = 0
        for path in self.folder.rglob("*"):
            with suppress(OSError):
                info = path.stat()
                total += getattr(info, "st_blocks", -(-info.st_size // 512)) * 512
        return total

    def forget_all(self) -> None:
        """Delete the derived index (for `erase`); call after close."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _by_size(self) -> CodesIndex | None:
        """The codes when the library is large, None when it is Chroma's turn."""
        with self._lock:
            embeddings = self._embeddings
            if embeddings is None or embeddings.width % SIGNS_IN_A_WORD:
                return None
            bound = self._codes_until if self._codes is not None else self._codes_from
            large = embeddings.count() > bound
            if large and self._codes is None:
                self._codes = CodesIndex(embeddings, self.folder, idle_s=self._idle_s)
            small = self._codes if not large else None
            if small is not None:
                self._codes = None
        if small is not None:
            small.close()
        return self._codes

    def _leave_chroma(self, chroma: ChromaIndex) -> None:
        """The codes are whole: Chroma's memory and disk are given back. It is made again should the library shrink."""
        chroma.evict()
        guard.set_aside(self.folder)
        guard.sweep(self.folder)

    def _exactly(self, query: bytes, limit: int, generation: int, documents: Sequence[int] | None) -> list[Hit]:
        if self._exact is None:
            return []
        header: dict[str, object] = {"limit": limit, "generation": generation}
        if documents is not None:
            header["documents"] = list(documents)
        frame = self._exact.ask_one("search", header, payload=query, timeout_s=_SEARCH_LIMIT_S)
        return [(int(passage), float(score)) for passage, score in frame.header["hits"]]
