"""Finds the passages that answer: words and meaning searched together, best first, each with its exact place."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.errors import NoModel
from app.events import SearchResult
from app.library import fusion
from app.library.all_mentions import AllMentions, Mentions
from app.library.folding import fold, with_neighbours
from app.library.fusion import Fused, Listed, fuse
from app.library.languages import notice, unknown_language
from app.library.meaning_search import MeaningSearch
from app.library.mistyped import corrected
from app.library.query import Query, limited, read_query, within_time
from app.store.documents import Documents
from app.store.filters import Filters
from app.store.full_text import NARROW, Words
from app.store.names import documents_of, first_passages, named, newest
from app.values import Passage
from models.api import ModelError

_DEPTH = 60
"""Passages each of the searches gives to the fusion, at least; more when more are asked for."""
_NAMED = 20
_RERANKED = 24
"""Passages a reranker reads: about a second with a small one on two cores."""

Rerank = Callable[[str, Sequence[str]], list[float]]
"""(query, texts) -> a score for each, or nothing at all. Raises ModelError."""


class Search:
    """Searches a library; without an embedder by words alone."""

    def __init__(
        self,
        documents: Documents,
        *,
        meaning: MeaningSearch,
        rerank: Rerank | None = None,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """`now` tells the local time without a zone, for "yesterday" and "last March"."""
        self._documents = documents
        self._store = documents.store
        self._words = Words(documents.store)
        self.meaning = meaning
        self._rerank = rerank
        self._now = now

    def warm(self, stopped: Callable[[], bool]) -> None:
        """Bring into memory what the first searches would wait for. Raises ProfileTrouble."""
        self._words.warm(stopped)

    def run(self, text: str, *, limit: int, within: Sequence[Path] = ()) -> SearchResult:
        """At most `limit` passages. A searcher that cannot run costs the meanings, not the search.

        Raises UsageError for a filter that cannot be understood.
        """
        started = time.monotonic()
        query = read_query(text, now=self._now(), within=within)
        files, _, unreadable = self._documents.counts()
        if not files or limit <= 0 or not (query.text or query.filters):
            return SearchResult((), time.monotonic() - started, files, unreadable, query.understood)
        found = self._once(query, limit)
        for looser, said in _looser(query):
            if found.passages:
                break
            again = self._once(looser, limit)
            found = replace(again, notices=(said,)) if again.passages else found
        notices = (*found.notices, *self._about_searcher(found.passages))
        return replace(found, notices=notices, seconds=time.monotonic() - started)

    def _about_searcher(self, passages: Sequence[Passage]) -> list[str]:
        """What the person should know of the searcher: it is new, or it does not know the language of the passages."""
        embedder = self.meaning.embedder
        if embedder is None:
            return []
        language = unknown_language([passage.text for passage in passages], embedder.id)
        said = [self.meaning.notice(), notice(language, embedder.id) if language else ""]
        return [sentence for sentence in said if sentence]

    def _once(self, query: Query, limit: int) -> SearchResult:
        """One search, exactly as the query says."""
        files, _, unreadable = self._documents.counts()
        chosen: list[int] | None = None
        room = 0
        if query.filters:
            chosen, room, files = query.filters.documents(self._store)
        if chosen is not None and not chosen:
            return SearchResult((), 0.0, 0, unreadable, query.understood, _nothing_there(query))
        if chosen is not None and room <= NARROW:
            query = replace(query, filters=query.filters.narrowed(chosen))
        meant = corrected(self._words, query.text, as_typed=query.as_typed)
        query = replace(query, text=meant.text)
        fused = self._fused(query, limit=limit, chosen=chosen, room=room)
        # Some are folded into others; a reranker reads its share.
        fused = fused[: max(2 * limit, _RERANKED if self._rerank else 0)]
        rows = self._documents.passages([hit.passage for hit in fused])
        ranked = [
            replace(rows[hit.passage], score=hit.score, found_by=hit.found_by) for hit in fused if hit.passage in rows
        ]
        kept, others = fold(self._reranked(query.text, ranked), limit=limit)
        passages = with_neighbours(kept, self._documents.neighbours, limit=limit)
        shown = {passage.id for passage in passages}
        return SearchResult(
            tuple(passages),
            0.0,
            files,
            unreadable,
            (*query.understood, *meant.notes()),
            also_in=tuple((passage, tuple(paths)) for passage, paths in others.items() if passage in shown),
        )

    def _reranked(self, text: str, ranked: Sequence[Passage]) -> list[Passage]:
        """The best passages in an order in which a reranker has its say, where there is one."""
        judged = ranked[:_RERANKED]
        if self._rerank is None or not text or len(judged) < 2:
            return list(ranked)
        try:
            scores = self._rerank(text, [passage.text for passage in judged])
        except (ModelError, NoModel):
            return list(ranked)
        if len(scores) < len(judged):
            return list(ranked)
        by_id = {passage.id: passage for passage in judged}
        best_first = [one for _, one in sorted(zip(scores, by_id, strict=True), reverse=True)]
        lists = [Listed("", 1.0, list(by_id)), Listed("reranker", fusion.RERANKED_WEIGHT, best_first)]
        again = [
            replace(by_id[hit.passage], score=hit.score, found_by=(*by_id[hit.passage].found_by, "reranker"))
            for hit in fuse(lists, limit=len(judged))
        ]
        return [*again, *(replace(one, score=min(one.score, again[-1].score)) for one in ranked[_RERANKED:])]

    def _fused(self, query: Query, *, limit: int, chosen: Sequence[int] | None, room: int) -> list[Fused]:
        """Twice as many as asked for, because some will be folded."""
        depth = max(_DEPTH, limit * 2)
        if not query.text:
            return fuse([Listed("newest", 1.0, newest(self._store, query.filters, limit=depth))], limit=depth)
        generation = self._store.generation()
        # SQLite and the model processes work at the same time.
        with ThreadPoolExecutor(1, thread_name_prefix="words") as pool:
            ranked = pool.submit(self._by_words, query, depth, room, generation)
            meaning, name = self.meaning.find(query.text, limit=depth, generation=generation, documents=chosen)
            lists = ranked.result()
        lists.append(Listed(name, fusion.MEANING_WEIGHT, self._let_through(query, [hit[0] for hit in meaning])))
        pool_of_all = list(dict.fromkeys(passage for one in lists for passage in one.passages))
        lists += self._named(query, pool_of_all)
        if query.prefer and pool_of_all:
            allowed = within_time(Filters(), query.prefer).allowed(self._store, pool_of_all)
            order = [hit.passage for hit in fuse(lists, limit=depth) if hit.passage in allowed]
            lists.append(Listed("time", fusion.PREFERRED_WEIGHT, order))
        return fuse(lists, limit=depth)

    def _by_words(self, query: Query, depth: int, room: int, generation: int) -> list[Listed]:
        words = self._words.search(
            query.text,
            limit=depth,
            filters=query.filters,
            passages=room,
            generation=generation,
            phrases=query.phrases,
            without=query.without,
        )
        exact = self._words.exact(query.text, limit=depth, filters=query.filters, passages=room)
        return [
            Listed("words", fusion.WORDS_WEIGHT, [passage for passage, _ in words]),
            Listed("exact", fusion.EXACT_WEIGHT, self._checked(query, exact)),
        ]

    def _let_through(self, query: Query, passages: Sequence[int]) -> list[int]:
        """Passages found by meaning, without those that the query's filters and phrases leave out."""
        allowed = query.filters.allowed(self._store, passages) if query.filters.of_messages() else set(passages)
        return self._checked(query, [passage for passage in passages if passage in allowed])

    def _checked(self, query: Query, passages: Sequence[int]) -> list[int]:
        """Those that hold all phrases and no word to be left out."""
        left = list(passages)
        for phrase in query.phrases:
            holding = self._words.holding(phrase, left)
            left = [passage for passage in left if passage in holding]
        for word in query.without:
            holding = self._words.holding(word, left)
            left = [passage for passage in left if passage not in holding]
        return left

    def _named(self, query: Query, pool: Sequence[int]) -> list[Listed]:
        """Passages of documents whose title, path, author, sender or day holds what was asked for."""
        words = self._words.content(query.text)
        documents = named(self._store, words, limit=_NAMED, filters=query.filters)
        if not documents:
            return []
        most = documents[0][1]
        chosen = [document for document, count in documents if count == most]
        inside = documents_of(self._store, pool)
        order = [passage for passage in pool if inside.get(passage) in chosen]
        if most == len(words):
            without = [document for document in chosen if document not in set(inside.values())]
            order += self._let_through(query, list(first_passages(self._store, without).values()))
        weight = fusion.NAMED_WEIGHT if most == len(words) else fusion.PARTLY_NAMED * most / len(words)
        return [Listed("name", weight, order)]

    def mentions(self, text: str, *, within: Sequence[Path] = (), leave_out: frozenset[str] = frozenset()) -> Mentions:
        """Every document that holds all the words of a text but those to leave out; filters, phrases and times in it
        count as in a search. Raises UsageError."""
        query = limited(read_query(text, now=self._now(), within=within))
        meant = corrected(self._words, query.text, as_typed=query.as_typed | leave_out)
        query = replace(query, understood=(*query.understood, *meant.notes()))
        quoted = {word for phrase in query.phrases for word in phrase.lower().split()}
        terms = [term for term in self._words.terms(meant.text) if term.lower() not in leave_out | quoted]
        return AllMentions(self._documents, self._words).find(query, terms)

    def ranked(self, text: str, *, limit: int) -> tuple[list[int], list[int]]:
        """What each of the two searches finds by itself, best first: by words, by meaning (for measuring)."""
        generation = self._store.generation()
        words = self._words.search(text, limit=limit, generation=generation)
        meaning, _ = self.meaning.find(text, limit=limit, generation=generation, documents=None)
        return [passage for passage, _ in words], [passage for passage, _ in meaning]


def _looser(query: Query) -> list[tuple[Query, str]]:
    """What to search for when nothing was found, and how that is said; filters with a colon are never let go."""
    found: list[tuple[Query, str]] = []
    if query.by_time_words:
        said = next(one for one in query.understood if one.undo.endswith("date:any"))
        filters = replace(query.filters, from_s=None, until_s=None)
        kept = tuple(one for one in query.understood if one is not said)
        found.append(
            (replace(query, filters=filters, understood=kept), f"Nothing was {said.meaning}; this is from any time.")
        )
    if query.phrases:
        quoted = " and ".join(f"“{phrase}”" for phrase in query.phrases)
        kept = tuple(one for one in query.understood if one.applied != "phrase")
        found.append(
            (replace(query, phrases=(), understood=kept), f"No passage holds exactly {quoted}; these hold its words.")
        )
    return found


def _nothing_there(query: Query) -> tuple[str, ...]:
    """One sentence when no file at all passes the filters."""
    said = [one.meaning for one in query.understood if one.applied == "filter"]
    return (f"No file in the library fits: {', '.join(said)}.",) if said else ()
