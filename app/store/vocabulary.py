"""Words that occur in the library and look like one that does not: what a typing mistake may have meant."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterator

from app.store.db import Connection, Store
from app.store.full_text import quoted

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PREFIX = 3
_LEAST_LETTERS, _MOST_LETTERS = 4, 40
"""What is shorter is near too much; what is longer is no name that somebody mistyped."""
_PATIENCE_S = 0.06
"""Going through frequent words takes time in a large library; the likeliest ones come first."""
_MOST_CANDIDATES = 20_000
_MOST_NEAR = 5
_LOOKED_AT = 3
_WORD = re.compile(r"[^\W\d_]+")
_TABLES = ("document_vocabulary", "passage_vocabulary")


def similar(store: Store, word: str) -> list[str]:
    """Words of the library (as their stems are kept) near a mistyped one, nearest first, the more frequent of two
    equally near ones first: one mistake up to 7 letters, two beyond, none in words with digits."""
    from rapidfuzz.distance import OSA  # only mistyped words need it

    bare = plain(word)
    if not _LEAST_LETTERS <= len(bare) <= _MOST_LETTERS or not bare.isalpha():
        return []
    most = 1 if len(bare) <= 7 else 2
    near: list[tuple[float, int, str]] = []
    with store.read() as db:
        for candidate, passages in _candidates(db, bare):
            # The kept form may have lost its ending to the stemmer, so a longer word is also compared without it.
            apart = min(OSA.distance(form, candidate, score_cutoff=most) for form in _forms(bare))
            if apart > most or candidate in _forms(bare):
                continue
            near.append((apart, -passages, candidate))
    return [candidate for _, _, candidate in sorted(near)[:_MOST_NEAR]]


def written(store: Store, kept: str) -> str:
    """A word, kept as its stem, as it is really written somewhere, with a capital where it has one; else the stem."""
    seen = kept
    with store.read() as db:
        texts = [
            *db.execute(
                "SELECT title || ' ' || author || ' ' || sender || ' ' || path FROM document_words "
                "WHERE document_words MATCH ? LIMIT ?",
                (quoted(kept), _LOOKED_AT),
            ),
            *db.execute(
                "SELECT text FROM passages WHERE id IN (SELECT rowid FROM passage_words WHERE passage_words MATCH ? "
                "LIMIT ?)",
                (quoted(kept), _LOOKED_AT),
            ),
        ]
    for (text,) in texts:
        for match in _WORD.finditer(text):
            form = match.group()
            if plain(form).startswith(kept) and len(form) <= len(kept) + 2:
                seen = form if seen == kept else seen
                if form[0].isupper():
                    return form
    return seen


def occurs(store: Store, word: str) -> bool:
    """Whether any name of a document or any passage holds a word."""
    with store.read() as db:
        for table in ("document_words", "passage_words", "passage_more"):
            if db.execute(f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT 1", (quoted(word),)).fetchone():
                return True
    return False


def _candidates(db: Connection, word: str) -> Iterator[tuple[str, int]]:
    """Words of about this length that begin as this one or as it would with one mistake among its first letters."""
    seen: dict[str, int] = {}
    until = time.monotonic() + _PATIENCE_S
    for prefix in _prefixes(word):
        if time.monotonic() > until:
            break
        for table in _TABLES:
            rows = db.execute(
                f"SELECT term, doc FROM {table} WHERE term >= ? AND term < ? LIMIT ?",
                (prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1), _MOST_CANDIDATES),
            )
            for term, passages in rows:
                if abs(len(term) - len(word)) <= 3 and term.isalpha():
                    seen[term] = seen.get(term, 0) + int(passages)
    yield from seen.items()


def _prefixes(word: str) -> list[str]:
    """First letters of every word one mistake away from this one, the likeliest first: its own, then letters too many
    or swapped, then others."""
    start = word[: _PREFIX + 1]
    found = [word]
    places = range(min(_PREFIX, len(start)))
    found += [start[:at] + start[at + 1 :] + word[_PREFIX + 1 :] for at in places]
    found += [start[:at] + start[at + 1] + start[at] + start[at + 2 :] for at in places if at + 1 < len(start)]
    for at in reversed(places):
        found += [start[:at] + letter + start[at:] for letter in _LETTERS]
        found += [start[:at] + letter + start[at + 1 :] for letter in _LETTERS]
    return list(dict.fromkeys(one[:_PREFIX] for one in found if len(one) >= _PREFIX))


def _forms(word: str) -> set[str]:
    return {word, word.removesuffix("s"), word.removesuffix("e"), word.removesuffix("es")}


def plain(word: str) -> str:
    """As the tokenizer keeps it: lower case, without accents."""
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(char for char in parts if not unicodedata.combining(char))
