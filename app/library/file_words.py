"""What people call kinds of files: "pdf", "excel", "mail", "recordings", and which files those are."""

from __future__ import annotations

from app.library.kinds import FORMATS
from app.values import DocumentKind as Kind

_CALLED: dict[str, tuple[tuple[Kind, ...], tuple[str, ...]]] = {
    "pdf pdfs": ((Kind.PDF,), ()),
    "word docx": ((Kind.DOCX,), (".doc", ".docm", ".dotx", ".odt", ".rtf")),
    "excel spreadsheet spreadsheets sheet sheets table tables workbook": ((Kind.SHEET,), ()),
    "mail mails email emails e-mail e-mails message messages": ((Kind.MAIL,), ()),
    "slides powerpoint presentation presentations deck": ((Kind.SLIDES,), ()),
    "image images picture pictures photo photos scan scans": ((Kind.IMAGE,), ()),
    "recording recordings audio video sound transcript transcripts": ((Kind.AUDIO,), ()),
    "text txt": ((Kind.TEXT,), ()),
    "note notes markdown": ((Kind.MARKDOWN,), ()),
    "web html page webpage": ((Kind.HTML,), (".mht", ".mhtml")),
    "book books ebook ebooks": ((Kind.BOOK,), ()),
    "calendar appointment appointments event events": ((Kind.CALENDAR,), ()),
    "subtitle subtitles": ((Kind.SUBTITLES,), ()),
    "data": ((Kind.DATA,), ()),
    "code source": ((Kind.CODE,), ()),
    "archive archives": ((Kind.ARCHIVE,), ()),
    "document documents writing": ((Kind.PDF, Kind.DOCX, Kind.WRITING), ()),
}
_KINDS = {word: found for words, found in _CALLED.items() for word in words.split()}
EXAMPLES = "pdf, word, excel, mail, slides, image or recording"


def files_called(word: str) -> tuple[tuple[Kind, ...], tuple[str, ...]] | None:
    """(kinds, endings) of the files a person calls by this word, or None: "excel", "pdf", ".csv", "csv"."""
    plain = word.lower().strip(".* ")
    if plain in _KINDS:
        return _KINDS[plain]
    return ((), (f".{plain}",)) if f".{plain}" in FORMATS else None
