"""Which files can be read, told from their names and first bytes, and the plain words for those that cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from app.values import DocumentKind, Section

READER_VERSION = 2
"""Grows when readers learn something: troubles found by an older version are looked at again."""

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Format:
    """How files with one ending are read: their kind, "module:function" below app.library.readers, and the largest
    file that is read. The function takes a path and returns Content; recordings have none, they are decoded."""

    kind: DocumentKind
    reader: str
    largest_bytes: int


_TEXT = Format(DocumentKind.TEXT, "text:read_text", 200 * _MB)
_MARKDOWN = Format(DocumentKind.MARKDOWN, "text:read_markdown", 200 * _MB)
_HTML = Format(DocumentKind.HTML, "markup:read_html", 100 * _MB)
_SETTINGS = Format(DocumentKind.DATA, "structured:read_settings", 50 * _MB)
_XML = Format(DocumentKind.DATA, "structured:read_xml", 100 * _MB)
_SUBTITLES = Format(DocumentKind.SUBTITLES, "subtitle_files:read_subtitles", 20 * _MB)
_CODE = Format(DocumentKind.CODE, "source_code:read_code", 10 * _MB)
_CODE_ENDINGS = """.py .js .mjs .jsx .ts .tsx .java .c .h .cc .cpp .hpp .cs .go .rs .rb .php .sh .bash .sql .r .swift
    .kt .scala .lua .pl .pm .m .vb .ps1 .css .scss .dart .jl .hs .ex .erl .clj .bat"""
_RECORDING = Format(DocumentKind.AUDIO, "", 4_000 * _MB)
_PICTURE = Format(DocumentKind.IMAGE, "pictures:read_picture", 300 * _MB)

FORMATS: dict[str, Format] = {
    # Text.
    **dict.fromkeys((".txt", ".text", ".log"), _TEXT),
    **dict.fromkeys((".md", ".markdown"), _MARKDOWN),
    ".rst": Format(DocumentKind.WRITING, "manuscripts:read_rst", 100 * _MB),
    ".org": Format(DocumentKind.WRITING, "manuscripts:read_org", 100 * _MB),
    **dict.fromkeys((".tex", ".ltx"), Format(DocumentKind.WRITING, "manuscripts:read_tex", 100 * _MB)),
    # Web.
    **dict.fromkeys((".html", ".htm", ".xhtml"), _HTML),
    **dict.fromkeys((".mht", ".mhtml"), Format(DocumentKind.HTML, "web_archive:read_web_archive", 200 * _MB)),
    # Books.
    ".epub": Format(DocumentKind.BOOK, "books:read_epub", 500 * _MB),
    ".fb2": Format(DocumentKind.BOOK, "books:read_fb2", 200 * _MB),
    # Data, settings, subtitles, source code.
    ".json": Format(DocumentKind.DATA, "structured:read_json", 100 * _MB),
    **dict.fromkeys((".jsonl", ".ndjson"), Format(DocumentKind.DATA, "structured:read_json_lines", 100 * _MB)),
    **dict.fromkeys((".xml", ".rss", ".atom", ".opml"), _XML),
    **dict.fromkeys((".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".properties"), _SETTINGS),
    **dict.fromkeys((".vtt", ".srt"), _SUBTITLES),
    **dict.fromkeys(_CODE_ENDINGS.split(), _CODE),
    ".ipynb": Format(DocumentKind.CODE, "source_code:read_notebook", 100 * _MB),
    # Pages.
    ".pdf": Format(DocumentKind.PDF, "pdf:read_pdf", 1_000 * _MB),
    # Pictures.
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif"), _PICTURE),
    # Office.
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), Format(DocumentKind.DOCX, "written:read_written", 300 * _MB)),
    **dict.fromkeys(
        (".doc", ".dot", ".odt", ".ott", ".rtf"), Format(DocumentKind.WRITING, "written:read_written", 300 * _MB)
    ),
    **dict.fromkeys(
        (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm", ".ppt", ".pps", ".pot", ".odp", ".otp"),
        Format(DocumentKind.SLIDES, "slides:read_slides", 500 * _MB),
    ),
    **dict.fromkeys(
        (".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".xlt", ".ods", ".ots"),
        Format(DocumentKind.SHEET, "sheets:read_sheets", 300 * _MB),
    ),
    **dict.fromkeys((".csv", ".tsv"), Format(DocumentKind.SHEET, "csv_tables:read_csv", 200 * _MB)),
    # Mail.
    ".eml": Format(DocumentKind.MAIL, "mail:read_mail", 200 * _MB),
    ".emlx": Format(DocumentKind.MAIL, "mail:read_emlx", 200 * _MB),
    ".mbox": Format(DocumentKind.MAIL, "mailboxes:read_mbox", 4_000 * _MB),
    ".msg": Format(DocumentKind.MAIL, "outlook_message:read_msg", 200 * _MB),
    **dict.fromkeys((".pst", ".ost"), Format(DocumentKind.MAIL, "outlook_store:read_pst", 50_000 * _MB)),
    ".ics": Format(DocumentKind.CALENDAR, "calendars:read_calendar", 100 * _MB),
    ".vcf": Format(DocumentKind.CALENDAR, "calendars:read_cards", 100 * _MB),
    # Archives: what is inside becomes documents of its own.
    ".zip": Format(DocumentKind.ARCHIVE, "archives:read_zip", 50_000 * _MB),
    ".tar": Format(DocumentKind.ARCHIVE, "archives:read_tar", 50_000 * _MB),
    **dict.fromkeys(
        (".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz"),
        Format(DocumentKind.ARCHIVE, "archives:read_packed", 50_000 * _MB),
    ),
    # Recordings.
    **dict.fromkeys(
        (".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma", ".aiff", ".m4b", ".amr"), _RECORDING
    ),
    **dict.fromkeys((".mp4", ".webm", ".mkv", ".mov"), _RECORDING),
}
"""Every ending that is read. A format's row is all that reading it needs outside its own reader file."""

SUPPORTED = "Indoors reads documents, sheets, slides, books, mail, web pages, text, code, archives and recordings."


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file inside another one (an attachment, a file of an archive), to be read as a document of its own.

    `name` is its place inside, such as "letters/lease.pdf": a label, never a path that is opened. `content` gives its
    bytes and is called at most once, after the limits were checked against `size_bytes` (what the container says).
    """

    name: str
    size_bytes: int
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader found in one file. Texts of sections are already clean: no NUL, line ends are \\n."""

    title: str
    author: str
    sections: tuple[Section, ...]
    pages: int | None = None
    duration_s: float | None = None
    sender: str = ""
    written_at: float | None = None
    """When it was written or sent, by what the file itself says, seconds since 1970."""
    enclosed: Iterable[Enclosed] = ()
    """Files inside this one; iterated once, after the sections were taken."""
    pictures: tuple[int, ...] = ()
    """Pages that show a picture and no words of their own, from 1: what text recognition can read."""


def kind_of(path: Path) -> DocumentKind | None:
    """The kind a file's name promises, or None when this kind is not read."""
    found = FORMATS.get(path.suffix.lower())
    return found.kind if found else None


def kind_word(path: Path) -> str:
    """The kind for a person: "pdf", or the suffix of a kind that is not read."""
    kind = kind_of(path)
    return kind.value if kind else path.suffix.lower().lstrip(".") or "unknown"


def size_words(size_bytes: int) -> str:
    """A size as people say it: "2.1 GB"."""
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
