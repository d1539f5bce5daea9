"""Parent side of the reader: one file in, clean sections or one plain reason out, whatever a file does to the child."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from app.library.inner_scans import with_scans
from app.library.kinds import kind_of
from app.library.received import ReadFile, Received, Refused, refusal
from app.library.recognition import Recognition, pictures_only
from app.library.recording import DecodedAudio
from app.values import DocumentKind
from models.api import Cancel, ModelError, Trouble
from models.child import python_command
from models.child_words import ChildMistake, HostTimeout
from models.frames import Frame
from models.host import Host

__all__ = ["MEMORY_LIMIT_BYTES", "ReadFile", "Reading", "Refused", "Stopped"]

MEMORY_LIMIT_BYTES = 3 * 1024**3
"""Address space of the reader: 1 GB is mapped before the first file, the rest is for the largest files."""
_LEAST_S = 30.0
_S_PER_MB = 4.0
_MOST_S = 900.0
_LEAST_FOR_MANY_S, _S_PER_MB_OF_MANY, _MOST_FOR_MANY_S = 120.0, 20.0, 3600.0
"""For files that hold other files: packed text is five times as long as it looks, mail archives have gigabytes. Each
file inside has its own limit besides (members.member_limit_s)."""
_MOST_BROKEN = 5
"""Files inside one file that may end the reader, each costing only itself; after that the rest is left unread."""
_SCRATCH_SPARE_BYTES = 200_000_000
_DECODED_PER_SECOND = 32_000
_INSIDE = "inside-"
_HOLD_MANY = frozenset({DocumentKind.ARCHIVE, DocumentKind.MAIL})


class Stopped(Exception):
    """The person stopped while a file was being read."""


class Reading:
    """Reads files in a sealed, limited child process that is started on demand and ended when idle."""

    def __init__(
        self,
        scratch: Path,
        *,
        idle_s: float = 600.0,
        host: Host | None = None,
        recognition: Recognition | None = None,
    ) -> None:
        """`scratch` is where decoded recordings stand while they are written down. `recognition` reads the words of
        pictures; without it they wait."""
        self.scratch = scratch
        self._recognition = recognition
        self.host = host or Host(
            "reader",
            python_command("app.library.reader_process"),
            idle_s=idle_s,
            memory_limit_bytes=MEMORY_LIMIT_BYTES,
        )

    def read(
        self,
        path: Path,
        *,
        size_bytes: int,
        cancel: Cancel,
        password: str = "",
        ocr: bool | None = None,
        anyway: bool = False,
    ) -> ReadFile:
        """Read one file and the documents inside it. `password` opens it when it is locked, and what lies inside it.
        `ocr`: whether its pictures are read, as the person said; None leaves it to the setting and their number.
        `anyway`: it is read although it is larger than its kind's limit, in as much time as its size asks for.

        A file inside that ends the process costs only itself: the others are read in another try, within the same
        time limit for all. Raises Refused with one plain reason, Stopped.
        """
        limit_s = _limit_s(path, size_bytes, capped=not anyway)
        scratch = self._scratch_for(path)
        ends_at = time.monotonic() + limit_s
        broken: dict[str, str] = {}
        while True:
            got = Received(path)
            header = {"scratch": str(scratch), "password": password, "broken": broken, "anyway": anyway}
            left_s = max(1.0, ends_at - time.monotonic())
            part_since = time.monotonic()
            try:
                for frame in self.host.ask("read", header, payload=os.fsencode(path), cancel=cancel, timeout_s=left_s):
                    got.take(frame)
                    part_since = time.monotonic() if "part" in frame.header else part_since
            except (ModelError, ChildMistake) as error:
                ended = _ended_by(error, limit_s)
                if got.in_hand is None or isinstance(error, HostTimeout) or len(broken) >= _MOST_BROKEN:
                    if short := got.cut_short(ended.reason):
                        return short
                    raise ended from error
                slow = time.monotonic() - part_since >= got.in_hand_limit_s
                broken[str(got.in_hand[0])] = _too_long(got.in_hand_limit_s) if slow else ended.reason
                continue
            else:
                if cancel.stopped or not got.finished:
                    raise Stopped
                return self._with_pictures(path, got, scratch, password=password, ocr=ocr, cancel=cancel)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)

    def _with_pictures(
        self, path: Path, got: Received, scratch: Path, *, password: str, ocr: bool | None, cancel: Cancel
    ) -> ReadFile:
        """What was found together with the words of its pictures, as far as they are to be read: first of the scans
        inside it, then its own."""
        found: ReadFile | None = got.file()
        if got.scans and found is not None:
            found = with_scans(
                found, got.scans, scratch, self._recognition, asked=ocr, password=password, cancel=cancel
            )
        if self._recognition is not None and found is not None:
            found = self._recognition.complete(path, found, asked=ocr, password=password, cancel=cancel)
        if found is None:
            raise Stopped
        if found.pictures and not found.passages:
            raise pictures_only(None)
        return found

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
            for folder in self.scratch.glob(f"{_INSIDE}*"):
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """End the reader process."""
        self.host.close()

    def _scratch_for(self, path: Path) -> Path:
        """Where files inside a file are unpacked, one at a time: the same folder for the same file, so that the host
        knows a repeated request again."""
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return self.scratch / f"{_INSIDE}{os.getpid()}-{name}"

    def _frames(self, verb: str, payload: bytes, *, size_bytes: int, cancel: Cancel) -> Sequence[Frame]:
        """All frames of one job. Raises Refused for everything the file or the child did."""
        limit_s = min(_MOST_S, _LEAST_S + _S_PER_MB * size_bytes / 1e6)
        try:
            frames = list(self.host.ask(verb, {}, payload=payload, cancel=cancel, timeout_s=limit_s))
        except (ModelError, ChildMistake) as error:
            raise _ended_by(error, limit_s) from error
        if cancel.stopped:
            raise Stopped
        for frame in frames:
            if "refused" in frame.header:
                raise refusal(frame.header["refused"])
        return frames


def _limit_s(path: Path, size_bytes: int, *, capped: bool) -> float:
    if kind_of(path) in _HOLD_MANY:
        limit_s, most_s = _LEAST_FOR_MANY_S + _S_PER_MB_OF_MANY * size_bytes / 1e6, _MOST_FOR_MANY_S
    else:
        limit_s, most_s = _LEAST_S + _S_PER_MB * size_bytes / 1e6, _MOST_S
    return min(most_s, limit_s) if capped else limit_s


def _decoded(said: Mapping[str, Any]) -> DecodedAudio:
    try:
        return DecodedAudio.from_header(said)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("It could not be understood", hint="Save it again as WAV or FLAC.", lasting=True) from error


def _ended_by(error: ModelError | ChildMistake, limit_s: float) -> Refused:
    """What is said of a file over which the process ended."""
    match error:
        case HostTimeout():
            reason, hint = _too_long(limit_s), "Save it again, or split it."
        case ChildMistake():
            reason, hint = "It could not be understood", "Save it again with another program."
        case ModelError(kind=Trouble.OUT_OF_MEMORY):
            reason, hint = "It needs more memory than it may have", "Split it into parts."
        case _:
            reason, hint = "The reader stopped working on it", "Save it again and add it."
    return Refused(reason, hint=hint, lasting=False, ended_reader=True)


def _too_long(limit_s: float) -> str:
    return f"It took longer than {limit_s:.0f} seconds to read"
