"""Reads RTF: paragraphs, headings, list items and table rows as they show, notes behind their paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from app.library.kinds import Content
from app.library.readers.office_lines import Lines, own_title
from app.library.readers.refusals import damaged, no_words

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_BRACE = re.compile(rb"\\\\.|[{}]", re.DOTALL)
_SKIPPED = frozenset(
    """fonttbl colortbl stylesheet pict objdata themedata datastore listtable listoverridetable filetbl revtbl rsidtbl
    generator xmlnstbl latentstyles fldinst bkmkstart bkmkend pntext listtext pntxta pntxtb nonshppict sn sv datafield
    operator comment category keywords subject doccomm manager company hlinkbase atnid atnauthor atrfstart atrfend
    atndate atnicn atnref atnparent atntime private xe tc ftnsep ftnsepc aftnsep aftnsepc nextfile template userprops
    falt panose objclass objname mmathPr do password passwordhash pgptbl protusertbl ud""".split()  # noqa: SIM905
)
"""Groups without words of the document: tables of fonts and styles, pictures, instructions of fields, marks of lists
(which become "- ")."""
_NOTES = frozenset({"footnote", "annotation"})
_MARGINS = frozenset({"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"})
_ABOUT = frozenset({"title", "author"})
_TIMES = frozenset({"creatim", "revtim"})
_SIGNS = {"tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
          "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "line": "\n", "lbr": "\n",
          "softline": " ", "nestcell": " "}  # fmt: skip
_SETS = {0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253",
         162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
         238: "cp1250", 255: "cp437"}  # fmt: skip
"""Code of each \\fcharset, RTF 1.9.1 "Font Table"."""
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_MEANT = frozenset(
    word.encode()
    for word in (
        *_SKIPPED, *_NOTES, *_MARGINS, *_ABOUT, *_TIMES, *_SIGNS, "yr", "mo", "dy", "hr", "min", "f", "fcharset", "s",
        "ansicpg", "mac", "uc", "u", "v", "deleted", "plain", "par", "sect", "page", "cell", "row", "nestrow", "pard",
        "outlinelevel", "ls", "pnlvlblt", "pnlvlbody", "intbl", "shptxt", "shpinst",
    )
)  # fmt: skip
"""Every word that changes what is read; most words of a file are about looks and are passed over at once."""
_MOST_GROUPS = 2_000
_DEEPEST_HEADING = 6


@dataclass(slots=True)
class _Group:
    """What holds inside a pair of braces."""

    where: str = "body"
    """body, skipped, or the destination whose words are collected."""
    code: str = "cp1252"
    hidden: bool = False
    after_unicode: int = 1
    contents: bool = False
    """Inside a field that is a table of contents."""
    optional: bool = False


@dataclass(slots=True)
class _Reading:
    """One file being read."""

    lines: Lines = field(default_factory=Lines)
    code: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    font: int = 0
    style: int = 0
    words: list[str] = field(default_factory=list)
    """Of the paragraph or cell so far."""
    raw: bytearray = field(default_factory=bytearray)
    cells: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    margins: dict[str, None] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    times: dict[str, dict[str, int]] = field(default_factory=dict)
    level: int = 0
    listed: bool = False
    in_table: bool = False
    skip: int = 0
    """Characters still to leave out: stand-ins for a Unicode character."""


def read_rtf(path: Path, raw: bytes) -> Content:
    """Sections of kind `lines`. Raises FileTrouble for what is damaged or holds no words."""
    if not raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
        raise damaged()
    reading = _Reading()
    _read(raw, reading)
    _end_paragraph(reading)
    for line in reading.margins:
        reading.lines.add(line)
    if reading.lines.wordless:
        raise no_words(pictures=b"\\pict" in raw)
    title = own_title(_joined([reading.about.get("title", "")])) or reading.lines.first_heading() or path.stem
    author = " ".join(_joined([reading.about.get("author", "")]).split())
    return Content(title, author, reading.lines.sections(title), written_at=_written_at(reading))


def _read(raw: bytes, reading: _Reading) -> None:
    stack: list[_Group] = []
    group = _Group()
    at, end = 0, len(raw)
    while at < end:
        token = _TOKEN.match(raw, at)
        if token is None:
            at += 1
            continue
        at = token.end()
        word, number, coded, sign, brace, plain = token.groups()
        if plain is not None:
            _add_bytes(reading, group, plain)
        elif coded is not None:
            _add_bytes(reading, group, bytes((int(coded, 16),)))
        elif brace == b"{":
            _flush(reading, group)
            if len(stack) > _MOST_GROUPS:
                raise damaged()
            stack.append(group)
            group = replace(group, optional=False)
        elif brace == b"}":
            _flush(reading, group)
            if stack:
                ended, group = group, stack.pop()
                _close(reading, ended, group)
        elif sign is not None:
            _sign(reading, group, sign)
        elif word is not None:
            if word == b"bin":
                at += max(0, int(number or 0))
                continue
            if not group.optional and word not in _MEANT:
                continue
            _flush(reading, group)
            _word(reading, group, word.decode("ascii"), None if number is None else int(number))
            if group.where == "skipped":
                at = _end_of_group(raw, at)


def _end_of_group(raw: bytes, at: int) -> int:
    """Where the brace stands that closes the group open at `at`."""
    depth = 0
    for brace in _BRACE.finditer(raw, at):
        if brace[0] == b"{":
            depth += 1
        elif brace[0] == b"}":
            if not depth:
                return brace.start()
            depth -= 1
    return len(raw)


def _add_bytes(reading: _Reading, group: _Group, raw: bytes) -> None:
    if reading.skip:
        left = min(reading.skip, len(raw))
        reading.skip -= left
        raw = raw[left:]
    if group.where != "skipped":
        reading.raw += raw


def _flush(reading: _Reading, group: _Group) -> None:
    """Put the bytes so far where their group wants them, as characters."""
    if not reading.raw:
        return
    text = reading.raw.decode(group.code, "replace")
    reading.raw.clear()
    _put(reading, group, text)


def _put(reading: _Reading, group: _Group, text: str) -> None:
    if group.hidden or group.contents:
        return
    match group.where:
        case "body":
            reading.words.append(text)
        case "fonttbl" | "skipped":
            pass
        case "stylesheet":
            if match := _HEADING.match(text.strip()):
                reading.levels.setdefault(reading.style, int(match[1]))
            elif text.strip().rstrip(";").lower() == "title":
                reading.levels.setdefault(reading.style, 1)
        case "fldinst":
            reading.aside.append(text)
        case name if name in _ABOUT:
            reading.about[name] = reading.about.get(name, "") + text
        case _:
            reading.aside.append(text)


def _close(reading: _Reading, ended: _Group, outer: _Group) -> None:
    """The end of a group: what was collected in it is complete where its destination ends."""
    if ended.where == outer.where or ended.where not in _NOTES | _MARGINS | {"fldinst"}:
        return
    text = " ".join(_joined(reading.aside).split())
    reading.aside.clear()
    if ended.where == "fldinst":
        outer.contents = outer.contents or text.split(" ")[0] == "TOC"
    elif ended.where in _MARGINS and any(map(str.isalpha, text)):
        reading.margins.setdefault(text)
    elif ended.where in _NOTES and text:
        reading.notes.append(text)


def _sign(reading: _Reading, group: _Group, sign: bytes) -> None:
    match sign:
        case b"*":
            group.optional = True
        case b"~":
            _add_bytes(reading, group, b" ")
        case b"_":
            _add_bytes(reading, group, b"-")
        case b"\\" | b"{" | b"}":
            _add_bytes(reading, group, sign)
        case b"\n" | b"\r":
            _word(reading, group, "par", None)
        case _:
            pass  # optional hyphens and index marks


def _word(reading: _Reading, group: _Group, word: str, number: int | None) -> None:
    """A control word of the document's text; those that open or shape a group are told by `_shape`."""
    if _shape(reading, group, word, number):
        return
    if word == "u" and number is not None:
        if group.where != "skipped":
            _put(reading, group, chr(number & 0xFFFF))
        reading.skip = group.after_unicode
    elif word in _SIGNS:
        _put(reading, group, _SIGNS[word])
    elif group.where != "body":
        if word == "par":
            _put(reading, group, " ")
    elif word in ("par", "sect", "page"):
        _end_paragraph(reading)
    elif word in ("cell", "row", "nestrow"):
        if word == "cell":
            reading.cells.append(_taken(reading))
        elif word == "row":
            reading.lines.row(reading.cells)
            reading.cells = []
            _add_notes(reading)
    elif word == "pard":
        reading.level, reading.listed, reading.in_table = 0, False, False
    elif word == "s" and number is not None:
        reading.level = reading.levels.get(number, 0)
    elif word == "outlinelevel" and number is not None and number < _DEEPEST_HEADING:
        reading.level = number + 1
    elif word in ("ls", "pnlvlblt", "pnlvlbody") and number != 0:
        reading.listed = True
    elif word == "intbl":
        reading.in_table = True


def _shape(reading: _Reading, group: _Group, word: str, number: int | None) -> bool:
    """Whether `word` was one that changes what its group is, or how its bytes are to be understood."""
    if word in _TIMES:
        group.where = word
    elif group.where in _TIMES and word in ("yr", "mo", "dy", "hr", "min"):
        reading.times.setdefault(group.where, {})[word] = number or 0
    elif word in ("fonttbl", "stylesheet") or word in _NOTES | _MARGINS | _ABOUT or word == "fldinst":
        group.where = word if group.where != "skipped" else "skipped"
        reading.style = 0
    elif word in _SKIPPED or (group.optional and word not in ("shpinst", "shptxt", "cs", "ts", "pn")):
        group.where = "skipped"
    elif word in ("shptxt", "result") and group.where == "body":
        pass
    elif word == "f" and number is not None:
        reading.font = number
        group.code = reading.fonts.get(number, reading.code)
    elif word == "fcharset" and group.where == "fonttbl":
        reading.fonts[reading.font] = _SETS.get(number or 0, reading.code)
    elif word == "ansicpg" and number:
        reading.code = group.code = _code(number)
    elif word == "mac":
        reading.code = group.code = "mac_roman"
    elif word == "s" and group.where == "stylesheet":
        reading.style = number or 0
    elif word == "uc":
        group.after_unicode = max(0, number or 0)
    elif word in ("v", "deleted"):
        group.hidden = number != 0
    elif word == "plain":
        group.hidden = False
    else:
        return False
    group.optional = False
    return True


def _code(number: int) -> str:
    try:
        "".encode(f"cp{number}")
    except LookupError:
        return {10000: "mac_roman", 65001: "utf-8"}.get(number, "cp1252")
    return f"cp{number}"


def _joined(words: list[str]) -> str:
    """Words as one text; characters told as two surrogates are one."""
    text = "".join(words)
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _taken(reading: _Reading) -> str:
    """The words of the paragraph or cell so far, which begin anew."""
    text = _joined(reading.words)
    reading.words.clear()
    return text


def _end_paragraph(reading: _Reading) -> None:
    if reading.in_table:
        reading.words.append(" ")
        return
    for number, line in enumerate(_taken(reading).split("\n")):
        if line.strip():
            marked = reading.listed and not reading.level and not number
            reading.lines.add(f"- {line}" if marked else line, level=reading.level)
    _add_notes(reading)
    if not reading.listed:
        reading.lines.gap()


def _add_notes(reading: _Reading) -> None:
    for note in reading.notes:
        reading.lines.add(note)
    reading.notes.clear()


def _written_at(reading: _Reading) -> float | None:
    said = reading.times.get("revtim") or reading.times.get("creatim") or {}
    try:
        return datetime(
            said["yr"], said["mo"], said["dy"], said.get("hr", 0), said.get("min", 0), tzinfo=UTC
        ).timestamp()
    except (KeyError, ValueError):
        return None
