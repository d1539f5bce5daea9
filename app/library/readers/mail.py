"""Reads a saved mail: its body is the section, its subject the title, its sender the author."""

from __future__ import annotations

import email
import email.policy
import re
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from app.errors import FileTrouble
from app.library.kinds import Content
from app.library.readers.markup import content_of_html
from app.values import Section

_MOST_PARTS = 500


def read_mail(path: Path) -> Content:
    """One section: From, To, Date and Subject as the first lines, then the body; plain text is preferred to HTML."""
    raw = path.read_bytes()
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    if not isinstance(parsed, EmailMessage) or not parsed.keys():
        raise FileTrouble("Not a mail, although its name says so", hint="Save the mail again from your mail program.")
    subject = _header(parsed, "Subject")
    sender = _header(parsed, "From")
    body, locked = _body(parsed)
    if not body.strip():
        if locked:
            raise FileTrouble("The mail is encrypted", hint="Save it decrypted from your mail program.")
        if not subject:
            raise FileTrouble("No words to search in it", hint="Check that it opens and holds text.")
    head = [f"{name}: {value}" for name in ("From", "To", "Cc") if (value := _header(parsed, name))]
    if sent := _date(parsed):
        head.append(f"Date: {sent}")
    if subject:
        head.append(f"Subject: {subject}")
    if names := _attachments(parsed):
        head.append(f"Attachments: {', '.join(names)}")
    text = "\n".join(head) + "\n\n" + body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ").strip() + "\n"
    return Content(subject or path.stem, sender, (Section("message", 1, text),))


def _header(message: EmailMessage, name: str) -> str:
    """A header on one line; a broken one counts as absent, since the standard parser raises on some."""
    try:
        value = message.get(name)
        return " ".join(str(value).split())[:500] if value is not None else ""
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return ""


def _date(message: EmailMessage) -> str:
    """The date as people write it, or as the mail has it."""
    said = _header(message, "Date")
    try:
        return parsedate_to_datetime(said).strftime("%A %d %B %Y, %H:%M")
    except (ValueError, TypeError, IndexError):
        return said


def _body(message: EmailMessage) -> tuple[str, bool]:
    """The readable text of a mail and whether a part of it is encrypted."""
    plain: list[str] = []
    marked: list[str] = []
    locked = False
    for count, part in enumerate(message.walk()):
        if count > _MOST_PARTS:
            break
        kind = part.get_content_type()
        if kind in ("application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
            locked = True
        if part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        if kind == "text/plain":
            plain.append(_text(part))
        elif kind == "text/html":
            marked.append(_text(part))
    written = "\n\n".join(text.strip() for text in plain if text.strip())
    if written:
        return _unwrap(written), locked
    return "\n\n".join(_html(text) for text in marked), locked


def _html(text: str) -> str:
    try:
        return content_of_html(text, "").sections[0].text
    except FileTrouble:
        return ""


def _text(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    named = part.get_content_charset() or "utf-8"
    try:
        return raw.decode(named, errors="strict")
    except (LookupError, UnicodeDecodeError):
        return raw.decode("utf-8", errors="replace") if named != "utf-8" else raw.decode("cp1252", errors="replace")


def _unwrap(text: str) -> str:
    """Join lines a mail program broke softly (format=flowed ends them with a blank)."""
    return re.sub(r"(?<=\S) \n(?=[^\s>-])", " ", text)


def _attachments(message: EmailMessage) -> list[str]:
    """Names of attached files."""
    found = []
    for count, part in enumerate(message.walk()):
        if count > _MOST_PARTS:
            break
        try:
            name = part.get_filename()
        except (MessageError, ValueError, LookupError, AttributeError, TypeError):
            name = None
        if name and part.get_content_disposition() == "attachment":
            found.append(" ".join(str(name).split())[:120])
    return found[:20]
