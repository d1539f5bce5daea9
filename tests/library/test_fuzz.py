"""A short slice of the damaged files, with a fixed seed; the long runs are tests/soak/fuzz_readers.py."""

from __future__ import annotations

import random
from pathlib import Path

from made_files import MADE
from reader_fuzz import SAMPLES, damaged, rounds


def test_damaged_files_are_read_or_refused_with_a_reason(tmp_path: Path) -> None:
    seen = rounds(tmp_path, each=4, seed=11)
    assert set(seen) >= {".txt", ".md", ".html", ".pdf", ".docx", ".eml", ".flac", *MADE}
    assert [line for each in seen.values() for line in each.wrong] == []
    assert all(each.read + each.reasons.total() == 4 for each in seen.values())
    assert sum(each.reasons.total() for each in seen.values()) > 20, "hardly anything was damaged enough to be refused"


def test_the_same_seed_damages_in_the_same_way() -> None:
    data = (SAMPLES / "Insurance letter.docx").read_bytes()
    once, twice, other = (damaged(data, data, random.Random(seed)) for seed in (3, 3, 4))
    assert once == twice != other
