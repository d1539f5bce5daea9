"""Asks for passages by meaning, with the searcher in use or, until the library is read for it, with the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.errors import NoModel
from app.library.vectors import Hit, Vectors
from app.store.db import Store
from app.store.embeddings import Embeddings, kept_embedders
from models.api import Embedder, ModelError

_READY_SHARE = 0.98
"""From this share of vectors on the new searcher answers; the rest follows while it does."""

Earlier = Callable[[str], Embedder | None]
"""The searcher of an id, if its model is still on this computer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The vectors that answer now and the searcher that made them; `done` is the share of the library that the
    searcher in use has read, 1.0 when it answers itself."""

    embeddings: Embeddings
    embedder: Embedder
    done: float


class MeaningSearch:
    """Vectors of different searchers never meet: one searcher answers at a time."""

    def __init__(
        self, store: Store, *, vectors: Vectors | None, embedder: Embedder | None, earlier: Earlier = lambda _: None
    ) -> None:
        self._store = store
        self._vectors = vectors
        self._embedder = embedder
        self._earlier = earlier
        self._embeddings: Embeddings | None = None

    @property
    def embedder(self) -> Embedder | None:
        """The searcher in use."""
        return self._embedder

    def embeddings(self) -> Embeddings | None:
        """Where the vectors of the searcher in use are kept, or None without one. Raises ModelError."""
        if self._embedder is None:
            return None
        if self._embeddings is None:
            self._embeddings = Embeddings(self._store, self._embedder.id, width=self._embedder.width)
            self.answering()
        return self._embeddings

    def answering(self) -> Asked | None:
        """Who answers now: the searcher in use, unless one before it has read more and is still here. Raises
        ModelError."""
        wanted = self._embeddings or self.embeddings()
        if wanted is None or self._embedder is None:
            return None
        asked = self._one_before(wanted) or Asked(wanted, self._embedder, 1.0)
        if self._vectors is not None:
            self._vectors.use(asked.embeddings)
        return asked

    def _one_before(self, wanted: Embeddings) -> Asked | None:
        others = [one for one in kept_embedders(self._store) if one.name != wanted.name]
        if not others:
            return None
        have, whole = wanted.count(), wanted.count() + wanted.left()
        if have >= _READY_SHARE * whole:
            return None
        for other in others:
            if other.vectors > have and (embedder := self._earlier(other.name)) is not None:
                return Asked(Embeddings(self._store, other.name, width=other.width), embedder, have / max(1, whole))
        return None

    def find(self, text: str, *, limit: int, generation: int, documents: Sequence[int] | None) -> tuple[list[Hit], str]:
        """Passages near in meaning, best first, and which index found them; nothing when the searcher cannot run."""
        if self._vectors is None or self._embedder is None:
            return [], ""
        try:
            asked = self.answering()
            if asked is None or not asked.embeddings.embedder():
                return [], ""
            (query,) = asked.embedder.embed([text])
            return self._vectors.search(query, limit=limit, generation=generation, documents=documents)
        except (ModelError, NoModel):
            return [], ""

    def notice(self) -> str:
        """One sentence while the library is being read for a new searcher; empty otherwise."""
        try:
            asked = self.answering()
        except (ModelError, NoModel):
            return ""
        if asked is None or asked.done == 1.0:
            return ""
        return (
            f"The library is being read again for the new searcher, {asked.done:.0%} so far; until then the one before "
            "answers."
        )
