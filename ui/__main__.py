"""Arguments in, window or terminal out; Qt is imported only for the window, the command line only for the terminal."""

from __future__ import annotations

import os
import sys

from models.silence import silence

NO_DISPLAY = "There is no display here, so the window cannot open. These commands do the same work:\n"


def main(argv: list[str] | None = None) -> int:
    """Run the program; returns the exit code (terminal contract)."""
    silence()
    words = list(sys.argv[1:] if argv is None else argv)
    from ui.terminal.screen import split_common

    try:
        common, rest = split_common(words)
    except ValueError:
        rest = words
        common = None
    wants_window = common is not None and "--help" not in rest and (not rest or rest[0] == "window")
    if not wants_window:
        from ui.terminal.commands import main as terminal

        return terminal(words)
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)
        from ui.terminal.commands import main as terminal

        terminal(["--help"])
        return 1 if rest else 0
    from ui.window.launch import launch

    assert common is not None
    return launch(common, rest[1:])


def has_display() -> bool:
    """Whether a window can be shown at all; asked before Qt is, which would abort."""
    if sys.platform in ("win32", "darwin"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY")
    return any(os.environ.get(name) for name in names) or os.environ.get("QT_QPA_PLATFORM") == "offscreen"


if __name__ == "__main__":
    sys.exit(main())
