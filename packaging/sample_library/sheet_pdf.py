"""Writes the sample library's PDF files with nothing but the standard library, so that they come out the same bytes
on every computer: Helvetica (one of the fonts every PDF reader has), real text, page numbers."""

from __future__ import annotations

from dataclasses import dataclass

PAGE_WIDTH, PAGE_HEIGHT = 595, 842  # A4 in points
LEFT, RIGHT, TOP, BOTTOM = 70, 525, 772, 80

# Advance widths of Helvetica for characters 32 to 126, in thousandths of the font size (Adobe font metrics 1.0).
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
WIDTHS = {chr(32 + index): int(width) for index, width in enumerate(_WIDTHS.split())} | {"£": 556, "’": 222, "–": 556}


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of paragraph is set; sizes in points."""

    font: str
    size: float
    leading: float
    before: float


STYLES = {
    "# ": Style(font="B", size=20, leading=26, before=0),
    "## ": Style(font="B", size=13, leading=18, before=14),
    "": Style(font="R", size=11, leading=16, before=7),
}


def style_of(paragraph: str) -> tuple[Style, str]:
    """The style of a source paragraph, and its words without the mark that chose it."""
    for mark in ("## ", "# "):
        if paragraph.startswith(mark):
            return STYLES[mark], paragraph.removeprefix(mark)
    return STYLES[""], paragraph


def width_of(text: str, size: float) -> float:
    """Width in points. Bold is about 6 per cent wider; the right margin has room for it."""
    return sum(WIDTHS[character] for character in text) * size / 1000


def wrap(text: str, size: float) -> list[str]:
    """Lines that fit between the margins."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= RIGHT - LEFT:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def literal(text: str) -> bytes:
    """A PDF string in the Windows code page, which the fonts declare as their encoding."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return b"(" + escaped.encode("cp1252") + b")"


def text_at(text: str, style: Style, y: float) -> bytes:
    """Drawing commands for one line."""
    return f"BT /{style.font} {style.size:g} Tf {LEFT} {y:g} Td ".encode() + literal(text) + b" Tj ET\n"


def lay_out(source: str) -> list[bytes]:
    """One stream of drawing commands per page. A heading is never left alone at the foot of a page."""
    pages = [b""]
    y = float(TOP)
    for paragraph in source.strip().split("\n\n"):
        style, words = style_of(" ".join(paragraph.splitlines()))
        lines = wrap(words, style.size)
        y -= style.before
        needed = style.leading * len(lines) + (50 if style.font == "B" else 0)
        if y - needed < BOTTOM:
            pages.append(b"")
            y = float(TOP)
        for line in lines:
            y -= style.leading
            pages[-1] += text_at(line, style, y)
    number = Style(font="R", size=9, leading=0, before=0)
    return [page + text_at(f"Page {n} of {len(pages)}", number, 45) for n, page in enumerate(pages, 1)]


def write_pdf(source: str, title: str) -> bytes:
    """The whole file for a source of paragraphs, `# ` the title, `## ` headings. Author and title are set."""
    streams = lay_out(source)
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(streams)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        (font % "Helvetica").encode(),
        (font % "Helvetica-Bold").encode(),
        b"<< /Title " + literal(title) + b" /Author (Indoors sample library) /CreationDate (D:20260101090000Z) >>",
    ]
    for index, stream in enumerate(streams):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] /Contents {7 + 2 * index} 0 R"
        objects.append(f"{page} /Resources << /Font << /R 3 0 R /B 4 0 R >> >> >>".encode())
        objects.append(f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"endstream")
    return join(objects)


def join(objects: list[bytes]) -> bytes:
    """The file: header, numbered objects, the table of where they start, trailer."""
    out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    entries = "".join(f"{start:010} 00000 n \n" for start in starts)
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{entries}"
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + table.encode() + trailer.encode()
