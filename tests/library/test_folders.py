"""What a person sets for folders: what is read of them, that they rest, and that nothing of them is ever sent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from library_desk import Desk, finish

from app.library.folders import FolderSettings
from app.library.rules import Rules
from app.store.mounts import Mounts
from app.values import FileState


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    for name in ("lease.md", "Drafts/old.md", "Drafts/deep/older.md", "plan.dwg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# {name}\n\nWords about {name} and rent.\n")
    return folder


def test_files_left_out_leave_at_once_and_come_back_with_the_next_look(desk: Desk, folder: Path) -> None:
    library = desk.library(words_only=True)
    finish(library.index([folder]))
    assert library.counts().files == 3
    assert library.set_folder_rules(folder, Rules(leave_out=("drafts",))) == 2
    assert [p.document.path.name for p in library.search("rent").passages] == ["lease.md"]
    events, done = finish(library.index([folder]))
    assert (set(events), done.removed) == ({"lease.md", "plan.dwg"}, 0)
    assert library.folder_rules(folder) == Rules(leave_out=("drafts",))
    assert library.set_folder_rules(folder, Rules()) == 0
    _, done = finish(library.index([folder]))
    assert (done.read, library.counts().files) == (2, 3)


def test_a_rule_made_while_nothing_ran_holds_in_the_next_run(desk: Desk, folder: Path) -> None:
    library = desk.library(words_only=True)
    finish(library.index([folder]))
    root = library.folder_settings.roots.get(folder)
    assert root is not None
    library.folder_settings.roots.put(type(root)(root.path, root.added_at, Rules(only=("*.txt",)).text()))
    _, done = finish(library.index([folder]))
    assert (done.removed, library.counts().files) == (3, 0)


def test_hiding_a_kind_takes_its_troubles_away_here_or_everywhere(desk: Desk, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, other := tmp_path / "other")
    library = desk.library(words_only=True)
    finish(library.index([folder, other]))
    assert [card.skipped for card in library.folders()] == [1, 1]
    library.hide_kind(".dwg", folder)
    assert [(card.path.name, card.skipped) for card in library.folders()] == [("papers", 0), ("other", 1)]
    library.hide_kind("dwg")
    assert [card.skipped for card in library.folders()] == [0, 0]
    events, _ = finish(library.index([folder, other]))
    assert "plan.dwg" not in events
    named, _ = finish(library.index([folder / "plan.dwg"]))
    assert named["plan.dwg"].state is FileState.FAILED and "rules" in named["plan.dwg"].reason


def test_never_to_the_cloud_reaches_everything_below_and_every_copy(desk: Desk, folder: Path, tmp_path: Path) -> None:
    (outside := tmp_path / "outside").mkdir()
    (outside / "copy.md").write_text((folder / "Drafts/old.md").read_text())
    (outside / "free.md").write_text("Nothing secret.\n")
    library = desk.library(words_only=True)
    finish(library.index([folder, outside]))
    library.set_never_cloud(folder / "Drafts", True)
    for path in (folder / "Drafts/old.md", folder / "Drafts/deep/older.md", folder / "Drafts/new.txt"):
        assert library.never_cloud(path), path
    assert library.never_cloud(outside / "copy.md"), "the same text"
    assert not library.never_cloud(folder / "lease.md") and not library.never_cloud(outside / "free.md")
    found = library.document(folder / "Drafts/old.md")
    assert found is not None and library.never_cloud(found) and library.never_cloud(found.id)
    assert library.never_cloud(Path(f"{folder}/Drafts/mail.zip/inside.txt")), "and what lies inside its files"
    library.set_never_cloud(folder / "Drafts", False)
    assert not library.never_cloud(found)


def test_a_marked_folder_inside_another_counts_once_and_outlives_it_being_added_again(
    desk: Desk, folder: Path, tmp_path: Path
) -> None:
    library = desk.library(words_only=True)
    finish(library.index([folder / "Drafts"]))
    library.set_never_cloud(folder / "Drafts", True)
    finish(library.index([folder]))
    cards = {card.path.name: card for card in library.folders()}
    assert (cards["papers"].files, cards["Drafts"].files, library.counts().files) == (1, 2, 3)
    assert cards["Drafts"].never_cloud and not cards["papers"].never_cloud
    finish(library.index([tmp_path]))
    assert library.never_cloud(folder / "Drafts/old.md") and library.counts().files == 3
    library.set_never_cloud(folder / "Drafts", False)
    assert [card.path for card in library.folders()] == [tmp_path], "without a setting it is only a part again"


def test_an_undone_removal_brings_the_settings_back(desk: Desk, folder: Path) -> None:
    library = desk.library(words_only=True)
    finish(library.index([folder]))
    library.set_never_cloud(folder, True)
    library.set_paused(folder, True)
    library.set_folder_rules(folder, Rules(leave_out=("Drafts",)))
    settings = library.settings_of(folder)
    library.forget([folder])
    assert library.settings_of(folder) == FolderSettings()
    library.restore(folder, settings)
    (card,) = library.folders()
    assert (card.never_cloud, card.paused, card.rules) == (True, True, Rules(leave_out=("Drafts",)))
    finish(library.index([folder]))
    assert library.counts().files == 1


def test_an_empty_place_where_a_disk_was_is_not_deleted_files(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mount point stays when its disk is pulled out. The disk is the only thing made up here."""
    mounted = [folder]
    monkeypatch.setattr("app.store.mounts.mount_of", lambda path: mounted[0])
    library = desk.library(words_only=True)
    finish(library.index([folder]))
    aside = folder.with_name("the disk")
    folder.rename(aside)
    folder.mkdir()
    mounted[0] = Path("/")
    events, done = finish(library.index([folder]))
    assert (done.removed, library.counts().files) == (0, 3)
    assert "disk" in events["papers"].reason and not library.folders()[0].present
    folder.rmdir()
    aside.rename(folder)
    mounted[0] = folder
    _, done = finish(library.index([folder]))
    assert (done.unchanged, done.read, library.folders()[0].present) == (3, 0, True)
    for path in folder.rglob("*.md"):
        path.unlink()
    shutil.rmtree(folder / "Drafts")
    (folder / "plan.dwg").unlink()
    _, done = finish(library.index([folder]))
    assert done.removed == 3, "an emptied folder on its own disk is emptied"
    assert not Mounts(desk.store).unplugged(folder)


def test_a_renamed_folder_is_not_even_opened_and_moves_between_added_ones(
    desk: Desk, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (other := tmp_path / "other").mkdir()
    library = desk.library(words_only=True)
    finish(library.index([folder, other]))
    before = {p.id for p in library.search("rent").passages}
    (folder / "Drafts").rename(folder / "Old drafts")
    shutil.move(folder / "lease.md", other / "lease.md")

    def opened(path: Path, **_: object) -> str:
        raise AssertionError(f"{path} was opened")

    monkeypatch.setattr("app.library.index.hash_of", opened)
    _, done = finish(library.index([folder, other]))
    assert (done.read, done.unchanged, done.removed) == (0, 3, 0)
    assert {p.id for p in library.search("rent").passages} == before
    assert library.document(other / "lease.md") and library.document(folder / "Old drafts/deep/older.md")
