"""Finds tables, lists and code in a text once, so that every passage of them can be told what it belongs to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.values import Section

_LONGEST_LABEL = 120
_LONGEST_LEAD = 300
_TALLEST_TITLE = 8
_ITEM = re.compile(r"[ \t]*(?:[-*+•·▪●○◦‣–—]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)])[ \t]+\S")
_FENCE = re.compile(r"[ \t]{0,3}(```|~~~)")
_RULE_ROW = re.compile(r"[\s|:+=-]+")
_FIGURE = re.compile(r"[^\w]*\d[\d.,:;/%()\s€$£¥-]*")
_CODE_LINE = re.compile(
    r".*(?:\b[A-Za-z_][\w.]*\([^)]|\(\)| [-+*/|&]?=[= ]|[{}]|[=-]>|::|&&|\|\||;\s*$)"
    r"|\s*(?:def|class|return|import|from|for|if|else|elif|while|var|let|const|fn|func|end|try|except)\b[^.]*$"
    r"|\s*(?://|/\*|\*|--|@)[\w ]"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters [start, end) that are one table, list or fenced code. `label` is what a passage beginning at or
    after `below` needs to be understood: the head row, or the line that leads the list in."""

    kind: str
    start: int
    end: int
    below: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    kind: str
    """table, item, code, blank or text."""


class Structure:
    """What stands where in one section; finding it takes one pass over the lines."""

    def __init__(self, section: Section) -> None:
        self.text = section.text
        cells = section.kind == "cells"
        # A sheet whose reader told the head rows needs no guess: its sections are parts of one long table.
        told = cells and bool(section.headings)
        self.runs = [] if told else list(self._found(list(_lines(section.text)), cells=cells))
        self._starts = [run.start for run in self.runs]

    def at(self, place: int) -> Run | None:
        """The table, list or code that holds this character."""
        number = bisect_right(self._starts, place) - 1
        return self.runs[number] if number >= 0 and place < self.runs[number].end else None

    def label(self, place: int) -> str:
        """Head row or lead-in for a passage whose words begin here, with a row of a table or an item of a list."""
        run = self.at(place)
        if run is None or place < run.below or (run.kind == "list" and not is_item(self.text, place)):
            return ""
        return run.label

    def _found(self, lines: Sequence[_Line], *, cells: bool) -> Iterator[Run]:
        number, paragraph, head = 0, 0, ""
        while number < len(lines):
            line = lines[number]
            following = _end_of_run(self.text, lines, number)
            start, end = line.start, lines[following - 1].end
            match line.kind:
                case "table":
                    run = self._table(lines[number:following], head if cells else "")
                    head = run.label
                    yield run
                case "item":
                    lead = self.text[paragraph:start]
                    label = _shortened(" ".join(lead.split())) if leads_in(lead) else ""
                    yield Run("list", start, end, lines[number].end, label)
                case "code":
                    yield Run("code", start, end)
            if line.kind not in ("text", "blank"):
                paragraph = end
            elif line.kind == "blank" and following < len(lines) and lines[following].kind == "text":
                paragraph = lines[following].start
            number = following

    def _table(self, rows: Sequence[_Line], above: str) -> Run:
        """A table with its head row: the first row most of whose cells hold words, since a title may stand above it.
        `above` is the head of the block before an empty row of the same sheet; it holds on while columns agree."""
        start, end = rows[0].start, rows[-1].end
        first = [_cells(self.text[row.start : row.end]) for row in rows[: _TALLEST_TITLE + 1]]
        width = max(len(cells) for cells in first)
        for row, cells in zip(rows[:_TALLEST_TITLE], first, strict=False):
            if width == 1 or not _is_head(cells, width):
                continue
            if above and above.count(" | ") + 1 == len([cell for cell in cells if cell]) and not _figures(first, cells):
                break
            return Run("table", start, end, row.end, _shortened(" | ".join(cell for cell in cells if cell)))
        if above:
            return Run("table", start, end, start, above)
        full = next((cells for cells in first if sum(map(bool, cells)) * 2 >= width), first[0])
        return Run("table", start, end, rows[0].end, _shortened(" | ".join(cell for cell in full if cell)))


def _end_of_run(text: str, lines: Sequence[_Line], first: int) -> int:
    """The number of the line after the last one that belongs to what begins with line `first`."""
    kind = lines[first].kind
    number = first + 1
    if kind != "item":
        while number < len(lines) and lines[number].kind == kind:
            number += 1
        return number
    last = number
    while number < len(lines):
        line, after_blank = lines[number], lines[number - 1].kind == "blank"
        if line.kind == "item" or (line.kind == "text" and (not after_blank or text[line.start] in " \t")):
            last = number + 1
        elif line.kind != "blank" or after_blank:
            break
        number += 1
    return last


def _lines(text: str) -> Iterator[_Line]:
    start, fence = 0, ""
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        mark = _FENCE.match(text, start)
        if fence or mark:
            yield _Line(start, end, "code")
            if mark and (not fence or fence == mark.group(1)):
                fence = "" if fence else mark.group(1)
        else:
            yield _Line(start, end, _kind_of(text, start, end))
        start = end


def _kind_of(text: str, start: int, end: int) -> str:
    bare = text[start:end].lstrip()
    if not bare:
        return "blank"
    if bare[0] == "|":
        return "table"
    return "item" if _ITEM.match(text, start, end) else "text"


def _cells(row: str) -> list[str]:
    return [" ".join(cell.split()) for cell in row.strip().strip("|").split("|")]


def _is_head(cells: Sequence[str], width: int) -> bool:
    """Whether a row names columns: most of its cells are filled, and most of these hold words, not figures."""
    filled = [cell for cell in cells if cell]
    words = [cell for cell in filled if not _FIGURE.fullmatch(cell) and not _RULE_ROW.fullmatch(cell)]
    return len(filled) * 2 >= width and len(filled) > 1 and len(words) * 2 > len(filled)


def _figures(rows: Sequence[Sequence[str]], head: Sequence[str]) -> bool:
    """Whether figures stand below words in some column: then the row of words is a head."""
    below = rows[rows.index(head) + 1 :]
    return any(
        _FIGURE.fullmatch(cell) and not _FIGURE.fullmatch(name)
        for row in below
        for name, cell in zip(head, row, strict=False)
        if name and cell
    )


def _shortened(words: str) -> str:
    return words[:_LONGEST_LABEL]


def is_item(text: str, start: int) -> bool:
    """Whether the line that begins here is an item of a list."""
    return bool(_ITEM.match(text, start))


def leads_in(text: str) -> bool:
    """Whether a paragraph announces what follows it: "The following apply:"."""
    words = text.strip()
    return words.endswith((":", "：")) and len(words) <= _LONGEST_LEAD and not words.startswith("|")


def is_code(text: str) -> bool:
    """Whether lines, not sentences, are the parts of a stretch: most look like a program's."""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) >= 4 and sum(bool(_CODE_LINE.match(line)) for line in lines) * 5 >= len(lines) * 3
