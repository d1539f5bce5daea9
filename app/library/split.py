"""Cuts a section into passages a search can find and a reader can take in: whole sentences, under their heading."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from app.library.sentences import blocks, sentences
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
    ends = _spoken(section) if section.kind == "time" and section.spans else _written(section)
    pieces: list[Piece] = []
    start = 0
    for end in ends:
        pieces.append(Piece(start, end, _heading(section, start, end)))
        start = end
    return pieces


def _heading(section: Section, start: int, end: int) -> str:
    """The heading path valid where the piece's own words begin, with the head row when that is inside a table."""
    text = section.text
    at = _next_word(text, start, end)
    found = ""
    for head, path in section.headings:
        if head > at:
            break
        found = path
        if head == at:  # the piece begins with this heading: its words begin below
            line_end = text.find("\n", at, end)
            below = _next_word(text, line_end, end) if line_end >= 0 else end
            while below < end and text[below] in "=-" and set(_line_at(text, below)) <= {"=", "-"}:
                below = _next_word(text, below + len(_line_at(text, below)), end)
            at = below if below < end else at
    row = _table_head(text, at)
    return " › ".join(part for part in (found, row) if part)


def _next_word(text: str, start: int, end: int) -> int:
    """The first character from `start` on that is not white space."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip())


def _line_at(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)].rstrip()


def _table_head(text: str, start: int) -> str:
    """Head row of the Markdown-like table that `start` stands inside of, if it is not the head itself."""
    if start >= len(text) or text[start] != "|":
        return ""
    top = text.rfind("\n", 0, start) + 1
    first = top
    while first > 0:
        above = text.rfind("\n", 0, first - 1) + 1
        if not text[above : first - 1].lstrip().startswith("|"):
            break
        first = above
    if first == top:
        return ""
    cells = [cell.strip() for cell in text[first : text.find("\n", first)].strip().strip("|").split("|")]
    return " | ".join(cell for cell in cells if cell)[:120]


def words_in(text: str) -> float:
    """Length in words as the embedder feels it: tokens of long words, numbers and scripts without blanks count too."""
    words = 0.0
    for token in _TOKEN.findall(text):
        words += 0.4 if len(token) == 1 and not token.isalnum() else max(1.0, len(token) / _CHARS_PER_WORD)
    wide = sum(1 for char in text if "\u2e80" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3")
    return words + wide * 0.7


def _written(section: Section) -> list[int]:
    """Where passages of written text end."""
    ends: list[int] = []
    start, filled = 0, 0.0
    heads = sorted(at for at, _ in section.headings)
    for a, b in _paragraphs(section, heads):
        size = words_in(section.text[a:b])
        titled = bisect_left(heads, b) > bisect_left(heads, a)
        full = filled + size > MOST_WORDS or filled >= TARGET_WORDS or (titled and _has_body(section, start, a))
        if a > start and full and (filled >= _LEAST_WORDS or titled or filled + size > MOST_WORDS):
            ends.append(a)
            start, filled = a, 0.0
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


def _paragraphs(section: Section, heads: list[int]) -> Iterator[tuple[int, int]]:
    """Blocks of the text; one that holds nothing but white space belongs to the one before."""
    pending: tuple[int, int] | None = None
    for a, b in blocks(section.text):
        if pending is None:
            pending = (a, b)
        elif not section.text[a:b].strip() or (not section.text[slice(*pending)].strip() and not heads):
            pending = (pending[0], b)
        else:
            yield pending
            pending = (a, b)
    if pending is not None:
        yield pending


def _has_body(section: Section, start: int, end: int) -> bool:
    """Whether anything but headings stands in [start, end): a heading alone stays with what follows it."""
    inside = [path for at, path in section.headings if start <= at < end]
    body = words_in(section.text[start:end])
    return body > sum(words_in(path.rsplit(" › ", 1)[-1]) for path in inside) + 4


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
    starts = [start, *[start + a for a, _ in sentences(text[start:end])][1:], end]
    for a, b in itertools.pairwise(starts):
        while words_in(text[a : _reach(text, a, b, MOST_WORDS)]) > MOST_WORDS:
            cut = _word_cut(text, a, b)
            yield a, cut
            a = cut
        yield a, b


def _reach(text: str, start: int, end: int, words: float) -> int:
    """A place by which there are more than so many words, or the end: a file may be one sentence of a million words,
    and measuring all that is left of it for each passage would never end."""
    span = _NEAR_CHARS
    while start + span < end and words_in(text[start : start + span]) <= words:
        span *= 2
    return min(end, start + span)


def _word_cut(text: str, start: int, end: int) -> int:
    """A place after about TARGET_WORDS, between words where there are any."""
    low, high = start + 1, min(end - 1, _reach(text, start, end, TARGET_WORDS))
    while low < high:
        middle = (low + high + 1) // 2
        if words_in(text[start:middle]) <= TARGET_WORDS:
            low = middle
        else:
            high = middle - 1
    for back in range(low, max(start, low - 200), -1):
        if text[back - 1].isspace():
            return back
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
