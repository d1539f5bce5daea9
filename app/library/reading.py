"""Parent side of the reader: one file in, clean sections or one plain reason out, whatever a file does to the child."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from app.errors import FileTrouble
from app.library.recording import DecodedAudio
from app.store.documents import Cut
from app.values import Section, TroubleKind
from models.api import Cancel, ModelError, Trouble
from models.child import python_command
from models.child_words import ChildMistake, HostTimeout
from models.frames import Frame
from models.host import Host

MEMORY_LIMIT_BYTES = 3 * 1024**3
"""Address space of the reader: 1 GB is mapped before the first file, the rest is for the largest files."""
_LEAST_S = 30.0
_S_PER_MB = 4.0
_MOST_S = 900.0
_SCRATCH_SPARE_BYTES = 200_000_000
_DECODED_PER_SECOND = 32_000
_KINDS = frozenset({"page", "lines", "cells", "time", "message", "slide"})


class Stopped(Exception):
    """The person stopped while a file was being read."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file holds: sections and the cuts that tile them."""

    title: str
    author: str
    pages: int | None
    duration_s: float | None
    sections: tuple[Section, ...]
    cuts: tuple[Cut, ...]
    sender: str = ""
    written_at: float | None = None


class Refused(FileTrouble):
    """A file that gave nothing; `lasting` is False when it may go better without a change of the file. `ended_reader`
    says that the process ended over it: only when that happens twice is the file to blame."""

    def __init__(
        self,
        reason: str,
        *,
        hint: str,
        lasting: bool,
        ended_reader: bool = False,
        kind: TroubleKind = TroubleKind.OTHER,
    ) -> None:
        super().__init__(reason, hint=hint, kind=kind)
        self.lasting = lasting
        self.ended_reader = ended_reader


class Reading:
    """Reads files in a sealed, limited child process that is started on demand and ended when idle."""

    def __init__(self, scratch: Path, *, idle_s: float = 600.0, host: Host | None = None) -> None:
        """`scratch` is where decoded recordings stand while they are written down."""
        self.scratch = scratch
        self.host = host or Host(
            "reader",
            python_command("app.library.reader_process"),
            idle_s=idle_s,
            memory_limit_bytes=MEMORY_LIMIT_BYTES,
        )

    def read(self, path: Path, *, size_bytes: int, cancel: Cancel) -> ReadFile:
        """Read one file. Raises Refused with one plain reason, Stopped."""
        sections: list[Section] = []
        cuts: list[Cut] = []
        said: Mapping[str, Any] | None = None
        for frame in self._frames("read", os.fsencode(path), size_bytes=size_bytes, cancel=cancel):
            if "section" in frame.header:
                section, own = _section(frame, len(sections))
                sections.append(section)
                cuts.extend(own)
            else:
                said = frame.header.get("document")
        if said is None:
            raise Stopped
        pages, duration_s, written_at = said.get("pages"), said.get("duration_s"), said.get("written_at")
        return ReadFile(
            title=_line(said.get("title")) or path.stem,
            author=_line(said.get("author")),
            pages=pages if isinstance(pages, int) else None,
            duration_s=float(duration_s) if isinstance(duration_s, int | float) else None,
            sections=tuple(sections),
            cuts=tuple(cuts),
            sender=_line(said.get("sender")),
            written_at=float(written_at) if isinstance(written_at, int | float) else None,
        )

    def decode(self, path: Path, *, size_bytes: int, cancel: Cancel) -> tuple[Path, DecodedAudio]:
        """Decode a recording to 16 kHz mono s16le in the scratch folder: (file, facts). The caller deletes it.

        Raises Refused, Stopped.
        """
        self.scratch.mkdir(parents=True, exist_ok=True)
        target = self.scratch / f"{uuid.uuid4().hex}.pcm"
        payload = os.fsencode(path) + b"\0" + os.fsencode(target)
        with ExitStack() as on_trouble:
            on_trouble.callback(target.unlink, missing_ok=True)
            if shutil.disk_usage(self.scratch).free < _SCRATCH_SPARE_BYTES:
                raise Refused("Too little free disk to decode it", hint="Free some space.", lasting=False)
            said: Mapping[str, Any] | None = None
            for frame in self._frames("decode", payload, size_bytes=size_bytes, cancel=cancel):
                said = frame.header.get("decoded")
            if said is None:
                raise Stopped
            decoded = _decoded(said)
            on_trouble.pop_all()
        return target, decoded

    def clear_scratch(self) -> None:
        """Delete what a killed run left in the scratch folder."""
        with suppress(OSError):
            for left in self.scratch.glob("*.pcm"):
                left.unlink(missing_ok=True)

    def close(self) -> None:
        """End the reader process."""
        self.host.close()

    def _frames(self, verb: str, payload: bytes, *, size_bytes: int, cancel: Cancel) -> Sequence[Frame]:
        """All frames of one job. Raises Refused for everything the file or the child did."""
        limit_s = min(_MOST_S, _LEAST_S + _S_PER_MB * size_bytes / 1e6)
        try:
            frames = list(self.host.ask(verb, {}, payload=payload, cancel=cancel, timeout_s=limit_s))
        except HostTimeout as error:
            raise _ended(f"It took longer than {limit_s:.0f} seconds to read", "Save it again, or split it.") from error
        except ModelError as error:
            if error.kind is Trouble.OUT_OF_MEMORY:
                raise _ended("It needs more memory than it may have", "Split it into parts.") from error
            raise _ended("The reader stopped working on it", "Save it again and add it.") from error
        except ChildMistake as error:
            raise _ended("It could not be understood", "Save it again with another program.") from error
        if cancel.stopped:
            raise Stopped
        for frame in frames:
            if "refused" in frame.header:
                refused = frame.header["refused"]
                raise Refused(
                    _line(refused["reason"]),
                    hint=_line(refused["hint"]),
                    lasting=bool(refused["lasting"]),
                    kind=TroubleKind(refused["kind"]),
                )
        return frames


def _decoded(said: Mapping[str, Any]) -> DecodedAudio:
    try:
        return DecodedAudio.from_header(said)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("It could not be understood", hint="Save it again as WAV or FLAC.", lasting=True) from error


def _ended(reason: str, hint: str) -> Refused:
    return Refused(reason, hint=hint, lasting=False, ended_reader=True)


def _line(value: object) -> str:
    """One line of at most 300 characters out of whatever the child sent."""
    return " ".join(str(value or "").split())[:300]


def _section(frame: Frame, position: int) -> tuple[Section, list[Cut]]:
    """A section and its cuts, every field checked: the child has met hostile files. Raises Refused."""
    try:
        header = frame.header["section"]
        text = frame.payload.decode("utf-8")
        section = Section(
            kind=cast("Any", str(header["kind"])),
            number=int(header["number"]),
            text=text,
            headings=tuple((int(at), str(path)[:300]) for at, path in header["headings"]),
            spans=tuple((int(a), int(b), float(s), float(e), str(who)) for a, b, s, e, who in header["spans"]),
            sheet=str(header["sheet"])[:300],
            sender=_line(header["sender"]),
            written_at=None if header["written_at"] is None else float(header["written_at"]),
            ocr=None if header["ocr"] is None else float(header["ocr"]),
            boxes=tuple(
                (int(a), int(b), float(x0), float(y0), float(x1), float(y1)) for a, b, x0, y0, x1, y1 in header["boxes"]
            ),
        )
        cuts = [Cut(position, int(a), int(b), str(heading)[:400]) for a, b, heading in header["cuts"]]
    except (KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
        raise Refused("It could not be understood", hint="Save it again with another program.", lasting=True) from error
    if section.kind not in _KINDS or not tiles(cuts, len(text)):
        raise Refused("It could not be understood", hint="Save it again with another program.", lasting=True)
    return section, cuts


def tiles(cuts: Sequence[Cut], length: int) -> bool:
    """Whether cuts cover [0, length) without gap or overlap."""
    at = 0
    for cut in cuts:
        if cut.start_char != at or cut.end_char <= at:
            return False
        at = cut.end_char
    return at == length
