"""The database file: made, upgraded, refused and explained; what was committed stays whatever happens."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from app.errors import ProfileTrouble
from app.store.db import Store
from app.store.documents import Documents
from app.store.migrate import FOLDER, backup_path, newest, steps

OLD = Path(__file__).parents[1] / "data" / "library-1.sqlite3"


def _unbarred(folder: Path) -> bool:
    """Whether this user (root, mostly) may open files whose mode forbids it."""
    barred = folder / "barred"
    barred.write_text("x")
    barred.chmod(0)
    return os.access(barred, os.R_OK)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Migrations of a later program: ours and two more steps."""
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder)
    number = newest()
    (folder / f"{number + 1:04}_shelf.sql").write_text("CREATE TABLE shelf (x);\nINSERT INTO shelf VALUES (1);\n")
    (folder / f"{number + 2:04}_more.sql").write_text("CREATE TABLE more (y);\n")
    return folder


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """Migrations of the first program."""
    folder = tmp_path / "first"
    folder.mkdir()
    shutil.copy(FOLDER / "0001_first.sql", folder)
    return folder


def version(store: Store) -> int:
    with store.read() as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_library_is_made_whole(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "deep" / "indoors.sqlite3")
    assert version(store) == newest()
    assert store.healthy()
    assert Documents(store).counts() == (0, 0, 0)
    store.close()


def test_the_library_of_the_first_version_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "indoors.sqlite3"
    shutil.copy(OLD, path)
    store = Store.open(path)
    documents = Documents(store)
    assert documents.counts() == (1, 2, 1)
    document = documents.documents()[0]
    assert (document.title, document.member, document.written_at) == ("Lease", "", None)
    assert documents.section(document.id, 0).text.startswith("# Lease\n")
    with store.read() as db:
        hits = db.execute("SELECT rowid FROM passage_words WHERE passage_words MATCH 'deposits'").fetchall()
        assert len(hits) == 1
    store.close()


def test_upgrading_keeps_a_copy_and_every_row(tmp_path: Path, folder: Path, first: Path) -> None:
    path = tmp_path / "indoors.sqlite3"
    shutil.copy(OLD, path)
    store = Store.open(path, migrations=folder)
    assert version(store) == newest() + 2
    assert Documents(store).counts() == (1, 2, 1)
    store.close()
    kept = Store.open(backup_path(path, 1), read_only=True, migrations=first)
    assert version(kept) == 1
    with kept.read() as db:
        assert db.execute("SELECT count(*), sum(passages) FROM documents").fetchone()[:] == (1, 2)
    kept.close()


def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path, folder: Path, first: Path) -> None:
    path = tmp_path / "indoors.sqlite3"
    shutil.copy(OLD, path)
    (folder / f"{newest() + 2:04}_more.sql").write_text("CREATE TABLE more (y);\nINSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(Exception, match="nowhere"):
        Store.open(path, migrations=folder)
    store = Store.open(path, migrations=first)
    assert version(store) == 1
    with store.read() as db:
        assert not db.execute("SELECT name FROM sqlite_master WHERE name IN ('shelf', 'more')").fetchall()
    store.close()


def test_a_newer_library_is_refused_unchanged(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "indoors.sqlite3"
    Store.open(path, migrations=folder).close()
    before = path.read_bytes()
    with pytest.raises(ProfileTrouble, match="newer Indoors"):
        Store.open(path)
    assert path.read_bytes() == before


def test_migrations_are_numbered_without_gaps(folder: Path) -> None:
    assert [step.version for step in steps()] == list(range(1, newest() + 1))
    (folder / f"{newest() + 4:04}_gap.sql").write_text("SELECT 1;\n")
    with pytest.raises(ValueError, match="numbered"):
        steps(folder)


def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "indoors.sqlite3"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(ProfileTrouble, match="damaged") as trouble:
        Store.open(path)
    assert trouble.value.notice.do
    assert path.read_bytes() == b"this is no database" * 100


def test_no_library_yet_is_said_to_readers(tmp_path: Path) -> None:
    with pytest.raises(ProfileTrouble, match="no library here yet"):
        Store.open(tmp_path / "indoors.sqlite3", read_only=True)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_loses_only_what_was_being_written(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "indoors.sqlite3")
    store.keep_fact("before", "kept")
    with store.write() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(ProfileTrouble, match="disk is full") as trouble, store.write() as db:
        db.execute("INSERT INTO facts VALUES ('half', 'x')")
        db.execute("INSERT INTO facts VALUES ('much', ?)", ("y" * 1_000_000,))
    assert trouble.value.notice.safe
    assert (store.fact("before"), store.fact("half")) == ("kept", "")
    store.close()


def test_readers_work_while_one_writes_and_see_only_what_is_committed(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "indoors.sqlite3")
    seen: list[str] = []
    with store.write() as db:
        db.execute("INSERT INTO facts VALUES ('new', '1')")
        thread = threading.Thread(target=lambda: seen.append(store.fact("new")))
        thread.start()
        thread.join()
    assert seen == [""]
    assert store.fact("new") == "1"
    beside = Store.open(store.path, read_only=True)
    assert beside.fact("new") == "1"
    with pytest.raises(ProfileTrouble, match="only read"), beside.write():
        pass
    beside.close()
    store.close()


def test_an_error_inside_takes_the_whole_transaction_back(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "indoors.sqlite3")
    with pytest.raises(KeyError), store.write() as db:
        db.execute("INSERT INTO facts VALUES ('a', '1')")
        with store.write() as inner:
            inner.execute("INSERT INTO facts VALUES ('b', '1')")
        raise KeyError
    assert (store.fact("a"), store.fact("b")) == ("", "")
    store.close()


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    if _unbarred(tmp_path):
        pytest.skip("this user may write everywhere")
    folder = tmp_path / "data"
    folder.mkdir()
    Store.open(folder / "indoors.sqlite3").close()
    folder.chmod(0o500)
    (folder / "indoors.sqlite3").chmod(0o400)
    try:
        reader = Store.open(folder / "indoors.sqlite3", read_only=True)
        assert Documents(reader).counts() == (0, 0, 0)
        reader.close()
        with (
            pytest.raises(ProfileTrouble, match="cannot be written to"),
            Store.open(folder / "indoors.sqlite3").write() as db,
        ):
            db.execute("INSERT INTO facts VALUES ('a', '1')")
    finally:
        folder.chmod(0o700)
