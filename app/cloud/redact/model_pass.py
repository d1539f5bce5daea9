"""Lets a model on this computer name more spans; only what stands in the text word for word counts."""

from __future__ import annotations

from collections.abc import Iterator

from app.cloud.redact.found import Asked, By, Kind, Span
from models.api import Cancel, ChatModel, ChatOptions, Message, Piece

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
_MOST_TOKENS = 300
_GRAMMAR = r"""
root ::= ( line{0,24} ) "none"
line ::= kind ": " value "\n"
kind ::= "person" | "company" | "address" | "place" | "phone" | "email" | "id" | "date" | "secret"
value ::= [^\n]{2,80}
"""
_ASK = (
    "List every name of a person, company, place, every address, number and secret in the text that could tell who it "
    "is about. One per line as kind: words, copied exactly from the text. End with none."
)


def asking(chat: ChatModel, cancel: Cancel) -> Asked:
    """Asks a model on this computer for spans, under a grammar. Raises ModelError while it is asked."""

    def ask(text: str) -> list[tuple[str, str]]:
        messages = [Message("system", _ASK), Message("user", text)]
        options = ChatOptions(max_tokens=_MOST_TOKENS, grammar=_GRAMMAR)
        pieces = chat.chat(messages, options=options, cancel=cancel)
        said = "".join(piece.text for piece in pieces if isinstance(piece, Piece))
        pairs = (line.partition(": ") for line in said.split("\n"))
        return [(kind, literal) for kind, sign, literal in pairs if sign]

    return ask


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
