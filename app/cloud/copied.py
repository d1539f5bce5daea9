"""Sees words of the person's own files in what would leave: eight words in a row, or thirty-two characters in a row."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.store.db import Store
from app.store.filters import Filters
from app.store.full_text import Words, quoted
from app.store.rows import passages_from
from app.store.word_forms import is_unspaced

SHINGLE_WORDS = 8
RUN_CHARS = 32
MOST_BYTES = 1500
"""Findings that may leave in one round, in UTF-8 bytes."""
COMMON_FROM = 25
"""Words that stand in so many different files are nobody's: a form of address, a legal formula."""
_TELLING_WORDS = 3
"""A row of words with fewer that carry meaning is common wherever it stands ("what is the name of the …")."""
_LONGEST_WORD = 32
_MOST_HOLDING = 2000
_WORD = re.compile(r"[^\W_]+")
_SKIPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_PLAIN_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each for from had has have having he her here him his how i if in into is it its just me more most
    my no nor not now of off on once one only or other our out over own same she should so some such than that the their
    them then there these they this those through to too under until up upon us very was we were what when where which
    while who whom whose why will with within without would you your many much long old name number date year day time
    der die das und oder ist sind ein eine einer eines dem den des im in mit von zu auf für wie was wer wann wo warum
    le la les un une des et ou est sont quel quelle de du el los las y o es son que""".split()  # noqa: SIM905 - a list of quoted words is harder to read
)


@dataclass(frozen=True, slots=True)
class Held:
    """A passage of the library that holds some words: its text, and the file it is from."""

    document: int
    path: Path
    text: str


Lookup = Callable[[str], Sequence[Held]]
"""Passages that hold these words in a row (lower case, single blanks); more than needed is fine, fewer is a leak."""


@dataclass(frozen=True, slots=True)
class Copied:
    """Characters [start, end) of what would leave stand like this in a file."""

    start: int
    end: int
    document: Path


def copied(text: str, lookup: Lookup, *, ours: Iterable[str] = ()) -> tuple[Copied, ...]:
    """Every stretch of `text` that repeats an indexed passage; touching ones of one file are joined.

    `ours` are words Indoors itself puts into every body: they are nobody's secret and are not looked at.
    """
    seen = _Seen(lookup)
    found: list[Copied] = []
    for start, part in _not_ours(text, ours):
        plain = _Plain(part)
        for window in (*_runs(plain), *_shingles(plain)):
            if path := seen.holds(window):
                found.append(Copied(start + window.start, start + window.end, path))
    return _joined(found)


class _Seen:
    """What was looked up and read for one text, each only once."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._held: dict[str, Sequence[Held]] = {}
        self._texts: dict[str, str] = {}
        self._nowhere: list[str] = []

    def holds(self, window: _Window) -> Path | None:
        """A file that holds it; None when none does, and when so many do that it is common."""
        if window.inner not in self._held:
            self._held[window.inner] = self._found(window.inner)
        first: Path | None = None
        documents: set[int] = set()
        for one in self._held[window.inner]:
            if one.text not in self._texts:
                self._texts[one.text] = _compared(one.text)
            if window.stands_in(self._texts[one.text]):
                first = first or one.path
                documents.add(one.document)
        return first if len(documents) < COMMON_FROM else None

    def _found(self, phrase: str) -> Sequence[Held]:
        """What the index holds of a phrase; what holds words that stand nowhere in a row stands nowhere itself."""
        if any(f" {words} " in f" {phrase} " for words in self._nowhere):
            return ()
        held = self._lookup(phrase)
        if not held:
            self._nowhere.append(phrase)
        return held


def lookup_in(store: Store) -> Lookup:
    """The library's own full-text index as a Lookup: no table of shingles is kept."""
    words = Words(store)

    def holding(phrase: str) -> Sequence[Held]:
        if is_unspaced(phrase):
            ids = sorted(words.all_holding(phrase, Filters(), text_only=True))[:_MOST_HOLDING]
        else:
            sql = "SELECT rowid FROM passage_words WHERE passage_words MATCH ? LIMIT ?"
            with store.read() as db:
                ids = [row[0] for row in db.execute(sql, (f"text : {quoted(phrase)}", _MOST_HOLDING))]
        with store.read() as db:
            where = f"WHERE p.id IN ({','.join(str(int(one)) for one in ids)})"
            return [Held(one.document.id, one.document.path, one.text) for one in passages_from(db, where, ())]

    return holding


def too_many_bytes(texts: Iterable[str]) -> int:
    """By how many bytes a round of findings is over its budget; 0 when it fits."""
    return max(0, sum(len(text.encode()) for text in texts) - MOST_BYTES)


class _Plain:
    """A text as it is compared: words in lower case, everything else one blank; and where each character came from."""

    def __init__(self, text: str) -> None:
        self.words: list[tuple[str, int, int]] = []
        """(word, start, end) with the place in the original text."""
        places = [at for at, char in enumerate(text) if ord(char) not in _SKIPPED]
        for match in _WORD.finditer(text.translate(_SKIPPED)):
            first, last = places[match.start()], places[match.end() - 1] + 1
            if is_unspaced(match.group()):
                # Scripts without spaces: every letter is a word of its own.
                self.words += [(char, places[match.start() + at], places[match.start() + at] + 1)
                               for at, char in _letters(match)]  # fmt: skip
            else:
                self.words.append((_folded(match.group()), first, last))
        self.text = " ".join(word for word, _, _ in self.words)


def _letters(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    return ((at, _folded(char)) for at, char in enumerate(match.group()))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _compared(text: str) -> str:
    """A passage in the form windows are looked for in."""
    text = re.sub(r"(?<=[^\W\d_])-[ \t]*\r?\n[ \t]*(?=[^\W\d_])", "", text.translate(_SKIPPED))
    return f" {_Plain(text).text} "


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch that must not stand in a passage; `inner` are its whole words, which a passage is found by."""

    start: int
    end: int
    literal: str
    inner: str
    whole: bool
    """Whether it begins and ends with whole words."""

    def stands_in(self, compared: str) -> bool:
        return (f" {self.literal} " if self.whole else self.literal) in compared


def _shingles(plain: _Plain) -> Iterator[_Window]:
    """Rows of eight words; two letters of a script without spaces count as one word."""
    for first in range(len(plain.words)):
        size, last = 0.0, first
        while last < len(plain.words) and size < SHINGLE_WORDS:
            size += 0.5 if is_unspaced(plain.words[last][0]) else 1.0
            last += 1
        if size < SHINGLE_WORDS:
            return
        row = plain.words[first:last]
        phrase = " ".join(word for word, _, _ in row)
        if _telling(row) >= _TELLING_WORDS:
            yield _Window(row[0][1], row[-1][2], phrase, phrase, True)


def _runs(plain: _Plain) -> Iterator[_Window]:
    """Runs of thirty-two characters, where punctuation and white space count as one blank."""
    starts: list[int] = []
    at = 0
    for word, _, _ in plain.words:
        starts.append(at)
        at += len(word) + 1
    ends = [at + len(word) for at, (word, _, _) in zip(starts, plain.words, strict=True)]
    for first in range(max(0, len(plain.text) - RUN_CHARS + 1)):
        last = first + RUN_CHARS
        literal = plain.text[first:last]
        row = plain.words[bisect_right(ends, first) : bisect_left(starts, last)]
        # Without a whole word inside, the words it cuts through are looked for whole.
        inside = plain.words[bisect_left(starts, first) : bisect_right(ends, last)] or row
        if literal == literal.strip() and _telling(row) >= min(_TELLING_WORDS, len(row)):
            yield _Window(row[0][1], row[-1][2], literal, " ".join(word for word, _, _ in inside), False)


def _telling(row: Sequence[tuple[str, int, int]]) -> int:
    return sum(word not in _PLAIN_WORDS and (len(word) > 1 or is_unspaced(word)) for word, _, _ in row)


def longest_word(text: str) -> int:
    """Characters of the longest word: one of more than thirty-two is a code or a key, and never leaves."""
    return max((len(match.group()) for match in re.finditer(r"\S+", text)), default=0)


def _not_ours(text: str, ours: Iterable[str]) -> list[tuple[int, str]]:
    """(start, part) of what is left between Indoors' own words."""
    parts = [(0, text)]
    for own in ours:
        cut: list[tuple[int, str]] = []
        for start, part in parts:
            at = 0
            while own and (found := part.find(own, at)) >= 0:
                cut.append((start + at, part[at:found]))
                at = found + len(own)
            cut.append((start + at, part[at:]))
        parts = cut
    return parts


def _joined(found: Sequence[Copied]) -> tuple[Copied, ...]:
    joined: list[Copied] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if joined and one.start <= joined[-1].end:
            last = joined[-1]
            joined[-1] = Copied(last.start, max(last.end, one.end), last.document)
        else:
            joined.append(one)
    return tuple(joined)
