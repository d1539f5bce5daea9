"""Reads typed values out of the person's own sentences: which words could answer a task."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.cloud.value_types import MOST_PHRASE_WORDS, AnswerType, Choice, Day, Number, Phrase, Value, Wanted
from app.evidence.expects import AnswerKind, Expectation, expectation, new_spans, spans
from app.evidence.facts import Date, facts
from app.evidence.terms import STOPWORDS, fold, stem, words
from app.evidence.wording import find

_CURRENCIES = {
    "EUR": ("€", "eur", "euro", "euros"),
    "USD": ("$", "us$", "usd", "dollar", "dollars"),
    "GBP": ("£", "gbp", "pound", "pounds"),
    "JPY": ("¥", "jpy", "yen"),
    "CHF": ("chf", "franc", "francs"),
    "%": ("%", "percent", "per cent", "percentage"),
}
_UNITS = {word: unit for unit, names in _CURRENCIES.items() for word in names}
_TIMES = frozenset(
    ("second", "minute", "hour", "day", "night", "week", "fortnight", "month", "quarter", "year", "decade")
)
_COUNTED = re.compile(r"[\s-]*(%|per cent\b|percent\b|€|[^\W\d_]+)")
_SIGN_BEFORE = re.compile(r"(?:US\$|[€$£¥]|\b(?:EUR|USD|GBP|CHF))\s?$")
_JOINING = frozenset(
    ("of", "the", "de", "la", "le", "von", "van", "der", "den", "du", "da", "di", "and", "for", "to", "in", "at", "on")
)
_SIGN = re.compile(r"[€$£¥]|\b(?:EUR|USD|GBP|CHF)\b")
_NUMBER_KINDS = (AnswerKind.MONEY, AnswerKind.PERCENT, AnswerKind.DURATION)


@dataclass(frozen=True, slots=True)
class Read:
    """A value and the characters [start, end) of the sentence it was read from."""

    value: Value
    start: int
    end: int


def unit_of(text: str) -> str:
    """A unit in one form: "€" and "euros" are "EUR", "day" is "days"; anything else as it is, lower case."""
    plain = " ".join(fold(text).split())
    if plain in _UNITS:
        return _UNITS[plain]
    return plain + "s" if plain in _TIMES else plain


def number_of(text: str) -> Decimal | None:
    """The one number of a text, in figures or words; None when it holds none or several different ones."""
    held = facts(text)
    every = {number * _short_scale(text) for number in held.numbers | held.percents}
    if not every and fold(text).strip() in ("one", "a", "an", "once", "single"):
        return Decimal(1)
    return next(iter(every)) if len(every) == 1 else None


def _short_scale(text: str) -> int:
    """A million for "£30m", a billion for "$2bn", a thousand for "40k"; else 1."""
    short = re.search(r"\d\s?(k|m|bn)\b", text)
    return {"k": 10**3, "m": 10**6, "bn": 10**9}[short.group(1)] if short and _SIGN.search(text) else 1


def day_of(text: str) -> Day | None:
    """The one date of a text, as far as it is told; None for none, several, and day and month that may be swapped."""
    held = facts(text).dates
    if len(held) == 1 and not held[0].unclear:
        return _day(held[0])
    years = re.findall(r"(?<!\d)(?:1[0-9]{3}|20[0-9]{2})(?!\d|s)", text)
    return Day(int(years[0])) if not held and len(set(years)) == 1 else None


def _day(date: Date) -> Day | None:
    proper = date.month <= 12 and date.day <= 31
    return Day(date.year, date.month, date.day) if proper else None


def wanted_kind(wanted: Wanted, instruction: str) -> AnswerKind:
    """The kind of answer words a task looks for: its type, refined by its unit and its wording."""
    asked = expectation(instruction).kind
    match wanted.type:
        case AnswerType.DATE:
            return asked if asked in (AnswerKind.DATE, AnswerKind.YEAR) else AnswerKind.DATE
        case AnswerType.NUMBER:
            unit = unit_of(wanted.unit)
            if unit == "%":
                return AnswerKind.PERCENT
            if unit in _CURRENCIES:
                return AnswerKind.MONEY
            if unit.removesuffix("s") in _TIMES:
                return AnswerKind.DURATION
            return asked if asked in _NUMBER_KINDS and not unit else AnswerKind.NUMBER
        case AnswerType.PHRASE:
            kinds = (AnswerKind.PERSON, AnswerKind.PLACE, AnswerKind.NAME, AnswerKind.FREQUENCY)
            return asked if asked in kinds else AnswerKind.OTHER
        case AnswerType.BOOL | AnswerType.ENUM:
            return AnswerKind.OTHER


def values_in(sentence: str, wanted: Wanted, *, instruction: str) -> list[Read]:
    """Every value of the wanted type that a sentence holds and the instruction does not; in reading order."""
    kind = wanted_kind(wanted, instruction)
    known = frozenset(w.stem for w in words(instruction))
    match wanted.type:
        case AnswerType.NUMBER:
            return list(_numbers(sentence, wanted, kind, known))
        case AnswerType.DATE:
            found = ((day_of(sentence[start:end]), start, end) for start, end in spans(sentence, kind))
            return [Read(day, start, end) for day, start, end in found if day is not None]
        case AnswerType.ENUM:
            places = ((option, find(option, sentence)) for option in wanted.options)
            return [Read(Choice(option), *place) for option, place in places if place]
        case AnswerType.PHRASE:
            return list(_phrases(sentence, kind, known))
        case AnswerType.BOOL:
            return []


def _numbers(sentence: str, wanted: Wanted, kind: AnswerKind, known: frozenset[str]) -> Iterator[Read]:
    places = spans(sentence, kind) or (spans(sentence, AnswerKind.NUMBER) if not wanted.unit else [])
    dates = [span for span in spans(sentence, AnswerKind.DATE) if facts(sentence[slice(*span)]).dates]
    for start, end in places:
        if any(a <= start < b for a, b in dates):
            continue
        amount = number_of(sentence[start:end])
        if amount is None or _only_known(sentence[start:end], known):
            continue
        unit = _unit_beside(sentence, start, end)
        asked = unit_of(wanted.unit)
        if asked in _CURRENCIES or asked.removesuffix("s") in _TIMES:
            if unit and unit != asked:
                continue
            unit = asked
        yield Read(Number(amount, unit or asked), start, end)


def _only_known(text: str, known: frozenset[str]) -> bool:
    return {w.stem for w in words(text)} <= known


def _unit_beside(sentence: str, start: int, end: int) -> str:
    """The unit that is told with a number: a sign before it, a share, money or a time after it."""
    if before := _SIGN_BEFORE.search(sentence[:start]):
        return unit_of(before.group().strip())
    inside = sentence[start:end]
    for sign in ("€", "$", "£", "¥", "%"):
        if sign in inside:
            return unit_of(sign)
    for word in reversed([w.text for w in words(inside)]):
        unit = unit_of(word)
        if unit in _CURRENCIES or unit.removesuffix("s") in _TIMES:
            return unit
    if after := _COUNTED.match(sentence, end):
        unit = unit_of(after.group(1))
        return unit if unit in _CURRENCIES or unit.removesuffix("s") in _TIMES else ""
    return ""


def _phrases(sentence: str, kind: AnswerKind, known: frozenset[str]) -> Iterator[Read]:
    expected = Expectation(kind, frozenset())
    places = new_spans(sentence, expected, known) if kind is not AnswerKind.OTHER else list(_runs(sentence, known))
    for start, end in places:
        text = " ".join(sentence[start:end].split())
        if 0 < len(text.split()) <= MOST_PHRASE_WORDS:
            yield Read(Phrase(text), start, end)


def _runs(sentence: str, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Runs of meaningful words the question does not hold, joined by "of", "the", "and" …"""
    run: list[tuple[int, int]] = []
    gap = 0
    last = 0
    for word in words(sentence):
        broken = bool(run) and bool(re.search(r"[,;:.()\"“”|–—]", sentence[last : word.start]))
        fresh = fold(word.text) not in STOPWORDS and stem(word.text) not in known
        joins = fold(word.text) in _JOINING and stem(word.text) not in known
        last = word.end
        if broken or (run and not fresh and not (joins and gap == 0)):
            yield run[0][0], run[-1][1]
            run, gap = [], 0
        if fresh:
            run.append((word.start, word.end))
            gap = 0
        elif run and joins:
            gap += 1
    if run:
        yield run[0][0], run[-1][1]


def typed(text: str, wanted: Wanted) -> Value | None:
    """What a writer said, as a value of the wanted type; None when it is none."""
    text = " ".join(text.split()).strip(" .\"“”'")
    match wanted.type:
        case AnswerType.NUMBER:
            amount = number_of(text)
            if amount is None:
                return None
            return Number(amount, _unit_beside(text, 0, len(text)) or unit_of(wanted.unit))
        case AnswerType.DATE:
            return day_of(text)
        case AnswerType.ENUM:
            return next((Choice(one) for one in wanted.options if one.casefold() == text.casefold()), None)
        case AnswerType.PHRASE:
            return Phrase(text) if 0 < len(text.split()) <= MOST_PHRASE_WORDS else None
        case AnswerType.BOOL:
            return None
