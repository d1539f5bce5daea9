"""`make bench`: every figure of the house as a table, ratios taken in the same run; nothing here is a test."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PARTS = (
    "bench_language",
    "bench_followups",
    "bench_embedding",
    "bench_library",
    "bench_indexing",
    "bench_speech",
    "bench_window",
)


def rows_of(part: str) -> Iterable[tuple[Any, ...]]:
    """The rows of one part: (figure, value, bound)."""
    spec = importlib.util.spec_from_file_location(part, HERE / f"{part}.py")
    if spec is None or spec.loader is None or not (HERE / f"{part}.py").exists():
        return []
    module = importlib.util.module_from_spec(spec)
    sys.modules[part] = module
    spec.loader.exec_module(module)
    found: Iterable[tuple[Any, ...]] = module.rows()
    return found


def main() -> int:
    """Print the table; parts may be named on the line."""
    wanted = sys.argv[1:] or PARTS
    print(f"{'figure':<78} {'seen':>12}  bound")
    for part in wanted:
        for figure, value, bound in rows_of(part):
            shown = f"{value:.3f}" if isinstance(value, float) else str(value)
            print(f"{figure:<78} {shown:>12}  {bound}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
