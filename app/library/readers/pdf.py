"""Reads PDF through pdfium: page texts whose character offsets are the ones the page view counts, too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from app.errors import FileTrouble
from app.library.kinds import Content
from app.library.readers.pdf_columns import Box, Letters, PageFrame, ordered
from app.library.readers.pdf_dates import moment
from app.library.readers.pdf_notes import appended, attachments, beside
from app.library.readers.pdf_words import clean, garbled, join_broken_words, page_headings
from app.values import Section, TroubleKind

MOST_PAGES = 20_000
_MOST_CHARS = 60_000_000
_MOST_CARRIED = 3
"""Pages a heading may reach onto: a longer chapter says so itself, a wrong guess does not spread."""
_ODD_TITLE = re.compile(
    r"(?i)^(?:untitled|microsoft word|powerpoint presentation|paper title|document\d*|"
    r".*\.(?:docx?|pdf|tex|dvi|indd|qxd|ps|rtf|odt)$)"
)
_FEW_LETTERS = 60
"""A scanned page may carry a stamp, a page number or the scanner's name as text."""
_LARGE_PICTURE = 0.4
"""Share of the page a picture covers when the page is a scan."""
_DRAWN_LETTERS = 40
"""Outlines on a page without words that make it likely to be text turned into curves."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One page as read: its text, the places of what the text page does not place, and whether it is a picture."""

    number: int
    text: str
    boxes: tuple[Box, ...] = ()
    picture: bool = False


def read_pdf(path: Path, *, password: str = "") -> Content:
    """One section per page with words. Offsets count the characters of pdfium's text page, except on the rare page
    whose columns had to be put in order; fields and notes follow the page's own text. Both have `boxes`.

    Raises FileTrouble for locked and damaged files and for those without words or pictures.
    """
    document = _open(path, password)
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise FileTrouble(
                f"Too large ({count:,} pages)", hint="Split it into parts and add those.", kind=TroubleKind.TOO_LARGE
            )
        _open_forms(document)
        pages: list[_Page] = []
        chars = unread = 0
        for number in range(count):
            page = _page(document, number)
            if page is None:
                unread += 1
                continue
            chars += len(page.text)
            if chars > _MOST_CHARS:
                raise FileTrouble("Too much text in one file", hint="Split it into parts and add those.")
            pages.append(page)
        title, author, written_at = _metadata(document, path)
        has_files = document.count_attachments() > 0 or any("Note" in page.text for page in pages)
    finally:
        document.close()
    sections = _sections(pages)
    pictures = tuple(page.number for page in pages if page.picture)
    if not sections and not pictures and not has_files and (unread or not count):
        raise damaged()
    return Content(
        title,
        author,
        sections,
        pages=count,
        written_at=written_at,
        enclosed=attachments(path, password) if has_files else (),
        pictures=pictures,
    )


def damaged() -> FileTrouble:
    """The refusal of a file that is not whole."""
    return FileTrouble(
        "File ends too early, it may be damaged", hint="Get a fresh copy of it.", kind=TroubleKind.DAMAGED
    )


def _open(path: Path, password: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path, password=password or None)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise FileTrouble(
                "That password does not open it" if password else "Locked with a password",
                hint="Enter its password, or save a copy without one and add that.",
                kind=TroubleKind.LOCKED,
            ) from error
        raise damaged() from error


def _open_forms(document: pypdfium2.PdfDocument) -> None:
    """Make filled-in fields readable, where the document has any and they are whole."""
    if document.get_formtype() in (pdfium.FORMTYPE_ACRO_FORM, pdfium.FORMTYPE_XFA_FOREGROUND):
        try:
            document.init_forms()
        except pypdfium2.PdfiumError:
            return


def _page(document: pypdfium2.PdfDocument, number: int) -> _Page | None:
    """One page, None when it cannot be opened."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return None
    try:
        frame = PageFrame.of(page)
        textpage = page.get_textpage()
        try:
            said = textpage.get_text_range()
            text = "" if garbled(said) else clean(said)
            boxes: tuple[Box, ...] = ()
            if said and not text:
                picture = True
            else:
                text, boxes = ordered(text, Letters(textpage, frame)) or (text, ())
                picture = sum(map(str.isalnum, text)) < _FEW_LETTERS and _is_picture(page, frame, text)
        finally:
            textpage.close()
        text, more = appended(text, beside(page, frame))
        return _Page(number + 1, text, boxes + more, picture)
    except pypdfium2.PdfiumError:
        return None
    finally:
        page.close()


def _is_picture(page: pypdfium2.PdfPage, frame: PageFrame, text: str) -> bool:
    """Whether a page with hardly any words shows a scan, or text drawn as curves."""
    bare = not any(map(str.isalnum, text))
    curves = 0
    wanted = [pdfium.FPDF_PAGEOBJ_IMAGE] + ([pdfium.FPDF_PAGEOBJ_PATH] if bare else [])
    for item in page.get_objects(filter=wanted, max_depth=3):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            if bare or (right - left) * (top - bottom) >= _LARGE_PICTURE * frame.width * frame.height:
                return True
        else:
            curves += 1
            if curves >= _DRAWN_LETTERS:
                return True
    return False


def _sections(pages: Sequence[_Page]) -> tuple[Section, ...]:
    """Pages with words, their headings found and carried on, their broken words joined."""
    sections: list[Section] = []
    carried = 0
    for page, text in zip(pages, join_broken_words([page.text for page in pages]), strict=True):
        if not any(map(str.isalnum, text)):
            continue
        headings = page_headings(text)
        above = sections[-1].headings[-1:] if sections and sections[-1].number >= page.number - 1 else ()
        if above and not (headings and headings[0][0] == 0) and (carried := carried + 1) <= _MOST_CARRIED:
            headings = ((0, above[0][1]), *headings)
        elif headings:
            carried = 0
        sections.append(Section("page", page.number, text, headings, boxes=page.boxes))
    return tuple(sections)


def _metadata(document: pypdfium2.PdfDocument, path: Path) -> tuple[str, str, float | None]:
    """Title, author and moment of writing the file gives itself; names of files and programs are no titles."""
    said = document.get_metadata_dict(skip_empty=True)
    title = " ".join(str(said.get("Title", "")).split())[:200]
    author = " ".join(str(said.get("Author", "")).split())[:200]
    if len(title) < 4 or _ODD_TITLE.match(title):
        title = path.stem
    when = moment(str(said.get("CreationDate", "")))
    return title, author, when.timestamp() if when else None
