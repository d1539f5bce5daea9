"""The end of the ledger as six words a person can read aloud, write down and compare."""

from __future__ import annotations

from functools import cache

from app.paths import assets

HOW_MANY = 6


@cache
def word_list() -> tuple[str, ...]:
    """The 1,296 words, in order (assets/words, licence beside it)."""
    return tuple((assets() / "words" / "six-words.txt").read_text(encoding="ascii").split())


def six_words(mac: str) -> tuple[str, ...]:
    """Six words for a MAC in hex: about 62 of its bits, enough to compare by eye and never a secret."""
    words = word_list()
    number = int(mac, 16)
    said = []
    for _ in range(HOW_MANY):
        number, which = divmod(number, len(words))
        said.append(words[which])
    return tuple(said)
