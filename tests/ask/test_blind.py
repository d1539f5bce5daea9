"""What the calls of Blind, Findings and Refine say, and how an answer is held against the facts that were sent."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from asking_desk import library_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.ask import blind, refine, synthesis
from app.ask.findings import Found, FoundValue
from app.ask.synthesis import Markers, read_answer
from app.cloud.task_plan import parse
from app.cloud.value_types import Day, Number, Phrase, Value
from app.evidence.places import citation
from app.library.library import Library

VALUES: list[tuple[str, Value]] = [
    ("Monthly rent", Number(Decimal(1250), "EUR")),
    ("Notice period", Number(Decimal(90), "days")),
    ("Landlord", Phrase("Maria Lindqvist")),
    ("Begins", Day(2026, 11, 1)),
]


@pytest.fixture(scope="module")
def lease(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One letter."""
    text = "The monthly rent is 1,250 euros. Either side may give 90 days' notice. The landlord is Maria Lindqvist."
    with library_of(tmp_path_factory.mktemp("blind"), {"lease.txt": text}) as library:
        yield library


def found_of(library: Library, values: Sequence[tuple[str, Value]] = VALUES, **more: Any) -> Found:
    passage = library.search("monthly rent landlord", limit=1).passages[0]
    made = [
        FoundValue(n, label.lower().replace(" ", "_"), label, value, citation(library, passage, (0, 32), n=n))
        for n, (label, value) in enumerate(values, start=1)
    ]
    return Found(tuple(made), **{"missing": ()} | more)


def test_the_first_call_says_the_question_and_the_form_and_nothing_else() -> None:
    system, user = blind.messages_for_plan("  How long is\nthe notice? ")
    assert (system.role, user.role) == ("system", "user")
    assert user.content == "How long is the notice?"
    assert system.content == blind.PLAN_INSTRUCTIONS


def test_the_example_in_our_own_instructions_is_a_plan_we_would_follow() -> None:
    example = next(line for line in blind.PLAN_INSTRUCTIONS.splitlines() if line.startswith("{"))
    assert parse(example[: example.rindex("}") + 1]).tasks[0].id == "notice_period"


def test_the_wording_is_made_here(lease: Library) -> None:
    found = found_of(lease, VALUES[:2], missing=("Deposit",), worked="15000 euros", sum_said="Monthly rent × 12",
                     sum_uses=(1,))  # fmt: skip
    assert blind.answer(found).text.split("\n\n") == [
        "Monthly rent: **1250 euros** [1]",
        "Notice period: **90 days** [2]",
        "Monthly rent × 12 = 15000 euros [1]",
        "Not found in your files: deposit.",
    ]


def test_the_second_call_says_only_ticked_facts(lease: Library) -> None:
    found = found_of(lease, worked="15000 euros", sum_said="Monthly rent × 12", sum_uses=(1,))
    table = synthesis.facts(found.parts, {"F1": "1250 euros", "F3": "⟦PERSON_1⟧", "W": "15000 euros"})
    _, user = synthesis.messages_for_synthesis("What do I pay?", table)
    assert user.content == (
        "Question: What do I pay?\n\nFacts:\nF1 | Monthly rent | 1250 euros\nF3 | Landlord | ⟦PERSON_1⟧\n"
        "Worked out from these: Monthly rent × 12 = 15000 euros"
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 90), max_size=20))
def test_marks_are_turned_however_the_text_arrives(lease: Library, cuts: list[int]) -> None:
    said = "You pay 1250 [F1]. A list [x] and [F2, F3]; [ f4 ] ends, [F9] never was, [1] is a mark [F"
    places = sorted({0, len(said), *(cut for cut in cuts if cut < len(said))})
    markers = Markers(found_of(lease))
    pieces = [markers.feed(said[a:b]) for a, b in pairwise(places)]
    assert "".join(pieces) + markers.end() == (
        "You pay 1250 [1]. A list [x] and [2][3]; [4] ends,  never was, [1] is a mark [F"
    )
    assert not any("[F" in piece for piece in pieces)


@pytest.mark.parametrize(
    ("answer", "flagged"),
    [
        ("You pay 1,250 euros a month [1] and may give notice of 90 days [2].", []),
        ("The landlord is Maria Lindqvist [3], since 1 November 2026 [4].", []),
        ("In a year that is 15,000 euros [1].", []),
        ("You pay 1,260 euros a month [1].", ["1260"]),
        ("The landlord is Peter Hahn [3].", ["Peter", "Hahn"]),
        ("It began on 2 November 2026 [4].", ["2026-11-2"]),
        ("Notice is three months [2]. The rent is 1250 euros [1].", ["3"]),
    ],
)
def test_what_no_fact_holds_is_flagged(lease: Library, answer: str, flagged: list[str]) -> None:
    found = found_of(lease, worked="15000 euros", sum_said="Monthly rent × 12", sum_uses=(1,))
    read = read_answer(answer, found, "What are the terms of my lease?")
    assert [what for _, _, what in read.flagged] == flagged
    assert all(0 <= start < end <= len(answer) for start, end, _ in read.flagged)
    assert read.says.startswith("Not in the facts") == bool(flagged)
    if flagged == ["1260"]:
        assert [answer[start:end] for start, end, _ in read.flagged] == ["1,260"]


def test_the_facts_an_answer_names_become_its_citations(lease: Library) -> None:
    found = found_of(lease)
    read = read_answer("The rent is 1250 euros [1]. Ask Maria Lindqvist [3][7].", found, "What is the rent?")
    assert [one.n for one in read.citations] == [1, 3]
    assert not read.uncited
    silent = read_answer("The rent is 1250 euros.", found, "What is the rent?")
    assert silent.uncited
    assert silent.says == "The answer names none of the facts that were sent."


def test_what_must_not_leave_cannot_be_ticked(lease: Library) -> None:
    kept = {
        "zq0417k": "code",
        "maria@example.com": "address",
        "4111 1111 1111 1111": "card",
        "one two three four five six seven eight": "longer quote",
        "the copper kettle in the cellars": "longer quote",
        "hunter2secret": "code",
        "sk-ABCDefgh1234": "code",
        "/home/maria/lease.txt": "file",
    }
    for words, why in kept.items():
        (part,) = found_of(lease, [("It", Phrase(words))]).parts
        assert why in part.kept_here, (words, part.kept_here)
        assert bool(part.kept_here) == bool(why)
    (part,) = found_of(lease, [("It", Number(Decimal("4111111111111111")))]).parts
    assert "card" in part.kept_here
    for words in ("Maria Lindqvist", "the 21st of May", "30 °C", "B12", "World War II", "Rhythm section"):
        assert found_of(lease, [("It", Phrase(words))]).parts[0].kept_here == ""
    assert found_of(lease, [("It", Number(Decimal("7800000000")))]).parts[0].kept_here == ""


# ---------------------------------------------------------------- refine my draft


def test_a_refined_answer_keeps_the_citations_it_names(lease: Library) -> None:
    cited = [one.citation for one in found_of(lease).values]
    assert [one.n for one in refine.kept_citations("Better [2]. And [4], [9].", cited)] == [2, 4]
    draft = "The rent is 1,250 euros [1], to Maria Lindqvist."
    assert refine.added("You pay Maria Lindqvist 1250 euros [1].", draft, "What is the rent?") == ""
    assert refine.added("You pay Jonas 1,300 euros [1].", draft, "What is the rent?") == (
        "Not in the answer made here: “1300”, “Jonas”."
    )
    system, user = refine.messages("What is\nthe rent?", " The rent is 1,250 euros [1]. ")
    assert system.content == refine.INSTRUCTIONS
    assert user.content == "Question: What is the rent?\n\nDraft:\nThe rent is 1,250 euros [1]."
