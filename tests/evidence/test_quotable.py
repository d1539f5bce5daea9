"""What is never quoted: headings, questions, salutations, table heads, and halves cut off by the end of a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.ask.quoting_answer import quoted
from app.evidence.emphasis import emphasis
from app.evidence.features import Asked
from app.evidence.quotable import quotable, table_head
from app.evidence.quoting import read
from app.library.sentences import sentences
from app.values import Document, DocumentKind, LinesAnchor, PageAnchor, Passage

_DOCUMENT = Document(1, Path("/1.txt"), DocumentKind.TEXT, "Kiln", "", 1, 1, "", None, None, 0.0)


def passage(text: str, *, heading: str = "", page: int = 0) -> Passage:
    anchor = PageAnchor(page, 0, len(text)) if page else LinesAnchor(1, 1)
    return Passage(1, _DOCUMENT, max(0, page - 1), 0, len(text), anchor, heading, text)


def kept(given: Passage) -> list[str]:
    spans = [span for span in sentences(given.text) if quotable(given, *span)]
    return [" ".join(given.text[start:end].split()) for start, end in spans]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (passage("4 Summer market\n\nIt is on 18 July.", heading="4 Summer market"), ["It is on 18 July."]),
        (passage("When will it be repaired? On Friday.", heading=""), ["On Friday."]),
        (passage("Dear Ms Farrow,\n\nWe accept the claim.\n\nYours sincerely,\n"), ["We accept the claim."]),
        (passage("| Code | Meaning |\n| E21 | No drain |\n"), ["| E21 | No drain |"]),
        (
            passage("How to make a claim\nWrite to us within 30 days of noticing the fault, and give the number.\n"),
            ["Write to us within 30 days of noticing the fault, and give the number."],
        ),
        (passage("Total: 12 euros\n12 bags of clay\n"), ["Total: 12 euros", "12 bags of clay"]),
        (passage("person every two years. It is safe.", page=2), ["It is safe."]),
        (
            passage("It is safe. The Tenant has the wiring tested by a qualified\nPage 1 of 4", page=1),
            ["It is safe."],
        ),
    ],
)
def test_what_may_be_quoted(given: Passage, expected: list[str]) -> None:
    assert kept(given) == expected


def test_a_row_is_read_with_the_head_of_its_table() -> None:
    text = "| Code | Meaning |\n| E10 | No water |\n| E21 | No drain |\n"
    assert table_head(text, text.index("| E21")) == "| Code | Meaning |"


@pytest.mark.parametrize(
    ("question", "quote", "emphasised"),
    [
        ("How much notice must I give?", "12.1 The Tenant gives the Landlord 90 days' notice.", ["90 days"]),
        ("How many keys are there?", "11.2 The Tenant holds the keys.", []),
        (
            "When is the work done?",
            "The builder comes on Thursday, the fourteenth of May.",
            ["Thursday, the fourteenth of May"],
        ),
        ("How often is it cleaned?", "Clean the filter every two months.", ["every two months"]),
        ("What will the fee be?", "She proposed raising the fee from £60 to £66.", []),
        ("When is the check?", "Go to room 2.16 at 10.40 am.", ["10.40 am"]),
        ("By how much did it fall?", "It fell by 94 per cent.", ["94 per cent"]),
    ],
)
def test_only_the_answer_is_emphasised(question: str, quote: str, emphasised: list[str]) -> None:
    found = emphasis(Asked.of(question, lambda word: 1.0), quote)
    assert [quote[start:end] for start, end in found] == emphasised


def test_a_further_quote_is_whole_or_cut_where_a_clause_ends() -> None:
    long = "The rent is due on the first, and the tenant pays the rent " + "again and again " * 20 + "to the landlord."
    text = f"The rent is {'always and in every month ' * 6}900 euros. {long}"
    reading = read("What is the rent?", [passage(text)], embedder=None, rarity=lambda word: 1.0)
    for quote in reading.quotes:
        ended = text[quote.place.end : quote.place.end + 1] in (",", "", " ")
        assert ended
        assert quote.cut == (False, quote.place.text[-1] != ".")
    assert quoted("and so on", 2, cut=(True, True)) == "“… and so on …” [2]"


def test_what_stands_beside_the_quote_before_answers_a_follow_up() -> None:
    text = "The notice is 90 days. It is sent by post to the agent. The keys are given to the agent by post."
    given = replace(passage(text), id=7)
    asked = ("And how is it sent by post?", [given])
    reading = read(*asked, embedder=None, rarity=lambda word: 1.0, said=[(7, "The notice is 90 days.")])
    assert reading.quotes[0].place.text == "It is sent by post to the agent."
    again = read(
        "And what is the notice?", [given], embedder=None, rarity=lambda word: 1.0, said=[(7, "The notice is 90 days.")]
    )
    alone = read("And what is the notice?", [given], embedder=None, rarity=lambda word: 1.0)
    assert alone.quotes[0].place.text == "The notice is 90 days."
    assert again.asked == alone.asked
