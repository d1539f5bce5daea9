"""What the reader process tells of a decoded recording; apart from the decoder, whose engines the main process never
loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SAMPLE_RATE = 16_000
"""Samples a second of every decoded recording; the rate both speech engines were trained at."""
BYTES_PER_SECOND = SAMPLE_RATE * 2


@dataclass(frozen=True, slots=True)
class DecodedAudio:
    """A recording as headerless 16 kHz mono s16le on disk.

    `speech` holds the stretches, in seconds, where somebody may be speaking: in order, not overlapping, none longer
    than LONGEST_RUN_S. `damaged_at_s` is set when the file breaks off there and only what comes before was decoded.
    """

    duration_s: float
    title: str = ""
    author: str = ""
    speech: tuple[tuple[float, float], ...] = ()
    damaged_at_s: float | None = None

    @classmethod
    def from_header(cls, header: Mapping[str, Any]) -> DecodedAudio:
        """From the JSON object the reader process sent. Raises KeyError, TypeError or ValueError for anything else."""
        damaged = header["damaged_at_s"]
        return cls(
            duration_s=float(header["duration_s"]),
            title=str(header["title"]),
            author=str(header["author"]),
            speech=tuple((float(start), float(end)) for start, end in header["speech"]),
            damaged_at_s=None if damaged is None else float(damaged),
        )
