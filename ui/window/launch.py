"""Starts the window in the right order: the courier, then the seal, then Qt; the library opens behind the first frame."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.egress.door import Door
from app.errors import explain
from app.paths import Profile
from models.seal import seal
from ui.options import Options


def launch(options: Options, words: list[str]) -> int:
    """Open the window; returns the exit code when it is closed."""
    parser = argparse.ArgumentParser(prog="indoors window", description="Open the window.", allow_abbrev=False)
    parser.add_argument("--ask", default="", metavar="TEXT", help="a question to begin with")
    parser.add_argument("--sample", action="store_true", help="add the sample library")
    parser.add_argument("files", nargs="*", type=Path, help="files and folders to add")
    asked = parser.parse_args(words)
    door = None if options.offline else Door.start()
    seal()
    try:
        return _run(options, asked, door)
    finally:
        if door is not None:
            door.close()
