"""`make soak`: a library of 100,000 passages: time to index, speed of searches, memory of the main process."""

from __future__ import annotations

import argparse
import hashlib
import random
import statistics
import struct
import sys
import tempfile
import time
from array import array
from collections.abc import Sequence
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1])]

from app.events import IndexDone  # noqa: E402 - found through the line above
from app.library.library import Library  # noqa: E402
from app.library.reading import Reading  # noqa: E402
from app.library.vectors import Vectors  # noqa: E402
from app.paths import Profile  # noqa: E402
from app.store.db import Store  # noqa: E402
from models.api import Cancel, Embedder  # noqa: E402

WIDTH = 384
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
_WORDS = 8_000
_PARAGRAPHS = 150
_PARAGRAPH_WORDS = 110
_SEARCH_LIMIT_MS = 50.0


class ScriptedEmbedder(Embedder):
    """Vectors as wide as the starter's, made from a few words of each text: near when words are shared.

    It keeps nothing, so that the memory that is told is that of the program.
    """

    @property
    def id(self) -> str:
        return f"scripted-{WIDTH}"

    @property
    def width(self) -> int:
        return WIDTH

    def embed(self, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[bytes]:
        return [self._one(text) for text in texts]

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        return [0.0] * len(texts)

    def _one(self, text: str) -> bytes:
        rows = [_direction(word) for word in sorted(set(text.split()), key=len, reverse=True)[:8]]
        summed = [sum(column) for column in zip(*rows, strict=True)] or [1.0] * WIDTH
        length = sum(number * number for number in summed) ** 0.5 or 1.0
        return struct.pack(f"<{WIDTH}e", *(number / length for number in summed))


def _direction(word: str) -> array[int]:
    return array("b", hashlib.shake_256(word.encode()).digest(WIDTH))


def vocabulary() -> tuple[list[str], list[float]]:
    """Made words with the frequencies of natural text (Zipf)."""
    chance = random.Random(2)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(_WORDS)]
    return words, [1 / (rank + 3) for rank in range(_WORDS)]


def write_files(folder: Path, passages: int) -> None:
    """Text files of made words, about `passages` passages together."""
    folder.mkdir()
    words, weights = vocabulary()
    chance = random.Random(3)
    for number in range(-(-passages // _PARAGRAPHS)):
        lines = [" ".join(chance.choices(words, weights, k=_PARAGRAPH_WORDS)) + "." for _ in range(_PARAGRAPHS)]
        (folder / f"{number:04}.txt").write_text("\n\n".join(lines) + "\n")


def search_ms(library: Library, count: int) -> list[float]:
    """How long each of `count` searches took, in milliseconds; the first three only warm up."""
    words, weights = vocabulary()
    chance = random.Random(5)
    took = []
    for _ in range(count + 3):
        question = "what is the " + " ".join(chance.choices(words, weights, k=chance.randint(3, 9)))
        began = time.perf_counter()
        library.search(question)
        took.append((time.perf_counter() - began) * 1000)
    return took[3:]


def resident_mb() -> float:
    """Memory of this process alone, which is the program's main process here."""
    return float(psutil.Process().memory_info().rss) / 1e6


def main() -> int:
    """Print the figures; 1 when files failed, the vector index is not ready, or searches are slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as base:
        profile = Profile.at(Path(base) / "profile")
        write_files(Path(base) / "files", options.passages)
        store = Store.open(profile.database)
        vectors = Vectors(profile.vectors)
        reading = Reading(profile.scratch)
        library = Library(store, reading=reading, embedder=ScriptedEmbedder(), vectors=vectors)
        print(f"before: main process {resident_mb():.0f} MB", flush=True)
        began = time.monotonic()
        *_, done = library.index([Path(base) / "files"])
        assert isinstance(done, IndexDone)
        indexed_s = time.monotonic() - began
        print(
            f"{done.read} files, {done.passages} passages: read, stored and embedded in {indexed_s:.0f} s", flush=True
        )
        state = vectors.settle(1800)
        print(f"vector index {state} after {time.monotonic() - began:.0f} s", flush=True)
        slow_ms = _searched(library, options.searches)
        began = time.monotonic()
        *_, again = library.index([Path(base) / "files"])
        assert isinstance(again, IndexDone)
        print(f"nothing changed: {again.unchanged} files looked at in {time.monotonic() - began:.1f} s")
        print(f"after: main process {resident_mb():.0f} MB, on disk {library.counts().disk_bytes / 1e6:.0f} MB")
        library.close()
        store.close()
    return 1 if done.failed or slow_ms > _SEARCH_LIMIT_MS or again.unchanged != done.read or state != "ready" else 0


def _searched(library: Library, count: int) -> float:
    """Search, print what it took, and return the 95th percentile in milliseconds."""
    took = search_ms(library, count)
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"{count} searches: median {statistics.median(took):.0f} ms, p95 {p95:.0f} ms", flush=True)
    return p95


if __name__ == "__main__":
    sys.exit(main())
