"""Makes mails, mailboxes and archives for tests: small, exact, and also the hostile kinds nobody sends by accident."""

from __future__ import annotations

import io
import tarfile
import zipfile
from email.message import EmailMessage
from pathlib import Path


def mail(
    subject: str, body: str, *, files: dict[str, bytes] | None = None, inner: EmailMessage | None = None
) -> EmailMessage:
    """A mail from Dana on 3 March 2026."""
    message = EmailMessage()
    message["From"] = "Dana Weiß <dana@example.org>"
    message["To"] = "Sam <sam@example.org>"
    message["Date"] = "Tue, 03 Mar 2026 10:15:00 +0100"
    message["Subject"] = subject
    message.set_content(body)
    for name, data in (files or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if inner is not None:
        message.add_attachment(inner)
    return message


SENT_AT = 1772529300.0
"""3 March 2026, 10:15 in Berlin, in seconds since 1970."""


def zipped(members: dict[str, bytes], *, packed: bool = True) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    return out.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    """A tar archive; `mode` "w:gz" and so on packs it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]  # the mode is a test's own
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def encrypted(archive: bytes) -> bytes:
    """A zip whose members say that they are encrypted: the bit is set in both of its lists."""
    out = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + offset] |= 1
            at = out.find(mark, at + 4)
    return bytes(out)


def mbox(path: Path, messages: list[EmailMessage]) -> Path:
    """A mailbox file."""
    path.write_bytes(b"".join(b"From dana Tue Mar  3 10:15:00 2026\n" + bytes(m) + b"\n" for m in messages))
    return path
