"""`make soak`: kills a program that keeps up with changing files at random moments; nothing may be lost or doubled."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "library"), str(HERE.parents[1])]

from kill_rounds import rounds  # noqa: E402 - found through the line above


def main() -> int:
    """Print what the rounds showed; 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    bad = 0
    for vectors in (False, True):
        with tempfile.TemporaryDirectory(prefix="kill-index-") as folder:
            kills = options.kills if not vectors else options.kills // 4
            outcome = rounds(
                Path(folder), kills=kills, files=options.files, seed=options.seed, vectors=vectors, longest_s=2.5
            )
        what = "with the vector index" if vectors else "store and reader"
        print(
            f"{what}: {outcome.kills} kills, {outcome.killed_while_working} while at work, "
            f"{outcome.changes} edits, renames and deletions meanwhile, "
            f"{len(outcome.wrong)} wrong, seed {options.seed}"
        )
        for line in outcome.wrong:
            print(f"  {line}")
        bad += len(outcome.wrong)
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
