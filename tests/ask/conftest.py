"""The library the tests of ask share: read once per module."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from asking_desk import SCRIPTS, library_of

from app.library.library import Library


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A lease, a dentist's letter, minutes, an insurer's letter and a recipe."""
    with library_of(tmp_path_factory.mktemp("letters"), SCRIPTS["files"]) as library:
        yield library
