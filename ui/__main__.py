"""Arguments in, window or terminal out; Qt is imported only for the window, the command line only for the terminal."""

from __future__ import annotations

import io
import os
import sys

from models.silence import hush
from ui.options import split_options

NO_DISPLAY = "There is no display here, so the window cannot open. These commands do the same work:\n"


def main(argv: list[str] | None = None) -> int:
    """Run the program; returns the exit code (terminal contract)."""
    hush()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file name that is not UTF-8 must not end a command that only wants to print it.
            stream.reconfigure(errors="backslashreplace")
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        options, rest = split_options(words)
    except ValueError as error:
        print(f"indoors: {error}", file=sys.stderr)
        return 2
    asks_help = any(word in ("--help", "-h") for word in rest)
    if asks_help or (rest and rest[0] != "window"):
        from ui.terminal.commands import main as terminal

        return terminal(options, rest)
    if has_display():
        from ui.window.launch import launch

        return launch(options, rest[1:])
    print(NO_DISPLAY, file=sys.stderr)
    from ui.terminal.commands import main as terminal

    terminal(options, ["--help"])
    return 1 if rest else 0


def has_display() -> bool:
    """Whether a window can be shown at all; asked before Qt is, which would abort."""
    if sys.platform in ("win32", "darwin"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY")
    return any(os.environ.get(name) for name in names) or os.environ.get("QT_QPA_PLATFORM") == "offscreen"


if __name__ == "__main__":
    sys.exit(main())
