"""Search in 10,000, 100,000 and 1,000,000 passages: time, memory and start-up, and how they grow.

`python tests/bench/bench_scale.py --cache FOLDER` prints one table. The library grows in one profile under FOLDER,
which is deleted at the end unless --keep; the real vectors in FOLDER are kept for the next run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from app.library.library import Library  # noqa: E402 - found through the line above
from app.library.reading import Reading  # noqa: E402
from app.library.vectors import Vectors  # noqa: E402
from app.paths import Profile, starter_models  # noqa: E402
from app.store.db import Store  # noqa: E402
from app.store.documents import Cut, Documents, NewDocument  # noqa: E402
from app.store.embeddings import Embeddings  # noqa: E402
from app.values import DocumentKind, Section  # noqa: E402
from models.clients import HostedEmbedder, hosted_embedder  # noqa: E402
from models.hardware import look  # noqa: E402
from models.shelf import Shelf  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
_A_DOCUMENT = 200
_COLD = 25
_REAL = 10_000
_TOP = 40


def searcher(folder: Path) -> HostedEmbedder:
    """The starter searcher in its own process."""
    from models.catalog import Job

    folder.mkdir(parents=True, exist_ok=True)
    model = Shelf(starter_models(), folder / "models", memory=folder / "shelf.json").choose(Job.SEARCHING)
    if model is None:
        raise SystemExit("the starter searcher is not there: make setup")
    return hosted_embedder(model, look())


# ---------------------------------------------------------------- filling


class Filling:
    """Grows a library to one size after another."""

    def __init__(self, profile: Profile, cache: Path, *, real: int) -> None:
        import scale_corpus as corpus

        self._corpus = corpus
        self.profile = profile
        self._cache = cache
        self.store = Store.open(profile.database)
        embedder = searcher(cache)
        self.embeddings = Embeddings(self.store, embedder.id, width=embedder.width)
        texts = corpus.real_texts(cache)
        self.writer = corpus.Writer(texts)
        self._real_texts = texts[:real]
        self._vectors = corpus.real_vectors(self._real_texts, cache, embedder.embed)
        embedder.host.close()
        self._directions = self._vectors.astype("<f4")
        self.passages = self.embeddings.count()

    def grow(self, size: int) -> None:
        """Add documents of 200 passages until there are `size`; the real texts come first, a few in each document."""
        if self.passages == 0:
            for start in range(0, len(self._real_texts), _A_DOCUMENT):
                some = self._real_texts[start : start + _A_DOCUMENT]
                self._keep(some, self._vectors[start : start + len(some)])
        left = size - self.passages
        texts = self.writer.passages(left)
        for _ in range(-(-left // _A_DOCUMENT)):
            some = [text for _, text in zip(range(_A_DOCUMENT), texts, strict=False)]
            if some:
                self._keep(some, self._corpus.moved(self._directions, len(some), seed=self.passages))

    def recall(self, questions: list[str]) -> float:
        """Share of the 40 passages truly nearest to each question that the index finds, in percent."""
        import numpy as np

        embedder = searcher(self._cache)
        blobs = embedder.embed(questions)
        embedder.host.close()
        queries = np.frombuffer(b"".join(blobs), "<f2").reshape(len(blobs), -1).astype(np.float32)
        truth = self._corpus.nearest(self.embeddings.after(0), queries, _TOP)
        vectors = Vectors(self.profile.vectors)
        vectors.use(self.embeddings)
        found = 0
        for blob, right in zip(blobs, truth, strict=True):
            hits, _ = vectors.search(blob, limit=_TOP, generation=self.store.generation())
            found += len({passage for passage, _ in hits} & right)
        vectors.close()
        return 100 * found / (_TOP * len(blobs))

    def index(self) -> float:
        """Seconds until the index of vectors holds everything, as after an indexing run."""
        began, vectors = time.monotonic(), Vectors(self.profile.vectors)
        vectors.use(self.embeddings)
        for _ in range(2):  # the second lets go of what the first has outgrown
            vectors.follow(self.store.generation())
            vectors.settle(3600)
        vectors.close(patience_s=60)
        return time.monotonic() - began

    def _keep(self, texts: list[str], vectors: Any) -> None:
        cuts, at = [], 0
        for text in texts:
            cuts.append(Cut(0, at, at + len(text) + 2, ""))
            at += len(text) + 2
        name = f"notes {self.passages // _A_DOCUMENT}"
        new = NewDocument(Path(f"/bench/{name}.txt"), DocumentKind.TEXT, name, "", at, 1, name)
        whole = "".join(f"{text}\n\n" for text in texts)
        document = Documents(self.store).keep(new, [Section("lines", 1, whole)], cuts)
        with self.store.read() as db:
            rows = db.execute("SELECT id FROM passages WHERE document = ? ORDER BY id", (document.id,)).fetchall()
        self.embeddings.keep([(row[0], vector.tobytes()) for row, vector in zip(rows, vectors, strict=True)])
        self.passages += len(texts)


# ---------------------------------------------------------------- measuring, in a main process of its own


def forget_pages(profile: Profile) -> None:
    """Take the library's files out of the computer's memory, so that the next search reads the disk."""
    for path in profile.data.rglob("*"):
        if path.is_file() and path.suffix not in (".lock", ""):
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def recall_pages(profile: Profile) -> None:
    """Bring the library's files into the computer's memory, as they are after some use."""
    for path in profile.data.rglob("*"):
        if path.is_file() and path.suffix not in (".lock", ""):
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass


def measure(base: Path, cache: Path, questions: list[tuple[str, str]]) -> dict[str, float | str]:
    """What a main process sees that opens this library: questions are (question, beginning of its paragraph)."""
    import psutil

    said: dict[str, float | str] = {}
    profile = Profile.at(base)
    forget_pages(profile)
    began = time.perf_counter()
    store = Store.open(profile.database)
    embedder = searcher(cache)
    vectors = Vectors(profile.vectors)
    library = Library(store, reading=Reading(profile.scratch), embedder=embedder, vectors=vectors)
    said["open and count, cold, ms"] = _ms(began, library.counts())
    began = time.perf_counter()
    library.warm()
    said["made ready in the background after a start, cold, ms"] = _ms(began, None)
    embedder.embed(["warm"])  # the searcher's own start is another figure
    began = time.perf_counter()
    said["first search, cold, its process starting, ms"] = _ms(began, library.search(questions[0][0]))
    library.search(questions[1][0])
    cold = []
    for question, _ in questions[-_COLD:]:
        forget_pages(profile)
        began = time.perf_counter()
        cold.append(_ms(began, library.search(question)))
    said["search cold p50, ms"], said["search cold p95, ms"] = _share(cold, 0.5), _share(cold, 0.95)
    recall_pages(profile)
    warm, found, names = [], 0, set()
    used = -_processor_s(vectors, embedder)
    for question, beginning in questions:
        began = time.perf_counter()
        result = library.search(question, limit=10)
        warm.append(_ms(began, None))
        found += any(passage.text.startswith(beginning) for passage in result.passages)
        names |= {name for passage in result.passages for name in passage.found_by if name.startswith("meaning")}
    used += _processor_s(vectors, embedder)
    said["processor time per search, all processes, ms"] = 1000 * used / len(questions)
    said["search warm p50, ms"], said["search warm p95, ms"] = _share(warm, 0.5), _share(warm, 0.95)
    said["paragraph among the first 10, %"] = 100 * found / len(questions)
    said |= _parts(library, store, vectors, embedder, questions[:100])
    said["main process, MB"] = psutil.Process().memory_info().rss / 1e6
    said["index processes, MB"] = sum(psutil.Process(pid).memory_info().rss for pid in vectors.process_ids()) / 1e6
    said["database, MB"], said["index on disk, MB"] = store.size_bytes() / 1e6, vectors.size_bytes() / 1e6
    said["answered by"] = " ".join(sorted(names))
    library.close()
    embedder.host.close()
    store.close()
    return said


def _processor_s(vectors: Vectors, embedder: HostedEmbedder) -> float:
    """Processor time of this process and those that search, in seconds: it does not depend on who else works."""
    import psutil

    pids = [os.getpid(), *vectors.process_ids(), *([embedder.host.pid] if embedder.host.pid else [])]
    return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)


def _parts(
    library: Library, store: Store, vectors: Vectors, embedder: HostedEmbedder, questions: list[tuple[str, str]]
) -> dict[str, float | str]:
    """p95 of each part alone, warm."""
    from app.store.full_text import Words

    words, generation = Words(store), store.generation()
    parts: dict[str, list[float]] = {"words": [], "question to vector": [], "meaning": [], "meaning in 20 files": []}
    files = [document.id for document in library.documents_in()[:20]]
    for question, _ in questions:
        began = time.perf_counter()
        words.search(question, limit=40, generation=generation)
        parts["words"].append(_ms(began, None))
        began = time.perf_counter()
        (query,) = embedder.embed([question])
        parts["question to vector"].append(_ms(began, None))
        began = time.perf_counter()
        vectors.search(query, limit=40, generation=generation)
        parts["meaning"].append(_ms(began, None))
        began = time.perf_counter()
        vectors.search(query, limit=40, generation=generation, documents=files)
        parts["meaning in 20 files"].append(_ms(began, None))
    return {f"{name} warm p95, ms": _share(took, 0.95) for name, took in parts.items()}


def _ms(began: float, _: object) -> float:
    return (time.perf_counter() - began) * 1000


def _share(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


# ---------------------------------------------------------------- the table


def main() -> int:
    """Fill, measure each size in a process of its own, print the table; 1 when a bound is missed at the last size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "indoors-scale")
    parser.add_argument("--real", type=int, default=_REAL, help="passages with their own, real vectors")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--keep", action="store_true", help="keep the library, and go on with one that was kept")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        questions = [tuple(pair) for pair in json.load(sys.stdin)]
        print(json.dumps(measure(options.measure, options.cache, questions)))
        return 0
    base = options.cache / "profile"
    if not options.keep:
        shutil.rmtree(base, ignore_errors=True)
    columns = _grown(base, options)
    if not options.keep:
        shutil.rmtree(base, ignore_errors=True)
    _print(columns)
    last = columns[-1][1]
    slow = max(float(last["search warm p95, ms"]), float(last["search cold p95, ms"]))
    return 1 if slow > 150 or float(last["main process, MB"]) > 400 else 0


def _grown(base: Path, options: argparse.Namespace) -> list[tuple[int, dict[str, float | str]]]:
    import scale_corpus as corpus

    paragraphs = corpus.planted()
    pairs = [
        (question, " ".join(paragraph.text.split())[:60])
        for paragraph in paragraphs
        for question in paragraph.questions
    ]
    pairs = pairs[:: max(1, len(pairs) // options.questions)]
    columns = []
    filling = Filling(Profile.at(base), options.cache, real=options.real)
    for size in map(int, options.sizes.split(",")):
        began = time.monotonic()
        filling.grow(size)
        print(f"{filling.passages:,} passages after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        indexed_s = filling.index()
        done = subprocess.run(
            [sys.executable, __file__, "--measure", str(base), "--cache", str(options.cache)],
            input=json.dumps(pairs),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        columns.append((filling.passages, {"index brought up to it, s": indexed_s, **json.loads(done.stdout)}))
        columns[-1][1]["of the truly nearest 40 found by meaning, %"] = filling.recall([pair[0] for pair in pairs[:50]])
        print(json.dumps(columns[-1][1]), file=sys.stderr, flush=True)
    share = filling.writer.rare_share
    print(f"{options.real:,} real vectors; {share:.1%} of the words are invented names", file=sys.stderr)
    filling.store.close()
    return columns


def _print(columns: list[tuple[int, dict[str, float | str]]]) -> None:
    print("| | " + " | ".join(f"{size:,}" for size, _ in columns) + " | last ÷ first |")
    print("|---|" + "---|" * (len(columns) + 1))
    for name in columns[0][1]:
        values = [column[name] for _, column in columns]
        growth = "" if isinstance(values[0], str) else f"{float(values[-1]) / max(1e-9, float(values[0])):.1f}"
        cells = [value if isinstance(value, str) else f"{value:,.1f}" for value in values]
        print(f"| {name} | " + " | ".join(cells) + f" | {growth} |")


if __name__ == "__main__":
    sys.exit(main())
