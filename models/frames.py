"""Framed messages on a pipe: two lengths, a JSON header, raw bytes; no pickle, so a taken-over child stays a child."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any, BinaryIO

LENGTHS = struct.Struct("<II")
MAX_HEADER_BYTES = 4 * 1024 * 1024
MAX_PAYLOAD_BYTES = 512 * 1024 * 1024


class FrameError(Exception):
    """The other side sent something that is not a frame, or more than is allowed."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: a JSON object and bytes that need no encoding."""

    header: dict[str, Any]
    payload: bytes = field(default=b"", repr=False)


def check_frame(frame: Frame) -> bytes:
    """The header as it travels. Raises FrameError when the frame is too large, TypeError when it is no JSON."""
    header = json.dumps(frame.header, separators=(",", ":"), ensure_ascii=False).encode()
    if len(header) > MAX_HEADER_BYTES or len(frame.payload) > MAX_PAYLOAD_BYTES:
        raise FrameError(f"frame too large: {len(header)} + {len(frame.payload)} bytes")
    return header


def write_frame(stream: BinaryIO, frame: Frame) -> None:
    """Write one frame and flush. Raises OSError (BrokenPipeError) when the other side is gone, FrameError when too
    large."""
    header = check_frame(frame)
    stream.write(LENGTHS.pack(len(header), len(frame.payload)) + header)
    if frame.payload:
        stream.write(frame.payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> Frame | None:
    """The next frame, or None when the other side closed between frames. Raises FrameError on anything else."""
    lengths = stream.read(LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < LENGTHS.size:
        raise FrameError("cut inside the lengths")
    header_bytes, payload_bytes = LENGTHS.unpack(lengths)
    if header_bytes > MAX_HEADER_BYTES or payload_bytes > MAX_PAYLOAD_BYTES:
        raise FrameError(f"frame too large: {header_bytes} + {payload_bytes} bytes")
    raw = stream.read(header_bytes)
    payload = stream.read(payload_bytes) if payload_bytes else b""
    if len(raw) < header_bytes or len(payload) < payload_bytes:
        raise FrameError("cut inside the frame")
    try:
        header = json.loads(raw)
    except ValueError as error:
        raise FrameError("header is not JSON") from error
    if not isinstance(header, dict):
        raise FrameError("header is not an object")
    return Frame(header, payload)
