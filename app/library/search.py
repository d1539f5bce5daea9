"""Finds the passages that answer: words and meaning searched together, best first, each with its exact place."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from app.errors import NoModel
from app.events import SearchResult
from app.library.fusion import fuse
from app.library.vectors import Hit, Vectors
from app.store.documents import Documents
from app.store.embeddings import Embeddings
from app.store.full_text import Words, documents_inside
from models.api import Embedder, ModelError

_DEPTH = 40
"""Passages each of the two searches gives to the fusion, at least; more when more are asked for."""


class Search:
    """Searches a library; without an embedder by words alone."""

    def __init__(self, documents: Documents, *, vectors: Vectors | None, embedder: Embedder | None) -> None:
        self._documents = documents
        self._words = Words(documents.store)
        self._vectors = vectors
        self._embedder = embedder
        self._embeddings: Embeddings | None = None

    def run(self, text: str, *, limit: int, within: Sequence[Path] = ()) -> SearchResult:
        """At most `limit` passages. A searcher that cannot run costs the meanings, not the search."""
        started = time.monotonic()
        files, _, unreadable = self._documents.counts()
        chosen: list[int] | None = None
        if within:
            chosen, _ = documents_inside(self._documents.store, within)
            files = len(chosen)
        passages = []
        if text.strip() and files and limit > 0:
            depth = max(_DEPTH, limit * 2)
            generation = self._documents.store.generation()
            # SQLite and the model processes work at the same time.
            with ThreadPoolExecutor(1, thread_name_prefix="words") as pool:
                ranked = pool.submit(self._words.search, text, limit=depth, within=within, generation=generation)
                meaning, name = self._meaning(text, limit=depth, generation=generation, documents=chosen)
                words = ranked.result()
            fused = fuse(words, meaning, meaning_name=name, limit=limit)
            rows = self._documents.passages([hit.passage for hit in fused])
            passages = [
                replace(rows[hit.passage], score=hit.score, found_by=hit.found_by)
                for hit in fused
                if hit.passage in rows
            ]
        return SearchResult(tuple(passages), time.monotonic() - started, files, unreadable)

    def ranked(self, text: str, *, limit: int) -> tuple[list[int], list[int]]:
        """What each of the two searches finds by itself, best first: by words, by meaning (for measuring)."""
        generation = self._documents.store.generation()
        words = self._words.search(text, limit=limit, generation=generation)
        meaning, _ = self._meaning(text, limit=limit, generation=generation, documents=None)
        return [passage for passage, _ in words], [passage for passage, _ in meaning]

    def embeddings(self) -> Embeddings | None:
        """Where this embedder's vectors are kept, or None without an embedder. Raises ModelError."""
        if self._embedder is None:
            return None
        if self._embeddings is None:
            self._embeddings = Embeddings(self._documents.store, self._embedder.id, width=self._embedder.width)
            if self._vectors is not None:
                self._vectors.use(self._embeddings)
        return self._embeddings

    def _meaning(
        self, text: str, *, limit: int, generation: int, documents: Sequence[int] | None
    ) -> tuple[list[Hit], str]:
        if self._vectors is None or self._embedder is None:
            return [], ""
        try:
            embeddings = self.embeddings()
            if embeddings is None or not embeddings.embedder():
                return [], ""
            (query,) = self._embedder.embed([text])
            return self._vectors.search(query, limit=limit, generation=generation, documents=documents)
        except (ModelError, NoModel):
            return [], ""
