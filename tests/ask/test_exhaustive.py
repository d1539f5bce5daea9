"""Questions for all files: every file counted, tables by rows, coverage said, nothing counted from a few passages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from asking_desk import asking_with, library_of

from app.ask.exhaustive import exhaustive
from app.events import Checked, Cited, Finished, Passages
from app.library.library import Library
from app.values import AnswerMode, Confidence, OnDevice, QuoteCheck
from models.api import Cancel

MANY = 25
"""Far more files than any answer reads passages of."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Letters about a deposit, a table of orders, a file that cannot be read, and others about other things."""
    folder = tmp_path_factory.mktemp("office")
    files = {
        f"letter {number:02}.txt": f"Dear tenant {number}. The garden is green.\n\nA deposit of {number} euros is kept."
        for number in range(MANY)
    }
    files |= {f"note {number}.txt": "Nothing but flowers and the weather." for number in range(3)}
    rows = [f"{number},{'open' if number % 3 else 'closed'},{number * 100}" for number in range(1, 61)]
    files["orders.csv"] = "\n".join(["number,status,euros", *rows]) + "\n"
    files["deposit rules.txt"] = "The money is paid back after six weeks."
    files["broken.pdf"] = "This is no pdf."
    with library_of(folder, files) as library:
        yield library


def ask(library: Library, question: str) -> tuple[Finished, list[Cited], Passages, Checked]:
    """Ask in a conversation of its own."""
    conversation = asking_with(library, None).start()
    events = list(conversation.answer(conversation.prepare(question), OnDevice(None), Cancel()))
    done, checked = events[-1], events[-2]
    passages = next(event for event in events if isinstance(event, Passages))
    assert isinstance(done, Finished) and isinstance(checked, Checked)
    return done, [event for event in events if isinstance(event, Cited)], passages, checked


def test_every_file_is_counted_and_cited_and_the_coverage_said(office: Library) -> None:
    done, cited, passages, checked = ask(office, "How many files mention a deposit?")
    assert done.answer.startswith(f"{MANY + 1} files mention “deposit”, in {MANY} places.")
    assert "- deposit rules.txt: in its name." in done.answer
    assert "30 of 31 files searched; 1 could not be read." in done.answer
    assert "not what they mean" in done.answer
    assert {one.citation.passage.document.path.name for one in cited} == {f"letter {n:02}.txt" for n in range(MANY)}
    assert [one.citation.n for one in cited] == list(range(1, MANY + 1))
    assert all(f"[{n}]" in done.answer for n in range(1, MANY + 1))
    assert all("deposit" in one.citation.quote and "garden" not in one.citation.quote for one in cited)
    assert {one.check for one in checked.citations} == {QuoteCheck.WORD_FOR_WORD}
    assert done.mode is AnswerMode.QUOTING
    assert done.confidence is Confidence.LIKELY  # one file could not be searched
    assert len(passages.passages) == 8 and done.suggestion


def test_a_table_is_counted_by_its_rows(office: Library) -> None:
    done, cited, _, _ = ask(office, "How many rows have the status open?")
    assert done.answer.startswith("1 file mentions “open”, in 40 places, all of them rows of tables.")
    assert cited[0].citation.quote.count("\n") == 0 and "open" in cited[0].citation.quote


def test_amounts_are_not_compared_and_that_is_said(office: Library) -> None:
    done, _, _, _ = ask(office, "List all open orders over 500 euros")
    assert "Amounts are not compared: “over 500 euros” was left out of the count." in done.answer
    assert done.confidence is Confidence.UNSURE


def test_nothing_mentions_it_is_no_number_but_the_closest_passages(office: Library) -> None:
    done, cited, _, _ = ask(office, "Which files mention submarines or flowers in the garden?")
    assert done.answer.startswith("No file mentions")
    assert (cited, done.confidence) == ([], Confidence.NONE)
    assert done.closest


def test_a_kind_of_file_limits_the_count(office: Library) -> None:
    done, _, _, _ = ask(office, "How many spreadsheets do I have?")
    assert done.answer.startswith("There is 1 spreadsheet file.")
    assert "- orders.csv" in done.answer


def test_only_the_part_of_the_library_in_scope_is_counted(office: Library) -> None:
    folder = office.documents_in()[0].path.parent
    conversation = asking_with(office, None).start()
    within = [folder / f"letter {number:02}.txt" for number in range(4)]
    events = list(
        conversation.answer(
            conversation.prepare("How many files mention a deposit?", within=within), OnDevice(None), Cancel()
        )
    )
    assert isinstance(events[-1], Finished) and events[-1].answer.startswith("4 files mention “deposit”, in 4 places.")


def test_a_how_many_that_no_passage_answers_points_to_the_count(office: Library) -> None:
    done, _, _, _ = ask(office, "How many tenants kept a deposit in the submarine base last year?")
    assert done.confidence in (Confidence.NONE, Confidence.UNSURE)
    assert not done.answer.startswith(("26", "25"))


@pytest.mark.parametrize(
    ("question", "text", "kind"),
    [
        ("Which files mention Dana?", "mention Dana", ""),
        ("And in which documents is the garage named", "is the garage named", ""),
        ("How many emails from Dana about the rent are there?", "from Dana about the rent are there", "emails"),
        ("List all invoices", "invoices", ""),
        ("how often is the garage mentioned?", "the garage", ""),
        ("Welche Dateien erwähnen die Miete?", "erwähnen die Miete", ""),
        ("how many PDFs do I have", "do I have", "PDFs"),
        ("which contracts mention a penalty", "contracts mention a penalty", ""),
    ],
)
def test_questions_for_all_files_are_told(question: str, text: str, kind: str) -> None:
    found = exhaustive(question)
    assert found is not None and (found.text, found.kind) == (text, kind)


@pytest.mark.parametrize(
    "question",
    [
        "How many points did Denver score?",
        "How many records did the band sell?",
        "What document formed the Parliament of Victoria?",
        "How many pages does the report need?",
        "What files should I send?",
        "Who listed all the trees?",
    ],
)
def test_questions_some_passage_answers_are_not(question: str) -> None:
    assert exhaustive(question) is None


def test_no_question_of_the_samples_is_taken_for_a_count(shared_samples: Path) -> None:
    import json

    told = json.loads((shared_samples / "questions" / "xquad_en_dev.json").read_text(encoding="utf-8"))
    asked = [one["question"] for paragraph in told["paragraphs"] for one in paragraph["questions"]]
    assert [question for question in asked if exhaustive(question)] == []
