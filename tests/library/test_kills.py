"""A short slice of the kill runs, with a fixed seed; the long ones are tests/soak/kill_index.py."""

from __future__ import annotations

import shutil
from pathlib import Path

from kill_rounds import Outcome, check, rounds

from app.library.vectors import Vectors, VectorState
from app.store.db import Store
from app.store.embeddings import Embeddings


def test_killed_at_any_moment_while_files_change_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    outcome = rounds(tmp_path, kills=3, files=60, seed=20, vectors=False)
    assert outcome.wrong == []
    assert outcome.killed_while_working >= 2, "the kills came too late to prove anything"
    assert outcome.changes > 10


def test_killed_with_the_vector_index_open_it_is_whole_again(tmp_path: Path) -> None:
    outcome = rounds(tmp_path, kills=1, files=15, seed=7, vectors=True)
    assert outcome.wrong == []
    store = Store.open(tmp_path / "profile" / "indoors.sqlite3")
    vectors = Vectors(tmp_path / "profile" / "vectors")
    embeddings = Embeddings(store, "words-64", width=64)
    vectors.use(embeddings)
    query = next(iter(embeddings.after(0)))
    vectors.follow(store.generation())
    state = vectors.settle(30)
    hits, _ = vectors.search(query[2], limit=3, generation=store.generation())
    vectors.close()
    store.close()
    assert state is VectorState.READY
    assert hits[0][1] > 0.99


def test_the_check_sees_what_it_is_for(tmp_path: Path) -> None:
    assert rounds(tmp_path, kills=0, files=3, seed=1, vectors=False).wrong == []
    first = "(SELECT min(id) FROM passages)"
    for number, (damage, said) in enumerate(
        [
            (f"DELETE FROM passages WHERE id = {first}", "other passages than promised"),
            (f"UPDATE embeddings SET vector = zeroblob(128) WHERE passage = {first}", "vectors of other words"),
            (f"UPDATE passages SET text = text || 'x' WHERE id = {first}", "mixes two versions"),
            (f"DELETE FROM embeddings WHERE passage = {first}; UPDATE embedders SET complete_to = 9", "nobody would"),
        ]
    ):
        shutil.copytree(tmp_path / "scratch", damaged := tmp_path / f"damaged-{number}")
        store = Store.open(damaged / "indoors.sqlite3")
        with store.write() as db:
            for statement in damage.split(";"):
                db.execute(statement)
        store.close()
        outcome = Outcome()
        check(damaged, outcome, "now")
        assert any(said in wrong for wrong in outcome.wrong), (damage, outcome.wrong)
