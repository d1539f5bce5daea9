"""Reads plain text and Markdown: every line keeps its number, headings tell where a passage stands."""

from __future__ import annotations

import re
from pathlib import Path

from app.errors import FileTrouble
from app.library.kinds import Content
from app.values import Section

_SECTION_CHARS = 200_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
         (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))  # fmt: skip
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*$")
_FENCE = re.compile(r"[ \t]{0,3}(```|~~~)")
_FRONT_TITLE = re.compile(r"\Atitle:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE | re.IGNORECASE)


def read_text(path: Path) -> Content:
    """A plain text file; its title is its name."""
    text = decode(path.read_bytes())
    return Content(path.stem, "", tuple(_sections(text, plain_headings(text))))


def read_markdown(path: Path) -> Content:
    """A Markdown file; its title is its first heading of the first level, or its name."""
    text = decode(path.read_bytes())
    headings, title = markdown_headings(text)
    return Content(title or path.stem, "", tuple(_sections(text, headings)))


def decode(raw: bytes) -> str:
    """Text of unknown encoding with \\n line ends. Raises FileTrouble when it is not text."""
    encoding = next((name for bom, name in _BOMS if raw.startswith(bom)), "") or _wide(raw)
    if not encoding and b"\0" in raw[:65536]:
        raise FileTrouble("Not text, although its name says so", hint="Give it the ending of its real kind.")
    if encoding:
        text = raw.decode(encoding, errors="replace")
    else:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = _best_guess(raw)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")


def _best_guess(raw: bytes) -> str:
    """Text in an old one-byte code: Windows-1252 unless it cannot be, as almost all such files are."""
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("utf-8", errors="replace") if _mostly_utf8(raw) else raw.decode("latin-1")


def _mostly_utf8(raw: bytes) -> bool:
    wrong = raw.decode("utf-8", errors="replace").count("\ufffd")
    return wrong * 50 < max(1, sum(byte > 127 for byte in raw[:100_000]))


def _wide(raw: bytes) -> str:
    """UTF-16 without a mark, told from the zero bytes every second place of western text."""
    sample = raw[:4096]
    if len(sample) < 4:
        return ""
    half = len(sample) // 2
    if sample[1::2].count(0) > half * 0.6 and sample[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if sample[::2].count(0) > half * 0.6 and sample[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def markdown_headings(text: str) -> tuple[list[tuple[int, str]], str]:
    """(start, heading path) of every heading outside fenced code, and the title."""
    found: list[tuple[int, str]] = []
    stack: list[tuple[int, str]] = []
    title, fence, at, above = "", "", 0, ""
    body = text
    if text.startswith("---\n"):
        end = text.find("\n---", 3)
        if end > 0 and (match := _FRONT_TITLE.search(text[4:end])):
            title = match.group(1)
    for line in body.splitlines(keepends=True):
        bare = line.rstrip("\n")
        if mark := _FENCE.match(bare):
            fence = "" if fence == mark.group(1) else fence or mark.group(1)
        elif not fence:
            level, name, start = 0, "", at
            if match := _HEADING.match(bare):
                level, name = len(match.group(1)), match.group(2)
            elif above and len(bare) >= 3 and set(bare) in ({"="}, {"-"}) and at > 3:
                level, name, start = (1 if bare[0] == "=" else 2), above, at - len(above) - 1
            if level:
                name = re.sub(r"[*_`]+|\[([^\]]*)\]\([^)]*\)", r"\1", name).strip()
                stack = [(depth, held) for depth, held in stack if depth < level] + [(level, name)]
                title = title or (name if level == 1 else "")
                path = [held for depth, held in stack if held != title]
                found.append((start, " › ".join(path)))
        above = bare if bare.strip() and bare == bare.strip() else ""
        at += len(line)
    return found, title


def plain_headings(text: str) -> list[tuple[int, str]]:
    """Headings of plain text: a short line alone, in capitals or numbered, with text below it."""
    found: list[tuple[int, str]] = []
    at = 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        bare = line.strip()
        alone = number == 0 or not lines[number - 1].strip()
        below = number + 1 < len(lines) and bool("".join(lines[number + 1 : number + 3]).strip())
        if alone and below and 2 < len(bare) <= 70 and _heading_like(bare):
            found.append((at + line.index(bare[0]), bare.rstrip(":")))
        at += len(line) + 1
    return found


def _heading_like(line: str) -> bool:
    if line[-1] in ".,;!?" or len(line.split()) > 9:
        return False
    numbered = re.match(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|§ ?\d+|[IVX]{1,5}\.)[ \t]+[^\W\d_]", line)
    capitals = line.isupper() and sum(char.isalpha() for char in line) > 3
    return bool(numbered) or capitals


def _sections(text: str, headings: list[tuple[int, str]]) -> list[Section]:
    """The text as one section, or as several of bounded size cut at line ends (best before a blank line)."""
    found: list[Section] = []
    start, line = 0, 1
    while start < len(text):
        end = len(text)
        if end - start > _SECTION_CHARS:
            limit = start + _SECTION_CHARS
            end = text.rfind("\n\n", start + _SECTION_CHARS // 2, limit) + 2
            end = end if end > 1 else text.rfind("\n", start + 1, limit) + 1
            end = end if end > start else limit
        before = [path for at, path in headings if at < start][-1:]
        inside = [(at - start, path) for at, path in headings if start <= at < end]
        carried = [(0, before[0])] if before and not (inside and inside[0][0] == 0) else []
        found.append(Section("lines", line, text[start:end], tuple(carried + inside)))
        line += text.count("\n", start, end)
        start = end
    return found
