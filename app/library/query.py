"""Reads a query as a person writes it: words, "phrases", -words, type:pdf, in:"Contracts", after:2025, from:dana."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from app.errors import UsageError
from app.library.file_words import EXAMPLES, files_called
from app.library.time_words import Span, find_time, when_is
from app.store.filters import Filters
from app.values import Understood

_PART = re.compile(
    r"(?P<before>^|(?<=[\s(]))"
    r"(?P<minus>[-−](?=[^\W\d_]|[\"“„«]))?"
    r"(?:(?P<key>[A-Za-z]{2,9}):(?=\S))?"
    r"(?:\"(?P<quoted>[^\"]+)\"|[“„](?P<curly>[^“”„]+)[“”]|«\s*(?P<angled>[^»]+?)\s*»|(?P<word>[^\s\"“„«]+))"
)
_KEYS = {
    "type": "type", "kind": "type", "format": "type", "filetype": "type",
    "in": "in", "folder": "in", "file": "in",
    "after": "after", "since": "after",
    "before": "before", "until": "until",
    "on": "on", "date": "on",
    "from": "from", "by": "from", "sender": "from", "author": "from",
}  # fmt: skip
ANY_DATE = "date:any"
"""Said in a query, time words in it are plain words."""
_Applied = Literal["filter", "preferred", "phrase", "without"]
_OF_FILES = re.compile(
    r"\b(?:files?|documents?|e-?mails?|mails?|messages?|recordings?|(?:sent|received|written|modified|changed|edited|"
    r"created|recorded|saved|added)(?:\s+(?:by|to)\s+\w+)?)\s*,?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Query:
    """What a search is to look for, and everything in it that is not plain words."""

    text: str
    """What is searched for: the query without its operators."""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    as_typed: frozenset[str] = frozenset()
    """Words of phrases, lower case: never taken for mistyped ones."""
    prefer: Span | None = None
    """Passages written then come first; others stay."""
    by_time_words: bool = False
    """Whether the filter of time came from plain words, so that it may be let go where nothing is left."""
    understood: tuple[Understood, ...] = ()


def read_query(text: str, *, now: datetime, within: Sequence[Path] = ()) -> Query:
    """Understand a query as of `now` (local time without a zone). Raises UsageError with one sentence for a filter
    that cannot be understood."""
    query = Query("", filters=Filters(within=tuple(within)))
    left: list[str] = []
    at = 0
    any_date = ANY_DATE in text.lower()
    for match in _PART.finditer(text):
        value = match["quoted"] or match["curly"] or match["angled"] or match["word"] or ""
        key = _KEYS.get((match["key"] or "").lower(), "")
        exact = match["word"] is None
        if not any(char.isalnum() for char in value) or not (key or exact or match["minus"]):
            continue
        said = text[match.start() : match.end()]
        kept = value if exact and not key and not match["minus"] else ""
        undo = " ".join((text[: match.start()] + kept + text[match.end() :]).split())
        changed = _with_part(query, key, value.strip(), minus=bool(match["minus"]), said=said, undo=undo, now=now)
        left.append(text[at : match.start()])
        at = match.end()
        # The words of a phrase count for the meaning, too.
        left.append(kept)
        query = changed
    left.append(text[at:])
    query = replace(query, text=" ".join("".join(left).split()))
    return query if any_date or query.filters.from_s or query.filters.until_s else _with_time_words(query, text, now)


def _with_part(query: Query, key: str, value: str, *, minus: bool, said: str, undo: str, now: datetime) -> Query:
    """The query with one operator more."""
    if minus and not key:
        return _noted(replace(query, without=(*query.without, value)), said, f"without “{value}”", "without", undo)
    if minus:
        raise UsageError(f"“{said}” cannot be left out; only words can.", do="Write -word, without a filter's name.")
    match key:
        case "":
            typed = query.as_typed | frozenset(value.lower().split())
            exactly = replace(query, phrases=(*query.phrases, value), as_typed=typed)
            return _noted(exactly, said, f"exactly “{value}”", "phrase", undo)
        case "type":
            return _typed(query, value, said, undo)
        case "in":
            filters = replace(query.filters, names=(*query.filters.names, value))
            return _noted(replace(query, filters=filters), said, f"in “{value}”", "filter", undo)
        case "from":
            filters = replace(query.filters, people=(*query.filters.people, value))
            return _noted(replace(query, filters=filters), said, f"from “{value}”", "filter", undo)
        case _:
            return _dated(query, key, value, said=said, undo=undo, now=now)


def _typed(query: Query, value: str, said: str, undo: str) -> Query:
    kinds, endings = query.filters.kinds, query.filters.endings
    for one in filter(None, value.split(",")):
        found = files_called(one)
        if found is None:
            raise UsageError(f"“{one}” is no kind of file that Indoors reads.", do=f"Write type: and {EXAMPLES}.")
        kinds, endings = (*kinds, *found[0]), (*endings, *found[1])
    filters = replace(query.filters, kinds=kinds, endings=endings)
    return _noted(replace(query, filters=filters), said, f"only {value}", "filter", undo)


def _dated(query: Query, key: str, value: str, *, said: str, undo: str, now: datetime) -> Query:
    if key == "on" and value.lower() == "any":
        return query
    one = when_is(value, now)
    if one is None or one.start is None:
        raise UsageError(
            f"“{value}” is no date that Indoors understands.",
            do="Write a year, a month or a day: 2025, 2025-03, 2025-03-14.",
        )
    match key:
        case "after":
            span = Span(one.start, None)
        case "before":
            span = Span(None, one.start)
        case "until":
            span = Span(None, one.end)
        case _:
            span = one
    return _noted(replace(query, filters=within_time(query.filters, span)), said, time_said(span), "filter", undo)


def within_time(filters: Filters, span: Span) -> Filters:
    """The filters and a stretch of time; two of them are both kept to."""
    start = span.start.timestamp() if span.start else None
    end = span.end.timestamp() if span.end else None
    starts = [one for one in (filters.from_s, start) if one is not None]
    ends = [one for one in (filters.until_s, end) if one is not None]
    return replace(filters, from_s=max(starts, default=None), until_s=min(ends, default=None))


def _with_time_words(query: Query, text: str, now: datetime) -> Query:
    """Time words limit the search where they stand with files themselves ("mails from last March", "files changed
    since May"); elsewhere they may be what is asked about, so passages of that time only come first."""
    found = find_time(query.text, now)
    if found is None or any(query.text[found.first : found.last].strip() in phrase for phrase in query.phrases):
        return query
    said = query.text[found.first : found.last].strip()
    meaning = f"written {time_said(found.span)}"
    undo = f"{text} {ANY_DATE}"
    if _OF_FILES.search(query.text[: found.first]):
        rest = " ".join((query.text[: found.first] + query.text[found.last :]).split())
        filters = within_time(query.filters, found.span)
        return _noted(replace(query, text=rest, filters=filters, by_time_words=True), said, meaning, "filter", undo)
    return _noted(replace(query, prefer=found.span), said, f"{meaning} first", "preferred", undo)


def limited(query: Query) -> Query:
    """The query with a time that would only come first as a limit ("in March 2024"), for counting; a bare "March 2024"
    stays words."""
    said = next((one for one in query.understood if one.applied == "preferred"), None)
    if said is None or query.prefer is None or re.match(r"(?:[A-Z]\w+\.?|\d)", said.said):
        return query
    rest = " ".join(query.text.replace(said.said, " ").split())
    note = replace(said, meaning=said.meaning.removesuffix(" first"), applied="filter")
    others = tuple(one for one in query.understood if one is not said)
    filters = within_time(query.filters, query.prefer)
    return replace(query, text=rest, filters=filters, prefer=None, understood=(*others, note))


def _noted(query: Query, said: str, meaning: str, applied: _Applied, undo: str) -> Query:
    return replace(query, understood=(*query.understood, Understood(said, meaning, applied, undo)))


def time_said(span: Span) -> str:
    """A stretch of time in words, its last day included: "from 3 to 9 May 2024", "before 1 March 2024"."""
    match span:
        case Span(None, None):
            return "at any time"
        case Span(None, end) if end:
            return f"before {_day(end)}"
        case Span(start, None) if start:
            return f"from {_day(start)} on"
        case Span(start, end) if start and end:
            last = datetime.fromordinal(end.toordinal() - 1)
            if start.date() == last.date():
                return f"on {_day(start)}"
            if (start.year, start.month) == (last.year, last.month):
                return f"from {start.day} to {_day(last)}"
            return f"from {_day(start)} to {_day(last)}"
        case _:
            return ""


def _day(day: datetime) -> str:
    return f"{day.day} {day:%B %Y}"
