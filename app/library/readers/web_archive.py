"""Reads web pages saved as one file (mht, mhtml): the page is inside like the text of a mail."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.errors import MessageError
from email.message import Message
from pathlib import Path

from app.errors import FileTrouble
from app.library.kinds import Content
from app.library.readers.markup import content_of_html, html_text
from app.library.readers.said_dates import said_date
from app.values import TroubleKind

_MOST_PARTS = 5000


def read_web_archive(path: Path) -> Content:
    """The page of the archive, read as any other web page. Raises FileTrouble when none is in it."""
    saved = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
    for number, part in enumerate(saved.walk()):
        if number > _MOST_PARTS:
            break
        if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        raw = _bytes(part)
        if not raw.strip():
            continue
        content = content_of_html(_text(part, raw), path.stem)
        return replace(content, written_at=content.written_at or said_date(str(saved.get("Date") or "")))
    raise FileTrouble("No web page in it, it may be damaged", hint="Save the page again.", kind=TroubleKind.DAMAGED)


def _bytes(part: Message) -> bytes:
    try:
        raw = part.get_payload(decode=True)
    except (MessageError, ValueError, LookupError, AssertionError):
        return b""
    return raw if isinstance(raw, bytes) else b""


def _text(part: Message, raw: bytes) -> str:
    """By the code the part names, else by what the page itself says."""
    named = part.get_content_charset()
    if named:
        try:
            return raw.decode(named)
        except (LookupError, UnicodeDecodeError):
            pass
    return html_text(raw)
