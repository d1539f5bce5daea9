"""What a PDF says beside its pages' text: filled-in form fields, notes people wrote on it, and files attached to it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from app.library.kinds import Enclosed
from app.library.readers.pdf_columns import Box, PageFrame
from app.library.readers.pdf_dates import moment, shown_day

_MOST_NOTES = 5_000
"""Per page: a hostile page may claim millions."""
_MOST_LETTERS = 20_000
_MOST_FILES = 1_000
"""Attached files, and first pages that are looked through for files pinned to them."""
_NOTES = frozenset(
    {
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_FREETEXT,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_STAMP,
        pdfium.FPDF_ANNOT_INK,
        pdfium.FPDF_ANNOT_LINE,
        pdfium.FPDF_ANNOT_SQUARE,
        pdfium.FPDF_ANNOT_CIRCLE,
        pdfium.FPDF_ANNOT_POLYGON,
        pdfium.FPDF_ANNOT_POLYLINE,
        pdfium.FPDF_ANNOT_CARET,
        pdfium.FPDF_ANNOT_FILEATTACHMENT,
    }
)
_TICKED = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_WRITTEN = (
    pdfium.FPDF_FORMFIELD_TEXTFIELD,
    pdfium.FPDF_FORMFIELD_COMBOBOX,
    pdfium.FPDF_FORMFIELD_LISTBOX,
)


@dataclass(frozen=True, slots=True)
class Beside:
    """One line that belongs to a page and is not in its text, with its place on the page as shown."""

    words: str
    place: tuple[float, float, float, float]


def beside(page: pypdfium2.PdfPage, frame: PageFrame) -> list[Beside]:
    """Filled-in fields, then notes, in the page's own order."""
    count = min(_MOST_NOTES, pdfium.FPDFPage_GetAnnotCount(page))
    fields: list[Beside] = []
    notes: list[Beside] = []
    for number in range(count):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            if kind == pdfium.FPDF_ANNOT_WIDGET:
                words, into = _field(page, annotation), fields
            else:
                words, into = (_note(annotation) if kind in _NOTES else ""), notes
            if words:
                into.append(Beside(words, _place(annotation, frame)))
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return fields + notes


def appended(text: str, lines: list[Beside]) -> tuple[str, tuple[Box, ...]]:
    """The page's text with these lines after it, so that the characters before them keep their places."""
    boxes: list[Box] = []
    for line in lines:
        text += "\n" if text and not text.endswith("\n") else ""
        boxes.append((len(text), len(text) + len(line.words), *line.place))
        text += line.words + "\n"
    return text, tuple(boxes)


def attachments(path: Path, password: str) -> Iterator[Enclosed]:
    """Files attached to the document or to a place on a page. The document stays open while this is iterated."""
    document = pypdfium2.PdfDocument(path, password=password or None)
    try:
        for number in range(min(_MOST_FILES, document.count_attachments())):
            try:
                attachment = document.get_attachment(number)
                yield _enclosed(attachment)
            except pypdfium2.PdfiumError:
                continue
        for number in range(min(_MOST_FILES, len(document))):
            try:
                page = document[number]
            except pypdfium2.PdfiumError:
                continue
            yield from _pinned_files(document, page)
            page.close()
    finally:
        document.close()


def _enclosed(attachment: pypdfium2.PdfAttachment) -> Enclosed:
    size = ctypes.c_ulong()
    pdfium.FPDFAttachment_GetFile(attachment, None, 0, size)
    return Enclosed(_clean(attachment.get_name()) or "attachment", size.value, lambda: bytes(attachment.get_data()))


def _pinned_files(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[Enclosed]:
    for number in range(min(_MOST_NOTES, pdfium.FPDFPage_GetAnnotCount(page))):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_FILEATTACHMENT:
                raw = pdfium.FPDFAnnot_GetFileAttachment(annotation)
                if raw:
                    yield _enclosed(pypdfium2.PdfAttachment(raw, document))
        except pypdfium2.PdfiumError:
            continue
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _field(page: pypdfium2.PdfPage, annotation: pdfium.FPDF_ANNOTATION) -> str:
    """A filled-in field as "name: value"; empty for one that is empty or hides what is typed."""
    form = page.formenv
    if form is None:
        return ""
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    name = _asked(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or _asked(
        pdfium.FPDFAnnot_GetFormFieldName, form, annotation
    )
    if kind in _TICKED:
        if not pdfium.FPDFAnnot_IsChecked(form, annotation):
            return ""
        value = _asked(pdfium.FPDFAnnot_GetFormFieldExportValue, form, annotation)
        value = "yes" if value.casefold() in ("", "yes", "on", "1") else value
    elif kind in _WRITTEN and not pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD_FIELD:
        value = _asked(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
    else:
        return ""
    return f"{name}: {value}" if name and value else value


_PASSWORD_FIELD = 1 << 13
"""Bit 14 of a text field's flags (ISO 32000-1, table 228)."""


def _note(annotation: pdfium.FPDF_ANNOTATION) -> str:
    """A note as 'Note by Ann Lee, 3 March 2026: "words"'; empty for a mark without words."""
    words = _said(annotation, b"Contents")
    if not words:
        return ""
    author, day = _said(annotation, b"T")[:100], shown_day(moment(_said(annotation, b"M")))
    who = ", ".join(part for part in (f"by {author}" if author else "", day) if part)
    return f"Note {who}: {words}" if who else f"Note: {words}"


def _place(annotation: pdfium.FPDF_ANNOTATION, frame: PageFrame) -> tuple[float, float, float, float]:
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, rect):
        return 0.0, 0.0, 0.0, 0.0
    return frame.box(rect.left, rect.bottom, rect.right, rect.top)


def _said(annotation: pdfium.FPDF_ANNOTATION, key: bytes) -> str:
    return _wide(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _asked(function: Callable[..., int], form: object, annotation: pdfium.FPDF_ANNOTATION) -> str:
    return _wide(lambda buffer, size: function(form, annotation, buffer, size))


def _wide(ask: Callable[[Any, int], int]) -> str:
    """A string that pdfium writes as UTF-16 into a buffer of the size it said first."""
    size = ask(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return _clean(buffer.raw[: size - 2].decode("utf-16-le", errors="replace"))


def _clean(words: str) -> str:
    return " ".join("".join(" " if char < " " or char == "\x7f" else char for char in words[:_MOST_LETTERS]).split())
