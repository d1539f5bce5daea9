"""Reads spreadsheets of every usual kind: each sheet's rows with their numbers, values as a person sees them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import FileTrouble
from app.library.kinds import Content, Enclosed
from app.library.readers.cell_rows import table_sections
from app.library.readers.csv_tables import read_csv
from app.library.readers.markup import read_html
from app.library.readers.office_lines import own_title
from app.library.readers.office_lock import OLE_START, about_ole, is_whole, stream, streams, unlocked
from app.library.readers.office_package import Damage, Package
from app.library.readers.refusals import damaged, locked, no_words
from app.library.readers.sheet_scan import Scan, scan_odf, scan_ooxml
from app.library.readers.sheet_scan_binary import scan_biff, scan_xlsb
from app.values import Section, TroubleKind

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MOST_CELLS = 20_000_000
"""Rows times columns of one sheet, as far as its values reach: all of them are held in memory at once (32 bytes each,
and as much again while they are handed over)."""
MOST_CHARS = 80_000_000
"""Of all sheets together: about the text of 250,000 rows of 40 columns."""

Cell = int | float | str | bool | date | time | timedelta


def read_sheets(path: Path, *, password: str = "") -> Content:
    """Sections of kind `cells` for each sheet with words. Raises FileTrouble for locked, damaged, too large ones."""
    with path.open("rb") as file:
        start = file.read(8)
    if start == OLE_START:
        raw = unlocked(path, password)
        if raw[:2] != b"PK":
            with streams(raw) as container:
                if not is_whole(container):
                    raise damaged()
            return _content(path, raw, about_ole(raw), _fitting(scan_biff(stream(raw, "Workbook") or b"")))
        return _packed(path, raw)
    if start[:2] == b"PK":
        return _packed(path, None)
    # What web sites offer as .xls is often a page with a table, or comma-separated text.
    return read_html(path) if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else read_csv(path)


def _packed(path: Path, raw: bytes | None) -> Content:
    with Package(path, raw=raw) as package:
        odf = "content.xml" in package
        if odf and package.odf_locked():
            raise locked(tried=False, opens_here=False)
        binary = package.main_part().endswith(".bin")
        scan = _fitting(scan_odf(package) if odf else scan_xlsb(package) if binary else scan_ooxml(package))
        about = package.about_odf() if odf else package.about()
        enclosed = tuple(each for part in scan.parts.values() for each in package.enclosed(part))
        pictures = package.pictures
    return _content(path, raw, about, scan, enclosed=enclosed, pictures=pictures)


def _fitting(scan: Scan) -> Scan:
    """A scan of a workbook that can be held in memory. Raises FileTrouble for others."""
    if scan.cells > MOST_CELLS:
        raise _too_large(f"{scan.cells:,} cells")
    return scan


def _content(
    path: Path,
    raw: bytes | None,
    about: tuple[str, str, float | None],
    scan: Scan,
    *,
    enclosed: tuple[Enclosed, ...] = (),
    pictures: bool = False,
) -> Content:
    import python_calamine as calamine  # only when a spreadsheet is met

    try:
        with Damage(), calamine.CalamineWorkbook.from_object(path if raw is None else io.BytesIO(raw)) as book:
            sections = tuple(_sections(book, scan))
    except calamine.PasswordError as error:
        raise locked(tried=False) from error
    except calamine.CalamineError as error:
        raise damaged() from error
    if not any(char.isalnum() for section in sections for char in section.text):
        raise no_words(pictures=pictures)
    title, author, written_at = about
    return Content(own_title(title) or path.stem, author, sections, written_at=written_at, enclosed=enclosed)


def _sections(book: CalamineWorkbook, scan: Scan) -> Iterator[Section]:
    chars = 0
    for name in book.sheet_names:
        sheet = _sheet(book, name)
        if sheet is None or sheet.start is None:
            continue
        for section in table_sections(_rows(sheet, scan.percents.get(name, frozenset())), sheet=name):
            chars += len(section.text)
            if chars > MOST_CHARS:
                raise _too_large(f"over {MOST_CHARS // 1_000_000} million characters")
            yield section


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet | None:
    """A sheet, or None for one without cells (charts, macros). Raises FileTrouble when it is too large."""
    from python_calamine import CalamineError

    try:
        sheet = book.get_sheet_by_name(name)
    except CalamineError:
        return None
    if sheet.height * sheet.width > MOST_CELLS:
        raise _too_large(f"{sheet.height * sheet.width:,} cells")
    return sheet


def _rows(sheet: CalamineSheet, percents: frozenset[tuple[int, int]]) -> Iterator[Sequence[str]]:
    """All rows from the sheet's first on, without the columns left of the first with a value."""
    left = sheet.start[1] if sheet.start else 0
    for number, row in enumerate(sheet.iter_rows()):
        if row.count("") == len(row):
            yield []
        elif percents:
            yield [_shown(value, percent=(number, at) in percents) for at, value in enumerate(row, left)]
        else:
            yield [_shown(value) for value in row]


def _shown(value: Cell, *, percent: bool = False) -> str:
    """A value as a person sees it."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return f"{_number(value * 100)}%" if percent else _number(value)
        case datetime():
            return value.strftime("%Y-%m-%d" if not (value.hour or value.minute or value.second) else "%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M:%S" if value.second else "%H:%M")
        case timedelta():
            seconds = round(value.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _number(value: float) -> str:
    """15 digits, as spreadsheets hold; no exponent for what people write out, no ".0"."""
    short = f"{value:.15g}"
    return f"{value:.0f}" if "e+" in short and abs(value) < 1e18 else short


def _too_large(measure: str) -> FileTrouble:
    return FileTrouble(f"Too large ({measure})", hint="Split it into parts and add those.", kind=TroubleKind.TOO_LARGE)
