"""What Indoors keeps on this disk: where, how large, and which of it can go without losing anything of the person's."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.errors import UsageError
from app.paths import Profile


@dataclass(frozen=True, slots=True)
class DiskPlace:
    """Something Indoors keeps. `erasable` is empty where erasing it alone makes no sense."""

    key: str
    title: str
    says: str
    """What is in it, one plain sentence."""
    paths: tuple[Path, ...]
    """Where it lies; none for what the system's keyring holds."""
    size_bytes: int
    erasable: str = ""
    """What erasing it means, one sentence to be shown before it happens."""

    @property
    def path(self) -> Path | None:
        """The file or folder to show."""
        return self.paths[0] if self.paths else None


_SAYS = {
    "library": ("Library", "Text of your files, conversations, recordings and the ledger.", ""),
    "vectors": ("Search by meaning", "Numbers made from your files, for finding by meaning.", ""),
    "models": ("Models", "Models you got or added.", ""),
    "settings": ("Settings", "Your settings and what was measured of the models.", ""),
    "backups": (
        "Older copies of the library",
        "Made before Indoors changed the form of the library; they hold its text as it was then.",
        "You can no longer go back to an older Indoors with the library as it was.",
    ),
    "states": (
        "Where the writer left off",
        "Lets a conversation go on without reading it all again.",
        "The next answer in each conversation takes longer to begin.",
    ),
    "scratch": ("Working files", "Sound and pages while they are read; emptied at every start.", ""),
    "logs": (
        "Logs and reports",
        "What went wrong, without any text of yours.",
        "A mistake of Indoors that already happened can no longer be looked up.",
    ),
    "other": ("Other small files", "Locks and measurements.", ""),
    "keyring": ("Keyring", "Your keys for cloud providers and the end of the ledger, kept by the system.", ""),
}


def places(profile: Profile) -> tuple[DiskPlace, ...]:
    """Everything of a profile; what does not exist has size 0."""
    data, cache, database = profile.data, profile.cache, profile.database
    lie: dict[str, tuple[Path, ...]] = {
        "library": (database, *sorted(data.glob(f"{database.name}-*"))),
        "vectors": (profile.vectors,),
        "models": (profile.downloaded_models,),
        "settings": (data / "settings.json", data / "abilities.json"),
        "backups": tuple(sorted(data.glob(f"{database.name}.before-*"))),
        "states": (profile.states,),
        "scratch": (profile.scratch,),
        "logs": (profile.logs,),
    }
    named = {path for paths in lie.values() for path in paths}
    lie["other"] = tuple(
        path
        for folder in (data, cache)
        for path in _inside(folder)
        if path not in named and not any(one.is_relative_to(path) for one in (*named, cache))
    )
    lie["keyring"] = ()
    return tuple(
        DiskPlace(key, title, says, lie[key], sum(size_of(path) for path in lie[key]), erasable)
        for key, (title, says, erasable) in _SAYS.items()
    )


def erase_place(profile: Profile, key: str) -> int:
    """Erase one of the places that can go; how many bytes that freed. Raises UsageError for any other, OSError."""
    found = {place.key: place for place in places(profile) if place.erasable}
    if key not in found:
        raise UsageError(f"“{key}” is not something to erase by itself.", do=f"These are: {', '.join(found)}.")
    for path in found[key].paths:
        _remove(path)
    return found[key].size_bytes


def size_of(path: Path) -> int:
    """Bytes of a file, or of everything in a folder; what cannot be read counts as nothing."""
    with suppress(OSError):
        if path.is_symlink() or not path.is_dir():
            return path.lstat().st_size
        return sum(size_of(inner) for inner in path.iterdir())
    return 0


def _inside(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(folder.iterdir())
    return []


def _remove(path: Path) -> None:
    """A link is removed, never what it leads to."""
    if path.is_dir() and not path.is_symlink():
        # The folder itself stays: the running program expects it.
        for inner in path.iterdir():
            _remove_whole(inner)
    else:
        path.unlink(missing_ok=True)


def _remove_whole(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
