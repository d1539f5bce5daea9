"""The library keeps up in the background, with real files, watching and reading; only battery and disk are made up."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from library_desk import Desk, WordEmbedder, finish

from app.errors import ProfileTrouble
from app.events import FileEvent, IndexEvent
from app.library.keeping_status import FolderStatus, KeepingState, KeepingStatus, Speed, Tally
from app.library.keeping_up import LEAST_FREE_BYTES, KeepingUp
from app.library.library import Library
from app.library.rules import Rules
from app.values import FileState
from models.api import Cancel

PATIENCE_S = 40.0


class Machine:
    """The battery and the disk of a computer that is not there."""

    def __init__(self) -> None:
        self.battery = self.may = False
        self.free = 100_000_000_000


class Kept:
    """A library that keeps up, and what was heard of it."""

    def __init__(self, desk: Desk, *, library: Library | None = None) -> None:
        self.machine = Machine()
        self.library = library or desk.library()
        self.events: list[IndexEvent] = []
        self.told: list[KeepingStatus] = []
        self.up = KeepingUp(
            self.library,
            may_on_battery=lambda: self.machine.may,
            on_battery=lambda: self.machine.battery,
            free_bytes=lambda path: self.machine.free,
            check_s=0.1,
        )
        self.up.on_event = self.events.append
        self.up.subscribe(self.told.append)

    def reads(self) -> list[str]:
        return [e.path.name for e in self.events if isinstance(e, FileEvent) and e.state is FileState.READ]

    def until(self, what: Callable[[], object]) -> None:
        """Wait for something; fails with the status when it does not come."""
        limit = time.monotonic() + PATIENCE_S
        while not what():
            assert time.monotonic() < limit, self.up.status()
            time.sleep(0.02)

    def until_state(self, state: KeepingState) -> KeepingStatus:
        self.until(lambda: self.up.status().state is state)
        return self.up.status()

    def settled(self, files: int) -> None:
        """Wait until so many files are in the library, all with their meaning, and nothing is left to do."""
        self.until(lambda: self.library.counts().files == files)
        self.until_state(KeepingState.UP_TO_DATE)
        counts = self.library.counts()
        assert counts.with_meaning == counts.passages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "lease.md").write_text("# Lease\n\nThe rent is 900 euros a month.\n")
    (folder / "note.txt").write_text("Call the plumber about the boiler.\n")
    return folder


Keep = Callable[..., Kept]


@pytest.fixture
def keep(desk: Desk) -> Iterator[Keep]:
    """Makes libraries that keep up, and ends them."""
    made: list[Kept] = []

    def make(library: Library | None = None) -> Kept:
        made.append(Kept(desk, library=library))
        return made[-1]

    yield make
    for kept in made:
        kept.up.close()
        assert kept.up.status().state is KeepingState.CLOSED


@pytest.fixture
def kept(keep: Keep) -> Kept:
    return keep()


def test_what_a_person_does_with_files_is_followed(kept: Kept, folder: Path, tmp_path: Path) -> None:
    kept.up.start()
    kept.up.add([folder])
    kept.settled(2)
    lease = kept.library.document(folder / "lease.md")
    (folder / "new").mkdir()
    (folder / "new" / "idea.txt").write_text("A greenhouse for tomatoes.\n")
    kept.settled(3)
    (folder / "note.txt").write_text("Call the electrician instead.\n")
    kept.until(lambda: kept.library.search("electrician").passages)
    (folder / "lease.md").rename(folder / "old lease.md")
    (folder / "new").rename(folder / "ideas")
    kept.until(
        lambda: kept.library.document(folder / "old lease.md") and kept.library.document(folder / "ideas/idea.txt")
    )
    moved = kept.library.document(folder / "old lease.md")
    assert lease and moved and moved.id == lease.id
    shutil.rmtree(folder / "ideas")
    (folder / "note.txt").unlink()
    kept.settled(1)
    assert kept.reads() == ["note.txt", "lease.md", "idea.txt", "note.txt"], "a rename is not a re-read"


def test_changes_made_while_it_was_not_running_are_found_at_the_start(kept: Kept, folder: Path) -> None:
    finish(kept.library.index([folder]))
    (folder / "later.txt").write_text("Written in the meantime.\n")
    (folder / "note.txt").unlink()
    kept.up.start()
    kept.until(lambda: kept.library.document(folder / "later.txt"))
    kept.settled(2)


def test_an_unplugged_folder_keeps_what_it_had_says_so_and_comes_back(kept: Kept, folder: Path) -> None:
    kept.up.start()
    kept.up.add([folder])
    kept.settled(2)
    folder.rename(folder.with_name("elsewhere"))
    kept.until(lambda: kept.up.status().folders[0].state is KeepingState.AWAY)
    kept.up.look()
    kept.until_state(KeepingState.UP_TO_DATE)
    assert kept.library.counts().files == 2 and "papers" in kept.up.status().says
    (folder.with_name("elsewhere") / "more.txt").write_text("Written on another computer.\n")
    folder.with_name("elsewhere").rename(folder)
    kept.settled(3)
    assert kept.up.status().says == ""
    assert kept.reads().count("lease.md") == 1


def test_new_and_small_files_come_first_across_folders(keep: Keep, tmp_path: Path) -> None:
    for name, size in (("one/large.txt", 30_000), ("two/small.txt", 30), ("one/middle.txt", 3_000)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Some words. " * (size // 12))
    kept = keep()

    def slow(event: IndexEvent) -> None:
        kept.events.append(event)
        if kept.reads() == ["small.txt", "middle.txt"] and not (tmp_path / "one/fresh.txt").exists():
            (tmp_path / "one/fresh.txt").write_text("Fresh words. " * 4_000)
            (tmp_path / "two/huge.txt").write_text("Huge words. " * 40_000)
            kept.up.look(tmp_path / "one/fresh.txt")

    kept.up.on_event = slow
    kept.up.add([tmp_path / "one", tmp_path / "two"])
    kept.up.start()
    kept.settled(5)
    assert kept.reads()[:4] == ["small.txt", "middle.txt", "fresh.txt", "large.txt"]


def test_a_person_who_asks_goes_first(kept: Kept, folder: Path) -> None:
    kept.up.start()
    with kept.up.yield_to_person():
        kept.up.add([folder])
        kept.until_state(KeepingState.WAITING)
        time.sleep(0.3)
        assert not kept.reads()
    kept.settled(2)


def test_pause_and_resume_for_all_and_for_one_folder(kept: Kept, folder: Path, tmp_path: Path) -> None:
    kept.up.pause()
    kept.up.start()
    kept.up.add([folder])
    assert kept.until_state(KeepingState.PAUSED).says == "Paused."
    time.sleep(0.3)
    assert kept.library.counts().files == 0
    kept.up.resume()
    kept.settled(2)
    kept.library.set_paused(folder, True)
    (folder / "later.txt").write_text("Not yet.\n")
    (other := tmp_path / "other").mkdir()
    (other / "a.txt").write_text("At once.\n")
    kept.up.add([other])
    kept.until(lambda: kept.library.document(other / "a.txt"))
    kept.up.look()
    kept.until_state(KeepingState.UP_TO_DATE)
    states = {each.path.name: each.state for each in kept.up.status().folders}
    assert states == {"papers": KeepingState.PAUSED, "other": KeepingState.UP_TO_DATE}
    assert kept.library.document(folder / "later.txt") is None
    kept.library.set_paused(folder, False)
    kept.until(lambda: kept.library.document(folder / "later.txt"))


def test_on_battery_it_rests_unless_told_to_read(kept: Kept, folder: Path) -> None:
    kept.machine.battery = True
    kept.up.start()
    kept.up.add([folder])
    assert kept.until_state(KeepingState.ON_BATTERY).says == "Paused on battery."
    kept.up.read_now()
    kept.settled(2)
    kept.machine.battery = False
    kept.until_state(KeepingState.UP_TO_DATE)
    time.sleep(0.3)
    kept.machine.battery = True
    kept.until_state(KeepingState.ON_BATTERY)
    kept.machine.may = True
    (folder / "more.txt").write_text("The setting allows it.\n")
    kept.settled(3)


def test_a_nearly_full_disk_stops_it_and_says_what_it_needs(kept: Kept, folder: Path) -> None:
    kept.machine.free = LEAST_FREE_BYTES - 1
    kept.up.add([folder])
    kept.up.start()
    assert kept.until_state(KeepingState.DISK_FULL).says == "Stopped: 0.5 GB left on this disk."
    kept.up._needed = 300_000_000
    kept.machine.free = 799_000_000
    kept.until(lambda: "0.8 GB" in kept.up.status().says)
    assert kept.up.status().says == "Stopped: 0.8 GB left on this disk. The index needs about 0.3 GB more."
    kept.machine.free = 10_000_000_000
    kept.settled(2)


def test_rules_changed_meanwhile_are_followed(kept: Kept, folder: Path) -> None:
    kept.up.start()
    kept.up.add([folder])
    kept.settled(2)
    kept.library.set_folder_rules(folder, Rules(leave_out=("*.txt",)))
    kept.settled(1)
    (folder / "ignored.txt").write_text("Left out.\n")
    kept.library.set_folder_rules(folder, Rules(leave_out=("ignored*",)))
    kept.settled(2)
    assert kept.library.document(folder / "ignored.txt") is None


class Failing(WordEmbedder):
    """Its vectors cannot be stored while `broken` is set: nobody foresees every mistake of ours."""

    broken = True

    def embed(self, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[bytes]:
        if self.broken:
            raise ProfileTrouble("The disk is full.")
        return super().embed(texts, cancel=cancel)


@pytest.mark.expected_warnings("a round of keeping up failed: ProfileTrouble")
def test_a_failed_round_is_told_logged_without_words_and_tried_again(
    keep: Keep,
    desk: Desk,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.library.keeping_up.TRY_AGAIN_S", (0.2,))
    embedder = Failing()
    kept = keep(desk.library(embedder=embedder))
    kept.up.start()
    kept.up.add([folder])
    assert kept.until_state(KeepingState.TROUBLE).says == "The disk is full. It is tried again in a while."
    assert "ProfileTrouble" in caplog.text and "rent" not in caplog.text and "lease" not in caplog.text
    caplog.clear()
    embedder.broken = False
    kept.settled(2)


@pytest.mark.expected_warnings("a round of keeping up failed: ZeroDivisionError")
def test_a_mistake_of_ours_does_not_end_it(keep: Keep, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.library.keeping_up.TRY_AGAIN_S", (0.2,))
    kept = keep()
    wrong = [ZeroDivisionError()]

    def once(event: IndexEvent) -> None:
        if wrong:
            raise wrong.pop()

    kept.up.on_event = once
    kept.up.start()
    kept.up.add([folder])
    kept.settled(2)
    assert not wrong


def test_closing_in_the_middle_loses_nothing(keep: Keep, tmp_path: Path) -> None:
    (papers := tmp_path / "papers").mkdir()
    for number in range(60):
        (papers / f"{number:02}.txt").write_text(f"Paper {number}. " * 200)
    first = keep()
    enough = threading.Event()
    first.up.on_event = lambda event: enough.set() if len(first.events) > 8 else first.events.append(event)
    first.up.add([papers])
    first.up.start()
    assert enough.wait(PATIENCE_S)
    first.up.close()
    assert first.library.counts().files < 60
    second = keep()
    second.up.start()
    second.settled(60)
    assert len(second.reads()) <= 60 - 5


def test_progress_adds_up_and_ends_at_nothing_left(kept: Kept, folder: Path) -> None:
    kept.up.start()
    kept.up.add([folder])
    kept.settled(2)
    kept.until(lambda: kept.told and kept.told[-1].state is KeepingState.UP_TO_DATE)
    for status in kept.told:
        assert status.done <= status.of and status.done_bytes <= status.of_bytes
        assert sum(each.of for each in status.folders) == status.of
    assert kept.told[-1].without_meaning == 0 and kept.told[-1].passages == 2


def test_time_left_comes_from_measured_work_and_never_too_early(tmp_path: Path) -> None:
    speed = Speed()
    assert speed.seconds_for(10) is None and speed.seconds_for(0) == 0.0
    speed.add(10, 2.0)
    speed.add(10, 0.9)
    assert speed.seconds_for(10) is None, "2.9 s of work promise nothing"
    speed.add(10, 2.1)
    assert speed.seconds_for(60) == pytest.approx(10.0)
    for _ in range(100):
        speed.add(10, 10.0)
    assert speed.seconds_for(60) == pytest.approx(60.0), "the last minute counts"
    tally = Tally()
    status = KeepingStatus(KeepingState.READING, without_meaning=30)
    for _ in range(4):
        tally.found(tmp_path, 92_000)
    tally.begins("a")
    tally.done(tmp_path, 92_000, 10, 2.0)
    assert tally.told(status).seconds_left is None
    tally.done(tmp_path, 92_000, 10, 2.0)
    assert tally.told(status).seconds_left is None, "how fast passages are embedded is not known yet"
    tally.embedded(2, 1.0)
    tally.embedded(8, 4.0)
    assert tally.passages_to_come() == 20
    assert tally.told(status).seconds_left == pytest.approx(25.0), "30 waiting and 20 to come, at 2 a second"
    assert tally.folder(tmp_path, KeepingState.READING) == FolderStatus(
        tmp_path, KeepingState.READING, 2, 4, 184_000, 368_000
    )


def test_nothing_moves_when_nobody_does_anything(kept: Kept, folder: Path) -> None:
    """An idle watch costs no processor time worth the name."""
    kept.up.start()
    kept.up.add([folder])
    kept.settled(2)
    generation, asked = desk_facts(kept)
    before = os.times()
    time.sleep(1.0)
    after = os.times()
    assert desk_facts(kept) == (generation, asked)
    assert (after.user + after.system) - (before.user + before.system) < 0.5


def desk_facts(kept: Kept) -> tuple[int, int]:
    return kept.library.store.generation(), len(kept.events)
