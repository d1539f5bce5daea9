"""Words inside drawings of office files: titles and labels of charts, the boxes of diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.library.readers.office_package import Package, attribute, tag

_MOST_LABELS = 400


def drawn(package: Package, element: Any, related: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Lines for each chart and diagram that `element` shows: a chart gives its title and a row per series."""
    for node in element.iter():
        if tag(node) == "chart" and node.attrib:
            _, part = related.get(attribute(node, "id"), ("", ""))
            yield from _chart(package.optional(part) if part in package else None)
        elif tag(node) == "relIds":
            _, part = related.get(attribute(node, "dm"), ("", ""))
            yield from _diagram(package.optional(part) if part in package else None)


def _chart(root: Any) -> Iterator[str]:
    if root is None:
        return
    for node in root.iter():
        match tag(node):
            case "title":
                if words := _words(node):
                    yield words
            case "ser":
                yield from _series(node)


def _series(node: Any) -> Iterator[str]:
    """ "Revenue: North 4.3, South 2.5" from a series, its categories and its values."""
    named: dict[str, list[str]] = {}
    for part in node:
        if (name := tag(part)) in ("tx", "cat", "val", "xVal", "yVal"):
            named[name] = [(each.text or "").strip() for each in part.iter() if tag(each) == "v"]
    name = " ".join(named.get("tx", ()))
    values = named.get("val") or named.get("yVal") or []
    labels = named.get("cat") or named.get("xVal") or []
    pairs = [f"{label} {value}".strip() for label, value in zip(labels, values, strict=False)][:_MOST_LABELS]
    line = ", ".join(pairs or labels[:_MOST_LABELS])
    if name or line:
        yield f"{name}: {line}" if name and line else name or line


def _diagram(root: Any) -> Iterator[str]:
    for point in root.iter() if root is not None else ():
        if tag(point) == "pt" and attribute(point, "type") not in ("pres", "parTrans", "sibTrans"):
            for child in point:
                if tag(child) == "t" and (words := _words(child)):
                    yield f"- {words}"


def _words(node: Any) -> str:
    """The text runs below an element, paragraphs apart."""
    paragraphs = ("".join(t.text or "" for t in p.iter() if tag(t) == "t") for p in node.iter() if tag(p) == "p")
    return " ".join(" ".join(paragraphs).split())
