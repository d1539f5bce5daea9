"""What an index of vectors is doing, in one word for the library page and `doctor`."""

from __future__ import annotations

from enum import StrEnum


class VectorState(StrEnum):
    """What the index that answers searches for meaning is doing."""

    CLOSED = "closed"
    OPENING = "opening"
    BUILDING = "building"
    READY = "ready"
    BUSY = "busy"
    OFF = "off"
