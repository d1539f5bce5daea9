"""Looks for bytes in the memory of a running process, as somebody who attaches to it would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path


def memory_of(pid: int) -> Iterator[bytes]:
    """Every readable mapping of a process, in pieces that overlap by more than the key's length."""
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            if found is None or "[vvar" in line or "[vsyscall" in line:
                continue
            start, end = (int(part, 16) for part in found.groups())
            try:
                memory.seek(start)
                tail = b""
                while start < end and (piece := memory.read(min(1 << 22, end - start))):
                    yield tail + piece
                    tail, start = piece[-256:], start + len(piece)
            except OSError:
                continue  # a mapping of a device


def in_memory(pid: int, *forms: bytes) -> int:
    """How often any of the forms stands in the memory of a process."""
    return sum(piece.count(form) for piece in memory_of(pid) for form in forms)
