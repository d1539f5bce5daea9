"""Reads Word 97-2003 files: paragraphs, headings, lists and table rows of the text as it shows, then its notes."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import compress
from pathlib import Path

from app.library.kinds import Content
from app.library.readers.office_lines import Lines, own_title
from app.library.readers.office_lock import about_ole, stream
from app.library.readers.refusals import damaged, no_words, not_really
from app.library.readers.word_binary import WordFile, take_apart

_MAIN, _FOOTNOTES, _HEADERS, _, _COMMENTS, _ENDNOTES, _TEXT_BOXES, _ = range(8)
_ORDER = (_MAIN, _TEXT_BOXES, _FOOTNOTES, _ENDNOTES, _COMMENTS, _HEADERS)
_MARK = re.compile("[\r\x07\x0c]")
_FIELD = re.compile("[\x13\x14\x15]")
_SIGNS = {0x0B: "\n", 0x0E: "\n", 0x1E: "-", 0x1F: "", 0x01: "", 0x02: "", 0x05: "", 0x08: "", 0x03: "", 0x04: "",
          0x13: "", 0x14: "", 0x15: "", 0x00: " "}  # fmt: skip
"""[MS-DOC] 2.4.1: line and column breaks, hyphens; pictures, references to notes and comments have no letters."""


def read_doc(path: Path, raw: bytes) -> Content:
    """One line per paragraph or table row. Raises FileTrouble for damaged and wordless files."""
    main = stream(raw, "WordDocument")
    if main is None:
        raise not_really("Word file")
    try:
        file = take_apart(main, (stream(raw, "0Table"), stream(raw, "1Table")))
        lines = _lines(file)
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise damaged() from error
    if lines.wordless:
        raise no_words(pictures=True)
    title, author, written_at = about_ole(raw)
    title = own_title(title) or lines.first_heading() or path.stem
    return Content(title, author, lines.sections(title), written_at=written_at)


def _lines(file: WordFile) -> Lines:
    lines = Lines()
    shown = _shown(file)
    starts = [sum(max(0, size) for size in file.parts[:part]) for part in range(len(file.parts))]
    for part in _ORDER:
        start, end = starts[part], min(len(file.text), starts[part] + max(0, file.parts[part]))
        before: set[str] = set()
        row: list[str] = []
        cell: list[str] = []
        for begin, mark in _paragraphs(file.text, start, end):
            words = _words(file.text[begin:mark], shown[begin:mark])
            kind = file.paragraph(min(mark, end - 1))
            if kind.row_end:
                lines.row([*row, *([" ".join(cell)] if cell else [])])
                row, cell = [], []
            elif kind.in_table or file.text[mark : mark + 1] == "\x07":
                cell.append(words)
                if file.text[mark : mark + 1] == "\x07":
                    row.append(" ".join(cell))
                    cell = []
            elif part != _HEADERS or (any(map(str.isalpha, words)) and words not in before):
                lines.row(row)
                row = []
                before.add(words)
                _paragraph(lines, words, level=kind.level if part == _MAIN else 0, listed=kind.listed)
        lines.row([*row, *cell])
        lines.gap()
    return lines


def _paragraph(lines: Lines, words: str, *, level: int, listed: bool) -> None:
    for number, line in enumerate(words.split("\n")):
        if line.strip():
            lines.add(f"- {line}" if listed and not level and not number else line, level=level)
    if not listed:
        lines.gap()


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(first character, its mark) of the paragraphs and cells of a part."""
    for mark in _MARK.finditer(text, start, end):
        yield start, mark.start()
        start = mark.end()
    if start < end:
        yield start, end


def _shown(file: WordFile) -> bytearray:
    """One byte per character: 0 for instructions of fields, the table of contents, and what is hidden or deleted."""
    shown = bytearray(b"\1") * len(file.text)
    for start, end in file.unseen:
        shown[start:end] = bytes(end - start)
    open_fields: list[tuple[int, bool]] = []
    for sign in _FIELD.finditer(file.text):
        at = sign.start()
        if sign[0] == "\x13":
            open_fields.append((at, False))
        elif open_fields:
            begin, separated = open_fields.pop()
            contents = file.text[begin + 1 : begin + 8].split()[:1] == ["TOC"]
            if sign[0] == "\x14":
                shown[begin:at] = bytes(at - begin)
                open_fields.append((begin, True))
            elif not separated or contents:
                shown[begin:at] = bytes(at - begin)
    return shown


def _words(text: str, shown: bytearray) -> str:
    if 0 in shown:
        text = "".join(compress(text, shown))
    text = text.translate(_SIGNS)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if not text.isascii() else text
