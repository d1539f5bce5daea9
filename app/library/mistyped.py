"""Takes a word that occurs nowhere for the one that was probably meant, and says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.events import Understood
from app.store.full_text import Words
from app.store.vocabulary import occurs, similar

_FEW_WORDS = 4
"""A query of so few words is a search for names; in a longer one only words with a capital are."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Corrected:
    """A text with the words that occur, and what was put for what: (as typed, as kept by the index)."""

    text: str
    before: str
    changes: tuple[tuple[str, str], ...] = ()

    def notes(self, passages: Sequence[str]) -> tuple[Understood, ...]:
        """What is shown of it; the found passages tell how the word is really written."""
        notes = []
        for typed, kept in self.changes:
            undo = re.sub(rf"\b{re.escape(typed)}\b", f'"{typed}"', self.before)
            notes.append(Understood(typed, _written(kept, passages), "corrected", undo))
        return tuple(notes)


def corrected(words: Words, text: str) -> Corrected:
    """The text with names that occur nowhere replaced by the ones they are nearest to."""
    content = set(words.content(text))
    changes: list[tuple[str, str]] = []
    changed = text
    for match in _WORD.finditer(text):
        typed = match.group()
        named = len(content) <= _FEW_WORDS or (typed[0].isupper() and match.start() > 0)
        if typed.lower() not in content or not named or any(typed == known for known, _ in changes):
            continue
        if words.frequency(typed.lower()) or occurs(words.store, typed):
            continue
        if meant := similar(words.store, typed):
            changes.append((typed, meant))
            changed = re.sub(rf"\b{re.escape(typed)}\b", meant, changed)
    return Corrected(changed, text, tuple(changes))


def _written(kept: str, passages: Sequence[str]) -> str:
    """A word as it stands in the passages: the index keeps only the stem."""
    for text in passages:
        for match in _WORD.finditer(text):
            if match.group().lower().startswith(kept) and len(match.group()) <= len(kept) + 3:
                return match.group()
    return kept
