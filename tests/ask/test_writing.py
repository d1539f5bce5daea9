"""More than a hundred things a model may say, through the real loop and the real checker."""

from __future__ import annotations

import re
from typing import Any

import pytest
from asking_desk import SCRIPTS, Saying, asking_with

from app.events import Checked, Cited, Finished, Passages, Text
from app.library.library import Library
from app.values import AnswerMode, OnDevice, QuoteCheck
from models.api import Cancel

CASES: list[dict[str, Any]] = SCRIPTS["cases"]


def test_there_are_enough_scripts_of_every_kind() -> None:
    assert len(CASES) >= 100
    assert {case["kind"] for case in CASES} == {"good", "wrong", "malformed", "mixed", "runaway"}


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case['kind']}" for n, case in enumerate(CASES)])
def test_only_what_the_passages_hold_is_shown(letters: Library, case: dict[str, Any]) -> None:
    chat = Saying(case["said"])
    conversation = asking_with(letters, chat).start()
    draft = conversation.prepare(SCRIPTS["question"])
    assert len(draft.passages) == len(SCRIPTS["files"])
    events = list(conversation.answer(draft, OnDevice("scripted"), Cancel()))
    done = events[-1]
    assert isinstance(done, Finished)
    (passages,) = [event.passages for event in events if isinstance(event, Passages)]
    (checked,) = [event for event in events if isinstance(event, Checked)]
    cited = [event.citation for event in events if isinstance(event, Cited)]
    shown = "".join(event.delta for event in events if isinstance(event, Text))
    assert shown == done.answer == checked.answer
    # Never an invented citation: every marker shown has a citation of a passage that was read, quoted from its file.
    markers = {int(number) for number in re.findall(r"\[(\d+)\]", shown)}
    assert markers == {citation.n for citation in cited}
    assert not re.search(r"\[(?!\d+\])|【|<\|", shown)
    for citation in cited:
        assert citation.passage.id in {passage.id for passage in passages}
        assert citation.quote in citation.passage.text
        assert citation.check is not QuoteCheck.UNCHECKED
    written = done.mode is AnswerMode.WRITING
    kept = len(re.findall(r"(?:\[\d+\])+", shown)) if written else 0
    if "most_kept" in case:
        assert kept <= case["most_kept"]
        assert len(shown) < 700
    else:
        assert kept == case["kept"]
    if "withdrawn" in case and written:
        assert len(checked.withdrawn) == case["withdrawn"]


def test_a_number_of_another_file_is_not_held_by_the_cited_one(letters: Library) -> None:
    conversation = asking_with(letters, Saying("The check costs 45 euros. {lease}")).start()
    events = list(conversation.answer(conversation.prepare(SCRIPTS["question"]), OnDevice("scripted"), Cancel()))
    assert isinstance(events[-1], Finished)
    assert events[-1].mode is AnswerMode.QUOTING


def test_a_stop_keeps_what_was_written(letters: Library) -> None:
    said = (
        "The check costs 45 euros. {dentist} The landlord is Maria Lindqvist. {lease} It serves twelve people. {recipe}"
    )
    asking = asking_with(letters, Saying(said))
    conversation = asking.start()
    cancel = Cancel()
    shown = ""
    after_stop = 0
    for event in conversation.answer(conversation.prepare(SCRIPTS["question"]), OnDevice("scripted"), cancel):
        if isinstance(event, Text):
            after_stop += cancel.stopped
            shown += event.delta
            cancel.stop()
    assert type(event).__name__ == "Stopped"
    assert after_stop == 0
    assert shown.startswith("The check costs 45 euros. [")
    assert asking.past_turns(conversation.id)[-1].answer == shown
