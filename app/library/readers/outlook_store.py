"""Reads the mail store of Outlook (pst, ost): folders as headings, every message a section, attachments inside.

Numbers of properties: [MS-OXPROPS].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pypff

from app.errors import FileTrouble
from app.library.kinds import Content, Enclosed
from app.library.readers.letters import Letter, html_words, one_line, utc_moment
from app.library.readers.outlook_message import as_mail, decoded, with_address
from app.library.readers.refusals import damaged, not_really
from app.values import Section

_BROKEN = (OSError, KeyError, IndexError, ValueError, TypeError, OverflowError, SystemError, AttributeError)
"""What the library raises on stores that are not as they should be; also on single messages of good ones."""
_TO, _CC, _SENDER_SMTP, _SENDER_ADDRESS, _INTERNET_CODE = 0x0E04, 0x0E03, 0x5D01, 0x0C1F, 0x3FDE
_FILE_LONG_NAME, _FILE_NAME, _FILE_TYPE, _FILE_CONTENT_ID = 0x3707, 0x3704, 0x370E, 0x3712
_MOST_DEPTH = 40
_MOST_MESSAGES = 1_000_000
_MOST_INNER = 2
_NOT_FOLDERS = frozenset({"Top of Outlook data file", "Top of Personal Folders", "Root - Mailbox", "IPM_SUBTREE"})
_SIGNATURE = b"!BDN"


@dataclass(slots=True)
class _Store:
    """One walk through a store."""

    path: Path
    store: Any
    sections: list[Section] = field(default_factory=list)
    with_files: list[tuple[int, Any]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Messages and folders that could not be read, by what they are told as."""
    number: int = 0

    def walk(self, folder: Any, above: str, depth: int) -> None:
        """All messages of a folder, then those of the folders in it."""
        for index in range(folder.number_of_sub_messages):
            self.number += 1
            if self.number > _MOST_MESSAGES:
                raise FileTrouble(f"More than {_MOST_MESSAGES:,} messages", hint="Split it in Outlook.")
            try:
                self._message(folder.get_sub_message(index), above)
            except _BROKEN:
                self.unread.append(f"message {self.number}.eml")
        for index in range(folder.number_of_sub_folders if depth < _MOST_DEPTH else 0):
            try:
                inner = folder.get_sub_folder(index)
                name = one_line(inner.name)
                path = above if name in _NOT_FOLDERS else " › ".join(part for part in (above, name) if part)
                self.walk(inner, path, depth + 1)
            except _BROKEN:
                self.unread.append(f"folder {index + 1} of {above or 'all'}.eml".replace("/", " "))

    def _message(self, message: Any, above: str) -> None:
        letter = _letter(message)
        if letter.has_words:
            self.sections.append(letter.among(self.number, folder=above))
        if message.number_of_attachments:
            self.with_files.append((self.number, message))

    def enclosed(self) -> Iterator[Enclosed]:
        """Attachments, "3/lease.pdf" for the third message; a message that could not be read is told as one, too."""
        for name in self.unread:
            yield Enclosed(name, 0, _unreadable)
        for number, message in self.with_files:
            yield from _files(message, f"{number}/")
        self.store.close()


def read_pst(path: Path) -> Content:
    """One section per message, numbered from 1 folder by folder, as the store lists them."""
    with path.open("rb") as file:
        if file.read(4) != _SIGNATURE:
            raise not_really("mail store of Outlook")
    store = pypff.file()
    try:
        store.open(str(path))
        walk = _Store(path, store)
        walk.walk(store.root_folder, "", 0)
    except _BROKEN as error:
        raise damaged() from error
    return Content(path.stem, "", tuple(walk.sections), enclosed=walk.enclosed())


def _letter(message: Any) -> Letter:
    said = _properties(message)
    words, written_at = utc_moment(message.client_submit_time or message.delivery_time)
    return Letter(
        subject=one_line(message.subject),
        sender=with_address(one_line(message.sender_name), said.get(_SENDER_SMTP) or said.get(_SENDER_ADDRESS) or ""),
        to=one_line(said.get(_TO)),
        cc=one_line(said.get(_CC)),
        sent_words=words,
        written_at=written_at,
        body=_body(message, said),
        attached=tuple(name for name in map(_file_name, _attached(message)) if name),
    )


def _body(message: Any, said: dict[int, str]) -> str:
    plain = message.plain_text_body
    if plain and plain.strip():
        return decoded(plain, 65001)
    marked = message.html_body
    if not marked:
        return ""
    code = said.get(_INTERNET_CODE, "")
    return html_words(decoded(marked, int(code) if code.isdigit() else 65001))


def _properties(item: Any) -> dict[int, str]:
    """The texts and numbers among the properties of a message or an attachment, as text."""
    found: dict[int, str] = {}
    for records in item.record_sets:
        for entry in records.entries:
            try:
                if entry.value_type in (0x001E, 0x001F):
                    found[entry.entry_type] = entry.data_as_string or ""
                elif entry.value_type == 0x0003:
                    found[entry.entry_type] = str(entry.data_as_integer)
            except _BROKEN:
                continue
    return found


def _attached(message: Any) -> list[Any]:
    try:
        return [message.get_attachment(index) for index in range(message.number_of_attachments)]
    except _BROKEN:
        return []


def _file_name(file: Any) -> str:
    try:
        said = _properties(file)
    except _BROKEN:
        return ""
    if said.get(_FILE_TYPE, "").startswith("image/") and said.get(_FILE_CONTENT_ID):
        return ""
    return one_line(said.get(_FILE_LONG_NAME) or said.get(_FILE_NAME))


def _files(message: Any, place: str, depth: int = 0) -> Iterator[Enclosed]:
    for file in _attached(message):
        name = _file_name(file)
        try:
            size = file.size or 0
            inner = file.get_sub_item(0) if not size and depth < _MOST_INNER and file.number_of_sub_items else None
        except _BROKEN:
            continue
        if inner is not None and hasattr(inner, "plain_text_body"):
            letter = _letter(inner)
            mail = as_mail(letter, list(_files(inner, "", depth + 1)))
            yield Enclosed(
                f"{place}{letter.subject.replace('/', ' ')[:120] or 'mail'}.eml", len(mail), partial(bytes, mail)
            )
        elif name:
            yield Enclosed(place + name, size, _Bytes(file, size))


@dataclass(frozen=True, slots=True)
class _Bytes:
    """The bytes of an attachment, read when asked for."""

    file: Any
    size: int

    def __call__(self) -> bytes:
        """All of them. Raises FileTrouble."""
        try:
            data: bytes = self.file.read_buffer(self.size) if self.size else b""
        except _BROKEN as error:
            raise damaged() from error
        return data


def _unreadable() -> bytes:
    raise damaged()
