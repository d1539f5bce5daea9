"""Reads OpenDocument texts and presentations: paragraphs, lists, tables, notes; a section per slide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.library.kinds import Content
from app.library.readers.office_lines import Lines, own_title, slide
from app.library.readers.office_package import Package, attribute, tag
from app.library.readers.refusals import damaged, no_words
from app.values import Section

_UNSEEN = frozenset(
    {"tracked-changes", "forms", "sequence-decls", "variable-decls", "user-field-decls", "table-of-content",
     "alphabetical-index", "bibliography", "title", "desc", "hidden-text", "annotation-end", "soft-page-break",
     "ruby-text", "settings", "event-listeners"}
)  # fmt: skip
"""Deleted text, declarations, indexes that only repeat headings, and what screen readers are told of pictures."""
_NUMBERS = frozenset({"page-number", "page-count"})
_DEEPEST_HEADING = 6


def read_odt(path: Path, package: Package) -> Content:
    """One line per paragraph, list item or table row. Raises FileTrouble when it holds no words, KeyError, ValueError
    or XMLSyntaxError when it is broken."""
    body = _body(package, "text")
    lines = Lines()
    _Writer(lines).walk(body)
    _page_headers(package, lines)
    if lines.wordless:
        raise no_words(pictures=package.pictures)
    title, author, written_at = package.about_odf()
    title = own_title(title) or lines.first_heading() or path.stem
    return Content(title, author, lines.sections(title), written_at=written_at)


def read_odp(path: Path, package: Package) -> Content:
    """One section per slide; its title is its heading, its notes come last. Raises like read_odt."""
    sections: list[Section] = []
    pages = [node for node in _body(package, "presentation") if tag(node) == "page"]
    for number, page in enumerate(pages, 1):
        title = Lines()
        lines = Lines()
        notes = Lines()
        for shape in page:
            kind = attribute(shape, "class")
            into = notes if tag(shape) == "notes" else title if kind == "title" else lines
            if kind not in ("page-number", "date-time", "footer", "header"):
                _Writer(into).walk(shape if tag(shape) == "notes" else [shape])
        words = " ".join("".join(title.parts).removeprefix("- ").split())
        lines.gap()
        section = slide(number, words, lines, notes)
        if section is not None:
            sections.append(section)
    if not sections:
        raise no_words(pictures=package.pictures)
    named, author, written_at = package.about_odf()
    named = own_title(named) or next((words for each in sections for _, words in each.headings), "") or path.stem
    return Content(named[:200], author, tuple(sections), pages=len(pages), written_at=written_at)


def _body(package: Package, kind: str) -> Any:
    root = package.xml("content.xml")
    for node in root:
        if tag(node) == "body":
            return next((each for each in node if tag(each) == kind), node[0] if len(node) else node)
    raise damaged()


def _page_headers(package: Package, lines: Lines) -> None:
    """Words at the top and foot of pages, each different line once."""
    styles = package.optional("styles.xml")
    seen: set[str] = set()
    for node in styles.iter() if styles is not None else ():
        if tag(node) in ("header", "footer"):
            for paragraph in (each for each in node.iter() if tag(each) in ("p", "h")):
                line = " ".join(_words(paragraph, Lines()).split())
                if any(char.isalpha() for char in line) and line not in seen:
                    seen.add(line)
                    lines.add(line)


class _Writer:
    """Walks elements and adds their lines."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._listed = False
        self._depth = 0

    def walk(self, element: Any) -> None:
        """Add everything a person sees below an element, in order."""
        for child in element:
            match tag(child):
                case "h" | "p":
                    self._paragraph(child)
                case "list-item" | "list-header":
                    self._listed = True
                    self.walk(child)
                    self._listed = False
                case "table":
                    self._table(child)
                case "" | "notes" | "annotation":
                    pass
                case "list":
                    self._depth += 1
                    self.walk(child)
                    self._depth -= 1
                    if not self._depth:
                        self.lines.gap()
                case name if name not in _UNSEEN:
                    self.walk(child)

    def _paragraph(self, paragraph: Any) -> None:
        after = Lines()
        level = attribute(paragraph, "outline-level") if tag(paragraph) == "h" else ""
        depth = min(int(level), _DEEPEST_HEADING) if level.isdigit() else 0
        words = _words(paragraph, after)
        for number, line in enumerate(words.split("\n")):
            if line.strip():
                self.lines.add(f"- {line}" if self._listed and not number else line, level=depth)
        self._listed = False
        for part in after.parts:
            self.lines.add(part)
        if not self._depth:
            self.lines.gap()

    def _table(self, table: Any) -> None:
        rows = [node for node in table.iter() if tag(node) == "table-row" and _owner(node) is table]
        for row in rows:
            cells = [node for node in row if tag(node) == "table-cell"]
            if len(cells) == 1:
                self.walk(cells[0])
                continue
            after = Lines()
            self.lines.row([" ".join(_words(p, after) for p in cell.iter() if tag(p) in ("p", "h")) for cell in cells])
            for part in after.parts:
                self.lines.add(part)
        self.lines.gap()


def _owner(row: Any) -> Any:
    return next((above for above in row.iterancestors() if tag(above) == "table"), None)


def _words(element: Any, after: Lines) -> str:
    """The text of a paragraph; what hangs on it (notes, comments, text boxes) is added to `after`."""
    parts: list[str] = [(element.text or "").replace("\n", " ")]
    for child in element:
        name = tag(child)
        match name:
            case "s":
                parts.append(" ")
            case "tab":
                parts.append("\t")
            case "line-break":
                parts.append("\n")
            case "note":
                body = next((each for each in child if tag(each) == "note-body"), None)
                if body is not None:
                    after.add(" ".join(_words(p, Lines()) for p in body.iter() if tag(p) in ("p", "h")))
            case "annotation":
                _comment(child, after)
            case "frame" | "custom-shape" | "text-box" | "g" | "rect":
                _Writer(after).walk([child])
            case _ if name and name not in _UNSEEN | _NUMBERS:
                parts.append(_words(child, after))
        parts.append((child.tail or "").replace("\n", " "))
    return "".join(parts)


def _comment(annotation: Any, after: Lines) -> None:
    said = " ".join(_words(each, Lines()) for each in annotation.iter() if tag(each) == "p")
    by = next((each.text for each in annotation if tag(each) == "creator"), "")
    after.add(f"Comment by {by}: {said}" if by and said.strip() else said)
