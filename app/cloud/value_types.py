"""The only kinds of value that may leave as a finding: number, date, yes or no, one of a few words, short phrase."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

MOST_PHRASE_WORDS = 12
MOST_PHRASE_CHARS = 120
MOST_DIGITS = 9
"""A number with more telling digits is rather the number of an account, a card or a telephone than a quantity."""


class AnswerType(StrEnum):
    """What a task may ask for."""

    NUMBER = "number"
    DATE = "date"
    BOOL = "bool"
    ENUM = "enum"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind of value a task asks for; `options` of an enum, `unit` of a number."""

    type: AnswerType
    options: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """An amount, exact, with what it counts ("days", "EUR", "%", or nothing)."""

    amount: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is told; 0 for a part that is not."""

    year: int
    month: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True)
class YesNo:
    """An answer to a question of yes or no."""

    yes: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words the task offered."""

    option: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """At most twelve words that stand in the file."""

    words: str


_SAID = {"EUR": "euros", "USD": "dollars", "GBP": "pounds", "CHF": "francs", "JPY": "yen"}
"""Money in words: "1250 EUR" looks like a town with its postcode."""
Value = Number | Day | YesNo | Choice | Phrase


def shown(value: Value) -> str:
    """The value as it leaves and as it is shown: "90 days", "2027-03-01", "yes"."""
    match value:
        case Number():
            unit = _SAID.get(value.unit, value.unit)
            return f"{plain(value.amount)}{'%' if unit == '%' else f' {unit}' if unit else ''}"
        case Day():
            if not value.year:
                return f"--{value.month:02}-{value.day:02}" if value.day else f"--{value.month:02}"
            parts = [f"{value.year:04}", *(f"{part:02}" for part in (value.month, value.day) if part)]
            return "-".join(parts)
        case YesNo():
            return "yes" if value.yes else "no"
        case Choice():
            return value.option
        case Phrase():
            return value.words


def plain(amount: Decimal) -> str:
    """A number without an exponent and without zeros nobody wrote: "90", "0.5"."""
    return f"{amount.normalize():f}" if amount else "0"


_CODE_SEPARATOR = r"[\s\-–_./:()+]"
_MIXED = re.compile(r"(?=[^\s]*[^\W\d_])(?=[^\s]*\d)[^\s]{5,}")
_ORDINARY_MIX = re.compile(r"[\W_]*(?:\d+(?:st|nd|rd|th|s|m|km|kg|cm|mm|pm|am)|[A-Za-z]\d{1,2})[\W_]*$", re.IGNORECASE)
_LONG_DIGITS = re.compile(rf"\d(?:{_CODE_SEPARATOR}?\d){{8,}}")
_CASE_SOUP = re.compile(r"(?=(?:[^\s]*[a-z]){3})(?=(?:[^\s]*[A-Z]){3})\w{10,}")
_NO_VOWEL = re.compile(r"[^\W\d_]{7,}")
_VOWELS = re.compile(r"[aeiouyäöüáéíóúàèâêîôûåøæœ]", re.IGNORECASE)


def keeps_here(value: Value) -> str:
    """Why this value must not leave whatever was asked, in plain words; empty when nothing speaks against it."""
    match value:
        case Number():
            digits = value.amount.normalize().as_tuple().digits
            return "It looks like the number of an account, a card or a telephone." if len(digits) > MOST_DIGITS else ""
        case Day() | YesNo() | Choice():
            return ""
        case Phrase():
            return _phrase_keeps(value.words)


def _phrase_keeps(text: str) -> str:
    if len(text.split()) > MOST_PHRASE_WORDS or len(text) > MOST_PHRASE_CHARS:
        return "It is longer than a short phrase."
    if "@" in text or "://" in text or "\\" in text or re.search(r"\bwww\.|/\S+/", text, re.IGNORECASE):
        return "It looks like an address of a person, a page or a file."
    if _LONG_DIGITS.search(text):
        return "It looks like the number of an account, a card or a telephone."
    coded = any(_MIXED.fullmatch(word) and not _ORDINARY_MIX.match(word) for word in text.split())
    odd = any(not _VOWELS.search(word) for word in _NO_VOWEL.findall(text))
    if coded or odd or _CASE_SOUP.search(text):
        return "It looks like a code or a key."
    return ""


def to_row(value: Value) -> dict[str, Any]:
    """A value as JSON values."""
    match value:
        case Number():
            return {"type": "number", "amount": str(value.amount), "unit": value.unit}
        case Day():
            return {"type": "date", "year": value.year, "month": value.month, "day": value.day}
        case YesNo():
            return {"type": "bool", "yes": value.yes}
        case Choice():
            return {"type": "enum", "option": value.option}
        case Phrase():
            return {"type": "phrase", "words": value.words}


def from_row(row: Mapping[str, Any]) -> Value:
    """The value `to_row` kept. Raises KeyError or ValueError for anything else."""
    match AnswerType(row["type"]):
        case AnswerType.NUMBER:
            try:
                return Number(Decimal(str(row["amount"])), str(row["unit"]))
            except InvalidOperation as error:
                raise ValueError(row["amount"]) from error
        case AnswerType.DATE:
            return Day(int(row["year"]), int(row["month"]), int(row["day"]))
        case AnswerType.BOOL:
            return YesNo(bool(row["yes"]))
        case AnswerType.ENUM:
            return Choice(str(row["option"]))
        case AnswerType.PHRASE:
            return Phrase(str(row["words"]))
