"""A follow-up is filled in on this computer before anything is searched; filters and counts work in it, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking_desk import asking_with, library_of

from app.ask.standalone import Earlier, leans_back, standalone
from app.events import Finished
from app.library.library import Library
from app.values import OnDevice
from models.api import Cancel

FILES = {
    "Car hire.txt": "Car hire agreement. The car costs 45 euros a day. The deposit for the car is 300 euros.",
    "Flat lease.txt": "Lease of the flat. The flat costs 900 euros a month. The deposit for the flat is 1,800 euros.",
}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Two papers that both tell of a deposit."""
    with library_of(tmp_path_factory.mktemp("papers"), FILES) as library:
        yield library


@pytest.mark.parametrize(("first", "file"), [("car hire", "Car hire.txt"), ("flat lease", "Flat lease.txt")])
def test_what_is_searched_for_is_the_filled_in_question(
    papers: Library, monkeypatch: pytest.MonkeyPatch, first: str, file: str
) -> None:
    searched: list[str] = []
    search = papers.search

    def listening(words: str, **rest: Any) -> Any:
        searched.append(words)
        return search(words, **rest)

    monkeypatch.setattr(papers, "search", listening)
    conversation = asking_with(papers, None).start()
    events = list(conversation.answer(conversation.prepare(f"What does the {first} cost?"), OnDevice(None), Cancel()))
    assert isinstance(events[-1], Finished)
    draft = conversation.prepare("And the deposit?")
    assert draft.question == "And the deposit?"
    assert searched[-1] == draft.standalone_question != "And the deposit?"
    assert draft.passages[0].document.path.name == file


def test_a_count_may_follow_an_answer(papers: Library) -> None:
    conversation = asking_with(papers, None).start()
    list(conversation.answer(conversation.prepare("What does the car hire cost?"), OnDevice(None), Cancel()))
    events = list(
        conversation.answer(conversation.prepare("And how many files mention a deposit?"), OnDevice(None), Cancel())
    )
    assert isinstance(events[-1], Finished) and events[-1].answer.startswith("2 files mention “deposit”, in 2 places.")


def test_a_question_that_stands_alone_stays_as_it_is() -> None:
    earlier = Earlier("What does the car hire cost?", (), ("Car hire",))
    alone = "What does the boiler in the cellar cost?"
    assert not leans_back(alone) and standalone(alone, earlier) == alone
    assert standalone("And the deposit?", earlier) == "And the deposit? (car, hire)"
    assert standalone("And the deposit?", None) == "And the deposit?"
