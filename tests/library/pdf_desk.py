"""Makes small PDF files for tests: placed lines, scans, and whatever objects a test wants to add."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

Placed = tuple[float, float, float, str]
"""(x, y, size, text), the origin at the lower left of the page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: text in Helvetica, a picture of one pixel if wanted, quarter turns, and more page entries."""

    lines: Sequence[Placed] = ()
    picture: bool = False
    rotate: int = 0
    more: str = ""


def column(
    texts: Sequence[str], *, x: float = 72, top: float = 720, size: float = 12, step: float = 14
) -> list[Placed]:
    """Lines below each other."""
    return [(x, top - step * number, size, text) for number, text in enumerate(texts)]


def make_pdf(
    path: Path,
    pages: Sequence[Sheet],
    *,
    objects: Mapping[int, str] | None = None,
    catalog: str = "",
    info: str = "",
    trailer: str = "",
) -> Path:
    """Write a PDF; pdfium finds the objects without a table. `objects` are added by number, from 100."""
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(pages)))
    out = f"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R{catalog}>>endobj\n"
    out += f"2 0 obj<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>endobj\n"
    out += "3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n"
    out += f"4 0 obj<<{info}>>endobj\n"
    for number, sheet in enumerate(pages):
        at = 10 + 2 * number
        drawn = "q 500 0 0 600 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q " if sheet.picture else ""
        drawn += " ".join(f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET" for x, y, size, text in sheet.lines)
        out += (
            f"{at} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Rotate {sheet.rotate}"
            f"/Resources<</Font<</F 3 0 R>>>>/Contents {at + 1} 0 R{sheet.more}>>endobj\n"
            f"{at + 1} 0 obj<</Length {len(drawn.encode('cp1252'))}>>stream\n{drawn}\nendstream endobj\n"
        )
    out += "".join(f"{number} 0 obj{body}endobj\n" for number, body in (objects or {}).items())
    out += f"trailer<</Root 1 0 R/Info 4 0 R/Size 999{trailer}>>\n%%EOF\n"
    path.write_bytes(out.encode("cp1252"))
    return path


def picture_of(
    texts: Sequence[str], *, size: tuple[int, int] = (900, 500), at: tuple[int, int] = (60, 50)
) -> Image.Image:
    """Words drawn as pixels, one line below the other."""
    picture = Image.new("L", size, 255)
    font = ImageFont.load_default(size=34)
    for number, text in enumerate(texts):
        ImageDraw.Draw(picture).text((at[0], at[1] + 56 * number), text, fill=0, font=font)
    return picture


def scanned_pdf(path: Path, pictures: Sequence[Image.Image]) -> Path:
    """A PDF whose pages are pictures, as a scanner makes it."""
    held = io.BytesIO()
    pictures[0].save(held, "PDF", resolution=110, save_all=True, append_images=list(pictures[1:]))
    path.write_bytes(held.getvalue())
    return path


def joined_pdf(path: Path, parts: Sequence[Path]) -> Path:
    """The pages of several PDF files in one."""
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        held = pypdfium2.PdfDocument(part)
        whole.import_pages(held)
        held.close()
    whole.save(path)
    whole.close()
    return path
