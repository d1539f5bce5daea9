"""A library from before anything could leave: it opens, keeps what was said in it, and starts with nothing spent."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.store.conversations import Conversations
from app.store.db import Store
from app.store.documents import Documents
from app.store.migrate import backup_path
from app.store.spending import SpendingRows

OLD = Path(__file__).parents[1] / "data" / "library-4.sqlite3"


def test_a_library_of_the_fourth_version_keeps_its_answers_and_can_spend(tmp_path: Path) -> None:
    path = tmp_path / "indoors.sqlite3"
    shutil.copy(OLD, path)
    store = Store.open(path)
    assert Documents(store).counts() == (1, 1, 0)
    turn = Conversations(store).turns(1)[0]
    assert (turn.answer, turn.place, turn.model) == ("Two rents. [1]", "on_device", "")
    rows = SpendingRows(store)
    assert rows.sums(month="2026-11", since=0.0) == (0, 0, 0)
    assert rows.prices() == []
    with rows.reserving("2026-11") as (db, taken):
        assert taken == 0
        rows.add(
            db,
            permit="a",
            month="2026-11",
            made_at=1.0,
            provider="p",
            model="m",
            state="reserved",
            ceiling_micros=5,
            estimate_micros=3,
        )
    assert rows.sums(month="2026-11", since=0.0) == (0, 5, 0)
    assert backup_path(path, 4).exists()
    store.close()
