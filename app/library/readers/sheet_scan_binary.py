"""The same look ahead for xls and xlsb, whose parts are binary: how far cells reach, which ones show percent."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.library.readers.office_package import Damage, Package
from app.library.readers.refusals import damaged
from app.library.readers.sheet_scan import MOST_PERCENTS, PERCENT_FORMATS, Scan

# Records of [MS-XLS] 2.3: sheet, format, style, begin of a part, cells with one value, row of numbers.
_SHEET, _FORMAT, _STYLE, _BEGIN, _MANY = 0x0085, 0x041E, 0x00E0, 0x0809, 0x00BD
_CELLS = frozenset({0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
_EXCEL_97 = 0x0600
# Records of [MS-XLSB] 2.3.
_B_ROW, _B_FORMAT, _B_STYLE, _B_SHEET, _B_STYLES, _B_STYLES_END = 0, 44, 47, 156, 617, 618
_B_CELLS = frozenset(range(2, 12))


@dataclass(slots=True)
class _Reach:
    """One sheet being looked through."""

    percent_styles: frozenset[int]
    low: int = 1 << 30
    high: int = -1
    left: int = 1 << 30
    right: int = -1
    percents: set[tuple[int, int]] = field(default_factory=set)

    def see(self, row: int, column: int, style: int) -> None:
        """A cell with a value."""
        self.low, self.high = min(self.low, row), max(self.high, row)
        self.left, self.right = min(self.left, column), max(self.right, column)
        if style in self.percent_styles and len(self.percents) < MOST_PERCENTS:
            self.percents.add((row, column))

    @property
    def cells(self) -> int:
        """Rows times columns between the first and the last cell."""
        return (self.high - self.low + 1) * (self.right - self.left + 1) if self.high >= 0 else 0


def scan_biff(stream: bytes) -> Scan:
    """Scan the workbook stream of an xls. One older than Excel 97 gives nothing. Raises FileTrouble."""
    if len(stream) < 8 or struct.unpack_from("<H", stream, 4)[0] != _EXCEL_97:
        return Scan()
    names: dict[int, str] = {}
    formats, styles = set(PERCENT_FORMATS), list[int]()
    reached: dict[str, _Reach] = {}
    now: _Reach | None = None
    try:
        for at, kind, body in _records(stream):
            if kind in _CELLS and now is not None:
                now.see(*struct.unpack_from("<HHH", body))
            elif kind == _MANY and now is not None:
                row, first = struct.unpack_from("<HH", body)
                for number in range((len(body) - 6) // 6):
                    now.see(row, first + number, struct.unpack_from("<H", body, 4 + 6 * number)[0])
            elif kind == _BEGIN and at in names:
                now = reached[names[at]] = _Reach(frozenset(n for n, form in enumerate(styles) if form in formats))
            elif kind == _SHEET:
                names[struct.unpack_from("<I", body)[0]] = _string(body, 8, body[6], wide=body[7])
            elif kind == _FORMAT and "%" in _string(body, 5, struct.unpack_from("<H", body, 2)[0], wide=body[4]):
                formats.add(struct.unpack_from("<H", body)[0])
            elif kind == _STYLE:
                styles.append(struct.unpack_from("<H", body, 2)[0])
    except (struct.error, IndexError) as error:
        raise damaged() from error
    return _scan(reached, {})


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _string(body: bytes, at: int, length: int, *, wide: int) -> str:
    if wide & 1:
        return body[at : at + 2 * length].decode("utf-16-le", "replace")
    return body[at : at + length].decode("latin-1")


def scan_xlsb(package: Package) -> Scan:
    """Scan an xlsb. Raises FileTrouble."""
    main = package.main_part()
    related = package.related(main)
    with Damage():
        try:
            parts = dict(_named_parts(package.raw(main), related)) if main in package else {}
            parts = {name: part for name, part in parts.items() if part in package}
            styles = next((part for kind, part in related.values() if kind == "styles" and part in package), "")
            percents = _percent_styles(package.raw(styles)) if styles else frozenset()
            reached = {name: _reach(package.raw(part), percents) for name, part in parts.items()}
        except (struct.error, IndexError) as error:
            raise damaged() from error
    return _scan(reached, parts)


def _named_parts(book: bytes, related: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for kind, body in _packed_records(book):
        if kind == _B_SHEET:
            identity, after = _long_string(body, 8)
            yield _long_string(body, after)[0], related.get(identity, ("", ""))[1]


def _percent_styles(raw: bytes) -> frozenset[int]:
    formats, styles, within = set(PERCENT_FORMATS), list[int](), False
    for kind, body in _packed_records(raw):
        if kind == _B_FORMAT and "%" in _long_string(body, 2)[0]:
            formats.add(struct.unpack_from("<H", body)[0])
        elif kind in (_B_STYLES, _B_STYLES_END):
            within = kind == _B_STYLES
        elif kind == _B_STYLE and within:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    return frozenset(number for number, form in enumerate(styles) if form in formats)


def _reach(raw: bytes, percents: frozenset[int]) -> _Reach:
    reach, row = _Reach(percents), 0
    for kind, body in _packed_records(raw):
        if kind == _B_ROW:
            row = struct.unpack_from("<I", body)[0]
        elif kind in _B_CELLS:
            column, style = struct.unpack_from("<II", body)
            reach.see(row, column, style & 0xFFFFFF)
    return reach


def _packed_records(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Kinds and bodies; both kind and size are written in bytes of seven bits, the lowest first."""
    at, end = 0, len(raw)
    while at < end:
        kind, at = _seven_bits(raw, at, most=2)
        size, at = _seven_bits(raw, at, most=4)
        yield kind, raw[at : at + size]
        at += size


def _seven_bits(raw: bytes, at: int, *, most: int) -> tuple[int, int]:
    number = 0
    for part in range(most):
        byte = raw[at]
        at += 1
        number |= (byte & 0x7F) << (7 * part)
        if byte < 0x80:
            break
    return number, at


def _long_string(body: bytes, at: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", body, at)[0]
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _scan(reached: dict[str, _Reach], parts: dict[str, str]) -> Scan:
    most = max((each.cells for each in reached.values()), default=0)
    return Scan(most, {name: frozenset(each.percents) for name, each in reached.items()}, parts)
