"""Walks the person's folders quickly and tells which files are new, changed or gone."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.api import Cancel

IGNORED_FOLDERS = frozenset(
    """node_modules __pycache__ venv env site-packages bower_components vendor target $RECYCLE.BIN lost+found
    Caches Cache cache""".split()  # noqa: SIM905 - easier to read than quoted words
)
IGNORED_SUFFIXES = frozenset({".tmp", ".swp", ".part", ".crdownload", ".lock", ".bak"})
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as the folder lists it."""

    path: Path
    size_bytes: int
    mtime_ns: int
    named: bool = False
    """True when the person named this very file."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A folder or file that could not be looked at."""

    path: Path
    missing: bool
    reason: str
    hint: str


def scan(root: Path, *, skip: Sequence[Path] = (), cancel: Cancel | None = None) -> Iterator[Seen | Unseen]:
    """Every regular file at or below `root` that is not hidden, a cache or a half-written file.

    Symbolic links to files are followed when they were named; links to folders never are, so there are no loops.
    `skip` are folders of our own. Names come in order within each folder.
    """
    try:
        found = root.stat()
    except FileNotFoundError:
        yield Unseen(root, True, "It does not exist", "Check the spelling of the path.")
        return
    except OSError as error:
        yield _unseen(root, error)
        return
    if stat.S_ISREG(found.st_mode):
        yield Seen(root, found.st_size, found.st_mtime_ns, named=True)
        return
    if not stat.S_ISDIR(found.st_mode):
        yield Unseen(root, False, "It is neither a file nor a folder", "Name a file or a folder.")
        return
    barred = {str(path) for path in skip}
    stack = [str(root)]
    while stack:
        if cancel is not None and cancel.stopped:
            return
        folder = stack.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield _unseen(Path(folder), error)
            continue
        folders = []
        for entry in entries:
            if _hidden(entry.name) or entry.path in barred:
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in IGNORED_FOLDERS:
                        folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False) and not _half_written(entry.name):
                    info = entry.stat(follow_symlinks=False)
                    yield Seen(Path(entry.path), info.st_size, info.st_mtime_ns)
            except OSError as error:
                yield _unseen(Path(entry.path), error)
        stack.extend(reversed(folders))


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$"))


def _half_written(name: str) -> bool:
    return name[name.rfind(".") :].lower() in IGNORED_SUFFIXES or name.endswith("~")


def _unseen(path: Path, error: OSError) -> Unseen:
    if isinstance(error, PermissionError):
        return Unseen(path, False, "No permission to open it", "Ask its owner, or copy it to a folder of yours.")
    return Unseen(path, False, "The disk could not read it", "Check the disk, then read it again.")


def hash_of(path: Path, *, cancel: Cancel | None = None) -> str:
    """sha256 of a file's content, in hexadecimal; empty when stopped. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            if cancel is not None and cancel.stopped:
                return ""
            digest.update(block)
    return digest.hexdigest()
