"""Keeps what a language model has read of each conversation on disk, so that reopening one costs milliseconds."""

from __future__ import annotations

import array
import contextlib
import hashlib
import json
import os
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MAGIC = b"INDOORS STATE 1\n"
_LENGTH = struct.Struct("<I")
_MAX_HEADER = 4096
_SUFFIX = ".state"
_WRITING = ".writing"
# Writing one takes a second at most: an older unfinished file was left by a process that was ended.
_STALE_S = 60.0


@dataclass(frozen=True, slots=True)
class KeptState:
    """A saved state that fits the running model: the tokens it stands for; `load` gives the engine's bytes."""

    path: Path
    tokens: tuple[int, ...]
    start: int
    size: int
    digest: str

    def load(self) -> bytearray | None:
        """The engine's bytes, or None when the file is gone or is not what was written: then read again."""
        blob = bytearray(self.size)
        try:
            with self.path.open("rb") as stream:
                stream.seek(self.start)
                if stream.readinto(blob) != self.size:
                    return None
            os.utime(self.path)
        except OSError:
            return None
        return blob if _digest(array.array("i", self.tokens).tobytes(), blob) == self.digest else None


@dataclass(frozen=True, slots=True)
class KeptStates:
    """The states in one folder. `fits` names the model file and every setting of its context: a state written under
    another name is never loaded. They hold the person's text and are readable by nobody else (mode 0600)."""

    folder: Path
    fits: str
    limit_bytes: int

    def find(self, conversation: str) -> KeptState | None:
        """The state of this conversation, if there is one that fits."""
        path = self._path(conversation)
        try:
            with path.open("rb") as stream:
                header = _read_header(stream.read(len(_MAGIC) + _LENGTH.size + _MAX_HEADER))
                if header is None or header[0].get("fits") != self.fits:
                    return None
                said, start = header
                count, size, digest = said["tokens"], said["bytes"], said["digest"]
                if start + count * 4 + size != path.stat().st_size:
                    return None
                stream.seek(start)
                tokens = array.array("i", stream.read(count * 4))
        except (OSError, KeyError, TypeError, ValueError):
            return None
        return KeptState(path, tuple(tokens), start=start + count * 4, size=size, digest=str(digest))

    def save(self, conversation: str, tokens: Sequence[int], *, blob: bytes | bytearray | memoryview) -> bool:
        """Write beside and swap, then drop the oldest states above the limit. False when it was not kept: no room is
        no trouble, the conversation is then read again."""
        if len(blob) > self.limit_bytes // 2:
            return False
        path = self._path(conversation)
        raw = array.array("i", tokens).tobytes()
        said = {"fits": self.fits, "tokens": len(tokens), "bytes": len(blob), "digest": _digest(raw, blob)}
        header = json.dumps(said).encode()
        fresh = path.with_suffix(_WRITING)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(_MAGIC + _LENGTH.pack(len(header)) + header + raw)
                stream.write(blob)
            fresh.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            return False
        trim(self.folder, self.limit_bytes)
        return True

    def _path(self, conversation: str) -> Path:
        return state_path(self.folder, conversation)


def common(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two lists share from the beginning."""
    for at, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return at
    return min(len(first), len(second))


def head_name(tokens: Sequence[int]) -> str:
    """Under which name the state of a beginning shared by many conversations is kept."""
    return "head " + hashlib.sha256(array.array("i", tokens).tobytes()).hexdigest()


def state_path(folder: Path, conversation: str) -> Path:
    """Where the state of a conversation lies; the name tells nothing about the conversation."""
    return folder / (hashlib.blake2b(conversation.encode(), digest_size=16).hexdigest() + _SUFFIX)


def forget(folder: Path, conversation: str) -> None:
    """Delete the state of a conversation that is being deleted. Raises OSError when it cannot be."""
    path = state_path(folder, conversation)
    path.unlink(missing_ok=True)
    path.with_suffix(_WRITING).unlink(missing_ok=True)


def trim(folder: Path, limit_bytes: int) -> None:
    """Delete the least recently used states until the folder holds at most `limit_bytes`, and what a killed process
    left half written."""
    for path in folder.glob("*" + _WRITING):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_S:
                path.unlink()
    found = []
    for path in folder.glob("*" + _SUFFIX):
        with contextlib.suppress(OSError):
            stat = path.stat()
            found.append((stat.st_mtime_ns, stat.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= limit_bytes:
            return
        with contextlib.suppress(OSError):
            path.unlink()
        total -= size


def _read_header(head: bytes) -> tuple[dict[str, Any], int] | None:
    """The JSON of a state file and where its tokens begin; None when it is no state file."""
    if not head.startswith(_MAGIC):
        return None
    (length,) = _LENGTH.unpack_from(head, len(_MAGIC))
    start = len(_MAGIC) + _LENGTH.size + length
    if length > _MAX_HEADER:
        return None
    said = json.loads(head[len(_MAGIC) + _LENGTH.size : start])
    return (said, start) if isinstance(said, dict) else None


def _digest(tokens: bytes, blob: bytes | bytearray | memoryview) -> str:
    """Of the whole content: a state with one wrong byte could end the process inside the engine."""
    digest = hashlib.sha256(tokens)
    digest.update(blob)
    return digest.hexdigest()
