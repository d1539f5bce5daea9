"""Opens a document or a clicked address in the person's own program, which a sealed process would cripple."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from models.frames import Frame, read_frame, write_frame

_SCHEMES = ("https", "http", "mailto")
_PROGRAMS = {".desktop", ".appimage", ".sh", ".exe", ".bat", ".cmd", ".com", ".msi", ".ps1", ".jar", ".lnk", ".scpt"}
_FAILS_WITHIN_S = 2.0


def refusal(kind: str, what: str) -> str:
    """Why this is not opened, empty when it may be."""
    if kind == "address":
        return "" if urlsplit(what).scheme in _SCHEMES else "Only web and mail addresses are opened."
    path = Path(what)
    if not path.is_absolute() or not path.exists():
        return f"{path.name} is no longer there."
    if path.suffix.lower() in _PROGRAMS:
        return f"{path.name} is a program; Indoors opens documents only."
    return ""


def open_outside(kind: str, what: str) -> dict[str, Any]:
    """Hand `what` to the desktop; {"ok", "why"}. Waits only long enough to hear of a failure."""
    why = refusal(kind, what)
    if why:
        return {"ok": False, "why": why}
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        return {"ok": False, "why": "This computer has no xdg-open; install xdg-utils."}
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen([opener, what], stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    try:
        code = process.wait(_FAILS_WITHIN_S)
    except subprocess.TimeoutExpired:
        code = 0
    return {"ok": code == 0, "why": "" if code == 0 else "No program on this computer opens it."}


def main() -> None:
    """One job from standard input, one answer to standard output; what was opened lives on."""
    job = read_frame(sys.stdin.buffer)
    if job is not None:
        answer = open_outside(str(job.header.get("kind")), str(job.header.get("what")))
        write_frame(sys.stdout.buffer, Frame(answer))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
