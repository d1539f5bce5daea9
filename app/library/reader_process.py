"""Child side of the reader: opens one of the person's files, hands back clean sections already cut into passages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from app.errors import FileTrouble
from app.library.kinds import FORMATS, SUPPORTED, Content, size_words
from app.library.split import split
from app.values import Section, TroubleKind
from models.frames import Frame
from models.worker import Request, serve


def _read(path: Path) -> Content:
    """Read one file by its ending; heavy parsers are imported only when their kind is met."""
    module, _, function = FORMATS[path.suffix.lower()].reader.partition(":")
    read_format: Callable[[Path], Content] = getattr(import_module(f"app.library.readers.{module}"), function)
    return read_format(path)


def _check(path: Path) -> None:
    """Refuse what cannot be read before any parser sees it. Raises FileTrouble, OSError."""
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
    if size > form.largest_bytes:
        raise FileTrouble(
            f"Too large ({size_words(size)})", hint="Split it into parts and add those.", kind=TroubleKind.TOO_LARGE
        )
    with path.open("rb") as file:
        file.read(1)


def read(request: Request) -> Iterator[Frame]:
    """Verb `read` {path}: a frame per section, then one with the document; or one `refused` frame."""
    path = Path(os.fsdecode(request.payload))
    try:
        _check(path)
        content = _read(path)
    except FileTrouble as trouble:
        yield _refusal(trouble)
        return
    except OSError as error:
        yield _system_refusal(error)
        return
    except RecursionError:
        yield _refusal(FileTrouble("Nested too deep to be read", hint="Save it again with another program."))
        return
    passages = 0
    for section in content.sections:
        if request.cancel.stopped:
            return
        frame, count = section_frame(section)
        passages += count
        if count:
            yield frame
    if not passages:
        yield _refusal(FileTrouble("No words to search in it", hint="Check that it opens and holds text."))
        return
    yield Frame(
        {
            "document": {
                "title": content.title[:300],
                "author": content.author[:300],
                "pages": content.pages,
                "duration_s": content.duration_s,
                "sender": content.sender[:300],
                "written_at": content.written_at,
            }
        }
    )


def section_frame(section: Section) -> tuple[Frame, int]:
    """A section with its cuts as a frame, and how many passages it has."""
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
    }
    return Frame({"section": header}, section.text.encode("utf-8", errors="replace")), len(pieces)


def decode(request: Request) -> Iterator[Frame]:
    """Verb `decode` {} with "source\\0target": a recording as 16 kHz mono s16le; answers {decoded}: a DecodedAudio."""
    source, target = (Path(os.fsdecode(part)) for part in request.payload.split(b"\0"))
    try:
        _check(source)
        from app.library.readers.audio import decode_audio

        decoded = decode_audio(source, target, cancel=request.cancel)
    except FileTrouble as trouble:
        yield _refusal(trouble)
        return
    except OSError as error:
        yield _system_refusal(error)
        return
    yield Frame({"decoded": asdict(decoded)})


def _refusal(trouble: FileTrouble, *, lasting: bool = True) -> Frame:
    return Frame(
        {"refused": {"reason": trouble.reason, "hint": trouble.hint, "kind": trouble.kind, "lasting": lasting}}
    )


def _system_refusal(error: OSError) -> Frame:
    """What the system said of the file itself, in plain words; such troubles may pass, so they are tried again."""
    match error:
        case PermissionError():
            trouble = FileTrouble(
                "No permission to open it",
                hint="Ask its owner, or copy it to a folder of yours.",
                kind=TroubleKind.NO_PERMISSION,
            )
        case FileNotFoundError():
            trouble = FileTrouble("It does not exist any more", hint="Nothing to do; it is taken out of the library.")
        case IsADirectoryError():
            trouble = FileTrouble("It is a folder", hint="Add the folder itself.")
        case _:
            trouble = FileTrouble("The disk could not read it", hint="Check the disk, then read it again.")
    return _refusal(trouble, lasting=False)


def handlers() -> Mapping[str, Callable[[Request], Iterator[Frame]]]:
    """The verbs of this process."""
    return {"read": read, "decode": decode}


if __name__ == "__main__":
    serve(handlers, name="reader")
