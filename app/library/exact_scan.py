"""The exact search for meaning: one float32 matrix and one product; runs only inside a vectors process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.store.embeddings import Embeddings

Matrix = NDArray[np.float32]
_GROWTH = 1.25
_BLOCK = 4096


class ExactScan:
    """Vectors of one embedder kept in memory as float32 (1.5 kB per passage at 384 numbers), in order of passage."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._documents: NDArray[np.int64] = np.empty(0, np.int64)
        self._matrix: Matrix = np.empty((0, embeddings.width), np.float32)
        self._length = 0
        self._generation = -1

    @property
    def count(self) -> int:
        """Vectors in the matrix."""
        return self._length

    def follow(self, generation: int) -> None:
        """Bring the matrix to what the database holds now: new rows are added, rows that are gone are taken out."""
        if generation == self._generation:
            return
        current = np.array(self._embeddings.ids(), np.int64)
        held = self._ids[: self._length]
        keep = np.isin(held, current, assume_unique=True)
        if not keep.all():
            left = int(keep.sum())
            self._matrix[:left] = self._matrix[: self._length][keep]
            self._ids[:left] = held[keep]
            self._documents[:left] = self._documents[: self._length][keep]
            self._length = left
        last = int(self._ids[self._length - 1]) if self._length else 0
        if np.setdiff1d(current[current <= last], self._ids[: self._length], assume_unique=True).size:
            last, self._length = 0, 0  # vectors were added in the middle: read all again
        self._read_after(last, int((current > last).sum()))
        self._generation = generation

    def _read_after(self, last: int, expected: int) -> None:
        self._reserve(self._length + expected)
        rows: list[tuple[int, int, bytes]] = []
        for row in self._embeddings.after(last):
            rows.append(row)
            if len(rows) == _BLOCK:
                self._append(rows)
                rows = []
        self._append(rows)

    def _append(self, rows: Sequence[tuple[int, int, bytes]]) -> None:
        if not rows:
            return
        start, end = self._length, self._length + len(rows)
        self._reserve(end)
        self._ids[start:end] = [row[0] for row in rows]
        self._documents[start:end] = [row[1] for row in rows]
        self._matrix[start:end] = matrix_of([row[2] for row in rows], self._embeddings.width)
        self._length = end

    def _reserve(self, rows: int) -> None:
        if rows <= len(self._ids):
            return
        size = rows if not self._length else max(rows, int(len(self._ids) * _GROWTH))
        # Three copies grow together; np.resize would repeat rows instead of leaving the new ones empty.
        for name, old in (("_ids", self._ids), ("_documents", self._documents), ("_matrix", self._matrix)):
            new = np.empty((size, *old.shape[1:]), old.dtype)
            new[: self._length] = old[: self._length]
            setattr(self, name, new)

    def search(self, query: bytes, *, limit: int, documents: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """(passage, cosine), best first; `documents` limits it to some documents."""
        vector = np.frombuffer(query, "<f2").astype(np.float32)
        matrix, ids = self._matrix[: self._length], self._ids[: self._length]
        if documents is not None:
            chosen = np.flatnonzero(np.isin(self._documents[: self._length], np.array(documents, np.int64)))
            matrix, ids = matrix[chosen], ids[chosen]
        if not len(ids):
            return []
        scores = matrix @ vector
        top = np.argpartition(-scores, limit - 1)[:limit] if len(scores) > limit else np.arange(len(scores))
        top = top[np.argsort(-scores[top], kind="stable")]
        return [(int(ids[row]), float(scores[row])) for row in top]


def matrix_of(blobs: Sequence[bytes], width: int) -> Matrix:
    """float16 blobs as float32 rows; float16 arithmetic would be twenty times slower."""
    return np.frombuffer(b"".join(blobs), "<f2").reshape(len(blobs), width).astype(np.float32)


def rescore(query: bytes, blobs: Sequence[tuple[int, bytes]], *, width: int, limit: int) -> list[tuple[int, float]]:
    """Exact cosines of some candidates, best first."""
    if not blobs:
        return []
    scores = matrix_of([blob for _, blob in blobs], width) @ np.frombuffer(query, "<f2").astype(np.float32)
    order = np.argsort(-scores, kind="stable")[:limit]
    return [(blobs[row][0], float(scores[row])) for row in order]


def query_vector(query: bytes) -> Matrix:
    """A float16 blob as one float32 vector."""
    return np.frombuffer(query, "<f2").astype(np.float32)
