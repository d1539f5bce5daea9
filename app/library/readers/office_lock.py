"""Tells office files that are locked with a password, and opens them for one who has it."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC
from pathlib import Path
from typing import Any

import olefile

from app.library.readers.refusals import damaged, locked

OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of the container that old office files and encrypted new ones are."""
_NO_SECRET = "VelvetSweatshop"
_FILEPASS = 0x002F
"""[MS-XLS] 2.4.117: this record is among the first of an encrypted workbook."""
_PPT_ENCRYPTED = 0xF3D1C4DF
"""[MS-PPT] 2.3.2: headerToken of an encrypted presentation."""
_DOC_ENCRYPTED = 0x0100
"""[MS-DOC] 2.5.2: fEncrypted among the flags of the FibBase."""
_YEAR_OF_NO_DATE = 1601
_STREAM = 2
_UTF8, _UTF16 = 65001, 1200
_WRONG = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RecursionError,
    struct.error,
    zlib.error,
    OverflowError,
)


def streams(raw: bytes) -> olefile.OleFileIO:
    """An OLE container, opened. Raises FileTrouble when it is not whole."""
    # Sizes of sectors, [MS-CFB] 2.2: others than these make the library ask for gigabytes.
    if raw[0x1E:0x22] not in (b"\x09\0\x06\0", b"\x0c\0\x06\0"):
        raise damaged()
    try:
        container = olefile.OleFileIO(io.BytesIO(raw))
    except _WRONG as error:
        raise damaged() from error
    if any(
        entry is not None and entry.entry_type == _STREAM and entry.size > len(raw) for entry in container.direntries
    ):
        container.close()
        raise damaged()
    return container


def is_locked(container: Any) -> bool:
    """Whether an opened OLE container is an encrypted doc, xls, ppt or modern office file. Raises OSError."""
    if container.exists("EncryptedPackage"):
        return True
    if container.exists("WordDocument"):
        flags = container.openstream("WordDocument").read(12)[10:12]
        return len(flags) == 2 and bool(struct.unpack("<H", flags)[0] & _DOC_ENCRYPTED)
    for name in ("Workbook", "Book"):
        if container.exists(name):
            return _has_filepass(container.openstream(name).read(4096))
    if container.exists("Current User"):
        token = container.openstream("Current User").read(16)[12:16]
        return len(token) == 4 and struct.unpack("<I", token)[0] == _PPT_ENCRYPTED
    return False


def _has_filepass(start: bytes) -> bool:
    at = 0
    while at + 4 <= len(start):
        kind, size = struct.unpack_from("<HH", start, at)
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def unlocked(path: Path, password: str) -> bytes:
    """The bytes of an OLE file, opened with `password` when it is locked. Raises FileTrouble (LOCKED, damaged)."""
    raw = path.read_bytes()
    with streams(raw) as container:
        try:
            shut = is_locked(container)
        except _WRONG as error:
            raise damaged() from error
    if not shut:
        return raw
    for word in (password, _NO_SECRET) if password else (_NO_SECRET,):
        opened = _opened(raw, word)
        if opened:
            return opened
    raise locked(tried=bool(password))


def _opened(raw: bytes, password: str) -> bytes:
    """The decrypted bytes, or none when the password does not fit."""
    import msoffcrypto  # here, since it loads cryptography: only locked files need it
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError

    out = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(raw))
        file.load_key(password=password, verify_password=True)
        file.decrypt(out)
    except (DecryptionError, FileFormatError, ParseError, AssertionError, NotImplementedError, *_WRONG):
        return b""
    return out.getvalue()


def about_ole(raw: bytes) -> tuple[str, str, float | None]:
    """(title, author, when it was last changed) by the summary of an old office file; empty where it has none."""
    with streams(raw) as container:
        try:
            said = container.get_metadata()
        except _WRONG:
            return "", "", None
    when = said.last_saved_time or said.create_time
    seconds = when.replace(tzinfo=UTC).timestamp() if when and when.year > _YEAR_OF_NO_DATE else None
    return _words(said.title, said.codepage), _words(said.author, said.codepage), seconds


def _words(value: object, codepage: object) -> str:
    """A text of the summary, whose bytes are in the code page it names."""
    if not isinstance(value, bytes):
        return " ".join(value.replace("\0", " ").split())[:300] if isinstance(value, str) else ""
    code = codepage & 0xFFFF if isinstance(codepage, int) else 1252
    name = {_UTF8: "utf-8", _UTF16: "utf-16-le"}.get(code, f"cp{code}")
    try:
        return _words(value.decode(name, "replace"), None)
    except LookupError:
        return _words(value.decode("cp1252", "replace"), None)


def is_whole(container: olefile.OleFileIO) -> bool:
    """Whether every chain of sectors comes to an end; readers that follow one in a circle fill the memory."""
    try:
        container.loadminifat()
    except _WRONG:
        return False
    known: set[int] = set()
    tables = (container.fat, container.minifat or ())
    starts = [(0, container.first_dir_sector), (0, container.first_mini_fat_sector)]
    for entry in filter(None, container.direntries):
        starts.append((1 if entry.is_minifat else 0, entry.isectStart))
    for mini, start in starts:
        table, at, chain = tables[mini], start, set[int]()
        while at < len(table) and at << 1 | mini not in known:
            if at in chain:
                return False
            chain.add(at)
            at = table[at]
        known |= {each << 1 | mini for each in chain}
    return True


def stream(raw: bytes, name: str) -> bytes | None:
    """One stream of an OLE file, or None when it has none. Raises FileTrouble for a damaged one."""
    with streams(raw) as container:
        try:
            return bytes(container.openstream(name).read()) if container.exists(name) else None
        except _WRONG as error:
            raise damaged() from error
