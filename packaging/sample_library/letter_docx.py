"""Writes the sample library's Word files from plain sources, with fixed dates inside: the bytes never change."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import docx
from docx.document import Document

FIXED = datetime(2026, 1, 1, 9, 0, 0)


def add_table(document: Document, rows: list[str]) -> None:
    """A table from lines such as `| who | what |`; the first row is the heading."""
    cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in rows]
    table = document.add_table(rows=len(cells), cols=len(cells[0]))
    table.style = "Table Grid"
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def add_block(document: Document, block: list[str]) -> None:
    """One paragraph, heading, list or table of the source."""
    first = block[0]
    if first.startswith("|"):
        add_table(document, block)
    elif first.startswith("- "):
        for line in block:
            document.add_paragraph(line.removeprefix("- "), style="List Bullet")
    elif first.startswith("#"):
        mark, _, words = first.partition(" ")
        document.add_heading(words, level=len(mark))
    else:
        document.add_paragraph(" ".join(block))


def write_docx(source: str, title: str) -> bytes:
    """The whole file for a source in which `#` marks headings, `|` table rows and `-` list lines."""
    document = docx.Document()
    core = document.core_properties
    core.title, core.author, core.comments = title, "Indoors sample library", ""
    core.created = core.modified = FIXED
    for block in source.strip().split("\n\n"):
        add_block(document, block.splitlines())
    draft = io.BytesIO()
    document.save(draft)
    return with_fixed_dates(draft.getvalue())


def with_fixed_dates(archive: bytes) -> bytes:
    """The same zip archive with one date on every member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, date_time=FIXED.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return out.getvalue()
