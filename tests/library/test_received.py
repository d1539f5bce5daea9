"""What the parent takes from a reader that met hostile files: either it makes sense or the file is refused."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letter_files import mail, zipped

from app.library.labels import is_clean
from app.library.members import THE_REST, Unpacking
from app.library.received import ReadFile, Received, Refused, tiles
from models.api import Cancel
from models.frames import Frame

ODD = (
    None,
    -1,
    0,
    7,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "..",
    "../x.txt",
    "/etc/passwd.txt",
    "x" * 5000,
    "a\0b.txt",
    "\ud800.txt",
    [],
)
PATH = Path("/papers/a.zip")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> list[Frame]:
    folder = tmp_path_factory.mktemp("honest")
    letter = bytes(mail("Roof", "The offer.", files={"note.txt": b"The otter."}))
    (folder / "a.zip").write_bytes(zipped({"a.txt": b"The walrus.", "b.eml": letter, "bad.pdf": b"x"}))
    unpacking = Unpacking(scratch=folder / "scratch", password="", cancel=Cancel(), broken={})
    return list(unpacking.file(folder / "a.zip"))


def taken(frames: list[Frame]) -> ReadFile:
    got = Received(PATH)
    for frame in frames:
        got.take(frame)
    return got.file()


def test_an_honest_reader_is_believed(honest: list[Frame]) -> None:
    found = taken(honest)
    assert [part.member for part in found.parts] == ["a.txt", "b.eml", "b.eml/note.txt"]
    assert [trouble.member for trouble in found.troubles] == ["bad.pdf"]


@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_lying_reader_is_refused_or_makes_sense(honest: list[Frame], seed: int) -> None:
    chance = random.Random(seed)
    frames = [Frame(copy.deepcopy(dict(frame.header)), frame.payload) for frame in honest]
    for _ in range(chance.randint(1, 4)):
        lie(frames, chance)
    try:
        found = taken(frames)
    except Refused:
        return
    members = [part.member for part in found.parts]
    assert len(members) == len(set(members)) and all(map(is_clean, members))
    assert "\\ud8" not in repr(found) and "inf" not in repr([part.written_at for part in found.parts])
    assert all(0 <= section.number <= 2**53 for part in found.parts for section in part.sections)
    for part in found.parts:
        for position, section in enumerate(part.sections):
            assert tiles([cut for cut in part.cuts if cut.section == position], len(section.text))


def lie(frames: list[Frame], chance: random.Random) -> None:
    """One frame dropped, doubled, moved, or with one of its values replaced by something odd."""
    at = chance.randrange(len(frames))
    match chance.randrange(6):
        case 0 if len(frames) > 1:
            del frames[at]
        case 1:
            frames.insert(chance.randrange(len(frames)), frames[at])
        case 2:
            frames[at] = Frame(frames[at].header, frames[at].payload + b"\xff\xfe more")
        case _:
            header: Any = copy.deepcopy(dict(frames[at].header))
            said = header[chance.choice(list(header))]
            if isinstance(said, dict) and said:
                key = chance.choice(list(said))
                said[key] = chance.choice((*ODD, {}, [[1]], [[0, 1, "x"]]))
                if chance.random() < 0.1:
                    del said[key]
            frames[at] = Frame(header, frames[at].payload)


def test_parts_come_in_order_and_once(honest: list[Frame]) -> None:
    announced = [frame for frame in honest if "part" in frame.header]
    with pytest.raises(Refused):
        taken([*honest, announced[0]])
    with pytest.raises(Refused):
        taken([frame for frame in honest if frame is not announced[0]])
    with pytest.raises(Refused):
        taken([Frame({"part": {"number": 1, "member": "../a.txt", "size_bytes": 1}})])


def test_what_was_read_before_the_end_is_kept(honest: list[Frame]) -> None:
    got = Received(PATH)
    assert got.cut_short("It took too long") is None
    got = Received(PATH)
    for frame in honest[:6]:
        got.take(frame)
    found = got.cut_short("It took too long")
    assert found is not None and [part.member for part in found.parts] == ["a.txt"]
    assert [(trouble.member, trouble.reason) for trouble in found.troubles] == [(THE_REST, "It took too long")]
