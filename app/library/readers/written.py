"""Reads written documents by what they really are: names such as .doc are given to Word, RTF and web pages alike."""

from __future__ import annotations

from pathlib import Path

from app.library.kinds import Content
from app.library.readers.markup import read_html
from app.library.readers.office import docx_of
from app.library.readers.office_lock import OLE_START, unlocked
from app.library.readers.office_package import Damage, Package
from app.library.readers.old_word import read_doc
from app.library.readers.open_document import read_odt
from app.library.readers.refusals import locked
from app.library.readers.rich_text import read_rtf
from app.library.readers.text import read_text


def read_written(path: Path, *, password: str = "") -> Content:
    """Word of any age, OpenDocument text, RTF. Raises FileTrouble for locked, damaged and wordless files."""
    raw = None
    with path.open("rb") as file:
        start = file.read(64)
    if start.startswith(OLE_START):
        raw = unlocked(path, password)
        if raw[:2] != b"PK":
            return read_doc(path, raw)
    elif start[:2] != b"PK":
        head = start.lstrip(b"\xef\xbb\xbf \r\n\t")
        if path.suffix.lower() == ".rtf" or head.startswith(b"{\\rtf"):
            return read_rtf(path, path.read_bytes())
        return read_html(path) if head.startswith(b"<") else read_text(path)
    with Package(path, raw=raw) as package, Damage():
        if "content.xml" not in package:
            return docx_of(path, package)
        if package.odf_locked():
            raise locked(tried=False, opens_here=False)
        return read_odt(path, package)
    raise AssertionError
