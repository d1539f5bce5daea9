"""The models Indoors knows, from catalog.toml: what a file on disk is called, what it may do, whose licence it has."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Job(StrEnum):
    """What a model is for."""

    WRITING = "writing"
    LISTENING = "listening"
    SEARCHING = "searching"


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One known model. `width`, `length_tokens` and `pooling` matter for searchers only."""

    id: str
    job: Job
    name: str
    says: str
    """One plain sentence for the person."""
    file: str
    licence: str
    languages: tuple[str, ...]
    sha256: str = ""
    bytes: int = 0
    width: int = 0
    length_tokens: int = 0
    pooling: str = ""


@functools.cache
def catalog() -> tuple[CatalogEntry, ...]:
    """All entries, in the file's order."""
    with Path(__file__).with_name("catalog.toml").open("rb") as stream:
        rows = tomllib.load(stream)["model"]
    return tuple(CatalogEntry(**{**row, "job": Job(row["job"]), "languages": tuple(row["languages"])}) for row in rows)


def known(job: Job, *, file: str, sha256: str) -> CatalogEntry | None:
    """The entry of a file: by its hash where the catalogue has one, else by its name."""
    for entry in catalog():
        if entry.job is job and (entry.sha256 == sha256 if entry.sha256 else entry.file == file):
            return entry
    return None
