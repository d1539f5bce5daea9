"""Which sentence answers, which of its words, and how it is cut to stay short."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.evidence.expects import AnswerKind, expectation, new_spans
from app.evidence.features import NAMES, Asked
from app.evidence.quoting import MOST_WORDS, evidence, read, score
from app.evidence.shorten import count_words, stretch
from app.evidence.terms import stem, words
from app.evidence.weights import ANSWERED, ORDER
from app.values import Document, DocumentKind, LinesAnchor, Passage


def passage(number: int, text: str) -> Passage:
    document = Document(number, Path(f"/{number}.txt"), DocumentKind.TEXT, f"{number}", "", 1, 1, "", None, None, 0.0)
    return Passage(number, document, 0, 0, len(text), LinesAnchor(1, 1), "", text)


LEASE = passage(1, "This lease is about the flat. The monthly rent is 1,250 euros. Anna Berg wrote it in May 2021.")
CAKE = passage(2, "Mix the flour with the eggs. Bake the cake for forty minutes. It serves twelve.")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much is the monthly rent?", AnswerKind.MONEY),
        ("How many eggs are there?", AnswerKind.NUMBER),
        ("How long do I bake it?", AnswerKind.DURATION),
        ("What percentage does the insurer pay?", AnswerKind.PERCENT),
        ("When does the lease end?", AnswerKind.DATE),
        ("In what year was it signed?", AnswerKind.YEAR),
        ("Who is the landlord?", AnswerKind.PERSON),
        ("Where is the meeting?", AnswerKind.PLACE),
        ("Which company delivered the shredder?", AnswerKind.NAME),
        ("Why was it moved?", AnswerKind.REASON),
        ("What does the tenant promise?", AnswerKind.OTHER),
        ("Which satellite was used when it was launched?", AnswerKind.NAME),
    ],
)
def test_what_is_asked_for(question: str, kind: AnswerKind) -> None:
    assert expectation(question).kind is kind


@pytest.mark.parametrize(
    ("question", "quote", "emphasised"),
    [
        ("How much is the monthly rent?", "The monthly rent is 1,250 euros.", "1,250 euros"),
        ("How long must I bake the cake?", "Bake the cake for forty minutes.", "forty minutes"),
        ("Who wrote the lease?", "Anna Berg wrote it in May 2021.", "Anna Berg"),
    ],
)
def test_the_sentence_and_its_answer_words(question: str, quote: str, emphasised: str) -> None:
    reading = read(question, [CAKE, LEASE], embedder=None, rarity=lambda word: 1.0)
    first = reading.quotes[0]
    assert first.place.text == quote
    assert [first.place.text[start:end] for start, end in first.emphasis] == [emphasised]


def test_words_of_the_question_are_not_its_answer() -> None:
    expected = expectation("Who met Anna Berg?")
    spans = new_spans("Anna Berg met Peter Hahn.", expected, frozenset(w.stem for w in words("Who met Anna Berg?")))
    assert spans == [(14, 24)]


def test_question_words_nobody_holds_are_named_and_lower_the_evidence() -> None:
    asked = "What does the lease say about submarines?"
    reading = read(asked, [LEASE], embedder=None, rarity=lambda word: 3.0 if word == "submarines" else 1.0)
    known = read("What does the lease say about the flat?", [LEASE], embedder=None, rarity=lambda word: 1.0)
    assert reading.missing == ("submarines",)
    assert reading.answered < known.answered


def test_at_most_sixty_words_are_shown() -> None:
    long = passage(3, "The rent " + "and more of the rent " * 40 + "ends here. The rent is paid. The rent is due.")
    reading = read("What is the rent?", [long], embedder=None, rarity=lambda word: 1.0)
    assert 0 < sum(count_words(quote.place.text) for quote in reading.quotes) <= MOST_WORDS


def test_a_stretch_keeps_the_answer() -> None:
    sentence = "In the spring, " + "as was said before, " * 12 + "the monthly rent is 900 euros, and so on."
    asked = Asked.of("How much is the monthly rent?", lambda word: 1.0)
    start, end = stretch(asked, sentence, most_words=12)
    assert "the monthly rent is 900 euros" in sentence[start:end]


def test_every_measure_has_its_weight() -> None:
    ranked = score(Asked.of("What is the rent?", lambda word: 1.0), [LEASE], embedder=None)
    assert len(ranked[0].features) == len(NAMES) == len(ORDER)
    assert len(evidence(ranked)) == len(ANSWERED)


@pytest.mark.parametrize(
    ("one", "other"),
    [("surrendered", "surrender"), ("cities", "city"), ("wrote", "written"), ("payment", "paid"), ("Café’s", "cafe")],
)
def test_forms_of_a_word_share_their_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)
