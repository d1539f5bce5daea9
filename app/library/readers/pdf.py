"""Reads PDF through pdfium: page texts whose character offsets are the ones the page view counts, too."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from app.errors import FileTrouble
from app.library.kinds import Content
from app.values import Section, TroubleKind

MOST_PAGES = 20_000
_MOST_CHARS = 60_000_000
_MOST_CARRIED = 3
"""Pages a heading may reach onto: a longer chapter says so itself, a wrong guess does not spread."""
_ODD_TITLE = re.compile(r"(?i)^(?:untitled|microsoft word|document\d*|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|ps|rtf|odt)$)")


def read_pdf(path: Path) -> Content:
    """One section per page with words. Offsets count the characters of pdfium's text page.

    Raises FileTrouble for locked, damaged and picture-only files.
    """
    document = _open(path)
    try:
        pages = len(document)
        if pages > MOST_PAGES:
            raise FileTrouble(f"Too large ({pages} pages)", hint="Split it into parts and add those.")
        title, author = _metadata(document, path)
        sections: list[Section] = []
        chars = unread = carried = 0
        pictures = False
        for number in range(pages):
            text = _page_text(document, number)
            if text is None:
                unread += 1
                continue
            chars += len(text)
            if chars > _MOST_CHARS:
                raise FileTrouble("Too much text in one file", hint="Split it into parts and add those.")
            if any(char.isalnum() for char in text):
                headings = page_headings(text)
                above = sections[-1].headings[-1:] if sections and sections[-1].number >= number else ()
                if above and not (headings and headings[0][0] == 0) and (carried := carried + 1) <= _MOST_CARRIED:
                    headings = ((0, above[0][1]), *headings)
                elif headings:
                    carried = 0
                sections.append(Section("page", number + 1, text, headings))
            elif not pictures:
                pictures = _has_picture(document, number)
        if not sections:
            if unread or not pages:
                raise damaged()
            if not pictures:
                raise FileTrouble("No words to search in it", hint="Check that it opens and holds text.")
            raise FileTrouble(
                "Pictures of text, no words to search",
                hint="Save it with text recognition (OCR) and add that file.",
                kind=TroubleKind.PICTURES,
            )
        return Content(title, author, tuple(sections), pages=pages)
    finally:
        document.close()


def damaged() -> FileTrouble:
    """The refusal of a file that is not whole."""
    return FileTrouble(
        "File ends too early, it may be damaged", hint="Get a fresh copy of it.", kind=TroubleKind.DAMAGED
    )


def _open(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise FileTrouble(
                "Locked with a password",
                hint="Save a copy without the password and add that one.",
                kind=TroubleKind.LOCKED,
            ) from error
        raise damaged() from error


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str | None:
    """Text of a page, one Python character per pdfium character; None when the page cannot be opened."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return None
    try:
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        return None
    try:
        return clean(textpage.get_text_range())
    finally:
        textpage.close()
        page.close()


def _has_picture(document: pypdfium2.PdfDocument, number: int) -> bool:
    """Whether a page without words shows a picture, as a scanned page does."""
    page = document[number]
    try:
        return next(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None
    finally:
        page.close()


def clean(text: str) -> str:
    """The same number of characters, without what no one can read: \\r\\n becomes " \\n" so that offsets stay.

    U+FFFE and U+0002 are pdfium's marks for a hyphen at a line's end.
    """
    text = text.replace("\r\n", " \n").replace("\r", "\n").replace("\ufffe", "-").replace("\x02", "-")
    return "".join(" " if (char < " " and char not in "\n\t") or char == "\x7f" else char for char in text)


def _metadata(document: pypdfium2.PdfDocument, path: Path) -> tuple[str, str]:
    """Title and author the file gives itself; file names and program names in the title field are not titles."""
    said = document.get_metadata_dict(skip_empty=True)
    title = " ".join(str(said.get("Title", "")).split())[:200]
    author = " ".join(str(said.get("Author", "")).split())[:200]
    if len(title) < 4 or _ODD_TITLE.match(title):
        title = path.stem
    return title, author


_NUMBERED = re.compile(
    r"^(?P<name>(?:(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|§ ?\d+[a-z]?|[IVX]{1,5}\.|(?:Article|Section|Chapter) \d+)[ \t]+)"
    r"[A-ZÄÖÜÉÈ][^\n.;!?]{2,70}?)[ \t]*$",
    re.MULTILINE,
)


def page_headings(text: str) -> tuple[tuple[int, str], ...]:
    """Numbered headings on a line of their own."""
    return tuple((match.start("name"), " ".join(match.group("name").split())) for match in _NUMBERED.finditer(text))
