"""The library's figures: a folder seen again, search in a large library, and what the idle main process holds."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.library.library import Library  # noqa: E402 - found through the line above
from app.library.reading import Reading  # noqa: E402
from app.library.vectors import Vectors, VectorState  # noqa: E402
from app.paths import Profile, starter_models  # noqa: E402
from app.store.db import Store  # noqa: E402
from app.store.documents import Cut, Documents, NewDocument  # noqa: E402
from app.store.embeddings import Embeddings  # noqa: E402
from app.values import DocumentKind, Section  # noqa: E402
from models.clients import HostedEmbedder, hosted_embedder  # noqa: E402
from models.hardware import look  # noqa: E402
from models.shelf import Shelf  # noqa: E402

PASSAGES = int(os.environ.get("INDOORS_BENCH_PASSAGES", "100000"))
FILES = 2_000
_A_DOCUMENT = 200
_QUERIES = 200
_CLUSTERS = 400
_WORDS = 30_000


def rows() -> Iterator[tuple[str, float, str]]:
    """(figure, value, bound)."""
    with tempfile.TemporaryDirectory(prefix="bench-library-") as folder:
        yield from _scan_rows(Path(folder) / "scan")
        yield from _search_rows(Path(folder) / "search")


def _searcher(folder: Path) -> HostedEmbedder:
    from models.catalog import Job

    shelf = Shelf(starter_models(), folder / "models", memory=folder / "shelf.json")
    model = shelf.choose(Job.SEARCHING)
    if model is None:
        raise SystemExit("the starter searcher is not there: make setup")
    return hosted_embedder(model, look())


def _scan_rows(base: Path) -> Iterator[tuple[str, float, str]]:
    """A folder of 2,000 small files: the first run, then the same with nothing changed, beside a bare walk."""
    papers = base / "papers"
    chance = random.Random(1)
    for number in range(FILES):
        path = papers / f"{number % 50:02}" / f"{number:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(" ".join(f"w{chance.randrange(5000)}" for _ in range(80)))
    profile = Profile.at(base / "profile")
    store = Store.open(profile.database)
    library = Library(store, reading=Reading(profile.scratch))
    started = time.monotonic()
    for _ in library.index([papers]):
        pass
    first_s = time.monotonic() - started
    times = []
    for _ in range(5):
        started = time.monotonic()
        events = list(library.index([papers]))
        times.append(time.monotonic() - started)
        assert events[-1].unchanged == FILES  # type: ignore[union-attr]  # an IndexDone
    started = time.monotonic()
    walked = [path.stat().st_size for path in papers.rglob("*.txt")]
    bare_s = time.monotonic() - started
    library.close()
    store.close()
    yield f"{FILES:,} small files read for the first time, without meanings, s", first_s, ""
    yield f"the same {len(walked):,} unchanged files seen again, s", sorted(times)[2], "<= 1.5"
    yield "the same ÷ a bare walk with pathlib", sorted(times)[2] / bare_s, ""


def _search_rows(base: Path) -> Iterator[tuple[str, float, str]]:
    """Search in 100,000 made passages with clustered vectors and the frequencies of words of real text."""
    profile = Profile.at(base / "profile")
    store = Store.open(profile.database)
    embedder = _searcher(base)
    _fill(store, embedder)
    vectors = Vectors(profile.vectors)
    vectors.use(Embeddings(store, embedder.id, width=embedder.width))
    started = time.monotonic()
    vectors.follow(store.generation())
    state = vectors.settle(1800)
    built_s = time.monotonic() - started
    library = Library(store, reading=Reading(profile.scratch), embedder=embedder, vectors=vectors)
    if state is not VectorState.READY:
        raise SystemExit(f"the vector index is {state}: {vectors.trouble}")
    yield f"index of meanings built from {PASSAGES:,} stored vectors, s", built_s, ""
    library.search("warm up")
    times, names = [], set()
    for query in _queries():
        started = time.monotonic()
        found = library.search(query)
        times.append((time.monotonic() - started) * 1000)
        names |= {name for passage in found.passages for name in passage.found_by}
    yield f"search in {PASSAGES:,} passages, words and meaning, p50 ms", _share(times, 0.5), ""
    yield f"search in {PASSAGES:,} passages, words and meaning, p95 ms", _share(times, 0.95), "<= 50"
    yield f"found by {', '.join(sorted(names))}", float(len(names)), ""
    documents = [document.path for document in library.documents_in()[:20]]
    times = []
    for query in _queries()[:50]:
        started = time.monotonic()
        library.search(query, within=documents)
        times.append((time.monotonic() - started) * 1000)
    yield "the same limited to 20 documents, p95 ms", _share(times, 0.95), ""
    library.close()
    embedder.host.close()
    store.close()
    yield f"idle main process with {PASSAGES:,} passages, MB", _idle_mb(profile.data), "<= 140"


def _share(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


def _vocabulary() -> tuple[list[str], list[float]]:
    """Made words with the frequencies of natural text (Zipf)."""
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    chance = random.Random(2)
    words = ["".join(chance.choice(syllables) for _ in range(chance.randint(2, 4))) for _ in range(_WORDS)]
    return words, [1 / (rank + 3) for rank in range(_WORDS)]


def _fill(store: Store, embedder: HostedEmbedder) -> None:
    """Documents of 200 passages of about 110 words; vectors in clusters, as meanings of real text are."""
    import numpy as np

    words, weights = _vocabulary()
    chance = random.Random(3)
    documents = Documents(store)
    embeddings = Embeddings(store, embedder.id, width=embedder.width)
    numbers = np.random.default_rng(4)
    centres = numbers.normal(size=(_CLUSTERS, embedder.width)).astype(np.float32)
    for number in range(PASSAGES // _A_DOCUMENT):
        lines = [" ".join(chance.choices(words, weights, k=110)) + ".\n" for _ in range(_A_DOCUMENT)]
        cuts, at = [], 0
        for line in lines:
            cuts.append(Cut(0, at, at + len(line), ""))
            at += len(line)
        new = NewDocument(Path(f"/bench/{number:04}.txt"), DocumentKind.TEXT, f"{number}", "", at, 1, str(number))
        documents.keep(new, [Section("lines", 1, "".join(lines))], cuts)
        ids = [passage for passage, _ in embeddings.missing(_A_DOCUMENT)]
        made = centres[numbers.integers(0, _CLUSTERS, len(ids))] + 0.6 * numbers.normal(size=(len(ids), embedder.width))
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        embeddings.keep([(passage, row.tobytes()) for passage, row in zip(ids, made.astype("<f2"), strict=True)])


def _queries() -> list[str]:
    """Questions of three to nine words, common and rare ones mixed."""
    words, weights = _vocabulary()
    chance = random.Random(5)
    return [
        "what is the " + " ".join(chance.choices(words, weights, k=chance.randint(3, 9))) + "?" for _ in range(_QUERIES)
    ]


_IDLE = """
import sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from app.paths import Profile
from app.library.library import Library
from app.library.reading import Reading
from app.library.vectors import Vectors
from app.store.db import Store
import psutil
profile = Profile.at(Path(sys.argv[1]))
store = Store.open(profile.database)
library = Library(store, reading=Reading(profile.scratch), vectors=Vectors(profile.vectors))
library.counts(); library.folders(); library.search("what is the rent of the house")
time.sleep(1)
print(psutil.Process().memory_info().rss / 1e6)
library.close(); store.close()
"""


def _idle_mb(profile: Path) -> float:
    """Resident memory of a process that opened the library and searched it once, without the window."""
    done = subprocess.run(
        [sys.executable, "-c", _IDLE, str(profile), str(ROOT)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    for figure, value, bound in rows():
        print(f"{figure:<84} {value:>10.3f}  {bound}", flush=True)
