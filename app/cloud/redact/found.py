"""What a detector says it found, the kinds there are, and the trouble that blocks a sending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import AppError


class Kind(StrEnum):
    """What a found value is; the value is the word in labels and in the sheet."""

    OWN = "yours"
    SECRET = "secret"
    PERSON = "person"
    TITLE = "title"
    ORGANISATION = "organisation"
    ADDRESS = "address"
    PLACE = "place"
    PHONE = "phone"
    EMAIL = "email"
    URL = "web"
    IP = "ip"
    CARD = "card"
    IBAN = "iban"
    ID = "id"
    DATE = "date"
    AGE = "age"


class By(StrEnum):
    """Which detector found it, strongest first: of two that name the same span the stronger names its kind."""

    YOURS = "yours"
    PATTERNS = "patterns"
    NAMES = "names"
    MODEL = "model"
    ELSEWHERE = "elsewhere"
    """The same value was found at another place."""


STEMS: Mapping[str, str] = {str(kind): kind.upper() for kind in Kind} | {Kind.OWN: "HIDDEN"}
"""The word in a label of each kind: ⟦PERSON_1⟧."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters start..end of one text."""

    start: int
    end: int
    kind: Kind
    by: By


@dataclass(frozen=True, slots=True)
class Found:
    """One place to swap: characters start..end of texts[text]. Places never overlap and come in order."""

    text: int
    start: int
    end: int
    kind: Kind
    value: str
    by: By


Detector = Callable[[str], Iterable[Span]]
Asked = Callable[[str], Sequence[tuple[str, str]]]
"""A local model: text → (kind, literal) pairs; a literal that does not occur in the text is dropped."""


class DetectorFailed(AppError):
    """A detector stopped with an error: what it would have found is not known, so nothing may leave."""

    def __init__(self, detector: str) -> None:
        super().__init__(
            f"The search for {detector} in this text did not finish.",
            safe="Nothing was sent.",
            do="Try again. If it happens again, leave out the part that was added last.",
        )
        self.detector = detector
