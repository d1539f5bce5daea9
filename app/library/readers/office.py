"""Reads Word files: paragraphs, list items and table rows in order; lines are those of the extracted text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.library.kinds import Content
from app.library.readers.office_drawings import drawn
from app.library.readers.office_lines import Lines, own_title
from app.library.readers.office_package import Damage, Package, attribute, tag
from app.library.readers.refusals import no_words, not_really
from app.library.readers.word_numbers import BULLET, Numbers

_UNSEEN = frozenset({"del", "moveFrom", "delText", "instrText", "Fallback", "rt", "txbxContent", "pPr", "sectPr"})
"""What is not text of this paragraph: deletions, field codes, the copy for older programs, text boxes (read apart)."""
_HOLDERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "smartTag", "moveTo"})
_DEEPEST_HEADING = 6


def read_docx(path: Path, *, password: str = "") -> Content:
    """One line per paragraph or table row; notes and comments follow their paragraph, page headers come last.

    Raises FileTrouble for locked, damaged and wordless files.
    """
    with Package(path, password=password) as package, Damage():
        return docx_of(path, package)
    raise AssertionError


def docx_of(path: Path, package: Package) -> Content:
    """The same of a package opened already. Raises besides what broken parts make lxml and zipfile raise."""
    main = package.main_part()
    if "document" not in main and "word/document.xml" not in package:
        raise not_really("Word file")
    main = main if main in package else "word/document.xml"
    reader = _Reader(package, main)
    reader.body(package.xml(main))
    reader.page_headers()
    title, author, written_at = package.about()
    if reader.lines.wordless:
        raise no_words(pictures=package.pictures)
    title = own_title(title) or reader.lines.first_heading() or path.stem
    sections = reader.lines.sections(title)
    return Content(title, author, sections, written_at=written_at, enclosed=package.enclosed(main))


@dataclass(slots=True)
class _Reader:
    """One document being read."""

    package: Package
    main: str
    lines: Lines = field(default_factory=Lines)
    related: dict[str, tuple[str, str]] = field(init=False)
    styles: dict[str, int] = field(init=False)
    numbers: Numbers = field(init=False)
    notes: dict[tuple[str, str], Any] = field(init=False)

    def __post_init__(self) -> None:
        self.related = self.package.related(self.main)
        self.styles = self._heading_styles()
        self.numbers = Numbers(self._parts("numbering"), self._parts("styles"))
        self.notes = {}
        for kind in ("footnote", "endnote", "comment"):
            for root in self._parts(f"{kind}s"):
                for note in root:
                    if tag(note) == kind and attribute(note, "type") in ("", "normal"):
                        self.notes[kind, attribute(note, "id")] = note

    def _parts(self, kind: str) -> Iterator[Any]:
        for found, part in self.related.values():
            if found == kind and (root := self.package.optional(part)) is not None:
                yield root

    def _heading_styles(self) -> dict[str, int]:
        """Level of each heading style, by the style's id, whatever language it is named in."""
        found: dict[str, int] = {}
        for style in (each for root in self._parts("styles") for each in root if tag(each) == "style"):
            word, level = "", 0
            for node in style.iter():
                if tag(node) == "name":
                    word = attribute(node, "val").lower()
                elif tag(node) == "outlineLvl" and attribute(node, "val").isdigit():
                    level = int(attribute(node, "val")) + 1
            if word == "title":
                level = 1
            elif word.startswith("heading ") and word[8:].isdigit():
                level = int(word[8:])
            if 0 < level <= _DEEPEST_HEADING:
                found[attribute(style, "styleId")] = level
        return found

    def body(self, element: Any) -> None:
        """Add what stands in a body, cell, note or text box."""
        for child in element:
            match tag(child):
                case "p":
                    self._paragraph(child)
                case "tbl":
                    self._table(child)
                case "body":
                    self.body(child)
                case name if name in _HOLDERS and not _is_contents(child):
                    self.body(child)

    def _table(self, table: Any) -> None:
        """A line per row; a row of one cell is only a frame around paragraphs."""
        for row in _inner(table, "tr"):
            cells = list(_inner(row, "tc"))
            if len(cells) == 1:
                self.body(cells[0])
                continue
            self.lines.row([" ".join(_text(each) for each in cell.iter() if tag(each) == "p") for cell in cells])
            self._attached(row)
        self.lines.gap()

    def _paragraph(self, paragraph: Any) -> None:
        level, style = 0, ""
        properties = next((part for part in paragraph if tag(part) == "pPr"), None)
        for node in properties if properties is not None else ():
            match tag(node):
                case "pStyle":
                    style = attribute(node, "val")
                    level = level or self.styles.get(style, 0)
                case "outlineLvl" if attribute(node, "val").isdigit() and int(attribute(node, "val")) < 6:
                    level = int(attribute(node, "val")) + 1
        text = _text(paragraph)
        mark = self.numbers.mark(properties, style) if text.strip() else ""
        listed = mark == BULLET and not level
        if mark == BULLET and level:
            mark = ""
        for line in text.split("\n"):
            if line.strip():
                self.lines.add(f"{mark} {line}" if mark else line, level=level)
                mark = ""
        self._attached(paragraph)
        if not listed:
            self.lines.gap()

    def _attached(self, element: Any) -> None:
        """What hangs on a paragraph or row: text boxes, charts and diagrams, notes, comments."""
        for node in element.iter():
            match tag(node):
                case "txbxContent" if not _in_fallback(node) and _outermost(node, element):
                    self.body(node)
                case "footnoteReference" | "endnoteReference" | "commentReference" as name:
                    self._note(name.removesuffix("Reference"), attribute(node, "id"))
                case "graphicData":
                    for line in drawn(self.package, node, self.related):
                        self.lines.add(line)

    def _note(self, kind: str, number: str) -> None:
        note = self.notes.pop((kind, number), None)  # each is told once, whatever refers to it
        if note is None:
            return
        words = " ".join(" ".join(_text(p) for p in note.iter() if tag(p) == "p").split())
        by = attribute(note, "author") if kind == "comment" else ""
        self.lines.add(f"Comment by {by}: {words}" if by and words else words)

    def page_headers(self) -> None:
        """Page headers and footers, each different line once."""
        seen: set[str] = set()
        for kind in ("header", "footer"):
            for root in self._parts(kind):
                for paragraph in (each for each in root.iter() if tag(each) == "p"):
                    line = " ".join(_text(paragraph).split())
                    if any(char.isalpha() for char in line) and line not in seen:
                        seen.add(line)
                        self.lines.add(line)


def _inner(element: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those inside content controls, but not those of tables inside."""
    for child in element:
        if tag(child) == name:
            yield child
        elif tag(child) in _HOLDERS:
            yield from _inner(child, name)


def _is_contents(holder: Any) -> bool:
    """Whether a content control is the table of contents, which only repeats the headings."""
    return any(
        tag(node) == "docPartGallery" and attribute(node, "val") == "Table of Contents" for node in holder.iter()
    )


def _in_fallback(node: Any) -> bool:
    return any(tag(above) == "Fallback" for above in node.iterancestors())


def _outermost(node: Any, top: Any) -> bool:
    """Whether no other text box lies between a text box and `top`: inner ones are read with their outer one."""
    for above in node.iterancestors():
        if above is top:
            return True
        if tag(above) == "txbxContent":
            return False
    return True


def _text(element: Any) -> str:
    """The words a reader sees in a paragraph: not what was deleted, hidden or belongs to a text box."""
    parts: list[str] = []
    _collect(element, parts)
    return "".join(parts)


def _collect(element: Any, parts: list[str]) -> None:
    for node in element:
        match tag(node):
            case "t":
                parts.append((node.text or "").replace("\n", " "))
            case "tab" | "ptab":
                parts.append("\t")
            case "br" | "cr":
                parts.append("\n")
            case "noBreakHyphen":
                parts.append("-")
            case "r" if _hidden(node):
                pass
            case name if name not in _UNSEEN:
                _collect(node, parts)


def _hidden(run: Any) -> bool:
    for part in run:
        if tag(part) == "rPr":
            return any(tag(each) == "vanish" and attribute(each, "val") not in ("0", "false", "off") for each in part)
    return False
