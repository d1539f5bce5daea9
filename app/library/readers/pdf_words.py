"""The words of a PDF page made fit to be searched without moving a single character."""

from __future__ import annotations

import re
from collections.abc import Sequence

SOFT_HYPHEN = "\u00ad"
"""Stands where a word was broken over a line's end: one character like the hyphen it replaces, and what searches and
compares words takes it out."""
_BREAK = "\ufffe"
"""pdfium's mark for a hyphen at a line's end, where it joined the lines; U+0002 in older versions."""
_BROKEN = re.compile(rf"([^\W\d_]{{2,}}){_BREAK}([^\W\d_]{{2,}})")
_HYPHENED = re.compile(r"[^\W\d_]{2,}-[^\W\d_]{2,}")
_DOTS = re.compile(r"([^\w\s])(?:\s?\1)+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_ODD = re.compile("[\ufffd\ue000-\uf8ff\x80-\x9f]")
_LEAST_CHARS = 40
_ODD_SHARE = 0.3
_LETTER_SHARE = 0.3
_NUMBERED = re.compile(
    r"^(?P<name>(?:(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|§ ?\d+[a-z]?|[IVX]{1,5}\.|(?:Article|Section|Chapter) \d+)[ \t]+)"
    r"[A-ZÄÖÜÉÈ][^\n.;!?]{2,70}?)[ \t]*$",
    re.MULTILINE,
)


def clean(text: str) -> str:
    """The same number of characters, without what no one can read: \\r\\n becomes " \\n" so that offsets stay. Marks of
    broken words stay for join_broken_words."""
    return _CONTROL.sub(" ", text.replace("\r\n", " \n").replace("\r", "\n").replace("\x02", _BREAK))


def garbled(text: str) -> bool:
    """Whether a page's fonts hide what their letters mean, so that the text is signs no one would search for."""
    seen = "".join(_DOTS.sub(r"\1", text).split())
    if len(seen) < _LEAST_CHARS:
        return False
    return sum(map(str.isalnum, seen)) < _LETTER_SHARE * len(seen) or len(_ODD.findall(seen)) > _ODD_SHARE * len(seen)


def join_broken_words(texts: Sequence[str]) -> list[str]:
    """Texts of pages whose marks of broken words are a soft hyphen where the word is one word, and a hyphen where it
    has one of its own: the rest of the document tells which."""
    own = {word.casefold() for text in texts for word in _HYPHENED.findall(text)}

    def joined(match: re.Match[str]) -> str:
        first, second = match.groups()
        hyphened = f"{first}-{second}".casefold() in own or not second[0].islower()
        return f"{first}{'-' if hyphened else SOFT_HYPHEN}{second}"

    return [_BROKEN.sub(joined, text).replace(_BREAK, "-") if _BREAK in text else text for text in texts]


def page_headings(text: str) -> tuple[tuple[int, str], ...]:
    """Numbered headings on a line of their own."""
    return tuple((match.start("name"), " ".join(match.group("name").split())) for match in _NUMBERED.finditer(text))
