"""A document that is read again keeps the rows, ids and vectors of everything that still says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.store.db import Store
from app.store.documents import Cut, Documents, NewDocument
from app.store.embeddings import Embeddings
from app.store.full_text import Words
from app.values import DocumentKind, Section


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "a.sqlite3")


def keep(store: Store, texts: list[str], *, title: str = "T") -> dict[str, int]:
    """Keep a file whose passages are these texts; their ids by text (the last of equal ones)."""
    cuts, at = [], 0
    for text in texts:
        cuts.append(Cut(0, at, at + len(text), ""))
        at += len(text)
    new = NewDocument(Path("/f.txt"), DocumentKind.TEXT, title, "", at, 1, "".join(texts))
    document = Documents(store).keep(new, [Section("lines", 1, "".join(texts))], cuts)
    return {passage.text: passage.id for passage in Documents(store).passages_of(document.id)}


def embed(store: Store) -> int:
    """Give every passage a vector; how many needed one."""
    embeddings = Embeddings(store, "e", width=1)
    missing = embeddings.missing(1000)
    embeddings.keep([(passage, b"\0\0") for passage, _ in missing])
    return len(missing)


def test_one_edited_passage_is_the_only_new_one(store: Store) -> None:
    before = keep(store, ["One.\n", "Two.\n", "Three.\n"])
    assert embed(store) == 3
    after = keep(store, ["One.\n", "Two, edited.\n", "Three.\n"])
    assert (after["One.\n"], after["Three.\n"]) == (before["One.\n"], before["Three.\n"])
    assert after["Two, edited.\n"] not in before.values()
    assert embed(store) == 1
    assert Embeddings(store, "e", width=1).count() == 3
    words = Words(store)
    assert not [hit for hit in words.search("two", limit=9) if hit[0] in before.values()]
    assert [hit[0] for hit in words.search("edited", limit=9)] == [after["Two, edited.\n"]]


def test_what_moved_keeps_its_vector_and_stands_at_its_new_place(store: Store) -> None:
    before = keep(store, ["One.\n", "Two.\n"])
    embed(store)
    after = keep(store, ["New first.\n", "Two.\n", "One.\n"])
    assert (after["One.\n"], after["Two.\n"]) == (before["One.\n"], before["Two.\n"])
    found = Documents(store).passages([after["One.\n"]])[after["One.\n"]]
    assert (found.start_char, found.end_char) == (16, 21)
    assert embed(store) == 1


def test_blanks_around_a_passage_change_its_text_and_not_its_vector(store: Store) -> None:
    before = keep(store, ["One."])
    embed(store)
    after = keep(store, ["One.\n\n", "Two."])
    assert after["One.\n\n"] == before["One."]
    assert embed(store) == 1


def test_another_title_is_another_meaning(store: Store) -> None:
    before = keep(store, ["One.\n"])
    embed(store)
    after = keep(store, ["One.\n"], title="Other")
    assert after["One.\n"] != before["One.\n"]
    assert embed(store) == 1


_TEXTS = st.lists(st.sampled_from(["a.\n", "a.\n\n", "b.\n", " b.\n", "c d.\n", "e.\n"]), min_size=1, max_size=9)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=st.lists(_TEXTS, min_size=2, max_size=5))
def test_after_any_edits_the_rows_are_those_of_a_first_reading(store: Store, versions: list[list[str]]) -> None:
    for texts in versions:
        keep(store, texts)
        embed(store)
        (document,) = Documents(store).documents()
        passages = Documents(store).passages_of(document.id)
        assert [passage.text for passage in passages] == texts
        assert document.sha256 == "".join(texts) == "".join(p.text for p in passages)
        assert [p.start_char for p in passages] == [sum(map(len, texts[:at])) for at in range(len(texts))]
        assert Embeddings(store, "e", width=1).count() == len(texts)
        with store.write() as db:
            db.execute("INSERT INTO passage_words (passage_words, rank) VALUES ('integrity-check', 1)")


def test_a_file_called_by_its_name_is_found_by_its_new_name_without_being_read(store: Store) -> None:
    before = keep(store, ["One.\n", "Two.\n"], title="f")
    assert embed(store) == 2
    (document,) = Documents(store).documents()
    Documents(store).touch(document.id, size_bytes=1, mtime_ns=1, path=Path("/other/zebra.txt"))
    (renamed,) = Documents(store).documents()
    assert (renamed.id, renamed.title, renamed.path) == (document.id, "zebra", Path("/other/zebra.txt"))
    assert {hit[0] for hit in Words(store).search("zebra", limit=9)} >= set(before.values())
    texts = [text for _, text in Embeddings(store, "e", width=1).missing(9)]
    assert texts == ["zebra\nOne.", "zebra\nTwo."], "the vectors name the file, too"
    assert embed(store) == 2


def test_a_title_of_its_own_outlives_a_new_name(store: Store) -> None:
    keep(store, ["One.\n"], title="The lease")
    embed(store)
    (document,) = Documents(store).documents()
    Documents(store).touch(document.id, size_bytes=1, mtime_ns=1, path=Path("/zebra.txt"))
    assert Documents(store).documents()[0].title == "The lease"
    assert embed(store) == 0
