"""Anchors as JSON values and back, for what is kept beside answers and summaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.values import Anchor, CellsAnchor, LinesAnchor, MessageAnchor, PageAnchor, SlideAnchor, TimeAnchor

_KINDS: dict[str, type[Any]] = {
    "page": PageAnchor,
    "lines": LinesAnchor,
    "cells": CellsAnchor,
    "time": TimeAnchor,
    "message": MessageAnchor,
    "slide": SlideAnchor,
}


def anchor_from(row: Mapping[str, Any]) -> Anchor:
    """The anchor of `dataclasses.asdict`'s row. Raises KeyError or TypeError for anything else."""
    made: Anchor = _KINDS[row["kind"]](**row)
    return made
