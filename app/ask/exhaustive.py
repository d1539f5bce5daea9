"""Answers "how many", "list all" and "which files" by going through every document, and says how far it went."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.evidence.places import citation
from app.evidence.terms import words
from app.library.all_mentions import FileMentions, Mentions, Place
from app.library.file_words import files_called
from app.library.library import Library
from app.library.sentences import sentences
from app.values import Citation, Confidence, Passage

_ALWAYS = r"files?|documents?|docs|pdfs?|e-?mails?|mails?|recordings?|presentations?|spreadsheets?|transcripts?"
_PERHAPS = (
    r"messages?|letters?|notes?|pictures?|photos?|images?|slides?|pages?|rows?|records?|entries|lines|items?|"
    r"places?|passages?|invoices?|contracts?|receipts?|orders?"
)
_PLURAL = (
    r"files|documents|docs|pdfs|e-?mails|mails|recordings|presentations|spreadsheets|transcripts|letters|notes|messages|"
    r"invoices|contracts"
)
_HOLDS = (
    r"mention(?:s|ed|ing)?|contain(?:s|ing)?|sa(?:y|ys|ying)|talk(?:s|ing)? about|refer(?:s|ring)? to|include(?:s|d)?|"
    r"have|has|hold(?:s)?|are|is|about|with|from|named?|discuss(?:es)?|deal(?:s|ing)? with|speak(?:s|ing)? of|do i have"
)
_COUNTS = re.compile(
    rf"^(?:and\s+|so\s+|in\s+)*how\s+many\s+(?:of\s+)?(?:my\s+|the\s+|our\s+)?"
    rf"(?:(?P<always>{_ALWAYS})\b|(?P<perhaps>{_PERHAPS})\s+(?:that\s+|which\s+)?(?=(?:{_HOLDS})\b))"
    rf"|^wie\s*viele\s+(?P<german>dateien|dokumente|e-?mails|mails|aufnahmen)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"^(?:and\s+)?how\s+(?:often|many\s+times)\s+(?:is|are|was|were|do|does|did)\s+(?P<what>.+?)\s+"
    r"(?:mentioned|named|referred to|mention|come up|comes up|appear|occur)\b",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"^(?:and\s+|please\s+)*(?:list|show|find|give|name|count|get)\s+(?:me\s+)?(?:all|every|each)\b"
    r"|^(?:and\s+)?(?:which|what)\s+(?:of\s+)?(?:my\s+|the\s+)?(?P<which>"
    rf"(?:{_PLURAL})\s+(?:that\s+)?(?=(?:{_HOLDS})\b)|(?:{_ALWAYS})\s+(?=(?:mention|contain|talk|refer)))"
    rf"|^(?:and\s+)?in\s+(?:which|what)\s+(?:of\s+my\s+)?(?P<in>{_ALWAYS})\b"
    r"|^all\s+(?:the\s+|my\s+)?(?:mentions|places|passages|files|documents|e-?mails|mails)\b"
    r"|^(?:in\s+)?welche[nr]?\s+(?P<german>dateien|dokumente[n]?|e-?mails|mails|aufnahmen)\b"
    r"|^(?:liste|zeige?|nenne)\s+(?:mir\s+)?alle\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:over|above|under|below|(?:more|greater|larger|less|smaller|fewer) than|at (?:least|most)|between)\s+"
    r"[$€£]?\d[\d.,]*(?:\s+and\s+[$€£]?\d[\d.,]*)?(?:\s*(?:euros?|dollars?|pounds?|[$€£%]))?",
    re.IGNORECASE,
)
_ASKING = frozenset(
    """mention mentions mentioned mentioning contain contains containing say says saying talk talks talking refer refers
    referring include includes included hold holds named discuss discusses deal deals speak speaks file files document
    documents docs place places passage passages times often list show find give count get every each row rows record
    records entry entries line lines item items page pages library there anything word words status erwähnen erwähnt
    enthalten dateien dokumente dokumenten alle liste zeige zeig nenne wie viele welche welcher steht stehen kommt vor
    please word called occur occurs appear appears folder folders""".split()  # noqa: SIM905 - a list of quoted words is harder to read
)
_HOW_MANY = re.compile(r"^\s*(?:how\s+(?:many|often)|list|name|count|wie\s*viele)\b", re.IGNORECASE)
_GERMAN = {"dateien": "", "dokumente": "", "dokumenten": "", "aufnahmen": "recordings"}
_MOST_FILES = 40
"""Files that are shown with a quote; the others are named."""
_MOST_NAMED = 200
_MOST_QUOTED_CHARS = 240
_TELLING_WORDS = 6
MEANING = "Indoors counts files and places where these words stand, not what they mean."


@dataclass(frozen=True, slots=True)
class Exhaustive:
    """A question for all files: what is looked for, which kind of file is meant, and what of it cannot be done."""

    text: str
    """The question with what only asks taken out; filters and phrases are still in it."""
    kind: str
    compares: str
    """Words that compare amounts, such as "over 500"; they were taken out."""


def exhaustive(question: str) -> Exhaustive | None:
    """What a question for all files asks, or None for a question that some passage answers."""
    asked = question.strip()
    if match := _TIMES.search(asked):
        return _made(match["what"], "")
    match = _COUNTS.search(asked) or _LISTS.search(asked)
    if match is None:
        return None
    found = match.groupdict()
    noun = next((found[key].strip() for key in ("always", "perhaps", "which", "in", "german") if found.get(key)), "")
    rest = asked[match.end() :]
    if not noun and (named := re.match(rf"\s*(?:of\s+)?(?:the\s+|my\s+|our\s+)?({_ALWAYS})\b", rest, re.IGNORECASE)):
        noun, rest = named[1], rest[named.end() :]
    noun = _GERMAN.get(noun.lower(), noun)
    # "Invoices" are a word to look for, "emails" a kind of file, "files" neither.
    if noun and noun.lower() not in _ASKING and not _called(noun):
        rest = f"{noun} {rest}"
    return _made(rest, noun if _called(noun) else "")


def _made(text: str, kind: str) -> Exhaustive:
    compares = " ".join(match.group() for match in _COMPARES.finditer(text))
    return Exhaustive(_COMPARES.sub(" ", text).strip(" ?!."), kind, compares)


def _called(noun: str) -> bool:
    plain = noun.lower()
    return (
        bool(plain)
        and plain not in {"document", "documents", "docs", "text", "note", "notes", "page", "pages"}
        and (files_called(plain) is not None)
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """A question for all files and what was found for it."""

    question: str
    asked: Exhaustive
    found: Mentions

    @property
    def sure(self) -> Confidence:
        """A count of words is certain where every file could be searched and nothing asked was left out."""
        if not self.found.files:
            return Confidence.NONE
        if self.asked.compares:
            return Confidence.UNSURE
        return Confidence.LIKELY if self.found.unreadable_files else Confidence.CERTAIN

    def passages(self, limit: int) -> tuple[Passage, ...]:
        """The first place of the first files."""
        return tuple(file.first[0].passage for file in self.found.files if file.first)[:limit]


def count_all(library: Library, question: str, *, within: Sequence[Path] = ()) -> Counted | None:
    """Go through every document when a question asks for all of them; None when it does not. Raises UsageError for a
    filter that cannot be understood."""
    asked = exhaustive(question)
    if asked is None:
        return None
    kind = f" type:{asked.kind.lower()}" if asked.kind else ""
    # "files from last March": beside the word for files, a time limits the search.
    found = library.all_mentions(f"files {asked.text}{kind}", leave_out=_ASKING, within=within)
    return Counted(question, asked, found)


def hint(library: Library, question: str, *, within: Sequence[Path] = ()) -> str:
    """One line for a "how many" or "list" that no passage answers; empty for other questions."""
    if not _HOW_MANY.search(question):
        return ""
    found = library.all_mentions(question, leave_out=_ASKING, within=within)
    if not found.words or not found.files:
        return ""
    what, files = " ".join(found.words), _count(len(found.files), "file")
    return f"Indoors does not count what passages mean. {files} mention these words: ask “Which files mention {what}?”"


# ---------------------------------------------------------------- what is said


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the answer, with the citation it ends with."""

    text: str
    citation: Citation | None = None


def lines(library: Library, counted: Counted) -> Iterator[Line]:
    """The answer: how many, each file with its first place, and how much was gone through."""
    asked, found = counted.asked, counted.found
    yield Line(_headline(asked, found))
    for n, file in enumerate(found.files[:_MOST_FILES], 1):
        yield _file_line(library, found, file, n)
    left = [file.document.path.name for file in found.files[_MOST_FILES:]]
    if left:
        more = f" and {_count(len(left) - _MOST_NAMED, 'file')} more" if len(left) > _MOST_NAMED else ""
        yield Line(f"- Also: {', '.join(left[:_MOST_NAMED])}{more}.")
    yield Line(coverage(found))
    if found.words:
        yield Line(MEANING)
    if asked.compares:
        yield Line(f"Amounts are not compared: “{asked.compares}” was left out of the count.")


def _headline(asked: Exhaustive, found: Mentions) -> str:
    what = " and ".join(f"“{word}”" for word in found.words)
    kind = f"{asked.kind.lower().rstrip('s')} file" if asked.kind else "file"
    if not what:
        return f"There {'is' if len(found.files) == 1 else 'are'} {_count(len(found.files), kind)}."
    if not found.files:
        return f"No {kind} mentions {what}."
    verb = "mentions" if len(found.files) == 1 else "mention"
    where = _count(found.places, "place")
    if found.rows:
        where += (
            f", {_count(found.rows, 'of them a row', 'of them rows')} of a table"
            if found.rows < found.places
            else (", a row of a table" if found.rows == 1 else ", all of them rows of tables")
        )
    said = f"{_count(len(found.files), kind)} {verb} {what}"
    return (
        f"{said}, in {where}."
        if found.places
        else f"{said} in {'its name' if len(found.files) == 1 else 'their names'}."
    )


def _file_line(library: Library, found: Mentions, file: FileMentions, n: int) -> Line:
    name = file.document.path.name
    if not file.first:
        return Line(f"- {name}" + (": in its name." if found.words else ""))
    place = _sentence(file.first[0], found.words)
    one = citation(library, place.passage, (place.start, place.end), n=n)
    quote = " ".join(one.quote.split())
    where = _count(file.places, "row" if file.rows == file.places else "place")
    return Line(f"- {name}, {where}: “{quote}” [{n}]", one)


def _sentence(place: Place, wanted: Sequence[str]) -> Place:
    """The sentence of a place that holds most of the words; a row stays whole."""
    text = place.passage.text[place.start : place.end]
    if place.passage.anchor.kind == "cells" or not wanted:
        return _cut(place)
    stems = {word.stem for term in wanted for word in words(term)}

    def worth(span: tuple[int, int]) -> tuple[int, int]:
        inside = words(text[slice(*span)])
        return len(stems & {word.stem for word in inside}), min(len(inside), _TELLING_WORDS)

    # A heading of one word tells less than the sentence below it.
    best = max(sentences(text) or [(0, len(text))], key=worth)
    inner = text[slice(*best)]
    start = place.start + best[0] + len(inner) - len(inner.lstrip())
    return _cut(replace(place, start=start, end=start + len(inner.strip())))


def _cut(place: Place) -> Place:
    """A long quote ends between two words."""
    if place.end - place.start <= _MOST_QUOTED_CHARS:
        return place
    blank = place.passage.text.rfind(" ", place.start, place.start + _MOST_QUOTED_CHARS)
    return replace(place, end=blank if blank > place.start else place.start + _MOST_QUOTED_CHARS)


def coverage(found: Mentions) -> str:
    """ "412 of 418 files searched; 6 could not be read." """
    if not found.unreadable_files:
        return (
            f"All {_count(found.searched_files, 'file')} searched."
            if found.searched_files != 1
            else "The one file was searched."
        )
    whole = found.searched_files + found.unreadable_files
    return (
        f"{found.searched_files:,} of {_count(whole, 'file')} searched; {found.unreadable_files:,} could not be read."
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
