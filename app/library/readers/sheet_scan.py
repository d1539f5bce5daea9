"""Looks through a spreadsheet's parts ahead of reading: how far its cells reach, and which ones show percent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from app.library.readers.office_package import Damage, Package, attribute, tag

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)(?<!/)>")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_COLUMN = re.compile(rb"""\br=["']([A-Z]{1,3})\d""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\br=["'](\d{1,7})["']""")
_ODF = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table(?!-))\b([^>]*)>")
_ODF_NAME = re.compile(rb"""table:name="([^"]*)\"""")
_REPEATED = re.compile(rb"""-repeated="(\d{1,9})\"""")
PERCENT_FORMATS = frozenset({9, 10})
"""Numbers of "0%" and "0.00%" in ECMA-376 part 1, 18.8.30."""
MOST_PERCENTS = 300_000
"""Cells shown as percent; beyond that they are shown as plain numbers."""
SMALL_REACH = 5_000_000
"""Rows times columns that need no closer look."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What is known of a workbook before its cells are read."""

    cells: int = 0
    """Rows times columns of the largest sheet, as far as cells with a value reach."""
    percents: dict[str, frozenset[tuple[int, int]]] = field(default_factory=dict)
    """By sheet: (row, column), from 0, of cells formatted as percent."""
    parts: dict[str, str] = field(default_factory=dict)
    """Name of the part of each sheet."""


def scan_ooxml(package: Package) -> Scan:
    """Scan an xlsx or xlsm."""
    main = package.main_part()
    related = package.related(main)
    workbook = package.optional(main) if main in package else None
    parts: dict[str, str] = {}
    for node in workbook.iter() if workbook is not None else ():
        if tag(node) == "sheet" and (part := related.get(attribute(node, "id"), ("", ""))[1]) in package:
            parts[attribute(node, "name")] = part
    styles = _percent_styles(package, related)
    most, percents = 0, {}
    for name, part in parts.items():
        with Damage():
            reach, found = _scan_sheet(package.raw(part), styles)
            most = max(most, reach)
            percents[name] = found
    return Scan(most, percents, parts)


def _percent_styles(package: Package, related: dict[str, tuple[str, str]]) -> frozenset[int]:
    """Numbers of the cell styles that show a percent sign."""
    part = next((part for kind, part in related.values() if kind == "styles"), "")
    root = package.optional(part) if part in package else None
    formats, found = set(PERCENT_FORMATS), set()
    for group in root if root is not None else ():
        if tag(group) == "numFmts":
            formats |= {int(attribute(each, "numFmtId")) for each in group if "%" in attribute(each, "formatCode")}
        elif tag(group) == "cellXfs":
            found = {at for at, each in enumerate(group) if int(attribute(each, "numFmtId") or 0) in formats}
    return frozenset(found)


def _scan_sheet(raw: bytes, styles: frozenset[int]) -> tuple[int, frozenset[tuple[int, int]]]:
    """(rows times columns reached by cells with a value, places of percent cells)."""
    # All cells first, also the empty ones: that is quick, and nearly always says that there is nothing to fear.
    columns = [column_number(letters) for letters in set(_COLUMN.findall(raw))]
    rows = _ROW.findall(raw)
    reach = (max(columns) - min(columns) + 1) * max(map(int, rows)) if columns and rows else 0
    if reach > SMALL_REACH or (columns and not rows):
        reach = _exact_reach(raw)
    if not styles:
        return reach, frozenset()
    wanted = b"|".join(b"%d" % style for style in sorted(styles))
    percents: set[tuple[int, int]] = set()
    for cell in re.finditer(rb"""<(?:\w+:)?c\b[^>]*\bs=["'](?:%s)["'][^>]*(?<!/)>""" % wanted, raw):
        place = _PLACE.search(cell[0])
        if place is not None:
            percents.add((int(place[2]) - 1, column_number(place[1]) - 1))
        if len(percents) >= MOST_PERCENTS:
            break
    return reach, frozenset(percents)


def _exact_reach(raw: bytes) -> int:
    """Rows times columns between the first and the last cell with a value."""
    rows: list[int] = []
    columns: set[bytes] = set()
    for cell in _CELL.finditer(raw):
        place = _PLACE.search(cell[1])
        if place is not None:
            rows.append(int(place[2]))
            columns.add(place[1])
    numbers = [column_number(each) for each in columns]
    return (max(rows) - min(rows) + 1) * (max(numbers) - min(numbers) + 1) if rows else 0


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def scan_odf(package: Package) -> Scan:
    """Scan an ods: repeats of cells with a value are what makes a small file huge."""
    found: dict[str, set[tuple[int, int]]] = {}
    most = row = column = repeats = kept = 0
    name = ""
    with Damage():
        raw = package.raw("content.xml")
        for match in _ODF.finditer(raw):
            kind, said = match[1], match[2]
            if kind == b"table":
                named = _ODF_NAME.search(said)
                name, row, column, repeats = _words(named[1]) if named else "", 0, 0, 0
            elif kind == b"table-row":
                row, column, repeats = row + repeats, 0, _times(said)
            else:
                times = _times(said)
                if b"value-type=" in said:
                    most = max(most, (row + repeats) * (column + times))
                    if b'"percentage"' in said and kept < MOST_PERCENTS:
                        within = min(repeats, MOST_PERCENTS // times or 1) if times < MOST_PERCENTS else 0
                        kept += within * times
                        cells = ((row + down, column + right) for down in range(within) for right in range(times))
                        found.setdefault(name, set()).update(cells)
                column += times
    return Scan(most, {each: frozenset(places) for each, places in found.items()})


def _times(said: bytes) -> int:
    """How often a row or cell is repeated."""
    repeated = _REPEATED.search(said)
    return max(1, int(repeated[1])) if repeated else 1


def _words(raw: bytes) -> str:
    return unescape(raw.decode("utf-8", "replace"))
