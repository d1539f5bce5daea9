"""Reads words out of pictures with the recognition models that lie inside the installed package; nothing is fetched."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rapidocr
from numpy.typing import NDArray

from app.library.readers.ocr_lines import HIGHEST, Line, page_of, strips
from app.values import Section

Picture = NDArray[np.uint8]
"""Height by width by 3, blue first, as the recogniser wants it."""

_TALL = 1.5
"""A line this much higher than wide runs up or down the picture."""
_VOTES = 5
"""Longest lines that say which way up the picture is."""
_LEAST_LETTERS = 3
"""Fewer are the specks of a photograph."""


class Recogniser:
    """The loaded models: 31 MB on disk, about 0.9 GB in memory while a page is read."""

    def __init__(self, *, threads: int = 0) -> None:
        """`threads`: 0 takes every core this process may use."""
        folder = Path(rapidocr.__file__).parent / "models"
        own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._engine: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": HIGHEST,
                # Named files: with none named the package would look one up, and fetch it where it is missing.
                "Global.model_root_dir": str(folder),
                "Det.model_path": str(folder / "PP-OCRv6_det_small.onnx"),
                "Rec.model_path": str(folder / "PP-OCRv6_rec_small.onnx"),
                "Cls.model_path": str(folder / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
                "EngineConfig.onnxruntime.intra_op_num_threads": threads or own,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def section(self, picture: Picture, number: int) -> Section | None:
        """Page `number` (from 1) as a section with the place of every line; None when there are no words."""
        lines = self._lines(picture)
        if sum(sum(map(str.isalnum, line.words)) for line in lines) < _LEAST_LETTERS:
            return None
        return page_of(lines, number, turns=self._turns(picture, lines))

    def _lines(self, picture: Picture) -> list[Line]:
        high = picture.shape[0]
        lines: list[Line] = []
        for strip in strips(high):
            for line in self._strip(np.ascontiguousarray(picture[strip.top : strip.bottom]), strip.top, high):
                if strip.first <= high * (line.place[1] + line.place[3]) / 2 < strip.last:
                    lines.append(line)
        return lines

    def _strip(self, picture: Picture, above: int, high: int) -> list[Line]:
        """The lines of rows that stand `above` rows below the top of a picture of `high` rows."""
        found = self._engine(picture)
        if found.txts is None or found.boxes is None:
            return []
        wide = picture.shape[1]
        lines: list[Line] = []
        for corners, words, score in zip(found.boxes, found.txts, found.scores, strict=True):
            (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
            words = " ".join(str(words).split())
            if words:
                place = (_part(left, wide), _part(above + top, high), _part(right, wide), _part(above + bottom, high))
                tall = len(words) > 1 and bottom - top > _TALL * (right - left)
                lines.append(Line(words, float(score), place, bool(tall)))
        return lines

    def _turns(self, picture: Picture, lines: Sequence[Line]) -> int:
        """Quarter turns against the clock that put the picture upright, as its longest lines say."""
        high, wide = picture.shape[:2]
        longest = sorted(lines, key=lambda line: -len(line.words))[:_VOTES]
        tall = [line for line in longest if line.tall]
        upright = 2 * len(tall) <= len(longest)
        over = 0
        voters = [line for line in longest if line not in tall] if upright else tall
        for line in voters:
            left, top, right, bottom = line.place
            piece = picture[int(top * high) : int(bottom * high) + 1, int(left * wide) : int(right * wide) + 1]
            piece = piece if upright else np.ascontiguousarray(np.rot90(piece))
            said = self._engine(piece, use_det=False, use_cls=True, use_rec=False)
            over += bool(said.cls_res and "180" in said.cls_res[0][0] and said.cls_res[0][1] > 0.9)
        # The call above changes the engine's own switches.
        self._engine.use_det = self._engine.use_rec = True
        turned = 2 * over > len(voters)
        return (2 if turned else 0) if upright else (3 if turned else 1)


def _part(at: float, whole: int) -> float:
    """A place as a fraction of the picture."""
    return round(min(1.0, max(0.0, float(at) / whole)), 4)
