"""Walking folders and noticing changes in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.library.scan import Seen, Unseen, hash_of, real, scan
from models.api import Cancel


def names(root: Path, **options: object) -> list[str]:
    return [item.path.name for item in scan(root, **options)]  # type: ignore[arg-type]  # forwarded keywords


def test_only_files_worth_reading_are_listed_in_order(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a/1.txt", ".git/x.txt", "node_modules/x.txt", "c.txt", ".hidden", "d.tmp", "~$e.docx"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "link.txt").symlink_to(tmp_path / "c.txt")
    assert names(tmp_path) == ["c.txt", "1.txt", "2.txt"]
    assert names(tmp_path, skip=[tmp_path / "b"]) == ["c.txt", "1.txt"]


@pytest.mark.parametrize("name", ["vendor", "target", "env", "venv", "Cache", "cache", "Caches"])
def test_a_folder_that_may_be_the_persons_own_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "letter.txt").write_text("x")
    assert names(tmp_path) == ["letter.txt"]


def test_what_programs_made_is_known_by_what_lies_in_it(tmp_path: Path) -> None:
    for name, mark, words in (
        ("target", "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# cargo"),
        ("papers", "CACHEDIR.TAG", "my own words"),
        ("work", "pyvenv.cfg", "home = /usr"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / mark).write_text(words)
        (tmp_path / name / f"in {name}.txt").write_text("x")
    assert names(tmp_path) == ["CACHEDIR.TAG", "in papers.txt"]
    assert "in target.txt" in names(tmp_path / "target"), "a folder that was named is read"


def test_links_lead_to_one_path(tmp_path: Path) -> None:
    (folder := tmp_path / "folder").mkdir()
    (folder / "blob").write_text("x")
    (link := tmp_path / "link").symlink_to(folder)
    (named := tmp_path / "note.txt").symlink_to(folder / "blob")
    assert real(link) == folder
    assert real(link / "blob") == folder / "blob"
    assert real(named) == named, "only this name tells its kind"


def test_a_named_file_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / ".env.txt").write_text("x")
    (item,) = scan(tmp_path / ".env.txt")
    assert isinstance(item, Seen) and item.named
    (gone,) = scan(tmp_path / "nothing")
    assert isinstance(gone, Unseen) and gone.missing


def test_stopping_a_hash_gives_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert hash_of(tmp_path / "a").startswith("ba7816bf")
    cancel = Cancel()
    cancel.stop()
    assert hash_of(tmp_path / "a", cancel=cancel) == ""
