"""What a sentence claims is looked up: words, numbers, dates, names, in whatever form they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.evidence.check import check_sentence
from app.evidence.cite import markers
from app.evidence.facts import Date, facts
from app.evidence.wording import find
from app.values import QuoteCheck

LEASE = "The rent is 1,000 euros, due by 12 March 2026. Ninety (90) days' notice; 15 % more later. Signed: Ana Costa."


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The rent is 1000 euros.", ()),
        ("The rent is one thousand euros.", ()),
        ("The rent is 1,100 euros.", ("1100",)),
        ("It is due by 2026-03-12.", ()),
        ("It is due by March 12, 2026.", ()),
        ("It is due by 13 March 2026.", ("2026-3-13",)),
        ("It is due in April 2026.", ("2026-4",)),
        ("The notice is 90 days.", ()),
        ("The notice is nineteen days.", ("19",)),
        ("Later 15 percent more.", ()),
        ("Later 50 % more.", ("50 %",)),
        ("Ana Costa signed.", ()),
        ("Eva Costa signed.", ("Eva",)),
    ],
)
def test_unsupported_facts_are_named(sentence: str, missing: tuple[str, ...]) -> None:
    assert check_sentence(sentence, [LEASE]).unsupported == missing


def test_states() -> None:
    assert check_sentence("the rent is 1,000 EUROS", [LEASE]).check is QuoteCheck.WORD_FOR_WORD
    assert check_sentence("The rent due by 12 March 2026 is 1000 euros.", [LEASE]).check is QuoteCheck.REWORDED
    assert check_sentence("Cats like warm windows and quiet evenings.", [LEASE]).check is QuoteCheck.UNCHECKED
    unclear = check_sentence("The rent is due by 12/03/2026.", [LEASE])
    assert unclear.check is QuoteCheck.UNCHECKED
    assert unclear.unsupported == ()


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("the “office” rent", 'The "office"  rent is due.'),
        ("a fine efficient plan", "A ﬁne eﬃcient plan."),
        ("cooperation agreement", "the co\u00adoperation\nagreement"),
        ("cooperation agreement", "the coop-\neration agreement"),
        ("well-known name", "a well\u2011known name"),
    ],
)
def test_typesetting_does_not_count(quote: str, text: str) -> None:
    found = find(quote, text)
    assert found is not None
    assert text[found[0]].lower() == quote[0]


def test_a_part_of_a_word_is_not_the_word() -> None:
    assert find("rent", "The parents came.") is None
    assert find("9", "It costs 90 euros.") is None


def test_dates_with_both_orders_are_unclear() -> None:
    assert facts("on 12/03/2026").dates == (Date(2026, 3, 12, unclear=True),)
    assert facts("on 25/03/2026").dates == (Date(2026, 3, 25),)
    assert Date(0, 3, 12).agrees(Date(2026, 3, 12))
    assert not Date(2026, 3, 12).agrees(Date(0, 3, 12))


def test_numbers_are_values() -> None:
    assert facts("two hundred and five, 1.5 million, 6½ and 30%").numbers == {
        Decimal(205),
        Decimal(1500000).normalize(),
        Decimal("6.5"),
    }
    assert facts("30% and thirty percent").percents == {Decimal(30).normalize()}


def test_only_markers_of_known_passages_count() -> None:
    known = frozenset({1, 2})
    assert markers("Rent is 9 [1] euros [7].", passages=known) == ("Rent is 9 euros.", (1,))
    assert markers("Rent [1, 2] [citation needed] (source 1)", passages=known) == ("Rent", (1, 2))
    assert markers("Rent. 【1】 [1", passages=known) == ("Rent.", ())
