"""Models that are what they are told to be: a shelf of a large computer, without a file or a process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time

from app.errors import NoModel
from app.model_care import Checking, ModelLook, Overview
from models.adopting import Found
from models.api import Cancel
from models.benchmark import Benchmark
from models.catalog import Job
from models.fit import MemoryRoom
from models.hardware import Hardware, ProgramMemory
from models.shelf import ShelfModel

GB = 1_000_000_000
TOTAL = 16 * GB
HARDWARE = Hardware(8, 16, TOTAL, 11 * GB, False)
PROFILE = (
    ("load_s", 1.2),
    ("prompt_tok_s", 240.0),
    ("write_tok_s", 41.0),
    ("peak_bytes", 3.1 * GB),
    ("offloaded", 0.0),
)


def shelf_model(id: str, job: Job, name: str, size: float, **more: object) -> ShelfModel:
    engine = {Job.WRITING: "llama", Job.LISTENING: "whisper", Job.SEARCHING: "ctranslate2"}[job]
    plain = ShelfModel(
        id=id, job=job, engine=engine, name=name, says="", path=Path("/models") / id, bytes=int(size * GB),  # type: ignore[arg-type]  # one of the engines
        sha256=id, licence="Apache-2.0", source="downloaded", state="ready",
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # fields of ShelfModel by name


def room(model: float, reading: float = 0.0, *, others: float = 5.0) -> MemoryRoom:
    free = TOTAL - int((others + model + reading) * GB)
    return MemoryRoom(int(others * GB), int(model * GB), int(reading * GB), max(0, free), TOTAL, max(0, -free))


def usual() -> list[ModelLook]:
    """A writer in use, one that is slow, one that does not fit, a damaged one; a listener and two searchers."""
    w = Job.WRITING
    now = time()
    large = shelf_model("gpt-oss-20b", w, "gpt-oss 20B", 12.1, says="Better at sums and plans.", source="adopted",
                        program="LM Studio")  # fmt: skip
    broken = shelf_model("broken", w, "phi-4-mini-Q4_K_M", 1.1, state="damaged", licence="not stated",
                         trouble="phi-4-mini-Q4_K_M.gguf cannot be used: it is cut off: 1,100,000,000 of 2,490,000,000 "
                         "bytes are there.")  # fmt: skip
    return [
        ModelLook(shelf_model("qwen3-4b", w, "Qwen3 4B", 2.5), True, room(2.6, 0.5), 31.2, now, profile=PROFILE,
                  verdict=(18, 20, int(now))),
        ModelLook(shelf_model("qwen3-8b", w, "Qwen3 8B", 5.0, says="Better with long documents."), False,
                  room(5.3, 0.6), expected=(4.2, 5.8)),
        ModelLook(large, False, room(12.4, 0.0), close=ProgramMemory("Firefox", 2 * GB)),
        ModelLook(broken, False, None),
        ModelLook(shelf_model("whisper-small", Job.LISTENING, "Whisper small", 0.484, licence="MIT"), True, room(0.9)),
        ModelLook(shelf_model("e5", Job.SEARCHING, "Multilingual E5 small", 0.118, licence="MIT"), True, room(0.3)),
        ModelLook(shelf_model("minilm", Job.SEARCHING, "all-MiniLM-L6-v2", 0.023, source="starter",
                              says="The starter searcher: finds passages by meaning, in English."), False, room(0.1)),
    ]  # fmt: skip


FOUND = (Found(Path("/other/blobs/sha256-1"), "llama3.2:3b", "Ollama", int(2.0 * GB), "1" * 64),)


@dataclass
class ScriptedModels:
    """Change the fields to change what happens; `did` is what was asked of it."""

    looks: list[ModelLook] = field(default_factory=usual)
    found: tuple[Found, ...] = FOUND
    did: list[tuple[object, ...]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    trouble: BaseException | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    def overview(self) -> Overview:
        return Overview(HARDWARE, tuple(self.looks), self.found)

    def _model(self, id: str) -> ShelfModel:
        return next(look.model for look in self.looks if look.model.id == id)

    def use(self, id: str) -> ShelfModel:
        self.did.append(("use", id))
        model = self._model(id)
        self.looks = [
            replace(look, in_use=look.model.id == id) if look.model.job is model.job else look for look in self.looks
        ]
        return model

    def adopt(self, path: Path, *, found: Found | None = None) -> ShelfModel:
        self.did.append(("adopt", path))
        if self.trouble is not None:
            raise self.trouble
        name = found.name if found else path.stem
        model = shelf_model(name, Job.WRITING, name, 2.0, source="adopted", path=path)
        self.looks.append(ModelLook(model, False, room(2.2, 0.5)))
        self.found = tuple(one for one in self.found if one.path != path)
        return model

    def remove(self, id: str) -> ShelfModel:
        self.did.append(("remove", id))
        model = self._model(id)
        if model.source == "starter":
            raise NoModel("It came with Indoors and stays.")
        self.looks = [look for look in self.looks if look.model.id != id]
        return model

    def measure(self, id: str, *, cancel: Cancel) -> Benchmark | None:
        self.did.append(("measure", id))
        while not self.gate.wait(0.02):
            if cancel.stopped:
                return None
        self.looks = [
            replace(look, words_per_s=25.4, measured_at=time()) if look.model.id == id else look for look in self.looks
        ]
        return Benchmark(1.0, 200.0, 33.9, 3 * GB, 7, 0, None)

    def check(self, id: str, *, cancel: Cancel) -> Iterator[Checking]:
        self.did.append(("check", id))
        for done in range(1, 21):
            yield Checking(done, 20)
            while done == 7 and not self.gate.wait(0.02):
                if cancel.stopped:
                    return
        at = int(time())
        self.looks = [replace(look, verdict=(19, 20, at)) if look.model.id == id else look for look in self.looks]
