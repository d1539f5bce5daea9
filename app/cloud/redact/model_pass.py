"""Lets a model on this computer name more spans; only what stands in the text word for word counts."""

from __future__ import annotations

from collections.abc import Iterator

from app.cloud.redact.found import Asked, By, Kind, Span

_KINDS = {
    "person": Kind.PERSON,
    "name": Kind.PERSON,
    "organisation": Kind.ORGANISATION,
    "organization": Kind.ORGANISATION,
    "company": Kind.ORGANISATION,
    "address": Kind.ADDRESS,
    "place": Kind.PLACE,
    "location": Kind.PLACE,
    "phone": Kind.PHONE,
    "email": Kind.EMAIL,
    "id": Kind.ID,
    "date": Kind.DATE,
    "secret": Kind.SECRET,
}
_LEAST_CHARS = 3


def found_by_model(text: str, asked: Asked) -> Iterator[Span]:
    """The spans of what the model names: every occurrence, spelt exactly so and never inside a word."""
    for kind, literal in asked(text):
        value = literal.strip()
        known = _KINDS.get(kind.strip().lower())
        if known is None or len(value) < _LEAST_CHARS:
            continue
        start = text.find(value)
        while start >= 0:
            end = start + len(value)
            if not (_joined(text, start - 1, start) or _joined(text, end - 1, end)):
                yield Span(start, end, known, By.MODEL)
            start = text.find(value, end)


def _joined(text: str, first: int, second: int) -> bool:
    return first >= 0 and second < len(text) and text[first].isalnum() and text[second].isalnum()
