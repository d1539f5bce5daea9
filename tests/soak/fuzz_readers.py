"""`make soak`: has the real reader read thousands of damaged files; each must be read or refused with a reason."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "library"), str(HERE.parents[1])]

from reader_fuzz import rounds  # noqa: E402 - found through the line above


def main() -> int:
    """Print what each kind gave; 1 when anything but reading or a plain refusal happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=500, help="damaged files of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="*", default=(), help="endings such as .pdf; all when left out")
    parser.add_argument(
        "--also", type=Path, default=HERE.parents[2] / "shared" / "samples" / "documents", help="a folder of real files"
    )
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-readers-") as folder:
        seen = rounds(Path(folder), each=options.each, seed=options.seed, kinds=options.kinds, also=options.also)
    bad = 0
    for suffix, each in seen.items():
        reasons = "; ".join(f"{count} {reason}" for reason, count in each.reasons.most_common())
        print(
            f"{suffix}: {each.read} read, longest {each.longest_s:.1f} s, {each.memory_mb:.0f} MB after, "
            f"{len(each.wrong)} wrong. Refused: {reasons}"
        )
        for line in each.wrong:
            print(f"  {line}")
        bad += len(each.wrong)
    print(f"{options.each} of each kind, seed {options.seed}, {time.monotonic() - began:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
