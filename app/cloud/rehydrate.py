"""Puts values back in place of labels while an answer streams in, showing no part of a label meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_OPEN, _CLOSE = "⟦", "⟧"
_LONGEST_UNKNOWN = 40
"""Characters between the brackets of something that looks like a label; further than this nothing is waited for."""
_UNKNOWN = re.compile(rf"{_OPEN}[\w\\-]{{1,{_LONGEST_UNKNOWN}}}{_CLOSE}")
_UNKNOWN_BEGUN = re.compile(rf"{_OPEN}[\w\\-]{{0,{_LONGEST_UNKNOWN}}}\Z")


@dataclass(frozen=True, slots=True)
class Restored:
    """A piece of text to show; the ranges are (start_char, end_char) in `text`.

    `restored` stood as labels while they travelled, `unresolved` look like labels and belong to none.
    """

    text: str
    restored: tuple[tuple[int, int], ...] = ()
    unresolved: tuple[tuple[int, int], ...] = ()


class Rehydrator:
    """One stream of text, in pieces of any size; the result does not depend on where they were cut.

    At each character, if all that is left could still grow into a label in use, it waits; else the longest label that
    stands there gives its value, which is never looked at again; else the character is shown. What looks like a label
    and is none is shown whole.
    """

    def __init__(self, labels: Mapping[str, str]) -> None:
        """`labels`: label → value, of any form ("⟦PERSON_1⟧", "Avery Stone"); found without regard to case. A Markdown
        writer may escape the underscore of a label; that form is known as well."""
        self._values: dict[str, str] = {}
        for label, value in labels.items():
            if label:
                self._values.setdefault(_folded(label.replace("_", "\\_")), value)
        self._values.update({_folded(label): value for label, value in labels.items() if label})
        self._lengths = sorted({len(label) for label in self._values}, reverse=True)
        self._beginnings = {label[:end] for label in self._values for end in range(1, len(label))}
        firsts = {label[0] for label in self._values} | {_OPEN}
        self._next = re.compile("[" + "".join(map(re.escape, sorted(firsts))) + "]")
        self._carry = ""

    def feed(self, delta: str) -> Restored:
        """The next piece of the stream; what can be shown by now."""
        self._carry += delta
        return self._walk(last=False)

    def end(self) -> Restored:
        """The stream ended or was stopped: what was waited for, as it came; a label cut off in it is unresolved."""
        return self._walk(last=True)

    def _walk(self, *, last: bool) -> Restored:
        text, plain = self._carry, _folded(self._carry)
        out: list[str] = []
        restored: list[tuple[int, int]] = []
        unresolved: list[tuple[int, int]] = []
        place = length = 0
        while place < len(text):
            hit = self._next.search(plain, place)
            free = hit.start() if hit else len(text)
            piece, marks = text[place:free], None
            if free == place:
                if not last and self._could_grow(plain, place):
                    break
                piece, free, marks = self._here(text, plain, place, restored, unresolved)
            if marks is not None:
                marks.append((length, length + len(piece)))
            out.append(piece)
            place, length = free, length + len(piece)
        self._carry = text[place:]
        return Restored("".join(out), tuple(restored), tuple(unresolved))

    def _here(
        self,
        text: str,
        plain: str,
        place: int,
        restored: list[tuple[int, int]],
        unresolved: list[tuple[int, int]],
    ) -> tuple[str, int, list[tuple[int, int]] | None]:
        """What to show for this place, where it ends, and the list of ranges it belongs to."""
        for size in self._lengths:
            value = self._values.get(plain[place : place + size])
            if value is not None:
                return value, place + size, restored
        unknown = _UNKNOWN.match(text, place) or _UNKNOWN_BEGUN.match(text, place)
        if unknown and len(unknown.group()) > 1:
            return unknown.group(), unknown.end(), unresolved
        return text[place], place + 1, None

    def _could_grow(self, plain: str, place: int) -> bool:
        if self._lengths and len(plain) - place < self._lengths[0] and plain[place:] in self._beginnings:
            return True
        return _UNKNOWN_BEGUN.match(plain, place) is not None


def restore(text: str, labels: Mapping[str, str]) -> Restored:
    """The same for a whole text."""
    rehydrator = Rehydrator(labels)
    shown, rest = rehydrator.feed(text), rehydrator.end()
    by = len(shown.text)
    return Restored(
        shown.text + rest.text,
        shown.restored + tuple((start + by, end + by) for start, end in rest.restored),
        shown.unresolved + tuple((start + by, end + by) for start, end in rest.unresolved),
    )


def _folded(text: str) -> str:
    """Without case, and exactly as long: a letter whose lower case is two letters stays as it is."""
    lower = text.lower()
    if len(lower) == len(text) and text.isascii():
        return lower
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)
