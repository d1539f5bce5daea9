"""Indexing real folders through the real reader: what changed is read, what is gone goes, nothing is kept twice."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from library_desk import Desk, WordEmbedder, finish

from app.library.recording import DecodedAudio
from app.values import FileState, LinesAnchor, Section, TimeAnchor
from models.api import Cancel


def _unbarred(folder: Path) -> bool:
    """Whether this user (root, mostly) may open files whose mode forbids it."""
    barred = folder / "barred"
    barred.write_text("x")
    barred.chmod(0)
    return os.access(barred, os.R_OK)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "lease.md").write_text("# Lease\n\n## Rent\n\nThe rent is 900 euros a month.\n\n## Term\n\nTwo years.\n")
    (folder / "note.txt").write_text("Buy milk.\nCall the plumber about the boiler.\n")
    (folder / "plan.dwg").write_bytes(b"AC1027 drawing")
    return folder


def test_a_second_run_reads_nothing_and_keeps_every_number(desk: Desk, folder: Path) -> None:
    library = desk.library()
    events, done = finish(library.index([folder]))
    assert {name: event.state for name, event in events.items()} == {
        "lease.md": FileState.READ,
        "note.txt": FileState.READ,
        "plan.dwg": FileState.SKIPPED,
    }
    assert "dwg" in events["plan.dwg"].reason
    assert (done.read, done.skipped, done.failed) == (2, 1, 0)
    asked = len(desk.embedder.asked)
    assert asked == done.passages == library.counts().with_meaning
    again, second = finish(library.index([folder]))
    assert again["lease.md"].state is FileState.UNCHANGED
    assert (second.read, second.unchanged, second.skipped, second.passages) == (0, 2, 1, done.passages)
    assert len(desk.embedder.asked) == asked


def test_changed_files_are_read_again_and_old_words_are_gone(desk: Desk, folder: Path) -> None:
    library = desk.library(words_only=True)
    finish(library.index([folder]))
    (folder / "note.txt").write_text("Call the electrician instead.\n")
    events, done = finish(library.index([folder]))
    assert (events["note.txt"].state, done.read, done.unchanged) == (FileState.READ, 1, 1)
    assert not library.search("plumber boiler").passages
    assert [p.document.path.name for p in library.search("electrician").passages] == ["note.txt"]


def test_a_new_time_with_the_same_content_costs_no_reading(desk: Desk, folder: Path) -> None:
    library = desk.library()
    finish(library.index([folder]))
    before = library.search("rent").passages[0].id
    os.utime(folder / "lease.md", ns=(1, 1))
    events, _ = finish(library.index([folder]))
    assert events["lease.md"].state is FileState.UNCHANGED
    assert library.search("rent").passages[0].id == before


def test_a_renamed_file_keeps_its_passages_and_a_deleted_one_goes(desk: Desk, folder: Path) -> None:
    library = desk.library()
    finish(library.index([folder]))
    before = {p.id for p in library.search("rent").passages}
    (folder / "lease.md").rename(folder / "old lease.md")
    (folder / "note.txt").unlink()
    events, done = finish(library.index([folder]))
    assert events["old lease.md"].state is FileState.UNCHANGED
    assert done.passages == library.counts().passages == library.counts().with_meaning
    hits = library.search("rent").passages
    assert before == {p.id for p in hits}
    assert hits[0].document.path == folder / "old lease.md"
    assert not library.search("plumber").passages or library.search("plumber").passages[0].document.id in before
    assert library.document(folder / "note.txt") is None


def test_the_last_event_counts_what_is_gone_and_not_what_was_renamed(desk: Desk, folder: Path) -> None:
    library = desk.library(words_only=True)
    _, first = finish(library.index([folder]))
    (folder / "lease.md").rename(folder / "old lease.md")
    (folder / "note.txt").unlink()
    _, done = finish(library.index([folder]))
    assert (first.removed, done.removed, done.unchanged) == (0, 1, 1)
    assert finish(library.index([folder]))[1].removed == 0


def test_a_name_that_is_no_text_is_told_and_the_rest_is_read(desk: Desk, folder: Path) -> None:
    bad = folder / os.fsdecode(b"na\xffme.txt")
    try:
        bad.write_text("words")
    except OSError:
        pytest.skip("this disk takes no such names")
    (below := folder / os.fsdecode(b"dir\xfe")).mkdir()
    (below / "inside.txt").write_text("x")
    library = desk.library(words_only=True)
    for _ in range(2):
        events, done = finish(library.index([folder]))
        assert (done.failed, events["na\\xffme.txt"].state) == (2, FileState.FAILED)
        assert "name" in events["na\\xffme.txt"].reason and events["dir\\xfe"].hint
        assert sorted(t.path.name for t in library.folders()[0].troubles) == ["dir\\xfe", "na\\xffme.txt", "plan.dwg"]
    assert done.unchanged == 2
    named, done = finish(library.index([bad]))
    assert (done.failed, list(named)) == (1, ["na\\xffme.txt"])
    assert library.forget([bad]) == (0, 0)
    bad.rename(folder / "name.txt")
    shutil.rmtree(below)
    _, done = finish(library.index([folder]))
    assert (done.read, done.failed, len(library.folders()[0].troubles)) == (1, 0, 1)


def test_a_file_reached_by_two_ways_is_one_document(desk: Desk, folder: Path, tmp_path: Path) -> None:
    (link := tmp_path / "short cut").symlink_to(folder)
    library = desk.library(words_only=True)
    _, first = finish(library.index([folder]))
    _, second = finish(library.index([link, link / "note.txt"]))
    assert (first.read, second.read, library.counts().files) == (2, 0, 2)
    assert [card.path for card in library.folders()] == [folder]
    assert [p.document.path for p in library.search("plumber", within=[link]).passages] == [folder / "note.txt"]
    found = library.document(link / "note.txt")
    assert found is not None and found.path == folder / "note.txt"


def test_what_was_kept_under_a_link_moves_to_the_real_path(desk: Desk, folder: Path, tmp_path: Path) -> None:
    library = desk.library(words_only=True)
    finish(library.index([folder]))
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    _, done = finish(library.index([folder]))
    assert (done.read, done.unchanged, library.counts().files) == (0, 2, 2)
    assert [card.path for card in library.folders()] == [tmp_path / "moved"]


def test_a_folder_that_is_away_keeps_its_passages(desk: Desk, folder: Path, tmp_path: Path) -> None:
    library = desk.library()
    _, first = finish(library.index([folder]))
    folder.rename(tmp_path / "elsewhere")
    events, done = finish(library.index([folder]))
    assert (done.failed, done.passages) == (1, 0)
    assert events["papers"].reason == "It does not exist"
    assert library.counts().passages == first.passages
    assert not library.folders()[0].present


def test_forgetting_takes_the_index_and_never_the_files(desk: Desk, folder: Path) -> None:
    library = desk.library()
    _, done = finish(library.index([folder]))
    assert library.forget([folder]) == (2, done.passages)
    assert library.counts().passages == library.counts().with_meaning == 0
    assert library.folders() == []
    assert (folder / "lease.md").exists()
    assert not library.search("rent").passages


def test_stopping_keeps_what_was_read_and_the_next_run_goes_on(desk: Desk, folder: Path) -> None:
    library = desk.library()
    cancel = Cancel()
    seen = []
    for event in library.index([folder], cancel=cancel):
        seen.append(event)
        if getattr(event, "state", None) is FileState.READ:
            cancel.stop()
    assert seen[-1].stopped  # type: ignore[union-attr]  # the last event is an IndexDone
    assert library.counts().files == 1
    _, done = finish(library.index([folder]))
    assert (done.read, done.unchanged) == (1, 1)
    assert library.counts().with_meaning == done.passages


def test_naming_a_file_nobody_reads_is_a_failure_and_in_a_folder_it_is_not(desk: Desk, folder: Path) -> None:
    library = desk.library()
    for _ in range(2):
        events, done = finish(library.index([folder / "plan.dwg"]))
        assert (events["plan.dwg"].state, done.failed) == (FileState.FAILED, 1)
        _, done = finish(library.index([folder]))
        assert (done.failed, done.skipped) == (0, 1)


def test_hidden_files_caches_and_our_own_data_are_left_alone(desk: Desk, folder: Path) -> None:
    for name in (".git", "node_modules", "__pycache__"):
        (folder / name).mkdir()
        (folder / name / "hidden.txt").write_text("secret words")
    (folder / ".hidden.txt").write_text("secret words")
    (folder / "~$lease.md").write_text("secret words")
    (folder / "loop").symlink_to(folder)
    own = desk.profile.data
    (own / "inside.txt").write_text("secret words")
    library = desk.library(words_only=True)
    events, _ = finish(library.index([folder, own.parent]))
    assert not library.search("secret").passages
    assert "inside.txt" not in events


def test_passages_without_meaning_are_given_it_in_the_next_run(desk: Desk, folder: Path) -> None:
    finish(desk.library(words_only=True).index([folder]))
    embedder = WordEmbedder("later-64")
    library = desk.library(embedder=embedder)
    assert library.counts().with_meaning == 0
    _, done = finish(library.index([folder]))
    assert done.read == 0
    assert library.counts().with_meaning == done.passages == len(embedder.asked)


def test_two_embedders_never_share_vectors(desk: Desk, folder: Path) -> None:
    finish(desk.library(embedder=WordEmbedder("one-64")).index([folder]))
    other = desk.library(embedder=WordEmbedder("two-64"))
    assert other.counts().with_meaning == 0


def test_a_passage_stands_where_its_anchor_says(desk: Desk, folder: Path) -> None:
    library = desk.library(words_only=True)
    finish(library.index([folder]))
    passage = library.search("900 euros").passages[0]
    assert isinstance(passage.anchor, LinesAnchor)
    lines = (folder / "lease.md").read_text().splitlines()
    shown = "\n".join(lines[passage.anchor.first_line - 1 : passage.anchor.last_line])
    assert "900 euros" in shown
    assert passage.heading == "Rent"
    start = passage.text.index("900")
    assert library.anchor_of(passage, start, start + 9) == LinesAnchor(5, 5)


def test_section_text_is_the_file_and_passages_tile_it(desk: Desk, folder: Path) -> None:
    library = desk.library(words_only=True)
    finish(library.index([folder]))
    document = library.document(folder / "lease.md")
    assert document is not None
    assert library.section_text(document.id, 0) == (folder / "lease.md").read_text()
    passages = library.passages_of(document.id)
    assert "".join(p.text for p in passages) == (folder / "lease.md").read_text()
    before, after = library.neighbours(passages[1], 5)
    assert (before, after) == (passages[:1], passages[2:])


def test_recordings_wait_for_a_listener_and_are_then_found_by_the_second(desk: Desk, folder: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    numpy = pytest.importorskip("numpy")
    soundfile.write(folder / "call.wav", numpy.zeros(16_000 * 2, "int16"), 16_000)
    events, _ = finish(desk.library().index([folder]))
    assert events["call.wav"].state is FileState.SKIPPED
    assert events["call.wav"].reason

    def listen(path: Path, pcm: Path, decoded: DecodedAudio, sha256: str, cancel: Cancel) -> Iterator[Section]:
        assert pcm.stat().st_size == 64_000
        assert len(sha256) == 64
        text = "Hello there.\nThe parcel comes on Tuesday.\n"
        yield Section("time", 1, text, spans=((0, 13, 0.0, 0.8, "A"), (13, len(text), 0.9, 2.0, "B")))

    library = desk.library(transcribe=listen)
    events, _ = finish(library.index([folder]))
    assert events["call.wav"].state is FileState.READ
    passage = library.search("parcel Tuesday").passages[0]
    start = passage.text.index("parcel")
    assert library.anchor_of(passage, start, start + 6) == TimeAnchor(0.9, 2.0)
    assert not list(desk.reading.scratch.glob("*.pcm"))


def test_files_that_give_nothing_say_why_in_plain_words(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_text("  \n \n")
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    (folder / "cut.docx").write_bytes(b"PK\x03\x04 and no more")
    (folder / "locked.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    library = desk.library()
    events, done = finish(library.index([folder]))
    assert done.failed == 6
    assert {name: event.reason for name, event in events.items()} == {
        "empty.txt": "Empty, there is nothing to search",
        "blank.txt": "No words to search in it",
        "cut.pdf": "File ends too early, it may be damaged",
        "cut.docx": "File ends too early, it may be damaged",
        "locked.docx": "File ends too early, it may be damaged",
        "binary.txt": "Not text, although its name says so",
    }
    assert all(event.hint and str(folder) not in event.reason for event in events.values())
    assert library.search("anything").unreadable_files == 6
    second, _ = finish(library.index([folder]))
    assert {name: event.reason for name, event in second.items()} == {name: e.reason for name, e in events.items()}


def test_no_permission_is_tried_again_each_time(desk: Desk, folder: Path, tmp_path: Path) -> None:
    if _unbarred(tmp_path):
        pytest.skip("this user may read everything")
    (folder / "note.txt").chmod(0)
    events, _ = finish(desk.library().index([folder]))
    assert events["note.txt"].reason == "No permission to open it"
    (folder / "note.txt").chmod(0o600)
    events, _ = finish(desk.library().index([folder]))
    assert events["note.txt"].state is FileState.READ


def test_a_file_that_ends_the_reader_is_set_aside_after_two_tries(desk: Desk, folder: Path) -> None:
    """The reader is killed while it reads, as a native crash would."""
    import signal
    import threading

    slow = folder / "slow.html"
    slow.write_text("<p>words here</p>" * 400_000)
    library = desk.library(words_only=True)
    for expected in ("The reader stopped working on it",) * 2:

        def kill() -> None:
            for _ in range(2000):
                pid = desk.reading.host.pid
                if pid:
                    time.sleep(0.15)
                    os.kill(pid, signal.SIGKILL)
                    return
                time.sleep(0.005)

        desk.reading.host.evict()
        killer = threading.Thread(target=kill)
        killer.start()
        events, _ = finish(library.index([slow]))
        killer.join()
        assert events["slow.html"].reason == expected
    events, _ = finish(library.index([folder]))
    assert events["slow.html"].state is FileState.FAILED
    assert events["lease.md"].state is FileState.READ
