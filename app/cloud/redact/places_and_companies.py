"""Rules beside the recogniser: addresses and companies that their form gives away, and what of its finds is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from app.cloud.redact.found import By, Kind, Span

_STREET = (
    r"Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|Boulevard|Blvd|Terrace|Close|Hill|"
    r"Row|Circle|Cir|Parkway|Pkwy|Trail|Crescent|Gardens|Walk|Highway|Hwy|Alley|Mews|Loop|Plaza"
)
_STATE = (  # of the United States
    r"A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY]"
)
_UNIT = r"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|No|#|P\.?O\.? Box)\.? ?#?[\w-]+"
_CITY = r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}"
_WHOLE = re.compile(
    rf"(?<![\w.])\d{{1,6}}[A-Za-z]?(?:[ ]\d{{1,5}})? (?:(?:[NSEW]|North|South|East|West)\.? )?"
    rf"(?:[A-Z0-9][\w.'’-]* ){{1,4}}(?:{_STREET})\b\.?"
    rf"(?:[, ]+{_UNIT})?(?:,?\s+{_CITY},?\s+(?:{_STATE})\.?(?:\s+\d{{5}}(?:-\d{{4}})?)?)?"
)
_STATE_AND_ZIP = re.compile(rf"\b(?:{_CITY},\s+)?(?:{_STATE}) \d{{5}}(?:-\d{{4}})?(?![\w-])")
_ABROAD = re.compile(
    r"\b[A-ZÄÖÜ][\w-]*?(?:straße|strasse|str\.|gasse|weg|platz|allee|straat|laan|gade|gatan|vägen|katu|utca)"
    r"\s+\d{1,4}\s?[a-z]?\b"
    r"(?:,?\s+\d{4,5}\s+[A-ZÄÖÜ][\w-]+)?"
)
_BRITISH_CODE = re.compile(r"(?<!\w)(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2})(?!\w)")
_CODE_NAMED = re.compile(
    r"\b(?:zip(?: ?code)?|post ?code|postal code|plz|code postal)(?: is|:| -)?\s*:?\s*"
    r"([A-Z]?\d[A-Z\d -]{2,8}\d?[A-Z]{0,2})(?!\w)",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(?<!\w)(?:[A-Z0-9][\w&.'’-]*,? (?:(?:and|&|of|de|und|et|y) )?){1,5}"
    r"(?:Inc|LLC|Ltd|Limited|GmbH|Corp|Corporation|PLC|LLP|S\.A|SARL|B\.?V|N\.?V|Oy|SpA|S\.r\.l|KGaA|KG|e\.V|"
    r"Pty Ltd|Co)\b\.?"
)
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BETWEEN = re.compile(r"[ ,\n]{1,4}|,?\s*\n\s*")


def found_by_rule(text: str) -> Iterator[Span]:
    """Addresses, postal codes and companies whose form leaves no doubt; spans may overlap."""
    for pattern in (_WHOLE, _STATE_AND_ZIP, _ABROAD, _BRITISH_CODE):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), Kind.ADDRESS, By.PATTERNS)
    for match in _CODE_NAMED.finditer(text):
        yield Span(match.start(1), match.end(1), Kind.ADDRESS, By.PATTERNS)
    for match in _COMPANY.finditer(text):
        yield Span(match.start(), match.end(), Kind.ORGANISATION, By.PATTERNS)


def tidied(text: str, spans: Iterable[Span], *, common: frozenset[str]) -> list[Span]:
    """The recogniser's finds without those that say nothing: titles with no name after them, marks without a letter or
    digit, and `common` words in small letters where the text has capitals. Parts of one address become one, so that one
    label stands for it."""
    plain = common if text != text.lower() else frozenset()
    inner = sorted((span for span in spans if _says_something(text, span, plain)), key=lambda span: span.start)
    kept: list[Span] = []
    for place, span in enumerate(inner):
        if span.kind is Kind.TITLE and not _before_a_name(text, span, inner[place + 1 : place + 2]):
            continue
        last = kept[-1] if kept else None
        if (
            last is not None
            and last.kind is span.kind is Kind.ADDRESS
            and _BETWEEN.fullmatch(text, last.end, span.start)
        ):
            kept[-1] = Span(last.start, span.end, Kind.ADDRESS, By.NAMES)
        else:
            kept.append(span)
    return kept


def _says_something(text: str, span: Span, plain: frozenset[str]) -> bool:
    value = text[span.start : span.end]
    if span.kind is Kind.TITLE or span.kind is Kind.ADDRESS or not plain:
        return any(char.isalnum() for char in value)
    return any(word not in plain for word in _WORDS.findall(value))


def _before_a_name(text: str, title: Span, following: Sequence[Span]) -> bool:
    return any(span.kind is Kind.PERSON and not text[title.end : span.start].strip(" .") for span in following)
