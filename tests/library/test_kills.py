"""A short slice of the kill runs, with a fixed seed; the long ones are tests/soak/kill_index.py."""

from __future__ import annotations

from pathlib import Path

from kill_rounds import rounds

from app.library.vectors import Vectors, VectorState
from app.store.db import Store
from app.store.embeddings import Embeddings


def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    outcome = rounds(tmp_path, kills=5, files=150, seed=20, vectors=False)
    assert outcome.wrong == []
    assert outcome.killed_while_working >= 2, "the kills came too late to prove anything"


def test_killed_with_the_vector_index_open_it_is_whole_again(tmp_path: Path) -> None:
    outcome = rounds(tmp_path, kills=2, files=25, seed=7, vectors=True)
    assert outcome.wrong == []
    store = Store.open(tmp_path / "profile" / "indoors.sqlite3")
    vectors = Vectors(tmp_path / "profile" / "vectors")
    embeddings = Embeddings(store, "words-64", width=64)
    vectors.use(embeddings)
    query = next(iter(embeddings.after(0)))
    hits, name = vectors.search(query[2], limit=3, generation=store.generation())
    state = vectors.settle(30)
    vectors.close()
    store.close()
    assert (name, state) == ("meaning:chroma", VectorState.READY)
    assert hits[0][1] > 0.99
