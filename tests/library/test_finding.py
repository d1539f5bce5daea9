"""Finding what is asked for: names, codes, phrases, filters, time words, typing mistakes, scripts without spaces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from app.errors import UsageError
from app.events import SearchResult
from app.library.index import cuts_of
from app.library.meaning_search import MeaningSearch
from app.library.search import Search
from app.store.db import Store
from app.store.documents import Documents, NewDocument
from app.values import DocumentKind, Section

NOW = datetime(2026, 11, 21, 12, 0)


def at(year: int, month: int, day: int) -> float:
    """Noon of a day, seconds since 1970."""
    return datetime(year, month, day, 12).timestamp()


class Shelf:
    """A library of given texts, without a reader."""

    def __init__(self, store: Store) -> None:
        self.documents = Documents(store)
        self.search = Search(self.documents, meaning=MeaningSearch(store, vectors=None, embedder=None), now=lambda: NOW)

    def put(
        self,
        path: str,
        *texts: str,
        kind: DocumentKind = DocumentKind.TEXT,
        title: str = "",
        sender: str = "",
        written: float | None = None,
        sections: tuple[Section, ...] = (),
    ) -> None:
        """Keep one document, a page for each text."""
        made = sections or tuple(Section("page", number, text) for number, text in enumerate(texts, 1))
        new = NewDocument(
            Path(path), kind, title, "", 1, int(at(2020, 1, 1) * 1e9), path, sender=sender, written_at=written
        )
        self.documents.keep(new, made, cuts_of(made))

    def find(self, query: str, *, limit: int = 5) -> SearchResult:
        """Search as the library does."""
        return self.search.run(query, limit=limit)

    def names(self, query: str, *, limit: int = 5) -> list[str]:
        """Names of the files found, best first, each once."""
        return list(dict.fromkeys(passage.document.path.name for passage in self.find(query, limit=limit).passages))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Letters, invoices and mails of a small firm."""
    store = Store.open(tmp_path_factory.mktemp("finding") / "library.sqlite3")
    shelf = Shelf(store)
    for number in range(412, 424):
        shelf.put(
            f"/files/Invoices/{number}.pdf",
            f"Invoice INV-2023-0{number} of the year 2023. Please pay {number},50 euro within 14 days, section 2.",
            kind=DocumentKind.PDF,
            written=at(2023, number - 411, 5),
        )
    shelf.put("/files/Contracts/Office lease.pdf", "§ 14.2 The tenant gives notice in writing.", kind=DocumentKind.PDF)
    shelf.put("/files/Contracts/copy.txt", "Call Dana Kovács at +49 30 1234 about the boiler in the cellar, any day.")
    shelf.put("/files/phone.txt", "Numbers: 49 trees, 30 days, 1234 steps. Nobody calls.")
    shelf.put("/files/broken.pdf", "The agree-\nment was signed in the court-\nyard.", kind=DocumentKind.PDF)
    shelf.put("/files/chinese.txt", "合同规定租金每月三千元。租户必须提前三个月通知。")
    shelf.put("/files/japanese.txt", "東京大学の学生は図書館で本を読みます。")
    shelf.put("/files/thai.txt", "ค่าเช่าบ้านเดือนละห้าพันบาท")
    shelf.put("/mail/rent.eml", "The rent goes up.", kind=DocumentKind.MAIL, sender="Dana Kovács <dana@x.org>",
              written=at(2026, 3, 14), title="About the flat")  # fmt: skip
    shelf.put("/mail/rent2.eml", "The rent stays.", kind=DocumentKind.MAIL, sender="Lee <lee@x.org>",
              written=at(2025, 6, 1))  # fmt: skip
    messages = (
        Section("message", 1, "First letter about the garden.", sender="Mia <mia@x.org>", written_at=at(2021, 2, 3)),
        Section("message", 2, "Second letter about the garden.", sender="Tom <tom@x.org>", written_at=at(2022, 2, 3)),
    )
    shelf.put("/mail/box.mbox", kind=DocumentKind.MAIL, sections=messages)
    yield shelf
    store.close()


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("INV-2023-0417", "417.pdf"),
        ("what was to be paid for INV-2023-0420?", "420.pdf"),
        ("§ 14.2", "Office lease.pdf"),
        ("+49 30 1234", "copy.txt"),
        ('"notice in writing"', "Office lease.pdf"),
        ("Kovacs", "copy.txt"),
        ("agreement", "broken.pdf"),
        ("courtyard", "broken.pdf"),
        ("office lease", "Office lease.pdf"),
        ("about the flat", "rent.eml"),
        ("lee@x.org", "rent2.eml"),
        ("租金", "chinese.txt"),
        ("租户要提前多久通知", "chinese.txt"),
        ("図書館", "japanese.txt"),
        ('"東京大学"', "japanese.txt"),
        ("ค่าเช่า", "thai.txt"),
    ],
)
def test_names_codes_phrases_and_every_script_are_found_first(shelf: Shelf, query: str, name: str) -> None:
    assert shelf.names(query)[:1] == [name]


def test_a_phrase_leaves_out_what_holds_only_its_words(shelf: Shelf) -> None:
    assert shelf.names('"three months"') == []
    assert set(shelf.names('"The rent" stays')) == {"rent2.eml", "rent.eml"}
    assert shelf.names('"rent stays"') == ["rent2.eml"]
    found = shelf.find('"stays rent"')
    assert {p.document.path.name for p in found.passages} == {"rent.eml", "rent2.eml"}
    assert found.notices == ("No passage holds exactly “stays rent”; these hold its words.",)


def test_a_phrase_of_the_title_does_not_make_every_passage_one_that_says_it(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "library.sqlite3")
    shelf = Shelf(store)
    shelf.put("/cake.txt", "Sprinkle with cinnamon.", "Here is how plum cake is made.", title="Plum cake")
    shelf.put("/tart.txt", "A tart.", title="Lemon tart")
    assert [passage.text for passage in shelf.find('"plum cake"').passages] == ["Here is how plum cake is made."]
    assert [passage.text for passage in shelf.find('"lemon tart"').passages] == ["A tart."]
    store.close()


def test_a_word_left_out_is_in_no_passage(shelf: Shelf) -> None:
    assert set(shelf.names("rent")) >= {"rent.eml", "rent2.eml"}
    assert shelf.names("rent -stays") == ["rent.eml"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("rent type:mail", {"rent.eml", "rent2.eml"}),
        ("type:pdf notice", {"Office lease.pdf"}),
        ("rent from:dana", {"rent.eml"}),
        ("garden from:tom", {"box.mbox"}),
        ("rent after:2026", {"rent.eml"}),
        ("rent before:2026 type:mail", {"rent2.eml"}),
        ('in:"Contracts" boiler', {"copy.txt"}),
        ("in:Contracts INV-2023-0417", set()),
        ("rent from:nobody", set()),
        ("after:2026-02 before:2026-04 rent", {"rent.eml"}),
        ("on:2025-06 rent", {"rent2.eml"}),
        ("from:dana", {"rent.eml"}),
        ("mails from last March about the rent", {"rent.eml"}),
    ],
)
def test_filters_leave_nothing_else(shelf: Shelf, query: str, names: set[str]) -> None:
    assert set(shelf.names(query)) == names


def test_in_a_mailbox_only_the_message_passes(shelf: Shelf) -> None:
    assert [p.text for p in shelf.find("garden from:tom").passages] == ["Second letter about the garden."]
    assert [p.text for p in shelf.find("garden before:2022").passages] == ["First letter about the garden."]


def test_what_was_understood_is_told_and_can_be_undone(shelf: Shelf) -> None:
    found = shelf.find("rent type:mail after:2026")
    assert [(one.said, one.meaning, one.applied, one.undo) for one in found.understood] == [
        ("type:mail", "only mail", "filter", "rent after:2026"),
        ("after:2026", "from 1 January 2026 on", "filter", "rent type:mail"),
    ]
    assert found.searched_files == 1


def test_a_time_in_a_question_moves_up_and_hides_nothing(shelf: Shelf) -> None:
    found = shelf.find("what about the rent in March 2026?")
    assert [p.document.path.name for p in found.passages] == ["rent.eml", "rent2.eml"]
    assert [one.applied for one in found.understood] == ["preferred"]
    assert shelf.find(found.understood[0].undo).understood == ()
    assert shelf.names("what about the rent in June 2025?") == ["rent2.eml", "rent.eml"]


def test_time_words_that_leave_nothing_are_let_go_and_said(shelf: Shelf) -> None:
    found = shelf.find("mails from last week about the rent")
    assert {p.document.path.name for p in found.passages} == {"rent.eml", "rent2.eml"}
    assert found.notices == ("Nothing was written from 9 to 15 November 2026; this is from any time.",)
    assert found.understood == ()


def test_a_filter_nobody_passes_is_said(shelf: Shelf) -> None:
    found = shelf.find("rent from:nobody")
    assert (found.passages, found.searched_files) == ((), 0)
    assert found.notices == ("No file in the library fits: from “nobody”.",)


@pytest.mark.parametrize("query", ["type:banana rent", "after:someday rent", "-type:pdf rent", "type:pdf,banana"])
def test_a_filter_that_cannot_be_understood_is_one_sentence(shelf: Shelf, query: str) -> None:
    with pytest.raises(UsageError) as caught:
        shelf.find(query)
    assert caught.value.notice.happened.count(".") == 1 and caught.value.notice.do


@pytest.mark.parametrize(("typed", "written"), [("Danna", "Dana"), ("Kovasc", "Kovács"), ("Dnaa", "Dana")])
def test_a_mistyped_name_is_found_and_said(shelf: Shelf, typed: str, written: str) -> None:
    found = shelf.find(typed)
    assert [(one.said, one.meaning, one.applied) for one in found.understood] == [(typed, written, "corrected")]
    assert "copy.txt" in [p.document.path.name for p in found.passages]
    assert shelf.find(found.understood[0].undo).passages == ()


def test_codes_and_words_that_occur_are_never_corrected(shelf: Shelf) -> None:
    assert shelf.find("INV-2023-0999 0418").understood == ()
    assert shelf.find("Dana boiler").understood == ()


class Misled(MeaningSearch):
    """A search for meaning that finds everything alike, in the order of the library."""

    def find(self, text: str, *, limit: int, generation: int, documents: object) -> tuple[list[tuple[int, float]], str]:
        return [(passage, 0.5) for passage in range(1, 30)], "meaning:exact"


def test_what_is_alike_in_meaning_passes_no_code_phrase_or_word_left_out(shelf: Shelf) -> None:
    search = Search(shelf.documents, meaning=Misled(shelf.documents.store, vectors=None, embedder=None))

    def names(query: str) -> list[str]:
        return [passage.document.path.name for passage in search.run(query, limit=30).passages]

    assert names("was INV-2023-0419 paid?")[0] == "419.pdf"
    assert names('"notice in writing"') == ["Office lease.pdf"]
    assert "rent2.eml" not in names("rent -stays") and "rent.eml" in names("rent -stays")
    assert names("INV-2023-0419 -invoice").count("419.pdf") == 0
    assert names("garden from:tom") == ["box.mbox"]


def test_the_same_text_in_two_files_is_one_hit(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "library.sqlite3")
    shelf = Shelf(store)
    words = "The lift is looked after twice a year by the firm that built it, and the house pays for the work."
    shelf.put("/a/one.txt", words)
    shelf.put("/b/two.txt", f"{words}\n")
    shelf.put("/b/third.txt", "The lift is broken.")
    bill = (
        "The yearly bill for the lift, its cables, doors and lights in both of our houses comes to {} euros, to be "
        "paid by every owner before summer begins, or else with interest."
    )
    shelf.put("/c/2023.txt", bill.format(300))
    shelf.put("/c/2024.txt", bill.format(400))
    found = shelf.find("who looks after the lift?")
    assert found.passages[0].document.path.name == "one.txt"
    assert {p.document.path.name for p in found.passages} == {"one.txt", "third.txt", "2023.txt", "2024.txt"}
    assert found.also_in == ((found.passages[0].id, (Path("/b/two.txt"),)),)
    store.close()


def test_a_sentence_that_runs_over_the_page_brings_the_next_one(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "library.sqlite3")
    shelf = Shelf(store)
    shelf.put("/a.pdf", "The deposit is paid back by", "the landlord within six weeks.", kind=DocumentKind.PDF)
    shelf.put("/b.pdf", "The deposit is large.", "unrelated words stand here.", kind=DocumentKind.PDF)
    found = shelf.find("deposit", limit=8).passages
    assert [(p.document.path.name, p.anchor.page) for p in found] == [("b.pdf", 1), ("a.pdf", 1), ("a.pdf", 2)]  # type: ignore[union-attr]  # pages
    assert found[2].found_by == ("neighbour",)
    store.close()
