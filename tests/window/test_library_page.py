"""Folders, their progress and their troubles; adding, stopping, removing and taking that back."""

from pathlib import Path

import pytest
from patience import until
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from scripted_house import HOME, Folder, Issue, ScriptedHouse, ScriptedLibrary

from app.values import FileState
from ui.window import words
from ui.window.library.folder_card import FolderCardView
from ui.window.main_window import MainWindow


def card(window: MainWindow, name: str) -> FolderCardView:
    return window.library_page._cards[HOME / name]


def test_counts_add_up_and_each_trouble_has_one_reason_and_one_action(window: MainWindow) -> None:
    window.show_page("library")
    page = window.library_page
    assert page._searchable.text() == "3 folders, 1,201 of 1,204 files searchable so far."
    assert "312 MB" in page._stays.text()
    tax = card(window, "Tax")
    assert tax._state.look.words == "789 ready, 3 need you"
    lines = [tax._lines.itemAt(place).widget() for place in range(tax._lines.count())]
    assert lines[0].issue.reason == "Locked with a password"
    assert len({line.button.minimumWidth() for line in lines}) == 1
    assert card(window, "Contracts")._state.look.words == "All 214 files ready"


def test_more_than_three_troubles_fold(window: MainWindow, house: ScriptedHouse) -> None:
    issues = tuple(Issue(HOME / f"{n}.pdf", FileState.FAILED, "Damaged") for n in range(15))
    skipped = (Issue(HOME / "x.dwg", FileState.SKIPPED, "Kind not supported (.dwg)"),)
    house.folder_list = [Folder(HOME / "Many", True, 3, issues + skipped)]
    window.librarian.refresh()
    until(lambda: HOME / "Many" in window.library_page._cards, "the card")
    window.show_page("library")
    many = card(window, "Many")
    assert many._lines.count() == 3 and many._rest.text() == "12 more"
    assert many._left_out.text() == "1 file of another kind was left out."
    many._rest.click()
    assert many._lines.count() == 15 and many._rest.isHidden()


def test_reading_shows_progress_and_can_be_stopped(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_page("library")
    house.reads_until = 61
    window.librarian.add([HOME / "Meetings"])
    meetings = card(window, "Meetings")
    until(lambda: meetings._bar.share > 60 / 199, "progress")
    assert meetings._progress.text() == "Reading 60 of 198"
    assert meetings._now.text() == "Now: Board notes 60.docx"
    assert meetings._state.isHidden()
    QTest.mouseClick(meetings._pause, Qt.MouseButton.LeftButton)
    house.gate.set()
    until(lambda: window.librarian.reading is None, "it stops")
    assert meetings._bar.isHidden() and meetings._state.isVisible()


def test_folders_are_read_one_after_the_other(window: MainWindow, house: ScriptedHouse) -> None:
    house.reads_until = 5
    window.add_paths([HOME / "New", HOME / "Newer"])
    until(lambda: window.librarian.reading is not None, "reading")
    assert window.librarian.reading == HOME / "New"
    house.gate.set()
    until(lambda: {HOME / "New", HOME / "Newer"} <= set(window.library_page._cards), "both cards")
    assert "Reading New" in window.toast._words.text()


def test_removing_is_instant_and_undo_reads_again(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_page("library")
    window.librarian.remove(HOME / "Contracts")
    until(lambda: HOME / "Contracts" not in window.library_page._cards, "the card goes")
    assert window.toast._words.text() == "Removed Contracts and its index."
    window.toast._undo.click()
    until(lambda: HOME / "Contracts" in window.library_page._cards, "the card is back")


def test_an_empty_library_says_how_to_begin(window: MainWindow, house: ScriptedHouse) -> None:
    house.folder_list = []
    window.librarian.refresh()
    window.show_page("library")
    until(lambda: window.library_page._empty.isVisible(), "the empty page")
    assert window.library_page._empty.text() == words.LIBRARY_EMPTY
    assert window.library_page._searchable.isHidden()


def test_dropped_files_are_read(window: MainWindow, house: ScriptedHouse, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl("https://example.invalid/x")])
    event = QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)  # fmt: skip
    window.dropEvent(event)
    until(lambda: tmp_path in window.library_page._cards, "the folder")
    assert len(window.library_page._cards) == 4


def test_a_failed_run_is_said_on_the_page(
    window: MainWindow, house: ScriptedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **more: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ScriptedLibrary, "index", fails)
    window.show_page("library")
    window.librarian.add([HOME / "Contracts"])
    until(lambda: window.library_page._notice.isVisible(), "the notice")
    assert "The disk is full." in window.library_page._notice.accessibleName()
