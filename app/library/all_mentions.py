"""Goes through every document for some words and says how much it went through: what "how many" and "list all" need."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.library.query import Query
from app.store.documents import Documents
from app.store.full_text import Words
from app.store.names import documents_of, named
from app.values import Document, Passage, Understood

_EXAMPLES_A_FILE = 3
_MOST_READ = 20_000
"""Passages read to see which rows of a table hold the words; beyond, a passage of a table counts once."""
_WORD = re.compile(r"\w+")
_ENDINGS = ("ings", "ing", "edly", "ed", "es", "s")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words stand: characters [start, end) of a passage; the whole passage when they stand all over it."""

    passage: Passage
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FileMentions:
    """One document that holds the words: in how many places, and the first of them. A document that holds them in its
    name alone has no place."""

    document: Document
    places: int
    rows: int
    """How many of the places are rows of a table."""
    first: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Every document that holds the words, most places first, and what was gone through."""

    words: tuple[str, ...]
    files: tuple[FileMentions, ...]
    places: int
    rows: int
    searched_files: int
    unreadable_files: int
    understood: tuple[Understood, ...]


class AllMentions:
    """Counts over the whole full-text index; nothing is left out because something else fits better."""

    def __init__(self, documents: Documents, words: Words) -> None:
        self._documents = documents
        self._store = documents.store
        self._words = words

    def find(self, query: Query, terms: Sequence[str]) -> Mentions:
        """Every place where all the terms and the query's phrases stand: in the passage's own words, its headings or
        its document's names. Without terms and phrases every document that the filters let through."""
        searched, _, unreadable = self._documents.counts()
        if query.filters:
            ids, _, searched = query.filters.documents(self._store)
        else:
            ids = []
        wanted = [*query.phrases, *terms]
        if wanted:
            files = self._with_words(query, wanted)
        else:
            everything = self._documents.documents()
            let_through = set(ids)
            files = [FileMentions(one, 0, 0, ()) for one in everything if not query.filters or one.id in let_through]
        files.sort(key=lambda one: (-one.places, str(one.document.path)))
        return Mentions(
            words=tuple(wanted),
            files=tuple(files),
            places=sum(one.places for one in files),
            rows=sum(one.rows for one in files),
            searched_files=searched,
            unreadable_files=unreadable,
            understood=query.understood,
        )

    def _with_words(self, query: Query, wanted: Sequence[str]) -> list[FileMentions]:
        passages, by_name = self._passages(query, wanted)
        own = documents_of(self._store, passages)
        grouped: dict[int, list[int]] = {}
        for passage in passages:
            if passage in own:
                grouped.setdefault(own[passage], []).append(passage)
        read = len(passages) <= _MOST_READ
        files = [
            file
            for document, inside in grouped.items()
            if (file := self._file(document, inside, wanted, read=read)) is not None
        ]
        known = {file.document.id for file in files}
        held = (self._documents.document(document) for document in sorted(by_name - known))
        return files + [FileMentions(document, 0, 0, ()) for document in held if document is not None]

    def _passages(self, query: Query, wanted: Sequence[str]) -> tuple[list[int], set[int]]:
        """Passages that hold every term, themselves or by their document's name; and documents whose names hold all."""
        found: set[int] | None = None
        spoken: set[int] = set()
        loose: list[tuple[set[int], set[int]]] = []
        names: set[int] | None = None
        for term in wanted:
            holding = self._words.all_holding(term, query.filters)
            # A title stands over every passage: one of the words at least must be the passage's own.
            spoken |= self._words.all_holding(term, query.filters, text_only=True)
            called = {document for document, _ in named(self._store, [term], limit=-1, filters=query.filters)}
            names = called if names is None else names & called
            if called:
                loose.append((holding, called))
            else:
                found = holding if found is None else found & holding
        if found is None:
            found = set().union(*(holding for holding, _ in loose))
        found &= spoken
        if loose and found:
            own = documents_of(self._store, sorted(found))
            found = {one for one in found if all(one in holding or own.get(one) in called for holding, called in loose)}
        for word in query.without:
            found -= self._words.all_holding(word, query.filters)
            names = (names or set()) - {document for document, _ in named(self._store, [word], limit=-1)}
        return sorted(found), names or set()

    def _file(
        self, document: int, passages: Sequence[int], wanted: Sequence[str], *, read: bool
    ) -> FileMentions | None:
        """The places of one document; None when it is a table none of whose rows holds all the words."""
        rows = self._documents.passages(passages if read else passages[:_EXAMPLES_A_FILE])
        ordered = sorted(rows.values(), key=lambda one: (one.section, one.start_char))
        if not ordered:
            return None
        places: list[Place] = []
        in_rows = 0
        for passage in ordered:
            if passage.anchor.kind == "cells":
                lines = rows_with(passage, wanted, called=_names(passage.document))
                in_rows += len(lines)
                places += [Place(passage, start, end) for start, end in lines]
            else:
                places.append(Place(passage, 0, len(passage.text)))
        count = len(places) if read else len(passages)
        if not count:
            return None
        return FileMentions(ordered[0].document, count, in_rows, tuple(places[:_EXAMPLES_A_FILE]))


def rows_with(passage: Passage, wanted: Sequence[str], *, called: str = "") -> list[tuple[int, int]]:
    """Rows of a table's passage that hold all the words, as character ranges; words of the head row, the headings and
    `called` count for every row."""
    around = set(_stems(f"{passage.heading} {called}"))
    needed = {stem for text in wanted for stem in _stems(text)} - around
    found: list[tuple[int, int]] = []
    at = 0
    for number, line in enumerate(passage.text.split("\n")):
        head = number == 0 and passage.anchor.kind == "cells" and passage.anchor.first_row == 1 and not needed
        if line.strip(" |") and needed <= set(_stems(line)) and not head:
            found.append((at, at + len(line)))
        at += len(line) + 1
    return found


def _names(document: Document) -> str:
    return f"{document.title} {document.author} {document.path} {document.sender}"


def _stems(text: str) -> Iterable[str]:
    """Words without accents and the commonest endings, so that a row's "invoices" is an invoice."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    for word in _WORD.findall(plain):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                yield word[: -len(ending)]
                break
        else:
            yield word
