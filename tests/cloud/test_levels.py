"""Each level prints one claim, and only what is true of the bytes it was made for."""

from __future__ import annotations

import itertools

import pytest

from app.cloud.levels import HOLDS, claim, hides_details, offered
from app.cloud.parcel import Level, PartKind

Q, P, F, D, W, E = (
    PartKind.QUESTION,
    PartKind.PASSAGE,
    PartKind.FINDING,
    PartKind.DRAFT,
    PartKind.FILE,
    PartKind.EARLIER,
)


@pytest.mark.parametrize(
    ("level", "kinds", "says"),
    [
        (Level.BLIND, [Q], "Your documents are not sent."),
        (Level.FINDINGS, [Q], "Your documents are not sent."),
        (Level.FINDINGS, [Q, F], "Of your documents, only this fact is sent."),
        (Level.FINDINGS, [Q, F, F, F], "Of your documents, only these 3 facts are sent."),
        (Level.SNIPPETS, [Q, P], "This passage is sent."),
        (Level.SNIPPETS, [Q, P, P], "These 2 passages are sent."),
        (Level.SNIPPETS, [Q, D], "The answer made here is sent."),
        (Level.SNIPPETS, [Q, P, E], "This passage and 1 earlier question with its answer are sent."),
        (Level.SNIPPETS, [Q], "Only your question is sent."),
        (Level.FULL, [Q, W], "Sent as it is."),
        (Level.BLIND, [], "Nothing is sent."),
    ],
)
def test_the_claim_of_each_level(level: Level, kinds: list[PartKind], says: str) -> None:
    assert claim(level, kinds, compared=True) == says


def test_nothing_is_said_of_documents_without_having_compared() -> None:
    assert claim(Level.BLIND, [Q], compared=False) == "Only your question is sent."


def test_full_with_a_hidden_word_is_not_sent_as_it_is() -> None:
    assert claim(Level.FULL, [Q, P], compared=True, hidden=2) == "Sent as it is, except 2 words you always hide."


def test_documents_not_sent_is_never_said_when_a_part_of_one_leaves() -> None:
    for level, kinds in itertools.product(Level, itertools.combinations_with_replacement([P, F, D, W, E], 2)):
        assert "not sent" not in claim(level, [Q, *kinds], compared=True)


def test_findings_needs_a_writer_that_was_measured() -> None:
    assert Level.FINDINGS not in offered(None)
    assert Level.FINDINGS not in offered(0.69)
    assert offered(0.70) == tuple(Level)


def test_details_are_hidden_at_every_level_but_full() -> None:
    assert [level for level in Level if not hides_details(level)] == [Level.FULL]


def test_no_level_below_snippets_may_hold_words_of_a_file() -> None:
    assert not (HOLDS[Level.BLIND] | HOLDS[Level.FINDINGS]) & {P, D, W, E}
