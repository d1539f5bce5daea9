"""How much of the bare embedder's speed a whole indexing run keeps, and what an edit and a moved folder cost."""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.events import IndexDone  # noqa: E402 - found through the line above
from app.library.library import Library  # noqa: E402
from app.library.reading import Reading  # noqa: E402
from app.paths import Profile, starter_models  # noqa: E402
from app.store.db import Store  # noqa: E402
from app.store.embeddings import Embeddings  # noqa: E402
from models.catalog import Job  # noqa: E402
from models.clients import HostedEmbedder, hosted_embedder  # noqa: E402
from models.hardware import look  # noqa: E402
from models.shelf import Shelf  # noqa: E402

FILES = int(os.environ.get("INDOORS_BENCH_FILES", "150"))
ROUNDS = int(os.environ.get("INDOORS_BENCH_ROUNDS", "3"))
SAMPLES = ROOT.parent / "shared" / "samples" / "questions" / "xquad_en_dev.json"


def rows() -> Iterator[tuple[str, float, str]]:
    """(figure, value, bound)."""
    with tempfile.TemporaryDirectory(prefix="bench-indexing-") as folder:
        base = Path(folder)
        papers = write_papers(base / "papers", files=FILES)
        embedder = _searcher(base)
        embedder.embed(["warm up"] * 64)
        yield from _speed_rows(base, papers, embedder)
        yield from _change_rows(base, papers, embedder)
        embedder.host.close()


def write_papers(folder: Path, *, files: int) -> Path:
    """Text files of one to nine real paragraphs, no two the same."""
    paragraphs = [each["text"] for each in json.loads(SAMPLES.read_text(encoding="utf-8"))["paragraphs"]]
    chance = random.Random(1)
    folder.mkdir(parents=True)
    for number in range(files):
        chosen = chance.sample(paragraphs, chance.randint(1, 9))
        cut = [f"{text[: chance.randint(len(text) // 2, len(text))]} ({number})" for text in chosen]
        (folder / f"{number:04}.txt").write_text("\n\n".join(cut) + "\n", encoding="utf-8")
    return folder


def _searcher(folder: Path) -> HostedEmbedder:
    shelf = Shelf(starter_models(), folder / "models", memory=folder / "shelf.json")
    model = shelf.choose(Job.SEARCHING)
    if model is None:
        raise SystemExit("the starter searcher is not there: make setup")
    return hosted_embedder(model, look())


def _open(base: Path, name: str, embedder: HostedEmbedder | None) -> tuple[Store, Library]:
    profile = Profile.at(base / name)
    store = Store.open(profile.database)
    library = Library(store, reading=Reading(profile.scratch), embedder=embedder)
    library._readings[0].host.start()  # as in a running program: the reader is there before the first file
    return store, library


def _speed_rows(base: Path, papers: Path, embedder: HostedEmbedder) -> Iterator[tuple[str, float, str]]:
    """The embedder alone on all texts at once, and whole runs, in turn: other programs on this machine hit both."""
    store, library = _open(base, "words", None)
    for _ in library.index([papers]):
        pass
    texts = [text for _, text in Embeddings(store, embedder.id, width=embedder.width).missing(1_000_000)]
    library.close()
    store.close()
    bare, whole, shares = [], [], []
    for number in range(ROUNDS):
        started = time.monotonic()
        embedder.embed(texts)
        bare.append(len(texts) / (time.monotonic() - started))
        store, library = _open(base, f"whole-{number}", embedder)
        processes = [
            psutil.Process(pid) for pid in (os.getpid(), embedder.host.pid, library._readings[0].host.pid) if pid
        ]
        before = [_cpu_s(process) for process in processes]
        started = time.monotonic()
        *_, done = library.index([papers])
        whole.append(len(texts) / (time.monotonic() - started))
        spent = [_cpu_s(process) - was for process, was in zip(processes, before, strict=True)]
        shares.append(spent[1] / sum(spent))
        assert isinstance(done, IndexDone) and done.passages == len(texts) == library.counts().with_meaning
        library.close()
        store.close()
    yield f"the embedder alone, {len(texts):,} passages, passages/s", statistics.median(bare), ""
    yield f"{FILES} text files read, kept and embedded, passages/s", statistics.median(whole), ""
    ratio = statistics.median(each / alone for each, alone in zip(whole, bare, strict=True))
    yield "end to end ÷ the embedder alone", ratio, ">= 0.85"
    yield "share of a run's processor time that is the embedder's own (unmoved by other programs)", shares[-1], ""


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _change_rows(base: Path, papers: Path, embedder: HostedEmbedder) -> Iterator[tuple[str, float, str]]:
    """One paragraph changed in the longest file; then all files below another name."""
    store, library = _open(base, "whole-0", embedder)
    longest = max(papers.iterdir(), key=lambda path: path.stat().st_size)
    document = library.document(longest)
    assert document is not None
    before = {passage.id for passage in library.passages_of(document.id)}
    text = longest.read_text(encoding="utf-8")
    longest.write_text(text.replace("\n\n", "\n\nA new sentence. ", 1), encoding="utf-8")
    for _ in library.index([papers]):
        pass
    after = {passage.id for passage in library.passages_of(document.id)}
    yield f"passages embedded again after one edit in a file of {len(after)}", float(len(after - before)), ""
    papers.rename(base / "papers elsewhere")
    started = time.monotonic()
    for _ in library.index([base / "papers elsewhere"]):
        pass
    yield f"a folder of {FILES} files moved to another place, s", time.monotonic() - started, ""
    yield "files read again because of it", float(library.counts().files - FILES), "0"
    library.close()
    store.close()


if __name__ == "__main__":
    for figure, value, bound in rows():
        print(f"{figure:<84} {value:>10.3f}  {bound}", flush=True)
