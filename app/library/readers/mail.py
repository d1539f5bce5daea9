"""Reads a saved mail (eml, emlx): its body is the section, its sender the author, its attachments documents inside."""

from __future__ import annotations

import email
import email.policy
import mimetypes
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from app.errors import FileTrouble
from app.library.kinds import Content, Enclosed
from app.library.readers.letters import Letter, html_words, moment_words, one_line
from app.values import TroubleKind

_MOST_PARTS = 500
_LONGEST_REMEMBERED = 300
_BROKEN = (MessageError, ValueError, LookupError, AttributeError, TypeError)
"""What the standard parser raises on headers and parts that are not as they should be."""
_SEALED = ("application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


@lru_cache(maxsize=2_000)
def _taken_apart(name: str, value: str) -> Any:
    return email.policy.default.header_fetch_parse(name, value)


class _Remembering(email.policy.EmailPolicy):
    """The standard policy takes a header apart each time it is looked at, which is most of the time of a mailbox."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """The header's value, remembered when it is short: most are the same in every mail."""
        known = hasattr(value, "name") or len(value) > _LONGEST_REMEMBERED
        return super().header_fetch_parse(name, value) if known else _taken_apart(name, value)


_POLICY = _Remembering()


def read_mail(path: Path) -> Content:
    """One section: From, To, Date and Subject as the first lines, then the body; plain text is preferred to HTML."""
    return _content(path.read_bytes(), path.stem)


def read_emlx(path: Path) -> Content:
    """A mail as Apple Mail keeps it: its length in bytes on the first line, the mail, then a property list."""
    length, _, rest = path.read_bytes().partition(b"\n")
    try:
        raw = rest[: int(length)]
    except ValueError:
        raw = rest
    return _content(raw, path.stem)


def _content(raw: bytes, name: str) -> Content:
    message = parsed(raw)
    if message is None:
        raise FileTrouble("Not a mail, although its name says so", hint="Save the mail again from your mail program.")
    letter, sealed = letter_of(message)
    inside = list(attachments(message))
    if not letter.body.strip() and sealed and not inside:
        raise FileTrouble(sealed, hint="Save it decrypted from your mail program.", kind=TroubleKind.LOCKED)
    sections = (letter.alone(),) if letter.has_words else ()
    return Content(
        letter.subject or name,
        letter.sender,
        sections,
        sender=letter.sender,
        written_at=letter.written_at,
        enclosed=inside,
    )


def parsed(raw: bytes, *, headless: bool = False) -> EmailMessage | None:
    """The mail in these bytes, None when they are none; `headless` takes one without a single header, too."""
    message = email.message_from_bytes(raw, policy=_POLICY)
    return message if isinstance(message, EmailMessage) and (headless or message.keys()) else None


def letter_of(message: EmailMessage) -> tuple[Letter, str]:
    """A mail as it is shown, and why its body cannot be read when it is sealed ("" when it is not)."""
    body, sealed = _body(message)
    sent, written_at = _date(message)
    letter = Letter(
        subject=_header(message, "Subject"),
        sender=_header(message, "From"),
        to=_header(message, "To"),
        cc=_header(message, "Cc"),
        sent_words=sent,
        written_at=written_at,
        body=body,
        attached=tuple(item.name for item in attachments(message)),
    )
    return letter, sealed


def attachments(message: EmailMessage, *, place: str = "") -> Iterator[Enclosed]:
    """The files a mail brings: attachments, mails inside it, invitations; not the pictures of its layout.

    `place` goes before each name ("3/" for the third message of a file).
    """
    for part in _parts(message):
        kind = part.get_content_type()
        name = _name(part)
        if kind == "message/rfc822":
            yield from _forwarded(part, name, place)
        elif kind == "text/calendar" and not name:
            yield _enclosed(part, f"{place}invitation.ics")
        elif name and not _shown_inside(part, kind):
            yield _enclosed(part, place + name)


def _forwarded(part: EmailMessage, name: str, place: str) -> Iterator[Enclosed]:
    inner = _payload(part)
    for message in inner if isinstance(inner, list) else ():
        if isinstance(message, EmailMessage):
            title = name or _header(message, "Subject") or "mail"
            label = title if title.lower().endswith(".eml") else f"{title.replace('/', ' ')[:120]}.eml"
            yield Enclosed(place + label, 0, partial(_as_bytes, message))


def _as_bytes(message: EmailMessage) -> bytes:
    """A mail inside a mail, written out again: the parser keeps no bytes."""
    try:
        return message.as_bytes(policy=email.policy.compat32)
    except (*_BROKEN, RecursionError):
        return b""


def _enclosed(part: EmailMessage, name: str) -> Enclosed:
    packed = _payload(part)
    size = len(packed) if isinstance(packed, str) else 0
    in_base64 = str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"
    return Enclosed(name, size * 3 // 4 if in_base64 else size, lambda: _bytes(part))


def _bytes(part: EmailMessage) -> bytes:
    try:
        raw = part.get_payload(decode=True)
    except _BROKEN:
        raw = None
    return raw if isinstance(raw, bytes) else b""


def _payload(part: EmailMessage) -> object:
    """The parts of a part, or its content as it was packed."""
    try:
        return part.get_payload()
    except _BROKEN:
        return ""


def _shown_inside(part: EmailMessage, kind: str) -> bool:
    """Whether a named part is a picture of the mail's own layout, or its signature, and no file of its own."""
    if kind in ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"):
        return True
    laid_out = part.get("Content-ID") is not None or part.get_content_disposition() == "inline"
    return kind.startswith("image/") and laid_out and part.get_content_disposition() != "attachment"


def _name(part: EmailMessage) -> str:
    """The file name of a part, with the ending of its type where it has none of its own; "" for the mail's words."""
    try:
        name = one_line(part.get_filename())
    except _BROKEN:
        return ""
    if name and "." not in name:
        name += mimetypes.guess_extension(part.get_content_type()) or ""
    return name


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The leaves of a mail; a mail inside it is one leaf."""
    stack, count = [message], 0
    while stack and (count := count + 1) <= _MOST_PARTS:
        part = stack.pop()
        inner = _payload(part)
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            stack.extend(each for each in reversed(inner) if isinstance(each, EmailMessage))
        else:
            yield part


def _header(message: EmailMessage, name: str) -> str:
    """A header on one line; a broken one counts as absent, since the standard parser raises on some."""
    try:
        return one_line(message.get(name))
    except _BROKEN:
        return ""


def _date(message: EmailMessage) -> tuple[str, float | None]:
    """The date as people write it, or as the mail has it; and in seconds since 1970."""
    said = _header(message, "Date")
    try:
        moment = parsedate_to_datetime(said)
        return moment_words(moment), moment.timestamp()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return said, None


def _body(message: EmailMessage) -> tuple[str, str]:
    """The readable text of a mail, and what seals a part of it."""
    plain: list[str] = []
    marked: list[str] = []
    sealed = ""
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in _SEALED:
            signed = part.get_param("smime-type") == "signed-data"
            sealed = "The mail is wrapped in a signature that is not read" if signed else "The mail is encrypted"
        if _name(part) or part.get_content_disposition() == "attachment":
            continue
        if kind == "text/plain":
            plain.append(_text(part))
        elif kind == "text/html":
            marked.append(_text(part))
    written = "\n\n".join(text.strip() for text in plain if text.strip())
    if written:
        return _unwrap(written), sealed
    return "\n\n".join(html_words(text) for text in marked), sealed


def _text(part: EmailMessage) -> str:
    raw = _bytes(part)
    named = part.get_content_charset() or "utf-8"
    try:
        return raw.decode(named, errors="strict")
    except (LookupError, ValueError):  # a charset nobody knows, or bytes that are not in it
        return raw.decode("utf-8", errors="replace") if named != "utf-8" else raw.decode("cp1252", errors="replace")


def _unwrap(text: str) -> str:
    """Join lines a mail program broke softly (format=flowed ends them with a blank)."""
    return re.sub(r"(?<=\S) \n(?=[^\s>-])", " ", text)
