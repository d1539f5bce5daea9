"""Damages real files at random, from a fixed seed, and has the real reader read them: for short and long fuzz runs."""

from __future__ import annotations

import io
import random
import shutil
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from made_files import MADE

from app.library.kinds import kind_of
from app.library.reading import MEMORY_LIMIT_BYTES, Reading, Refused
from app.values import DocumentKind
from models.api import Cancel
from models.child import python_command
from models.host import Host

SAMPLES = Path(__file__).parents[2] / "assets" / "sample-library"
_GRACE_S = 15.0
_LIMITS = {False: (30.0, 4.0), True: (120.0, 20.0)}
"""The reader's own limits, seconds and seconds per MB, for a file and for one that holds files (mail, archives); beyond
that and the end of the process it hangs."""
_LARGEST_SEED_BYTES = 3_000_000


@dataclass(slots=True)
class Seen:
    """What the rounds showed. `wrong` has one line for everything that must not be."""

    read: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    memory_mb: float = 0.0
    """What the reader process held after the last file of this kind, 0 when it had ended."""
    wrong: list[str] = field(default_factory=list)


def seeds(*, also: Path | None = None) -> dict[str, list[bytes]]:
    """Whole files by ending: made ones, the sample library, and those of a folder of real ones if it is there."""
    found = {suffix: [made()] for suffix, made in MADE.items()}
    folders = [SAMPLES] + ([also] if also is not None and also.is_dir() else [])
    for path in (path for folder in folders for path in sorted(folder.iterdir())):
        if kind_of(path) is not None and path.stat().st_size <= _LARGEST_SEED_BYTES:
            found.setdefault(path.suffix.lower(), []).append(path.read_bytes())
    return found


def rounds(
    folder: Path, *, each: int, seed: int, kinds: Sequence[str] = (), also: Path | None = None
) -> dict[str, Seen]:
    """`each` damaged files of every ending (or only of `kinds`), by ending: of the files that tests make, those of the
    sample library, and real ones where they are given."""
    litter = folder / "temporary"
    litter.mkdir()
    host = Host(
        "reader",
        python_command("app.library.reader_process"),
        memory_limit_bytes=MEMORY_LIMIT_BYTES,
        env={"TMPDIR": str(litter)},
    )
    reading = Reading(folder / "scratch", host=host)
    samples = seeds(also=also)
    every = [data for group in samples.values() for data in group]
    seen: dict[str, Seen] = {}
    try:
        for suffix, group in samples.items():
            if kinds and suffix not in kinds:
                continue
            chance = random.Random(f"{seed}{suffix}")
            seen[suffix] = Seen()
            for number in range(each):
                path = folder / f"{number}{suffix}"
                path.write_bytes(damaged(chance.choice(group), chance.choice(every), chance))
                _one(reading, path, seen[suffix], what=f"seed {seed} {suffix} number {number}")
                path.unlink()
                if left := _left(litter, reading.scratch):
                    seen[suffix].wrong.append(f"seed {seed} {suffix} number {number} left {left}")
            seen[suffix].memory_mb = _memory_mb(host)
    finally:
        reading.close()
    return seen


def _left(*places: Path) -> str:
    """The name of something that was left behind, which is then taken away."""
    left = [item for place in places if place.exists() for item in place.iterdir()]
    for item in left:
        shutil.rmtree(item) if item.is_dir() else item.unlink()
    return left[0].name if left else ""


def _memory_mb(host: Host) -> float:
    try:
        return psutil.Process(host.pid).memory_info().rss / 1e6 if host.pid else 0.0
    except psutil.NoSuchProcess:
        return 0.0


def _one(reading: Reading, path: Path, seen: Seen, *, what: str) -> None:
    began = time.monotonic()
    size = path.stat().st_size
    try:
        if kind_of(path) is DocumentKind.AUDIO:
            pcm, _ = reading.decode(path, size_bytes=size, cancel=Cancel())
            pcm.unlink()
        else:
            reading.read(path, size_bytes=size, cancel=Cancel())
        seen.read += 1
    except Refused as refusal:
        seen.reasons[refusal.reason] += 1
        if not refusal.reason or not refusal.hint:
            seen.wrong.append(f"{what}: refused without a reason and a way on")
    except Exception as error:  # noqa: BLE001 - whatever else comes out is what is looked for
        seen.wrong.append(f"{what}: {type(error).__name__}: {error}")
    took = time.monotonic() - began
    seen.longest_s = max(seen.longest_s, took)
    least_s, s_per_mb = _LIMITS[kind_of(path) in (DocumentKind.MAIL, DocumentKind.ARCHIVE)]
    if took > least_s + s_per_mb * size / 1e6 + _GRACE_S:
        seen.wrong.append(f"{what}: {took:.0f} s")


def damaged(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """One to six changes of a file; of an archive half of the time inside a member, which checksums would hide."""
    if data[:2] == b"PK" and chance.random() < 0.5 and zipfile.is_zipfile(io.BytesIO(data)):
        try:
            return _damaged_inside(data, other, chance)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, IndexError):
            pass  # a seed that is odd itself
    return _changed(data, other, chance)


def _changed(data: bytes, other: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        data = chance.choice(_WAYS)(data, other, chance)
    return data[: 8 << 20]


def _damaged_inside(data: bytes, other: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(members))
    if chance.random() < 0.5:
        name = next((each for each in members if each.endswith("document.xml")), name)
    members[name] = _changed(members[name], other, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in members.items():
            # A fixed date: the same seed gives the same bytes whenever it runs.
            archive.writestr(zipfile.ZipInfo(each), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _flip(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 40)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.choice(
                (0, 0x22, 0x28, 0x3C, 0x7F, 0xFF, chance.randrange(256))
            )
    return bytes(changed)


def _stretch(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(2 ** chance.uniform(0, 13)))


def _cut(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(data, chance)
    return data[:start] if chance.random() < 0.3 else data[:start] + data[end:]


def _repeat(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(data, chance)
    return data[:start] + data[start:end] * chance.choice((2, 3, 10, 500)) + data[end:]


def _splice(data: bytes, other: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(other, chance)
    at = chance.randrange(len(data) + 1)
    return data[:at] + other[start:end] + data[at:]


_WAYS: tuple[Callable[[bytes, bytes, random.Random], bytes], ...] = (_flip, _cut, _repeat, _splice)
