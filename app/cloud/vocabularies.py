"""Which vocabulary a cloud model counts with, and where it lies: shipped ones by hash, open models' own by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.paths import assets


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One vocabulary on this disk. `pattern` is empty for the one inside a model file. `exact` says that the provider
    is known to count with it."""

    file: Path
    pattern: str
    sha256: str
    exact: bool


# Content hashes, equal to the ones tiktoken 0.14.0 expects (tiktoken_ext/openai_public.py). The files are packed with
# xz; the hash is checked over what comes out.
HASHES = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}

# Names and beginnings of names, from tiktoken 0.14.0, tiktoken/model.py, as far as they are chat models. A name that
# is not here (gpt-6 and later, when this was written) is counted with the newest vocabulary and called inexact.
_NAMES = {
    "o1": "o200k_base",
    "o3": "o200k_base",
    "o4-mini": "o200k_base",
    "gpt-5": "o200k_base",
    "gpt-4.1": "o200k_base",
    "gpt-4o": "o200k_base",
    "gpt-4": "cl100k_base",
    "gpt-3.5-turbo": "cl100k_base",
    "gpt-3.5": "cl100k_base",
    "gpt-35-turbo": "cl100k_base",
}
_BEGINNINGS = {
    "o1-": "o200k_base",
    "o3-": "o200k_base",
    "o4-mini-": "o200k_base",
    "gpt-5": "o200k_base",
    "gpt-4.5-": "o200k_base",
    "gpt-4.1-": "o200k_base",
    "chatgpt-4o-": "o200k_base",
    "gpt-4o-": "o200k_base",
    "gpt-4-": "cl100k_base",
    "gpt-3.5-turbo-": "cl100k_base",
    "gpt-35-turbo-": "cl100k_base",
    "ft:gpt-4o": "o200k_base",
    "ft:gpt-4": "cl100k_base",
    "ft:gpt-3.5-turbo": "cl100k_base",
}
NEWEST = "o200k_base"
_THEIRS = frozenset({"openai", "azure"})
_ENDINGS = re.compile(r"([-.](gguf|f16|bf16|f32|i?q\d(-(\d|k|s|m|l|xs|xxs|xl|nl))*)|-(instruct|chat|it))$")


def encoding_of(provider: str, model: str) -> str:
    """Name of the shipped vocabulary the provider is known to count this model with; empty when that is not known.

    Only for OpenAI itself, Azure, and OpenRouter's "openai/…": on another server any file may carry such a name."""
    name = model.strip().lower()
    if provider == "openrouter" and name.startswith("openai/"):
        name = name.removeprefix("openai/").partition(":")[0]
    elif provider not in _THEIRS:
        return ""
    if name in _NAMES:
        return _NAMES[name]
    return next((encoding for start, encoding in _BEGINNINGS.items() if name.startswith(start)), "")


def family(name: str) -> str:
    """A model's name without its maker, its packing and its training: "Qwen/Qwen3-8B-Instruct" → "qwen3-8b".

    Two names of one family have one vocabulary."""
    short = name.strip().lower().rpartition("/")[2].partition(":")[0].replace("_", "-").replace(" ", "-")
    while (shorter := _ENDINGS.sub("", short)) != short:
        short = shorter
    return short


def shipped(encoding: str, *, exact: bool, folder: Path | None = None) -> Vocabulary:
    """One of the vocabularies that came with Indoors."""
    home = folder or assets() / "vocabularies"
    return Vocabulary(home / f"{encoding}.tiktoken.xz", encoding, HASHES[encoding], exact)


def choose(
    provider: str, model: str, shelf: Iterable[tuple[str, Path]] = (), *, folder: Path | None = None
) -> Vocabulary:
    """The vocabulary to count with: the provider's own, that of a model file of the same family (`shelf`: names and
    files), or the newest shipped one as an estimate."""
    if encoding := encoding_of(provider, model):
        return shipped(encoding, exact=True, folder=folder)
    wanted = family(model)
    for name, path in shelf:
        if wanted and wanted in (family(name), family(path.name)):
            return Vocabulary(path, "", "", exact=False)
    return shipped(NEWEST, exact=False, folder=folder)
