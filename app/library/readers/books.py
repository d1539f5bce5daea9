"""Reads e-books (epub, fb2): chapters in reading order; lines count through the whole book, headings name the
chapter."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from app.errors import FileTrouble
from app.library.kinds import Content
from app.library.readers.markup import blocks_of_html, html_text
from app.library.readers.refusals import damaged, no_words
from app.library.readers.said_dates import said_date
from app.values import Section, TroubleKind

_MOST_UNPACKED_BYTES = 400_000_000
_MOST_RATIO = 200
_MOST_CHAPTERS = 5000
_LARGEST_PART_BYTES = 60_000_000
_CHAPTERS = (".xhtml", ".html", ".htm", ".xml")


def read_epub(path: Path) -> Content:
    """A section for each chapter of the spine. Raises FileTrouble for locked, damaged and empty books."""
    try:
        with zipfile.ZipFile(path) as book:
            _check(book)
            said, chapters = _package(book)
            titles = _contents(book, chapters)
            sections = tuple(_chapters(book, chapters, titles, said.get("title", "")))
    except (zipfile.BadZipFile, KeyError, ValueError, zlib.error, EOFError, NotImplementedError) as error:
        raise damaged() from error
    _check_words(sections)
    title = said.get("title", "") or path.stem
    return Content(title[:200], said.get("creator", "")[:200], sections, written_at=said_date(said.get("date", "")))


def _check(book: zipfile.ZipFile) -> None:
    """Refuse what is locked, no book, or bomb-like before anything is unpacked."""
    parts = book.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if unpacked > _MOST_UNPACKED_BYTES or (unpacked > 50_000_000 and unpacked / packed > _MOST_RATIO):
        raise FileTrouble(
            "Far larger than it looks, so it was not unpacked", hint="Save it again.", kind=TroubleKind.TOO_LARGE
        )
    names = set(book.namelist())
    if any(part.flag_bits & 1 for part in parts) or "META-INF/rights.xml" in names:
        raise _locked()
    if "META-INF/encryption.xml" in names:
        entries = _tree(book.read("META-INF/encryption.xml"))
        # Fonts are often scrambled; only a scrambled text locks a book.
        for entry in entries.iter("{*}CipherReference") if entries is not None else ():
            if unquote(entry.get("URI") or "").lower().endswith(_CHAPTERS):
                raise _locked()


def _package(book: zipfile.ZipFile) -> tuple[dict[str, str], list[str]]:
    """What the book says of itself, and its chapters in order, as names inside it."""
    names = book.namelist()
    found = next((name for name in names if name.lower().endswith(".opf")), "")
    if "META-INF/container.xml" in names:
        container = _tree(book.read("META-INF/container.xml"))
        roots = [root.get("full-path") for root in container.iter("{*}rootfile")] if container is not None else []
        found = next((root for root in roots if root in names), found)
    package = _tree(_part(book, found)) if found else None
    if package is None:
        return {}, [name for name in sorted(names) if name.lower().endswith(_CHAPTERS[:3])][:_MOST_CHAPTERS]
    said: dict[str, str] = {}
    for name in ("title", "creator", "date"):
        values = [" ".join("".join(node.itertext()).split()) for node in package.iter(f"{{*}}{name}")]
        said[name] = (", " if name == "creator" else " ").join(value for value in values[:1] if value)
    folder = posixpath.dirname(found)
    items = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        for item in package.iter("{*}item")
    }
    order = [items[ref.get("idref")] for ref in package.iter("{*}itemref") if ref.get("idref") in items]
    inside = set(names)
    chapters = [name for name in dict.fromkeys(order) if name in inside]
    return said, (chapters or [name for name in names if name.lower().endswith(_CHAPTERS[:3])])[:_MOST_CHAPTERS]


def _contents(book: zipfile.ZipFile, chapters: list[str]) -> dict[str, str]:
    """The name of each chapter by the book's own table of contents (ncx or nav)."""
    titles: dict[str, str] = {}
    for name in book.namelist():
        folder = posixpath.dirname(name)
        if name.lower().endswith(".ncx"):
            tree = _tree(_part(book, name))
            for point in tree.iter("{*}navPoint") if tree is not None else ():
                label, target = point.find("{*}navLabel"), point.find("{*}content")
                if label is not None and target is not None:
                    _name(titles, folder, target.get("src") or "", "".join(label.itertext()))
        elif name.lower().endswith(("nav.xhtml", "toc.xhtml", "nav.html")):
            for link in LexborHTMLParser(html_text(_part(book, name))).css("nav a[href]"):
                _name(titles, folder, link.attributes.get("href") or "", link.text())
    return {name: title for name, title in titles.items() if name in set(chapters)}


def _name(titles: dict[str, str], folder: str, target: str, label: str) -> None:
    place = posixpath.normpath(posixpath.join(folder, unquote(target.partition("#")[0])))
    words = " ".join(label.split())[:200]
    if words:
        titles.setdefault(place, words)


def _chapters(book: zipfile.ZipFile, names: list[str], titles: dict[str, str], title: str) -> Iterator[Section]:
    line, chapter = 1, ""
    for name in names:
        try:
            source = html_text(_part(book, name))
        except (FileTrouble, KeyError):
            continue
        text, headings = blocks_of_html(source)
        if not any(char.isalnum() for char in text):
            continue
        # A file without an entry of its own goes on with the chapter before it.
        chapter = titles.get(name) or (headings[0][1].split(" › ")[0] if headings and not titles else chapter)
        paths = [(at, _below(chapter, path, title)) for at, path in headings]
        if not paths or paths[0][0] > 0:
            paths.insert(0, (0, _below(chapter, "", title)))
        yield Section("lines", line, text, tuple(paths))
        line += text.count("\n")


def _below(chapter: str, path: str, title: str) -> str:
    parts = [part for part in path.split(" › ") if part and part not in (chapter, title)]
    return " › ".join([part for part in (chapter,) if part and part != title] + parts)


def read_fb2(path: Path) -> Content:
    """A section for each chapter of a FictionBook. Raises FileTrouble."""
    tree = _tree(path.read_bytes())
    if tree is None or not tree.tag.endswith("FictionBook"):
        raise damaged()
    info = tree.find(".//{*}title-info")
    said = {
        name: " ".join(" ".join(node.itertext()).split())
        for name in ("book-title", "author", "date")
        if info is not None and (node := info.find(f"{{*}}{name}")) is not None
    }
    date = info.find("{*}date") if info is not None else None
    written = (date.get("value") if date is not None else "") or said.get("date", "")
    sections: list[Section] = []
    line = 1
    for body in tree.findall("{*}body"):
        chapters = body.findall("{*}section") or [body]
        first: list[Any] = [child for child in body if child not in chapters] if chapters != [body] else []
        for group in ([first] if first else []) + [[chapter] for chapter in chapters]:
            writer = _BookWriter()
            for element in group:
                writer.element(element, 1)
            text = writer.text
            if any(char.isalnum() for char in text):
                sections.append(Section("lines", line, text, tuple(writer.headings)))
                line += text.count("\n")
    _check_words(tuple(sections))
    title = said.get("book-title", "") or path.stem
    return Content(title[:200], said.get("author", "")[:200], tuple(sections), written_at=said_date(written))


class _BookWriter:
    """Text of FictionBook elements: a paragraph on each line, a blank line after it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.headings: list[tuple[int, str]] = []
        self._stack: list[tuple[int, str]] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def element(self, element: Any, level: int) -> None:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        words = " ".join("".join(element.itertext()).split()) if name not in ("section", "body") else ""
        match name:
            case "section" | "body" | "cite" | "epigraph" | "poem" | "stanza" | "annotation":
                for child in element:
                    self.element(child, level + 1)
            case "title" | "subtitle" if words:
                words = " ".join(" ".join(child.itertext()).strip() for child in element) or words
                self._stack = [held for held in self._stack if held[0] < level] + [
                    (level, " ".join(words.split())[:200])
                ]
                self.headings.append((self._length, " › ".join(held for _, held in self._stack)))
                self._put(f"{self._stack[-1][1]}\n\n")
            case "v" if words:
                self._put(f"{words}\n")
            case "table":
                for row in element.iter("{*}tr"):
                    self._put("| " + " | ".join(" ".join("".join(cell.itertext()).split()) for cell in row) + " |\n")
                self._put("\n")
            case "image" | "binary" | "":
                pass
            case _ if words:
                self._put(f"{words}\n\n")


def _tree(raw: bytes) -> Any:
    """XML that opens nothing outside itself and expands no entities; None when nothing of it can be understood."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        return etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    """A file of the book, at most as large as it says it is."""
    size = book.getinfo(name).file_size
    if size > _LARGEST_PART_BYTES:
        raise damaged()
    with book.open(name) as part:
        return part.read(size)


def _check_words(sections: tuple[Section, ...]) -> None:
    if not sections:
        raise no_words(pictures=False)


def _locked() -> FileTrouble:
    return FileTrouble(
        "Locked by its seller", hint="Add a copy without copy protection, if you have one.", kind=TroubleKind.LOCKED
    )
