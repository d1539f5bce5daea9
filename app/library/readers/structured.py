"""Reads data files (json, xml, yaml, settings) so that a place is the file's own line wherever it has lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from app.library.kinds import Content
from app.library.readers.charset import clean, decode
from app.library.readers.refusals import no_words
from app.library.readers.text import line_sections

_LONG_LINE = 2000
_KEY = re.compile(r"([ \t]*)(?:-[ \t]+)?[\"']?([^\"'\n:{}\[\],#]{1,80})[\"']?[ \t]*:[ \t]*[{\[]?[ \t]*$")
_TABLE = re.compile(r"[ \t]*\[\[?([^\[\]\n]{1,100})\]\]?[ \t]*(?:[#;].*)?$")
_LONGEST_KEY_LINE = 300
_LEAST_CHARS = 400
_DEEPEST = 3
_OPENING = re.compile(r"<(?:!--|!\[CDATA\[|\?|!|/?[^\s<>/!?])")
_TAG = re.compile(r"<(/)?([^\s<>/!?][^\s<>/]*)([^<>]*)>")
_PAIRS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>", "<!": ">"}
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")


def read_json(path: Path) -> Content:
    """A JSON file line by line. One that is written on few long lines is laid out first: its places are the lines of
    that layout."""
    text = decode(path.read_bytes())
    if _crammed(text):
        text = _laid_out(text)
    check_words(text)
    return Content(path.stem, "", tuple(line_sections(text, _key_headings(text))))


def read_json_lines(path: Path) -> Content:
    """A file with a JSON value on each line, as it stands there."""
    text = decode(path.read_bytes())
    check_words(text)
    return Content(path.stem, "", tuple(line_sections(text, ())))


def read_settings(path: Path) -> Content:
    """YAML, TOML, INI and the like, as they stand there, with the keys and tables above a place as its headings."""
    text = decode(path.read_bytes())
    check_words(text)
    return Content(path.stem, "", tuple(line_sections(text, _key_headings(text))))


def read_xml(path: Path) -> Content:
    """An XML file's words, each after the name of its element, on the lines where they stand in the file; a file
    without lines is laid out first. Marks are read as text: no entity of the file and nothing outside it is opened."""
    source = xml_text(path.read_bytes())
    if _crammed(source):
        source = re.sub(r">[ \t]*<(?![/!])", ">\n<", source)
    text = "".join(_xml_words(source))
    check_words(text)
    return Content(path.stem, "", tuple(line_sections(text, ())))


def xml_text(raw: bytes) -> str:
    """Text of an XML file by its mark or its own declaration."""
    declared = _ENCODING.search(raw[:400])
    if declared and not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return clean(raw.decode(declared.group(1).decode("ascii")))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(raw)


@dataclass(frozen=True, slots=True)
class _Mark:
    """One mark of an XML file at [start, end): its kind ("<!--", "<![CDATA[", "<?", "<!", "</" or "<"), what stands in
    it, and for a tag its element."""

    start: int
    end: int
    kind: str
    inner: str
    name: str = ""


def _marks(source: str) -> Iterator[_Mark]:
    """The marks of a file in order; what is never closed counts as text."""
    last = {close: source.rfind(close) for close in (*_PAIRS.values(), "]")}
    cursor = 0
    while opening := _OPENING.search(source, cursor):
        start, kind = opening.start(), opening.group()
        if kind not in _PAIRS:
            tag = _TAG.match(source, start)
            cursor = tag.end() if tag else opening.end()
            if tag:
                yield _Mark(start, tag.end(), "</" if tag[1] else "<", tag[3], tag[2].rpartition(":")[2])
            continue
        close, inside = _PAIRS[kind], opening.end()
        cursor = inside
        if last[close] < inside:
            continue
        end = source.find(close, inside)
        if kind == "<!" and last["]"] >= inside and "[" in source[inside:end]:  # declarations within a declaration
            end = source.find(close, source.find("]", inside))
        if end >= 0:
            cursor = end + len(close)
            yield _Mark(start, cursor, kind, source[inside:end])


def _xml_words(source: str) -> Iterator[str]:
    """Pieces of text with as many line breaks as the pieces of the source they stand for."""
    cursor, name, bare = 0, "", True
    for mark in _marks(source):
        words = unescape(source[cursor : mark.start])
        if words.strip():
            yield f"{name}: " if bare and name else ""
            bare = False
        yield words
        cursor = mark.end
        breaks = "\n" * source.count("\n", mark.start, mark.end)
        match mark.kind:
            case "<!--" | "<![CDATA[":
                if mark.inner.strip():
                    yield f"{name}: " if bare and name and mark.kind != "<!--" else " "
                    bare = False
                yield mark.inner
            case "</":
                name, bare = "", True
                yield " " + breaks
            case "<":
                name, bare = mark.name, True
                said = [f"{key}={one or two}" for key, one, two in _ATTRIBUTE.findall(mark.inner) if _telling(key)]
                if said:
                    yield f"{name}: {unescape(', '.join(said))} ".replace("\n", " ")
                    bare = False
                yield breaks
            case _:
                yield breaks
    yield unescape(source[cursor:])


def _telling(attribute: str) -> bool:
    """Whether an attribute may hold words: name spaces and where their rules stand do not."""
    return not attribute.lower().startswith(("xmlns", "xsi:", "xml:"))


def _crammed(text: str) -> bool:
    """Whether a file has hardly any lines of its own."""
    lines = text.count("\n") + 1
    return len(text) > _LONG_LINE and len(text) / lines > _LONG_LINE / 4


def _laid_out(text: str) -> str:
    """JSON on lines; what is damaged or too deep stays as it is."""
    try:
        return json.dumps(json.loads(text), indent=1, ensure_ascii=False).replace("\0", " ")
    except (ValueError, RecursionError):
        return text


def _key_headings(text: str) -> list[tuple[int, str]]:
    """(start, "key › key") of the larger parts of a file, told from how far its lines stand in; small parts are left
    together under what they share."""
    found: list[tuple[int, str]] = []
    stack: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        short = len(line) < _LONGEST_KEY_LINE
        table, key = (_TABLE.match(line), _KEY.match(line)) if short else (None, None)
        deep, name = -1, ""
        if table and not line.rstrip().endswith(","):
            deep, name = 0, table[1].strip(" \"'")
        elif key:
            deep, name = len(key[1].expandtabs(8)), key[2].strip()
        if name:
            stack = [held for held in stack if held[0] < deep] + [(deep, name)]
            if len(stack) <= _DEEPEST:
                found.append((at, " › ".join(held for _, held in stack)))
        at += len(line) + 1
    return gathered(found, len(text))


def gathered(found: list[tuple[int, str]], length: int) -> list[tuple[int, str]]:
    """Headings without those of small parts: these stand together under the path they share with the one before."""
    kept: list[tuple[int, str]] = []
    for number, (at, path) in enumerate(found):
        end = found[number + 1][0] if number + 1 < len(found) else length
        if end - at >= _LEAST_CHARS or not kept:
            kept.append((at, path))
            continue
        shared = _shared(kept[-1][1], path)
        before = kept[-1]
        if at - before[0] >= _LEAST_CHARS and before[1] != shared:
            kept.append((at, shared))
        elif at - before[0] < _LEAST_CHARS:
            kept[-1] = (before[0], shared)
    return kept


def _shared(one: str, two: str) -> str:
    parts = []
    for a, b in zip(one.split(" › "), two.split(" › "), strict=False):
        if a != b:
            break
        parts.append(a)
    return " › ".join(parts)


def check_words(text: str) -> None:
    """Raises FileTrouble when a text has no letter and no digit."""
    if not any(char.isalnum() for char in text):
        raise no_words(pictures=False)
