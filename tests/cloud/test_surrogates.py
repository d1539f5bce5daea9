"""One label per value, the same through a conversation and after a restart, sealed on disk, never one in use."""

import os

import pytest
from cryptography.exceptions import InvalidTag

from app.cloud.redact.found import By, Found, Kind
from app.cloud.rehydrate import restore
from app.cloud.surrogates import Surrogates, instruction
from app.store.conversations import Conversations
from app.store.db import Store
from app.store.hidden_words import HiddenWords


class Kept:
    """Secrets as the keyring gives them: the same for a name, always."""

    def __init__(self):
        self.known = {}

    def secret(self, name):
        return self.known.setdefault(name, os.urandom(32))


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "indoors.db")
    yield store
    store.close()


@pytest.fixture
def talk(store):
    return Conversations(store).begin("Talk")


def at(texts, *values, kind=Kind.PERSON):
    return [
        Found(number, text.index(value), text.index(value) + len(value), kind, value, By.NAMES)
        for number, text in enumerate(texts)
        for value in values
        if value in text
    ]


def test_one_label_per_value_stable_and_sealed(store, talk, tmp_path):
    secrets, texts = Kept(), ["Ask Zoë Quillfeather.", "ZOE  QUILLFEATHER called Bob."]
    first = Surrogates(store, secrets, talk)
    found = at(texts, "Zoë Quillfeather", "ZOE  QUILLFEATHER", "Bob")
    swapped = first.swap(texts, found)
    assert swapped.texts == ["Ask ⟦PERSON_1⟧.", "⟦PERSON_1⟧ called ⟦PERSON_2⟧."]
    assert [swapped.texts[1][start:end] for start, end, _ in swapped.labels[1]] == ["⟦PERSON_1⟧", "⟦PERSON_2⟧"]
    assert [(swap.label, swap.value, swap.found_by) for swap in swapped.swaps] == [
        ("⟦PERSON_1⟧", "Zoë Quillfeather", "names"),
        ("⟦PERSON_2⟧", "Bob", "names"),
    ]
    again = Surrogates(store, secrets, talk)
    assert again.known() == {"⟦PERSON_1⟧": "Zoë Quillfeather", "⟦PERSON_2⟧": "Bob"}
    assert again.swap(["Bob, Eve"], at(["Bob, Eve"], "Bob", "Eve")).texts == ["⟦PERSON_2⟧, ⟦PERSON_3⟧"]
    store.close()
    for file in tmp_path.iterdir():
        assert b"Quillfeather" not in file.read_bytes()


def test_another_key_or_another_row_opens_nothing(store, talk):
    secrets = Kept()
    Surrogates(store, secrets, talk).swap(["Bob"], at(["Bob"], "Bob"))
    with pytest.raises(InvalidTag):
        Surrogates(store, Kept(), talk).known()
    with store.write() as db:
        db.execute("UPDATE labels SET label = '⟦PERSON_7⟧'")
    with pytest.raises(InvalidTag):
        Surrogates(store, secrets, talk).known()


def test_a_label_that_stands_in_the_text_the_list_or_the_library_is_refused(store, talk):
    texts = ["⟦person_1⟧ is not Bob"]
    labels = Surrogates(store, Kept(), talk, hidden=["about ⟦PERSON_2⟧"], taken=lambda label: label == "⟦PERSON_3⟧")
    assert labels.swap(texts, at(texts, "Bob")).texts == ["⟦person_1⟧ is not ⟦PERSON_4⟧"]
    later = ["he wrote ⟦PERSON_4⟧, Bob did"]  # an old label that stands in a new text would be put back wrongly
    assert labels.swap(later, at(later, "Bob")).texts == ["he wrote ⟦PERSON_4⟧, ⟦PERSON_5⟧ did"]


def test_what_the_person_lets_leave_stays(store, talk):
    texts = ["Bob met Eve"]
    swapped = Surrogates(store, Kept(), talk).swap(texts, at(texts, "Bob", "Eve"), as_written={"bob"})
    assert swapped.texts == ["Bob met ⟦PERSON_1⟧"]


def test_secrets_that_differ_in_case_are_two(store, talk):
    texts = ["aB3xK9 or Ab3xK9"]
    swapped = Surrogates(store, Kept(), talk).swap(texts, at(texts, "aB3xK9", "Ab3xK9", kind=Kind.SECRET))
    assert swapped.texts == ["⟦SECRET_1⟧ or ⟦SECRET_2⟧"]


def test_labels_given_before_the_conversation_are_taken_over(store, talk):
    secrets = Kept()
    early = Surrogates(store, secrets, 0)
    swaps = early.swap(["Bob"], at(["Bob"], "Bob")).swaps
    Surrogates(store, secrets, talk).take_over(swaps)
    assert Surrogates(store, secrets, talk).known() == {"⟦PERSON_1⟧": "Bob"} == early.known()
    with store.write() as db:
        db.execute("DELETE FROM conversations")
    assert Surrogates(store, secrets, talk).known() == {}


def test_swapped_and_restored_is_the_text(store, talk):
    texts = ["Bob's note: $1\\g<0> ⟦⟧ _Eve_\nבוב"]
    labels = Surrogates(store, Kept(), talk)
    swapped = labels.swap(texts, at(texts, "Bob", "Eve", "בוב", "$1\\g<0>"))
    assert "Bob" not in swapped.texts[0] and "Eve" not in swapped.texts[0]
    assert restore(swapped.texts[0], labels.known()).text == texts[0]
    assert "⟦PERSON_1⟧" in instruction(labels.known()) and instruction({}) == ""


def test_hidden_words_are_kept(store):
    words = HiddenWords(store)
    assert words.add(" Project  Falke ") and not words.add("Project Falke") and not words.add("  ")
    assert words.all() == ["Project Falke"]
    assert words.remove("Project Falke") and not words.remove("Project Falke") and words.all() == []


def test_a_second_look_keeps_the_labels_of_the_first(store, talk):
    labels = Surrogates(store, Kept(), talk)
    once = labels.swap(["Bob met Eve"], at(["Bob met Eve"], "Bob")).texts[0]
    again = [once, "Bob left"]
    assert labels.swap(again, at(again, "Bob", "Eve")).texts == ["⟦PERSON_1⟧ met ⟦PERSON_2⟧", "⟦PERSON_1⟧ left"]
