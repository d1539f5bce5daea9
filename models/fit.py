"""Tells before it is tried whether a model fits into this computer's memory, in one sentence a person understands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from models.api import ModelError
from models.catalog import Job
from models.gguf import Gguf, read_gguf
from models.hardware import Hardware
from models.shelf import ShelfModel

# A writer reads all of its weights for each word, so its speed follows their bytes; how they are stored shifts that.
# Seen with the starter stored in six ways (docs/figures/models.md): in the quieter of two runs 0.72 to 1.38 times the
# rule. Other families and larger models were not measured, hence a wider range, and hence the measurement.
_RANGE = (0.55, 1.4)

# What a model process holds beside its model: Python, the engine, its buffers. Measured with the starters on Linux:
# the writer's process peaked at 245 MB with 98 MB of weights, the searcher's took 141 MB with 23 MB, the starter
# listener peaked at 380 MB with 44 MB.
_PROCESS_BYTES = {"llama": 60_000_000, "ctranslate2": 95_000_000, "moonshine": 290_000_000, "whisper": 700_000_000}
# Weights are mapped once by llama.cpp; CTranslate2's Whisper also keeps features, beams and the voice detector:
# listen.md, section 1: 1,477 MB in all for a small model of 257 MB.
_WEIGHT_FACTOR = {"llama": 1.0, "ctranslate2": 2.0, "moonshine": 2.0, "whisper": 3.0}
_BATCH = 512
_KEY_BYTES = 34 / 32  # q8_0: 34 bytes for 32 numbers
_VALUE_BYTES = 2.0  # f16


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether it fits, from what numbers, and the sentence. `free_bytes` is what could be had at this moment."""

    fits: bool
    need_bytes: int
    free_bytes: int
    verdict: str


@dataclass(frozen=True, slots=True)
class MemoryRoom:
    """Where this computer's memory goes once the model works: the parts sum to `total_bytes`, unless the model does not
    fit; then `over_bytes` is what is missing. `reading_bytes` is room for what a writer reads, 0 for other jobs."""

    others_bytes: int
    model_bytes: int
    reading_bytes: int
    free_bytes: int
    total_bytes: int
    over_bytes: int = 0

    @property
    def need_bytes(self) -> int:
        """What the model takes in all."""
        return self.model_bytes + self.reading_bytes


def memory_room(model: ShelfModel, hardware: Hardware, *, context_tokens: int = 4096, own_bytes: int = 0) -> MemoryRoom:
    """The memory bar of one model. `own_bytes` are held by our own model processes now, and count as free: a model that
    is used gets the place of the one before it."""
    total = hardware.memory_bytes
    free_now = min(total, hardware.free_bytes + own_bytes)
    need = need_bytes(model, context_tokens=context_tokens)
    reading = min(need, _reading(model, context_tokens))
    others = total - free_now
    return MemoryRoom(
        others_bytes=others,
        model_bytes=need - reading,
        reading_bytes=reading,
        free_bytes=max(0, free_now - need),
        total_bytes=total,
        over_bytes=max(0, need - free_now),
    )


def expected_words(model: ShelfModel, measured: Sequence[tuple[int, float]]) -> tuple[float, float] | None:
    """Lowest and highest words a second to expect of a writer, from (bytes, words a second) of others measured on this
    computer; the one nearest in size counts. None when nothing was measured or the model is no writer."""
    known = [(size, speed) for size, speed in measured if size > 0 and speed > 0]
    if model.job is not Job.WRITING or model.bytes <= 0 or not known:
        return None
    size, speed = min(known, key=lambda one: abs(math.log(one[0] / model.bytes)))
    likely = speed * size / model.bytes
    return likely * _RANGE[0], likely * _RANGE[1]


def fit(model: ShelfModel, hardware: Hardware, *, context_tokens: int = 4096, words_per_s: float | None = None) -> Fit:
    """The verdict for one model; `words_per_s` is a writer's measured speed on this computer, None before."""
    if model.state == "damaged":
        return Fit(False, 0, hardware.free_bytes, model.trouble)
    need = need_bytes(model, context_tokens=context_tokens)
    if need > hardware.free_bytes:
        words = f"Does not fit: needs {_gb(need)} GB, {_gb(hardware.free_bytes)} would be free."
        return Fit(False, need, hardware.free_bytes, words)
    if model.job is Job.WRITING and words_per_s:
        return Fit(True, need, hardware.free_bytes, f"{words_per_s:.0f} words a second, measured on this computer")
    return Fit(True, need, hardware.free_bytes, f"Fits: needs about {_gb(need)} GB of memory")


def need_bytes(model: ShelfModel, *, context_tokens: int) -> int:
    """Memory of the model's process while it works, predicted; a writer also needs room for what it reads."""
    need = model.bytes * _WEIGHT_FACTOR[model.engine] + _PROCESS_BYTES[model.engine]
    return int(need) + _reading(model, context_tokens)


def _reading(model: ShelfModel, context_tokens: int) -> int:
    if model.engine != "llama":
        return 0
    try:
        return reading_bytes(read_gguf(model.path), context_tokens=context_tokens)
    except ModelError:
        return 0


def reading_bytes(header: Gguf, *, context_tokens: int) -> int:
    """Memory for what a writer has read: keys as q8_0 and values as f16 in every layer, and the attention scores of
    one batch in 32 bits, as models/language.py opens it."""
    tokens = min(context_tokens, header.number("context_length", context_tokens) or context_tokens)
    heads = max(1, header.number("attention.head_count", 1))
    kv_heads = header.number("attention.head_count_kv", heads) or heads
    width = header.number("embedding_length") // heads
    key, value = header.number("attention.key_length", width), header.number("attention.value_length", width)
    per_token = header.number("block_count") * kv_heads * (key * _KEY_BYTES + value * _VALUE_BYTES)
    return int(tokens * per_token + _BATCH * tokens * heads * 4)


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f}"
