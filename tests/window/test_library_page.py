"""Folders, their progress and states; adding, pausing, removing and taking that back; what is said about the whole."""

from dataclasses import replace
from pathlib import Path

import pytest
from patience import until
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from scripted_house import HOME, Folder, ScriptedHouse

from app.values import TroubleKind
from ui.window import library_words as words
from ui.window.house import FolderWork
from ui.window.library.folder_card import FolderCardView
from ui.window.main_window import MainWindow


def card(window: MainWindow, name: str) -> FolderCardView:
    return window.library_page.cards[HOME / name]


def refreshed(window: MainWindow) -> None:
    window.librarian.refresh()
    until(lambda: window.jobs.idle, "the folders anew")


def test_counts_add_up_and_each_trouble_has_one_reason_and_one_action(window: MainWindow) -> None:
    window.show_page("library")
    shelf = window.library_page.shelf
    assert shelf.searchable.text() == "3 folders, 1,201 of 1,204 files searchable. 3 need you."
    assert "312 MB" in shelf.stays.text() and shelf.meaning.isHidden()
    tax = card(window, "Tax")
    assert tax.state_words == "789 ready, 3 need you"
    rows = tax.troubles.rows
    assert rows[0].reason.text() == "Locked with a password"
    assert [row.button.text() for row in rows] == ["Enter password", "Read with OCR · 40 s", "Show in folder"]
    assert len({row.button.width() for row in rows}) == 1
    assert card(window, "Contracts").state_words == "All 214 files ready"


def test_reading_shows_progress_and_time_and_can_be_paused_and_resumed(
    window: MainWindow, house: ScriptedHouse
) -> None:
    window.show_page("library")
    house.reads_until = 61
    window.librarian.add([HOME / "Meetings"])
    meetings = card(window, "Meetings")
    until(lambda: meetings._bar.share > 60 / 199, "progress")
    assert meetings.state_words == "Reading 61 of 198 · about 9 min left"
    assert meetings._now.text() == "New and small files first. Now: Board notes 61.docx"
    line = "3 folders, 1,201 of 1,341 files searchable so far. 137 still to be read, 3 need you."
    until(lambda: window.library_page.shelf.searchable.text() == line, "the coverage")
    QTest.mouseClick(meetings._pause, Qt.MouseButton.LeftButton)
    until(lambda: meetings.state_words == "Paused", "it rests")
    assert meetings._now.text() == words.PAUSED_LINE and meetings._bar.isHidden()
    assert meetings._pause.accessibleName() == words.RESUME
    QTest.mouseClick(meetings._pause, Qt.MouseButton.LeftButton)
    until(lambda: ("pause", HOME / "Meetings", False) in house.shelves.did, "it goes on")
    until(lambda: meetings.state_words == "All 198 files ready", "as before")


@pytest.mark.parametrize(
    ("work", "state", "line"),
    [
        (FolderWork(HOME / "Tax", "battery", 5, 20), "Paused on battery", "Paused on battery."),
        (FolderWork(HOME / "Tax", "battery"), "789 ready, 3 need you", "Paused on battery."),
        (FolderWork(HOME / "Tax", "disk", 5, 20, says="Stopped: 0.8 GB left on this disk. The index needs about 0.3 GB "
                    "more."), "Stopped", "Stopped: 0.8 GB left on this disk. The index needs about 0.3 GB more."),
        (FolderWork(HOME / "Tax", "paused", 5, 20), "Paused · 5 of 20", words.PAUSED_LINE),
        (FolderWork(HOME / "Tax", "waiting", 5, 20), "15 wait to be read", ""),
        (FolderWork(HOME / "Tax", "looking"), "Looking for changes", ""),
        (FolderWork(HOME / "Tax", "trouble", says="It broke."), "Stopped", "It broke."),
    ],
)  # fmt: skip
def test_why_nothing_is_read_is_said_on_the_card(
    window: MainWindow, house: ScriptedHouse, work: FolderWork, state: str, line: str
) -> None:
    window.show_page("library")
    house.shelves.resting = work
    window.librarian.look()
    until(lambda: window.jobs.idle, "a look")
    tax = card(window, "Tax")
    assert (tax.state_words, tax._now.text()) == (state, line)
    assert tax._do.isVisible() == (work.state == "battery")
    if work.state == "battery":
        tax._do.click()
        until(lambda: ("read now",) in house.shelves.did, "it reads")


def test_a_drive_that_is_not_there_keeps_what_was_read(window: MainWindow, house: ScriptedHouse) -> None:
    house.folder_list[0] = replace(house.folder_list[0], present=False)
    refreshed(window)
    window.show_page("library")
    contracts = card(window, "Contracts")
    assert (contracts.state_words, contracts._now.text()) == ("Not connected", words.NOT_CONNECTED_LINE)


def test_folders_are_read_one_after_the_other(window: MainWindow, house: ScriptedHouse) -> None:
    settled = []
    window.librarian.settled.connect(lambda: settled.append(True))
    house.reads_until = 5
    window.add_paths([HOME / "New", HOME / "Newer"])
    until(lambda: window.librarian.reading, "reading")
    house.gate.set()
    until(lambda: {HOME / "New", HOME / "Newer"} <= set(window.library_page.cards), "both cards")
    assert "Reading New" in window.toast._words.text()
    until(lambda: settled == [True], "it is said once that all is read")


def test_removing_is_instant_and_undo_costs_nothing(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_page("library")
    window.librarian.remove(HOME / "Contracts")
    assert HOME / "Contracts" not in window.library_page.cards
    assert window.toast._words.text() == "Removed Contracts and its index."
    asked = window.ask_page.composer.within
    assert set(asked) == {HOME / "Meetings", HOME / "Tax"}, "what was removed is not asked any more"
    window.toast._undo.click()
    assert HOME / "Contracts" in window.library_page.cards and window.ask_page.composer.within == ()
    until(lambda: window.jobs.idle, "nothing more")
    assert house.shelves.did == []


def test_a_removal_is_done_when_it_can_no_longer_be_undone(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_page("library")
    window.librarian.remove(HOME / "Contracts")
    refreshed(window)
    assert HOME / "Contracts" not in window.library_page.cards, "still in the house, not on the page"
    assert house.shelves.did == [] and window.librarian.leaving == [HOME / "Contracts"]
    window.toast.say("Something else")
    until(lambda: ("forget", HOME / "Contracts") in house.shelves.did, "the forgetting")
    until(lambda: window.librarian.leaving == [], "it is over")
    until(lambda: window.ask_page.composer.within == (), "all that is left is all there is")


def test_a_folder_added_again_while_it_goes_stays(window: MainWindow, house: ScriptedHouse) -> None:
    window.librarian.remove(HOME / "Contracts")
    window.add_paths([HOME / "Contracts"])
    until(lambda: HOME / "Contracts" in window.library_page.cards, "the card is back")
    until(lambda: window.jobs.idle, "idle")
    assert ("forget", HOME / "Contracts") not in house.shelves.did


def test_delete_and_f5_work_on_a_card(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_page("library")
    name = card(window, "Contracts").name
    name.setFocus()
    QTest.keyClick(name, Qt.Key.Key_F5)
    until(lambda: ("again", HOME / "Contracts") in house.shelves.did, "read again")
    QTest.keyClick(name, Qt.Key.Key_Delete)
    assert HOME / "Contracts" not in window.library_page.cards


def test_never_send_to_cloud_is_a_mark_with_words(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_page("library")
    tax = card(window, "Tax")
    assert tax._mark.isHidden()
    action = next(one for one in tax.menu().actions() if one.text() == words.NEVER_CLOUD)
    assert not action.isChecked()
    action.trigger()
    until(lambda: tax._mark_words.isVisible(), "the mark")
    assert tax._mark_words.text() == "Never send to cloud"
    assert next(one for one in tax.menu().actions() if one.text() == words.NEVER_CLOUD).isChecked()


def test_an_empty_library_says_how_to_begin(window: MainWindow, house: ScriptedHouse) -> None:
    house.folder_list = []
    refreshed(window)
    window.show_page("library")
    shelf = window.library_page.shelf
    assert shelf.empty.isVisible() and shelf.empty.text() == words.LIBRARY_EMPTY
    assert shelf.searchable.isHidden() and shelf.stays.isHidden()


def test_what_is_not_searched_by_meaning_yet_is_said(window: MainWindow, house: ScriptedHouse) -> None:
    house.shelves.with_meaning, house.shelves.note = 1_000, "This library is not in English."
    refreshed(window)
    window.show_page("library")
    shelf = window.library_page.shelf
    assert shelf.meaning.text() == "Found by words: all passages. Found by meaning so far: 1,000 of 4,804."
    assert shelf.note.text() == "This library is not in English." and shelf.note.isVisible()


def test_dropped_files_are_read(window: MainWindow, house: ScriptedHouse, tmp_path: Path) -> None:
    window.show_page("library")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl("https://example.invalid/x")])
    event = QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)  # fmt: skip
    enter = QDragEnterEvent(QPoint(400, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                            Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(window, enter)
    assert window._veil.isVisible()
    QApplication.sendEvent(window, event)
    assert window._veil.isHidden()
    until(lambda: tmp_path in window.library_page.cards, "the folder")
    assert len(window.library_page.cards) == 4


def test_what_goes_wrong_is_said_on_the_page(window: MainWindow, house: ScriptedHouse) -> None:
    house.shelves.trouble = OSError(28, "No space left on device")
    window.show_page("library")
    window.librarian.add([HOME / "Contracts"])
    notice = window.library_page.shelf.notice
    until(notice.isVisible, "the notice")
    assert "The disk is full." in notice.accessibleName()


def test_other_ways_to_add_stand_behind_the_one_button(window: MainWindow) -> None:
    window.show_page("library")
    add, asked = window.library_page.shelf.add, []
    add.folder_wanted.disconnect(window.choose_folder)
    add.files_wanted.disconnect(window.choose_files)
    add.folder_wanted.connect(lambda: asked.append("folder"))
    add.files_wanted.connect(lambda: asked.append("files"))
    QTest.mouseClick(add, Qt.MouseButton.LeftButton, pos=add.rect().center())
    assert asked == ["folder"]
    add.menu_of_ways().actions()[1].trigger()
    assert asked == ["folder", "files"]
    add._on_arrow = False
    QTest.mousePress(add, Qt.MouseButton.LeftButton, pos=add.rect().topRight() - add.rect().topRight() / 100)
    assert add._on_arrow, "the arrow is not the button"


def test_a_hundred_folders_with_troubles_do_not_hold_the_window(window: MainWindow, house: ScriptedHouse) -> None:
    from scripted_house import Issue

    troubles = tuple(Issue(HOME / f"{n}.pdf", TroubleKind.DAMAGED, "Damaged") for n in range(53))
    house.folder_list = [Folder(HOME / f"Folder {n}", True, 1_000, troubles, more_failed=9_947) for n in range(20)]
    refreshed(window)
    window.show_page("library")
    one = card(window, "Folder 7")
    assert len(one.troubles.rows) == 3 and one.troubles.rest.text() == "9,997 more"
    assert one.state_words == "1,000 ready, 10,000 need you"
