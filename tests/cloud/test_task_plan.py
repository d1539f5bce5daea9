"""Plans as a hostile provider would write them: each is refused in plain words, and ordinary ones are followed."""

import json
from pathlib import Path

import pytest
from hostile_plans import INSTRUCTIONS, SHAPES, plan, task

from app.cloud.hostile_words import asks_too_much, plain_text
from app.cloud.task_plan import MOST_ROUNDS, PlanRefused, parse
from app.cloud.value_types import AnswerType

QUESTIONS = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "questions" / "xquad_en_dev.json"


@pytest.mark.parametrize("instruction", INSTRUCTIONS)
def test_a_task_that_fishes_is_refused(instruction: str) -> None:
    with pytest.raises(PlanRefused) as refused:
        parse(plan(task(instruction)))
    told = refused.value.notice
    assert told.happened.startswith("The plan that came back was not followed: ")
    assert "nothing more was sent" in told.safe
    assert "JSON" not in told.happened


@pytest.mark.parametrize("text", SHAPES)
def test_a_plan_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(PlanRefused):
        parse(text)


def test_there_are_enough_hostile_plans() -> None:
    assert len(INSTRUCTIONS) + len(SHAPES) >= 60
    assert len(set(INSTRUCTIONS)) == len(INSTRUCTIONS)


def test_a_proper_plan_is_followed() -> None:
    made = parse(
        plan(
            task("What is the monthly rent?", id="rent", unit="EUR"),
            task("When does the lease begin?", id="begins", answer_type="date"),
            task("Is the deposit paid?", id="paid", answer_type="bool"),
            task("Who pays for heating?", id="heating", answer_type="enum[tenant, landlord]"),
            task("Who is the landlord?", id="landlord", answer_type="phrase(<= 12 words)"),
            combine="rent x 12",
        )
    )
    assert [one.wanted.type for one in made.tasks] == list(AnswerType)
    assert made.tasks[0].wanted.unit == "EUR"
    assert made.tasks[3].wanted.options == ("tenant", "landlord")
    assert made.combine == "rent x 12"
    assert made.tasks[0].label == "Rent"


def test_a_plan_may_stand_between_code_marks() -> None:
    assert parse(f"```json\n{plan()}\n```").tasks[0].id == "notice"


def test_a_question_has_two_rounds() -> None:
    assert parse(plan(), round_=MOST_ROUNDS)
    with pytest.raises(PlanRefused):
        parse(plan(), round_=MOST_ROUNDS + 1)


def test_other_alphabets_are_no_trick_by_themselves() -> None:
    assert plain_text("Какова арендная плата?") == "Какова арендная плата?"
    assert plain_text("Wie hoch ist die Miete für Zoë?") == "Wie hoch ist die Miete für Zoë?"
    assert plain_text("What does ⟦PERSON_1⟧ pay?") == "What does ⟦PERSON_1⟧ pay?"


@pytest.mark.skipif(not QUESTIONS.exists(), reason="the shared samples are not here")
def test_ordinary_questions_are_not_refused() -> None:
    paragraphs = json.loads(QUESTIONS.read_text(encoding="utf-8"))["paragraphs"]
    asked = [one["question"] for paragraph in paragraphs for one in paragraph["questions"]]
    refused = [one for one in asked if plain_text(one) is None or asks_too_much(one)]
    assert len(refused) <= len(asked) // 100, refused
