"""Opens one file inside the reader process: checks it, finds its reader, and puts what came out into frames."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from app.errors import FileTrouble
from app.library.kinds import FORMATS, SUPPORTED, Content, size_words
from app.library.split import split
from app.values import Section, TroubleKind
from models.frames import Frame

READ_TROUBLES = (FileTrouble, OSError, RecursionError)
"""What may be wrong with a file; everything else a reader raises is a mistake of ours and ends the process."""


_READ_S_PER_MB = 1.0
"""Seen on two cores: 3 MB of Markdown in 2.9 s, 20 MB of mails in 5.5 s; an estimate for people, not a limit."""
_READABLE_TIMES = 5
"""Beyond this multiple of a kind's limit the reader's memory would not do."""


def check(path: Path, *, anyway: bool = False) -> None:
    """Refuse what cannot be read before any parser sees it. `anyway`: the person wants it read although it is large.
    Raises FileTrouble, OSError."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise FileTrouble(
            f"Kind not supported ({path.suffix.lower() or 'no ending'})", hint=SUPPORTED, kind=TroubleKind.UNSUPPORTED
        )
    size = path.stat().st_size
    if size == 0:
        raise FileTrouble(
            "Empty, there is nothing to search",
            hint="Check that it was saved or copied completely.",
            kind=TroubleKind.EMPTY,
        )
    if size > form.largest_bytes and not anyway:
        possible = size <= form.largest_bytes * _READABLE_TIMES
        raise too_large(size, estimate_s=_READ_S_PER_MB * size / 1e6 if possible else None)
    with path.open("rb") as file:
        file.read(1)


def read_content(path: Path, password: str = "") -> Content:
    """Read one file by its ending; heavy parsers are imported only when their kind is met. Readers that can open
    locked files take the keyword `password`. Raises READ_TROUBLES."""
    module, _, function = FORMATS[path.suffix.lower()].reader.partition(":")
    read_format: Callable[..., Content] = getattr(import_module(f"app.library.readers.{module}"), function)
    if password and "password" in inspect.signature(read_format).parameters:
        return read_format(path, password=password)
    return read_format(path)


def too_large(size_bytes: int, *, estimate_s: float | None = None) -> FileTrouble:
    """The refusal of a file beyond its kind's limit; `estimate_s` where it may be read anyway."""
    return FileTrouble(
        f"Too large ({size_words(size_bytes)})",
        hint="Split it into parts and add those.",
        kind=TroubleKind.TOO_LARGE,
        estimate_s=estimate_s,
    )


def no_words() -> FileTrouble:
    """The refusal of a file that holds nothing to search."""
    hint = "Check that it opens and holds text."
    return FileTrouble("No words to search in it", hint=hint, kind=TroubleKind.EMPTY)


def trouble_of(error: Exception) -> tuple[FileTrouble, bool]:
    """The plain words for one of READ_TROUBLES, and whether they stay true until the file changes: what the system
    said may pass."""
    match error:
        case FileTrouble():
            return error, True
        case PermissionError():
            hint = "Ask its owner, or copy it to a folder of yours."
            return FileTrouble("No permission to open it", hint=hint, kind=TroubleKind.NO_PERMISSION), False
        case FileNotFoundError():
            hint = "Nothing to do; it is taken out of the library."
            return FileTrouble("It does not exist any more", hint=hint), False
        case IsADirectoryError():
            return FileTrouble("It is a folder", hint="Add the folder itself."), False
        case OSError():
            return FileTrouble("The disk could not read it", hint="Check the disk, then read it again."), False
        case _:
            return FileTrouble("Nested too deep to be read", hint="Save it again with another program."), True


def section_frame(section: Section, part: int = 0) -> tuple[Frame, int]:
    """A section with its cuts as a frame, and how many passages it has. `part` 0 is the file itself."""
    pieces = split(section)
    header = {
        "kind": section.kind,
        "number": section.number,
        "sheet": section.sheet,
        "sender": section.sender[:300],
        "written_at": section.written_at,
        "headings": section.headings,
        "spans": section.spans,
        "ocr": section.ocr,
        "boxes": section.boxes,
        "cuts": [(piece.start, piece.end, piece.heading) for piece in pieces],
        "part": part,
    }
    return Frame({"section": header}, section.text.encode("utf-8", errors="replace")), len(pieces)


def document_frame(content: Content, part: int = 0, **more: object) -> Frame:
    """What is said of a whole document."""
    return Frame(
        {
            "document": {
                "part": part,
                "title": content.title[:300],
                "author": content.author[:300],
                "pages": content.pages,
                "duration_s": content.duration_s,
                "sender": content.sender[:300],
                "written_at": content.written_at,
                "pictures": content.pictures,
                **more,
            }
        }
    )
