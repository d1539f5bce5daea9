"""Reads the header of a GGUF file in plain Python, so that a damaged model is refused before an engine touches it."""

from __future__ import annotations

import importlib.util
import mmap
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.api import ModelError, Trouble

MAGIC = b"GGUF"
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_MAX_ENTRIES = 100_000
_MAX_DIMENSIONS = 4

# Numbers per block and bytes per block of each tensor type, from the table in ggml.c (test_gguf compares them with
# the engine that is installed).
BLOCKS: dict[int, tuple[int, int]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66),
    17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136),
    24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54),
    35: (256, 66), 39: (32, 17),
}  # fmt: skip


# enum llama_ftype in llama.h, without the names nobody ships (test_shrink compares them with the installed engine).
FILE_TYPES: dict[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gguf:
    """What the header says. `values` holds scalars and strings; of an array only its length is kept, as an int."""

    version: int
    values: dict[str, Any] = field(repr=False)
    tensors: int
    tensor_bytes: int
    file_bytes: int

    @property
    def architecture(self) -> str:
        """Family of the model, such as "llama"."""
        return str(self.values.get("general.architecture", ""))

    @property
    def name(self) -> str:
        """The makers' name, or empty."""
        return str(self.values.get("general.name", ""))

    @property
    def kind(self) -> str:
        """How most of its numbers are stored, as llama.cpp names it ("Q4_K_M"); empty when the file does not say."""
        return FILE_TYPES.get(self.values.get("general.file_type", -1), "")

    @property
    def chat_template(self) -> str:
        """Jinja template that turns messages into a prompt; empty when the file brings none."""
        value = self.values.get("tokenizer.chat_template", "")
        return value if isinstance(value, str) else ""

    def number(self, key: str, default: int = 0) -> int:
        """A whole number of this architecture, such as `context_length`; a list counts as its length."""
        value = self.values.get(f"{self.architecture}.{key}", default)
        return int(value) if isinstance(value, int | float) else default


def bad_file(path: Path, why: str) -> ModelError:
    """The one sentence for a model file that cannot be used."""
    return ModelError(
        Trouble.BAD_FILE,
        f"{path.name} cannot be used: {why}.",
        safe="Your files and answers are unchanged.",
        do="Get the model again, or choose another one.",
    )


def engine_knows(architecture: str) -> bool:
    """Whether the installed llama.cpp has this family of models, told from the names inside its library file.

    Nothing is loaded. Where the library cannot be looked at the engine itself is left to say it.
    """
    name = architecture.encode()
    if not name or b"\0" in name:
        return False
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        return True
    for path in sorted((Path(spec.origin).parent / "lib").glob("*llama.*")):
        try:
            with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                # LLM_ARCH_NAMES in llama-arch.cpp; a name may share its end with a longer one, never its own end.
                return data.find(name + b"\0") >= 0
        except (OSError, ValueError):
            continue
    return True


def read_gguf(path: Path) -> Gguf:
    """Read and check the header; tensor data is never read, only its extent. Raises ModelError(BAD_FILE/MISSING)."""
    try:
        size = path.stat().st_size
        if size == 0:
            raise bad_file(path, "the file is empty")
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Reader(path, data).header()
    except FileNotFoundError as error:
        raise ModelError(Trouble.MISSING, f"{path.name} is not there any more.", do="Get the model again.") from error
    except (OSError, ValueError) as error:
        raise bad_file(path, "it cannot be opened") from error


class _Reader:
    """Walks the header once; every length is checked against the file before it is believed."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self.path, self.data, self.at, self.size = path, data, 0, len(data)

    def header(self) -> Gguf:
        if self.data[:4] != MAGIC:
            raise bad_file(self.path, "it is not a GGUF model")
        self.at = 4
        version = self.scalar(4)
        if version not in (2, 3):
            raise bad_file(self.path, f"its format version {version} is not known")
        tensors, entries = self.scalar(10), self.scalar(10)
        if max(tensors, entries) > _MAX_ENTRIES:
            raise bad_file(self.path, "its header is damaged")
        values = {}
        for _ in range(entries):
            key = self.string()
            values[key] = self.value(self.scalar(4))
        end = max((self.tensor_end() for _ in range(tensors)), default=0)
        alignment = int(values.get("general.alignment", 32)) or 32
        start = -(-self.at // alignment) * alignment
        if tensors == 0:
            raise bad_file(self.path, "it holds no weights")
        if start + end > self.size:
            raise bad_file(self.path, f"it is cut off: {self.size:,} of {start + end:,} bytes are there")
        return Gguf(version=version, values=values, tensors=tensors, tensor_bytes=end, file_bytes=self.size)

    def take(self, count: int) -> int:
        """Step over `count` bytes; the place before them."""
        here = self.at
        if count < 0 or here + count > self.size:
            raise bad_file(self.path, "it is cut off inside its header")
        self.at = here + count
        return here

    def scalar(self, kind: int) -> Any:
        form = _SCALARS[kind]
        return struct.unpack_from(form, self.data, self.take(struct.calcsize(form)))[0]

    def string(self) -> str:
        length = self.scalar(10)
        here = self.take(length)
        return self.data[here : here + length].decode("utf-8", errors="replace")

    def value(self, kind: int) -> Any:
        if kind in _SCALARS:
            return self.scalar(kind)
        if kind == _STRING:
            return self.string()
        if kind != _ARRAY:
            raise bad_file(self.path, "its header is damaged")
        inner, count = self.scalar(4), self.scalar(10)
        if inner in _SCALARS:
            self.take(count * struct.calcsize(_SCALARS[inner]))
        elif inner == _STRING:
            for _ in range(count):
                self.take(self.scalar(10))
        else:
            raise bad_file(self.path, "its header is damaged")
        return count

    def tensor_end(self) -> int:
        """Where the data of the next tensor ends, from the start of the data."""
        self.string()
        dimensions = self.scalar(4)
        if dimensions > _MAX_DIMENSIONS:
            raise bad_file(self.path, "its header is damaged")
        numbers = 1
        for _ in range(dimensions):
            numbers *= self.scalar(10)
        block = BLOCKS.get(self.scalar(4))
        offset: int = self.scalar(10)
        # A tensor type newer than the table is left to the engine, which knows its own.
        return offset if block is None else offset + -(-numbers // block[0]) * block[1]
