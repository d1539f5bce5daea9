"""The rows of the ledger: only added, found quickly by kind and by parcel, and dropped bytes are gone from the file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import ProfileTrouble
from app.store.db import Store
from app.store.ledger_rows import KeptBytes, LedgerRow, LedgerRows


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[LedgerRows]:
    store = Store.open(tmp_path / "indoors.sqlite3")
    yield LedgerRows(store)
    store.close()


def line(seq: int, kind: str, **fields: object) -> LedgerRow:
    return LedgerRow(seq, kind, json.dumps({"at": float(seq), **fields}), f"{seq - 1:x}", f"{seq:x}")


def add(rows: LedgerRows, row: LedgerRow, body: bytes | None = None, drop: tuple[int, ...] = ()) -> None:
    rows.add(row, keep=KeptBytes(b"n" * 12, body) if body is not None else None, drop=drop, durable=True)


def test_rows_come_back_as_they_were_added(rows: LedgerRows) -> None:
    added = [line(1, "intent"), line(2, "connection"), line(3, "result", about=1)]
    for row in added:
        add(rows, row, b"body" if row.kind == "intent" else None)
    assert rows.last() == added[2]
    assert rows.at(2) == added[1]
    assert rows.at(9) is None
    assert list(rows.all()) == [(added[0], KeptBytes(b"n" * 12, b"body")), (added[1], None), (added[2], None)]
    assert rows.newest([], limit=2, offset=0) == [added[2], added[1]]
    assert rows.newest(["intent", "connection"], limit=9, offset=1) == [added[0]]
    assert (rows.count([]), rows.count(["result"]), rows.last_of("connection"), rows.last_of("none")) == (3, 1, 2, 0)


def test_a_parcel_comes_with_its_last_result_and_its_erasure(rows: LedgerRows) -> None:
    for row in (
        line(1, "intent"),
        line(2, "held"),
        line(3, "intent"),
        line(4, "result", about=1, status="unconfirmed"),
        line(5, "result", about=1, status="answered"),
        line(6, "erasure", about=3),
    ):
        add(rows, row)
    found = rows.parcels(limit=9)
    assert [(row.parcel.seq, row.result.seq if row.result else None, row.erased) for row in found] == [
        (3, None, True),
        (2, None, False),
        (1, 5, False),
    ]
    assert [row.parcel.seq for row in rows.parcels(limit=9, since=2.5)] == [3]
    assert [row.parcel.seq for row in rows.parcels(limit=9, statuses=("answered",))] == [1]
    assert [row.parcel.seq for row in rows.parcels(limit=9, seq=2)] == [2]
    assert (rows.count_parcels(), rows.count_parcels(("answered",)), rows.count_parcels(("failed_before",))) == (
        3,
        1,
        0,
    )


def test_a_row_without_a_link_is_not_the_last_of_the_chain(rows: LedgerRows) -> None:
    assert rows.last_chained() is None
    add(rows, line(1, "intent"))
    add(rows, LedgerRow(2, "connection", '{"at":2}', "", ""))
    assert rows.last_chained() == line(1, "intent")


def test_dropped_bytes_are_gone_from_database_and_journal(rows: LedgerRows, tmp_path: Path) -> None:
    body = os.urandom(9_000)
    add(rows, line(1, "intent"), body)
    assert any(body[:500] in path.read_bytes() for path in tmp_path.iterdir())
    add(rows, line(2, "erasure", about=1), drop=(1,))
    rows.empty_journal()
    assert rows.kept(1) is None
    for piece in (body[:500], body[4_000:4_500], body[-500:]):
        assert not any(piece in path.read_bytes() for path in tmp_path.iterdir())


def test_a_row_and_the_dropping_are_one(rows: LedgerRows) -> None:
    add(rows, line(1, "intent"), b"body")
    with pytest.raises(Exception, match="UNIQUE"):
        add(rows, line(1, "erasure", about=1), drop=(1,))
    assert rows.kept(1) is not None


def test_a_row_inside_a_larger_transaction_is_not_called_written(rows: LedgerRows) -> None:
    with pytest.raises(ProfileTrouble), rows.store.write():
        add(rows, line(1, "intent"))
    assert rows.last() is None


def test_many_parcels_are_found_without_reading_them_all(rows: LedgerRows) -> None:
    with rows.store.read() as db:
        plan = " ".join(
            str(row["detail"])
            for row in db.execute(
                "EXPLAIN QUERY PLAN SELECT max(seq) FROM ledger WHERE about = ? AND kind = 'result'", (1,)
            )
        )
    assert "ledger_about (about=? AND kind=?)" in plan
