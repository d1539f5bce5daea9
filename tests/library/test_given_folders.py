"""Whole folders of real and of hostile files through the library: each is read or has one plain reason, nothing is
left behind. Skipped where the samples are not given."""

from __future__ import annotations

from pathlib import Path

import pytest
from library_desk import Desk, finish

from app.library.reading import MEMORY_LIMIT_BYTES, Reading
from app.paths import Profile
from app.values import FileState
from models.api import Cancel
from models.child import python_command
from models.host import Host

GIVEN = Path(__file__).resolve().parents[3] / "shared" / "samples"
UNSUPPORTED = (".key", ".one", ".hwp", ".xps", ".wps", ".dwg", ".bin", ".pages")


def given(name: str) -> Path:
    folder = GIVEN / name
    if not folder.is_dir():
        pytest.skip(f"no {name} samples beside the project")
    return folder


@pytest.mark.timeout(400)
def test_hostile_files_are_read_or_refused_and_leave_nothing(profile: Profile, tmp_path: Path) -> None:
    folder = given("hostile")
    litter = tmp_path / "temporary"
    litter.mkdir()
    host = Host(
        "reader",
        python_command("app.library.reader_process"),
        memory_limit_bytes=MEMORY_LIMIT_BYTES,
        env={"TMPDIR": str(litter)},
    )
    reading = Reading(tmp_path / "scratch", host=host)
    desk = Desk(profile, reading)
    try:
        seen, done = finish(desk.library(words_only=True).index([folder], cancel=Cancel()))
    finally:
        desk.close()
        reading.close()
    assert {path.name for path in folder.iterdir() if path.is_file()} - set(seen) == set()
    for name, event in seen.items():
        assert event.reason or (event.state is FileState.READ and event.passages) or "/" in str(event.path), name
        assert len(event.reason) < 90 and "mistake" not in event.reason, name
    assert done.passages > 0 and not done.stopped
    assert seen["tika__testXXE.xml"].reason == "No words to search in it"
    assert seen["unstructured__empty.eml"].reason
    assert list(litter.iterdir()) == [], "the reader left files behind"
    assert not any(reading.scratch.glob("**/*")), "a file unpacked for reading was left"


def test_kinds_that_are_not_read_say_so(desk: Desk, tmp_path: Path) -> None:
    for ending in UNSUPPORTED:
        (tmp_path / f"a{ending}").write_bytes(b"words of some program")
    seen, _ = finish(desk.library(words_only=True).index([tmp_path], cancel=Cancel()))
    assert {event.reason for event in seen.values()} == {f"Kind not supported ({ending})" for ending in UNSUPPORTED}
