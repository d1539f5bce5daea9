"""Finds addresses, postal codes and companies that their form gives away, beside the recogniser of names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.cloud.redact.found import By, Kind, Span

_STREET = (
    r"Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|Boulevard|Blvd|Terrace|Close|Hill|"
    r"Row|Circle|Cir|Parkway|Pkwy|Trail|Crescent|Gardens|Walk|Highway|Hwy|Alley|Mews|Loop|Plaza"
)
_STATE = (  # of the United States
    r"A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY]"
)
_UNIT = r"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|No|#|P\.?O\.? Box)\.? ?#?[\w-]{1,20}"
_CITY = r"[A-Z][\w.'’-]{1,40}(?: [A-Z][\w.'’-]{1,40}){0,3}"
_WHOLE = re.compile(
    rf"(?<![\w.])\d{{1,6}}[A-Za-z]?(?:[ ]\d{{1,5}})? (?:(?:[NSEW]|North|South|East|West)\.? )?"
    rf"(?:[A-Z0-9][\w.'’-]* ){{1,4}}(?:{_STREET})\b\.?"
    rf"(?:[, ]+{_UNIT})?(?:,?\s+{_CITY},?\s+(?:{_STATE})\.?(?:\s+\d{{5}}(?:-\d{{4}})?)?)?"
)
_STATE_AND_ZIP = re.compile(rf"\b(?:{_CITY},\s+)?(?:{_STATE}) \d{{5}}(?:-\d{{4}})?(?![\w-])")
_ABROAD = re.compile(
    r"\b[A-ZÄÖÜ][\w-]{0,40}?(?:straße|strasse|str\.|gasse|weg|platz|allee|straat|laan|gade|gatan|vägen|katu|utca)"
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
    r"(?<!\w)[A-Z0-9][\w&.'’-]{0,40}(?: (?:(?:and|&|of|de|und|et|y) )?[A-Z0-9][\w&.'’-]{0,40}){0,4},? "
    r"(?:Inc|LLC|Ltd|Limited|GmbH|Corp|Corporation|PLC|LLP|S\.A|SARL|B\.?V|N\.?V|Oy|SpA|S\.r\.l|KGaA|KG|e\.V|"
    r"Pty Ltd|Co)\b\.?"
)


def found_by_rule(text: str) -> Iterator[Span]:
    """Addresses, postal codes and companies whose form leaves no doubt; spans may overlap."""
    for pattern in (_WHOLE, _STATE_AND_ZIP, _ABROAD, _BRITISH_CODE):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), Kind.ADDRESS, By.PATTERNS)
    for match in _CODE_NAMED.finditer(text):
        yield Span(match.start(1), match.end(1), Kind.ADDRESS, By.PATTERNS)
    for match in _COMPANY.finditer(text):
        yield Span(match.start(), match.end(), Kind.ORGANISATION, By.PATTERNS)
