"""The window's rows of `make bench`: first frame, longest block, idle memory. How they are taken: window.py."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent


def rows() -> Iterator[tuple[str, float | str, str]]:
    """(figure, value, bound). The blocks are measured in a process of their own, so that nothing else holds it up."""
    spec = importlib.util.spec_from_file_location("window_bench", HERE / "window.py")
    assert spec is not None and spec.loader is not None
    window = importlib.util.module_from_spec(spec)
    sys.modules["window_bench"] = window
    spec.loader.exec_module(window)
    yield from window.start_rows()
    said = subprocess.run(
        [sys.executable, str(HERE / "window.py"), "--blocks"], capture_output=True, text=True, check=True
    )
    for line in said.stdout.splitlines():
        figure, value, bound = line.split("\t")
        yield figure, value, bound


if __name__ == "__main__":
    for figure, value, bound in rows():
        print(f"{figure:<78} {value:>12}  {bound}")
