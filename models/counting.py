"""Counts words the way a cloud model will, from a vocabulary on this disk: a process of its own, because one vocabulary
takes 90 MB and is needed for seconds."""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from models.api import ModelError, Trouble
from models.frames import Frame

Counter = Callable[[str], int]

# How text is cut before pairs are merged: tiktoken 0.14.0, tiktoken_ext/openai_public.py (MIT). The package itself
# would download the vocabulary, so only its engine is used.
PATTERNS = {
    "cl100k_base": "|".join(
        (
            r"""'(?i:[sdmt]|ll|ve|re)""",
            r"""[^\r\n\p{L}\p{N}]?+\p{L}++""",
            r"""\p{N}{1,3}+""",
            r""" ?[^\s\p{L}\p{N}]++[\r\n]*+""",
            r"""\s++$""",
            r"""\s*[\r\n]""",
            r"""\s+(?!\S)""",
            r"""\s""",
        )
    ),
    "o200k_base": "|".join(
        (
            r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
            r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
            r"""\p{N}{1,3}""",
            r""" ?[^\s\p{L}\p{N}]+[\r\n/]*""",
            r"""\s*[\r\n]+""",
            r"""\s+(?!\S)""",
            r"""\s+""",
        )
    ),
}


class Asked(Protocol):
    """What a handler sees of a request (models/worker.py gives it)."""

    @property
    def header(self) -> Mapping[str, Any]:
        """The JSON object of the request."""

    @property
    def payload(self) -> bytes:
        """The bytes of the request."""


def ranks(path: Path, *, sha256: str) -> dict[bytes, int]:
    """The pairs of a packed .tiktoken file in order of merging. The hash is of the unpacked content, so packing it
    anew changes nothing. Raises ModelError(MISSING, BAD_FILE)."""
    try:
        raw = lzma.decompress(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelError(Trouble.MISSING, f"{path.name} is not here.", do="Install Indoors again.") from error
    except lzma.LZMAError as error:
        raise _altered(path) from error
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise _altered(path)
    return {base64.b64decode(piece): int(rank) for piece, rank in (line.split() for line in raw.splitlines())}


def _altered(path: Path) -> ModelError:
    return ModelError(Trouble.BAD_FILE, f"{path.name} is not the file that was installed.", do="Install Indoors again.")


def packed_counter(path: Path, *, pattern: str, sha256: str) -> Counter:
    """Counts with one of our shipped vocabularies. Words like <|endoftext|> in a text are text. Raises ModelError."""
    import tiktoken

    encoding = tiktoken.Encoding(
        pattern, pat_str=PATTERNS[pattern], mergeable_ranks=ranks(path, sha256=sha256), special_tokens={}
    )
    return lambda text: len(encoding.encode_ordinary(text))


def model_counter(path: Path) -> Counter:
    """Counts with the vocabulary inside a GGUF file; its weights are not read. Raises ModelError(BAD_FILE)."""
    from llama_cpp import llama_cpp as lib

    lib.llama_backend_init()
    params = lib.llama_model_default_params()
    params.vocab_only = True
    model = lib.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise ModelError(Trouble.BAD_FILE, f"{path.name} brings no vocabulary that can be read.")
    vocabulary = lib.llama_model_get_vocab(model)

    def count(text: str) -> int:
        raw = text.encode("utf-8", errors="replace")
        room = len(raw) + 8
        return int(lib.llama_tokenize(vocabulary, raw, len(raw), (lib.llama_token * room)(), room, False, False))

    return count


def handlers(_: Sequence[str]) -> dict[str, Callable[[Asked], Iterator[Frame]]]:
    """The verb `count` {file, pattern, sha256} with a JSON list of texts; answers {counts}, one for each text.

    `pattern` is a key of PATTERNS, or empty for a GGUF file. A vocabulary stays loaded until the process ends."""
    loaded: dict[tuple[str, str], Counter] = {}

    def count(asked: Asked) -> Iterator[Frame]:
        file, pattern, sha256 = (str(asked.header[name]) for name in ("file", "pattern", "sha256"))
        if (file, pattern) not in loaded:
            path = Path(file)
            loaded[file, pattern] = (
                packed_counter(path, pattern=pattern, sha256=sha256) if pattern else model_counter(path)
            )
        yield Frame({"counts": [loaded[file, pattern](text) for text in json.loads(asked.payload)]})

    return {"count": count}
