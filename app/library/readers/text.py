"""Reads plain text and Markdown: every line keeps its number, headings tell where a passage stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from app.library.kinds import Content
from app.library.readers.charset import decode as decode
from app.library.readers.said_dates import said_date
from app.values import Section

_SECTION_CHARS = 200_000
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*$")
_FENCE = re.compile(r"[ \t]{0,3}(```|~~~)")
_FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n(?:.*\n){0,200}?(?:\1|\.\.\.)[ \t]*(?:\n|\Z)")
_FIELD = re.compile(r"^(title|authors?|date|created|published)[ \t]*[:=][ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
_LISTED = re.compile(r"^[ \t]*-[ \t]+(?:name:[ \t]*)?(.+)$", re.MULTILINE)


def read_text(path: Path) -> Content:
    """A plain text file; its title is its name."""
    text = decode(path.read_bytes())
    return Content(path.stem, "", tuple(line_sections(text, plain_headings(text))))


def read_markdown(path: Path) -> Content:
    """A Markdown file; its title is what it says above its text, else its first heading of the first level, or its
    name."""
    text = decode(path.read_bytes())
    headings, title = markdown_headings(text)
    said = front_matter(text)
    return Content(
        title or path.stem,
        said.get("author", ""),
        tuple(line_sections(text, headings)),
        written_at=said_date(said.get("date", "")),
    )


def front_matter(text: str) -> dict[str, str]:
    """title, author and date from the lines between --- (YAML) or +++ (TOML) at the top of a file."""
    found = _FRONT.match(text)
    said: dict[str, str] = {}
    if not found:
        return said
    for match in _FIELD.finditer(found.group()):
        name = {"authors": "author", "created": "date", "published": "date"}.get(match[1].lower(), match[1].lower())
        value = match[2].strip()
        if not value and name == "author":
            block = re.match(r"(?:\n[ \t]*-.*)+", found.group()[match.end() :])
            value = ", ".join(_LISTED.findall(block.group())) if block else ""
        value = ", ".join(part.strip().strip("\"'") for part in value.strip("[]").split(",")).strip("\"'")
        said.setdefault(name, value[:300])
    return {name: value for name, value in said.items() if value}


def markdown_headings(text: str) -> tuple[list[tuple[int, str]], str]:
    """(start, heading path) of every heading outside fenced code, and the title."""
    found: list[tuple[int, str]] = []
    stack: list[tuple[int, str]] = []
    title, fence, above = front_matter(text).get("title", ""), "", ""
    front = _FRONT.match(text)
    at = front.end() if front else 0
    for line in text[at:].split("\n"):
        if mark := _FENCE.match(line):
            fence = "" if fence == mark.group(1) else fence or mark.group(1)
        elif not fence:
            level, name, start = 0, "", at
            if match := _HEADING.match(line):
                level, name = len(match.group(1)), match.group(2)
            elif above and len(line) >= 3 and set(line) in ({"="}, {"-"}):
                level, name, start = (1 if line[0] == "=" else 2), above, at - len(above) - 1
            if level:
                name = re.sub(r"[*_`]+|\[([^\]]*)\]\([^)]*\)", r"\1", name).strip()
                stack = [(depth, held) for depth, held in stack if depth < level] + [(level, name)]
                title = title or (name if level == 1 else "")
                path = [held for depth, held in stack if held != title]
                found.append((start, " › ".join(path)))
        above = line if line.strip() and line == line.strip() else ""
        at += len(line) + 1
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


def line_sections(text: str, headings: Sequence[tuple[int, str]], *, first_line: int = 1) -> list[Section]:
    """The text as one section, or as several of bounded size cut at line ends (best before a blank line).

    `headings` are (start, path) in order; `first_line` is the number of the text's first line.
    """
    found: list[Section] = []
    starts = [at for at, _ in headings]
    start, line = 0, first_line
    while start < len(text):
        end = len(text)
        if end - start > _SECTION_CHARS:
            limit = start + _SECTION_CHARS
            end = text.rfind("\n\n", start + _SECTION_CHARS // 2, limit) + 2
            end = end if end > 1 else text.rfind("\n", start + 1, limit) + 1
            end = end if end > start else limit
        first, after = bisect_left(starts, start), bisect_left(starts, end)
        inside = [(at - start, path) for at, path in headings[first:after]]
        carried = [(0, headings[first - 1][1])] if first and not (inside and inside[0][0] == 0) else []
        found.append(Section("lines", line, text[start:end], tuple(carried + inside)))
        line += text.count("\n", start, end)
        start = end
    return found
