"""Values come back in place of labels, the same wherever a stream was cut, and no part of a label is shown before."""

import random
import re
from itertools import pairwise

import pytest

from app.cloud.rehydrate import Rehydrator, restore

MARKS = {
    "⟦PERSON_1⟧": "Karen Baker",
    "⟦PERSON_11⟧": "O'Brien $1\\g<0>",
    "⟦PLACE_1⟧": "⟦PERSON_1⟧",  # a value that looks like a label is never looked at again
    "⟦HIDDEN_1⟧": "שלום",
}
FAKES = {"Avery": "Karen", "Avery Stone": "Karen Baker", "very": "x", "Stone": "⟦PERSON_1⟧"}
PIECES = (
    "⟦PERSON_1⟧", "⟦person_11⟧", "⟦PERSON\\_1⟧", "⟦PLACE_1⟧", "⟦HIDDEN_1⟧", "⟦PERSON_9⟧", "⟦", "⟧", "⟦PERS", "**", "`",
    "⟦PERSON_1", "Avery", "avery stone", "AVERY S", "Stone", "Aver", "[n](", "\u202bמה\u202c", "$1\\g<0>", " ", "\n",
    "İ", "ſ", "'s",
)  # fmt: skip


def slow(text: str, labels: dict[str, str]) -> str:
    """The rule read literally over the whole text: the longest label that stands here, what only looks like one
    whole, else one character."""
    plain = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    forms = {label.lower().replace("_", "\\_"): value for label, value in labels.items()}
    forms |= {label.lower(): value for label, value in labels.items()}
    out, place = "", 0
    while place < len(text):
        fits = [form for form in forms if plain.startswith(form, place)]
        unknown = re.match(r"⟦[\w\\-]{1,40}⟧|⟦[\w\\-]{1,40}\Z", text[place:])
        if fits:
            out += forms[max(fits, key=len)]
            place += len(max(fits, key=len))
        else:
            out += unknown[0] if unknown else text[place]
            place += len(unknown[0]) if unknown else 1
    return out


def streamed(text: str, labels: dict[str, str], cuts: list[int]) -> tuple[str, list[str], list[str]]:
    rehydrator = Rehydrator(labels)
    edges = [0, *sorted(cuts), len(text)]
    pieces = [rehydrator.feed(text[start:end]) for start, end in pairwise(edges)]
    pieces.append(rehydrator.end())
    restored = [piece.text[start:end] for piece in pieces for start, end in piece.restored]
    unresolved = [piece.text[start:end] for piece in pieces for start, end in piece.unresolved]
    return "".join(piece.text for piece in pieces), restored, unresolved


def test_any_cuts_give_the_same():
    chance = random.Random(5)
    for _ in range(4_000):
        labels = chance.choice((MARKS, FAKES, MARKS | FAKES))
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 12)))
        cuts = [chance.randint(0, len(text)) for _ in range(chance.randint(0, len(text)))]
        shown, restored, unresolved = streamed(text, labels, cuts)
        whole = restore(text, labels)
        assert shown == slow(text, labels) == whole.text, (text, cuts)
        assert restored == [whole.text[start:end] for start, end in whole.restored]
        assert unresolved == [whole.text[start:end] for start, end in whole.unresolved]


def test_no_part_of_a_label_is_ever_shown():
    for text in ("Hi ⟦PERSON_1⟧!", "Hi ⟦PERSON_9⟧!", "Hi ⟦person_11⟧'s"):
        rehydrator, shown = Rehydrator(MARKS), ""
        for char in text:
            shown += rehydrator.feed(char).text
            assert "⟦" not in shown or "⟦PERSON_9⟧" in shown


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_stop_inside_a_label_shows_it_as_unresolved(cut):
    rehydrator = Rehydrator(MARKS)
    first, rest = rehydrator.feed("Hi " + "⟦PERSON_1⟧"[:cut]), rehydrator.end()
    assert first.text == "Hi " and rest.text == "⟦PERSON_1⟧"[:cut]
    assert rest.unresolved == (((0, cut),) if cut > 1 else ())  # one bracket alone is a sign, not a label


def test_ranges_say_what_was_put_back():
    whole = restore("a ⟦PERSON_1⟧'s ⟦NOBODY_3⟧ b", MARKS)
    assert whole.text == "a Karen Baker's ⟦NOBODY_3⟧ b"
    assert [whole.text[start:end] for start, end in whole.restored] == ["Karen Baker"]
    assert [whole.text[start:end] for start, end in whole.unresolved] == ["⟦NOBODY_3⟧"]


def test_nothing_is_waited_for_longer_than_a_label():
    rehydrator = Rehydrator(MARKS)
    shown = rehydrator.feed("⟦" + "x" * 41).text
    assert shown == "⟦" + "x" * 41
    assert Rehydrator({}).feed("plain text").text == "plain text"
    held = 0
    rehydrator = Rehydrator({"Avery Stone": "K"})
    for fed, char in enumerate("The Avery Ston and Avery Stone's", start=1):
        held = max(held, len(char)) if rehydrator.feed(char).text == "" else 0
        assert held <= len("Avery Stone") - 1, fed
