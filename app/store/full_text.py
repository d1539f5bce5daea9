"""Full-text search: which passages hold which words, ranked by bm25, without paying for words that are everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.store.db import Store
from app.store.filters import Filters
from app.store.word_forms import Asked, asked, is_unspaced, spaced, telling, unspaced_runs

_CONTEXT_WEIGHT = 0.6
"""How much a word in the title or headings counts beside one in the text itself."""
_ROWS_WORTH_RANKING = 3_000
"""Rows bm25 may rank for one question: about 5 ms. Rarer words come first, so the rest would hardly count; with 6,000
at a million passages 0.6 % more paragraphs were among the first ten, and a search just after the start took twice as
long, because each row's length is read from another place of the disk."""
NARROW = 20_000
"""A filter that leaves so many passages is checked as a list of them, a wider one row by row."""
_FEW_FREQUENT = 4
_WARMED = 50_000
_STOP = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each for from had has have having he her here hers him his how i if in into is it its itself just
    me more most my no nor not now of off on once only or other our out over own same she should so some such than that
    the their them then there these they this those through to too under until up very was we were what when where
    which while who whom whose why will with would you your der die das und oder ist sind ein eine einer eines dem den
    des im in mit von zu auf für wie was wer wann wo warum welche welcher welches le la les un une des et ou est sont
    quel quelle quels quelles du de el los las y o es son qué cuál tell say said much many""".split()  # noqa: SIM905 - a list of 150 quoted words is harder to read
)

Ranked = list[tuple[int, float]]
"""(passage, score, higher is better), best first."""


class Words:
    """Searches the full-text index; remembers how frequent each asked word is until the library changes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._frequency: dict[str, int] = {}
        self._generation = -1

    def warm(self, stopped: Callable[[], bool]) -> None:
        """Read the lengths of all passages, which ranking looks up one by one: half a second from a cold disk at a
        million passages, and the first searches need not wait for it."""
        with self.store.read() as db:
            (last,) = db.execute("SELECT max(id) FROM passage_words_docsize").fetchone()
            for first in range(0, (last or 0) + 1, _WARMED):
                if stopped():
                    return
                some = (first, first + _WARMED - 1)
                sql = "SELECT sum(length(sz)) FROM passage_words_docsize WHERE id BETWEEN ? AND ?"
                db.execute(sql, some).fetchone()

    def search(
        self,
        text: str,
        *,
        limit: int,
        within: Sequence[Path] = (),
        filters: Filters | None = None,
        passages: int = 0,
        generation: int = 0,
        phrases: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> Ranked:
        """Passages with words of `text`, all the `phrases` and none of `without`; empty when no word is worth
        searching for. `passages` is how many the filters leave at most, 0 when unknown."""
        if generation != self._generation:
            self._frequency.clear()
            self._generation = generation
        where = _Where(filters or Filters(within=tuple(within)), passages)
        wanted = asked(text)
        found = self._spaced_words(wanted, limit, where, phrases, without)
        more = self._other_words(wanted, limit, where, phrases, without)
        if not more:
            return found
        scores = dict(found)
        for passage, score in more:
            scores[passage] = scores.get(passage, 0.0) + score
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def _spaced_words(
        self, wanted: Asked, limit: int, where: _Where, phrases: Sequence[str], without: Sequence[str]
    ) -> Ranked:
        """What passage_words finds."""
        must = [self._phrase(phrase) for phrase in phrases if not is_unspaced(phrase)]
        if len(must) < len(phrases):
            return []
        rare, frequent = self._terms(wanted)
        if any(self.frequency(phrase) > _ROWS_WORTH_RANKING for phrase in phrases):
            return self._with_frequent_phrases(rare, must, limit, where, without)
        if must:
            together = " AND ".join(must)
            terms = [quoted(term) for term in rare]
            match = f"({together}) AND ({' OR '.join([*must, *terms])})"
            return self._ranked(_but(match, without), limit, where)
        if rare:
            found = self._ranked(_but(" OR ".join(map(quoted, rare)), without), limit, where)
            if found or not where or not frequent:
                return found
        return self._frequent(frequent, limit, where, without)

    def _with_frequent_phrases(
        self, rare: Sequence[str], must: Sequence[str], limit: int, where: _Where, without: Sequence[str]
    ) -> Ranked:
        """bm25 would count every place of a phrase that is everywhere: passages are ranked by the other words, then
        come the newest."""
        together = _but(" AND ".join(must), without)
        first = self._ranked(_but(" OR ".join(map(quoted, rare)), without), limit * 5, where) if rare else []
        held: set[int] = {passage for passage, _ in first}
        for phrase in must:
            held &= self._holding("passage_words", phrase, sorted(held))
        found = [(passage, score) for passage, score in first if passage in held][:limit]
        condition, values = where.sql("passage_words")
        with self.store.read() as db:
            rows = db.execute(
                f"SELECT rowid FROM passage_words WHERE passage_words MATCH ?{condition} ORDER BY rowid DESC LIMIT ?",
                (together, *values, limit),
            )
            return (found + [(row[0], 0.0) for row in rows if row[0] not in held])[:limit]

    def _frequent(self, terms: Sequence[str], limit: int, where: _Where, without: Sequence[str]) -> Ranked:
        """For words that are everywhere: passages holding most of them together come first, and only as many rows are
        ranked as can be in time."""
        found: dict[int, float] = {}
        for count in range(min(len(terms), _FEW_FREQUENT), 0, -1):
            match = " AND ".join(quoted(term) for term in terms[:count])
            for passage, score in self._ranked(_but(match, without), limit, where, most=_ROWS_WORTH_RANKING):
                found.setdefault(passage, count + score / (1 + score))
            if len(found) >= limit:
                break
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def _other_words(
        self, wanted: Asked, limit: int, where: _Where, phrases: Sequence[str], without: Sequence[str]
    ) -> Ranked:
        """What passage_more finds: scripts without spaces, and words broken over a line end."""
        terms = [*wanted.runs, *(word for word in wanted.words if word not in _STOP and len(word) > 4)]
        must = [quoted(spaced(phrase)) for phrase in phrases if is_unspaced(phrase)]
        if not (terms or must) or (phrases and len(must) < len(phrases)):
            return []
        either = " OR ".join(quoted(term) for term in [*terms, *map(spaced, phrases)])
        match = f"({' AND '.join(must)}) AND ({either})" if must else either
        return self._ranked(_but(match, [spaced(word) for word in without]), limit, where, table="passage_more")

    def _ranked(self, match: str, limit: int, where: _Where, *, table: str = "passage_words", most: int = 0) -> Ranked:
        weights = f"{_CONTEXT_WEIGHT}, 1.0" if table == "passage_words" else "1.0"
        condition, values = where.sql(table)
        inner = (
            f"SELECT rowid AS id, -bm25({table}, {weights}) AS score FROM {table} WHERE {table} MATCH ?{condition}"
            + (f" ORDER BY rowid DESC LIMIT {most}" if most else "")
        )
        with self.store.read() as db:
            rows = db.execute(
                f"SELECT id, score FROM ({inner}) ORDER BY score DESC, id LIMIT ?", (match, *values, limit)
            )
            return [(row[0], row[1]) for row in rows]

    def exact(self, text: str, *, limit: int, filters: Filters | None = None, passages: int = 0) -> list[int]:
        """Passages that hold the codes and many-part numbers of a text as they stand there, all of them where any
        passage does; best first."""
        codes = [quoted(code) for code in asked(text).codes if telling(code)]
        where = _Where(filters or Filters(), passages)
        for match in dict.fromkeys((" AND ".join(codes), " OR ".join(codes))):
            if match and (found := self._ranked(match, limit, where, most=_ROWS_WORTH_RANKING)):
                return [passage for passage, _ in found]
        return []

    def holding(self, phrase: str, passages: Sequence[int]) -> set[int]:
        """Those of the passages that hold a word or phrase."""
        if is_unspaced(phrase):
            return self._holding("passage_more", quoted(spaced(phrase)), passages)
        return self._holding("passage_words", self._phrase(phrase), passages)

    def _holding(self, table: str, match: str, passages: Sequence[int]) -> set[int]:
        if not passages:
            return set()
        among = ",".join(str(int(passage)) for passage in passages)
        with self.store.read() as db:
            rows = db.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND +rowid IN ({among})", (match,))
            return {row[0] for row in rows}

    def _phrase(self, phrase: str) -> str:
        """A phrase as it must stand in the text itself; where no text has it, in a title or heading."""
        in_text = f"text : {quoted(phrase)}"
        with self.store.read() as db:
            found = db.execute("SELECT 1 FROM passage_words WHERE passage_words MATCH ? LIMIT 1", (in_text,)).fetchone()
        return in_text if found else quoted(phrase)

    def all_holding(self, phrase: str, filters: Filters, *, text_only: bool = False) -> set[int]:
        """Every passage that holds a word or phrase, however many there are; with `text_only` not those that stand
        below such a title or heading."""
        where = _Where(filters, 0)
        found: set[int] = set()
        with self.store.read() as db:
            for table in ("passage_words", "passage_more"):
                if table == "passage_words" and is_unspaced(phrase):
                    continue
                condition, values = where.sql(table)
                match = quoted(spaced(phrase))
                if text_only and table == "passage_words":
                    match = f"text : {match}"
                rows = db.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?{condition}", (match, *values))
                found.update(row[0] for row in rows)
        return found

    def _terms(self, wanted: Asked) -> tuple[list[str], list[str]]:
        """Words and codes worth searching for, rarest first: those that can be ranked in time, and those that occur
        too often."""
        chosen = [word for word in wanted.words if word not in _STOP] or list(wanted.words)
        counted = sorted((self.frequency(word), word) for word in [*wanted.codes, *chosen])
        rare: list[str] = []
        frequent: list[str] = []
        rows = 0
        for frequency, word in counted:
            rows += frequency
            if frequency:
                (rare if rows <= _ROWS_WORTH_RANKING else frequent).append(word)
        return rare, frequent

    def content(self, text: str) -> list[str]:
        """Words of a text that are worth searching for, in its order."""
        return [word for word in asked(text).words if word not in _STOP]

    def terms(self, text: str) -> list[str]:
        """Words, codes and runs of letters that must all be there where every mention is looked for."""
        codes = list(asked(text).codes)
        parts = {word for code in codes for word in asked(code).words}
        return [*codes, *(word for word in self.content(text) if word not in parts), *unspaced_runs(text)]

    def frequency(self, word: str) -> int:
        """Passages holding this word (any form with the same stem), counted up to what may be ranked."""
        if word not in self._frequency:
            with self.store.read() as db:
                row = db.execute(
                    "SELECT count(*) FROM (SELECT 1 FROM passage_words WHERE passage_words MATCH ? LIMIT ?)",
                    (quoted(word), _ROWS_WORTH_RANKING + 1),
                ).fetchone()
                self._frequency[word] = int(row[0])
        return self._frequency[word]


class _Where:
    """The condition on rows of a full-text table that comes from filters."""

    def __init__(self, filters: Filters, passages: int) -> None:
        self._filters = filters
        self._narrow = 0 < passages <= NARROW

    def __bool__(self) -> bool:
        return bool(self._filters)

    def sql(self, table: str) -> tuple[str, list[object]]:
        """ " AND …" with its values; empty without filters."""
        where, values = self._filters.sql()
        if not where:
            return "", []
        tables = "passages p JOIN documents d ON d.id = p.document"
        if self._filters.of_messages():
            tables += " JOIN sections s ON s.document = p.document AND s.position = p.section"
        if self._narrow:
            return f" AND +rowid IN (SELECT p.id FROM {tables} WHERE {where})", values
        return f" AND EXISTS (SELECT 1 FROM {tables} WHERE p.id = {table}.rowid AND {where})", values


def _but(match: str, without: Sequence[str]) -> str:
    """A match without the passages that hold any of some words."""
    words = " OR ".join(quoted(word) for word in without)
    return f"({match}) NOT ({words})" if words else match


def quoted(word: str) -> str:
    """A word as an FTS5 string: nothing in it is an operator."""
    return '"' + word.replace('"', '""').replace("\0", " ") + '"'
