"""Embedding throughput through our process against CTranslate2 called bare, alternating in the same minutes."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.paths import starter_models
from models.catalog import Job
from models.clients import hosted_embedder
from models.hardware import look
from models.shelf import Shelf, ShelfModel

ROUNDS = 4
TEXTS = [
    f"Passage {number}. " + "The tenant shall keep the garden and inform the owner in writing. " * (2 + number % 9)
    for number in range(192)
]


class Bare:
    """The runtime as its manual shows it: same file, threads, sorted batches of 32, tokens cut at 256."""

    def __init__(self, model: ShelfModel, threads: int) -> None:
        import ctranslate2
        from tokenizers import Tokenizer

        self._encoder: Any = ctranslate2.Encoder(str(model.path), compute_type="int8", intra_threads=threads)
        self._tokenizer: Any = Tokenizer.from_file(str(model.path / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(256)

    def run(self) -> int:
        """Embed all texts; how many tokens they had."""
        import numpy as np

        ids = sorted((encoding.ids for encoding in self._tokenizer.encode_batch(TEXTS)), key=len)
        for start in range(0, len(ids), 32):
            batch = ids[start : start + 32]
            hidden = np.asarray(self._encoder.forward_batch(batch).last_hidden_state)
            for row, tokens in zip(hidden, batch, strict=True):
                mean = row[: len(tokens)].mean(axis=0)
                mean / np.linalg.norm(mean)
        return sum(len(one) for one in ids)


def rows() -> Iterator[tuple[str, float, str]]:
    """(figure, value, bound)."""
    with tempfile.TemporaryDirectory() as folder:
        model = Shelf(starter_models(), Path(folder), memory=Path(folder) / "m.json").choose(Job.SEARCHING)
        if model is None:
            print("no searcher on this computer", file=sys.stderr)
            return
        hardware = look()
        ours, bare = hosted_embedder(model, hardware), Bare(model, hardware.writer_threads)
        try:
            ours.embed(TEXTS[:8])
            tokens = bare.run()
            mine, theirs, queries = [], [], []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                ours.embed(TEXTS)
                mine.append(tokens / (time.perf_counter() - began))
                began = time.perf_counter()
                bare.run()
                theirs.append(tokens / (time.perf_counter() - began))
                began = time.perf_counter()
                ours.embed(["How much is the rent of the house?"])
                queries.append(time.perf_counter() - began)
        finally:
            ours.host.close()
    yield "embedding in Indoors, tokens/s (best of 4)", max(mine), ""
    yield "embedding by CTranslate2 bare, tokens/s (best of 4)", max(theirs), ""
    yield "embedding: Indoors ÷ bare (best of 4 each)", max(mine) / max(theirs), ">= 0.9"
    yield "one question to its vector, ms (best of 4)", min(queries) * 1000, ""


if __name__ == "__main__":
    for row in rows():
        print(*row)
