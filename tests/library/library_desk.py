"""A library with real store, reader and vectors in a profile of its own, and an instant embedder, for tests."""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Iterator, Sequence

from app.events import FileEvent, IndexDone, IndexEvent
from app.library.index import Transcribe
from app.library.library import Library
from app.library.reading import Reading
from app.library.vectors import Vectors
from app.paths import Profile
from app.store.db import Store
from models.api import Cancel, Embedder


class WordEmbedder(Embedder):
    """Texts sharing words get near vectors; deterministic, instant, and it counts what it was asked."""

    def __init__(self, name: str = "words-64") -> None:
        self.name = name
        self.asked: list[str] = []

    @property
    def id(self) -> str:
        return self.name

    @property
    def width(self) -> int:
        return 64

    def embed(self, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[bytes]:
        self.asked.extend(texts)
        return [struct.pack("<64e", *_vector(text)) for text in texts]

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        own = _vector(query)
        return [sum(a * b for a, b in zip(own, _vector(text), strict=True)) for text in texts]

    def match(self, query: str, texts: Sequence[str]) -> list[float]:
        return self.rank(query, texts)


def _vector(text: str) -> list[float]:
    numbers = [0.0] * 64
    for word in text.lower().split():
        digest = hashlib.sha256(word.strip('.,;:!?"').encode()).digest()
        numbers[digest[0] % 64] += 1 if digest[1] & 1 else -1
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return [number / length for number in numbers]


class Desk:
    """A library and what is needed to drive it in a test."""

    def __init__(self, profile: Profile, reading: Reading) -> None:
        self.profile = profile
        self.reading = reading
        self.embedder = WordEmbedder()
        self.store = Store.open(profile.database)
        self.vectors: list[Vectors] = []

    def library(
        self,
        *,
        embedder: Embedder | None = None,
        words_only: bool = False,
        vectors: bool = False,
        transcribe: Transcribe | None = None,
    ) -> Library:
        """A library on this desk's store; without `vectors` it searches by words and keeps embeddings only."""
        wired = Vectors(self.profile.vectors) if vectors else None
        if wired is not None:
            self.vectors.append(wired)
        return Library(
            self.store,
            reading=self.reading,
            embedder=None if words_only else embedder or self.embedder,
            vectors=wired,
            transcribe=transcribe,
        )

    def close_vectors(self) -> None:
        """End the vector processes, as the end of the program does."""
        for vectors in self.vectors:
            vectors.close(patience_s=30.0)

    def close(self) -> None:
        """End everything but the reader, which other tests share."""
        self.close_vectors()
        self.store.close()


def finish(events: Iterator[IndexEvent]) -> tuple[dict[str, FileEvent], IndexDone]:
    """Run an indexing to its end: events by file name, and the last event."""
    seen = list(events)
    done = seen[-1]
    assert isinstance(done, IndexDone)
    return {event.path.name: event for event in seen if isinstance(event, FileEvent)}, done
