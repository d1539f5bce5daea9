"""Looks at Chroma's files before anyone opens them: a damaged index ends its reader by a signal, not by an error."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

MARKER = "clean.json"
POINTER = "current.json"
DEATHS = "deaths.json"
LOCK = "writer.lock"
_ROOM = "chroma-"
_WRONG_LINKS_BYTES = 64 * 1024 * 1024
_LINKS_PER_VECTOR = 1_000
"""Bytes of link_lists.bin one vector may cost. Healthy: under 10; after a bad kill: terabytes (sparse)."""
_TWICE_A_DAY_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Closed:
    """What the last vectors process wrote when it left in order."""

    collection: str
    vectors: int
    generation: int
    deleted: int
    """Deletions since the last rebuild: their space never returns."""


def closed_cleanly(folder: Path) -> Closed | None:
    """The clean marker, or None when there is none or it makes no sense."""
    try:
        said = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return Closed(str(said["collection"]), int(said["vectors"]), int(said["generation"]), int(said["deleted"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def mark_closed(folder: Path, closed: Closed) -> None:
    """Write the clean marker, whole or not at all."""
    said = {
        "collection": closed.collection,
        "vectors": closed.vectors,
        "generation": closed.generation,
        "deleted": closed.deleted,
    }
    new = folder / f"{MARKER}.new"
    new.write_text(json.dumps(said), encoding="utf-8")
    new.replace(folder / MARKER)


def unmark(folder: Path) -> None:
    """Take the marker away: from now on only a clean end puts it back."""
    (folder / MARKER).unlink(missing_ok=True)


def looks_healthy(folder: Path) -> str:
    """Empty when Chroma's files look as they should, otherwise what is wrong. Opens nothing with Chroma.

    Figures: link_lists.bin is under 1 MB per 100,000 vectors when healthy, over 64 MB when it is damaged;
    length.bin has 4 bytes per element; index_metadata.pickle is rewritten in place and may be left empty.
    """
    if not (folder / "chroma.sqlite3").is_file():
        return "there is no index yet"
    if closed_cleanly(folder) is None:
        return "it was not closed cleanly"
    for segment in (path for path in folder.iterdir() if path.is_dir()):
        if wrong := _segment_trouble(segment):
            return wrong
    return ""


def _segment_trouble(segment: Path) -> str:
    sizes = {path.name: path.stat().st_size for path in segment.iterdir() if path.is_file()}
    elements = sizes.get("length.bin", 0) // 4
    if sizes.get("length.bin", 0) % 4:
        return "its list of lengths is cut off"
    if sizes.get("link_lists.bin", 0) > max(_WRONG_LINKS_BYTES, elements * _LINKS_PER_VECTOR):
        return "its links are far larger than they can be"
    if "index_metadata.pickle" in sizes and not sizes["index_metadata.pickle"]:
        return "its list of names is empty"
    if elements and not sizes.get("data_level0.bin", 0):
        return "its vectors are missing"
    return ""


def room(base: Path) -> Path | None:
    """The folder of the index in use, or None when there is none."""
    try:
        name = str(json.loads((base / POINTER).read_text(encoding="utf-8"))["room"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return base / name if name.startswith(_ROOM) and name[len(_ROOM) :].isdigit() else None


def new_room(base: Path) -> Path:
    """A fresh, empty folder beside the one in use, for an index to be built in."""
    used = [int(path.name[len(_ROOM) :]) for path in base.glob(f"{_ROOM}*") if path.name[len(_ROOM) :].isdigit()]
    folder = base / f"{_ROOM}{max(used, default=0) + 1}"
    folder.mkdir(parents=True)
    return folder


def move_in(base: Path, folder: Path) -> None:
    """Make `folder` the index in use, then delete every other. A kill in between leaves one whole index in use."""
    new = base / f"{POINTER}.new"
    new.write_text(json.dumps({"room": folder.name}), encoding="utf-8")
    new.replace(base / POINTER)
    sweep(base)


def sweep(base: Path) -> None:
    """Delete indexes that are not in use: old ones, and what a cut-off build left."""
    used = room(base)
    for folder in base.glob(f"{_ROOM}*"):
        if folder != used:
            shutil.rmtree(folder, ignore_errors=True)


def set_aside(base: Path) -> None:
    """Stop using the index; it is derived and made again."""
    (base / POINTER).unlink(missing_ok=True)


def deaths(base: Path) -> tuple[float, ...]:
    """When the index was found damaged or ended its process, seconds since 1970."""
    try:
        return tuple(float(at) for at in json.loads((base / DEATHS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return ()


def note_death(base: Path, now: float) -> None:
    """Remember that the index went wrong now; only the last few matter."""
    base.mkdir(parents=True, exist_ok=True)
    (base / DEATHS).write_text(json.dumps([*deaths(base)[-9:], now]), encoding="utf-8")


def too_often(moments: tuple[float, ...], now: float) -> bool:
    """Whether it went wrong twice within a day: then Chroma stays off and the exact scan does all the work."""
    return sum(1 for at in moments if now - at < _TWICE_A_DAY_S) >= 2
