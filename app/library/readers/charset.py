"""Turns the bytes of a text file into text, whatever code it was written in, and refuses what is not text."""

from __future__ import annotations

import re

from app.errors import FileTrouble

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
         (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))  # fmt: skip
_OLD_CODES = """cp1252 cp1250 iso8859_2 cp1251 koi8_r iso8859_5 cp866 cp1253 iso8859_7 cp1254 cp1255 cp1256 cp874
    gb18030 big5 cp932 euc_jp euc_kr cp949 mac_roman cp850 cp437""".split()  # noqa: SIM905 - easier to read than quoted words
"""Codes that files of people are written in; others only look alike (measured: with all of them one text in ten was
taken for another code, with these none of 27 in 14 languages)."""
_ESCAPED_JAPANESE = re.compile(rb"\x1b\$[@B]|\x1b\([JI]")
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0",
          b"7z\xbc\xaf", b"Rar!", b"SQLite format 3")  # fmt: skip
_CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27}) + b"\x7f"
_LETTERS = bytes(range(32, 127)) + b"\t\r\n"
_MOST_CONTROLS = 0.01
_SAMPLE_BYTES = 65_536
_GUESSED_BYTES = 16_384
_CENTRAL = re.compile(r"(?<=[^\W\d_])[ąłżźśěřťľţşů]")
_WESTERN = re.compile(r"[ŕĺ]")
_ROMANIAN = re.compile(r"ş(?=[^\W\d_])")


def decode(raw: bytes) -> str:
    """Text of unknown encoding with \\n line ends and no NUL. Raises FileTrouble when it is not text."""
    encoding = next((name for bom, name in _BOMS if raw.startswith(bom)), "") or _wide(raw)
    if encoding:
        text = raw.decode(encoding, errors="replace")
    elif is_binary(raw):
        raise FileTrouble("Not text, although its name says so", hint="Give it the ending of its real kind.")
    else:
        text = _narrow(raw)
    return clean(text)


def clean(text: str) -> str:
    """\\n line ends and no NUL."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")


def is_binary(raw: bytes) -> bool:
    """Whether bytes are a picture, a program or the like: they begin as one, or hold many control characters."""
    if raw.startswith(_MAGIC):
        return True
    sample = raw[:_SAMPLE_BYTES]
    return len(sample) - len(sample.translate(None, _CONTROLS)) > max(2, len(sample) * _MOST_CONTROLS)


def _narrow(raw: bytes) -> str:
    """Text of a code that has no zero bytes."""
    if _ESCAPED_JAPANESE.search(raw[:_SAMPLE_BYTES]):
        return raw.decode("iso2022_jp", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(raw):
        return raw.decode("utf-8", errors="replace")
    code = _guessed(raw)
    try:
        return raw.decode(code)
    except UnicodeDecodeError:
        return raw.decode("latin-1" if code == "cp1252" else code, errors="replace")


def _guessed(raw: bytes) -> str:
    """The old code a text most likely is in; Windows-1252 where the letters do not tell."""
    from charset_normalizer import from_bytes  # here: most files are UTF-8 and need none of it

    lines = [line for line in raw[: 4 << 20].split(b"\n") if not line.isascii()]
    sample = b"\n".join(lines)[:_GUESSED_BYTES]
    best = from_bytes(sample, cp_isolation=_OLD_CODES, language_threshold=0.1).best()
    if best is None:
        return "cp1252"
    if best.encoding in ("cp1250", "iso8859_2"):
        return best.encoding if _central(sample.decode(best.encoding, errors="replace").lower()) else "cp1252"
    return best.encoding


def _central(text: str) -> bool:
    """Whether words read as Central European are such: what was Western then has letters hardly any word has, "à" and
    "å" become "ŕ" and "ĺ"."""
    romanian = _ROMANIAN.search(text) is not None
    western = len(_WESTERN.findall(text)) + (0 if romanian else text.count("ă"))
    central = len(_CENTRAL.findall(text)) + (text.count("ă") if romanian else 0)
    if not western and any(letter in text for letter in "éáí"):
        central += text.count("ő")  # in Western text "õ", which comes with "ã"
    return central > 2 * western


def _mostly_utf8(raw: bytes) -> bool:
    sample = raw[: _SAMPLE_BYTES * 4]
    wrong = sample.decode("utf-8", errors="replace").count("\ufffd")
    return wrong * 50 < max(1, sum(byte > 127 for byte in sample))


def _wide(raw: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: its blanks, digits and line ends have zero bytes at fixed places, and read that
    way hardly anything else than letters comes out."""
    sample = raw[: _SAMPLE_BYTES // 8 * 4]
    sample = sample[: len(sample) // 4 * 4] if len(sample) >= 8 else sample[: len(sample) // 2 * 2]
    zeros = sample.count(0)
    letters = len(sample) - len(sample.translate(None, _LETTERS))
    if len(sample) < 4 or not zeros or (letters > 0.8 * len(sample) and zeros < 0.15 * len(sample)):
        return ""
    at = [sample[place::4].count(0) for place in range(4)]
    quarter = len(sample) / 4
    candidates = ["utf-32-le"] if at[2] + at[3] > 1.8 * quarter else []
    candidates += ["utf-32-be"] if at[0] + at[1] > 1.8 * quarter else []
    little = sample[1::2].count(0) >= sample[::2].count(0)
    candidates += ["utf-16-le", "utf-16-be"] if little else ["utf-16-be", "utf-16-le"]
    return next((code for code in candidates if _readable(sample, code)), "")


def _readable(sample: bytes, code: str) -> bool:
    text = sample.decode(code, errors="replace")
    odd = sum(not (char.isprintable() or char in "\t\n\r\f") or char == "\ufffd" for char in text)
    plain = sum(char.isalnum() or char.isspace() for char in text)
    return odd * 50 <= len(text) and plain * 2 > len(text)
