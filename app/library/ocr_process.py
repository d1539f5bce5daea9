"""Child side of text recognition: draws pages of one of the person's files and hands back their words with places."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from app.errors import FileTrouble
from app.library.opening import READ_TROUBLES, check, section_frame, trouble_of
from app.library.readers.ocr import Picture, Recogniser
from app.library.readers.pictures import page_pixels
from models.frames import Frame
from models.worker import Request, serve

_LARGEST_SIDE = 2000
_MOST_DPI = 200
"""More only makes the letters of small pages larger than the recogniser was taught."""
_BEHIND = 5
"""Steps of priority this process gives up: recognition waits for whatever the person does meanwhile."""


def recognise(recogniser: Recogniser, request: Request) -> Iterator[Frame]:
    """Verb `recognise` {pages, password} with the path: for each page its section, if it has words, then
    {page, seconds}; {page, refused} for a page that cannot be drawn."""
    path = Path(os.fsdecode(request.payload))
    for page in request.header["pages"]:
        if request.cancel.stopped:
            return
        started = time.monotonic()
        try:
            check(path)
            section = recogniser.section(_pixels(path, int(page), str(request.header["password"])), int(page))
        except READ_TROUBLES as error:
            trouble, lasting = trouble_of(error)
            refused = {"reason": trouble.reason, "hint": trouble.hint, "kind": trouble.kind, "lasting": lasting}
            yield Frame({"page": page, "refused": refused})
            continue
        if section is not None:
            yield section_frame(section)[0]
        yield Frame({"page": page, "seconds": time.monotonic() - started})


def _pixels(path: Path, page: int, password: str) -> Picture:
    """A page as the recogniser wants it. Raises READ_TROUBLES."""
    shown = _drawn(path, page, password) if path.suffix.lower() == ".pdf" else page_pixels(path, page)
    return np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])


def _drawn(path: Path, page: int, password: str) -> Image.Image:
    """A page of a PDF as pixels. Raises FileTrouble."""
    try:
        document = pypdfium2.PdfDocument(path, password=password or None)
    except pypdfium2.PdfiumError as error:
        raise FileTrouble("It could not be opened to be read with OCR", hint="Read it again.") from error
    try:
        sheet = document[page - 1]
        scale = min(_MOST_DPI / 72, _LARGEST_SIDE / max(1.0, *sheet.get_size()))
        shown: Image.Image = sheet.render(scale=scale, may_draw_forms=False).to_pil()
        return shown.convert("RGB")
    except (pypdfium2.PdfiumError, ValueError, IndexError) as error:
        raise FileTrouble("A page could not be drawn", hint="Get a fresh copy of it.") from error
    finally:
        document.close()


def handlers() -> Mapping[str, Callable[[Request], Iterator[Frame]]]:
    """The verbs of this process; the models are loaded with the first page."""
    if hasattr(os, "nice"):
        os.nice(_BEHIND)
    recogniser = Recogniser()
    return {"recognise": lambda request: recognise(recogniser, request)}


if __name__ == "__main__":
    serve(handlers, name="ocr")
