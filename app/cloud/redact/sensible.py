"""What of the recogniser's finds is kept: whole names without the words around them, and little in languages it was not
made for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from app.cloud.redact.found import By, Kind, Span
from app.cloud.redact.name_features import Lexicon
from app.cloud.redact.own_words import folded

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TITLES = frozenset(
    """mr mrs ms miss dr prof professor doctor sir lady lord dame madam mx rev reverend father sister brother herr frau
    monsieur madame mme mlle señor señora sr sra signor signora capt captain judge
    senator hon""".split()  # noqa: SIM905
)
_PARTICLES = frozenset(
    """de van von der den del di da dos das la le el al bin ibn ben of and und et y e the for zu zum ter ten du des af
    av nad sur upon""".split()  # noqa: SIM905
)
_OF_ADDRESSES = frozenset(
    """rue avenue boulevard calle via viale piazza rua ulica ul utca út tér straat weg str apt suite floor room unit box
    no nr street road lane drive court place square way close hill flat building house corner po""".split()  # noqa: SIM905
)
_WITHIN_A_NAME = re.compile(r" (?:[^\W\d_]\.? ?|(?:de|van|von|der|den|al|bin|ibn|da|dos|di|del|la|le) ){1,2}|-")
_BETWEEN = re.compile(r"[ ,\n]{1,4}|,?\s*\n\s*")
_AMOUNT = re.compile(
    r"(?:(?:[A-Z]{3}|[€$£¥]) ?)?\d[\d.,' ]*"
    r"(?: ?(?:[A-Z]{3}|[€$£¥%]|euros?|dollars?|pounds?|francs?|km|kg|m|cm|mm|g|h|min))?\.?"
)
"""A sum or a measure ("1250 EUR"), which looks like a postcode with its town."""
_THOUSANDS = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?![\d,])")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_CURRENCIES = frozenset(
    "EUR USD GBP CHF JPY CNY SEK NOK DKK PLN CZK HUF RON CAD AUD NZD INR BRL MXN ZAR TRY RUB UAH".split()  # noqa: SIM905
)
_WITH_LETTERS = frozenset({Kind.PERSON, Kind.ORGANISATION, Kind.PLACE})
"""A number alone ("1250" where a text begins) is none of these."""
_VERY_COMMON, _COMMON = 1_500, 6_000
_FOREIGN_SHARE, _FOREIGN_LEAST = 0.15, 4
_ADDRESS_WORDS = 25
_LONGEST = 40


def sensible(text: str, spans: Iterable[Span], lexicon: Lexicon) -> list[Span]:
    """The finds in order: names cut to the words with a capital where the text has capitals, parts of one value joined,
    titles only before a name; in other languages than English only names that stand in the lists or after a title."""
    mixed = text not in (text.lower(), text.upper())
    abroad = _is_abroad(text, lexicon)
    ordered = sorted(spans, key=lambda span: span.start)
    whole = [span for one in ordered for span in (_cut(text, one, lexicon) if mixed else [one])]
    joined: list[Span] = []
    for place, span in enumerate(whole):
        if not any(char.isalnum() for char in text[span.start : span.end]):
            continue
        if span.kind is Kind.ADDRESS and _is_figure(text, span, whole):
            continue
        if span.kind in _WITH_LETTERS and not any(char.isalpha() for char in text[span.start : span.end]):
            continue
        if span.kind is Kind.TITLE and not _before_a_name(text, span, whole[place + 1 : place + 2]):
            continue
        if joined and joined[-1].kind is span.kind and _belong_together(text, joined[-1], span):
            joined[-1] = Span(joined[-1].start, span.end, span.kind, By.NAMES)
        else:
            joined.append(span)
    if not abroad:
        return joined
    titles = {span.end for span in joined if span.kind is Kind.TITLE}
    return [span for span in joined if _surely(text, span, lexicon, titles)]


def _is_abroad(text: str, lexicon: Lexicon) -> bool:
    words = [folded(match.group()[:_LONGEST])[0] for match in _WORD.finditer(text)]
    foreign = sum(word in lexicon.foreign and lexicon.common.get(word, _COMMON) >= _VERY_COMMON for word in words)
    return foreign >= _FOREIGN_LEAST and foreign >= _FOREIGN_SHARE * len(words)


def _cut(text: str, span: Span, lexicon: Lexicon) -> Iterator[Span]:
    """The parts of a find that can be a name in a text with capitals: words with one, particles between them."""
    if span.kind is Kind.TITLE:
        yield span
        return
    start = end = -1
    small: list[str] = []
    for match in _WORD.finditer(text, span.start, span.end):
        word = match.group()
        if not _may_stand(word, span.kind, lexicon):
            small.append(word)
            continue
        if start >= 0 and not _bridged(small):
            yield Span(start, _with_dot(text, end, span), span.kind, span.by)
            start = -1
        start, end, small = match.start() if start < 0 else start, match.end(), []
    if start >= 0:
        yield Span(start, _with_dot(text, end, span), span.kind, span.by)
    elif any(_is_name_only(word, lexicon) for word in small):
        yield span


def _may_stand(word: str, kind: Kind, lexicon: Lexicon) -> bool:
    if not word[0].islower():
        return True
    return kind is Kind.ADDRESS and (word in _OF_ADDRESSES or _is_name_only(word, lexicon))


def _bridged(small: Sequence[str]) -> bool:
    """Whether words in small letters between two with a capital may belong to the same name."""
    return sum(word not in _PARTICLES for word in small) <= 1 and len(small) <= 3


def _is_name_only(word: str, lexicon: Lexicon) -> bool:
    """Whether a word in small letters may be a name all the same: one that stands in the lists and in no other text."""
    plain = folded(word[:_LONGEST])[0]
    if lexicon.place(plain) is not None or plain in lexicon.foreign:
        return False
    return bool(set(lexicon.flags.get(plain, "")) & set("FLCN"))


def _with_dot(text: str, end: int, span: Span) -> int:
    """A dot that belongs to the last word: "Ltd.", "Jr.", "J."."""
    last = re.search(r"[^\W_]+\Z", text[span.start : end])
    short = last is not None and len(last.group()) <= 4 and not last.group().isdigit()
    return end + 1 if short and end < span.end and text[end] == "." else end


def _is_figure(text: str, span: Span, others: Sequence[Span]) -> bool:
    """Whether what was taken for an address is a sum, a count or a year of a sentence."""
    value = text[span.start : span.end]
    if _THOUSANDS.search(value) or _is_amount(value):
        return True
    beside = any(0 <= one.start - span.end <= 4 or 0 <= span.start - one.end <= 4 for one in others)
    return _YEAR.fullmatch(value) is not None and not beside


def _is_amount(value: str) -> bool:
    codes = re.findall(r"[A-Z]{3}", value)
    sign = bool(re.search(r"[€$£¥%a-z]", value)) or (bool(codes) and set(codes) <= _CURRENCIES)
    return sign and _AMOUNT.fullmatch(value) is not None


def _before_a_name(text: str, title: Span, following: Sequence[Span]) -> bool:
    known = text[title.start : title.end].lower().strip(".") in _TITLES
    return known and any(one.kind is Kind.PERSON and not text[title.end : one.start].strip(" .") for one in following)


def _belong_together(text: str, first: Span, second: Span) -> bool:
    """Whether two neighbours of one kind are one value: parts of an address, or a name around an initial or a "de"."""
    if first.kind is Kind.ADDRESS:
        return _BETWEEN.fullmatch(text, first.end, second.start) is not None
    return first.kind is Kind.PERSON and _WITHIN_A_NAME.fullmatch(text, first.end, second.start) is not None


def _surely(text: str, span: Span, lexicon: Lexicon, titles: set[int]) -> bool:
    words = [folded(match.group()[:_LONGEST])[0] for match in _WORD.finditer(text, span.start, span.end)]
    if span.kind is Kind.TITLE:
        return True
    if span.kind is Kind.ADDRESS:
        return len(words) <= _ADDRESS_WORDS and any(char.isdigit() for char in text[span.start : span.end])
    if any(0 <= span.start - end <= 2 for end in titles):
        return True
    return any(
        lexicon.flags.get(word) and word not in lexicon.foreign and lexicon.place(word) is None for word in words
    )
