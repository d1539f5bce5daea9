"""Where sentences begin and end in a person's files: quoting shows whole sentences, so a wrong cut is a wrong quote."""

from __future__ import annotations

import re
from itertools import pairwise


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Words that never end a sentence: a name, a number or an example follows.
_NEVER_LAST = _words(
    """mr mrs ms mx dr prof st ste gen sen rep gov lt col capt cpt cmdr sgt maj adm hon rev fr sr. messrs mme mlle
    no nos nr fig figs eq eqs sec secs art arts ch chap vol vols p pp para paras cf ca approx vs v viz al. eg ie e.g
    i.e resp incl excl tel ext ed eds trans mt ft apt bldg ave blvd rd dept univ z.b d.h bzw ggf usw. hr fr. dipl ing
    est min max avg ref refs tab app cl reg"""
)
# Words that are abbreviations but may also end a sentence: then the next word must look like the start of one.
_MAY_BE_LAST = _words(
    """etc inc ltd co corp jr sr bros a.m p.m am pm u.s u.k u.n e.u d.c b.c a.d ph.d m.d b.a m.a b.sc m.sc u.s.a llc plc
    usw gmbh mph lb lbs oz in sq cu dr. op al"""
)
_MONTHS = _words("""jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun""")
_MONTH_NAMES = _words(
    """januar februar märz april mai juni juli august september oktober november dezember january february march may
    june july october december"""
)
# Frequent first words: after "U.S." or an initial a capital alone says little, these say "a sentence starts here".
_STARTERS = _words(
    """the a an this that these those it its he she they we i you his her their our my there here in on at by for from
    with after before when while if as although though because since however moreover furthermore thus therefore but
    and or so yet nor not no all some many most each every both several one two three what who which why how where
    during under over between among according only other another such then now also please to of"""
)
_END = re.compile(r"[.!?…]+|[。！？｡]+|[؟۔।]+")
_CLOSERS = "\"'”’»)]}›"
_OPENERS = "\"'“‘«([{‹¿¡„*_"
_REFERENCES = re.compile(r"(?:\[\d{1,3}(?:[,–-]\s?\d{1,3})*\]|\[(?:note|nb|citation needed)[^\]]{0,12}\])+")
_WORD_BEFORE = re.compile(r"[^\s(\[{\"'“‘«„—–/]*\Z")
_WORD_AFTER = re.compile(r"\w+")
_LIST_MARK = re.compile(r"(?:[-*+•·▪●○◦‣–—]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|#{1,6}|>|\||\[[ xX]\])[ \t]")
_TRIMMED_MARK = re.compile(r"(?:[-*+•·▪●○◦‣]|#{1,6}|>)[ \t]+(?:\[[ xX]\][ \t]+)?")
_BLANK = re.compile(r"\n[ \t\r\f\v\u00a0]*\n|\f")
_NOT_BLANK = re.compile(r"\S")
_SHORT_LINE_SHARE = 0.7
_LABEL = re.compile(r"[^\W\d][\w .()/-]{0,30}:(?:\s|\Z)")


def sentences(text: str) -> list[tuple[int, int]]:
    """Sentences of `text` as (start, end) character ranges, in order, without the white space around them.

    Ranges never overlap, and everything that is not white space or a list mark lies in one. A blank line, a list
    item, a heading, a table row and a short line before a capital end a sentence even without a full stop; a line
    break inside a paragraph (as in PDF text) does not.
    """
    found: list[tuple[int, int]] = []
    for start, end in blocks(text):
        cursor = start
        for cut in _cuts(text, start, end):
            _add(found, text, cursor, cut)
            cursor = cut
        _add(found, text, cursor, end)
    return found


def blocks(text: str) -> list[tuple[int, int]]:
    """Paragraphs, list items, headings and rows as (start, end) ranges that together cover all of `text`."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _BLANK.finditer(text):
        found.extend(_line_blocks(text, start, match.end()))
        start = match.end()
    found.extend(_line_blocks(text, start, len(text)))
    return found


def _line_blocks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut one stretch without blank lines where a line break really ends something."""
    if start >= end:
        return []
    lines: list[tuple[int, int]] = []
    cursor = start
    while cursor < end:
        stop = text.find("\n", cursor, end)
        stop = end if stop < 0 else stop + 1
        lines.append((cursor, stop))
        cursor = stop
    # A soft-wrapped paragraph has lines of about one width; the widest tells it.
    width = max((len(text[a:b].rstrip()) for a, b in lines), default=0)
    found: list[tuple[int, int]] = []
    first = start
    for (a, b), (after, after_end) in pairwise(lines):
        if _breaks(text[a:b].strip(), text[after:after_end].strip(), width):
            found.append((first, b))
            first = b
    found.append((first, end))
    return found


def _breaks(line: str, following: str, width: int) -> bool:
    """Whether the break between two lines ends a block."""
    if not line or not following:
        return False
    if _LIST_MARK.match(following) and not (following[0] in "–—" and line[-1].isalnum() and len(line) > 40):
        return True
    if line[0] == "#" or line[0] == "|" or following[0] == "|" or set(line) <= set("=-_*"):
        return True
    if "\t" in line and "\t" in following:
        return True
    if _LABEL.match(following) and (_LABEL.match(line) or len(line) < width * _SHORT_LINE_SHARE):
        return True
    starts_new = following[0].isupper() or following[0].isdigit() or following[0] in _OPENERS
    short = len(line) < max(20, width * _SHORT_LINE_SHARE)
    joins = line[-1] in ",;-–—(&/" or line.rsplit(" ", 1)[-1].lower() in _STARTERS
    return short and starts_new and not joins


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Positions inside one block where a sentence ends."""
    found: list[int] = []
    cursor = start
    while match := _END.search(text, cursor, end):
        cursor = match.end()
        stop = cursor
        while stop < end and text[stop] in _CLOSERS:
            stop += 1
        if reference := _REFERENCES.match(text, stop, end):
            stop = reference.end()
        if _ends_here(text, match, stop, found[-1] if found else start, end):
            found.append(stop)
            cursor = stop
    return found


def _ends_here(text: str, mark: re.Match[str], stop: int, start: int, end: int) -> bool:
    """Whether the punctuation `mark`, followed by closers up to `stop`, ends the sentence that began at `start`."""
    if mark.group()[0] in "。！？｡؟۔।":
        return True
    if stop >= end:
        return False
    following = _following(text, stop, end)
    if not following:
        return False
    if not text[stop].isspace():
        return _glued(text, mark, stop, following)
    first = following[0]
    if first.islower() and not (first == "i" and following[1:2].isupper()):
        return False
    if mark.group() != "." or stop > mark.end():
        # A closing bracket or quote after an abbreviation ("(approx.) 5") still needs the word's own rule.
        return mark.group() != "." or text[mark.end()] not in ")]" or first.isupper()
    return _dot_ends(text, mark.start(), start, following)


def _glued(text: str, mark: re.Match[str], stop: int, following: str) -> bool:
    """A sentence that lost the blank after it, as PDF text does: only where the next word often starts one."""
    before = text[max(0, mark.start() - 2) : mark.start()]
    return (
        stop == mark.end()
        and len(before) == 2
        and before.isalpha()
        and before[-1].islower()
        and text[stop].isupper()
        and following[1:2].islower()
        and following.lower() in _STARTERS
    )


def _following(text: str, stop: int, end: int) -> str:
    """The first word after `stop`, past white space and opening marks; a single character if it is no word."""
    cursor = stop
    while cursor < end and (text[cursor].isspace() or text[cursor] in _OPENERS):
        cursor += 1
    if cursor >= end:
        return ""
    word = _WORD_AFTER.match(text, cursor, end)
    return word.group() if word else text[cursor]


def _dot_ends(text: str, dot: int, start: int, following: str) -> bool:
    """Whether a single full stop ends a sentence, told from the word before it and the word after it."""
    found = _WORD_BEFORE.search(text, max(start, dot - 40), dot)
    word = found.group() if found else ""
    low = word.lower()
    starter = following.lower() in _STARTERS and following[0].isupper()
    if not word:
        return True
    if (word.isdigit() or len(word) == 1) and not _NOT_BLANK.search(text, start, dot - len(word)):
        return False  # "1. The tenant": the number of a list item or clause
    if low in _NEVER_LAST:
        # "No. The lease": the word itself, not the abbreviation, when it starts its own sentence.
        return low == "no" and not following[0].isdigit()
    if low in _MAY_BE_LAST:
        return starter if "." in low or low in {"in", "co", "al", "op"} else following[0].isupper()
    if low in _MONTHS:
        return not following[0].isdigit()
    if len(word) == 1 and word.isalpha():
        return starter if word.isupper() else not following[0].isdigit()  # "J. Smith", "(d. 1536)"
    if re.fullmatch(r"(?:\w\.)+\w", word) and not word[0].isdigit():
        return starter
    return not (word.isdigit() and len(word) <= 2 and following.lower() in _MONTH_NAMES)


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    """Append text[start:end] without the white space and list mark around it, if anything is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    mark = _TRIMMED_MARK.match(text, start, end)
    if mark and mark.end() < end:
        start = mark.end()
    if start < end:
        found.append((start, end))
