"""Names in zip archives made by old programs: bytes of a code that nobody wrote down, told from all names at once."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence

_UTF8_FLAG = 0x800
_UNICODE_NAME = 0x7075
"""Info-ZIP Unicode Path extra field (APPNOTE.TXT 4.6.9)."""
_COMMON_HAN = (0xB0, 0xD7)
"""First bytes of GB 2312 level 1, the 3,755 most frequent characters."""
_WESTERN = "cp437"


def member_names(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Each member's name as it was meant."""
    raw = [_bytes(info) for info in members]
    code = _code(b"\n".join(name for name in raw if name is not None and not name.isascii()))
    return [
        _said_again(info) or (info.filename if name is None else name.decode(code, errors="replace"))
        for info, name in zip(members, raw, strict=True)
    ]


def _bytes(info: zipfile.ZipInfo) -> bytes | None:
    """The bytes of a name, None when the archive says that it is UTF-8 (the library decodes all others as cp437)."""
    if info.flag_bits & _UTF8_FLAG:
        return None
    try:
        return info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return None


def _said_again(info: zipfile.ZipInfo) -> str:
    """The name in UTF-8, where the archive gives it besides the old one; it must be meant for that one."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_NAME and len(field) > 5 and field[0] == 1:
            raw = _bytes(info)
            if raw is not None and struct.unpack_from("<I", field, 1)[0] == zlib.crc32(raw):
                return field[5:].decode("utf-8", errors="replace")
    return ""


def _code(names: bytes) -> str:
    """The code most likely meant: UTF-8 where it fits, then the eastern codes by how ordinary their signs would be,
    Cyrillic of DOS, and else the code of the standard."""
    if not names:
        return _WESTERN
    for code, ordinary in (("utf-8", _any), ("gb18030", _ordinary_chinese), ("cp932", _ordinary_japanese)):
        try:
            text = names.decode(code)
        except UnicodeDecodeError:
            continue
        if ordinary(text):
            return code
    cyrillic = [sign for sign in names.decode("cp866", errors="replace") if not sign.isascii()]
    if cyrillic and sum("а" <= sign.lower() <= "я" for sign in cyrillic) >= 0.9 * len(cyrillic) > 3:
        return "cp866"
    return _WESTERN


def _any(_text: str) -> bool:
    return True


def _ordinary_chinese(text: str) -> bool:
    signs = [sign.encode("gb18030") for sign in text if not sign.isascii()]
    usual = sum(len(sign) == 2 and _COMMON_HAN[0] <= sign[0] <= _COMMON_HAN[1] for sign in signs)
    return usual >= 0.75 * len(signs)


def _ordinary_japanese(text: str) -> bool:
    signs = [sign for sign in text if not sign.isascii()]
    kana = sum("\u3040" <= sign <= "\u30ff" for sign in signs)
    half = sum("\uff61" <= sign <= "\uff9f" for sign in signs)
    han = sum("\u4e00" <= sign <= "\u9fff" for sign in signs)
    return half == 0 and kana + han >= 0.75 * len(signs)
