"""Reads Word files: paragraphs, list items and table rows in order; lines are those of the extracted text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.errors import FileTrouble
from app.library.kinds import Content
from app.library.readers.pdf import damaged
from app.values import Section, TroubleKind

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED_BYTES = 400_000_000
_MOST_RATIO = 200
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(path: Path) -> Content:
    """One section, one line per paragraph or table row. Raises FileTrouble for locked and damaged files."""
    _check(path)
    import docx  # after the checks: it costs 0.2 s
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(str(path))
        lines = list(_lines(document))
        said = document.core_properties
        title, author = str(said.title or ""), str(said.author or "")
    except (
        PackageNotFoundError,
        SyntaxError,  # what lxml's errors are
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        AttributeError,
        OSError,
    ) as error:
        if isinstance(error, PermissionError):
            raise
        raise damaged() from error
    return _content(lines, " ".join(title.split()), " ".join(author.split()), path.stem)


def _check(path: Path) -> None:
    """Refuse locked, cut and bomb-like files before they are unpacked."""
    with path.open("rb") as file:
        start = file.read(8)
    if start == _OLE:
        raise FileTrouble(
            "Locked with a password", hint="Save a copy without the password and add that one.", kind=TroubleKind.LOCKED
        )
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            unpacked = sum(part.file_size for part in parts)
            size = sum(part.compress_size for part in parts) or 1
            if unpacked > _MOST_UNPACKED_BYTES or (unpacked > 50_000_000 and unpacked / size > _MOST_RATIO):
                raise FileTrouble("Far larger than it looks, so it was not unpacked", hint="Save it again.")
            if "word/document.xml" not in packed.namelist() and not any("document" in part.filename for part in parts):
                raise FileTrouble("Not a Word file, although its name says so", hint="Give it the ending of its kind.")
    except zipfile.BadZipFile as error:
        raise damaged() from error


def _lines(document: Any) -> Iterator[tuple[int, str]]:
    """(heading level or 0, line) for each paragraph and table row, in reading order."""
    styles = _heading_styles(document)
    yield from _body(document.element.body, styles)


def _heading_styles(document: Any) -> dict[str, int]:
    """Level of each heading style, by the style's id, whatever language it is named in."""
    found: dict[str, int] = {}
    for style in document.styles.element.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        word = (name.get(f"{_W}val") if name is not None else "") or ""
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        if word.lower() == "title":
            found[style.get(f"{_W}styleId")] = 1
        elif word.lower().startswith("heading ") and word[8:].isdigit():
            found[style.get(f"{_W}styleId")] = int(word[8:])
        elif outline is not None and (outline.get(f"{_W}val") or "9").isdigit():
            level = int(outline.get(f"{_W}val") or "9") + 1
            if level <= 6:
                found[style.get(f"{_W}styleId")] = level
    return found


def _body(element: Any, styles: dict[str, int]) -> Iterator[tuple[int, str]]:
    for child in element:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, styles)
        elif child.tag == f"{_W}tbl":
            for row in child.iter(f"{_W}tr"):
                cells = [" ".join(_text(cell).split()) for cell in row.findall(f"{_W}tc")]
                if any(cells):
                    yield 0, "| " + " | ".join(cells) + " |"
            yield 0, ""
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
            yield from _body(child, styles)


def _paragraph(paragraph: Any, styles: dict[str, int]) -> Iterator[tuple[int, str]]:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    level = styles.get(style.get(f"{_W}val"), 0) if style is not None else 0
    listed = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
    text = _text(paragraph)
    for number, line in enumerate(text.split("\n")):
        line = " ".join(line.split())
        if line:
            yield level, f"- {line}" if listed and not level and number == 0 else line
    if not listed:
        yield 0, ""


def _text(element: Any) -> str:
    """Text below an element without what was deleted, and without the copy Word keeps for older programs."""
    parts: list[str] = []
    for node in element.iter():
        if node.tag == f"{_W}t":
            if not any(above.tag.endswith("}Fallback") for above in node.iterancestors()):
                parts.append(node.text or "")
        elif node.tag == f"{_W}tab":
            parts.append("\t")
        elif node.tag in (f"{_W}br", f"{_W}cr") or (node.tag == f"{_W}p" and parts and node is not element):
            parts.append("\n")
    return "".join(parts)


def _content(lines: list[tuple[int, str]], title: str, author: str, name: str) -> Content:
    headings, stack = list[tuple[int, str]](), list[tuple[int, str]]()
    parts: list[str] = []
    at = 0
    blank = True
    title = title or next((line for level, line in lines if level == 1), "") or name
    for level, line in lines:
        if not line and blank:
            continue
        if level:
            stack = [held for held in stack if held[0] < level] + [(level, line[:200])]
            headings.append((at, " › ".join(held for _, held in stack if held != title)))
        blank = not line
        parts.append(line + "\n")
        at += len(line) + 1
    text = "".join(parts)
    if not any(char.isalnum() for char in text):
        raise FileTrouble(
            "No words to search in it",
            hint="If it holds pictures of text, save it with OCR.",
            kind=TroubleKind.PICTURES,
        )
    return Content(title[:200], author[:200], (Section("lines", 1, text, tuple(headings)),))
