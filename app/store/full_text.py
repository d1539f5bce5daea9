"""Full-text search: which passages hold which words, ranked by bm25, without paying for words that are everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from app.store.db import Store
from app.store.documents import bounds_inside

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_CONTEXT_WEIGHT = 0.6
"""How much a word in the title or headings counts beside one in the text itself."""
_ROWS_WORTH_RANKING = 6_000
"""Rows bm25 may rank for one question: about 10 ms. Rarer words come first, so the rest would hardly count."""
_STOP = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each for from had has have having he her here hers him his how i if in into is it its itself just
    me more most my no nor not now of off on once only or other our out over own same she should so some such than that
    the their them then there these they this those through to too under until up very was we were what when where
    which while who whom whose why will with would you your der die das und oder ist sind ein eine einer eines dem den
    des im in mit von zu auf für wie was wer wann wo warum le la les un une des et ou est sont du de el los las y o es
    son que tell say said much many""".split()  # noqa: SIM905 - a list of 150 quoted words is harder to read
)


class Words:
    """Searches the full-text index; remembers how frequent each asked word is until the library changes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._frequency: dict[str, int] = {}
        self._generation = -1

    def search(
        self, text: str, *, limit: int, within: Sequence[Path] = (), generation: int = 0
    ) -> list[tuple[int, float]]:
        """(passage, bm25 score, higher is better), best first; empty when no word is worth searching for."""
        if generation != self._generation:
            self._frequency.clear()
            self._generation = generation
        terms = self._terms(text)
        if not terms:
            return []
        query = " OR ".join(_quoted(term) for term in terms)
        where, values = inside(within)
        with self.store.read() as db:
            if where:
                rows = db.execute(
                    "SELECT rowid, -bm25(passage_words, ?, 1.0) AS score FROM passage_words "
                    "WHERE passage_words MATCH ? AND +rowid IN (SELECT p.id FROM documents d "
                    f"JOIN passages p ON p.document = d.id WHERE {where}) ORDER BY score DESC, rowid LIMIT ?",
                    (_CONTEXT_WEIGHT, query, *values, limit),
                )
            else:
                rows = db.execute(
                    "SELECT rowid, -bm25(passage_words, ?, 1.0) AS score FROM passage_words "
                    "WHERE passage_words MATCH ? ORDER BY score DESC, rowid LIMIT ?",
                    (_CONTEXT_WEIGHT, query, limit),
                )
            return [(row[0], row[1]) for row in rows]

    def _terms(self, text: str) -> list[str]:
        """Words worth searching for, rarest first, as many as can be ranked in time; at least one that occurs."""
        words = list(dict.fromkeys(word.lower() for word in _WORD.findall(text)))
        chosen = [word for word in words if word not in _STOP] or words
        counted = sorted((self.frequency(word), word) for word in chosen)
        found: list[str] = []
        rows = 0
        for frequency, word in counted:
            if not frequency:
                continue
            rows += frequency
            if found and rows > _ROWS_WORTH_RANKING:
                break
            found.append(word)
        return found

    def frequency(self, word: str) -> int:
        """Passages holding this word (any form with the same stem), counted up to what may be ranked."""
        if word not in self._frequency:
            with self.store.read() as db:
                row = db.execute(
                    "SELECT count(*) FROM (SELECT 1 FROM passage_words WHERE passage_words MATCH ? LIMIT ?)",
                    (_quoted(word), _ROWS_WORTH_RANKING + 1),
                ).fetchone()
                self._frequency[word] = int(row[0])
        return self._frequency[word]


def _quoted(word: str) -> str:
    """A word as an FTS5 string: nothing in it is an operator."""
    return '"' + word.replace('"', '""') + '"'


def inside(within: Sequence[Path]) -> tuple[str, list[str]]:
    """An SQL condition on `d.path` for documents at or inside any of the paths, with its values."""
    if not within:
        return "", []
    parts, values = [], []
    for path in within:
        parts.append("d.path = ? OR (d.path > ? AND d.path < ?)")
        values += [str(path), *bounds_inside(path)]
    return "(" + " OR ".join(parts) + ")", values


def documents_inside(store: Store, within: Sequence[Path]) -> tuple[list[int], int]:
    """Ids of the documents at or inside any of the paths, and how many passages they have together."""
    where, values = inside(within)
    with store.read() as db:
        rows = db.execute(f"SELECT d.id, d.passages FROM documents d WHERE {where}", values).fetchall()
    return [row[0] for row in rows], sum(row[1] for row in rows)
