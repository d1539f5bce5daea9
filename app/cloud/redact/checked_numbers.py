"""Finds numbers that prove themselves by a check digit, and numbers that the words before them name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from app.cloud.redact.found import By, Kind, Span

_CARD = re.compile(r"(?<![\w.-])\d(?:[ \u00a0-]?\d){11,18}(?![\w]|[.-]\d)")
_CARD_WORD = re.compile(
    r"\b(?:card|visa|mastercard|amex|american express|discover|maestro|debit|credit|cc|karte|carte)\b", re.I
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}(?![A-Za-z0-9])", re.IGNORECASE)
_IBAN_WORD = re.compile(r"\biban\b[^\n]{0,25}$", re.IGNORECASE)
_WALLET = re.compile(r"(?<!\w)(?:bc1[a-z0-9]{25,87}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40})(?!\w)")
_NAMED = re.compile(
    r"\b(?:(?:social security|ssn|sin|nino|national insurance|national id(?:entity)?|identity|id card|tax(?:payer)?|"
    r"tin|itin|ein|vat|passport|driv(?:er|ing)'?s? ?licen[cs]e|licen[cs]e(?: plate)?|dl|(?:number )?plate|registration|"
    r"vin|account|acct|a/c|routing|sort code|bic|swift|bank|policy|insurance|claim|medical record|mrn|nhs|patient|"
    r"health(?: card)?|medicare|employee|emp|staff|personnel|badge|member(?:ship)?|customer|client|student|user|"
    r"case|file|reference|ref|order|invoice|loyalty|frequent flyer|imei|serial|device|steuer|personal|ausweis)"
    r"(?:'s)?(?:[ -](?:card|code|security|record|account|identification|id))?"
    r"[ -]?(?:number|numbers|num|no|nr|id|code|#|№)?\.?s?)"
    r"\s*(?:is|are|was|:|=|#|-|–|\(|,|№)*\s*(?:is |was |as )?[\"'“(#]?"
    r"((?=[A-Z0-9./ -]{0,60}\d)[A-Z0-9](?:[A-Z0-9]|[./-](?=[A-Z0-9])){3,24}"
    r"(?: (?=[A-Z0-9-]{0,8}\d)[A-Z0-9-]{2,8}){0,5})(?!\w)",
    re.IGNORECASE,
)
_NAMED_SHORT = re.compile(
    r"\b(?:passport|driv(?:er|ing)'?s? ?licen[cs]e|licen[cs]e plate|ssn|itin|imei|vin|mrn|iban|tax id|national id)"
    r"(?: is| was|:|=| -| –)?\s*[\"'“(#]?"
    r"((?=(?:[A-Z./ -]{0,20}\d){4})[A-Z0-9](?:[A-Z0-9]|[./-](?=[A-Z0-9])){4,24})(?!\w)",
    re.IGNORECASE,
)
_NINE = re.compile(
    r"\b(?:ssn|social(?: security)?|itin)\b[^\n.]{0,30}?(?<!\d)(\d{3}[ .-]?\d{2}[ .-]?\d{4})(?!\d)", re.I
)
_STAFF = re.compile(
    r"(?<![\w-])(?:EMP|EMPL|STAFF|HR|CUST|CUS|USR|PAT|PT|MRN|ACCT|ACC|MEM|POL|CLM|STU|PID|UID)[-_#]?\d{3,12}(?![\w-])"
)
_PLAIN_WORDS = re.compile(r"^(?:19|20)\d{2}$")
_STANDARD = re.compile(r"(?<![\w.-])[A-Z]{0,3}\d(?:[ .-]?[A-Z0-9]){6,17}(?![\w]|[.-]\d)", re.IGNORECASE)
_NHS = re.compile(r"(?<!\d)\d{3}[ -]\d{3}[ -]\d{4}(?!\d)")
_NINO = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d){6} ?[A-D](?!\w)")


def found_numbers(text: str) -> Iterator[Span]:
    """Cards, bank accounts, wallets, identity numbers; spans may overlap."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        before = text[max(0, match.start() - 60) : match.start()]
        if _luhn(digits) or (len(digits) >= 13 and _CARD_WORD.search(before)):
            yield Span(match.start(), match.end(), Kind.CARD, By.PATTERNS)
    yield from _ibans(text)
    for pattern in (_WALLET, _STAFF, _NINO):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), Kind.ID, By.PATTERNS)
    for pattern in (_NAMED, _NAMED_SHORT, _NINE):
        for match in pattern.finditer(text):
            value = match.group(1)
            if sum(char.isdigit() for char in value) >= 3 and not _PLAIN_WORDS.match(value):
                yield Span(match.start(1), match.end(1), Kind.ID, By.PATTERNS)
    yield from _by_country(text)


def _luhn(digits: str) -> bool:
    """Check digit of payment cards (ISO/IEC 7812-1, annex B), for the lengths and first digits that cards have."""
    if digits[0] not in "23456" or len(set(digits)) < 3:
        return False
    doubled = [int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _ibans(text: str) -> Iterator[Span]:
    from stdnum import iban  # here: it reads its tables when first used

    for match in _IBAN.finditer(text):
        raw = match.group()
        for end in _ends(raw):
            if iban.is_valid(raw[:end], check_country=False):
                yield Span(match.start(), match.start() + end, Kind.IBAN, By.PATTERNS)
                break
        else:
            if _IBAN_WORD.search(text[: match.start()]):
                yield Span(match.start(), match.end(), Kind.IBAN, By.PATTERNS)


def _ends(raw: str) -> list[int]:
    """Where a number written in groups may end, longest first: the next word may look like one more group."""
    return [len(raw), *(match.start() for match in reversed(list(re.finditer(r"[ \u00a0-]", raw))))]


def _by_country(text: str) -> Iterator[Span]:
    checks = _checks()
    for match in _STANDARD.finditer(text):
        raw = match.group()
        before = text[max(0, match.start() - 40) : match.start()].lower()
        for words, valid in checks:
            if any(word in before for word in words) and valid(raw):
                yield Span(match.start(), match.end(), Kind.ID, By.PATTERNS)
                break
    for match in _NHS.finditer(text):
        if "nhs" in text[max(0, match.start() - 40) : match.start()].lower():
            yield Span(match.start(), match.end(), Kind.ID, By.PATTERNS)


def _checks() -> list[tuple[tuple[str, ...], Callable[[str], bool]]]:
    """Words that must stand before a number, and the check of that country. Numbers with one check digit pass by
    chance one time in ten, so none is taken for its digits alone."""
    from stdnum import imei, luhn
    from stdnum.ca import sin
    from stdnum.ch import ssn as ahv
    from stdnum.de import idnr
    from stdnum.es import dni
    from stdnum.fr import nir
    from stdnum.it import codicefiscale
    from stdnum.nl import bsn

    return [
        (("imei", "device"), imei.is_valid),
        (("sin", "social insurance"), sin.is_valid),
        (("ahv", "avs"), ahv.is_valid),
        (("steuer", "tax"), idnr.is_valid),
        (("dni", "nif", "nie"), dni.is_valid),
        (("sécurité", "nir", "insee"), nir.is_valid),
        (("codice", "fiscale"), codicefiscale.is_valid),
        (("bsn", "burgerservice"), bsn.is_valid),
        (("personnummer", "organisations"), luhn.is_valid),
    ]
