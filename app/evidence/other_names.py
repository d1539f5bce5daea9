"""Whether a sentence gives another name for the thing that was asked about."""

from __future__ import annotations

import re
from collections.abc import Set

from app.evidence.terms import words

_ASKS_NAME = re.compile(
    r"\b(?:another|other|alternative|different|second)\s(?:term|name|word|way\sof\s(?:referring|saying|calling))"
    r"|\b(?:called|known\sas|named|termed|referred\sto\sas|stands?\sfor|nickname|(?:term|name|word)\s(?:for|of|is))\b",
    re.IGNORECASE,
)
_RENAMED = re.compile(
    r"(\w+)(?:['’]s)?\s*(?:\(|[–—]\s|,?\sor\s|,?\s(?:also\s)?(?:known\sas|called|termed|named|referred\sto\sas))"
)


def renames(question: str, asked: Set[str], sentence: str) -> float:
    """1 when the question asks what a thing is called and the sentence gives a second name right after a word of the
    question: "rotors (rotating discs)", "the second level – counties"; else 0. `asked` are the question's stems."""
    if not _ASKS_NAME.search(question):
        return 0.0
    named = (words(match.group(1)) for match in _RENAMED.finditer(sentence))
    return 1.0 if any(found and found[0].stem in asked for found in named) else 0.0
