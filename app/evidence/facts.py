"""Numbers, dates and names of a text in one form each, so that "ninety (90)" and "90" are the same claim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.evidence.terms import STOPWORDS, fold, stem, words

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<n>{_MONTH})\b\.?(?:,?\s+(?P<y>\d{{4}}))?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<n>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<y>\d{{4}}))?", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<n>{_MONTH})\.?,?\s+(?P<y>\d{{4}})(?!\d)", re.IGNORECASE),
)
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SPELLED = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_SCALE = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
_HALF = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_FIGURE = re.compile(r"(?<![\w.])(\d{1,3}(?:[,\u00a0\u202f ’']\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)\s?([½¼¾])?")
_WORDS = re.compile(r"[^\W\d_]+")
_PERCENT = re.compile(r"\s?(?:%|per\s?cent\b)", re.IGNORECASE)
_STARTERS = frozenset(
    [
        "however",
        "additionally",
        "overall",
        "finally",
        "first",
        "second",
        "third",
        "next",
        "then",
        "later",
        "moreover",
        "therefore",
        "thus",
        "instead",
        "meanwhile",
        "furthermore",
        "although",
        "though",
        "because",
        "since",
        "while",
        "whereas",
        "unless",
        "until",
        "once",
        "besides",
        "otherwise",
        "hence",
        "yes",
        "no",
        "none",
        "nothing",
        "nobody",
        "everyone",
        "everything",
        "someone",
        "somebody",
        "several",
        "many",
        "most",
        "some",
        "few",
        "both",
        "each",
        "every",
        "another",
        "other",
        "such",
        "these",
        "those",
        "people",
        "tenants",
        "tenant",
        "landlord",
        "section",
        "clause",
        "according",
        "given",
        "based",
        "despite",
        "please",
        "note",
        "today",
        "tomorrow",
        "yesterday",
        "currently",
        "previously",
        "here",
        "there",
    ]
)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, as far as it is told; 0 for a part that is not. `unclear`: day and month may be swapped."""

    year: int
    month: int
    day: int
    unclear: bool = False

    def agrees(self, other: Date) -> bool:
        """Whether `other` may be the same day and tells at least as much."""
        pairs = [(other.year, other.month, other.day)]
        if other.unclear or self.unclear:
            pairs.append((other.year, other.day, other.month))
        return any(
            all(mine in (0, theirs) for mine, theirs in zip((self.year, self.month, self.day), pair, strict=True))
            for pair in pairs
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text claims that can be looked up: values, percentages, dates, stems of name words with their text."""

    numbers: frozenset[Decimal]
    percents: frozenset[Decimal]
    dates: tuple[Date, ...]
    names: tuple[tuple[str, str], ...]


def facts(text: str) -> Facts:
    """Everything of `text` that must stand in its source."""
    dates, rest = _take_dates(text)
    numbers, percents = _numbers(rest)
    return Facts(frozenset(numbers), frozenset(percents), tuple(dates), tuple(_names(rest)))


def _take_dates(text: str) -> tuple[list[Date], str]:
    found: list[Date] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = _MONTHS[parts["n"].lower()] if parts.get("n") else int(parts.get("m") or 0)
            found.append(Date(int(parts.get("y") or 0), month, int(parts.get("d") or 0)))
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    for match in _SLASHED.finditer(text):
        first, second, year = int(match.group(1)), int(match.group(3)), int(match.group(4))
        year += 2000 if year < 100 else 0
        if first > 12 and second > 12:
            continue
        if first > 12 or second > 12:
            found.append(Date(year, min(first, second), max(first, second)))
        else:
            found.append(Date(year, second, first, unclear=first != second))
    return found, _SLASHED.sub(lambda match: " " * len(match.group()), text)


def _numbers(text: str) -> tuple[set[Decimal], set[Decimal]]:
    numbers: set[Decimal] = set()
    percents: set[Decimal] = set()
    for match in _FIGURE.finditer(text):
        value = _value(match.group(1))
        if value is None:
            continue
        if match.group(2):
            value += Decimal(_HALF[match.group(2)])
        following = _WORDS.match(text, match.end() + (text[match.end() : match.end() + 1] == " "))
        if following and following.group().lower() in _SCALE:
            value *= _SCALE[following.group().lower()]
        (percents if _PERCENT.match(text, match.end()) else numbers).add(value.normalize())
    for spelled, end in _spelled(text):
        (percents if _PERCENT.match(text, end) else numbers).add(Decimal(spelled).normalize())
    return numbers, percents


def _value(figure: str) -> Decimal | None:
    figure = re.sub(r"[\u00a0\u202f ’']", "", figure)
    figure = (
        figure.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", figure) else figure.replace(",", ".")
    )
    try:
        return Decimal(figure)
    except InvalidOperation:
        return None


def _spelled(text: str) -> list[tuple[int, int]]:
    """(value, end) of numbers written out. A lone "one" is a pronoun more often than a number and does not count."""
    found: list[tuple[int, int]] = []
    total = current = 0
    length = end = 0
    for match in _WORDS.finditer(text):
        word = match.group().lower()
        joined = length and text[end : match.start()].strip(" -") in ("", "and")
        if word == "and" and length:
            continue
        if length and not (joined and (word in _SPELLED or word in _SCALE)):
            if (total + current, length) != (1, 1):
                found.append((total + current, end))
            total = current = length = 0
        if word in _SPELLED:
            current += _SPELLED[word]
        elif word in _SCALE and length:
            if _SCALE[word] >= 1000:
                total, current = total + max(1, current) * _SCALE[word], 0
            else:
                current = max(1, current) * _SCALE[word]
        else:
            continue
        length, end = length + 1, match.end()
    if length and (total + current, length) != (1, 1):
        found.append((total + current, end))
    return found


def _names(text: str) -> list[tuple[str, str]]:
    """(stem, text) of words that are written like names: a capital that a sentence's beginning does not explain."""
    found: list[tuple[str, str]] = []
    previous_end = 0
    for word in words(text):
        between = text[previous_end : word.start]
        starts = previous_end == 0 or bool(re.search(r"[.!?:•\n\"“]\s*$", between))
        previous_end = word.end
        low = fold(word.text)
        if not word.capital or low in STOPWORDS or low in _MONTHS:
            continue
        if starts and (low in _STARTERS or low.endswith(("ly", "ing", "ed"))):
            continue
        found.append((stem(word.text), word.text))
    return found
