"""Makes small packages of parts for office tests, and finds where a reader says a sentence stands."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from app.library.kinds import Content
from app.library.split import split
from app.store.anchors import anchor_of
from app.values import Anchor

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_REST = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
                        ("presentation", "presentation"), ("style", "style"), ("meta", "meta"))
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip


def place(content: Content, sentence: str) -> tuple[Anchor, str]:
    """(anchor, heading of its passage) of the first sentence like this; the cuts of all sections must tile them."""
    found: tuple[Anchor, str] | None = None
    for section in content.sections:
        pieces = split(section)
        assert "".join(section.text[piece.start : piece.end] for piece in pieces) == section.text
        at = section.text.find(sentence)
        if found is None and at >= 0:
            heading = next(piece.heading for piece in pieces if piece.start <= at < piece.end)
            found = anchor_of(section, at, at + len(sentence)), heading
    assert found is not None, f"{sentence!r} is nowhere"
    return found


def text_of(content: Content) -> str:
    """All words of all sections."""
    return "\n".join(section.text for section in content.sections)


def package(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """A zip of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return path


def relations(*targets: tuple[str, str, str]) -> str:
    """A relationships part: (id, last word of the kind, target) each."""
    inner = "".join(f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in targets)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def word(path: Path, body: str, *, extra: Mapping[str, str | bytes] | None = None, related: str = "") -> Path:
    """A Word file with this body, the styles "heading 1" and "heading 2" under German ids, and extra parts."""
    styles = "".join(f'<w:style w:styleId="berschrift{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2))
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {_W} {_REST}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>",
        "word/_rels/document.xml.rels": related or relations(("s1", "styles", "styles.xml")),
    }
    return package(path, {**parts, **(extra or {})})


def word_part(name: str, inner: str) -> str:
    """A part such as `footnotes` with this content."""
    return f"<w:{name} {_W}>{inner}</w:{name}>"


def paragraph(words: str, style: str = "") -> str:
    """A paragraph of Word with one run."""
    looks = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{looks}<w:r><w:t>{words}</w:t></w:r></w:p>"


def open_document(path: Path, kind: str, body: str, *, locked: bool = False) -> Path:
    """An OpenDocument file of kind text, presentation or spreadsheet."""
    entry = "<manifest:encryption-data/>" if locked else ""
    return package(
        path,
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
            f'manifest:1.0"><manifest:file-entry manifest:full-path="content.xml">{entry}</manifest:file-entry>'
            "</manifest:manifest>",
            "content.xml": f"<office:document-content {_ODF}><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {_ODF}><office:meta><dc:title>Boat papers</dc:title>"
            "<meta:initial-creator>Ida Lund</meta:initial-creator><dc:date>2025-06-01T08:00:00</dc:date>"
            "</office:meta></office:document-meta>",
        },
    )
