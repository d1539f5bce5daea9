"""Totals and the journal of vectors stay true through every way rows come and go, and nobody counts row by row."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.db import Store
from app.store.documents import Cut, Documents, NewDocument
from app.store.embeddings import Embeddings
from app.values import DocumentKind, Section


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "indoors.sqlite3")
    yield store
    store.close()


def keep(store: Store, name: str, lines: int) -> int:
    text = "".join(f"line {number} of {name}\n" for number in range(lines))
    cuts, at = [], 0
    for line in text.splitlines(keepends=True):
        cuts.append(Cut(0, at, at + len(line), ""))
        at += len(line)
    new = NewDocument(Path(f"/{name}.txt"), DocumentKind.TEXT, name, "", at, 1, name)
    return Documents(store).keep(new, [Section("lines", 1, text)], cuts).id


def counted(store: Store, embeddings: Embeddings) -> tuple[int, int, int]:
    """Documents, passages and vectors, counted row by row."""
    with store.read() as db:
        documents, passages = db.execute("SELECT count(*), coalesce(sum(passages), 0) FROM documents").fetchone()
        vectors = db.execute("SELECT count(*) FROM embeddings WHERE embedder = ?", (embeddings.embedder(),)).fetchone()
    return documents, passages, vectors[0]


def without_vector(store: Store) -> set[int]:
    with store.read() as db:
        return {row[0] for row in db.execute("SELECT id FROM passages EXCEPT SELECT passage FROM embeddings")}


def test_totals_and_journal_hold_through_random_changes(store: Store) -> None:
    chance, embeddings, documents = random.Random(7), Embeddings(store, "e", width=2), Documents(store)
    mirror: dict[int, bytes] = {}
    seen = 0
    for step in range(120):
        match chance.randrange(5):
            case 0 | 1:
                keep(store, f"d{chance.randrange(12)}", chance.randint(1, 30))
            case 2:
                known = documents.documents()
                documents.drop(document.id for document in known[: chance.randrange(3)])
            case 3:
                rows = embeddings.missing(chance.randint(1, 40))
                assert {number for number, _ in rows} <= without_vector(store)
                embeddings.keep([(number, bytes([step % 250] * 4)) for number, _ in rows])
            case _:
                some = embeddings.ids()[:3]
                embeddings.keep([(number, bytes([step % 250] * 4)) for number in some])
                with store.write() as db:
                    db.execute("DELETE FROM embeddings WHERE passage = ?", (chance.choice([*some, 0]),))
        files, passages, _ = documents.counts()
        assert (files, passages, embeddings.count()) == counted(store, embeddings)
        changed, seen = embeddings.changed_since(seen, 10_000)
        now = {number: vector for number, _, vector in embeddings.rows_of(changed)}
        for number in changed:
            mirror.pop(number, None)
        mirror |= now
        assert mirror == embeddings.of(embeddings.ids())
    keep(store, "last", 70)
    found = set()
    while rows := embeddings.missing(50):
        found |= {number for number, _ in rows}
        embeddings.keep([(number, b"abcd") for number, _ in rows])
    assert found and not without_vector(store)


def test_what_lost_its_vector_is_found_again(store: Store) -> None:
    embeddings = Embeddings(store, "e", width=2)
    keep(store, "a", 20)
    embeddings.keep([(number, b"abcd") for number, _ in embeddings.missing(100)])
    assert embeddings.missing(10) == []
    with store.write() as db:
        db.execute("DELETE FROM embeddings WHERE passage IN (7, 3)")
    assert [number for number, _ in embeddings.missing(10)] == [3, 7]


def test_nobody_looks_again_where_all_have_vectors(store: Store) -> None:
    embeddings = Embeddings(store, "e", width=2)
    keep(store, "a", 3000)
    embeddings.keep([(number, b"abcd") for number, _ in embeddings.missing(5000)])
    keep(store, "b", 2)

    def steps() -> int:
        count = 0

        def tick() -> int:
            nonlocal count
            count += 1
            return 0

        with store.read() as db:
            db.set_progress_handler(tick, 100)
        assert len(embeddings.missing(5)) == 2
        with store.read() as db:
            db.set_progress_handler(None, 0)
        return count

    first = steps()
    assert steps() < first / 5, "the second look begins behind the complete ones"


def test_the_journal_is_cut_off(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.embeddings._JOURNAL", 30)
    embeddings = Embeddings(store, "e", width=2)
    keep(store, "a", 100)
    embeddings.keep([(number, b"abcd") for number, _ in embeddings.missing(100)])
    first, last = embeddings.journal()
    assert (first, last) == (71, 100)
