"""What the reader process says of one file, checked field by field: it has met hostile files and is not believed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from app.errors import FileTrouble
from app.library.kinds import kind_of, kind_word
from app.library.labels import is_clean
from app.library.members import MOST_MEMBERS, MOST_TEXT_BYTES, THE_REST, member_limit_s
from app.store.document_rows import Cut
from app.store.inside import Part, PartTrouble
from app.values import Section, TroubleKind
from models.frames import Frame

_KINDS = frozenset({"page", "lines", "cells", "time", "message", "slide"})
_MOST_WHOLE = 2**53
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MISTAKES = (KeyError, TypeError, ValueError, UnicodeDecodeError, OverflowError)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file holds: sections and the cuts that tile them, and the documents inside it."""

    title: str
    author: str
    pages: int | None
    duration_s: float | None
    sections: tuple[Section, ...]
    cuts: tuple[Cut, ...]
    sender: str = ""
    written_at: float | None = None
    pictures: tuple[int, ...] = ()
    """Pages that are pictures and hold no words of their own, from 1."""
    parts: tuple[Part, ...] = ()
    troubles: tuple[PartTrouble, ...] = ()
    """Files inside it that gave nothing, each with its reason."""
    other_kinds: int = 0
    """Files inside it of kinds that are not read: passed over silently."""

    @property
    def passages(self) -> int:
        """Passages of the file and of everything inside it."""
        return len(self.cuts) + sum(len(part.cuts) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Scan:
    """A file inside a file that holds pictures only and waits unpacked, as part `number`, to be recognised."""

    number: int
    part: Part
    pictures: tuple[int, ...]


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
        estimate_s: float | None = None,
    ) -> None:
        super().__init__(reason, hint=hint, kind=kind, estimate_s=estimate_s)
        self.lasting = lasting
        self.ended_reader = ended_reader


@dataclass(slots=True)
class _Pages:
    """Sections of one document as they come."""

    sections: list[Section] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)


@dataclass(slots=True)
class Received:
    """The frames of one reading, put together. Every method raises Refused for what cannot be."""

    path: Path
    whole: bool = False
    """The file itself is complete, whatever becomes of what lies inside."""
    finished: bool = False
    in_hand: tuple[int, str, int] | None = None
    """The part being read: its number, its place, its size."""
    _pages: dict[int, _Pages] = field(default_factory=dict)
    _said: Mapping[str, Any] = field(default_factory=dict)
    _parts: list[Part] = field(default_factory=list)
    _troubles: list[PartTrouble] = field(default_factory=list)
    _members: dict[int, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    scans: list[Scan] = field(default_factory=list)
    _other_kinds: int = 0
    _text_bytes: int = 0

    def take(self, frame: Frame) -> None:
        """One more frame."""
        try:
            match frame.header:
                case {"refused": said}:
                    raise refusal(said)
                case {"section": said}:
                    self._section(said, frame.payload)
                case {"document": said} if not said["part"]:
                    self._said, self.whole = said, True
                case {"document": {"scan": True} as said}:
                    self._scan(said)
                case {"document": said}:
                    self._document(said)
                case {"part": said}:
                    self._part(said)
                case {"trouble": said}:
                    self._troubles.append(_trouble(said))
                    self.in_hand = None
                case {"inside": said}:
                    self._other_kinds, self.finished = int(said["other_kinds"]), True
                case _:
                    raise ValueError("an unknown frame")
        except _MISTAKES as error:
            raise not_understood() from error

    def file(self) -> ReadFile:
        """The file with everything inside it."""
        try:
            own = self._pages.get(0, _Pages())
            return ReadFile(
                title=line(self._said.get("title")) or self.path.stem,
                author=line(self._said.get("author")),
                pages=_count(self._said.get("pages")),
                duration_s=_number(self._said.get("duration_s")),
                sections=tuple(own.sections),
                cuts=tuple(own.cuts),
                sender=line(self._said.get("sender")),
                written_at=_number(self._said.get("written_at")),
                pictures=tuple(int(page) for page in self._said.get("pictures", ())),
                parts=tuple(self._parts),
                troubles=tuple(self._troubles),
                other_kinds=self._other_kinds,
            )
        except _MISTAKES as error:
            raise not_understood() from error

    def cut_short(self, reason: str) -> ReadFile | None:
        """What there is, with a word on the rest that is missing; None when there is nothing to search."""
        rest = PartTrouble(THE_REST, "", reason, "Unpack it and add what is inside.", 0)
        self._troubles.append(rest)
        found = self.file() if self.whole else None
        return found if found is not None and found.passages else None

    @property
    def in_hand_limit_s(self) -> float:
        """How long the part being read may take."""
        return member_limit_s(self.in_hand[2]) if self.in_hand else 0.0

    def _part(self, said: Mapping[str, Any]) -> None:
        number, member = int(said["number"]), str(said["member"])
        if number != len(self._members) + 1 or number > MOST_MEMBERS or not is_clean(member) or member in self._taken:
            raise ValueError("a part that cannot be")
        self._members[number] = member
        self._taken.add(member)
        self.in_hand = (number, member, _whole(said["size_bytes"]))

    def _section(self, said: Mapping[str, Any], payload: bytes) -> None:
        part = int(said["part"])
        if part and (self.in_hand is None or part != self.in_hand[0]):
            raise ValueError("a section of no part")
        self._text_bytes += len(payload) if part else 0
        if self._text_bytes > 3 * MOST_TEXT_BYTES:
            raise ValueError("far too many words")
        pages = self._pages.setdefault(part, _Pages())
        section, cuts = _section(said, payload, len(pages.sections))
        pages.sections.append(section)
        pages.cuts.extend(cuts)

    def _document(self, said: Mapping[str, Any]) -> None:
        pages = self._pages.pop(int(said["part"]), _Pages())
        if not pages.cuts:
            raise ValueError("a document without words")
        self._parts.append(self._as_part(said, pages))
        self.in_hand = None

    def _scan(self, said: Mapping[str, Any]) -> None:
        number, pictures = int(said["part"]), tuple(int(page) for page in said["pictures"])
        if self.in_hand is None or number != self.in_hand[0] or not pictures:
            raise ValueError("a scan that cannot be")
        self.scans.append(Scan(number, self._as_part(said, _Pages()), pictures))
        self.in_hand = None

    def _as_part(self, said: Mapping[str, Any], pages: _Pages) -> Part:
        member = str(said["member"])
        kind = kind_of(Path(member))
        if self._members.get(int(said["part"])) != member or kind is None or not _SHA256.fullmatch(said["sha256"]):
            raise ValueError("a document that cannot be")
        return Part(
            member=member,
            kind=kind,
            title=line(said["title"]) or Path(member).stem,
            author=line(said["author"]),
            size_bytes=_whole(said["size_bytes"]),
            sha256=said["sha256"],
            sections=tuple(pages.sections),
            cuts=tuple(pages.cuts),
            pages=_count(said["pages"]),
            duration_s=_number(said["duration_s"]),
            sender=line(said["sender"]),
            written_at=_number(said["written_at"]),
            unread_pages=len(said["pictures"]),
        )


def refusal(said: Mapping[str, Any]) -> Refused:
    """What a `refused` frame says of the whole file."""
    return Refused(
        line(said["reason"]),
        hint=line(said["hint"]),
        lasting=bool(said["lasting"]),
        kind=TroubleKind(said["kind"]),
        estimate_s=_number(said["estimate_s"]),
    )


def not_understood() -> Refused:
    """The refusal of a file whose reader made no sense."""
    return Refused("It could not be understood", hint="Save it again with another program.", lasting=True)


def line(value: object) -> str:
    """One line of at most 300 characters out of whatever the child sent."""
    return " ".join(_words(value or "", 1_000).split())[:300]


def tiles(cuts: Sequence[Cut], length: int) -> bool:
    """Whether cuts cover [0, length) without gap or overlap."""
    at = 0
    for cut in cuts:
        if cut.start_char != at or cut.end_char <= at:
            return False
        at = cut.end_char
    return at == length


def _trouble(said: Mapping[str, Any]) -> PartTrouble:
    member = str(said["member"])
    if not is_clean(member):
        raise ValueError("a name that cannot be")
    return PartTrouble(
        member=member,
        kind=kind_word(Path(member)),
        reason=line(said["reason"]),
        hint=line(said["hint"]),
        size_bytes=_whole(said["size_bytes"]),
        trouble=TroubleKind(said["kind"]),
        skipped=bool(said["skipped"]),
        estimate_s=_number(said["estimate_s"]),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= _MOST_WHOLE else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _whole(value: Any) -> int:
    """A number that a row can hold. Raises ValueError, TypeError, OverflowError."""
    number = int(value)
    if not 0 <= number <= _MOST_WHOLE:
        raise ValueError("a number that cannot be")
    return number


def _words(value: object, most: int) -> str:
    """Text that can be stored: names in broken files bring halves of signs."""
    return str(value)[:most].encode("utf-8", errors="replace").decode()


def _section(header: Mapping[str, Any], payload: bytes, position: int) -> tuple[Section, list[Cut]]:
    """A section and its cuts, every field checked."""
    text = payload.decode("utf-8")
    section = Section(
        kind=cast("Any", str(header["kind"])),
        number=_whole(header["number"]),
        text=text,
        headings=tuple((_whole(at), _words(path, 300)) for at, path in header["headings"]),
        spans=tuple((_whole(a), _whole(b), float(s), float(e), _words(w, 300)) for a, b, s, e, w in header["spans"]),
        sheet=_words(header["sheet"], 300),
        sender=line(header["sender"]),
        written_at=_number(header["written_at"]),
        ocr=_number(header["ocr"]),
        boxes=tuple(
            (int(a), int(b), float(x0), float(y0), float(x1), float(y1)) for a, b, x0, y0, x1, y1 in header["boxes"]
        ),
    )
    cuts = [Cut(position, int(a), int(b), _words(heading, 400)) for a, b, heading in header["cuts"]]
    if section.kind not in _KINDS or not tiles(cuts, len(text)):
        raise ValueError("a section that cannot be")
    return section, cuts
