"""Fixtures of the window's tests: one application, a theme, a window on a scripted house; nothing stays behind."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the scripted house and the lease stand beside the tests

from patience import until
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from scripted_house import ScriptedHouse, furnished

from ui.window.application import application
from ui.window.jobs import Jobs
from ui.window.main_window import MainWindow
from ui.window.theme import Theme


@pytest.fixture(scope="session")
def app() -> QApplication:
    return application()


@pytest.fixture
def theme(app: QApplication) -> Iterator[Theme]:
    made = Theme(choice="light", reduce_motion=True)
    yield made
    made.deleteLater()


@pytest.fixture
def jobs(app: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


@pytest.fixture
def house() -> ScriptedHouse:
    return furnished()


@pytest.fixture
def window(theme: Theme, jobs: Jobs, house: ScriptedHouse) -> Iterator[MainWindow]:
    made = MainWindow(theme, jobs)
    made.show()
    made.activateWindow()
    until(made.isActiveWindow, "the window is active")
    made.move_in(house)
    until(lambda: jobs.idle, "the house is shown")
    yield made
    house.gate.set()
    made.close()
    jobs.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
