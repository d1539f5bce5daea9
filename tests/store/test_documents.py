"""Rows of documents, words, conversations and summaries: kept whole, replaced whole, found by their words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.anchors import anchor_of, anchor_within
from app.store.conversations import Conversations, Turn
from app.store.db import Store
from app.store.documents import Cut, Documents, NewDocument
from app.store.full_text import Words
from app.store.summaries import Summaries, SummaryPart
from app.values import Document, DocumentKind, LinesAnchor, PageAnchor, Section, TimeAnchor


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "indoors.sqlite3")
    yield store
    store.close()


def keep(store: Store, name: str, *texts: str) -> Document:
    """A document with one page per text, one passage per page."""
    sections = [Section("page", number + 1, text) for number, text in enumerate(texts)]
    cuts = [Cut(number, 0, len(text), "") for number, text in enumerate(texts)]
    new = NewDocument(Path(f"/papers/{name}.pdf"), DocumentKind.PDF, name, "", 1, 1, name)
    return Documents(store).keep(new, sections, cuts)


def found(store: Store, words: str, **options: object) -> list[str]:
    rows = Words(store).search(words, limit=10, **options)  # type: ignore[arg-type]  # forwarded keywords
    passages = Documents(store).passages([row[0] for row in rows])
    return [passages[row[0]].text for row in rows]


def test_a_document_read_again_keeps_its_number_and_loses_its_old_words(store: Store) -> None:
    first = keep(store, "a", "the old boiler", "page two")
    second = keep(store, "a", "the new heat pump")
    assert second.id == first.id
    assert found(store, "boiler") == []
    assert found(store, "pumps") == ["the new heat pump"]
    assert Documents(store).counts() == (1, 1, 0)


def test_dropping_a_document_leaves_no_trace(store: Store) -> None:
    document = keep(store, "a", "boiler", "boilers")
    assert Documents(store).drop([document.id]) == 2
    with store.read() as db:
        for table in ("documents", "sections", "passages", "embeddings"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
        db.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
    assert found(store, "boiler") == []


def test_folders_with_like_names_are_not_mixed_up(store: Store) -> None:
    keep(store, "tax/one", "alpha")
    keep(store, "tax2/two", "alpha")
    keep(store, "tax", "alpha")
    assert sorted(Documents(store).known(Path("/papers/tax"))) == ["/papers/tax/one.pdf"]
    assert len(found(store, "alpha", within=[Path("/papers/tax")])) == 1
    assert len(found(store, "alpha", within=[Path("/papers/tax"), Path("/papers/tax.pdf")])) == 2


def test_words_with_signs_are_only_words(store: Store) -> None:
    keep(store, "a", 'the "quoted" AND col:umn NEAR* (x) ^caret')
    for words in ('"quoted"', "AND", "col:umn", "NEAR*", "(x", "^caret", 'x" OR "y', "-quoted", "{}[]"):
        found(store, words)
    assert found(store, 'quoted" OR nothing')


def test_titles_and_headings_are_searched_too(store: Store) -> None:
    keep(store, "Gasrechnung 2025", "Total 120 euros")
    assert found(store, "gasrechnung") == ["Total 120 euros"]


def test_rare_words_decide_when_others_are_everywhere(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.full_text._ROWS_WORTH_RANKING", 30)
    keep(store, "a", *[f"page contract number {n}" for n in range(40)], "page contract walrus")
    assert found(store, "contract page walrus")[0] == "page contract walrus"
    assert len(found(store, "contract page")) == 10


def test_a_question_of_stop_words_alone_still_searches(store: Store) -> None:
    keep(store, "a", "The Who is a band")
    assert found(store, "who is it") == ["The Who is a band"]


def test_anchors_tell_the_place_of_any_part() -> None:
    lines = Section("lines", 10, "one\n\ntwo three\nfour\n")
    assert anchor_of(lines, 4, 20) == LinesAnchor(12, 13)
    assert anchor_of(Section("page", 3, "abc def"), 4, 7) == PageAnchor(3, 4, 7)
    spoken = Section("time", 1, "hello there\nbye", spans=((0, 12, 1.0, 2.5, ""), (12, 15, 3.0, 4.0, "")))
    assert anchor_of(spoken, 6, 11) == TimeAnchor(1.0, 2.5)
    assert anchor_of(spoken, 6, 13) == TimeAnchor(1.0, 4.0)


def test_a_part_of_a_passage_has_its_own_place(store: Store) -> None:
    section = Section("lines", 1, "\n\nfirst line\nsecond line\nthird\n")
    new = NewDocument(Path("/papers/n.txt"), DocumentKind.TEXT, "n", "", 1, 1, "n")
    document = Documents(store).keep(new, [section], [Cut(0, 0, len(section.text), "")])
    (passage,) = Documents(store).passages_of(document.id)
    assert passage.anchor == LinesAnchor(3, 5)
    at = passage.text.index("second")
    assert anchor_within(passage, at, at + 11) == LinesAnchor(4, 4)


def test_conversations_outlive_the_files_they_cite(store: Store) -> None:
    conversations = Conversations(store)
    number = conversations.begin("What is the rent?  " + "x" * 200)
    turn = Turn("What is the rent?", "900 [1]", citations=({"n": 1, "quote": "ä 900"},), passages=(1, 2), seconds=0.5)
    conversations.add(number, turn)
    (kept,) = conversations.turns(number)
    assert (kept.answer, kept.citations, kept.passages) == ("900 [1]", ({"n": 1, "quote": "ä 900"},), (1, 2))
    listed = conversations.all()
    assert (len(listed), listed[0].turns, len(listed[0].title)) == (1, 1, 80)
    assert conversations.delete(number)
    assert not conversations.delete(number)
    assert conversations.turns(number) == []
    with pytest.raises(KeyError):
        conversations.add(number, turn)


def test_a_summary_goes_on_with_its_finished_parts_until_the_file_changes(store: Store) -> None:
    document = keep(store, "a", "text")
    summaries = Summaries(store)
    key = {"model": "m", "length": "short", "style": "prose"}
    begun = summaries.begin(document.id, sha256="one", **key)
    summaries.keep_part(begun.id, SummaryPart(0, "Start", {"sentences": ["It begins."]}))
    again = summaries.begin(document.id, sha256="one", **key)
    assert again.id == begun.id
    assert summaries.parts(again.id)[0].content == {"sentences": ["It begins."]}
    summaries.finish(begun.id, {"summary": "All."})
    assert summaries.of_document(document.id)[0].result == {"summary": "All."}
    changed = summaries.begin(document.id, sha256="two", **key)
    assert (changed.finished, summaries.parts(changed.id), len(summaries.of_document(document.id))) == (False, [], 1)
