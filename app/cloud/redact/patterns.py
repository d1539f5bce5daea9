"""Finds what has a form of its own: addresses of mail, web and machines, social security numbers, dates, ages."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from app.cloud.redact.found import By, Kind, Span

_EMAIL = re.compile(r"(?<![\w.+-])[^\W_](?:[\w.!#$%&'*+/=?^`{|}~-]*[\w+=~-])?@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
_SCHEME = re.compile(r"\b(?:[a-z][a-z0-9+]{1,12}://|mailto:|www\.)[^\s<>\"'“”‘’`|]+", re.IGNORECASE)
_TOP = (
    "com net org edu gov mil int info biz name io ai app dev cloud online site shop tech store xyz club "
    "internal local lan corp intranet example test invalid "
    "uk de fr ch nl ru jp cn br au ca eu us se dk fi pl cz sk hu ro gr pt es ie nz za mx ar cl co kr tw hk sg il tr ua"
)
_HOST = re.compile(
    rf"(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{'|'.join(_TOP.split())})\b(?![.-]?\w)(?:[:/][^\s<>\"']*)?",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w]|\.\d)")
_IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{0,4}|(?:\d{1,3}\.){3}\d{1,3})(?![\w:])", re.IGNORECASE
)
_MAC = re.compile(r"(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])", re.IGNORECASE)
_SSN = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
_PLACE_ON_EARTH = re.compile(
    r"(?<![\w.])[-+]?\d{1,2}\.\d{4,}°?\s?[NS]?\s*[,;/ ]\s*[-+]?\d{1,3}\.\d{4,}°?\s?[EW]?(?![\w.])"
)
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m|Z|[+-]\d{2}:?\d{2})?)?"
_DATE = re.compile(
    r"(?<![\w./-])(?:\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d{2}|(?:19|20)\d{2}([/.-])\d{1,2}\2\d{1,2}|\d{1,2}/\d{1,2}/\d{2})"
    rf"{_TIME}(?![\w/]|[.-]\d)",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_BORN = re.compile(
    r"\b(?:born|birth(?:day|date)?|b-?day|dob|d\.o\.b\.?|geboren|née?)\b[^\n.;]{0,25}?"
    rf"((?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},? ?(?:\d{{4}})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\b(?:19|20)\d{2}\b))",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"(?<![\w.,/-])(\d{1,3})(?=[ -](?:years?|yrs?|months?|weeks?)[ -](?:old|of age)\b|[ -]?(?:y/?o|yo)\b)"
    r"|\bturn(?:s|ed|ing) (\d{2})(?!\s?(?:%|percent|degrees|euros|dollars|times|pages))\b"
    r"|\b(?:aged?(?: is|:| of)?|i'?m|i am|(?:s?he|they)(?: is|'s| are|'re)) "
    r"(\d{1,3})(?=\s*(?:[.,;!?)]|$|and\b|today|now|next))",
    re.IGNORECASE,
)


def found_by_form(text: str) -> Iterator[Span]:
    """Everything in the text that its form alone gives away; spans may overlap."""
    for pattern, kind in _SIMPLE:
        for match in pattern.finditer(text):
            start, end = match.span()
            if pattern in _ENDING_LOOSE:
                end = start + len(match.group().rstrip(".,;:!?)]}>*_"))
            yield Span(start, end, kind, By.PATTERNS)
    yield from _machines(text)
    for pattern, kind in ((_BORN, Kind.DATE), (_AGE, Kind.AGE)):
        for match in pattern.finditer(text):
            group = match.lastindex or 0
            start, end = match.span(group)
            if text[start:end].strip() and (kind is not Kind.AGE or int(match.group(group)) < 125):
                yield Span(start, end, kind, By.PATTERNS)


def _machines(text: str) -> Iterator[Span]:
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(text):
            try:
                ipaddress.ip_interface(match.group())
            except ValueError:
                continue
            if any(char.isdigit() for char in match.group()):
                yield Span(match.start(), match.end(), Kind.IP, By.PATTERNS)


_SIMPLE = (
    (_EMAIL, Kind.EMAIL),
    (_SCHEME, Kind.URL),
    (_HOST, Kind.URL),
    (_MAC, Kind.IP),
    (_SSN, Kind.ID),
    (_PLACE_ON_EARTH, Kind.PLACE),
    (_DATE, Kind.DATE),
)
_ENDING_LOOSE = (_SCHEME, _HOST)
