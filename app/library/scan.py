"""Walks the person's folders quickly and tells which files are new, changed or gone."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.library.rules import NO_RULES, Choice
from models.api import Cancel

_CACHE_TAG = b"Signature: 8a477f597d28d172789f06886806bc55"
"""First bytes of CACHEDIR.TAG, by the Cache Directory Tagging Specification (bford.info/cachedir)."""
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
    lasting: bool = False
    """True when it stays so until the person changes it."""


def scan(
    root: Path,
    *,
    skip: Sequence[Path] = (),
    base: Path | None = None,
    choice: Choice | None = None,
    cancel: Cancel | None = None,
) -> Iterator[Seen | Unseen]:
    """Every regular file at or below `root` that its rules take and that is not a cache or a half-written file.

    Symbolic links to files are followed when they were named; links to folders never are, so there are no loops.
    `skip` are folders of our own. `choice` holds the rules of the added folder `base` at or around the root. Names come
    in order within each folder. A name that is no text is told once, as a path that can be shown (the bytes that are
    none as \\xNN); nothing below such a folder is looked at.
    """
    base, choice = base or root, choice or Choice(NO_RULES)
    try:
        found = root.stat()
    except (FileNotFoundError, NotADirectoryError):
        yield Unseen(root, True, "It does not exist", "Check the spelling of the path.")
        return
    except OSError as error:
        yield _unseen(root, error)
        return
    if stat.S_ISREG(found.st_mode):
        if base != root and not choice.allows(_below(str(root), str(base))):
            yield Unseen(root, False, "Left out by the rules of its folder", "Change what the folder includes.")
            return
        yield Seen(root, found.st_size, found.st_mtime_ns, named=True)
        return
    if not stat.S_ISDIR(found.st_mode):
        yield Unseen(root, False, "It is neither a file nor a folder", "Name a file or a folder.")
        return
    yield from _walk(root, base, choice, {str(path) for path in skip}, cancel)


def _walk(root: Path, base: Path, choice: Choice, barred: set[str], cancel: Cancel | None) -> Iterator[Seen | Unseen]:
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
        made = folder != str(root) and _made_by_programs(folder, {entry.name for entry in entries})
        if made and not choice.brings_in(_below(folder, str(base))):
            continue
        folders: list[str] = []
        yield from _entries(entries, str(base), choice, barred, folders)
        stack.extend(reversed(folders))


def _entries(
    entries: Sequence[os.DirEntry[str]], base: str, choice: Choice, barred: set[str], folders: list[str]
) -> Iterator[Seen | Unseen]:
    """The files of one listing; its folders that are looked into are added to `folders`."""
    for entry in entries:
        if entry.path in barred:
            continue
        if not is_text(entry.path):
            if not entry.name.startswith("."):
                yield badly_named(Path(entry.path))
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                if choice.goes_into(_below(entry.path, base)):
                    folders.append(entry.path)
            elif entry.is_file(follow_symlinks=False) and choice.takes(_below(entry.path, base)):
                info = entry.stat(follow_symlinks=False)
                yield Seen(Path(entry.path), info.st_size, info.st_mtime_ns)
        except OSError as error:
            yield _unseen(Path(entry.path), error)


def _below(path: str, base: str) -> str:
    """A path below an added folder as its rules see it."""
    return path[len(base) :].lstrip("/\\").replace(os.sep, "/")


def is_text(path: str) -> bool:
    """Whether a path can be stored and shown: old archives and disks bring names in encodings nobody can tell."""
    return not any("\ud800" <= character <= "\udfff" for character in path)


def shown(path: Path) -> Path:
    """The path itself, or one that can be shown in its place, as `ls` would write it."""
    return path if is_text(str(path)) else Path(os.fsencode(path).decode("utf-8", errors="backslashreplace"))


def badly_named(path: Path) -> Unseen:
    """What is said of a file or folder whose name is no text."""
    return Unseen(shown(path), False, "Its name holds signs that are no text", "Rename it, then add it again.", True)


def _made_by_programs(folder: str, names: set[str]) -> bool:
    """Whether a folder says of itself that programs made it: a tagged cache, or a Python environment."""
    if "pyvenv.cfg" in names:
        return True
    if "CACHEDIR.TAG" not in names:
        return False
    try:
        with Path(folder, "CACHEDIR.TAG").open("rb") as tag:
            return tag.read(len(_CACHE_TAG)) == _CACHE_TAG
    except OSError:
        return False


def made_by_programs_above(path: Path, base: Path) -> bool:
    """Whether a folder between an added one and a path below it says that programs made it."""
    for folder in path.parents:
        if folder == base or base not in folder.parents:
            return False
        names = {name for name in ("pyvenv.cfg", "CACHEDIR.TAG") if (folder / name).exists()}
        if _made_by_programs(str(folder), names):
            return True
    return False


def real(path: Path) -> Path:
    """The one path of a file or folder, whatever links lead to it, so that nothing is kept twice.

    A link to a file that only the link's name gives an ending keeps its own name.
    """
    target = Path(os.path.realpath(path))
    return target if target.suffix == path.suffix or target.is_dir() else Path(os.path.realpath(path.parent), path.name)


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
