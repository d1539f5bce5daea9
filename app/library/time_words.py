"""Understands when: "last March", "yesterday", "between 3 and 9 May 2024" become a first and a last moment."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_COUNTED = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {word: number for number, word in enumerate(_COUNTED)} | {"a": 1, "an": 1, "couple": 2, "few": 3}
_LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "fi", "cs", "tr", "ru", "ja", "zh"]
"""Of dateparser's two hundred: looking through all of them takes seconds and 55 MB."""
_LONGEST_DATE = 40

_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|" \
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"  # fmt: skip
_DAY = r"(?:the\s+)?\d{1,2}(?:st|nd|rd|th)?\.?"
_YEAR = r"(?:19|20)\d\d"
_FULL = (
    rf"{_YEAR}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]{_YEAR}|"
    rf"{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+{_YEAR})?(?!\d)"
)
_COARSE = rf"{_MONTH}\s+{_YEAR}|{_YEAR}-\d\d|{_YEAR}"
_NAMED = "|".join([*_MONTHS, *_WEEKDAYS, *_SEASONS, "week", "month", "year", "quarter", "weekend", "night"])
_RELATIVE = (
    r"the day before yesterday|yesterday|today|"
    rf"(?:last|this|past)\s+(?:{_NAMED})|"
    r"(?:in\s+)?(?:the\s+)?(?:last|past)\s+(?:\d+|[a-z]+)\s+(?:days|weeks|months|years)|"
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:day|week|month|year)s?\s+ago"
)
_ANY = rf"(?:{_FULL}|{_RELATIVE}|{_COARSE})"
_BETWEEN = re.compile(
    rf"\b(?:between|from)\s+(?P<a>{_ANY}|{_MONTH}|\d{{1,2}}(?:st|nd|rd|th)?)\s+(?:and|to|until|till|-|–)\s+(?P<b>{_ANY})\b",
    re.IGNORECASE,
)
_ONE = re.compile(
    rf"\b(?:(?P<word>since|after|before|until|till|in|on|from|of|during|by|dated)\s+)?(?P<when>{_FULL}|{_RELATIVE})\b"
    rf"|\b(?P<word2>since|after|before|until|till|in|from|during|dated)\s+(?P<when2>{_COARSE}|{_MONTH})\b"
    rf"|\b(?P<when3>{_MONTH}\s+{_YEAR})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: from the first moment (None: ever) up to, not including, the second (None: today)."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class TimeWords:
    """A stretch of time that a text names, and where: characters [first, last)."""

    span: Span
    first: int
    last: int


def find_time(text: str, now: datetime) -> TimeWords | None:
    """The first words of a text that name a time, understood as of `now` (local time without a zone)."""
    if (match := _BETWEEN.search(text)) and (span := _between(match["a"], match["b"], now)):
        return TimeWords(span, match.start(), match.end())
    for match in _ONE.finditer(text):
        when = match["when"] or match["when2"] or match["when3"]
        one = _english(when, now)
        if one is None:
            continue
        word = (match["word"] or match["word2"] or "").lower()
        return TimeWords(_directed(word, one), match.start(), match.end())
    return None


def _directed(word: str, one: Span) -> Span:
    match word:
        case "since":
            return Span(one.start, None)
        case "after":
            return Span(one.end, None)
        case "before":
            return Span(None, one.start)
        case "until" | "till" | "by":
            return Span(None, one.end)
        case _:
            return one


def _between(first: str, last: str, now: datetime) -> Span | None:
    """From the begin of the first to the end of the last; "3 and 9 May 2024" is "3 May 2024 and 9 May 2024"."""
    end = _english(last, now)
    if end is None or end.start is None:
        return None
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", first, re.IGNORECASE):
        day = int(re.sub(r"\D", "", first))
        start = _safe(end.start, day)
    elif re.fullmatch(_MONTH, first, re.IGNORECASE):
        start = datetime(end.start.year, _month(first), 1)
    else:
        one = _english(first, now)
        start = one.start if one else None
        if start and not re.search(_YEAR, first) and re.search(_YEAR, last):
            start = start.replace(year=end.start.year)
    return Span(start, end.end) if start and end.end and start < end.end else None


def _safe(day: datetime, number: int) -> datetime | None:
    try:
        return day.replace(day=number)
    except ValueError:
        return None


def when_is(words: str, now: datetime) -> Span | None:
    """The day, week, month or year some words name, as of `now`; None when they name none. What is not English or
    not one of the usual forms is left to dateparser."""
    return _english(words, now) or _by_dateparser(words, now)


def _english(words: str, now: datetime) -> Span | None:
    text = " ".join(words.lower().replace(",", " ").split()).removeprefix("in ").removeprefix("the ")
    today = datetime(now.year, now.month, now.day)
    for rule in (_a_number, _a_day, _a_relative, _an_ago):
        if span := rule(text, today):
            return span
    if re.fullmatch(_MONTH, text):
        return _named_month(_month(text), today, last=False)
    if match := re.fullmatch(rf"({_MONTH})\s+({_YEAR})", text):
        return _month_of(int(match[2]), _month(match[1]))
    return None


def _a_number(text: str, today: datetime) -> Span | None:
    if re.fullmatch(_YEAR, text):
        return Span(datetime(int(text), 1, 1), datetime(int(text) + 1, 1, 1))
    if match := re.fullmatch(rf"({_YEAR})[-/.](\d\d?)", text):
        return _month_of(int(match[1]), int(match[2])) if 1 <= int(match[2]) <= 12 else None
    if match := re.fullmatch(rf"({_YEAR})[-/.](\d\d?)[-/.](\d\d?)", text):
        day = _made(int(match[1]), int(match[2]), int(match[3]))
        return _days(day, 1) if day else None
    return None


def _a_day(text: str, today: datetime) -> Span | None:
    """3 May 2024, the 3rd of May, May 3rd, 3.5.2024, 3/5/2024; without a year the newest that is past."""
    if match := re.fullmatch(rf"(\d\d?)[./](\d\d?)[./]({_YEAR})", text):
        first, second = int(match[1]), int(match[2])
        # Only where a day may as well be a month; what was understood is always shown.
        swapped = "/" in text and _writes_month_first()
        day = _made(int(match[3]), *((first, second) if swapped else (second, first)))
        return _days(day, 1) if day else None
    ordinal = r"(\d\d?)(?:st|nd|rd|th)?\.?"
    if match := re.fullmatch(rf"{ordinal}\s+(?:of\s+)?({_MONTH})(?:\s+({_YEAR}))?", text):
        number, name, year = match[1], match[2], match[3]
    elif match := re.fullmatch(rf"({_MONTH})\s+{ordinal}(?:\s+({_YEAR}))?", text):
        number, name, year = match[2], match[1], match[3]
    else:
        return None
    day = _made(int(year or today.year), _month(name), int(number))
    if day is not None and not year and day > today:
        day = _made(today.year - 1, day.month, day.day)
    return _days(day, 1) if day else None


def _made(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day)
    except ValueError:
        return None


def _a_relative(text: str, today: datetime) -> Span | None:
    """today, yesterday, last week, this month, last March, last Tuesday, the last three weeks."""
    fixed = {"today": 0, "yesterday": 1, "day before yesterday": 2, "last night": 1}
    if text in fixed:
        return _days(today - timedelta(days=fixed[text]), 1)
    match = re.fullmatch(r"(last|past|this)\s+(\w+)", text)
    if match is None:
        return None
    last, name = match[1] != "this", match[2]
    monday = today - timedelta(days=today.weekday())
    if name == "week":
        return _days(monday - timedelta(days=7 * last), 7)
    if name == "weekend":
        return _days(monday + timedelta(days=5 - 7 * last), 2)
    if name in ("month", "quarter"):
        long = 3 if name == "quarter" else 1
        begin = (today.month - 1) // long * long + 1
        return _months(today.year, begin - (long if last else 0), long)
    if name == "year":
        return _months(today.year - last, 1, 12)
    if name in _WEEKDAYS:
        back = (today.weekday() - _WEEKDAYS.index(name)) % 7
        return _days(today - timedelta(days=back or 7 * last), 1)
    if name in _SEASONS:
        begun = _SEASONS[name] <= today.month
        return _months(today.year - (0 if begun and not last else 1 if last and not _over(name, today) else not begun),
                       _SEASONS[name], 3)  # fmt: skip
    return _named_month(_month(name), today, last=last) if name in _MONTHS else None


def _over(season: str, today: datetime) -> bool:
    """Whether this year's season has ended."""
    return _SEASONS[season] + 2 < today.month


def _an_ago(text: str, today: datetime) -> Span | None:
    """ "two weeks ago" is that day; "last 3 weeks" is from that day until now."""
    if match := re.fullmatch(r"(\d{1,3}|[a-z]+) (day|week|month|year)s? ago", text):
        back = _back(match[1], match[2], today)
        return _days(back, 1 if match[2] == "day" else 7) if back else None
    if match := re.fullmatch(r"(?:last|past) (\d{1,3}|[a-z]+) (day|week|month|year)s", text):
        back = _back(match[1], match[2], today)
        return Span(back, None) if back else None
    return None


def _back(number: str, unit: str, today: datetime) -> datetime | None:
    count = int(number) if number.isdigit() else _NUMBERS.get(number, 0)
    if not count:
        return None
    match unit:
        case "day" | "week":
            return today - timedelta(days=count * (7 if unit == "week" else 1))
        case _:
            start = _months(today.year, today.month - count * (12 if unit == "year" else 1), 1).start
            return start.replace(day=min(today.day, 28)) if start else None


def _named_month(month: int, today: datetime, *, last: bool) -> Span:
    """The newest such month that has begun; with `last` one that is over."""
    begun = month < today.month or (month == today.month and not last)
    return _month_of(today.year if begun else today.year - 1, month)


def _month(name: str) -> int:
    return next(at for at, full in enumerate(_MONTHS, 1) if full.startswith(name.lower().rstrip(".")[:3]))


def _month_of(year: int, month: int) -> Span:
    return _months(year, month, 1)


def _months(year: int, month: int, count: int) -> Span:
    """`count` months from one that may lie before January or after December."""
    first, last = year * 12 + month - 1, year * 12 + month - 1 + count
    return Span(datetime(first // 12, first % 12 + 1, 1), datetime(last // 12, last % 12 + 1, 1))


def _days(first: datetime, count: int) -> Span:
    return Span(first, first + timedelta(days=count))


def _writes_month_first() -> bool:
    said = os.environ.get("LC_ALL") or os.environ.get("LC_TIME") or os.environ.get("LANG") or ""
    return said.startswith("en_US")


def _by_dateparser(text: str, now: datetime) -> Span | None:
    """Dates in other languages, the newest that is past where the year is missing. Costs a second and 20 MB once, so
    that words of a question never come here, only what stands behind after:, before: and on:."""
    if len(text) > _LONGEST_DATE:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from dateparser.date import DateDataParser  # half a second to import; only a date needs it

        data = DateDataParser(
            languages=_LANGUAGES,
            settings={
                "RELATIVE_BASE": now,
                "PREFER_DATES_FROM": "past",
                "PREFER_DAY_OF_MONTH": "first",
                "RETURN_AS_TIMEZONE_AWARE": False,
                "DATE_ORDER": "DMY",
            },
        ).get_date_data(text)
    found: datetime | None = data.date_obj
    if found is None:
        return None
    day = datetime(found.year, found.month, found.day)
    rules: dict[str, Callable[[], Span]] = {
        "year": lambda: _months(day.year, 1, 12),
        "month": lambda: _month_of(day.year, day.month),
        "week": lambda: _days(day - timedelta(days=day.weekday()), 7),
    }
    return rules.get(str(data.period), lambda: _days(day, 1))()
