"""Vectors of a large library in append-only files: one bit per number in memory, the exact halves on disk.

Search in three steps, each reading less than a linear look at the vectors would: the number of differing signs over
all rows (48 bytes each at 384 numbers, in memory), the query itself against the signs of the nearest (RaBitQ, Gao and
Long 2024, calls this asymmetric: only the stored side is rounded), and the exact cosine of the last few from disk.
Runs only inside a vectors process.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HEAD = "head.json"
_FORMAT = 1
_ROWS, _SIGNS, _VECTORS = "rows.i64", "signs.bits", "vectors.f16"
NEAR = 8_000
"""Rows the first step leaves: measured, see docs/figures/scale.md."""
_LEAST_NEAR, _ROWS_PER_NEAR = 4_000, 100
_FIRST, _MORE, EXACT = 300, 400, 2_000
"""Exact vectors read at first, in each further step, and at most: each is one page of the disk when the computer just
started, so reading ends where no row left over is likely to be among the nearest."""
_SURE = 3.0
"""Standard deviations by which a row's cosine may lie above what its signs say."""
_BLOCK = 65_536
_GROWTH = 1.25
_DEAD = -1
_FAR = np.uint16(0xFFFF)


class CodesDamaged(Exception):
    """The files are not what their head says; they are derived and made again."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is committed: nothing behind it counts."""

    embedder: str
    width: int
    rows: int = 0
    change: int = 0
    """The journal's number these files have followed."""
    whole: bool = False
    """Whether the first filling came to its end."""
    last: int = 0
    """The passage the first filling has come to."""
    crc: int = 0
    """CRC-32 of the signs: they are read whole at opening, so checking them is free."""
    format: int = _FORMAT


class Codes:
    """The files of one embedder and what of them is kept in memory (64 bytes per row at 384 numbers)."""

    def __init__(self, folder: Path, head: Head) -> None:
        self.folder = folder
        self.head = head
        self._bytes = head.width // 8
        self._length = 0
        self._crc = 0
        self._passages: NDArray[np.int64] = np.empty(0, np.int64)
        self._documents: NDArray[np.int64] = np.empty(0, np.int64)
        # One plane per 64 signs: the processor counts bits of neighbouring words, not of neighbouring rows.
        self._planes: NDArray[np.uint64] = np.empty((head.width // 64, 0), np.uint64)
        self._dead = 0
        self._files: dict[str, int] = {}

    # ------------------------------------------------------------ files

    @classmethod
    def create(cls, folder: Path, embedder: str, width: int, *, change: int) -> Codes:
        """Empty files in a fresh folder; `change` is the journal's number from which they will follow."""
        folder.mkdir(parents=True, exist_ok=True)
        codes = cls(folder, Head(embedder, width, change=change))
        for name in (_ROWS, _SIGNS, _VECTORS):
            codes._files[name] = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
        codes.commit()
        return codes

    @classmethod
    def open(cls, folder: Path, embedder: str, width: int, *, write: bool) -> Codes:
        """Open what is committed. Reads the signs and the numbers, never the vectors. Raises CodesDamaged, OSError."""
        codes = cls(folder, read_head(folder))
        head = codes.head
        if (head.embedder, head.width, head.format) != (embedder, width, _FORMAT):
            raise CodesDamaged("made by another searcher")
        try:
            codes._load(write)
        except (CodesDamaged, OSError):
            codes.close()
            raise
        return codes

    def _load(self, write: bool) -> None:
        rows = self.head.rows
        for name, size in ((_ROWS, 16), (_SIGNS, self._bytes), (_VECTORS, self.head.width * 2)):
            mode = os.O_RDWR if write else os.O_RDONLY
            self._files[name] = os.open(self.folder / name, mode | _BINARY)
            if os.fstat(self._files[name]).st_size < rows * size:
                raise CodesDamaged(f"{name} is cut off")
        numbers = np.frombuffer(_read(self._files[_ROWS], rows * 16), np.int64).reshape(rows, 2)
        signs = _read(self._files[_SIGNS], rows * self._bytes)
        self._crc = zlib.crc32(signs)
        if self._crc != self.head.crc:
            raise CodesDamaged("the signs are not those that were written")
        self._reserve(rows)
        self._passages[:rows], self._documents[:rows] = numbers[:, 0], numbers[:, 1]
        self._planes[:, :rows] = np.frombuffer(signs, np.uint64).reshape(rows, -1).T
        self._length = rows
        self._dead = int((self._passages[:rows] == _DEAD).sum())

    def commit(self, **changes: object) -> None:
        """Everything written so far counts from now on: flushed first, then named by the head, whole or not at all."""
        for descriptor in self._files.values():
            os.fsync(descriptor)
        self.head = replace(self.head, rows=self._length, crc=self._crc, **changes)  # type: ignore[arg-type]  # fields
        new = self.folder / f"{HEAD}.new"
        with new.open("w", encoding="utf-8") as file:
            json.dump(asdict(self.head), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / HEAD)

    def close(self) -> None:
        """Give the files back; what was not committed is forgotten."""
        for descriptor in self._files.values():
            os.close(descriptor)
        self._files = {}

    # ------------------------------------------------------------ rows

    @property
    def count(self) -> int:
        """Vectors that can be found."""
        return self._length - self._dead

    @property
    def dead_share(self) -> float:
        """Rows that are only marked as gone, as a share of all."""
        return self._dead / max(1, self._length)

    def append(self, rows: Sequence[tuple[int, int, bytes]]) -> None:
        """Add (passage, document, float16 vector) rows."""
        if not rows:
            return
        start, end = self._length, self._length + len(rows)
        numbers = np.array([row[:2] for row in rows], np.int64)
        blob = b"".join(row[2] for row in rows)
        signs = np.packbits(np.frombuffer(blob, "<f2").reshape(len(rows), -1) > 0, axis=1, bitorder="little")
        _write(self._files[_ROWS], numbers.tobytes(), start * 16)
        _write(self._files[_SIGNS], signs.tobytes(), start * self._bytes)
        _write(self._files[_VECTORS], blob, start * self.head.width * 2)
        self._reserve(end)
        self._passages[start:end], self._documents[start:end] = numbers[:, 0], numbers[:, 1]
        self._planes[:, start:end] = signs.view(np.uint64).T
        self._crc = zlib.crc32(signs.tobytes(), self._crc)
        self._length = end

    def remove(self, passages: Sequence[int]) -> None:
        """Mark passages as gone. Doing it again is harmless, so that changes may be followed twice after a kill."""
        asked = np.array(passages, np.int64)
        if not len(asked):
            return
        for row in np.flatnonzero(np.isin(self._passages[: self._length], asked, kind="table")):
            self._passages[row] = _DEAD
            self._dead += 1
            _write(self._files[_ROWS], np.int64(_DEAD).tobytes(), int(row) * 16)

    def sample(self, count: int) -> list[tuple[int, bytes]]:
        """(passage, vector as it lies on disk) of a few rows all over the file, to be compared with the truth."""
        live = np.flatnonzero(self._passages[: self._length] != _DEAD)
        rows = live[np.linspace(0, len(live) - 1, min(count, len(live)), dtype=np.int64)] if len(live) else live
        return [(int(self._passages[row]), self._vectors(np.array([row])).tobytes()) for row in rows]

    def _reserve(self, rows: int) -> None:
        if rows <= len(self._passages):
            return
        size = rows if not self._length else max(rows, int(len(self._passages) * _GROWTH))
        planes = np.empty((len(self._planes), size), np.uint64)
        planes[:, : self._length] = self._planes[:, : self._length]
        self._planes = planes
        for name in ("_passages", "_documents"):
            new = np.empty(size, np.int64)
            new[: self._length] = getattr(self, name)[: self._length]
            setattr(self, name, new)

    # ------------------------------------------------------------ search

    def search(self, query: bytes, *, limit: int, documents: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """(passage, exact cosine), best first; `documents` limits it to some documents."""
        vector = np.frombuffer(query, "<f2").astype(np.float32)
        rows = self._nearest_signs(vector, documents)
        if not len(rows) or limit <= 0:
            return []
        said = self._against_signs(vector, rows)
        most = max(2 * limit, EXACT)
        if len(rows) > most:
            best = np.argpartition(-said, most - 1)[:most]
            rows, said = rows[best], said[best]
        order = np.argsort(-said, kind="stable")
        rows, said = rows[order], said[order]
        exact = self._exact(vector, rows[: max(2 * limit, _FIRST)])
        while (more := _worth_reading(said, exact, limit)) > len(exact):
            next_rows = rows[len(exact) : min(more, len(exact) + _MORE)]
            exact = np.concatenate([exact, self._exact(vector, next_rows)])
        best = np.argsort(-exact, kind="stable")[:limit]
        return [(int(self._passages[rows[at]]), float(exact[at])) for at in best]

    def _exact(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Exact cosines of some rows, in their order."""
        by_place = np.argsort(rows)
        exact = np.empty(len(rows), np.float32)
        exact[by_place] = self._vectors(rows[by_place]).astype(np.float32) @ vector
        return exact

    def _nearest_signs(self, vector: NDArray[np.float32], documents: Sequence[int] | None) -> NDArray[np.int64]:
        """The NEAR rows (and those as near as the last of them) whose signs differ least from the query's."""
        length = self._length
        wanted = np.packbits(vector > 0, bitorder="little").view(np.uint64)
        apart = np.zeros(length, np.uint16)
        for start in range(0, length, _BLOCK):
            block = apart[start : start + _BLOCK]
            for plane, word in zip(self._planes[:, start : min(start + _BLOCK, length)], wanted, strict=True):
                block += np.bitwise_count(plane ^ word)
        if documents is not None:
            asked = np.array(documents, np.int64)
            apart[~np.isin(self._documents[:length], asked, kind="table")] = _FAR
        if self._dead:
            apart[self._passages[:length] == _DEAD] = _FAR
        counted = np.bincount(np.minimum(apart, self.head.width + 1), minlength=self.head.width + 2)[:-1].cumsum()
        furthest = min(
            int(np.searchsorted(counted, min(NEAR, max(_LEAST_NEAR, length // _ROWS_PER_NEAR)))), self.head.width
        )
        return np.flatnonzero(apart <= furthest)

    def _against_signs(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The query itself against the signs of some rows: a table of 256 sums for each 8 numbers."""
        bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.float32)
        tables = (bits * 2 - 1) @ vector.reshape(-1, 8).T
        signs = np.ascontiguousarray(self._planes[:, rows].T).view(np.uint8)
        scores = np.zeros(len(rows), np.float32)
        for at in range(self._bytes):
            scores += tables[signs[:, at], at]
        return scores

    def _vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float16]:
        """Exact vectors of some rows, in order of place; the disk is asked for all before the first is waited for."""
        size, descriptor = self.head.width * 2, self._files[_VECTORS]
        if hasattr(os, "posix_fadvise"):
            for row in rows:
                os.posix_fadvise(descriptor, int(row) * size, size, os.POSIX_FADV_WILLNEED)
        blob = b"".join(_read(descriptor, size, int(row) * size) for row in rows)
        return np.frombuffer(blob, "<f2").reshape(len(rows), self.head.width)


_BINARY = getattr(os, "O_BINARY", 0)


def _worth_reading(said: NDArray[np.float32], exact: NDArray[np.float32], limit: int) -> int:
    """How many of the rows, ordered by what their signs say, may hold one of the `limit` nearest, judged by a straight
    line from what the signs said to the exact cosines read so far and by how far these lie from it."""
    read = len(exact)
    if read >= len(said) or read <= limit:
        return read
    centred = said[:read] - said[:read].mean()
    slope = float(centred @ exact) / max(float(centred @ centred), 1e-9)
    line = exact.mean() + slope * (said - said[:read].mean())
    spread = float(np.std(exact - line[:read]))
    last = float(np.partition(exact, read - limit)[read - limit])
    likely = np.flatnonzero(line + _SURE * spread >= last)
    return int(likely[-1]) + 1 if len(likely) else read


def read_head(folder: Path) -> Head:
    """What is committed in a folder. Raises CodesDamaged."""
    try:
        said = json.loads((folder / HEAD).read_text(encoding="utf-8"))
        return Head(**said)
    except (OSError, ValueError, TypeError) as error:
        raise CodesDamaged("there is no head") from error


def _read(descriptor: int, size: int, at: int = 0) -> bytes:
    """Exactly `size` bytes from place `at`. Raises CodesDamaged when there are fewer."""
    parts = []
    while size:
        if hasattr(os, "pread"):
            part = os.pread(descriptor, min(size, 1 << 26), at)
        else:
            os.lseek(descriptor, at, os.SEEK_SET)
            part = os.read(descriptor, min(size, 1 << 26))
        if not part:
            raise CodesDamaged("a file is cut off")
        parts.append(part)
        at, size = at + len(part), size - len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _write(descriptor: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        if hasattr(os, "pwrite"):
            done = os.pwrite(descriptor, view, at)
        else:
            os.lseek(descriptor, at, os.SEEK_SET)
            done = os.write(descriptor, view)
        view, at = view[done:], at + done
