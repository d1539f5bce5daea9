"""Every error becomes a Notice a person can act on; only what nobody foresaw is called our bug."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from app.errors import AppError, explain
from models.api import ModelError, Trouble


def test_our_own_errors_bring_their_words() -> None:
    notice = explain(AppError("It broke.", safe="Nothing was lost.", do="Try again."))
    assert (notice.happened, notice.safe, notice.do, notice.ours) == (
        "It broke.",
        "Nothing was lost.",
        "Try again.",
        False,
    )


def test_a_model_error_is_the_world_not_us() -> None:
    assert not explain(ModelError(Trouble.CRASHED, "The writer stopped.", safe="Nothing was lost.")).ours


def test_a_full_disk_says_so() -> None:
    notice = explain(OSError(errno.ENOSPC, "No space left on device"))
    assert notice.happened == "The disk is full."
    assert not notice.ours


def test_a_missing_file_is_named() -> None:
    assert "/x/y.txt" in explain(FileNotFoundError(errno.ENOENT, "no", "/x/y.txt")).happened


def test_anything_else_is_our_bug() -> None:
    assert explain(KeyError("x")).ours


def test_a_file_where_a_folder_should_be_is_the_world(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError) as seen:
        (tmp_path / "file" / "below").touch()
    notice = explain(seen.value)
    assert not notice.ours
    assert "not a folder" in notice.happened
