"""Reads HTML into paragraphs with headings; a passage's lines are the lines of the extracted text, one per block."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.library.kinds import Content
from app.library.readers.charset import decode
from app.library.readers.refusals import no_words
from app.library.readers.said_dates import said_date
from app.values import Section

_DROPPED = frozenset(
    """script style noscript template svg canvas iframe object head nav button select video audio map dialog""".split()  # noqa: SIM905 - easier to read than quoted words
)
_BLOCKS = frozenset(
    """p div section article main aside header footer h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr
    td th caption blockquote pre figure figcaption address hr br details summary form fieldset legend label option
    body html center""".split()  # noqa: SIM905
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_META = {"author": "author", "article:author": "author", "dc.creator": "author", "dcterms.creator": "author",
         "date": "date", "article:published_time": "date", "dc.date": "date", "dcterms.created": "date",
         "datepublished": "date", "dcterms.date": "date"}  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_DEEPEST = 400
_LONGEST_COUNT = 200


def read_html(path: Path) -> Content:
    """One section; its title is the page's own, else its first heading, else the file's name."""
    raw = path.read_bytes()
    return content_of_html(html_text(raw), path.stem)


def html_text(raw: bytes) -> str:
    """Text of an HTML file by its mark or its own charset declaration, else like plain text."""
    declared = _CHARSET.search(raw[:4096])
    if declared and not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = declared.group(1).decode("ascii")
        if not name.lower().startswith("utf-16"):
            try:
                return raw.decode(name)
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(raw)


def content_of_html(text: str, name: str) -> Content:
    """Sections of an HTML text. Raises FileTrouble when no words are in it."""
    tree = LexborHTMLParser(text)
    title_node = tree.css_first("title")
    title = " ".join(title_node.text().split()) if title_node else ""
    said = _said(tree)
    writer = _written(tree)
    words = writer.text()
    if not any(char.isalnum() for char in words):
        raise no_words(pictures=False)
    title = title or (writer.headings[0][2] if writer.headings else "") or name
    sections = (Section("lines", 1, words, writer.paths(title)),)
    return Content(title[:200], said.get("author", ""), sections, written_at=said_date(said.get("date", "")))


def blocks_of_html(text: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The readable text of a page, perhaps none, and its heading paths: for chapters of a book."""
    writer = _written(LexborHTMLParser(text))
    return writer.text(), writer.paths("")


def _written(tree: LexborHTMLParser) -> _Writer:
    writer = _Writer()
    root = tree.body or tree.root
    if root is not None:
        writer.layout = _layout_rows(root)
        _walk(root, writer, 0)
    writer.end_block()
    return writer


def _said(tree: LexborHTMLParser) -> dict[str, str]:
    """author and date from the head of a page."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = (attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or "").lower()
        value = " ".join((attributes.get("content") or "").split())[:200]
        if value and name in _META:
            found.setdefault(_META[name], value)
    return found


def _layout_rows(root: LexborNode) -> frozenset[int]:
    """Rows whose cells hold tables of their own: such a table only arranges the page, and is read block by block."""
    layout: set[int] = set()
    rows: list[int] = []
    node: LexborNode | None = root
    leaving = False
    while node is not None:
        if not leaving:
            if node.tag == "table":
                for row in reversed(rows):
                    if row in layout:
                        break
                    layout.add(row)
            elif node.tag == "tr":
                rows.append(node.mem_id)
            if node.child is not None:
                node = node.child
                continue
        if node.tag == "tr":
            rows.pop()
        if node.mem_id == root.mem_id:
            break
        leaving = node.next is None
        node = node.next if node.next is not None else node.parent
    return frozenset(layout)


@dataclass(slots=True)
class _Writer:
    """Collects blocks of text, one per line, with a blank line between paragraphs."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    inline: list[str] = field(default_factory=list)
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    layout: frozenset[int] = frozenset()

    def add(self, text: str) -> None:
        self.inline.append(text)

    def line(self) -> str:
        """The current line with single blanks."""
        return _SPACES.sub(" ", "".join(self.inline)).strip()

    def end_block(self, *, gap: str = "\n") -> int:
        """Close the current line; where it started."""
        start = self.length
        line = self.line()
        self.inline = []
        if line:
            self._put(line + gap)
        return start

    def put_verbatim(self, text: str) -> None:
        """A block whose line breaks count (pre)."""
        self.end_block()
        text = text.strip("\n").replace("\r", "")
        if text.strip():
            self._put(text + "\n\n")

    def gap(self) -> None:
        """A blank line after a paragraph, once."""
        self.end_block()
        if self.parts and not self.parts[-1].endswith("\n\n"):
            self._put("\n")

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def text(self) -> str:
        return "".join(self.parts)

    def paths(self, title: str) -> tuple[tuple[int, str], ...]:
        """Heading paths such as "Lease › Term", without the document's own title."""
        found, stack = [], list[tuple[int, str]]()
        for start, level, name in self.headings:
            stack = [held for held in stack if held[0] < level] + [(level, name)]
            found.append((start, " › ".join(held for _, held in stack if held != title)))
        return tuple(found)


def _walk(node: LexborNode, writer: _Writer, depth: int) -> None:
    """Write the readable text below a node, in reading order."""
    if depth > _DEEPEST:
        writer.add(node.text(separator=" "))
        return
    child = node.child
    while child is not None:
        tag = child.tag
        if tag == "-text":
            writer.add(child.text_content or "")
        elif tag in _DROPPED or (tag or "-").startswith(("-", "!")) or _invisible(child):
            pass
        elif tag == "pre":
            writer.put_verbatim(child.text())
        elif tag == "input":
            _input(child, writer)
        elif tag == "br":
            writer.end_block()
        elif tag == "tr" and child.mem_id not in writer.layout:
            _row(child, writer, depth)
        elif tag in _BLOCKS:
            _block(child, tag or "", writer, depth)
        else:
            _walk(child, writer, depth + 1)
        child = child.next


def _invisible(node: LexborNode) -> bool:
    attributes = node.attributes
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return "hidden" in attributes or "display:none" in style or attributes.get("aria-hidden") == "true"


def _block(node: LexborNode, tag: str, writer: _Writer, depth: int) -> None:
    writer.end_block()
    if tag == "li":
        writer.add(_item_mark(node))
    _walk(node, writer, depth + 1)
    if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
        name = writer.line()
        start = writer.end_block(gap="\n\n")
        if name:
            writer.headings.append((start, int(tag[1]), name[:200]))
    elif tag in ("p", "blockquote", "ul", "ol", "table", "dl", "section", "article", "figure"):
        writer.gap()
    else:
        writer.end_block()


def _item_mark(item: LexborNode) -> str:
    """The number of an item in a numbered list, or a dash."""
    parent = item.parent
    if parent is None or parent.tag != "ol":
        return "- "
    said = item.attributes.get("value") or ""
    if said.isdigit():
        return f"{said[:6]}. "
    number, before = 1, item.prev
    while before is not None and number < _LONGEST_COUNT:
        number += before.tag == "li"
        before = before.prev
    if number == _LONGEST_COUNT:
        return "- "  # counting on would take time that grows with the square of the list
    first = parent.attributes.get("start") or "1"
    return f"{number - 1 + int(first[:6]) if first.isdecimal() else number}. "


def _input(node: LexborNode, writer: _Writer) -> None:
    """What a form was filled in with."""
    attributes = node.attributes
    kind = (attributes.get("type") or "text").lower()
    if kind in ("text", "email", "tel", "number", "date", "url", "search"):
        writer.add(f" {attributes.get('value') or ''} ")
    elif kind in ("checkbox", "radio"):
        writer.add(" [x] " if "checked" in attributes else " [ ] ")


def _row(row: LexborNode, writer: _Writer, depth: int) -> None:
    """A table row on one line: | cell | cell |."""
    writer.end_block()
    cells: list[str] = []
    cell = row.child
    while cell is not None:
        if cell.tag in ("td", "th"):
            inner = _Writer()
            _walk(cell, inner, depth + 1)
            inner.end_block()
            cells.append(" ".join(inner.text().split()))
        cell = cell.next
    if any(cells):
        writer.add("| " + " | ".join(cells) + " |" if len(cells) > 1 else cells[0])
        writer.end_block()
