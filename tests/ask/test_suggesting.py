"""The line under an answer: a reason and a price where a cloud model is set up, and "no need" where none is."""

from collections.abc import Iterator

import pytest
from asking_desk import library_of

from app.ask.asking import Asking
from app.ask.suggesting import NO_NEED
from app.events import Finished
from app.library.library import Library
from app.values import AnswerMode, Confidence, Draft, OnDevice
from models.api import Cancel

LEASE = "The monthly rent is 1,250 euros. It is due on the third working day of each month.\n"
CERTAIN = "How much is the monthly rent?"
UNKNOWN = "Which submarine did admiral Jellicoe show the landlord?"


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_of(tmp_path_factory.mktemp("suggesting"), {"lease.txt": LEASE}) as library:
        yield library


class Prices:
    """What a cloud model would take, and how often it was asked for."""

    def __init__(self, micros: int | None) -> None:
        self.micros, self.asked = micros, 0

    def of(self, draft: Draft) -> int | None:
        self.asked += 1
        return self.micros


def answered(library: Library, prices: Prices, *questions: str) -> list[Finished]:
    """Each question in a conversation of its own, on this computer."""
    asking = Asking(
        library.store, library, chat=None, embedder=None, mode=lambda: AnswerMode.QUOTING, help_price=prices.of
    )
    done = []
    for question in questions:
        talk = asking.start()
        last = list(talk.answer(talk.prepare(question), OnDevice(None), Cancel()))[-1]
        assert isinstance(last, Finished)
        done.append(last)
    return done


def test_a_weak_answer_says_why_and_what_help_costs(letters: Library) -> None:
    (done,) = answered(letters, Prices(3_700), UNKNOWN)
    assert done.confidence is Confidence.NONE
    assert done.suggestion.startswith("A stronger model may help: no passage found mentions “")
    assert done.suggestion.endswith(". About $0.004.")


def test_without_a_cloud_model_only_the_reason_is_said(letters: Library) -> None:
    (done,) = answered(letters, Prices(None), UNKNOWN)
    assert done.suggestion.startswith("No passage found mentions “") and "$" not in done.suggestion


def test_a_well_supported_answer_needs_no_help(letters: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ask.conversation.confidence", lambda reading: Confidence.CERTAIN)
    prices = Prices(3_700)
    (done,) = answered(letters, prices, CERTAIN)
    assert done.suggestion == NO_NEED
    (alone,) = answered(letters, Prices(None), CERTAIN)
    assert alone.suggestion == "", "nothing is said of what is not set up"


def test_a_likely_answer_is_left_alone(letters: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ask.conversation.confidence", lambda reading: Confidence.LIKELY)
    prices = Prices(3_700)
    (done,) = answered(letters, prices, CERTAIN)
    assert done.suggestion == "" and prices.asked == 0
