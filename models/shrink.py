"""Stores a model's numbers smaller on this computer; the original is never touched, and half a file never stays."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.api import Cancel, ModelError, Trouble
from models.child import python_command
from models.gguf import FILE_TYPES, Gguf, read_gguf
from models.host import Host

# Bits for one number of the large matrices, as llama.cpp's own table of quantize.cpp states them for an 8B model; the
# name says the rest. Only for the question whether there is room on the disk: the file's real size is told after.
BITS = {
    "F16": 16.0, "BF16": 16.0, "Q8_0": 8.5, "Q6_K": 6.56, "Q5_K_M": 5.70, "Q5_K_S": 5.57, "Q5_1": 6.0, "Q5_0": 5.5,
    "Q4_K_M": 4.89, "Q4_K_S": 4.67, "Q4_1": 5.0, "Q4_0": 4.5, "IQ4_NL": 4.5, "IQ4_XS": 4.25, "Q3_K_L": 4.3,
    "Q3_K_M": 4.0, "Q3_K_S": 3.64, "Q2_K": 3.16,
}  # fmt: skip
_SPARE_BYTES = 200_000_000
_MARGIN = 1.4
"""Small models keep more of their numbers large than the table says: the starter, whose matrices are narrow, came out
1.27 times as large as the table has it."""


@dataclass(frozen=True, slots=True)
class ShrinkPlan:
    """What would be made of which file; `expected_bytes` is an estimate from above."""

    source: Path
    target: Path
    kind: str
    source_bytes: int
    expected_bytes: int


@dataclass(frozen=True, slots=True)
class Shrinking:
    """How far it is: parts of the model done."""

    done: int
    of: int


def plan_shrink(source: Path, kind: str, target: Path) -> ShrinkPlan:
    """Look whether it can be done, before anything is written. Raises ModelError(REFUSED, BAD_FILE, MISSING)."""
    kind = kind.upper()
    if kind not in BITS:
        raise ModelError(Trouble.REFUSED, f"“{kind}” is no way to store a model.", do=f"One of: {', '.join(BITS)}.")
    header = read_gguf(source)
    if target.exists():
        safe = "Nothing was written."
        raise ModelError(Trouble.REFUSED, f"{target.name} is there already.", safe=safe, do="Name another --output.")
    now = _bits(header)
    if BITS[kind] >= now:
        said = f"{source.name} is stored as {header.kind or 'small'} already, so {kind} would not make it smaller."
        raise ModelError(Trouble.REFUSED, said, safe="Nothing was written.", do=f"Smaller are: {_smaller(now)}.")
    expected = int(header.file_bytes * BITS[kind] / now * _MARGIN)
    free = shutil.disk_usage(_existing(target.parent)).free
    if free < expected + _SPARE_BYTES:
        need, have = f"{(expected + _SPARE_BYTES) / 1e9:.1f}", f"{free / 1e9:.1f}"
        said = f"There is too little room on this disk: {need} GB are needed, {have} GB are free."
        raise ModelError(Trouble.REFUSED, said, safe="Nothing was written.", do="Free some, or name another --output.")
    return ShrinkPlan(source, target, kind, header.file_bytes, expected)


def shrink(plan: ShrinkPlan, *, threads: int, cancel: Cancel) -> Iterator[Shrinking]:
    """Do it in a sealed process. The new file gets its name when it is whole and on the disk; after a stop or a failure
    nothing of it is left. Raises ModelError, OSError."""
    half = plan.target.with_name(plan.target.name + ".writing")
    plan.target.parent.mkdir(parents=True, exist_ok=True)
    host = Host("shrink", python_command("models.worker", "shrink"), restart=False)
    asked = {"source": str(plan.source), "target": str(half), "kind": plan.kind, "threads": threads}
    finished = False
    try:
        for frame in host.ask("shrink", asked, cancel=cancel):
            yield Shrinking(int(frame.header["done"]), int(frame.header["of"]))
        finished = not cancel.stopped
    finally:
        host.close()
        if not finished:
            with contextlib.suppress(OSError):
                half.unlink(missing_ok=True)
    if finished:
        _settle(half, plan)


def _settle(half: Path, plan: ShrinkPlan) -> None:
    """Write, flush, rename; a file that cannot be read as a model, or is no smaller, gets no name."""
    try:
        now = read_gguf(half).file_bytes
        if now >= plan.source_bytes:
            said = f"As {plan.kind} this model takes {now / 1e6:.0f} MB, which is not less than now."
            safe = "The original is as it was; nothing else was kept."
            raise ModelError(Trouble.REFUSED, said, safe=safe, do="Choose a smaller kind, such as Q3_K_S.")
        with half.open("rb+") as stream:
            os.fsync(stream.fileno())
        half.replace(plan.target)
    finally:
        half.unlink(missing_ok=True)


def _bits(header: Gguf) -> float:
    """Bits a number takes now: by the name of its kind, else by the whole file as if it were the largest."""
    if header.kind == "F32" or header.kind not in BITS:
        return 32.0 if header.kind == "F32" else _known_bits(header.kind)
    return BITS[header.kind]


def _known_bits(kind: str) -> float:
    """Of a kind that is not made here: those below two and four bits are not worth shrinking."""
    return 0.0 if kind in FILE_TYPES.values() else 16.0


def _smaller(bits: float) -> str:
    return ", ".join(name for name, each in BITS.items() if each < bits) or "none"


def _existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
