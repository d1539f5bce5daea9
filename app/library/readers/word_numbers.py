"""Counts the automatic numbers of a Word file, so that "clause 14.2" is in its text as people see and quote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.library.readers.office_package import attribute, tag

_COUNTED = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MOST_ROMAN = 4000
_DEEPEST = 9
BULLET = "-"
"""The mark of every item that is not numbered, whatever sign it has in the file."""


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list counts, ECMA-376 part 1, 17.9: its first number, kind of number, and text around it."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""


class Numbers:
    """The lists of one file, asked once for every paragraph, in order."""

    def __init__(self, lists: Iterable[Any], styles: Iterable[Any]) -> None:
        """`lists` and `styles` are the roots of the parts of that name."""
        self._levels: dict[str, dict[int, _Level]] = {}
        self._of_list: dict[str, tuple[str, dict[int, int]]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._restarted: set[str] = set()
        for node in (each for root in lists for each in root):
            if tag(node) == "abstractNum":
                self._levels[attribute(node, "abstractNumId")] = dict(_levels(node))
            elif tag(node) == "num":
                abstract = next((attribute(each, "val") for each in node if tag(each) == "abstractNumId"), "")
                self._of_list[attribute(node, "numId")] = abstract, dict(_overrides(node))
        self._by_style = dict(_style_lists([style for root in styles for style in root if tag(style) == "style"]))

    def mark(self, properties: Any, style: str) -> str:
        """What stands before a paragraph with these properties (its pPr, or None): "14.2", "(a)", BULLET, or ""."""
        number, level = self._by_style.get(style, ("", 0))
        for node in properties if properties is not None else ():
            if tag(node) == "numPr":
                number, level = _list_of(node, number, level)
        if number in ("", "0"):
            return ""
        abstract, overrides = self._of_list.get(number, ("", {}))
        levels = self._levels.get(abstract, {})
        how = levels.get(level)
        if how is None or how.kind == "bullet":
            return BULLET
        if number not in self._restarted:
            self._restarted.add(number)
            if overrides:
                self._counts.pop(abstract, None)
        counts = self._counts.setdefault(abstract, [None] * _DEEPEST)
        for above in range(level + 1):
            first = overrides.get(above, levels[above].start if above in levels else 1)
            count = counts[above]
            counts[above] = first if count is None else count + (above == level)
        counts[level + 1 :] = [None] * (_DEEPEST - level - 1)
        if how.kind == "none":
            return ""
        return _COUNTED.sub(lambda match: self._shown(levels, counts, int(match[1]) - 1), how.text).strip()

    def _shown(self, levels: dict[int, _Level], counts: list[int | None], level: int) -> str:
        return _in_kind(counts[level] or 0, levels[level].kind if level in levels else "decimal")


def _levels(abstract: Any) -> Iterator[tuple[int, _Level]]:
    for node in abstract:
        level = attribute(node, "ilvl")
        if tag(node) == "lvl" and level.isdigit() and int(level) < _DEEPEST:
            said = {tag(each): attribute(each, "val") for each in node}
            start = said.get("start", "1")
            kind = said.get("numFmt", "decimal")
            yield int(level), _Level(int(start) if start.isdigit() else 1, kind, said.get("lvlText", ""))


def _overrides(num: Any) -> Iterator[tuple[int, int]]:
    for node in num:
        for each in node if tag(node) == "lvlOverride" else ():
            level, start = attribute(node, "ilvl"), attribute(each, "val")
            if tag(each) == "startOverride" and level.isdigit() and start.isdigit():
                yield int(level), int(start)


def _list_of(properties: Any, number: str, level: int) -> tuple[str, int]:
    """(list, level) that a numPr says, where it says them."""
    for node in properties:
        said = attribute(node, "val")
        if tag(node) == "numId":
            number = said
        elif tag(node) == "ilvl" and said.isdigit():
            level = min(int(said), _DEEPEST - 1)
    return number, level


def _style_lists(styles: list[Any]) -> Iterator[tuple[str, tuple[str, int]]]:
    """(style, (list, level)) of each style that numbers its paragraphs, or is based on one that does."""
    own: dict[str, tuple[str, int]] = {}
    bases: dict[str, str] = {}
    for style in styles:
        name = attribute(style, "styleId")
        for node in style:
            if tag(node) == "basedOn":
                bases[name] = attribute(node, "val")
            for each in node if tag(node) == "pPr" else ():
                if tag(each) == "numPr":
                    own[name] = _list_of(each, "", 0)
    for name in {*own, *bases}:
        seen, number, level = name, "", 0
        for _ in range(_DEEPEST):
            if seen in own:
                number, level = own[seen][0] or number, level or own[seen][1]
            if number or seen not in bases:
                break
            seen = bases[seen]
        if number:
            yield name, (number, level)


def _in_kind(count: int, kind: str) -> str:
    """A number as its list writes it; kinds not known here are written in figures."""
    match kind:
        case "lowerLetter" | "upperLetter" if count > 0:
            letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
            return letter.upper() if kind == "upperLetter" else letter
        case "lowerRoman" | "upperRoman" if 0 < count < _MOST_ROMAN:
            roman = _roman(count)
            return roman.upper() if kind == "upperRoman" else roman
        case "decimalZero":
            return f"{count:02}"
        case _:
            return str(count)


def _roman(count: int) -> str:
    parts = []
    for worth, letters in _ROMAN:
        parts.append(letters * (count // worth))
        count %= worth
    return "".join(parts)
