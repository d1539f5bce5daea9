"""The look at Chroma's files before anyone opens them, on files shaped like the damage that was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.library import vector_guard as guard


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Files as a healthy index of 1,000 vectors has them."""
    room = guard.new_room(tmp_path)
    (room / "chroma.sqlite3").write_bytes(b"x")
    segment = room / "0cd8f311"
    segment.mkdir()
    (segment / "length.bin").write_bytes(b"\0" * 4000)
    (segment / "link_lists.bin").write_bytes(b"\0" * 9000)
    (segment / "data_level0.bin").write_bytes(b"\0" * 1000)
    (segment / "index_metadata.pickle").write_bytes(b"x")
    guard.mark_closed(room, guard.Closed("name", 1000, 7, 0))
    return room


def test_a_healthy_index_is_opened(room: Path) -> None:
    assert guard.looks_healthy(room) == ""
    assert guard.closed_cleanly(room) == guard.Closed("name", 1000, 7, 0)


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("link_lists.bin", 1 << 41, "links"),
        ("link_lists.bin", 65 << 20, "links"),
        ("index_metadata.pickle", 0, "names"),
        ("length.bin", 3999, "lengths"),
        ("data_level0.bin", 0, "vectors"),
    ],
)
def test_damage_is_seen_from_the_sizes(room: Path, name: str, size: int, said: str) -> None:
    with (room / "0cd8f311" / name).open("r+b") as file:
        file.truncate(size)
    assert said in guard.looks_healthy(room)


@pytest.mark.parametrize("left", [b"", b"{", b'{"collection": "x"}', b"[1]"])
def test_without_a_whole_marker_it_was_not_closed(room: Path, left: bytes) -> None:
    (room / guard.MARKER).write_bytes(left)
    assert "closed" in guard.looks_healthy(room)


def test_a_missing_database_is_no_index(room: Path) -> None:
    (room / "chroma.sqlite3").unlink()
    assert guard.looks_healthy(room)


def test_moving_in_leaves_one_index_and_a_kill_before_it_leaves_the_old(tmp_path: Path) -> None:
    assert guard.room(tmp_path) is None
    first = guard.new_room(tmp_path)
    guard.move_in(tmp_path, first)
    second = guard.new_room(tmp_path)
    assert guard.room(tmp_path) == first, "a build that was cut off is not in use"
    guard.move_in(tmp_path, second)
    assert guard.room(tmp_path) == second
    assert not first.exists()
    guard.set_aside(tmp_path)
    assert guard.room(tmp_path) is None


def test_a_pointer_may_not_lead_elsewhere(tmp_path: Path) -> None:
    (tmp_path / guard.POINTER).write_text('{"room": "../../etc"}')
    assert guard.room(tmp_path) is None


def test_twice_within_a_day_is_too_often() -> None:
    assert not guard.too_often((), 100_000.0)
    assert not guard.too_often((10.0, 99_000.0), 100_000.0)
    assert guard.too_often((98_000.0, 99_000.0), 100_000.0)
