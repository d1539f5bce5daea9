"""The built-in check: its texts are the sample library's, right and wrong answers are told apart, and counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.library.reading import Reading
from app.paths import assets
from models.ability import Ability
from models.api import Cancel
from models.fake import ScriptedChat
from models.verdict import Kind, check_name, try_out, verdict_tasks

RIGHT = {
    Kind.QUESTION: [
        "The deposit is £4,200.", "Within 30 days.", "No, they are not allowed.", "For two years.", "Two photographs.",
        "Two shelves and a roll of felt.", "Visitors pay £55.", "Peter Vance did.", "In the middle of March.", "1,500.",
    ],
    Kind.SUMMARY: [
        "The tenant's deposit is kept by the landlord.", "The warranty covers parts of the kiln.",
        "Water comes through the roof.", "The market is on 18 July.", "Drops blur your sight, so do not drive.",
        "A reed bed behind the workshop was tried.",
    ],
    Kind.NEEDLE: ["Behind the blue barometer.", "14 crowns.", "Odalric Penn.", "In 1794."],
}  # fmt: skip


def test_twenty_tasks_of_three_kinds() -> None:
    kinds = [task.kind for task in verdict_tasks()]
    assert {kind: kinds.count(kind) for kind in Kind} == {Kind.QUESTION: 10, Kind.SUMMARY: 6, Kind.NEEDLE: 4}


def test_the_texts_stand_in_the_sample_library(tmp_path: Path) -> None:
    reading = Reading(tmp_path)
    files = [path for path in sorted((assets() / "sample-library").iterdir()) if path.suffix != ".flac"]
    try:
        read = [reading.read(path, size_bytes=path.stat().st_size, cancel=Cancel()) for path in files]
        said = " ".join(section.text for one in read for section in one.sections)
    finally:
        reading.close()
    whole = _plain(said)
    for task in verdict_tasks():
        if task.kind is not Kind.NEEDLE:
            assert _plain(task.text) in whole, task.text[:60]


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9£]+", "", re.sub(r"\b\d\.\d\b", "", text.casefold()))


def test_right_answers_are_right_and_empty_ones_are_not() -> None:
    for kind in Kind:
        tasks = [task for task in verdict_tasks() if task.kind is kind]
        for task, answer in zip(tasks, RIGHT[kind], strict=True):
            assert task.right(answer), (task.ask, answer)
            assert not task.right("I do not know.") and not task.right("")


def test_a_made_up_number_makes_a_summary_wrong() -> None:
    task = next(task for task in verdict_tasks() if task.kind is Kind.SUMMARY)
    assert task.right("The landlord keeps the deposit of £4,200.")
    assert not task.right("The landlord keeps the deposit of £4,300.")
    assert not task.right(task.text), "the whole text is no summary"


def test_a_needle_lies_deep_in_its_hay() -> None:
    needles = [task for task in verdict_tasks() if task.kind is Kind.NEEDLE]
    depths = [task.text.index(re.findall(r"barometer|crowns|Odalric|1794", task.text)[0]) / len(task.text)
              for task in needles]  # fmt: skip
    assert depths == sorted(depths) and depths[0] < 0.25 and depths[-1] > 0.75
    assert all(len(task.text.split()) > 250 for task in needles)


def test_a_check_counts_and_is_kept_for_the_file(tmp_path: Path) -> None:
    answers = [answer for kind in Kind for answer in RIGHT[kind]]
    answers[3] = "For ever."
    tried = list(try_out(ScriptedChat(answers), cancel=Cancel()))
    assert (sum(one.right for one in tried), tried[-1].done, tried[-1].of) == (19, 20, 20)
    ability = Ability(tmp_path / "abilities.json")
    ability.note_verdict("abc", check_name(), 19, 20)
    again = Ability(tmp_path / "abilities.json")
    kept = again.verdict("abc", check_name())
    assert kept is not None and kept[:2] == (19, 20)
    assert again.verdict("abc", "another check") is None and again.verdict("def", check_name()) is None


def test_a_stop_keeps_nothing() -> None:
    cancel = Cancel()
    seen = 0
    for _ in try_out(ScriptedChat(["x"] * 20), cancel=cancel):
        seen += 1
        if seen == 3:
            cancel.stop()
    assert seen == 3


@pytest.mark.parametrize("answer", ["Yes, gas kilns are allowed.", "Open fires are allowed."])
def test_the_opposite_is_wrong(answer: str) -> None:
    task = next(task for task in verdict_tasks() if task.ask.startswith("Are gas kilns"))
    assert not task.right(answer)
