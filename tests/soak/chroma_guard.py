"""`make soak`: kills the vectors process while it writes, damages its files, and checks that every search answers."""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "library"), str(HERE.parents[1])]

from library_desk import WordEmbedder  # noqa: E402 - found through the line above

from app.library import vector_guard as guard  # noqa: E402
from app.library.vectors import Vectors, VectorState  # noqa: E402
from app.store.db import Store  # noqa: E402
from app.store.documents import Cut, Documents, NewDocument  # noqa: E402
from app.store.embeddings import Embeddings  # noqa: E402
from app.values import DocumentKind, Section  # noqa: E402


def fill(store: Store, count: int, *, start: int) -> None:
    """Add one document of `count` one-line passages, with vectors."""
    embedder = WordEmbedder()
    text = "".join(f"line {number} of document {start} about {number % 97}\n" for number in range(count))
    cuts, at = [], 0
    for line in text.splitlines(keepends=True):
        cuts.append(Cut(0, at, at + len(line), ""))
        at += len(line)
    new = NewDocument(Path(f"/soak/{start}.txt"), DocumentKind.TEXT, str(start), "", at, start, str(start))
    Documents(store).keep(new, [Section("lines", 1, text)], cuts)
    embeddings = Embeddings(store, embedder.id, width=embedder.width)
    while batch := embeddings.missing(1000):
        vectors = embedder.embed([words for _, words in batch])
        embeddings.keep([(passage, vector) for (passage, _), vector in zip(batch, vectors, strict=True)])


def one_round(base: Path, store: Store, number: int, chance: random.Random, seen: Counter[str]) -> None:
    """Change the library, kill the process at a random moment, search meanwhile; then it must be whole again."""
    embeddings = Embeddings(store, "words-64", width=64)
    vectors = Vectors(base / "vectors")
    (base / "vectors" / guard.DEATHS).unlink(missing_ok=True)
    vectors.use(embeddings)
    fill(store, chance.randint(200, 1500), start=number)
    query = WordEmbedder().embed([f"{number}\nline 5 of document {number} about 5"])[0]
    vectors.follow(store.generation())

    def kill() -> None:
        time.sleep(chance.uniform(0.0, 3.0))
        for pid in vectors.process_ids()[:1]:
            os.kill(pid, signal.SIGKILL)
            seen["kills"] += 1

    killer = threading.Thread(target=kill)
    killer.start()
    for _ in range(20):
        hits, name = vectors.search(query, limit=5, generation=store.generation())
        seen[name] += 1
        if not hits or hits[0][1] < 0.99:
            seen["wrong answers"] += 1
        time.sleep(0.1)
    killer.join()
    vectors.settle(120)
    (base / "vectors" / guard.DEATHS).unlink(missing_ok=True)
    vectors.close(patience_s=120)
    whole = Vectors(base / "vectors")
    whole.use(embeddings)
    hits, name = whole.search(query, limit=5, generation=store.generation())
    if name != "meaning:chroma" and whole.settle(180) is VectorState.READY:
        hits, name = whole.search(query, limit=5, generation=store.generation())
    seen["whole again" if name == "meaning:chroma" and hits[0][1] > 0.99 else "not whole again"] += 1
    whole.close()


def main() -> int:
    """Print what was seen; 1 when a search went unanswered or an index was not whole again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="chroma-guard-") as folder:
        base = Path(folder)
        store = Store.open(base / "indoors.sqlite3")
        for number in range(options.rounds):
            one_round(base, store, number, chance, seen)
        store.close()
    print(
        f"{options.rounds} rounds, seed {options.seed}: " + ", ".join(f"{n} {what}" for what, n in sorted(seen.items()))
    )
    return 1 if seen["wrong answers"] or seen["not whole again"] else 0


if __name__ == "__main__":
    sys.exit(main())
