"""One log file per profile, for finding our bugs; it never holds prompts, passages, file contents or keys."""

from __future__ import annotations

import logging
import os
import platform
import time
import traceback
from pathlib import Path

MAX_LOG_BYTES = 1_000_000
"""Beyond this the log starts afresh and the old one is kept once."""


def open_log(folder: Path) -> logging.Handler | None:
    """Send warnings and worse to `folder`/indoors.log; None when the folder cannot be written (the program goes on)."""
    target = folder / "indoors.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.stat().st_size > MAX_LOG_BYTES:
            target.replace(folder / "indoors.1.log")
        handler = logging.FileHandler(target, encoding="utf-8", delay=True)
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    return handler


def close_log(handler: logging.Handler | None) -> None:
    """Undo `open_log`."""
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        handler.close()


def write_report(folder: Path, error: BaseException) -> Path | None:
    """Write a report of our bug: place in our code, kind of error, system; no values, no text of the person's.

    Returns the path, or None when it could not be written.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        f"Indoors, {time.strftime('%Y-%m-%d %H:%M:%S')}, Python {platform.python_version()}, {platform.platform()}",
        f"{type(error).__module__}.{type(error).__qualname__}",
        *(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames),
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"report-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        return None
    return target
