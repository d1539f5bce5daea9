"""Opens the window first and the house behind it, so that something can be read within half a second of the start."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from app.errors import AppError
from app.paths import assets
from models.api import Cancel
from ui.window.house import House
from ui.window.icons import icon_image
from ui.window.jobs import Jobs
from ui.window.main_window import MainWindow
from ui.window.theme import Choice, Theme
from ui.window.tokens import tokens

APP_ID = "io.github.indoors.Indoors"
"""Name of the desktop file, so that the task bar shows our icon; must never change once published."""


def run(
    house_factory: Callable[[], House],
    *,
    ask: str | None = None,
    files: Sequence[Path] = (),
    sample: bool = False,
    theme_choice: Choice = "system",
    text_percent: int = 100,
    reduce_motion: bool = False,
    state_file: Path | None = None,
) -> int:
    """Show the window, open the house on a worker thread, and stay until the window is closed; returns the exit code.

    `ask` is asked as soon as there is something to ask; `files` and, with `sample`, the sample library are read.
    `state_file` remembers size, place and panel; without one nothing is remembered.
    """
    app = application()
    remembered = QSettings(str(state_file), QSettings.Format.IniFormat) if state_file is not None else None
    if remembered is not None:
        # A size chosen by key holds until the setting itself is changed.
        if str(remembered.value("text_setting")) == str(text_percent):
            text_percent = int(str(remembered.value("text_percent", text_percent)))
        else:
            remembered.setValue("text_setting", text_percent)
    theme = Theme(choice=theme_choice, text_percent=text_percent, reduce_motion=reduce_motion)
    jobs = Jobs()
    window = MainWindow(theme, jobs, remembered=remembered)
    window.setWindowIcon(app_icon(theme))
    opening = Opening(window, jobs, house_factory)
    opening.wish(ask=ask, paths=[*files, *([sample_library()] if sample else [])])
    window.open_again.connect(opening.again)
    window.sample_wanted.connect(lambda: window.add_paths([sample_library()]))
    window.show()
    opening.begin()
    code = app.exec()
    jobs.close()
    opening.close()
    return code


def application() -> QApplication:
    """The one QApplication, on the plain base style; the tokens do the rest."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Indoors")
    app.setDesktopFileName(APP_ID)
    app.setStyle("Fusion")
    app.setQuitOnLastWindowClosed(True)
    return app


def sample_library() -> Path:
    """The folder of short files that ships with the program."""
    return assets() / "sample-library"


def app_icon(theme: Theme) -> QIcon:
    """The house, for the task bar."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128):
        icon.addPixmap(QPixmap.fromImage(icon_image("house", size, theme.color("local"), stroke=2.25)))
    return icon


class Opening(QObject):
    """Waits for the first frame, then opens the house on a worker thread and hands it to the window."""

    def __init__(self, window: MainWindow, jobs: Jobs, house_factory: Callable[[], House]) -> None:
        super().__init__()
        self._window, self._jobs, self._factory = window, jobs, house_factory
        self._house: House | None = None
        self._begun = False
        self._ask: str | None = None
        self._paths: list[Path] = []

    def wish(self, *, ask: str | None, paths: Sequence[Path]) -> None:
        """What to do as soon as the house is open."""
        self._ask, self._paths = ask, list(paths)

    def begin(self) -> None:
        """After the first paint: nothing may delay it."""
        self._window.installEventFilter(self)
        QTimer.singleShot(tokens().durations_ms["busy_mark_after"], self._open)  # should no paint ever come

    def close(self) -> None:
        """Close the house, if it was opened."""
        if self._house is not None:
            with suppress(AppError):  # what was removed a moment ago; else it is there again at the next start
                self._house.library.forget(self._window.librarian.leaving)
            self._house.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._open)
        return False

    def again(self) -> None:
        """The person has put right what kept the house shut."""
        self._begun = False
        self._open()

    def _open(self) -> None:
        if not self._begun:
            self._begun = True
            self._jobs.once(self._enter, on_value=self._moved_in, on_failed=self._window.stay_outside)

    def _enter(self, cancel: Cancel) -> House:
        # Kept here at once: when the window is closed meanwhile, the house still has to be closed.
        self._house = self._factory()
        return self._house

    def _moved_in(self, house: House) -> None:
        self._window.move_in(house)
        if self._paths:
            self._window.add_paths(self._paths)
        if self._ask:
            if self._paths:
                self._window.librarian.settled.connect(self._ask_now)
            else:
                self._ask_now()

    def _ask_now(self) -> None:
        question, self._ask = self._ask, None
        if question:
            self._window.show_page("ask")
            self._window.ask_page.ask(question)
