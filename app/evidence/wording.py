"""Text as it is compared: the same words count as the same whatever the typesetter did to them."""

from __future__ import annotations

import re
import unicodedata

_SAME = {
    "\u00ad": "", "\u200b": "", "\ufeff": "", "\u2060": "",
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "…": "...",
}  # fmt: skip
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-[ \t]*\r?\n[ \t]*(?=[^\W\d_])")


def normal(text: str) -> str:
    """Lower case, single spaces, plain quotes and hyphens, no soft hyphens, ligatures spelled out."""
    return _with_places(text)[0]


def find(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands word for word in `text`, as a character range of `text`; None when it does not.

    Compared after `normal`; it has to begin and end at the edges of words.
    """
    wanted = normal(quote)
    if not wanted:
        return None
    plain, places = _with_places(text)
    at = plain.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        inside_before = at > 0 and plain[at - 1].isalnum() and wanted[0].isalnum()
        inside_after = end < len(plain) and plain[end].isalnum() and wanted[-1].isalnum()
        if not inside_before and not inside_after:
            return places[at], places[end - 1] + 1
        at = plain.find(wanted, at + 1)
    return None


def _with_places(text: str) -> tuple[str, list[int]]:
    """The normal form and, for each of its characters, the index it came from."""
    skip: set[int] = set()
    for match in _BROKEN_WORD.finditer(text):
        skip.update(range(match.start(), match.end()))
    plain: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        if index in skip:
            continue
        if char.isspace():
            if plain and plain[-1] != " ":
                plain.append(" ")
                places.append(index)
            continue
        same = _SAME[char] if char in _SAME else unicodedata.normalize("NFKC", char).casefold()
        for one in same:
            plain.append(one)
            places.append(index)
    if plain and plain[-1] == " ":
        plain.pop()
        places.pop()
    return "".join(plain), places
