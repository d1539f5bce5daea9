"""Words of the person's files in what would leave: found through the library's own index, whatever was done to them."""

from collections.abc import Iterator

import pytest

from app.cloud.copied import COMMON_FROM, MOST_BYTES, Held, Lookup, copied, longest_word, lookup_in, too_many_bytes
from app.library.library import Library
from app.library.reading import Reading
from app.paths import Profile
from app.store.db import Store
from models.api import Cancel

LETTER = (
    "The tenant shall surrender the garden shed behind Quince Street before the second Monday of every leap year. "
    "The landlord, Mr Ohlsen, keeps a copper kettle in the cellar.\n\nThe deposit is 1,710 euros."
)
LEGAL = "Amendments to this agreement require the written form and the signature of both contracting parties."
BROKEN = "Whoever finds the misplaced harbour lantern must imme-\ndiately return it to the lighthouse keeper at Skagen."
JAPANESE = "賃借人は毎月末日までに家賃を大家の口座に振り込まなければならないと契約書に書かれている。"


@pytest.fixture(scope="module")
def lookup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lookup]:
    """Through a real library: a letter, a text with a broken word, Japanese, and one legal formula in many files."""
    folder = tmp_path_factory.mktemp("copied")
    shelf = folder / "files"
    shelf.mkdir()
    texts = {"letter.txt": LETTER, "broken.txt": BROKEN, "japanese.txt": JAPANESE}
    texts |= {f"contract{at}.txt": f"Contract number {at} about shelf {at * 7}. {LEGAL}" for at in range(COMMON_FROM)}
    for name, text in texts.items():
        (shelf / name).write_text(text, encoding="utf-8")
    profile = Profile.at(folder / "profile")
    store = Store.open(profile.database)
    library = Library(store, reading=Reading(profile.scratch))
    for _ in library.index([shelf], cancel=Cancel()):
        pass
    yield lookup_in(store)
    library.close()
    store.close()


@pytest.mark.parametrize(
    "text",
    [
        "surrender the garden shed behind Quince Street before the second",
        "Is it true that I SURRENDER THE GARDEN SHED, behind Quince Street; before the end?",
        "surrender — the garden / shed (behind) *Quince* Street: before … the",
        "surrender the gar\u00adden shed be\u200bhind Quince Street before the",
        "ｓｕｒｒｅｎｄｅｒ the garden shed behind Quince Street before the",
        "surrender\nthe\ngarden\nshed\nbehind\nQuince\nStreet\nbefore",
        # thirty-two characters in a row, in fewer than eight words, also cut in the middle of words
        "keeps a copper kettle in the cellar",
        "xx pper kettle in the cellar. The deposit is yy".replace("xx ", "").replace(" yy", ""),
        "rrender the garden shed behind Quin",
        # a word broken over a line end, joined again
        "must immediately return it to the lighthouse keeper",
        # a script without spaces
        "毎月末日までに家賃を大家の口座に振り込まなければならない",
    ],
)
def test_words_of_a_file_are_seen(lookup: Lookup, text: str) -> None:
    found = copied(text, lookup)
    assert found
    assert found[0].document.suffix == ".txt"
    assert 0 <= found[0].start < found[0].end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "When must the tenant give back the garden shed?",
        "Notice period · 90 days",
        "Who is the landlord and what is in the cellar?",
        "The deposit is 1,710",
        "surrender the garden shed",
        "What is the name of the person who is the owner of it?",
        # stands in so many files that it is nobody's
        LEGAL,
    ],
)
def test_ordinary_questions_and_common_words_may_leave(lookup: Lookup, text: str) -> None:
    assert copied(text, lookup) == ()


def test_the_place_is_told_exactly(lookup: Lookup) -> None:
    before = "Please tell me whether I must "
    text = before + "surrender the garden shed behind Quince Street before noon"
    (found,) = copied(text, lookup)
    assert text[found.start : found.end] == "surrender the garden shed behind Quince Street before"
    assert found.document.name == "letter.txt"


def test_our_own_words_are_not_looked_at(lookup: Lookup) -> None:
    ours = "surrender the garden shed behind Quince Street before the second Monday"
    assert copied(f"{ours}\n\nWhat is the rent?", lookup, ours=[ours]) == ()
    assert copied(f"{ours} of every leap year", lookup, ours=["nothing of it"])
    # What stands on both sides of our words is not joined to one row of words.
    assert copied("surrender the garden shed OURS behind Quince Street before", lookup, ours=["OURS"]) == ()


def test_the_budget_of_a_round() -> None:
    assert too_many_bytes(["a" * MOST_BYTES]) == 0
    assert too_many_bytes(["é" * MOST_BYTES]) == MOST_BYTES
    assert longest_word("Notice " + "k" * 40) == 40


def test_words_that_stand_nowhere_are_asked_for_once() -> None:
    asked: list[str] = []

    def nowhere(phrase: str) -> list[Held]:
        asked.append(phrase)
        return []

    assert copied("surrender the garden shed behind Quince Street before the second Monday of the year", nowhere) == ()
    assert asked
    assert not any(f" {one} " in f" {later} " for at, one in enumerate(asked) for later in asked[at + 1 :])
