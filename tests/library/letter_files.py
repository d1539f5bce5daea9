"""Makes mails, mailboxes and archives for tests: small, exact, and also the hostile kinds nobody sends by accident."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
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


def locked_zip(name: str, data: bytes, password: bytes) -> bytes:
    """A zip with one stored file under the traditional encryption (APPNOTE.TXT 6.1), which the library only reads."""
    keys = [0x12345678, 0x23456789, 0x34567890]
    table = [zlib.crc32(bytes([n]), 0xFFFFFFFF) ^ 0xFFFFFFFF for n in range(256)]

    def turn(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in password:
        turn(byte)
    sealed = bytearray()
    for byte in bytes(11) + (zlib.crc32(data) >> 24).to_bytes(1, "big") + data:
        mask = keys[2] | 2
        sealed.append(byte ^ ((mask * (mask ^ 1)) >> 8) & 0xFF)
        turn(byte)
    fields = (0, 0, 0, zlib.crc32(data), len(sealed), len(data), len(name), 0)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 1, *fields) + name.encode() + bytes(sealed)
    central = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 1, *fields, 0, 0, 0, 0, 0) + name.encode()
    return local + central + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), len(local), 0)


def mbox(path: Path, messages: list[EmailMessage]) -> Path:
    """A mailbox file."""
    path.write_bytes(b"".join(b"From dana Tue Mar  3 10:15:00 2026\n" + bytes(m) + b"\n" for m in messages))
    return path
