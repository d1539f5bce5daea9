"""Which files can be read, told from their names and first bytes, and the plain words for those that cannot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.values import DocumentKind, Section

READER_VERSION = 1
"""Grows when readers learn something: troubles found by an older version are looked at again."""

KIND_OF_SUFFIX = {
    ".txt": DocumentKind.TEXT,
    ".text": DocumentKind.TEXT,
    ".log": DocumentKind.TEXT,
    ".md": DocumentKind.MARKDOWN,
    ".markdown": DocumentKind.MARKDOWN,
    ".html": DocumentKind.HTML,
    ".htm": DocumentKind.HTML,
    ".xhtml": DocumentKind.HTML,
    ".pdf": DocumentKind.PDF,
    ".docx": DocumentKind.DOCX,
    ".eml": DocumentKind.MAIL,
    ".wav": DocumentKind.AUDIO,
    ".mp3": DocumentKind.AUDIO,
    ".flac": DocumentKind.AUDIO,
    ".ogg": DocumentKind.AUDIO,
    ".oga": DocumentKind.AUDIO,
    ".opus": DocumentKind.AUDIO,
    ".m4a": DocumentKind.AUDIO,
    ".aac": DocumentKind.AUDIO,
    ".wma": DocumentKind.AUDIO,
    ".aiff": DocumentKind.AUDIO,
    ".m4b": DocumentKind.AUDIO,
    ".amr": DocumentKind.AUDIO,
    ".mp4": DocumentKind.AUDIO,
    ".webm": DocumentKind.AUDIO,
    ".mkv": DocumentKind.AUDIO,
    ".mov": DocumentKind.AUDIO,
}

SUPPORTED = "Indoors reads txt, md, html, pdf, docx, eml and recordings."

LARGEST_BYTES = {
    DocumentKind.TEXT: 200_000_000,
    DocumentKind.MARKDOWN: 200_000_000,
    DocumentKind.HTML: 100_000_000,
    DocumentKind.PDF: 1_000_000_000,
    DocumentKind.DOCX: 300_000_000,
    DocumentKind.MAIL: 200_000_000,
    DocumentKind.AUDIO: 4_000_000_000,
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader found in one file. Texts of sections are already clean: no NUL, line ends are \\n."""

    title: str
    author: str
    sections: tuple[Section, ...]
    pages: int | None = None
    duration_s: float | None = None


def kind_of(path: Path) -> DocumentKind | None:
    """The kind a file's name promises, or None when this kind is not read."""
    return KIND_OF_SUFFIX.get(path.suffix.lower())


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
