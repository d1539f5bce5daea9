"""Reads HTML into paragraphs with headings; a passage's lines are the lines of the extracted text, one per block."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.errors import FileTrouble
from app.library.kinds import Content
from app.library.readers.text import decode
from app.values import Section

_DROPPED = frozenset(
    """script style noscript template svg canvas iframe object head nav form button select input textarea video audio
    map dialog""".split()  # noqa: SIM905 - easier to read than quoted words
)
_BLOCKS = frozenset(
    """p div section article main aside header footer h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr
    blockquote pre figure figcaption address hr br details summary fieldset body html center""".split()  # noqa: SIM905
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DEEPEST = 400


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
    author = ""
    for node in tree.css("meta[name]"):
        if (node.attributes.get("name") or "").lower() == "author":
            author = " ".join((node.attributes.get("content") or "").split())
    writer = _Writer()
    root = tree.body or tree.root
    if root is not None:
        _walk(root, writer, 0)
    writer.end_block()
    if not any(char.isalnum() for char in writer.text()):
        raise FileTrouble("No words to search in it", hint="Check that it opens and holds text.")
    title = title or (writer.headings[0][2] if writer.headings else "") or name
    return Content(title[:200], author[:200], (Section("lines", 1, writer.text(), writer.paths(title)),))


@dataclass(slots=True)
class _Writer:
    """Collects blocks of text, one per line, with a blank line between paragraphs."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    line: str = ""
    headings: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.line += text

    def end_block(self, *, gap: str = "\n") -> int:
        """Close the current line; where it started."""
        start = self.length
        line = re.sub(r"[ \t\r\n\f\u00a0]+", " ", self.line).strip()
        self.line = ""
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
        elif tag == "br":
            writer.end_block()
        elif tag == "tr":
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
        writer.add("- ")
    _walk(node, writer, depth + 1)
    if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
        name = " ".join(writer.line.split())
        start = writer.end_block(gap="\n\n")
        if name:
            writer.headings.append((start, int(tag[1]), name[:200]))
    elif tag in ("p", "blockquote", "ul", "ol", "table", "dl", "section", "article", "figure"):
        writer.gap()
    else:
        writer.end_block()


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
