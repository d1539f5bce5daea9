"""The one process that opens Chroma, and its twins that scan; all read SQLite and none holds text."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import ProfileBusy, ProfileTrouble
from app.library.stepped_index import RELAY_VARIABLE, TOKEN_VARIABLE
from app.library.vector_guard import LOCK, Closed, closed_cleanly, mark_closed, move_in, new_room, room, sweep, unmark
from app.store.db import Store
from app.store.embeddings import Embeddings
from app.store.lock import ProfileLock
from models.api import ModelError, Trouble
from models.frames import Frame
from models.worker import Request, serve

_BATCH = 200
"""Vectors per step: about 0.15 s, so that a stop or an end of the program finds a clean place soon."""
_CANDIDATES = 4
_LEAST_CANDIDATES = 60
_SETTINGS = {"space": "cosine", "ef_construction": 128, "ef_search": 256, "max_neighbors": 24, "num_threads": 2}


class ExactDesk:
    """Answers searches from a float32 matrix of everything; never imports Chroma."""

    def __init__(self, embeddings: Embeddings) -> None:
        from app.library.exact_scan import ExactScan

        self._scan = ExactScan(embeddings)

    def search(self, request: Request) -> Iterator[Frame]:
        """{generation, limit, documents?} + query blob → {hits: [[passage, cosine], …], count}."""
        self._scan.follow(int(request.header["generation"]))
        documents = request.header.get("documents")
        hits = self._scan.search(request.payload, limit=int(request.header["limit"]), documents=documents)
        yield Frame({"hits": hits, "count": self._scan.count})


@dataclass(slots=True)
class _Open:
    """An index in use: Chroma's objects, the ids in it, and what is needed to close it in order."""

    folder: Path
    client: Any
    collection: Any
    held: set[int] = field(default_factory=set)
    deleted: int = 0
    generation: int = -1


class ChromaDesk:
    """Keeps one Chroma collection in step with SQLite and searches it."""

    def __init__(self, embeddings: Embeddings, base: Path) -> None:
        self._embeddings = embeddings
        self._base = base
        self._lock: ProfileLock | None = None
        self._index: _Open | None = None

    def open(self, request: Request) -> Iterator[Frame]:
        """{} → {busy} when another process holds it, else {count, probe, deleted} of the index in use, which the
        parent has looked at before; {none} when there is none or it is another embedder's."""
        if not self._take_lock():
            yield Frame({"busy": True})
            return
        sweep(self._base)
        folder = room(self._base)
        if self._index is None and folder is not None:
            self._index = self._open(folder)
        if self._index is None:
            yield Frame({"none": True})
            return
        index = self._index
        yield Frame(
            {
                "count": index.collection.count(),
                "live": len(index.held),
                "probe": self._probe(),
                "deleted": index.deleted,
            }
        )

    def follow(self, request: Request) -> Iterator[Frame]:
        """{generation} → progress {done, of} per batch, then {count, generation, deleted}: all as SQLite has it."""
        index = self._index
        if index is None:
            raise ModelError(Trouble.MISSING, "There is no vector index to bring up to date.")
        current = set(self._embeddings.ids())
        gone = sorted(index.held - current)
        for start in range(0, len(gone), _BATCH):
            some = gone[start : start + _BATCH]
            index.collection.delete(ids=[str(passage) for passage in some])
            index.held.difference_update(some)
            index.deleted += len(some)
        new = sorted(current - index.held)
        for done in self._add(index, new):
            yield Frame({"done": done, "of": len(new)})
            if request.cancel.stopped:
                return
        index.generation = int(request.header["generation"])
        count = index.collection.count()
        yield Frame({"count": count, "generation": index.generation, "deleted": index.deleted})

    def build(self, request: Request) -> Iterator[Frame]:
        """{generation} → progress, then {count, probe}: a fresh index in a fresh folder, used once it is whole."""
        if not self._take_lock():
            yield Frame({"busy": True})
            return
        self._close()
        folder = new_room(self._base)
        index = _Open(folder, *self._fresh(folder))
        ids = self._embeddings.ids()
        for done in self._add(index, ids):
            yield Frame({"done": done, "of": len(ids)})
            if request.cancel.stopped:
                # What is in is sound: the next start opens it and goes on from here.
                move_in(self._base, folder)
                self._index = index
                return
        index.generation = int(request.header["generation"])
        move_in(self._base, folder)
        self._index = index
        yield Frame({"count": index.collection.count(), "probe": self._probe()})

    def search(self, request: Request) -> Iterator[Frame]:
        """{limit} + query blob → {hits: [[passage, cosine], …]}: 4 × candidates, rescored exactly from the blobs."""
        from app.library.exact_scan import query_vector, rescore

        index = self._index
        if index is None:
            raise ModelError(Trouble.MISSING, "There is no vector index to search.")
        limit = int(request.header["limit"])
        wanted = min(max(_CANDIDATES * limit, _LEAST_CANDIDATES), len(index.held))
        if not wanted:
            yield Frame({"hits": []})
            return
        found = index.collection.query(
            query_embeddings=[query_vector(request.payload)], n_results=wanted, include=["distances"]
        )
        blobs = self._embeddings.of([int(passage) for passage in found["ids"][0]])
        hits = rescore(request.payload, list(blobs.items()), width=self._embeddings.width, limit=limit)
        yield Frame({"hits": hits})

    def end(self, _: Request) -> Iterator[Frame]:
        """The parent is done with this process: leave the index so that the next one may open it."""
        self._close()
        yield from ()

    def _take_lock(self) -> bool:
        if self._lock is None:
            try:
                self._lock = ProfileLock.acquire(self._base / LOCK)
            except (ProfileBusy, ProfileTrouble):
                return False
        return True

    def _client(self, folder: Path) -> Any:
        import chromadb  # 1.5 s: only when an index is really opened
        from chromadb.config import Settings

        return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))

    def _fresh(self, folder: Path) -> tuple[Any, Any]:
        client = self._client(folder)
        collection = client.create_collection(
            self._name(folder), embedding_function=None, configuration={"hnsw": _SETTINGS}
        )
        return client, collection

    def _open(self, folder: Path) -> _Open | None:
        closed = closed_cleanly(folder)
        if closed is None or closed.collection != self._name(folder):
            return None
        unmark(folder)
        client = self._client(folder)
        collection = client.get_collection(closed.collection, embedding_function=None)
        held = {int(passage) for passage in collection.get(include=[])["ids"]}
        return _Open(folder, client, collection, held, closed.deleted, closed.generation)

    def _name(self, folder: Path) -> str:
        """The collection's name carries the embedder and the folder's number."""
        return f"{hashlib.sha256(self._embeddings.name.encode()).hexdigest()[:24]}-{folder.name}"

    def _add(self, index: _Open, ids: Sequence[int]) -> Iterator[int]:
        """Add vectors batch by batch; how many are in after each."""
        from app.library.exact_scan import matrix_of

        for start in range(0, len(ids), _BATCH):
            blobs = self._embeddings.of(ids[start : start + _BATCH])
            if blobs:
                index.collection.add(
                    ids=[str(passage) for passage in blobs],
                    embeddings=matrix_of(list(blobs.values()), self._embeddings.width),
                )
                index.held.update(blobs)
            yield min(start + _BATCH, len(ids))

    def _probe(self) -> bool:
        """Whether a vector known to be in the index is found by itself."""
        from app.library.exact_scan import query_vector

        index = self._index
        if index is None or not index.held:
            return index is not None
        passage = max(index.held)
        blob = self._embeddings.of([passage]).get(passage)
        if blob is None:
            return True  # deleted meanwhile; the next `follow` takes it out
        found = index.collection.query(query_embeddings=[query_vector(blob)], n_results=1, include=["distances"])
        return bool(found["ids"][0]) and abs(found["distances"][0][0]) < 0.01

    def _close(self) -> None:
        index, self._index = self._index, None
        if index is not None:
            count = index.collection.count()
            index.client.close()
            mark_closed(index.folder, Closed(self._name(index.folder), count, index.generation, index.deleted))


def server_client(descriptor: int, token: str) -> Any:
    """A client of the Chroma server at the other end of a descriptor."""
    import chromadb
    from chromadb.api import fastapi
    from chromadb.config import Settings

    from app.library.relayed import RelayedBackend

    class Relayed(fastapi.FastAPI):  # type: ignore[misc]  # chromadb is untyped here
        """Chroma's own HTTP client, whose connections are the one descriptor."""

        def __init__(self, system: Any) -> None:
            super().__init__(system)
            self._session._mounts = {}  # no proxy from the environment
            pool: Any = self._session._transport
            pool._pool._network_backend = RelayedBackend(descriptor)
            pool._pool._max_connections = 1

    # WORKAROUND: the client takes no transport and makes its first request while it is made, so its class is given.
    fastapi.FastAPI = Relayed
    headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
    return chromadb.HttpClient("vectors", 80, headers=headers, settings=Settings(anonymized_telemetry=False))


def handlers(arguments: Sequence[str]) -> Mapping[str, Callable[[Request], Iterator[Frame]]]:
    """`exact|codes|chroma|server DATABASE EMBEDDER WIDTH FOLDER`: the verbs of this process. For a server, FOLDER is
    this library's name there."""
    mode, database, embedder, width, folder = arguments
    embeddings = Embeddings(Store.open(Path(database), read_only=True), embedder, width=int(width))
    if mode == "exact":
        return {"search": ExactDesk(embeddings).search}
    if mode == "codes":
        from app.library.codes_desk import CodesDesk

        codes = CodesDesk(embeddings, Path(folder))
        return {"open": codes.open, "step": codes.step, "search": codes.search, "end": codes.end}
    if mode == "server":
        from app.library.server_desk import ServerDesk

        way, token = int(os.environ[RELAY_VARIABLE]), os.environ.pop(TOKEN_VARIABLE, "")
        there = ServerDesk(embeddings, folder, lambda: server_client(way, token), _SETTINGS)
        return {"open": there.open, "step": there.step, "search": there.search, "end": there.end}
    desk = ChromaDesk(embeddings, Path(folder))
    return {"open": desk.open, "follow": desk.follow, "build": desk.build, "search": desk.search, "end": desk.end}


if __name__ == "__main__":
    serve(lambda: handlers(sys.argv[1:]), name="vectors")
