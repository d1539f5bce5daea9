"""Reads a mail saved by Outlook (msg): a compound file with a stream per property, attachments in storages below.

Names of streams and numbers of properties: [MS-OXMSG] sections 2.1 to 2.4, [MS-OXPROPS].
"""

from __future__ import annotations

import email.policy
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import olefile

from app.library.kinds import Content, Enclosed
from app.library.readers.letters import Letter, html_words, one_line, utc_moment
from app.library.readers.refusals import damaged, not_really

_BROKEN = (OSError, KeyError, IndexError, ValueError, TypeError, AttributeError, struct.error, AssertionError)
"""What the compound file library raises on files that are not as they should be."""
_SUBJECT, _BODY, _HTML = 0x0037, 0x1000, 0x1013
_SENDER_NAME, _SENDER_SMTP, _SENDER_ADDRESS = 0x0C1A, 0x5D01, 0x0C1F
_TO, _CC, _SUBMITTED, _DELIVERED = 0x0E04, 0x0E03, 0x0039, 0x0E06
_INTERNET_CODE, _MESSAGE_CODE = 0x3FDE, 0x3FFD
_FILE_DATA, _FILE_LONG_NAME, _FILE_NAME, _FILE_TYPE, _FILE_CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712
_STRING, _STRING8, _BINARY, _TIME, _LONG = 0x001F, 0x001E, 0x0102, 0x0040, 0x0003
_HEADER_TOP, _HEADER_INSIDE, _HEADER_FILE = 32, 24, 8
_MOST_FILES = 2_000
_MOST_DEPTH = 4


def read_msg(path: Path) -> Content:
    """One section like that of any mail; attachments, also mails inside mails, are documents of their own."""
    if not olefile.isOleFile(str(path)):
        raise not_really("mail of Outlook")
    try:
        with olefile.OleFileIO(str(path)) as ole:
            if not ole.exists("__properties_version1.0"):
                raise not_really("mail of Outlook")
            message = _Message(ole, (), _HEADER_TOP)
            letter = message.letter()
            files = list(message.files())
    except _BROKEN as error:
        raise damaged() from error
    sections = (letter.alone(),) if letter.has_words else ()
    return Content(
        letter.subject or path.stem,
        letter.sender,
        sections,
        sender=letter.sender,
        written_at=letter.written_at,
        enclosed=files,
    )


@dataclass(frozen=True, slots=True)
class _Storage:
    """The properties kept in one storage of the file."""

    ole: olefile.OleFileIO
    place: tuple[str, ...]
    header: int

    def bytes_of(self, number: int, kind: int) -> bytes | None:
        stream = [*self.place, f"__substg1.0_{number:04X}{kind:04X}"]
        if not self.ole.exists(stream):
            return None
        with self.ole.openstream(stream) as file:
            data: bytes = file.read()
            return data

    def text(self, number: int) -> str:
        wide = self.bytes_of(number, _STRING)
        if wide is not None:
            return wide.decode("utf-16-le", errors="replace").rstrip("\0")
        narrow = self.bytes_of(number, _STRING8)
        return decoded(narrow, self.fixed(_MESSAGE_CODE, _LONG)) if narrow else ""

    def fixed(self, number: int, kind: int) -> int | None:
        """A property that is a number or a moment, out of the list of all of them."""
        stream = [*self.place, "__properties_version1.0"]
        if not self.ole.exists(stream):
            return None
        with self.ole.openstream(stream) as file:
            raw = file.read()[self.header :]
        for at in range(0, len(raw) - 15, 16):
            tag, _, value = struct.unpack_from("<IIQ", raw, at)
            if tag == (number << 16 | kind):
                return int(value) & 0xFFFFFFFF if kind == _LONG else int(value)
        return None


@dataclass(frozen=True, slots=True)
class _Message(_Storage):
    """A mail: that of the file, or one inside it."""

    def letter(self) -> Letter:
        ticks = self.fixed(_SUBMITTED, _TIME) or self.fixed(_DELIVERED, _TIME)
        words, written_at = utc_moment(_moment(ticks))
        files = [item.name for item in self.files()]
        body = self.text(_BODY) or self._html()
        return Letter(
            subject=one_line(self.text(_SUBJECT)),
            sender=self._sender(),
            to=one_line(self.text(_TO)),
            cc=one_line(self.text(_CC)),
            sent_words=words,
            written_at=written_at,
            body=body,
            attached=tuple(files),
        )

    def files(self, depth: int = 0) -> Iterator[Enclosed]:
        """Attachments with their bytes, in order; pictures of the mail's layout are left out."""
        start = len(self.place)
        names = {entry[start] for entry in self.ole.listdir() if tuple(entry[:start]) == self.place}
        for name in sorted(name for name in names if name.startswith("__attach_version1.0_"))[:_MOST_FILES]:
            file = _Storage(self.ole, (*self.place, name), _HEADER_FILE)
            label = one_line(file.text(_FILE_LONG_NAME) or file.text(_FILE_NAME))
            data = file.bytes_of(_FILE_DATA, _BINARY)
            if data is not None:
                if not (file.text(_FILE_TYPE).startswith("image/") and file.text(_FILE_CONTENT_ID)):
                    yield Enclosed(label or "attachment", len(data), partial(bytes, data))
            elif depth < _MOST_DEPTH and self.ole.exists([*file.place, f"__substg1.0_{_FILE_DATA:04X}000D"]):
                inner = _Message(self.ole, (*file.place, f"__substg1.0_{_FILE_DATA:04X}000D"), _HEADER_INSIDE)
                mail = as_mail(inner.letter(), list(inner.files(depth + 1)))
                title = one_line(inner.text(_SUBJECT)).replace("/", " ")[:120] or "mail"
                yield Enclosed(f"{title}.eml", len(mail), partial(bytes, mail))

    def _sender(self) -> str:
        name = one_line(self.text(_SENDER_NAME))
        if "=?" in name:
            name = one_line(make_header(decode_header(name)))
        address = self.text(_SENDER_SMTP) or self.text(_SENDER_ADDRESS)
        return with_address(name, address)

    def _html(self) -> str:
        raw = self.bytes_of(_HTML, _BINARY)
        text = decoded(raw, self.fixed(_INTERNET_CODE, _LONG)) if raw else self.text(_HTML)
        return html_words(text) if text else ""


def with_address(name: str, address: str) -> str:
    """ "Ann <ann@example.org>" out of what is known of a sender."""
    name, address = one_line(name.strip('" ')), one_line(address)
    if "@" not in address or address.lower() == name.lower():
        return name or address
    return f"{name} <{address}>" if name else address


def decoded(raw: bytes, code: int | None) -> str:
    """Bytes in a Windows code page, by its number."""
    names = {65001: "utf-8", 20127: "cp1252", 28591: "latin-1", 1200: "utf-16-le", 50220: "iso2022_jp"}
    name = names.get(code or 0, f"cp{code}" if code else "utf-8")
    try:
        return raw.decode(name).rstrip("\0")
    except (LookupError, UnicodeDecodeError):
        return raw.decode("cp1252", errors="replace").rstrip("\0")


def as_mail(letter: Letter, files: list[Enclosed]) -> bytes:
    """A mail inside a mail, as a file of its own: so it is read like any other."""
    mail = EmailMessage(policy=email.policy.SMTPUTF8)
    head = {"From": letter.sender, "To": letter.to, "Cc": letter.cc, "Subject": letter.subject}
    for name, value in head.items():
        # The standard writer takes addresses apart and stumbles over some; the mail is worth more than a head line.
        with suppress(*_BROKEN):
            mail[name] = value
    if letter.written_at:
        mail["Date"] = datetime.fromtimestamp(letter.written_at, UTC)
    mail.set_content(letter.body)
    for file in files:
        mail.add_attachment(file.content(), maintype="application", subtype="octet-stream", filename=file.name)
    return mail.as_bytes()


def _moment(ticks: int | None) -> datetime | None:
    """A moment counted in tenths of microseconds since 1601."""
    try:
        return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10) if ticks else None
    except OverflowError:
        return None
