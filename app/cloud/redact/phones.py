"""Finds telephone numbers: those that the numbering plans know, and those that only look and stand like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.cloud.redact.found import By, Kind, Span

_REGIONS = (None, "US", "GB")
"""Numbers with a country code are known everywhere; without one these plans are tried, and then the form decides."""
_RUN = re.compile(
    r"(?<![\w@#$€£.,/-])(?:\+\s?|\()?\d(?:[ \u00a0().\-–/]{0,3}\d){5,16}"
    r"(?:\s?(?:x|ext\.?|extension|#|durchwahl|poste)\s?:?\s?\d{1,6})?(?![\w%€$£]|[.,:/-]\d)",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"\b(?:phone|telephone|tel|call(?:ed|ing|s)?|mobile|cell(?:phone)?|fax|desk|office|home|work|dial|ring|text|sms|"
    r"whats ?app|signal|hotline|reach|contact|number|pager|voicemail|handy|telefon|mobil|téléphone|portable|teléfono|"
    r"móvil|telefono|cellulare|telefoon|phones?)\b",
    re.IGNORECASE,
)
_AROUND_CHARS = 32
_DATE_LIKE = re.compile(r"^(?:(?:19|20)\d{2}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d{2})\b")
_YEARS = re.compile(r"^(?:1[89]|20)\d{2}\s?[-–/ ]\s?(?:1[89]|20)\d{2}$")
_THOUSANDS = re.compile(r"^\d{1,3}(?:[ .\u00a0]\d{3})+$")
_OTHER_NUMBER = re.compile(
    r"\b(?:card|iban|account|order|invoice|ssn|social security|isbn|issn|licen[cs]e|passport|version|serial|ticket)\b"
    r"[^.\n]{0,25}$",
    re.IGNORECASE,
)


def found_phones(text: str) -> Iterator[Span]:
    """Every telephone number in the text; spans may overlap."""
    yield from _known(text)
    for match in _RUN.finditer(text):
        if _looks_like_one(text, match):
            yield Span(match.start(), match.end(), Kind.PHONE, By.PATTERNS)


def _known(text: str) -> Iterator[Span]:
    if sum(char.isdigit() for char in text) < 7:
        return
    from phonenumbers import Leniency, PhoneNumberMatcher  # here: loading the numbering plans takes a moment

    for region in _REGIONS:
        for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
            # "2024 123 4567" inside longer digits is refused by the matcher itself; bare digits need a word beside
            if not match.raw_string.isdigit() or _NEAR.search(_around(text, match.start, match.end)):
                yield Span(match.start, match.end, Kind.PHONE, By.PATTERNS)


def _looks_like_one(text: str, match: re.Match[str]) -> bool:
    raw = match.group()
    body = re.split(r"(?i)[xe#dp]", raw)[0]
    digits = re.sub(r"\D", "", body)
    if not 6 <= len(digits) <= 15 or _DATE_LIKE.match(body) or _YEARS.match(body.strip()) or body.count("(") > 1:
        return False
    if re.fullmatch(r"\d{3}-\d{2}-\d{4}", body) or re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", body):
        return False
    if _OTHER_NUMBER.search(text[max(0, match.start() - 45) : match.start()]):
        return False
    near = bool(_NEAR.search(_around(text, match.start(), match.end())))
    alone = not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip() and text[match.end() :][:1] in "\n"
    groups = re.findall(r"\d+", body)
    if raw[0] in "+(" or len(raw) > len(body):
        return len(digits) >= 7
    if len(groups) == 1:
        return near and len(digits) >= 7
    if _THOUSANDS.match(body):
        return near and len(digits) >= 8
    if near or alone:
        return len(digits) >= 6 and max(map(len, groups)) <= 8
    return (digits.startswith("0") or (re.search(r"[-.]", body) is not None and len(groups) >= 3)) and (
        9 <= len(digits) <= 13 and all(2 <= len(group) <= 5 for group in groups[1:])
    )


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - _AROUND_CHARS) : start] + " " + text[end : end + _AROUND_CHARS // 2]
