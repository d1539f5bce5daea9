"""The installed `indoors` command, and one profile with the sample library read by it, for the end-to-end tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SAMPLE_LIBRARY = Path(__file__).parents[2] / "assets" / "sample-library"


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of the command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines; anything else on it fails here."""
        return [json.loads(line) for line in self.out.splitlines()]

    def events(self, name: str) -> list[dict[str, Any]]:
        """The JSON lines of one event."""
        return [line for line in self.lines if line["event"] == name]

    @property
    def done(self) -> dict[str, Any]:
        """The last `done` line."""
        return self.events("done")[-1]


Run = Callable[..., Ran]


def command_line(*words: str | Path) -> list[str]:
    """`indoors` as it was installed beside this Python."""
    return [str(Path(sys.executable).with_name("indoors")), *map(str, words)]


@pytest.fixture(scope="session")
def line() -> Callable[..., list[str]]:
    """Builds a command line, for tests that start the process themselves."""
    return command_line


@pytest.fixture(scope="session")
def indoors() -> Run:
    """Runs one command on a profile and returns what it printed and its exit code."""

    def run(
        *words: str | Path,
        data_dir: Path,
        env: Mapping[str, str] | None = None,
        json_lines: bool = True,
        timeout_s: float = 240,
    ) -> Ran:
        options: list[str | Path] = ["--data-dir", data_dir, *(["--json"] if json_lines else [])]
        done = subprocess.run(
            command_line(*options, *words),
            capture_output=True,
            text=True,
            timeout=timeout_s,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def sample_library() -> Path:
    """The sample library that ships with the program."""
    return SAMPLE_LIBRARY


@pytest.fixture(scope="session")
def sample_index(indoors: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A profile into which the sample library, recording included, was read once; and what reading it printed."""
    profile = tmp_path_factory.mktemp("profile")
    return profile, indoors("index", SAMPLE_LIBRARY, data_dir=profile)


@pytest.fixture(scope="session")
def sample_profile(sample_index: tuple[Path, Ran]) -> Path:
    """The profile of `sample_index`."""
    profile, ran = sample_index
    assert ran.code == 0, ran.err
    return profile
