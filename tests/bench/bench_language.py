"""Writing speed through our process against llama-cpp-python's own loop, alternating in the same minutes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.paths import starter_models
from models.api import Cancel
from models.benchmark import bare_write_speed, speeds
from models.catalog import Job
from models.clients import hosted_chat
from models.hardware import look
from models.shelf import Shelf

ROUNDS = 5


def rows() -> Iterator[tuple[str, float, str]]:
    """(figure, value, bound)."""
    with tempfile.TemporaryDirectory() as folder:
        model = Shelf(starter_models(), Path(folder), memory=Path(folder) / "m.json").choose(Job.WRITING)
        if model is None:
            print("no writer on this computer", file=sys.stderr)
            return
        ours, engine = (hosted_chat(model, look(), states=None) for _ in range(2))
        try:
            load_s = ours.facts().load_s
            bare_write_speed(engine.host)
            written, bare, read = [], [], []
            for _ in range(ROUNDS):
                # Forgotten first, or the prompt would not be read again.
                ours.host.ask_one("forget", {})
                read_s, write_s = speeds(ours, cancel=Cancel())
                read.append(read_s)
                written.append(write_s)
                bare.append(bare_write_speed(engine.host))
        finally:
            ours.host.close()
            engine.host.close()
    yield "loading the starter writer, s", load_s, ""
    yield "reading a prompt, tokens/s (best of 5)", max(read), ""
    yield "writing in Indoors, tokens/s (best of 5)", max(written), ""
    yield "writing by llama-cpp-python bare, tokens/s (best of 5)", max(bare), ""
    yield "writing: Indoors ÷ bare, same file, prompt, threads (best of 5 each)", max(written) / max(bare), ">= 0.97"


if __name__ == "__main__":
    for row in rows():
        print(*row)
