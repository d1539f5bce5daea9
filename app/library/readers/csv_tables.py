"""Reads tables kept as text (csv, tsv): the code and the separator are found out, rows count as a spreadsheet's do."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from app.library.kinds import Content
from app.library.readers.cell_rows import table_sections
from app.library.readers.refusals import no_words
from app.library.readers.text import decode

_SEPARATORS = ",;\t|"
_TRIED_ROWS = 60
_LONGEST_CELL = 200_000
_CELL_LINES = 400


def read_csv(path: Path) -> Content:
    """Sections of kind `cells` with no sheet name; a record is a row, also where a quoted cell holds line breaks.

    Raises FileTrouble for what is no text or holds no words.
    """
    text = decode(path.read_bytes()).removeprefix("\ufeff")
    if not any(char.isalnum() for char in text):
        raise no_words(pictures=False)
    return Content(path.stem, "", tuple(table_sections(_rows(text))))


def _rows(text: str) -> Iterator[list[str]]:
    """Records of a text. A quote that is never closed would take in the rest of the file: then quotes are letters."""
    separator, text = _separator(text)
    csv.field_size_limit(sys.maxsize if sys.maxsize < 1 << 31 else (1 << 31) - 1)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        if any(len(cell) > _LONGEST_CELL or cell.count("\n") > _CELL_LINES for cell in row):
            return csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _separator(text: str) -> tuple[str, str]:
    """(the sign between cells, the text without the line that names it): the sign that gives most rows of one width."""
    if text[:4].lower() == "sep=" and text[5:6] == "\n":
        return text[4], text[6:]
    best, most = ",", 0.0
    for sign in _SEPARATORS:
        widths = [
            len(row) for row in islice(csv.reader(io.StringIO(text[:100_000]), delimiter=sign), _TRIED_ROWS) if row
        ]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        agreeing = widths.count(usual) / max(1, len(widths))
        worth = 0.0 if usual < 2 else agreeing * (1 + min(usual, 10) / 100)
        if worth > most + 1e-9:
            best, most = sign, worth
    return best, text
