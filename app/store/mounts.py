"""Remembers on which disk an added folder lies: an empty place where a disk was does not mean deleted files."""

from __future__ import annotations

import os
from pathlib import Path

from app.store.db import Store


class Mounts:
    """The mount point of each added folder, kept as small facts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, folder: Path) -> None:
        """Remember where the disk of a folder is mounted now."""
        now = str(mount_of(folder))
        if self._store.fact(_name(folder)) != now:
            self._store.keep_fact(_name(folder), now)

    def unplugged(self, folder: Path) -> bool:
        """Whether nothing but an empty folder stands where another disk was mounted before."""
        before = self._store.fact(_name(folder))
        if not before or not folder.is_dir() or str(mount_of(folder)) == before:
            return False
        with os.scandir(folder) as entries:
            return next(entries, None) is None


def mount_of(path: Path) -> Path:
    """The mount point a path lies under."""
    return next((place for place in (path, *path.parents) if os.path.ismount(place)), Path(path.anchor))


def _name(folder: Path) -> str:
    return f"mount:{folder}"
