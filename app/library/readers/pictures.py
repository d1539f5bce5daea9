"""Opens image files and pages as pixels: what they say of themselves for the reader, their pixels for recognition."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageOps

from app.errors import FileTrouble
from app.library.kinds import Content
from app.library.readers.pdf import damaged
from app.values import TroubleKind

_MOST_PIXELS = 120_000_000
"""About 480 MB unpacked. The largest cameras give 102 million; an A3 sheet at 600 dpi is 70."""
_MOST_PAGES = 1_000
_LEAST_SIDE = 24
"""Pixels: icons and spacers hold no words."""
_LEAST_PIXELS = 64 * 64
_LARGEST_SIDE = 2000
"""Pixels the recogniser looks at; more are made smaller before, which costs less memory."""
_LONG, _LONG_SIZE = 2.3, (1_000, 12_000)
"""Screenshots of whole conversations and web pages: as wide as letters need, looked at in strips."""
_WRITTEN = (36867, 306)
"""EXIF: when the photograph was taken, else when the file was changed."""
_EXIF_SUB_FILE = 0x8769
_TORN = (SyntaxError, ValueError, LookupError, TypeError, ArithmeticError, AttributeError, EOFError, struct.error)
"""What Pillow's decoders raise on bytes that are not what they claim."""

Image.MAX_IMAGE_PIXELS = _MOST_PIXELS


def read_picture(path: Path) -> Content:
    """Pages of an image file that could hold words; no sections, as words come from recognition alone.

    Raises FileTrouble for damaged and oversized files.
    """
    with opened(path) as picture:
        pages = min(_MOST_PAGES, getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
        wide, high = picture.size
        worth = min(wide, high) >= _LEAST_SIDE and wide * high >= _LEAST_PIXELS
        return Content(
            path.stem,
            "",
            (),
            pages=pages,
            written_at=_written_at(picture),
            pictures=tuple(range(1, pages + 1)) if worth else (),
        )


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """An image file, its pixels not yet unpacked; whatever is wrong with it becomes a FileTrouble."""
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise _too_large(picture.width, picture.height)
            yield picture
    except Image.DecompressionBombError as error:
        raise _too_large(0, 0) from error
    except _TORN as error:
        raise damaged() from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise damaged() from error


def page_pixels(path: Path, page: int) -> Image.Image:
    """Page `page` (from 1) of an image file, upright, on white, as large as is looked at. Raises FileTrouble."""
    with opened(path) as picture:
        if page > 1:
            picture.seek(page - 1)
            if picture.width * picture.height > _MOST_PIXELS:
                raise _too_large(picture.width, picture.height)
        # Made smaller first and in place: every other step would hold a second copy of the whole.
        long = picture.height > _LONG * picture.width
        picture.thumbnail(_LONG_SIZE if long else (_LARGEST_SIDE, _LARGEST_SIDE), reducing_gap=2.0)
        shown = ImageOps.exif_transpose(picture)
        if shown.has_transparency_data:
            over = shown.convert("RGBA")
            shown = Image.new("RGBA", over.size, "white")
            shown.alpha_composite(over)
        if shown.mode.startswith(("I", "F")):
            shown = _stretched(shown)
        return shown.convert("RGB")


def _stretched(deep: Image.Image) -> Image.Image:
    """A picture of 16 or 32 bits a pixel in 8, from the darkest it holds to the brightest."""
    low, top = (float(str(end)) for end in deep.convert("F").getextrema())
    scale = 255 / max(1.0, top - low)
    return deep.convert("F").point(lambda value: value * scale - low * scale).convert("L")


def _written_at(picture: Image.Image) -> float | None:
    said = picture.getexif()
    inner = said.get_ifd(_EXIF_SUB_FILE)
    for tag in _WRITTEN:
        try:
            return datetime.strptime(str(inner.get(tag) or said.get(tag)), "%Y:%m:%d %H:%M:%S").astimezone().timestamp()
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _too_large(wide: int, high: int) -> FileTrouble:
    size = f"{wide:,} x {high:,} pixels" if wide else "too many pixels"
    return FileTrouble(f"Too large ({size})", hint="Save it smaller and add that.", kind=TroubleKind.TOO_LARGE)
