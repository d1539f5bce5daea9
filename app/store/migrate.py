"""Brings an older database to this version by numbered steps, after a backup and all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("migrations")


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered migration: the version it leads to and its statements."""

    version: int
    name: str
    sql: str


def steps(folder: Path = FOLDER) -> tuple[Step, ...]:
    """All migrations in order. Raises ValueError when a number is missing or doubled: a defect of ours."""
    found = tuple(
        Step(int(path.name[:4]), path.stem[5:], path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    )
    if [step.version for step in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations are not numbered 1, 2, 3…: {[step.version for step in found]}")
    return found


def newest(folder: Path = FOLDER) -> int:
    """The version this program writes."""
    return steps(folder)[-1].version


def backup_path(database: Path, version: int) -> Path:
    """Where a copy of `database` is kept before it is brought past `version`."""
    return database.with_name(f"{database.name}.before-{version + 1}")
