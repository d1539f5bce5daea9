"""A stand-in for the recognising process, so that what is done with its answers is tested without its seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.library.opening import section_frame
from app.values import Section
from models.api import Cancel, ModelError, Trouble
from models.frames import Frame


class Pages:
    """Stands for the child process: page n reads "page n"; pages in `bad` end it."""

    def __init__(self, *, bad: tuple[int, ...] = (), stop_at: int = 0) -> None:
        self.asked: list[int] = []
        self.bad = bad
        self.stop_at = stop_at
        self.wordless = False

    def ask(
        self, _: str, header: Mapping[str, Any], *, payload: bytes, cancel: Cancel, **__: object
    ) -> Iterator[Frame]:
        (page,) = header["pages"]
        self.asked.append(page)
        assert Path(os.fsdecode(payload)).exists(), "what is to be read stands there"
        if page == self.stop_at:
            cancel.stop()
            return
        if page in self.bad:
            raise ModelError(Trouble.CRASHED, "gone")
        words = Section("page", page, f"page {page}\n", ocr=0.9, boxes=((0, 6, 0.1, 0.1, 0.5, 0.2),))
        if not self.wordless:
            yield section_frame(words)[0]
        yield Frame({"page": page, "seconds": 2.0})
