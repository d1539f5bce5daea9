"""Which stretches of a passage are sentences that may be quoted: no headings, questions, salutations or halves."""

from __future__ import annotations

import re

from app.evidence.terms import fold
from app.values import Passage

_MAIL_LINE = re.compile(r"(?:subject|re|aw|fwd?):|page \d+(?: of \d+)?$", re.IGNORECASE)
_SALUTATION = re.compile(
    r"(?:dear|hello|hi)\b[^.!?]{0,40},$|(?:yours|(?:with )?(?:kind|best|warm))\b[^.!?]{0,20},$", re.IGNORECASE
)
_NUMBERED = re.compile(r"\d+(?:\.\d+)*\.?\s+")
_ENDED = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_LIST_MARK = re.compile(r"(?:[-*+•·▪●○◦‣–—>]|\(?(?:\d{1,3}|[a-z])[.)])[ \t>]*$", re.IGNORECASE)
_FOOTER = re.compile(r"\s*(?:page )?\d+(?: (?:of|/) \d+)?$", re.IGNORECASE)
_MOST_HEADING_WORDS = 10


def quotable(passage: Passage, start: int, end: int) -> bool:
    """Whether characters [start, end) of a passage may stand as an answer."""
    text = " ".join(passage.text[start:end].split())
    if not any(char.isalnum() for char in text) or text.endswith("?"):
        return False
    if _SALUTATION.match(text) or (_MAIL_LINE.match(text) and not _ENDED.search(text)):
        return False
    if text.startswith("|"):
        return not _is_table_head(passage.text, start, end)
    return not (is_heading(passage, start, end) or _is_half(passage, start, end))


def is_heading(passage: Passage, start: int, end: int) -> bool:
    """Whether it is the passage's heading, the document's title, or a short line without an end above running text."""
    text = " ".join(passage.text[start:end].split())
    named = {fold(part.strip()) for part in (*passage.heading.split("›"), passage.document.title)}
    if fold(text.lstrip("# ")) in named:
        return True
    line = passage.text.rfind("\n", 0, start) + 1
    if passage.text[line:start].strip().startswith("#"):
        return True
    if _ENDED.search(text) or _LIST_MARK.search(passage.text[line:start]) or text[-1] in ",|>":
        return False
    bare = _NUMBERED.sub("", text, count=1)
    if len(bare.split()) > _MOST_HEADING_WORDS or any(char.isdigit() for char in bare) or ":" in bare:
        return False
    following = " ".join(passage.text[end:].split("\n\n", 2)[:2]).split()
    own_line = not passage.text[line:start].strip() and passage.text[end : end + 2].strip(" ").startswith("\n")
    # Running text below: an address or a list has short lines without full stops below instead.
    return own_line and len(following) > _MOST_HEADING_WORDS and any(_ENDED.search(word) for word in following[:40])


def _is_table_head(text: str, start: int, end: int) -> bool:
    """The first of several rows."""
    before = text[:start].rstrip().rsplit("\n", 1)[-1].strip()
    after = text[end:].lstrip().split("\n", 1)[0]
    return not before.startswith("|") and after.startswith("|")


def table_head(text: str, start: int) -> str:
    """The first row of the table whose row begins at `start`; empty for the first row itself."""
    head = ""
    for line in reversed(text[:start].rstrip().split("\n")):
        if not line.strip().startswith("|"):
            break
        head = line.strip()
    return head


def _is_half(passage: Passage, start: int, end: int) -> bool:
    """Cut off by the end of a page or passage: it begins in the middle, or ends without an end where the text ends."""
    text = re.sub(r"\n\s*page \d+(?: of \d+)?$", "", passage.text[start:end], flags=re.IGNORECASE).rstrip()
    if passage.anchor.kind != "page":
        return False
    if passage.section > 0 and passage.start_char == 0 and not passage.text[:start].strip() and text[0].islower():
        return True
    rest = passage.text[end:]
    last = not rest.strip() or _FOOTER.fullmatch(rest.rstrip()) is not None
    runs_on = text[-1].islower() or text[-1] in ",-–"
    return last and runs_on and len(text.split()) > _MOST_HEADING_WORDS - 2
