"""One run of a command: the courier first, then the seal, then the house; and one way to end with the right code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from app.egress.door import Door
from app.errors import AppError, UsageError, explain
from app.log import close_log, open_log, write_report
from app.services import Services
from app.settings import Settings
from models.api import Cancel, ModelError
from models.seal import Sealed, seal
from ui.options import Options
from ui.terminal.screen import Screen

READING_GRACE_S = 1.5
"""Seconds a reading command has to end by itself after Ctrl-C."""
DONE, WORLD, USAGE, SOME_FAILED, OUR_BUG, STOPPED = 0, 1, 2, 3, 70, 130


class Session:
    """What a command works with: its screen, its profile, a Cancel that Ctrl-C pulls, and the house on demand."""

    def __init__(self, options: Options) -> None:
        self.screen = Screen(options)
        self.profile = options.profile
        self.cancel = Cancel()
        self.door: Door | None = None
        self.sealed: Sealed | None = None
        self._offline = options.offline
        self._fake_models = options.fake_models
        self._leave_after_s: float | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Session:
        self._stack.callback(_restore_signal, signal.signal(signal.SIGINT, self._interrupt))
        self._stack.callback(_restore_signal, signal.signal(signal.SIGTERM, self._interrupt), signal.SIGTERM)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def settings(self) -> Settings:
        """The settings of this profile."""
        return Settings(self.profile.data / "settings.json")

    def shut_in(self) -> Sealed:
        """Start the courier (unless --offline), then seal this process: in this order, and only once."""
        if self.sealed is None:
            if not self._offline:
                self.door = Door.start(self.profile.data / "settings.json")
                self._stack.callback(self.door.close)
            self.sealed = seal()
        return self.sealed

    @contextmanager
    def house(self, *, write: bool) -> Iterator[Services]:
        """The opened profile. A reading command works beside a running Indoors, a writing one says who holds it."""
        self.shut_in()
        self.profile.make_private()
        self._stack.callback(close_log, open_log(self.profile.logs))
        services = Services.open(self.profile, write=write, fake_models=self._fake_models, door=self.door)
        if not write:
            # A question that waits for a model to load has nothing to keep: the stop need not wait for it.
            self._leave_after_s = READING_GRACE_S
        try:
            yield services
        finally:
            services.close()

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        # The first Ctrl-C asks the job to end and keep what it has; a second one leaves at once. Children go along:
        # the kernel ends them with this process, and the library survives an end at any moment.
        if self.cancel.stopped or self._leave_after_s == 0.0:
            os._exit(STOPPED)
        self.cancel.stop()
        if self._leave_after_s is not None:
            timer = threading.Timer(self._leave_after_s, os._exit, args=(STOPPED,))
            timer.daemon = True
            timer.start()

    def take_time(self) -> None:
        """From now on Ctrl-C waits for the work to end properly: what was sent has to be settled and written down."""
        self._leave_after_s = None

    def leave_at_once(self) -> None:
        """From now on Ctrl-C ends the process: for work that keeps nothing."""
        self._leave_after_s = 0.0


def _restore_signal(handler: object, number: int = signal.SIGINT) -> None:
    signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal itself returned


def run_command(options: Options, command: Callable[[Session], int]) -> int:
    """Run one command and turn whatever happens into words and an exit code (terminal contract)."""
    screen = Screen(options)
    try:
        with Session(options) as session:
            code = command(session)
            return STOPPED if session.cancel.stopped else code
    except UsageError as error:
        screen.trouble(error.notice)
        return USAGE
    except (AppError, ModelError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            # The reader of our output went away (`| head`): nothing to tell anyone.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        screen.trouble(explain(error))
        return OUR_BUG if explain(error).ours else WORLD
    except KeyboardInterrupt:
        return STOPPED


class LastResort:
    """Around a whole run: whatever nobody foresaw is our bug, said in words, with a report and exit code 70."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def __enter__(self) -> LastResort:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception):
            return
        profile = self._options.profile
        report = write_report(profile.logs, error)
        screen = Screen(self._options)
        screen.trouble(explain(error))
        if report:
            screen.message(f"Report: {report}")
        raise SystemExit(OUR_BUG) from error
