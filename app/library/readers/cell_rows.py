"""Turns the rows of a table into sections of bounded size that know their row numbers and their head row."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, islice, takewhile

from app.values import Section

_SECTION_CHARS = 60_000
_LABEL_CHARS = 160
_LOOKED_AT_ROWS = 12
_MOST_BLANK = 200
_FIGURE = re.compile(r"[-+(]?[\W_]*\d[\d\s.,:'/%()€$£¥-]*(?:[eE][-+]?\d+)?\W*(?:am|pm|AM|PM)?")
_PERIOD = re.compile(r"(?:19|20)\d\d(?:[-/](?:\d{1,2}|Q\d))?(?:[-/]\d{1,2})?|\d{1,2}")
"""A year, month or day, as heads of columns often are."""
_PLAIN_SHEET = re.compile(
    r"(?i)(?:sheet|tabelle|feuil|hoja|foglio|blad|planilha|лист|arkusz|table|工作表|シート)\s*\d*"
)

Row = list[str]


def table_sections(rows: Iterable[Sequence[str]], *, sheet: str = "", first_row: int = 1) -> Iterator[Section]:
    """Sections of kind `cells`, a line for each row; `first_row` is the number of the first of `rows`. Rows without
    words are empty lines, so that numbers hold; ahead of the first and behind the last row with words they are left
    out. The heading of every row is "sheet › title above the table › head | row", as far as there are any.
    """
    named = "" if _PLAIN_SHEET.fullmatch(sheet) else sheet
    held: list[str] = []
    headings: list[tuple[int, str]] = []
    length = begin = blank = 0
    title = head = ""
    path = named
    for number, (row, below) in enumerate(_ahead(map(_clean, rows)), first_row):
        if not row:
            blank += 1
            continue
        if held and (length >= _SECTION_CHARS or blank > _MOST_BLANK):
            yield Section("cells", begin, "".join(held), tuple(headings), sheet=sheet)
            held = []
        if held:
            held.append("\n" * blank)
            length += blank
        else:
            begin, length, headings = number, 0, [(0, path)]
        if blank or number == first_row:
            title, head = _learn([row, *below], title, head)
            path = " › ".join(part for part in (named, title, head) if part)
            headings = [each for each in headings if each[0] != length] + [(length, path)]
        blank = 0
        line = "| " + " | ".join(row) + " |\n"
        held.append(line)
        length += len(line)
    if held:
        yield Section("cells", begin, "".join(held), tuple(headings), sheet=sheet)


def _ahead(rows: Iterator[Row]) -> Iterator[tuple[Row, deque[Row]]]:
    """Each row with the few that follow it."""
    below = deque(islice(rows, _LOOKED_AT_ROWS * 2))
    while below:
        row = below.popleft()
        below.extend(islice(rows, 1))
        yield row, below


def _clean(row: Sequence[str]) -> Row:
    """Cells on one line each, without the empty ones at the right."""
    cells = [" ".join(cell.replace("\0", " ").split()) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _learn(rows: Sequence[Row], title: str, head: str) -> tuple[str, str]:
    """Title and head row from the first of `rows` to the next empty one; `title` and `head` held so far."""
    block = list(takewhile(bool, rows))[:_LOOKED_AT_ROWS]
    width = max(len(_filled(row)) for row in block)
    if width == 1:  # a line or two alone are the title of the table below them
        return (_label(block[0]), "") if len(block) <= 2 and _table_follows(rows[len(block) :]) else (title, head)
    top = next(number for number, row in enumerate(block) if len(_filled(row)) > 1)
    if top:
        title = _label(block[0])
    row = block[top]
    below = block[top + 1 :]
    if not below or not any(char.isalpha() for cell in row for char in cell) or any(map(_is_amount, row)):
        return title, head
    same_columns = bool(head) and head.count(" | ") == len(_filled(row)) - 1
    if same_columns and not any(_is_amount(cell) for cell in below[0]):
        return title, head  # an empty row stood in the middle of the table
    return title, _label(row)


def _table_follows(rows: Sequence[Row]) -> bool:
    """Whether the next rows with words have several columns."""
    near = takewhile(bool, dropwhile(lambda row: not row, rows))
    return any(len(_filled(row)) > 1 for row in islice(near, 3))


def _filled(row: Row) -> Row:
    return [cell for cell in row if cell]


def _is_amount(cell: str) -> bool:
    """Whether a cell holds a figure that names no column."""
    return bool(_FIGURE.fullmatch(cell)) and not _PERIOD.fullmatch(cell)


def _label(row: Row) -> str:
    words = " | ".join(_filled(row))
    return words if len(words) <= _LABEL_CHARS else words[:_LABEL_CHARS].rsplit(" ", 1)[0] + " …"
