"""Opens archives (zip, tar, packed tar, gz, bz2, xz): what is inside is handed on as documents of their own."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

from app.errors import FileTrouble
from app.library.kinds import Content, Enclosed
from app.library.readers.archive_names import member_names
from app.library.readers.refusals import damaged, locked, not_really
from app.values import TroubleKind

_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError, KeyError, IndexError, OverflowError)
_ENCRYPTED = 0x1
_AES = 99
_TAR_BLOCK = 512
_TAR_MARK = slice(257, 262)
_MOST_STREAM_BYTES = 2_000_000_000
"""Of a packed stream, whatever its members say of themselves."""
_MOST_SINGLE_BYTES = 500_000_000


def read_zip(path: Path, *, password: str = "") -> Content:
    """No words of its own; names in old encodings are told as they were written."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        with path.open("rb") as file:
            raise (damaged() if file.read(2) == b"PK" else not_really("zip archive")) from error
    except (NotImplementedError, *_BROKEN) as error:
        raise damaged() from error
    return Content(path.stem, "", (), enclosed=_zip_members(archive, password))


def _zip_members(archive: zipfile.ZipFile, password: str) -> Iterator[Enclosed]:
    with archive:
        members = [info for info in archive.infolist() if not info.filename.endswith("/")]
        for info, name in zip(members, member_names(members), strict=True):
            yield Enclosed(name, info.file_size, partial(_zip_bytes, archive, info, password))


def _zip_bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo, password: str) -> bytes:
    """One member, never more than it says of itself. Raises FileTrouble."""
    if info.flag_bits & _ENCRYPTED and (not password or info.compress_type == _AES):
        raise locked(tried=False, opens_here=info.compress_type != _AES)
    try:
        with archive.open(info, pwd=password.encode() if password else None) as member:
            return member.read(info.file_size + 1)
    except NotImplementedError as error:
        hint = "Unpack it and add the folder."
        raise FileTrouble("Packed in a way that is not read", hint=hint, kind=TroubleKind.UNSUPPORTED) from error
    except RuntimeError as error:  # how the library says that a password is wrong
        raise locked(tried=True) from error
    except (zipfile.BadZipFile, *_BROKEN) as error:
        raise damaged() from error


def read_tar(path: Path) -> Content:
    """No words of its own; links and devices are passed over."""
    return Content(path.stem, "", (), enclosed=_tar_members(path, partial(open, path, "rb")))


def read_packed(path: Path) -> Content:
    """A gz, bz2 or xz file: a tar inside is opened, anything else is one file named like the packed one."""
    unpack = partial(_unpacked, path)
    try:
        with unpack() as stream:
            head = stream.read(_TAR_BLOCK)
    except _BROKEN as error:
        raise damaged() from error
    inner = path.stem
    if head[_TAR_MARK] == b"ustar" or inner.lower().endswith(".tar") or path.suffix.lower() in _TARS:
        return Content(Path(inner).stem, "", (), enclosed=_tar_members(path, unpack))
    return Content(inner, "", (), enclosed=[Enclosed(_single_name(path), 0, partial(_single, path))])


_TARS = frozenset({".tgz", ".tbz", ".tbz2", ".txz"})


def _unpacked(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        head = file.read(6)
    if head[:2] == b"\x1f\x8b":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if head[:3] == b"BZh":
        return cast("IO[bytes]", bz2.open(path, "rb"))
    if head == b"\xfd7zXZ\0" or path.suffix.lower() in (".lzma",):
        return cast("IO[bytes]", lzma.open(path, "rb"))
    raise not_really("packed file")


def _single_name(path: Path) -> str:
    """ "letter.txt" for letter.txt.gz; a packed text without an ending counts as text."""
    return path.stem if Path(path.stem).suffix else f"{path.stem}.txt"


def _single(path: Path) -> bytes:
    try:
        with _unpacked(path) as stream:
            return stream.read(_MOST_SINGLE_BYTES + 1)
    except _BROKEN as error:
        raise damaged() from error


@dataclass(slots=True)
class _Bounded:
    """A stream that ends with a trouble where a bomb would go on."""

    stream: IO[bytes]
    left: int = _MOST_STREAM_BYTES

    def read(self, size: int) -> bytes:
        """Up to `size` bytes. Raises FileTrouble, OSError."""
        block = self.stream.read(size)
        self.left -= len(block)
        if self.left < 0:
            raise FileTrouble(
                "Larger than 2.0 GB when unpacked", hint="Unpack it and add the folder.", kind=TroubleKind.TOO_LARGE
            )
        return block


def _tar_members(path: Path, unpack: Any) -> Iterator[Enclosed]:
    """The regular files of a tar, read in one go from front to back. Raises FileTrouble."""
    with ExitStack() as closing:
        try:
            stream = closing.enter_context(unpack())
            archive = closing.enter_context(tarfile.open(fileobj=cast("Any", _Bounded(stream)), mode="r|"))
            for member in archive:
                # A sparse file says any size it likes, without a byte behind it.
                if member.isreg() and not member.issparse():
                    yield Enclosed(_readable(member.name), member.size, partial(_tar_bytes, archive, member))
        except tarfile.ReadError as error:
            raise (damaged() if path.stat().st_size >= _TAR_BLOCK else not_really("tar archive")) from error
        except (tarfile.TarError, RecursionError, *_BROKEN) as error:
            raise damaged() from error


def _tar_bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    try:
        file = archive.extractfile(member)
        data = file.read(member.size) if file else b""
    except (tarfile.TarError, *_BROKEN) as error:
        raise damaged() from error
    if len(data) < member.size:
        raise damaged()
    return data


def _readable(name: str) -> str:
    """Bytes of a name that are no UTF-8 come as lone surrogates; most such names are western European."""
    raw = name.encode("utf-8", errors="surrogateescape")
    return re.sub("[\x80-\x9f]", "_", raw.decode("latin-1")) if raw.decode("utf-8", errors="replace") != name else name
