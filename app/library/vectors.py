"""Parent side of the search for meaning: chooses which index answers by what is healthy and by how large it is."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.library import vector_guard as guard
from app.library.chroma_index import ChromaIndex
from app.library.stepped_index import (
    END_GRACE_S,
    RELAY_VARIABLE,
    SIGNS_IN_A_WORD,
    TOKEN_VARIABLE,
    Hit,
    SteppedIndex,
)
from app.library.vector_state import VectorState
from app.store.embeddings import Embeddings
from models.api import ModelError, Trouble
from models.child import python_command
from models.child_words import ChildMistake
from models.host import Host

__all__ = ["CODES_FROM", "Hit", "Server", "VectorState", "Vectors"]

CODES_FROM = 50_000
"""Above so many passages the codes answer. Up to there Chroma is the better choice: it holds everything in about
150 MB and answers in 3 ms. Beyond, its memory, its opening (6 s cold at 100,000), its building (1,500 vectors/s) and
the space of deleted vectors grow with the library; the codes open in 0.3 s at a million."""
_CODES_UNTIL = 40_000
"""A library that shrinks goes back to Chroma below this, so that one file more or less does not move it to and fro."""
_EXACT_MOST = 200_000
"""The exact scan holds 1.5 kB per passage in memory: above this it is no stand-in."""
_SEARCH_LIMIT_S = 15.0
_MOST_NAMED = 500
"""Documents a server is asked to search within; wider filters are searched here."""


_SERVER_REST_S = 60.0
"""A server that was not there is not asked again for so long."""


@dataclass(frozen=True, slots=True)
class Server:
    """A Chroma server that keeps the index in place of this computer."""

    address: str
    library: str
    """This library's name there: a random number."""
    connect: Callable[[], int]
    """Gives an open descriptor that leads there. Raises AppError."""
    token: str = ""


class Vectors:
    """Chooses between Chroma, the codes and the exact scan; each keeps itself up to date on a thread of its own."""

    def __init__(
        self, folder: Path, *, idle_s: float = 600.0, codes_from: int = CODES_FROM, server: Server | None = None
    ) -> None:
        """`folder` is the profile's folder of derived vectors; deleting it costs only the time to build it again.
        With a `server` no Chroma runs here; while it is not there, this computer searches by itself."""
        self.folder = folder
        self._server_at = server
        self._server: SteppedIndex | None = None
        self._rest_until = 0.0
        self._idle_s = idle_s
        self._codes_from = codes_from
        self._codes_until = min(codes_from, _CODES_UNTIL)
        self._embeddings: Embeddings | None = None
        self._exact: Host | None = None
        self._chroma: ChromaIndex | None = None
        self._codes: SteppedIndex | None = None
        self._lock = threading.Lock()

    @property
    def state(self) -> VectorState:
        """What the index that should answer is doing now."""
        index = self._index()
        return index.state if index is not None else VectorState.CLOSED

    @property
    def trouble(self) -> str:
        """Why the index was rebuilt or is off; empty when nothing ever went wrong in this run."""
        index = self._index()
        return index.trouble if index is not None else ""

    def _index(self) -> SteppedIndex | ChromaIndex | None:
        return self._server or self._codes or self._chroma

    def process_ids(self) -> tuple[int, ...]:
        """Processes running for it now: the index's first, then the exact scan's."""
        hosts = (self._server, self._codes, self._chroma, self._exact)
        return tuple(host.pid for host in hosts if host is not None and host.pid is not None)

    def use(self, embeddings: Embeddings) -> None:
        """Search the vectors of this embedder. Hosts start only when they are asked."""
        with self._lock:
            if self._embeddings is not None and self._embeddings.name == embeddings.name:
                return
        self.close()
        with self._lock:
            self._embeddings = embeddings
            self._exact = self._host("exact", str(self.folder))
            if self._server_at is None:
                self._chroma = ChromaIndex(embeddings, self.folder, idle_s=self._idle_s)
            else:
                self._server = SteppedIndex(self._host("server", self._server_at.library))

    def _host(self, mode: str, last: str) -> Host:
        """A vectors process that is started when it is asked."""
        embeddings, server = self._embeddings, self._server_at
        assert embeddings is not None
        store, width = str(embeddings.store.path), str(embeddings.width)
        command = python_command("app.library.vector_process", mode, store, embeddings.name, width, last)
        if mode != "server" or server is None:
            # The codes' products are too small to be shared: threads that wait for the next one would take a
            # processor from the words searched beside (half the time of a search at a million).
            env = {"OPENBLAS_NUM_THREADS": "1"} if mode == "codes" else {}
            return Host("vectors", command, idle_s=self._idle_s, end_grace_s=END_GRACE_S, env=env)

        def lend() -> dict[str, int]:
            try:
                return {RELAY_VARIABLE: server.connect()}
            except AppError as error:
                raise ModelError(Trouble.MISSING, error.notice.happened, do=error.notice.do) from error

        env = {TOKEN_VARIABLE: server.token}
        return Host("vectors", command, idle_s=self._idle_s, end_grace_s=END_GRACE_S, env=env, lend=lend)

    def search(
        self, query: bytes, *, limit: int, generation: int, documents: Sequence[int] | None = None
    ) -> tuple[list[Hit], str]:
        """Passages nearest in meaning, best first, and which search found them: "meaning:chroma", "meaning:codes",
        "meaning:server" or "meaning:exact".

        `documents` limits it to some documents. Raises ModelError when not even the exact scan can be had.
        """
        if self._server is not None and (hits := self._served(self._server, query, limit, documents)) is not None:
            return hits, "meaning:server"
        codes, chroma = self._by_size(), self._chroma
        if codes is not None and (hits := self._coded(codes, query, limit, documents)) is not None:
            return hits, "meaning:codes"
        if documents is None and codes is None and chroma is not None:
            hits = chroma.search(query, limit=limit, generation=generation)
            if hits is not None:
                return hits, "meaning:chroma"
        return self._exactly(query, limit, generation, documents), "meaning:exact"

    def _served(
        self, server: SteppedIndex, query: bytes, limit: int, documents: Sequence[int] | None
    ) -> list[Hit] | None:
        """What the server finds; None while it is not there or does not hold the whole library."""
        if time.monotonic() < self._rest_until or (documents is not None and len(documents) > _MOST_NAMED):
            return None
        try:
            if not server.open():
                server.follow()
                return None
            return server.search(query, limit=limit, documents=documents)
        except (ModelError, ChildMistake) as error:
            self._rest_until = time.monotonic() + _SERVER_REST_S
            server.evict()
            server.state = VectorState.OFF
            why = str(error) if isinstance(error, ModelError) else "It did not answer as a Chroma server does."
            where = self._server_at.address if self._server_at is not None else ""
            server.trouble = f"{why} ({where}) This computer searches by itself meanwhile."
            return None

    def _coded(
        self, codes: SteppedIndex, query: bytes, limit: int, documents: Sequence[int] | None
    ) -> list[Hit] | None:
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
        if self._server is not None and time.monotonic() >= self._rest_until:
            self._server.follow()
        codes, chroma = self._by_size(), self._chroma
        if codes is not None:
            codes.follow()
            if codes.whole and chroma is not None and (chroma.pid is not None or guard.room(self.folder) is not None):
                self._leave_chroma(chroma)
        elif chroma is not None:
            chroma.follow(generation)

    def settle(self, timeout_s: float) -> VectorState:
        """Wait until the work in the background is done."""
        index = self._index()
        return index.settle(timeout_s) if index is not None else VectorState.CLOSED

    def close(self, *, patience_s: float = 0.0) -> None:
        """End the processes; the index is left in order. Waits `patience_s` for work in the background."""
        with self._lock:
            indexes = [index for index in (self._server, self._codes, self._chroma) if index is not None]
            exact, self._exact = self._exact, None
        for index in indexes:
            index.close(patience_s=patience_s)
        if exact is not None:
            exact.close()
        with self._lock:
            self._chroma = self._codes = self._server = self._embeddings = None

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

    def _by_size(self) -> SteppedIndex | None:
        """The codes when the library is large, None when it is Chroma's turn."""
        with self._lock:
            embeddings = self._embeddings
            if embeddings is None or embeddings.width % SIGNS_IN_A_WORD:
                return None
            bound = self._codes_until if self._codes is not None else self._codes_from
            large = embeddings.count() > bound
            if large and self._codes is None:
                self._codes = SteppedIndex(self._host("codes", str(self.folder)))
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
