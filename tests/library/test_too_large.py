"""A file beyond its kind's limit is refused with an honest time, and read when the person says so anyway."""

from __future__ import annotations

from pathlib import Path

from library_desk import Desk, finish

from app.library.kinds import FORMATS
from app.library.opening import too_large
from app.values import FileState, TroubleKind


def test_a_large_file_is_read_when_the_person_says_so(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "old.c"
    most = FORMATS[".c"].largest_bytes
    path.write_bytes(b"/* The walrus pays the rent. */\n" + b"\n" * most)
    library = desk.library(words_only=True)
    events, _ = finish(library.index([path]))
    assert events["old.c"].state is FileState.FAILED
    (trouble,) = library.documents.problems(path).values()
    assert (trouble.trouble, trouble.reason) == (TroubleKind.TOO_LARGE, "Too large (10 MB)")
    assert trouble.estimate_s is not None and 5 < trouble.estimate_s < 20
    events, _ = finish(library.read_file(path))
    assert events["old.c"].state is FileState.FAILED
    events, _ = finish(library.read_file(path, anyway=True))
    assert events["old.c"].state is FileState.READ
    assert library.documents.problems(path) == {}
    (found,) = library.search("walrus").passages
    assert found.text.startswith("/* The walrus pays the rent. */")


def test_what_no_memory_would_hold_is_not_offered(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "core.c"
    with path.open("wb") as file:
        file.truncate(FORMATS[".c"].largest_bytes * 6)
    library = desk.library(words_only=True)
    finish(library.index([path]))
    (trouble,) = library.documents.problems(path).values()
    assert (trouble.trouble, trouble.estimate_s) == (TroubleKind.TOO_LARGE, None)
    assert too_large(1).estimate_s is None
