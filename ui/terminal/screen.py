"""Where the terminal writes: JSON lines or words on standard output, messages and progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from app.values import Notice
from ui.options import Options

if TYPE_CHECKING:
    from rich.console import Console


class Meter(Protocol):
    """A progress display that a command feeds."""

    def __call__(self, done: float, of: float, what: str) -> None:
        """`done` of `of` (any unit), now doing `what`."""


class Screen:
    """One command's output. With --json nothing but JSON reaches standard output."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._console: Console | None = None

    @property
    def console(self) -> Console:
        """Standard output for people: colours only in a terminal, never wrapped in a pipe."""
        if self._console is None:
            from rich.console import Console

            class Paper(Console):
                """A console that lets the command end when its reader has gone, instead of ending the process."""

                def on_broken_pipe(self) -> None:
                    raise BrokenPipeError

            self._console = Paper(highlight=False, soft_wrap=True, emoji=False)
        return self._console

    @property
    def lively(self) -> bool:
        """Whether a person is watching: only then are there bars and colours."""
        return sys.stderr.isatty() and not self.options.quiet and not self.options.json

    def lines(self, objects: list[dict[str, Any]]) -> None:
        """JSON lines, each flushed, when --json was asked for; otherwise nothing."""
        if self.options.json:
            for line in objects:
                sys.stdout.write(_json_line(line) + "\n")
            sys.stdout.flush()

    def say(self, text: str = "", *, style: str = "") -> None:
        """A line for people on standard output."""
        if not self.options.json:
            self.console.print(text, style=style, markup=False)

    def stream(self, delta: str) -> None:
        """Text as it is written, without a line end."""
        if not self.options.json:
            sys.stdout.write(delta)
            sys.stdout.flush()

    def message(self, text: str) -> None:
        """News about the work itself, on standard error; silent with --quiet."""
        if not self.options.quiet:
            print(text, file=sys.stderr, flush=True)

    def trouble(self, notice: Notice) -> None:
        """What happened, what is safe, what to do: one paragraph on standard error, also with --quiet."""
        print("indoors: " + in_sentences(notice.happened, notice.safe, notice.do, *notice.details), file=sys.stderr)

    @contextmanager
    def meter(self) -> Iterator[Meter]:
        """A progress bar for work of more than a second; shown only to a person at a terminal."""
        if not self.lively:
            yield lambda done, of, what: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (BarColumn(bar_width=28), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn())
        words = TextColumn("{task.description}", markup=False)
        with Progress(*columns, words, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("", total=None)
            yield lambda done, of, what: progress.update(task, completed=done, total=of or None, description=what[-60:])


def in_sentences(*parts: str) -> str:
    """Parts joined so that each ends like a sentence: "Locked with a password" + "Save a copy" need a full stop."""
    return " ".join(part if part[-1] in ".?!:”" else part + "." for part in parts if part)


def _json_line(line: dict[str, Any]) -> str:
    text = json.dumps(line, ensure_ascii=False)
    # A file name that is not UTF-8 reaches us with half characters, which only JSON's own escapes can carry.
    return text if _encodable(text) else json.dumps(line)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
