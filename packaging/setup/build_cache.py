"""Where expensive set-up results are kept between checkouts, found again by the hash of everything they depend on."""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

STARTERS_RECIPE = "1"  # raise it when the way the starter models are converted, checked or laid out changes


def cache_folder() -> Path:
    """The folder for built wheels and converted models; made when missing."""
    chosen = os.environ.get("INDOORS_BUILD_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(chosen) if chosen else base / "indoors-build"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_of(*parts: str) -> str:
    """A short key for everything a result depends on."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def say(text: str) -> None:
    """One line for the person watching."""
    print(text, file=sys.stderr, flush=True)


def run_counted(command: Sequence[str], *, label: str, step: str, total: int | None, log: Path) -> None:
    """Run a long command, showing how far it is; its whole output goes to `log`.

    `step` matches the output lines that count as progress; its groups, if any, are (done, of). Exits with the
    last lines of the output when the command fails.
    """
    pattern = re.compile(step)
    began_s = time.monotonic()
    done, shown = 0, -1
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
    with (
        log.open("w", encoding="utf-8", errors="replace") as file,
        subprocess.Popen(command, text=True, errors="replace", **both) as process,
    ):
        try:
            for line in process.stdout or ():
                file.write(line)
                found = pattern.search(line)
                if not found:
                    continue
                done, of = (int(found[1]), int(found[2])) if found.re.groups == 2 else (done + 1, total)
                shown = _show(label, done=done, of=of, shown=shown, began_s=began_s)
        except KeyboardInterrupt:
            process.terminate()  # the compiler must not go on alone
            raise
    code = process.returncode
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    if code:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]
        raise SystemExit(f"{label} failed (exit {code}). The last lines:\n" + "\n".join(tail))
    say(f"{label}: done in {time.monotonic() - began_s:.0f} s")


def _show(label: str, *, done: int, of: int | None, shown: int, began_s: float) -> int:
    """Show progress: on a terminal at every step, elsewhere each quarter. Returns what was last shown."""
    spent_s = time.monotonic() - began_s
    counted = f"{done} of {of}" if of else f"{done}"
    if sys.stderr.isatty():
        print(f"\r\x1b[K{label}: {counted} ({spent_s:.0f} s)", end="", file=sys.stderr, flush=True)
        return done
    quarter = done * 4 // of if of else done // 40
    if quarter > shown:
        say(f"{label}: {counted} ({spent_s:.0f} s)")
    return max(quarter, shown)
