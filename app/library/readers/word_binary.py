"""Takes a Word 97-2003 file apart by [MS-DOC]: its characters, which of them are hidden, and what each paragraph is."""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

_FIRST_WORD_97 = 0x00C1
_PAGE = 512
_HEADING_STYLES = range(1, 10)
_TITLE_STYLE = 62
"""Numbers of built-in styles, [MS-DOC] 2.9.271: "heading 1" to "heading 9", "Title"."""
_OPERAND_BYTES = (1, 1, 2, 4, 2, 2, -1, 3)
"""[MS-DOC] 2.2.5.1, by the three highest bits of a property's number; -1: its first byte says."""
_T_DEF_TABLE, _P_CHANGE_TABS = 0xD608, 0xC615
_ROW_END, _IN_TABLE, _OUTLINE, _LIST = 0x2417, 0x2416, 0x2640, 0x460B
_DELETED, _HIDDEN = 0x0800, 0x083C
_MOST_STYLES = 4096

# Places in the FIB, [MS-DOC] 2.5: flags, the lengths of the parts, the table's (place, length) pairs.
_FLAGS, _LENGTHS, _PAIRS = 0x0A, 0x4C, 0x9A
_STYLES, _CHARACTER_PAGES, _PARAGRAPH_PAGES, _PIECES = 1, 12, 13, 33


@dataclass(frozen=True, slots=True)
class Paragraph:
    """How a paragraph stands: its heading level or 0, in a list, in a table, the end of a row of it."""

    level: int = 0
    listed: bool = False
    in_table: bool = False
    row_end: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters [first, end) that stand in the stream from byte `at` on, `width` bytes each."""

    first: int
    end: int
    at: int
    width: int


@dataclass(slots=True)
class WordFile:
    """The characters of all parts one after the other (surrogate pairs are two), and the length of each part."""

    text: str
    parts: list[int]
    """Lengths of: main text, footnotes, page headers, (unused), comments, endnotes, text boxes, their headers."""
    unseen: list[tuple[int, int]] = field(default_factory=list)
    """[first, end) of characters that were deleted with changes tracked, or hidden."""
    _pieces: list[_Piece] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    _kinds: list[Paragraph] = field(default_factory=list)

    def paragraph(self, at: int) -> Paragraph:
        """What the paragraph is that ends with character `at`."""
        number = bisect_right(self._pieces, at, key=lambda piece: piece.first) - 1
        if number < 0:
            return Paragraph()
        piece = self._pieces[number]
        found = bisect_right(self._ends, piece.at + (at - piece.first) * piece.width)
        return self._kinds[found] if found < len(self._kinds) else Paragraph()


def take_apart(stream: bytes, tables: tuple[bytes | None, bytes | None]) -> WordFile:
    """A Word file from its main stream and its two table streams. Raises struct.error, IndexError, ValueError."""
    if struct.unpack_from("<H", stream, 2)[0] < _FIRST_WORD_97:
        start, end = struct.unpack_from("<II", stream, 0x18)
        text = stream[start:end].decode("cp1252", "replace")
        return WordFile(text, [len(text)] + [0] * 7)
    table = tables[1 if struct.unpack_from("<H", stream, _FLAGS)[0] & 0x0200 else 0]
    if table is None:
        raise ValueError
    pieces = list(_pieces(_part(stream, table, _PIECES)))
    text = "".join(_characters(stream, piece) for piece in pieces)
    file = WordFile(text, list(struct.unpack_from("<8i", stream, _LENGTHS)), _pieces=pieces)
    levels = _levels(_part(stream, table, _STYLES))
    runs = sorted(_runs(stream, _part(stream, table, _PARAGRAPH_PAGES), per_run=13))
    file._ends = [end for _, end, _ in runs]
    file._kinds = [_paragraph(properties, levels) for _, _, properties in runs]
    gone = sorted(
        (start, end)
        for start, end, properties in _runs(stream, _part(stream, table, _CHARACTER_PAGES), per_run=1)
        if any(kind in (_DELETED, _HIDDEN) and value[:1] == b"\1" for kind, value in _properties(properties))
    )
    file.unseen = list(_as_characters(gone, pieces))
    return file


def _part(stream: bytes, table: bytes, pair: int) -> bytes:
    start, size = struct.unpack_from("<II", stream, _PAIRS + 8 * pair)
    return table[start : start + size]


def _pieces(clx: bytes) -> Iterator[_Piece]:
    at = 0
    while clx[at] == 1:
        at += 3 + int(struct.unpack_from("<H", clx, at + 1)[0])
    size = struct.unpack_from("<I", clx, at + 1)[0]
    at += 5
    count = (size - 4) // 12
    firsts = struct.unpack_from(f"<{count + 1}I", clx, at)
    for number in range(count):
        place = struct.unpack_from("<I", clx, at + 4 * (count + 1) + 8 * number + 2)[0]
        first, end = firsts[number], firsts[number + 1]
        if end <= first:
            raise ValueError
        narrow = bool(place & 0x40000000)
        place &= 0x3FFFFFFF
        yield _Piece(first, end, place // 2 if narrow else place, 1 if narrow else 2)


def _characters(stream: bytes, piece: _Piece) -> str:
    """Exactly as many characters as the piece says, whatever the stream has left."""
    size = piece.end - piece.first
    raw = stream[piece.at : piece.at + size * piece.width]
    if size > len(stream):
        raise ValueError
    if piece.width == 1:
        return raw.decode("cp1252", "replace").ljust(size)
    units = array("H", raw[: len(raw) & ~1])
    if sys.byteorder == "big":
        units.byteswap()
    return "".join(map(chr, units)).ljust(size)


def _runs(stream: bytes, pages: bytes, *, per_run: int) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, properties) in bytes of the stream, out of the pages listed: [MS-DOC] 2.9.33 and 2.9.175."""
    count = (len(pages) - 4) // 8
    for number in range(max(0, count)):
        page = (struct.unpack_from("<I", pages, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF) * _PAGE
        held = stream[page : page + _PAGE]
        if len(held) < _PAGE:
            continue
        runs = min(held[-1], (_PAGE - 5) // (4 + per_run))
        places = struct.unpack_from(f"<{runs + 1}I", held)
        for run in range(runs):
            offset = 2 * held[4 * (runs + 1) + per_run * run]
            yield places[run], places[run + 1], _bytes_at(held, offset, words=per_run > 1) if offset else b""


def _bytes_at(page: bytes, offset: int, *, words: bool) -> bytes:
    size = page[offset]
    if not words:
        return page[offset + 1 : offset + 1 + size]
    if size:
        return page[offset + 1 : offset + 2 * size]
    return page[offset + 2 : offset + 2 + 2 * page[offset + 1]]


def _properties(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 3 <= len(raw):
        kind = struct.unpack_from("<H", raw, at)[0]
        at += 2
        size = _OPERAND_BYTES[kind >> 13]
        if kind == _T_DEF_TABLE:
            size = 1 + int(struct.unpack_from("<H", raw, at)[0]) if at + 2 <= len(raw) else len(raw)
        elif size < 0:
            size = 1 + raw[at]
            if kind == _P_CHANGE_TABS and raw[at] == 255:
                return  # its length is not told; what follows it cannot be found
        yield kind, raw[at : at + size]
        at += size


def _paragraph(raw: bytes, levels: dict[int, int]) -> Paragraph:
    if len(raw) < 2:
        return Paragraph()
    level, found = levels.get(struct.unpack_from("<H", raw)[0], 0), dict(_properties(raw[2:]))
    outline = found.get(_OUTLINE, b"")
    if outline and outline[0] < 9:
        level = outline[0] + 1
    return Paragraph(
        level,
        listed=found.get(_LIST, b"\0\0") != b"\0\0",
        in_table=found.get(_IN_TABLE, b"")[:1] == b"\1",
        row_end=found.get(_ROW_END, b"")[:1] == b"\1",
    )


def _levels(sheet: bytes) -> dict[int, int]:
    """Heading level of each style that is a heading, or based on one."""
    if len(sheet) < 4:
        return {}
    size, count = struct.unpack_from("<HH", sheet)
    at = 2 + size
    own: dict[int, int] = {}
    bases: dict[int, int] = {}
    for style in range(min(count, _MOST_STYLES)):
        if at + 2 > len(sheet):
            break
        length = struct.unpack_from("<H", sheet, at)[0]
        if length >= 4:
            kind, base = struct.unpack_from("<HH", sheet, at + 2)
            kind &= 0xFFF
            if kind in _HEADING_STYLES or kind == _TITLE_STYLE:
                own[style] = kind if kind in _HEADING_STYLES else 1
            bases[style] = base >> 4
        at += 2 + length
    for style in bases:
        seen = style
        for _ in range(10):
            if seen in own:
                own[style] = own[seen]
                break
            seen = bases.get(seen, -1)
    return own


def _as_characters(ranges: list[tuple[int, int]], pieces: list[_Piece]) -> Iterator[tuple[int, int]]:
    """Ranges of bytes of the stream as ranges of characters."""
    starts = [start for start, _ in ranges]
    for piece in pieces:
        low, high = piece.at, piece.at + (piece.end - piece.first) * piece.width
        number = max(0, bisect_right(starts, low) - 1)
        while number < len(ranges) and ranges[number][0] < high:
            start, end = max(ranges[number][0], low), min(ranges[number][1], high)
            if start < end:
                yield piece.first + (start - low) // piece.width, piece.first + (end - low) // piece.width
            number += 1
