"""Takes a word that occurs nowhere for the one that was probably meant, and says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.store.full_text import Words
from app.store.vocabulary import occurs, similar, written
from app.values import Understood

_FEW_WORDS = 4
"""A query of so few words is a search for names; in a longer one and in a question only words with a capital are."""
_QUESTION = re.compile(
    r"\?\s*$|^\s*(?:who|whom|whose|what|when|where|why|which|how|is|are|was|were|do|does|did|can)\b", re.I
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Corrected:
    """A text with the words that occur, and what was put for what: (as typed, as it is written)."""

    text: str
    before: str
    changes: tuple[tuple[str, str], ...] = ()

    def notes(self) -> tuple[Understood, ...]:
        """What is shown of it."""
        notes = []
        for typed, meant in self.changes:
            undo = re.sub(rf"\b{re.escape(typed)}\b", f'"{typed}"', self.before)
            notes.append(Understood(typed, meant, "corrected", undo))
        return tuple(notes)


def corrected(words: Words, text: str, *, as_typed: frozenset[str] = frozenset()) -> Corrected:
    """The text with names that occur nowhere replaced by the ones they are nearest to; not those `as_typed`."""
    content = set(words.content(text)) - as_typed
    few = len(content) <= _FEW_WORDS and not _QUESTION.search(text)
    changes: list[tuple[str, str]] = []
    changed = text
    for match in _WORD.finditer(text):
        typed = match.group()
        named = typed[0].isupper() and match.start() > 0
        if typed.lower() not in content or not (few or named) or any(typed == known for known, _ in changes):
            continue
        if words.frequency(typed.lower()) or occurs(words.store, typed):
            continue
        if meant := _meant(words, typed, name=named or typed[0].isupper()):
            changes.append((typed, meant))
            changed = re.sub(rf"\b{re.escape(typed)}\b", meant, changed)
    return Corrected(changed, text, tuple(changes))


def _meant(words: Words, typed: str, *, name: bool) -> str:
    """The nearest word as it is written; for a name one that is written with a capital."""
    forms = (written(words.store, kept) for kept in similar(words.store, typed))
    return next((form for form in forms if form[0].isupper() or not name), "")
