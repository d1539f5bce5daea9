"""Reads PowerPoint 97-2003 files by [MS-PPT]: the slides of the last save, in order, with their notes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.library.kinds import Content
from app.library.readers.office_lines import Lines, own_title, slide
from app.library.readers.office_lock import about_ole, stream
from app.library.readers.refusals import damaged, no_words, not_really
from app.values import Section

# Record types of [MS-PPT] 2.13.24 and, from 0xF000, of [MS-ODRAW] 2.1.
_DOCUMENT, _SLIDE, _SLIDE_ATOM, _NOTES = 1000, 1006, 1007, 1008
_PERSIST_ATOM, _LIST, _USER_EDIT, _DIRECTORY = 1011, 4080, 4085, 6002
_OUTLINE_REF, _TEXT_HEADER, _TEXT_CHARS, _TEXT_BYTES = 3998, 3999, 4000, 4008
_TEXTBOX, _SHAPE = 0xF00D, 0xF004
_TITLES = frozenset({0, 6})
_BODIES = frozenset({1, 5, 7, 8})
_NOTE_TEXT = 2
"""Kinds of text of [MS-PPT] 2.13.33."""
_DEEPEST = 24
_MOST_EDITS = 2_000


def read_ppt(path: Path, raw: bytes) -> Content:
    """Sections of kind `slide`. Raises FileTrouble for damaged and wordless files."""
    data, user = stream(raw, "PowerPoint Document"), stream(raw, "Current User")
    if data is None or user is None:
        raise not_really("presentation")
    try:
        show = _Show(data, user)
        slides = list(show.slides())
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise damaged() from error
    found = tuple(section for section in slides if section is not None)
    if not found:
        raise no_words(pictures=bool(stream(raw, "Pictures")))
    title, author, written_at = about_ole(raw)
    title = own_title(title) or next((words for each in found for _, words in each.headings), "") or path.stem
    return Content(title[:200], author, found, pages=len(slides), written_at=written_at)


@dataclass(frozen=True, slots=True)
class _Record:
    kind: int
    instance: int
    start: int
    end: int
    holds: bool
    """Whether it is made of records."""


@dataclass(slots=True)
class _Text:
    """One text of a slide and its kind."""

    kind: int = 4
    words: str = ""


@dataclass(slots=True)
class _Listed:
    """What the document's list says of a slide or notes page: where it lies, its number and its outline texts."""

    at: int
    number: int
    texts: list[_Text] = field(default_factory=list)


class _Show:
    """A presentation as it was last saved: earlier saves stay in the file, the directory says what is valid."""

    def __init__(self, data: bytes, user: bytes) -> None:
        self._data = data
        self._places: dict[int, int] = {}
        document = 0
        edit = struct.unpack_from("<I", user, 16)[0]
        for _ in range(_MOST_EDITS):
            body = self._record(edit).start
            before, directory, number = struct.unpack_from("<III", data, body + 8)
            document = document or number
            self._learn_places(directory)
            if not before or before >= edit:
                break
            edit = before
        self._document = self._record(self._places[document])

    def _learn_places(self, at: int) -> None:
        record = self._record(at)
        here = record.start
        while here + 4 <= record.end:
            head = struct.unpack_from("<I", self._data, here)[0]
            first, count = head & 0xFFFFF, head >> 20
            here += 4
            for number, place in enumerate(struct.unpack_from(f"<{count}I", self._data, here), first):
                self._places.setdefault(number, place)
            here += 4 * count

    def slides(self) -> Iterator[Section | None]:
        """A section for every slide, None for one without words."""
        notes = {each.number: each for each in self._listed(2)}
        for number, listed in enumerate(self._listed(0), 1):
            record = self._record(listed.at)
            texts = list(self._texts(record, listed.texts)) if record.kind == _SLIDE else []
            page = notes.get(self._notes_of(record))
            said = list(self._texts(self._record(page.at), page.texts)) if page else []
            yield _section(number, texts, [each for each in said if each.kind == _NOTE_TEXT])

    def _listed(self, instance: int) -> Iterator[_Listed]:
        for group in self._within(self._document):
            if group.kind != _LIST or group.instance != instance:
                continue
            now: _Listed | None = None
            for record in self._within(group):
                if record.kind == _PERSIST_ATOM:
                    if now is not None:
                        yield now
                    place, _, _, number = struct.unpack_from("<IIII", self._data, record.start)
                    now = _Listed(self._places[place], number)
                elif now is not None:
                    self._take(record, now.texts)
            if now is not None:
                yield now

    def _take(self, record: _Record, texts: list[_Text]) -> None:
        """Add what a text record says to the texts so far: a header begins one, characters fill it."""
        body = self._data[record.start : record.end]
        if record.kind == _TEXT_HEADER:
            texts.append(_Text(struct.unpack_from("<I", body)[0]))
        elif record.kind in (_TEXT_CHARS, _TEXT_BYTES):
            if not texts:
                texts.append(_Text())
            # Bytes are the low halves of UTF-16 units: [MS-PPT] 2.9.43.
            texts[-1].words = body.decode("utf-16-le" if record.kind == _TEXT_CHARS else "latin-1", "replace")

    def _notes_of(self, slide: _Record) -> int:
        for record in self._within(slide):
            if record.kind == _SLIDE_ATOM:
                return int(struct.unpack_from("<I", self._data, record.start + 16)[0])
        return 0

    def _texts(self, slide: _Record, outline: list[_Text], depth: int = 0) -> Iterator[_Text]:
        """Texts of a slide's shapes in their order; those kept in the outline where their shape refers to them."""
        for record in self._within(slide):
            if record.kind == _TEXTBOX:
                own: list[_Text] = []
                for part in self._within(record):
                    if part.kind == _OUTLINE_REF:
                        number = struct.unpack_from("<I", self._data, part.start)[0]
                        own.extend(outline[number : number + 1])
                    else:
                        self._take(part, own)
                yield from own
            elif record.holds and depth < _DEEPEST:
                yield from self._texts(record, outline, depth + 1)

    def _record(self, at: int) -> _Record:
        head, kind, size = struct.unpack_from("<HHI", self._data, at)
        end = min(at + 8 + size, len(self._data))
        return _Record(kind, head >> 4, at + 8, end, head & 0xF == 0xF or kind == _TEXTBOX)

    def _within(self, outer: _Record) -> Iterator[_Record]:
        at = outer.start
        while at + 8 <= outer.end:
            record = self._record(at)
            yield record
            at = record.end


def _section(number: int, texts: list[_Text], notes: list[_Text]) -> Section | None:
    titles = [" ".join(each.words.split()) for each in texts if each.kind in _TITLES]
    lines = Lines()
    for text in [*(each for each in texts if each.kind not in _TITLES), *notes]:
        words = [line for line in text.words.replace("\x0b", " ").split("\r") if line.strip() and line.strip() != "*"]
        listed = text.kind in _BODIES and len(words) > 1
        for line in words:
            lines.add(f"- {line}" if listed else line)
        lines.gap()
    return slide(number, " ".join(each for each in titles if each), lines)
