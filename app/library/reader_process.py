"""Child side of the reader: opens one of the person's files, hands back clean sections already cut into passages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from app.errors import FileTrouble
from app.library.members import Unpacking
from app.library.opening import READ_TROUBLES, check, trouble_of
from models.frames import Frame
from models.worker import Request, serve


def read(request: Request) -> Iterator[Frame]:
    """Verb `read` {scratch, password, broken, anyway} with the path: for the file itself, then for every document
    inside it, a frame per section and one with the document; or one `refused` frame for all. See members.Unpacking."""
    said = request.header
    unpacking = Unpacking(
        scratch=Path(said["scratch"]),
        password=said["password"],
        cancel=request.cancel,
        broken=said["broken"],
        anyway=said["anyway"],
    )
    try:
        yield from unpacking.file(Path(os.fsdecode(request.payload)))
    except READ_TROUBLES as error:
        yield _refusal(error)


def decode(request: Request) -> Iterator[Frame]:
    """Verb `decode` {} with "source\\0target": a recording as 16 kHz mono s16le; answers {decoded}: a DecodedAudio."""
    source, target = (Path(os.fsdecode(part)) for part in request.payload.split(b"\0"))
    try:
        check(source)
        from app.library.readers.audio import decode_audio

        decoded = decode_audio(source, target, cancel=request.cancel)
    except (FileTrouble, OSError) as error:
        yield _refusal(error)
        return
    yield Frame({"decoded": asdict(decoded)})


def _refusal(error: Exception) -> Frame:
    trouble, lasting = trouble_of(error)
    return Frame(
        {
            "refused": {
                "reason": trouble.reason,
                "hint": trouble.hint,
                "kind": trouble.kind,
                "lasting": lasting,
                "estimate_s": trouble.estimate_s,
            }
        }
    )


def handlers() -> Mapping[str, Callable[[Request], Iterator[Frame]]]:
    """The verbs of this process."""
    return {"read": read, "decode": decode}


if __name__ == "__main__":
    serve(handlers, name="reader")
