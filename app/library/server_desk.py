"""Child side of a Chroma server: keeps one collection there in step with SQLite and searches it.

What leaves this computer: numbers of passages and documents, and vectors. Never a text, a name or a path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from app.library.exact_scan import matrix_of, query_vector, rescore
from app.store.embeddings import Embeddings
from models.api import ModelError, Trouble
from models.frames import Frame
from models.worker import Request

_STEP = 500
_AT_ONCE = 200
_CANDIDATES = 4
_LEAST_CANDIDATES = 60
_FRESH = {"change": -1, "last": 0, "whole": 0}


class ServerDesk:
    """The same verbs as the codes: open, step, search, end."""

    def __init__(
        self, embeddings: Embeddings, library: str, connect: Callable[[], Any], settings: dict[str, Any]
    ) -> None:
        """`library` names this library on the server, a random number; `connect` gives a Chroma client."""
        self._embeddings = embeddings
        made_by = hashlib.sha256(embeddings.name.encode()).hexdigest()[:12]
        self._name = f"indoors-{library}-{made_by}"
        self._connect = connect
        self._settings = settings
        self._client: Any = None
        self._collection: Any = None
        self._state: dict[str, int] = dict(_FRESH)

    def open(self, _: Request) -> Iterator[Frame]:
        """{} → {whole, count, wrong}."""
        with _reached():
            self._client = self._client or self._connect()
            self._collection = self._client.get_or_create_collection(
                self._name, embedding_function=None, metadata=dict(_FRESH), configuration={"hnsw": self._settings}
            )
            said = self._collection.metadata or {}
            self._state = {name: int(said.get(name, value)) for name, value in _FRESH.items()}
            wrong = self._differs()
            if wrong:
                self._begin_again()
            yield Frame({"whole": bool(self._state["whole"]), "count": self._collection.count(), "wrong": wrong})

    def step(self, _: Request) -> Iterator[Frame]:
        """{} → {done, of, whole, more}."""
        with _reached():
            more = self._follow(_STEP) if self._state["whole"] else self._fill()
            of = self._embeddings.count()
            yield Frame({"more": more, "whole": bool(self._state["whole"]), "done": self._collection.count(), "of": of})

    def search(self, request: Request) -> Iterator[Frame]:
        """{limit, documents?} + query blob → {hits: [[passage, cosine], …]}; rescored exactly from SQLite."""
        with _reached():
            if self._state["whole"] and self._embeddings.journal()[1] - self._state["change"] <= _AT_ONCE:
                self._follow(_AT_ONCE)
            limit = int(request.header["limit"])
            wanted = max(_CANDIDATES * limit, _LEAST_CANDIDATES)
            chosen = request.header.get("documents")
            where = {"where": {"document": {"$in": list(chosen)}}} if chosen is not None else {}
            found = self._collection.query(
                query_embeddings=[query_vector(request.payload)], n_results=wanted, include=["distances"], **where
            )
        blobs = self._embeddings.of([int(passage) for passage in found["ids"][0]])
        yield Frame({"hits": rescore(request.payload, list(blobs.items()), width=self._embeddings.width, limit=limit)})

    def end(self, _: Request) -> Iterator[Frame]:
        """Nothing is kept here."""
        yield from ()

    def _differs(self) -> str:
        """Why the collection cannot be brought up to date by the journal; empty when it can, or is new."""
        if self._state["change"] < 0:
            return "" if not self._collection.count() else "it was never finished"
        first, last = self._embeddings.journal()
        change = self._state["change"]
        if change > last or (change < first - 1 and change < last):
            return "it is too far behind"
        count, live = self._collection.count(), self._embeddings.count()
        if self._state["whole"] and change == self._embeddings.journal()[1] and count != live:
            return "it holds another number of passages"
        return ""

    def _begin_again(self) -> None:
        self._client.delete_collection(self._name)
        self._collection = self._client.create_collection(
            self._name, embedding_function=None, metadata=dict(_FRESH), configuration={"hnsw": self._settings}
        )
        self._state = dict(_FRESH)

    def _note(self, **changes: int) -> None:
        """Say on the server how far it has come, after what it says is there."""
        self._state |= changes
        self._collection.modify(metadata=dict(self._state))

    def _fill(self) -> bool:
        if self._state["change"] < 0:
            self._note(change=self._embeddings.journal()[1])
        rows = list(islice(self._embeddings.after(self._state["last"]), _STEP))
        self._put(rows)
        self._note(last=rows[-1][0] if rows else self._state["last"], whole=int(len(rows) < _STEP))
        return True

    def _follow(self, limit: int) -> bool:
        changed, change = self._embeddings.changed_since(self._state["change"], limit)
        if changed:
            rows = self._embeddings.rows_of(changed)
            gone = sorted(set(changed) - {row[0] for row in rows})
            if gone:
                self._collection.delete(ids=[str(passage) for passage in gone])
            self._put(rows)
        if change != self._state["change"]:
            self._note(change=change)
        return change < self._embeddings.journal()[1]

    def _put(self, rows: Sequence[tuple[int, int, bytes]]) -> None:
        if rows:
            self._collection.upsert(
                ids=[str(row[0]) for row in rows],
                embeddings=matrix_of([row[2] for row in rows], self._embeddings.width),
                metadatas=[{"document": row[1]} for row in rows],
            )


@contextmanager
def _reached() -> Iterator[None]:
    """Say in one sentence that the server is not there."""
    try:
        yield
    except (OSError, ValueError) as error:  # Chroma turns what its first request met into a ValueError
        raise ModelError(Trouble.MISSING, "The server of vectors cannot be reached.") from error
