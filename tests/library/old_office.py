"""Makes Word, Excel and PowerPoint files of 1997-2003 for tests, byte by byte from their published formats."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(streams: Mapping[str, bytes]) -> bytes:
    """A compound file, [MS-CFB], with these streams; each is filled up to 4,096 bytes to need no short sectors."""
    bodies = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    chains: list[int] = []
    sectors = b""
    places: dict[str, int] = {}
    for name, data in bodies.items():
        count = -(-len(data) // 512)
        places[name] = len(chains)
        chains += [*range(len(chains) + 1, len(chains) + count), _END]
        sectors += data.ljust(count * 512, b"\0")
    entries = [_entry("Root Entry", kind=5, child=1, right=_FREE, start=_END, size=0)]
    for number, name in enumerate(bodies, 1):
        right = number + 1 if number < len(bodies) else _FREE
        entries.append(_entry(name, kind=2, child=_FREE, right=right, start=places[name], size=len(bodies[name])))
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    first = len(chains)
    count = len(directory) // 512
    chains += [*range(first + 1, first + count), _END]
    sectors += directory
    table = len(chains)
    assert table < 127, "one sector of the table must do"
    chains.append(_FAT)
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, first, 0, 4096, _END, 0, _END, 0,
    )  # fmt: skip
    head += struct.pack("<109I", table, *[_FREE] * 108)
    return head + sectors + struct.pack("<128I", *chains, *[_FREE] * (128 - len(chains)))


def _entry(name: str, *, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    rest = struct.pack("<HBBIII36xIQ", len(wide), kind, 1, _FREE, right, child, start, size)
    return wide.ljust(64, b"\0") + rest


def doc(paragraphs: Sequence[tuple[str, int, bytes]], *, notes: str = "", locked: bool = False) -> bytes:
    """A Word file, [MS-DOC]: (text with its end mark, style, properties) each; style 1 is "heading 1", 2 is 2."""
    text = "".join(words for words, _, _ in paragraphs)
    whole = text + notes
    stream = bytearray(2048)
    struct.pack_into("<HH", stream, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", stream, 10, 0x0200 | (0x0100 if locked else 0))
    struct.pack_into("<HH", stream, 0x20, 14, 0)
    struct.pack_into("<ii", stream, 0x4C, _units(text), _units(notes))
    stream += whole.encode("utf-16-le")
    stream += bytes(-len(stream) % 512)
    page = len(stream) // 512
    stream += _paragraph_page(paragraphs)
    styles = b"".join(_style(number) for number in range(3))
    parts = {
        1: struct.pack("<HHH14x", 18, 3, 10) + styles,
        13: struct.pack("<III", 2048, 2048 + 2 * _units(text), page),
        33: b"\2" + struct.pack("<IIIHIH", 16, 0, _units(whole), 0, 2048, 0),
    }
    table = b""
    for pair, data in parts.items():
        struct.pack_into("<II", stream, 0x9A + 8 * pair, len(table), len(data))
        table += data
    return ole({"WordDocument": bytes(stream), "1Table": table})


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _style(number: int) -> bytes:
    return struct.pack("<HHHHHH", 10, number, 0xFFF1, 0, 0, 0)


def _paragraph_page(paragraphs: Sequence[tuple[str, int, bytes]]) -> bytes:
    page = bytearray(512)
    page[511] = len(paragraphs)
    place, free = 2048, 510
    for number, (words, style, properties) in enumerate(paragraphs):
        struct.pack_into("<I", page, 4 * number, place)
        place += 2 * _units(words)
        data = struct.pack("<H", style) + properties
        data += bytes(len(data) % 2 == 0)
        free = (free - len(data) - 1) & ~1
        page[free] = (len(data) + 1) // 2
        page[free + 1 : free + 1 + len(data)] = data
        page[4 * (len(paragraphs) + 1) + 13 * number] = free // 2
    struct.pack_into("<I", page, 4 * len(paragraphs), place)
    return bytes(page)


def xls(name: str, rows: Mapping[tuple[int, int], str | float], *, locked: bool = False) -> bytes:
    """An Excel file, [MS-XLS], with one sheet: values by (row, column) from 0, numbers below 1 shown as percent."""
    cells = b""
    for (row, column), value in sorted(rows.items()):
        if isinstance(value, str):
            text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
            cells += _record(0x0204, struct.pack("<HHH", row, column, 0) + text)
        else:
            cells += _record(0x0203, struct.pack("<HHHd", row, column, int(value < 1), value))
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if locked:
        begin += _record(0x002F, bytes(54))
    begin += _record(0x0042, struct.pack("<H", 1200))
    begin += _record(0x041E, struct.pack("<HHB", 170, 4, 0) + b"0.0%")
    begin += b"".join(_record(0x00E0, struct.pack("<HH16x", 0, form)) for form in (0, 170))
    bound = len(begin) + 4 + 8 + len(name) * 2 + 4
    begin += _record(0x0085, struct.pack("<IHBB", bound, 0, len(name), 1) + name.encode("utf-16-le")) + _record(
        0x0A, b""
    )
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    return ole({"Workbook": begin + sheet + cells + _record(0x0A, b"")})


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def ppt(slides: Sequence[tuple[str, str]], *, notes: str = "", locked: bool = False) -> bytes:
    """A PowerPoint file, [MS-PPT]: (title, body) of each slide, the title kept in the outline; `notes` of the last."""
    outline = b""
    saved: dict[int, bytes] = {}
    for number, (title, body) in enumerate(slides):
        outline += _atom(1011, struct.pack("<IIIII", 10 + number, 0, 0, 256 + number, 0)) + _text(0, title)
        reference = _atom(0xF00D, _atom(3998, struct.pack("<I", 0)), holds=True)
        box = _atom(0xF00D, _text(1, body), holds=True)
        last = notes and number == len(slides) - 1
        saved[10 + number] = _atom(
            1006,
            _atom(1007, struct.pack("<I8sIIHH", 0, bytes(8), 0, 900 if last else 0, 0, 0))
            + _atom(1036, _atom(0xF004, reference, holds=True) + _atom(0xF004, box, holds=True), holds=True),
            holds=True,
        )
    lists = _atom(4080, outline, holds=True)
    if notes:
        lists += _atom(4080, _atom(1011, struct.pack("<IIIII", 9, 0, 0, 900, 0)), holds=True, instance=2)
        saved[9] = _atom(1008, _atom(0xF004, _atom(0xF00D, _text(2, notes), holds=True), holds=True), holds=True)
    saved[1] = _atom(1000, lists, holds=True)
    box = _atom(0xF004, _atom(0xF00D, _text(1, "From an earlier save, not valid any more"), holds=True), holds=True)
    earlier = {1: saved[1], 10: _atom(1006, box, holds=True)}
    data, first = _save(b"", earlier, before=0)
    data, edit = _save(data, saved, before=first)
    token = 0xF3D1C4DF if locked else 0xE391C05F
    return ole({"Current User": struct.pack("<HHIIII", 0, 0x0FF6, 24, 20, token, edit), "PowerPoint Document": data})


def _save(data: bytes, saved: Mapping[int, bytes], *, before: int) -> tuple[bytes, int]:
    """The stream with one more save in it, and where its edit record stands."""
    directory = b""
    for number, body in saved.items():
        directory += struct.pack("<II", number | 1 << 20, len(data))
        data += body
    place = len(data)
    data += _atom(6002, directory)
    return data + _atom(4085, struct.pack("<IIIIIIHH", 0, 0, before, place, 1, 20, 0, 0)), len(data)


def _text(kind: int, words: str) -> bytes:
    return _atom(3999, struct.pack("<I", kind)) + _atom(4000, words.encode("utf-16-le"))


def _atom(kind: int, body: bytes, *, holds: bool = False, instance: int = 0) -> bytes:
    return struct.pack("<HHI", (instance << 4) | (0xF if holds else 0), kind, len(body)) + body
