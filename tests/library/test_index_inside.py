"""Files that hold files, in the library: counted once, followed when they move, change and go, whole after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from letter_files import locked_zip, mail, mbox, zipped
from library_desk import Desk, finish

from app.evidence.places import confirm
from app.library.reading import Reading
from app.paths import Profile
from app.store.db import Store
from app.store.documents import Documents
from app.values import FileState, QuoteCheck, TroubleKind

NOTE = b"The rent of the walrus house is 900 euros.\n"
PROGRAM = Path(__file__).with_name("killed_library.py")


def test_an_archive_is_one_file_and_its_passages_count(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.zip").write_bytes(zipped({"lease.txt": NOTE, "tax/2025.txt": b"Taxes of the otter.", "bad.eml": b"x"}))
    library = desk.library()
    events, done = finish(library.index([folder]))
    assert (events["a.zip"].state, events["a.zip"].passages, done.read, done.passages) == (FileState.READ, 2, 1, 2)
    counts = library.counts()
    assert (counts.files, counts.passages, counts.unreadable_files, counts.with_meaning) == (1, 2, 0, 2)
    (card,) = library.folders()
    assert (card.files, card.passages) == (1, 2)
    (found,) = library.search("walrus").passages
    assert (found.document.member, found.document.file) == ("lease.txt", folder / "a.zip")
    assert [passage.document.member for passage in library.search("otter", within=[folder / "a.zip"]).passages] == [
        "tax/2025.txt"
    ]
    again, done = finish(library.index([folder]))
    assert (again["a.zip"].state, again["a.zip"].passages, done.removed) == (FileState.UNCHANGED, 2, 0)
    assert library.documents.problems(folder, inside_files=True), "a scan must not forget what lies inside"


def test_a_mailbox_that_moves_changes_and_goes(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    path = mbox(folder / "a.mbox", [mail("One", "Roof."), mail("Two", "See.", files={"lease.txt": NOTE})])
    library = desk.library()
    finish(library.index([folder]))
    (before,) = library.search("walrus").passages
    path.rename(folder / "b.mbox")
    events, done = finish(library.index([folder]))
    assert (events["b.mbox"].state, done.removed) == (FileState.UNCHANGED, 0)
    (moved,) = library.search("walrus").passages
    assert (moved.id, moved.document.path) == (before.id, folder / "b.mbox" / "2" / "lease.txt")
    mbox(folder / "b.mbox", [mail("Two", "See.", files={"lease.txt": b"The otter moved in."}), mail("New", "Hello.")])
    finish(library.index([folder]))
    assert [p.document.member for p in library.search("otter").passages] == ["1/lease.txt"]
    assert not [p for p in library.search("walrus").passages if "words" in p.found_by]
    assert library.forget([folder]) == (1, 3)
    assert desk.store.healthy() and library.documents.documents() == []


def test_the_same_place_keeps_its_number_when_the_file_is_read_again(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"lease.txt": NOTE}))
    library = desk.library(words_only=True)
    finish(library.index([path]))
    (before,) = library.search("walrus").passages
    path.write_bytes(zipped({"lease.txt": NOTE + b"And more.\n", "new.txt": b"New."}))
    finish(library.index([path]))
    (after,) = library.search("walrus").passages
    assert after.document.id == before.document.id
    assert after.text.endswith("And more.\n")


def test_a_quote_is_checked_against_the_file_on_disk(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"lease.txt": NOTE}))
    library = desk.library(words_only=True)
    finish(library.index([path]))
    (passage,) = library.search("walrus").passages

    def check() -> QuoteCheck:
        return confirm(library, passage, "The rent of the walrus house", QuoteCheck.WORD_FOR_WORD)

    assert check() is QuoteCheck.WORD_FOR_WORD
    os.utime(path, ns=(1, 1))
    assert check() is QuoteCheck.REWORDED
    finish(library.index([path]))
    (passage,) = library.search("walrus").passages
    assert check() is QuoteCheck.WORD_FOR_WORD
    path.unlink()
    assert check() is QuoteCheck.UNCHECKED


def test_a_locked_file_inside_is_opened_with_its_password(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"in.zip": locked_zip("lease.txt", NOTE, b"pass"), "open.txt": b"The otter."}))
    library = desk.library(words_only=True)
    finish(library.index([path]))
    (trouble,) = library.documents.problems(path, inside_files=True).values()
    assert (trouble.path, trouble.file, trouble.trouble) == (path / "in.zip" / "lease.txt", path, TroubleKind.LOCKED)
    list(library.read_file(trouble.path, password="pass"))
    assert library.documents.problems(path, inside_files=True) == {}
    assert [passage.document.path for passage in library.search("walrus").passages] == [trouble.path]


@pytest.mark.parametrize(("at", "after_s"), [("4[0-9]", 0.0), ("[67][0-9]", 0.08)])
def test_a_kill_in_the_middle_leaves_nothing_half(tmp_path: Path, at: str, after_s: float) -> None:
    profile, papers = tmp_path / "profile", tmp_path / "papers"
    papers.mkdir()
    (papers / "a.zip").write_bytes(zipped({f"{n:03}.txt": NOTE for n in range(80)}))
    scratch = Profile.at(profile).scratch
    command = [sys.executable, str(PROGRAM), str(profile), str(papers), "words", "again"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while not list(scratch.glob(f"inside-*/{at}")):
            assert process.poll() is None
            time.sleep(0.002)
        time.sleep(after_s)
        process.send_signal(signal.SIGKILL)
    store = Store.open(profile / "indoors.sqlite3")
    kept = Documents(store).documents()
    assert store.healthy()
    assert len(kept) in (0, 81) if after_s else not kept
    store.close()
    # The next start clears what the killed one left, and reads the archive whole.
    Reading(scratch).clear_scratch()
    assert not list(scratch.glob("*"))
    subprocess.run([*command[:-1], "once"], check=True, stdout=subprocess.DEVNULL)
    store = Store.open(profile / "indoors.sqlite3")
    assert len(Documents(store).documents()) == 81
    store.close()
