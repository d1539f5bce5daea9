"""Cuts a section into passages a search can find and a reader can take in: whole sentences, under their heading."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.library.sentences import blocks, sentences
from app.library.structure import Structure, is_code, is_item, leads_in
from app.values import Section

TARGET_WORDS = 130
"""Where a passage is full enough to end at the next paragraph. 130 English words are about 180 MiniLM tokens."""
MOST_WORDS = 180
"""No passage is longer; 180 words with their heading stay below the 256 tokens the starter embedder reads."""
_LEAST_WORDS = 40
_SPOKEN_S = 60.0
_CHARS_PER_WORD = 7.0
_NEAR_CHARS = 1024
_TOKEN = re.compile(r"\w+|[^\w\s]")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7a3]+")
_NOT_BLANK = re.compile(r"\S")
_UNDERLINES = "=-~^\"'`*+#.:_"


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters [start, end) of a section and the heading path they stand under."""

    start: int
    end: int
    heading: str


def split(section: Section) -> list[Piece]:
    """Pieces that tile the section: the first starts at 0, each starts where the one before ended, the last ends at
    the end. A section of white space only gives no piece."""
    text = section.text
    if not text.strip():
        return []
    inside = Structure(section)
    ends = _spoken(section) if section.kind == "time" and section.spans else _written(section, inside)
    heads = [at for at, _ in section.headings]
    pieces: list[Piece] = []
    start = 0
    for end in ends:
        pieces.append(Piece(start, end, _heading(section, heads, inside, start, end)))
        start = end
    return pieces


def _heading(section: Section, heads: list[int], inside: Structure, start: int, end: int) -> str:
    """The heading path valid where the piece's own words begin; with the head row when that is inside a table, or
    the line that leads a list in."""
    text = section.text
    at = _next_word(text, start, end)
    number = bisect_right(heads, at) - 1
    found = section.headings[number][1] if number >= 0 else ""
    while number >= 0 and heads[number] == at:  # the piece begins with this heading: its words begin below
        line_end = text.find("\n", at, end)
        below = _next_word(text, line_end, end) if line_end >= 0 else end
        while below < end and text[below] in _UNDERLINES and _is_underline(_line_at(text, below)):
            below = _next_word(text, below + len(_line_at(text, below)), end)
        if below >= end:
            break
        at = below
        number = bisect_right(heads, at) - 1
        found = section.headings[number][1]
    return " › ".join(part for part in (found, inside.label(at)) if part)


def _next_word(text: str, start: int, end: int) -> int:
    """The first character from `start` on that is not white space."""
    word = _NOT_BLANK.search(text, start, end)
    return word.start() if word else end


def _line_at(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)].rstrip()


def _is_underline(line: str) -> bool:
    return set(line) <= {"=", "-"} or (len(line) > 2 and len(set(line)) == 1)


def words_in(text: str) -> float:
    """Length in words as the embedder feels it: tokens of long words, numbers and scripts without blanks count too."""
    words = 0.0
    for token in _TOKEN.findall(text):
        length = len(token)
        if length > _CHARS_PER_WORD:
            words += length / _CHARS_PER_WORD
        else:
            words += 1.0 if length > 1 or token.isalnum() else 0.4
    if text.isascii():
        return words
    return words + sum(map(len, _WIDE.findall(text))) * 0.7


def _written(section: Section, inside: Structure) -> list[int]:
    """Where passages of written text end."""
    ends: list[int] = []
    start, filled, before, before_size = 0, 0.0, 0, 0.0
    heads = sorted(at for at, _ in section.headings)
    titles = _Titles(section)
    for a, b in _paragraphs(section, heads, inside):
        size = words_in(section.text[a:b])
        titled = bisect_left(heads, b) > bisect_left(heads, a)
        full = filled + size > MOST_WORDS or filled >= TARGET_WORDS or (titled and titles.have_body(start, a))
        if a > start and full and (filled >= _LEAST_WORDS or titled or filled + size > MOST_WORDS):
            if start < before and not titled and before_size + size <= MOST_WORDS and _announced(section, before, a):
                ends.append(before)  # the line that leads a list or table in goes with it
                start, filled = before, before_size
            else:
                ends.append(a)
                start, filled = a, 0.0
        before, before_size = a, size
        if filled + size > MOST_WORDS:
            # Only a single long paragraph comes here: it is cut at its sentences into parts of about one size.
            inner = list(_evenly(section.text, start, b))
            ends.extend(inner[:-1])
            start = inner[-2] if len(inner) > 1 else start
            filled = words_in(section.text[start:b])
            continue
        filled += size
    if start < len(section.text):
        ends.append(len(section.text))
    return ends


def _announced(section: Section, before: int, at: int) -> bool:
    """Whether [before, at) is a line such as "The following apply:" and a list, a table or code follows it."""
    text = section.text
    first = _next_word(text, at, len(text))
    line = text.rfind("\n", 0, first) + 1
    listed = text[first : first + 1] == "|" or text.startswith(("```", "~~~"), first) or is_item(text, line)
    return listed and leads_in(text[before:at])


def _paragraphs(section: Section, heads: list[int], inside: Structure) -> Iterator[tuple[int, int]]:
    """Blocks of the text; one that holds nothing but white space belongs to the one before, and fenced code that
    fits into a passage is one block."""
    pending: tuple[int, int] | None = None
    parts = _rows(section.text) if section.kind == "cells" else blocks(section.text)
    for a, b in _whole_code(section.text, parts, inside):
        if pending is None:
            pending = (a, b)
        elif not section.text[a:b].strip() or (not section.text[slice(*pending)].strip() and not heads):
            pending = (pending[0], b)
        else:
            yield pending
            pending = (a, b)
    if pending is not None:
        yield pending


def _rows(text: str) -> Iterator[tuple[int, int]]:
    """The rows of a sheet: each line is one, whatever stands in it."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield start, end
        start = end


def _whole_code(text: str, parts: Iterable[tuple[int, int]], inside: Structure) -> Iterator[tuple[int, int]]:
    """Blocks, those within one stretch of fenced code joined unless they are too long together."""
    code = [run for run in inside.runs if run.kind == "code" and words_in(text[run.start : run.end]) <= MOST_WORDS]
    number, held = 0, -1
    for a, b in parts:
        while number < len(code) and code[number].end <= a:
            number += 1
        within = number < len(code) and code[number].start < b and b < code[number].end
        if within:
            held = a if held < 0 else held
            continue
        yield (a if held < 0 else held), b
        held = -1
    if held >= 0:
        yield held, len(text)


class _Titles:
    """The headings of a section, counted in words once."""

    def __init__(self, section: Section) -> None:
        self.text = section.text
        ordered = sorted(section.headings)
        self.starts = [at for at, _ in ordered]
        sizes = (words_in(path.rsplit(" › ", 1)[-1]) for _, path in ordered)
        self.sums = [0.0, *itertools.accumulate(sizes)]

    def have_body(self, start: int, end: int) -> bool:
        """Whether anything but headings stands in [start, end): a heading alone stays with what follows it."""
        inside = self.sums[bisect_left(self.starts, end)] - self.sums[bisect_left(self.starts, start)]
        return words_in(self.text[start:end]) > inside + 4


def _evenly(text: str, start: int, end: int) -> Iterator[int]:
    """Ends of parts of [start, end), cut between sentences, or between words where a sentence alone is too long."""
    total = words_in(text[start:end])
    parts = max(1, round(total / TARGET_WORDS + 0.2))
    aim = total / parts
    filled = 0.0
    for a, b in _sentence_units(text, start, end):
        size = words_in(text[a:b])
        if filled and (filled + size > MOST_WORDS or filled + size / 2 > aim):
            yield a
            filled = 0.0
        filled += size
    yield end


def _sentence_units(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of [start, end) that cover it, longer ones cut between words."""
    piece = text[start:end]
    found = _line_starts(piece) if is_code(piece) else [a for a, _ in sentences(piece)]
    starts = [start, *[start + a for a in found[1:]], end]
    for a, b in itertools.pairwise(starts):
        while words_in(text[a : _reach(text, a, b, MOST_WORDS)]) > MOST_WORDS:
            cut = _word_cut(text, a, b)
            yield a, cut
            a = cut
        yield a, b


def _line_starts(text: str) -> list[int]:
    """Where lines with words begin, for code: its sentences are its lines."""
    found = [a for a, b in _rows(text) if not text[a:b].isspace()]
    return [0, *found[1:]]


def _reach(text: str, start: int, end: int, words: float) -> int:
    """A place by which there are more than so many words, or the end: a file may be one sentence of a million words,
    and measuring all that is left of it for each passage would never end."""
    span = _NEAR_CHARS
    while start + span < end and words_in(text[start : start + span]) <= words:
        span *= 2
    return min(end, start + span)


def _word_cut(text: str, start: int, end: int) -> int:
    """A place after about TARGET_WORDS, between words where there are any."""
    low, filled = start, 0.0
    for token in _TOKEN.finditer(text, start, _reach(text, start, end, TARGET_WORDS)):
        size = words_in(token.group())
        if filled + size > TARGET_WORDS:
            low = _inside(token, TARGET_WORDS - filled)
            break
        filled += size
        low = token.end()
    low = max(start + 1, min(end - 1, low))
    for back in range(low, max(start, low - 200), -1):
        if text[back - 1].isspace():
            return back
    return low


def _inside(token: re.Match[str], words: float) -> int:
    """How far into a token so many words reach."""
    low, high = token.start(), token.end()
    while low < high:
        middle = (low + high + 1) // 2
        if words_in(token.string[token.start() : middle]) <= words:
            low = middle
        else:
            high = middle - 1
    return low


def _spoken(section: Section) -> list[int]:
    """Where passages of a recording end: between spoken lines, at a new speaker or after a minute."""
    ends: list[int] = []
    start, filled, began_s, speaker = 0, 0.0, section.spans[0][2], section.spans[0][4]
    for a, b, start_s, end_s, who in section.spans:
        size = words_in(section.text[a:b])
        turn = who != speaker and filled >= _LEAST_WORDS
        long = filled + size > TARGET_WORDS or end_s - began_s > _SPOKEN_S
        if a > start and filled and (turn or long):
            ends.append(a)
            start, filled, began_s = a, 0.0, start_s
        speaker = who
        filled += size
        if filled > MOST_WORDS:
            inner = [cut for cut in _evenly(section.text, start, b) if cut < b]
            ends.extend(inner)
            start = inner[-1] if inner else start
            filled, began_s = words_in(section.text[start:b]), start_s
    ends.append(len(section.text))
    return ends
