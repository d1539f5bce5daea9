"""Recognises people, companies, places and addresses in running text: a small model of our own, trained on made-up
sentences (packaging/names), that needs nothing but this file, its weights and plain Python."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from pathlib import Path

from app.cloud.redact.found import By, Kind, Span
from app.cloud.redact.name_features import Lexicon, Shapes, Word, case_of, words
from app.cloud.redact.own_words import folded
from app.cloud.redact.sensible import sensible
from app.paths import assets

KINDS = (Kind.PERSON, Kind.TITLE, Kind.ORGANISATION, Kind.PLACE, Kind.ADDRESS)
TAGS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BI"))
"""B begins a name, I goes on with it, O is none."""
_LANES = struct.Struct(f"<{len(TAGS)}I")
_AT_MOST_WORDS = 400
"""Longer texts are looked at in pieces that end at a line or a sentence where one is."""


@dataclass(frozen=True, slots=True)
class Weights:
    """`packed`: feature → the weights of all tags, each plus 128, side by side in one number, so that one addition adds
    them all.
    `follows[first][second]`: how well a tag goes with the one before; the row `len(TAGS)` is the beginning."""

    packed: Mapping[str, int]
    follows: Sequence[Sequence[int]]
    against: int
    """Taken from the weight of "no name"; raises how many are found, and how many wrongly."""


def load_weights(folder: Path) -> Weights:
    """Reads weights.json (tags, follows, against) and weights.z (zlib: a line per feature with a byte per tag)."""
    about = json.loads((folder / "weights.json").read_text("utf-8"))
    if tuple(about["tags"]) != TAGS:
        raise ValueError("weights for other tags")
    raw = zlib.decompress((folder / "weights.z").read_bytes())
    names_end = about["names_bytes"]
    names = raw[:names_end].decode("utf-8").split("\n")
    table = raw[names_end:]
    size = len(TAGS)
    if len(table) != size * len(names):
        raise ValueError("weights cut off")
    row, lane = _LANES.size, _LANES.size // size
    lanes = bytearray(len(table) * lane)
    lanes[::lane] = table
    packed = {name: int.from_bytes(lanes[row * at : row * at + row], "little") for at, name in enumerate(names)}
    return Weights(packed, about["follows"], about["against"])


def load_lexicon(folder: Path) -> Lexicon:
    """Reads common.txt (a word a line, most common first), known.txt (word and lists) and foreign.txt (words)."""
    common = (folder / "common.txt").read_text("utf-8").split()
    lines = (folder / "known.txt").read_text("utf-8").split("\n")
    known = dict(line.split(" ", 1) for line in lines if " " in line)
    foreign = frozenset(folded(word)[0] for word in (folder / "foreign.txt").read_text("utf-8").split())
    return Lexicon({word: place for place, word in enumerate(common)}, known, foreign)


class Recogniser:
    """Finds names; safe from any thread once made (its store of seen words only grows)."""

    def __init__(self, weights: Weights, lexicon: Lexicon) -> None:
        self._weights = weights
        self.lexicon = lexicon
        self._shapes = Shapes(lexicon)

    @classmethod
    @lru_cache(maxsize=1)
    def ours(cls) -> Recogniser:
        """The one that comes with Indoors, loaded at first use."""
        folder = assets() / "names"
        return cls(load_weights(folder), load_lexicon(folder))

    def __call__(self, text: str) -> list[Span]:
        """The names in a text, in order."""
        case, found = case_of(text), list[Span]()
        for piece in _pieces(words(text)):
            found += _spans(piece, self.tags(piece, case))
        return sensible(text, found, self.lexicon)

    def tags(self, piece: Sequence[Word], case: str) -> list[int]:
        """The best sequence of tags for the words (Viterbi)."""
        follows, count = self._weights.follows, len(TAGS)
        columns = [[follows[before][tag] for before in range(count)] for tag in range(count)]
        best = list(follows[count])
        back: list[list[int]] = []
        packed = self._weights.packed
        for place, features in enumerate(self._shapes.features(piece, case)):
            hits = [packed[feature] for feature in features if feature in packed]
            together, off = sum(hits), 128 * len(hits)
            scores = [lane - off for lane in _LANES.unpack(together.to_bytes(_LANES.size, "little"))]
            scores[0] -= self._weights.against
            if not place:
                best = [score + first for score, first in zip(scores, best, strict=True)]
                continue
            came, now = [], []
            for tag in range(count):
                sums = list(map(add, best, columns[tag]))
                top = max(sums)
                came.append(sums.index(top))
                now.append(top + scores[tag])
            back.append(came)
            best = now
        return _trace(best, back)


def _trace(best: Sequence[int], back: Sequence[Sequence[int]]) -> list[int]:
    tag = max(range(len(best)), key=best.__getitem__)
    tags = [tag]
    for came in reversed(back):
        tag = came[tag]
        tags.append(tag)
    return tags[::-1]


def _pieces(found: Sequence[Word]) -> Iterator[Sequence[Word]]:
    start = 0
    while start < len(found):
        end = min(start + _AT_MOST_WORDS, len(found))
        if end < len(found):
            for place in range(end, max(start + _AT_MOST_WORDS // 2, start), -1):
                if found[place - 1].last_in_line or found[place - 1].text in ".!?":
                    end = place
                    break
        yield found[start:end]
        start = end


def _spans(piece: Sequence[Word], tags: Sequence[int]) -> Iterator[Span]:
    start = 0
    while start < len(piece):
        tag = tags[start]
        end = start + 1
        if tag:
            kind = KINDS[(tag - 1) // 2]
            inside = 2 + 2 * KINDS.index(kind)
            while end < len(piece) and tags[end] == inside:
                end += 1
            yield Span(piece[start].start, piece[end - 1].end, kind, By.NAMES)
        start = end
