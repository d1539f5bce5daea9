"""Collects the paragraphs and rows an office file is made of into one text with headings, one line each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.values import Section

_SECTION_CHARS = 200_000
_HEADING_CHARS = 200
_TITLE_WITHIN_CHARS = 300
_ODD_TITLE = re.compile(
    r"(?i)^(?:untitled|unbenannt|microsoft (?:word|powerpoint|excel).*|\W*"
    r"|(?:document|dokument|presentation|präsentation|book|mappe|slide|folie)\s?\d*|power ?point[ -]pr[aäe]sentation"
    r"|.*\.(?:docx?|dotx?|pptx?|xlsx?|pdf|rtf|od[tps]))$"
)


@dataclass(slots=True)
class Lines:
    """Lines so far. A heading of level n closes those of level n and deeper; never two empty lines in a row."""

    parts: list[str] = field(default_factory=list)
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    """(start_char, level, words)."""
    length: int = 0
    blank: bool = True
    listing: bool = False
    """Whether the last line is an item of a list; what follows a list is apart from it."""

    def add(self, line: str, *, level: int = 0) -> None:
        """A paragraph, list item or heading (level from 1). White space inside counts once."""
        line = " ".join(line.replace("\0", " ").split())
        if not line:
            self.gap()
            return
        if self.listing and not line.startswith("- "):
            self.gap()
        self.listing = line.startswith("- ")
        if level:
            self.headings.append((self.length, level, line[:_HEADING_CHARS]))
        self._put(line)
        self.blank = False

    def row(self, cells: Sequence[str]) -> None:
        """A row of a table; one without words is left out."""
        clean = [" ".join(cell.replace("\0", " ").split()) for cell in cells]
        if any(clean):
            self.add("| " + " | ".join(clean) + " |")

    def gap(self) -> None:
        """An empty line after a paragraph, once."""
        if not self.blank:
            self._put("")
            self.blank = True

    def _put(self, line: str) -> None:
        self.parts.append(line + "\n")
        self.length += len(line) + 1

    @property
    def wordless(self) -> bool:
        """Whether there is nothing to search for in it."""
        return not any(char.isalnum() for part in self.parts for char in part)

    def first_heading(self) -> str:
        """The heading at the beginning that is above all others, as a title is; or ""."""
        if not self.headings or self.headings[0][0] > _TITLE_WITHIN_CHARS:
            return ""
        _, level, words = self.headings[0]
        return words if level == 1 or all(each[1] > level for each in self.headings[1:]) else ""

    def sections(self, title: str) -> tuple[Section, ...]:
        """The text in sections of bounded size, cut at ends of lines. Heading paths leave the title itself out."""
        paths = self._paths(title)
        found: list[Section] = []
        start, line, held, at = 0, 1, list[str](), 0
        for part in self.parts:
            held.append(part)
            at += len(part)
            if at - start >= _SECTION_CHARS and part == "\n":
                found.append(_section(line, held, paths, start))
                line += len(held)
                start, held = at, []
        if held:
            found.append(_section(line, held, paths, start))
        return tuple(found)

    def _paths(self, title: str) -> list[tuple[int, str]]:
        stack: list[tuple[int, str]] = []
        found = []
        for start, level, words in self.headings:
            stack = [held for held in stack if held[0] < level] + [(level, words)]
            found.append((start, " › ".join(held for _, held in stack if held != title)))
        return found


def _section(line: int, parts: Iterable[str], paths: list[tuple[int, str]], start: int) -> Section:
    """One section with the headings inside it, and the one that reaches into it."""
    text = "".join(parts)
    before = [path for at, path in paths if at < start][-1:]
    inside = [(at - start, path) for at, path in paths if start <= at < start + len(text)]
    carried = [(0, path) for path in before] if not inside or inside[0][0] else []
    return Section("lines", line, text, tuple(carried + inside))


def slide(number: int, title: str, *below: Lines) -> Section | None:
    """A slide's section: its title first, as the heading of all of it. None when it holds no words."""
    whole = Lines()
    if title:
        whole.add(title, level=1)
        whole.gap()
    text = "".join([*whole.parts, *(part for lines in below for part in lines.parts)])
    if not any(char.isalnum() for char in text):
        return None
    return Section("slide", number, text, tuple((at, words) for at, _, words in whole.headings))


def own_title(said: str) -> str:
    """A title from a file's properties, or "" when a program put a file name or nothing there."""
    said = " ".join(said.split())
    return "" if _ODD_TITLE.match(said) else said[:200]
