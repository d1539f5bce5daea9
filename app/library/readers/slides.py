"""Reads presentations: one section per slide with its title, text, tables, charts, diagrams, notes and comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.library.kinds import Content, Enclosed
from app.library.readers.office_drawings import drawn
from app.library.readers.office_lines import Lines, own_title, slide
from app.library.readers.office_lock import OLE_START, unlocked
from app.library.readers.office_package import Damage, Package, attribute, tag
from app.library.readers.old_slides import read_ppt
from app.library.readers.open_document import read_odp
from app.library.readers.refusals import locked, no_words, not_really

_TITLES = frozenset({"title", "ctrTitle"})
_NUMBERS = frozenset({"sldNum", "dt", "ftr", "hdr"})
"""Placeholders that repeat on every slide."""


def read_slides(path: Path, *, password: str = "") -> Content:
    """Sections of kind `slide`, numbered as the program shows them; slides without words are left out.

    Raises FileTrouble for locked, damaged and wordless files.
    """
    raw = None
    with path.open("rb") as file:
        if file.read(8) == OLE_START:
            raw = unlocked(path, password)
            if raw[:2] != b"PK":
                return read_ppt(path, raw)
    with Package(path, raw=raw) as package, Damage():
        if "content.xml" in package:
            if package.odf_locked():
                raise locked(tried=False, opens_here=False)
            return read_odp(path, package)
        return _read_pptx(path, package)
    raise AssertionError


def _read_pptx(path: Path, package: Package) -> Content:
    main = package.main_part() or "ppt/presentation.xml"
    if "presentation" not in main:
        raise not_really("presentation")
    related = package.related(main)
    slides = [related.get(attribute(node, "id"), ("", ""))[1] for node in _slide_ids(package.xml(main))]
    sections = []
    enclosed: list[Enclosed] = []
    for number, part in enumerate(slides, 1):
        root = package.optional(part) if part in package else None
        if root is None:
            continue
        enclosed.extend(package.enclosed(part))
        sections.append(slide(number, *_slide(package, part, root)))
    found = tuple(section for section in sections if section is not None)
    if not found:
        raise no_words(pictures=package.pictures)
    title, author, written_at = package.about()
    title = own_title(title) or next((path for each in found for _, path in each.headings), "") or path.stem
    return Content(title[:200], author, found, pages=len(slides), written_at=written_at, enclosed=tuple(enclosed))


def _slide_ids(root: Any) -> Iterator[Any]:
    """References to slides in their order. `r:id`, with a namespace, is what refers; `id` alone is a number."""
    for group in root:
        if tag(group) == "sldIdLst":
            for each in group:
                if tag(each) == "sldId":
                    each.attrib.pop("id", None)
                    yield each


def _slide(package: Package, part: str, root: Any) -> tuple[str, Lines]:
    """(title, the lines below it) of one slide."""
    related = package.related(part)
    lines = Lines()
    titles: list[str] = []
    for shape in _shapes(root):
        kind = _placeholder(shape)
        if kind in _TITLES:
            titles.append(" ".join(" ".join(_paragraphs(shape)).split()))
        elif kind not in _NUMBERS:
            _shape(package, shape, related, lines)
    for kind, target in related.values():
        other = package.optional(target) if kind in ("notesSlide", "comments") and target in package else None
        for shape in _shapes(other) if other is not None and kind == "notesSlide" else ():
            if _placeholder(shape) == "body":
                _text(shape, lines)
        for comment in other.iter() if other is not None and kind == "comments" else ():
            if tag(comment) in ("cm", "reply"):
                lines.add(" ".join("".join(node.text or "" for node in _own_words(comment)).split()))
    return " ".join(each for each in titles if each), lines


def _shapes(root: Any) -> Iterator[Any]:
    """Shapes in the order a screen reader takes, those of groups where their group stands; hidden ones not."""
    for node in root:
        match tag(node):
            case "sp" | "graphicFrame" | "cxnSp" if not _hidden(node):
                yield node
            case "cSld" | "spTree" | "AlternateContent" | "Choice":
                yield from _shapes(node)
            case "grpSp" if not _hidden(node):
                yield from _shapes(node)


def _hidden(shape: Any) -> bool:
    about = next((node for part in shape if tag(part).startswith("nv") for node in part if tag(node) == "cNvPr"), None)
    return about is not None and attribute(about, "hidden") in ("1", "true")


def _placeholder(shape: Any) -> str:
    """What kind of place of the layout a shape fills; "" for none, "body" where it does not say."""
    for part in shape:
        if tag(part).startswith("nv"):
            for node in part.iter():
                if tag(node) == "ph":
                    return attribute(node, "type") or "body"
    return ""


def _shape(package: Package, shape: Any, related: dict[str, tuple[str, str]], lines: Lines) -> None:
    if tag(shape) != "graphicFrame":
        _text(shape, lines)
        return
    for row in (node for node in shape.iter() if tag(node) == "tr"):
        lines.row([" ".join(_paragraphs(cell)) for cell in row if tag(cell) == "tc"])
    for line in drawn(package, shape, related):
        lines.add(line)
    lines.gap()


def _text(shape: Any, lines: Lines) -> None:
    """The paragraphs of a shape; several are a list, as on slides they nearly always are."""
    found = [" ".join(each.split()) for each in _paragraphs(shape)]
    found = [each for each in found if each]
    listed = _placeholder(shape) == "body" and len(found) > 1
    for each in found:
        lines.add(f"- {each}" if listed else each)
    lines.gap()


def _paragraphs(element: Any) -> Iterator[str]:
    for paragraph in element.iter():
        if tag(paragraph) == "p":
            yield "".join(
                " " if tag(node) in ("br", "tab") else node.text or ""
                for node in paragraph.iter()
                if tag(node) in ("t", "br", "tab")
            )


def _own_words(comment: Any) -> Iterator[Any]:
    """Text nodes of a comment, old kind (`text`) and new (`t` of a text body), without those of its replies."""
    for node in comment:
        if tag(node) == "text":
            yield node
        elif tag(node) == "txBody":
            yield from (each for each in node.iter() if tag(each) == "t")
