"""Child side of documents inside files: unpacks attachments and files of archives one by one, within limits."""

from __future__ import annotations

import faulthandler
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import FileTrouble
from app.library.kinds import FORMATS, SUPPORTED, Content, Enclosed, size_words
from app.library.labels import clean_label, disk_name, is_junk, numbered
from app.library.opening import (
    READ_TROUBLES,
    check,
    document_frame,
    no_words,
    read_content,
    section_frame,
    too_large,
    trouble_of,
)
from app.values import DocumentKind, TroubleKind
from models.api import Cancel
from models.frames import Frame

MOST_DEPTH = 3
"""Layers that are opened: a file in an archive in a mail in an archive."""
MOST_MEMBERS = 10_000
MOST_UNPACKED_BYTES = 2_000_000_000
MOST_RATIO = 100
"""Unpacked bytes for each byte on disk. Text packs 3 to 20 times, tables and logs up to 60; bombs a thousand."""
_RATIO_FROM_BYTES = 100_000_000
MOST_MEMBER_BYTES = 500_000_000
"""A file inside another is unpacked in memory."""
MOST_TEXT_BYTES = 200_000_000
_MOST_LEFT_BYTES = 500_000_000
_LEAST_IMAGE_BYTES = 60_000
"""Photographs and scanned letters are larger, logos in mails smaller."""
THE_REST = "(everything after that)"
"""Stands in place of a name for what was not unpacked any more."""
_LEAST_S, _S_PER_MB, _MOST_S = 30.0, 4.0, 900.0


def member_limit_s(size_bytes: int) -> float:
    """How long one file inside another may take: as long as if it lay on the disk."""
    return min(_MOST_S, _LEAST_S + _S_PER_MB * size_bytes / 1e6)


@dataclass(slots=True)
class Unpacking:
    """One file with everything inside it, as frames; whatever a file inside does, it costs only itself.

    `broken`: parts that ended the process in an earlier try, by number, and how. `scratch` is a folder of our own for
    the one file being read; the parent clears it when this process is killed.
    """

    scratch: Path
    password: str
    cancel: Cancel
    broken: Mapping[str, str]
    anyway: bool = False
    most_bytes: int = MOST_UNPACKED_BYTES
    parts: int = 0
    read: int = 0
    seen: int = 0
    other_kinds: int = 0
    unpacked: int = 0
    text: int = 0
    scans: int = 0
    left: int = 0
    """Bytes of scans that stay unpacked until the parent has looked at them."""
    over: bool = False
    troubles: list[FileTrouble] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def file(self, path: Path) -> Iterator[Frame]:
        """All frames of a file on disk; the last is `refused` or `inside`. Raises READ_TROUBLES before the first."""
        check(path, anyway=self.anyway)
        self.most_bytes = min(self.most_bytes, max(_RATIO_FROM_BYTES, MOST_RATIO * path.stat().st_size))
        content = read_content(path, self.password)
        own = 0
        for section in content.sections:
            if self.cancel.stopped:
                return
            frame, count = section_frame(section)
            own += count
            if count:
                yield frame
        yield document_frame(content)
        yield from self._inside(content.enclosed, "", 1)
        if not own and not self.read and not self.scans and not content.pictures:
            raise self._nothing(content)
        yield Frame({"inside": {"seen": self.seen, "other_kinds": self.other_kinds}})

    def _inside(self, enclosed: Iterable[Enclosed], place: str, depth: int) -> Iterator[Frame]:
        """The files in one file. `place` is that file's own label and a slash, or empty for the file on disk."""
        items = iter(enclosed)
        while not self.cancel.stopped and not self.over:
            try:
                item = next(items, None)
            except READ_TROUBLES as error:
                yield self._trouble(place + THE_REST, 0, trouble_of(error)[0])
                return
            if item is None:
                return
            if depth > MOST_DEPTH:
                deep = FileTrouble(f"Packed in more than {MOST_DEPTH} layers", hint="Unpack it and add what is inside.")
                yield self._trouble(place + THE_REST, 0, deep)
                return
            yield from self._member(item, place, depth)

    def _member(self, item: Enclosed, place: str, depth: int) -> Iterator[Frame]:
        self.seen += 1
        if self.seen > MOST_MEMBERS:
            many = FileTrouble(f"More than {MOST_MEMBERS:,} files inside", hint="Unpack it and add the folder.")
            yield from self._stop(place, many)
            return
        bare = clean_label(item.name)
        if is_junk(bare):
            return
        form = FORMATS.get(Path(bare).suffix.lower())
        if form is None:
            self.other_kinds += 1
            return
        label = numbered(place + bare, self._taken)
        if form.kind is DocumentKind.AUDIO:
            hint = "Unpack it and add the recording."
            spoken = FileTrouble("A recording inside another file", hint=hint, kind=TroubleKind.UNSUPPORTED)
            yield self._trouble(label, item.size_bytes, spoken, skipped=True)
        elif item.size_bytes > min(form.largest_bytes, MOST_MEMBER_BYTES):
            yield self._trouble(label, item.size_bytes, too_large(item.size_bytes))
        elif self.unpacked + item.size_bytes > self.most_bytes:
            yield from self._stop(place, self._far_larger())
        else:
            yield from self._part(item, label, depth)

    def _part(self, item: Enclosed, label: str, depth: int) -> Iterator[Frame]:
        """One file of a kind that is read: its own sections, then what lies inside it."""
        self.parts += 1
        number = self.parts
        yield Frame({"part": {"number": number, "member": label, "size_bytes": item.size_bytes}})
        if str(number) in self.broken:
            ended = FileTrouble(self.broken[str(number)], hint="Unpack it and add it by itself.")
            yield self._trouble(label, item.size_bytes, ended)
            return
        folder = self.scratch / str(number)
        try:
            opened = self._open(item, folder, label, number)
            if isinstance(opened, FileTrouble):
                yield self._trouble(label, item.size_bytes, opened)
                return
            content, facts, frames = opened
            yield from frames
            before = (self.read, self.scans, len(self.troubles), self.other_kinds)
            if frames:
                self.read += 1
                self.text += sum(len(frame.payload) for frame in frames)
                yield document_frame(content, number, **facts)
            yield from self._inside(content.enclosed, label + "/", depth + 1)
            if not frames and before == (self.read, self.scans, len(self.troubles), self.other_kinds):
                yield from self._wordless(content, facts, folder / disk_name(label), number)
            if self.text > MOST_TEXT_BYTES:
                yield from self._stop("", FileTrouble("Too many words inside", hint="Unpack it and add the folder."))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _open(
        self, item: Enclosed, folder: Path, label: str, number: int
    ) -> tuple[Content, dict[str, object], list[Frame]] | FileTrouble:
        """What a file inside holds, what is told of its bytes, and its sections with passages; or why not."""
        with _Watch(member_limit_s(item.size_bytes)):
            try:
                path, facts = self._unpack(item, folder, label)
                content = read_content(path, self.password)
                framed = (section_frame(section, number) for section in content.sections)
                return content, facts, [frame for frame, count in framed if count]
            except READ_TROUBLES as error:
                return trouble_of(error)[0]

    def _unpack(self, item: Enclosed, folder: Path, label: str) -> tuple[Path, dict[str, object]]:
        """Write one file to a folder of its own: (path, what is told of its bytes). Raises READ_TROUBLES."""
        data = item.content()
        self.unpacked += len(data)
        if len(data) > MOST_MEMBER_BYTES:
            raise too_large(len(data))
        if self.unpacked > self.most_bytes:
            raise self._far_larger()
        if not data:
            hint = "Check that it was saved or copied completely."
            raise FileTrouble("Empty, there is nothing to search", hint=hint, kind=TroubleKind.EMPTY)
        try:
            folder.mkdir(parents=True, mode=0o700)
            path = folder / disk_name(label)
            path.write_bytes(data)
        except OSError as error:
            raise FileTrouble("Too little free disk to unpack it", hint="Free some space.") from error
        check(path)
        facts = {"member": label, "kind": FORMATS[path.suffix.lower()].kind, "size_bytes": len(data)}
        return path, facts | {"sha256": hashlib.sha256(data).hexdigest()}

    def _wordless(self, content: Content, facts: Mapping[str, object], path: Path, number: int) -> Iterator[Frame]:
        """A file inside without words. Scans are left unpacked for the parent, which has them recognised; small images
        are passed over (most are logos and signatures of mails)."""
        label, size_bytes = str(facts["member"]), path.stat().st_size
        image = facts["kind"] is DocumentKind.IMAGE
        small = image and size_bytes < _LEAST_IMAGE_BYTES
        if content.pictures and not small and self.left + size_bytes <= _MOST_LEFT_BYTES:
            self.scans += 1
            self.left += size_bytes
            path.replace(scan_path(self.scratch, number, label))
            yield document_frame(content, number, scan=True, **facts)
        elif image:
            self.other_kinds += 1
        else:
            yield self._trouble(label, size_bytes, pictures_only() if content.pictures else no_words())

    def _trouble(self, label: str, size_bytes: int, trouble: FileTrouble, *, skipped: bool = False) -> Frame:
        self.troubles.append(trouble)
        said = {"reason": trouble.reason, "hint": trouble.hint, "kind": trouble.kind, "estimate_s": trouble.estimate_s}
        return Frame({"trouble": said | {"member": label, "size_bytes": size_bytes, "skipped": skipped}})

    def _stop(self, place: str, trouble: FileTrouble) -> Iterator[Frame]:
        """Unpack nothing more of the whole file."""
        self.over = True
        yield self._trouble(place + THE_REST, 0, trouble)

    def _far_larger(self) -> FileTrouble:
        return FileTrouble(
            f"Larger than {size_words(self.most_bytes)} when unpacked",
            hint="Unpack it and add the folder.",
            kind=TroubleKind.TOO_LARGE,
        )

    def _nothing(self, content: Content) -> FileTrouble:
        """Why a file with no words of its own, and none inside it, is refused."""
        reasons = {trouble.reason: trouble for trouble in self.troubles}
        if len(reasons) == 1:
            return next(iter(reasons.values()))
        if reasons:
            hint = f"The first of {len(self.troubles)} reasons: {self.troubles[0].reason}."
            return FileTrouble("Nothing inside it could be read", hint=hint)
        if self.other_kinds:
            return FileTrouble("Nothing inside it is of a kind that is read", hint=SUPPORTED)
        return pictures_only() if content.pictures else no_words()


def scan_path(scratch: Path, number: int, label: str) -> Path:
    """Where part `number` waits to be recognised: named by us alone, its ending is one that is read."""
    return scratch / f"scan-{number}{Path(label).suffix.lower()}"


def pictures_only() -> FileTrouble:
    """The refusal of a scan."""
    hint = "Read it with OCR."
    return FileTrouble("Pictures of text, no words to search", hint=hint, kind=TroubleKind.PICTURES)


class _Watch:
    """Ends this process when the file in hand takes too long, also inside native code: the parent then goes on
    without that file."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._nowhere = os.open(os.devnull, os.O_WRONLY)

    def __enter__(self) -> None:
        """Start the clock."""
        faulthandler.dump_traceback_later(self._limit_s, exit=True, file=self._nowhere)

    def __exit__(self, *_: object) -> None:
        faulthandler.cancel_dump_traceback_later()
        os.close(self._nowhere)
