"""The Models page on a real shelf: real files, the real engine in its own process, a file from elsewhere adopted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from patience import until
from PySide6.QtCore import QCoreApplication, QEvent

from app.egress.door import Door
from app.paths import Profile
from app.services import Services
from ui.window.jobs import Jobs
from ui.window.main_window import MainWindow
from ui.window.models.model_rows import LookRow
from ui.window.models.models_page import ModelsPage
from ui.window.served_house import ServedHouse
from ui.window.theme import Theme


@pytest.fixture
def window(theme: Theme, tmp_path: Path) -> Iterator[MainWindow]:
    services = Services.open(Profile.at(tmp_path / "profile"), write=True)
    services.care._home = tmp_path / "home"
    jobs, house = Jobs(), ServedHouse(services, Door.shut())
    made = MainWindow(theme, jobs)
    made.show()
    made.move_in(house)
    made.show_page("models")
    yield made
    made.close()
    jobs.close()
    house.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def page_of(window: MainWindow) -> ModelsPage:
    page = window.models.page
    assert page is not None
    return page


def test_from_a_file_to_a_measured_writer(window: MainWindow, starter_models: Any, tmp_path: Path) -> None:
    page = page_of(window)
    until(lambda: page.row("smollm2-135m") is not None, "the starter")
    starter = page.row("smollm2-135m")
    assert isinstance(starter, LookRow) and starter.look.in_use and starter.button.text() == "Measure · 8 s"
    theirs = tmp_path / "theirs.gguf"
    shutil.copyfile(starter_models.writing, theirs)
    with theirs.open("ab") as file:
        file.write(b"\0" * 32)
    window.models.take_file(theirs)

    def measured() -> bool:
        row = page.row("theirs")
        return isinstance(row, LookRow) and row.look.in_use and "measured today" in row.state.look.words

    for _ in range(6):  # on a busy computer loading and writing take longer than one patience
        try:
            until(measured, "the measurement")
        except AssertionError:
            continue
        break
    assert measured()
    until(lambda: window.strip.accessibleName() != "" or window.jobs.idle, "the strip")
    later = page.row("smollm2-135m")
    assert isinstance(later, LookRow) and "words a second" in later.line.label.text(), "a range from the one measured"
    bad = tmp_path / "holiday.gguf"
    bad.write_bytes(b"not a model")
    window.models.take_file(bad)
    until(page.notice.isVisible, "the trouble")
    assert "not a GGUF model" in page.notice.accessibleName()
