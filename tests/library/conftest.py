"""Fixtures of the library's tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.library.reading import Reading
from app.paths import Profile

sys.path.insert(0, str(Path(__file__).parent))

from library_desk import Desk


@pytest.fixture
def profile(profile_dir: Path) -> Profile:
    """An empty profile."""
    return Profile.at(profile_dir)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    """One real reader process for all tests of a module: starting it takes a moment."""
    reading = Reading(tmp_path_factory.mktemp("scratch"))
    yield reading
    reading.close()


@pytest.fixture
def desk(profile: Profile, reading: Reading) -> Iterator[Desk]:
    """A real store and reader."""
    desk = Desk(profile, reading)
    yield desk
    desk.close()
