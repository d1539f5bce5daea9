"""Every trouble offers its one action, and each action does what it says: nothing of it is kept that should not be."""

from dataclasses import replace
from pathlib import Path

import pytest
from patience import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from scripted_house import HOME, Folder, Issue, ScriptedHouse

from app.store.listing import LeftOut
from app.values import TroubleKind
from ui.window import library_words as words
from ui.window.library.folder_card import FolderCardView
from ui.window.library.trouble_row import TroubleRow
from ui.window.main_window import MainWindow

TAX = HOME / "Tax"


def furnish(window: MainWindow, house: ScriptedHouse, folder: Folder) -> FolderCardView:
    house.folder_list = [folder]
    window.show_page("library")
    window.librarian.refresh()
    until(lambda: window.jobs.idle and TAX in window.library_page.cards, "the card")
    return window.library_page.cards[TAX]


def row(window: MainWindow, name: str) -> TroubleRow:
    return next(one for one in window.library_page.cards[TAX].troubles.rows if one.wish.name == name)


@pytest.mark.parametrize(
    ("trouble", "estimate_s", "action"),
    [
        (TroubleKind.LOCKED, None, "Enter password"),
        (TroubleKind.PICTURES, 40.0, "Read with OCR · 40 s"),
        (TroubleKind.PICTURES, None, "Read with OCR"),
        (TroubleKind.DAMAGED, None, "Show in folder"),
        (TroubleKind.TOO_LARGE, 1_500.0, "Read anyway · about 25 min"),
        (TroubleKind.TOO_LARGE, None, "Show in folder"),
        (TroubleKind.NO_PERMISSION, None, "Show how"),
        (TroubleKind.EMPTY, None, "Show in folder"),
        (TroubleKind.OTHER, None, "Show in folder"),
    ],
)
def test_each_trouble_offers_its_action(
    window: MainWindow, house: ScriptedHouse, trouble: TroubleKind, estimate_s: float | None, action: str
) -> None:
    issue = Issue(TAX / "a.pdf", trouble, "A reason.", "A hint.", estimate_s)
    furnish(window, house, Folder(TAX, True, 3, (issue,)))
    assert row(window, "a.pdf").button.text() == action
    assert row(window, "a.pdf").reason.text() == "A reason"


def test_a_password_is_asked_for_in_the_row_used_once_and_kept_nowhere(
    window: MainWindow, house: ScriptedHouse
) -> None:
    card = furnish(window, house, house.folder_list[2])
    locked = row(window, "Statement 2021.pdf")
    locked.button.click()
    field = locked.field
    assert field is not None and field.hasFocus() and field.echoMode() is QLineEdit.EchoMode.Password
    assert locked.reason.text() == "" and locked.button.text() == "Read"
    QTest.keyClicks(field, "wrong")
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: locked.reason.text() == words.WRONG_PASSWORD, "wrong is said")
    assert field.text() == "" and field.isVisible(), "nothing typed is left in the field"
    QTest.keyClicks(field, "open")
    locked.button.click()
    until(lambda: card.state_words == "790 ready, 2 need you", "it was read")
    assert [did for did in house.shelves.did if did[0] == "read"] == [
        ("read", "Statement 2021.pdf", "wrong", False, False),
        ("read", "Statement 2021.pdf", "open", False, False),
    ]


def test_escape_leaves_the_password(window: MainWindow, house: ScriptedHouse) -> None:
    furnish(window, house, house.folder_list[2])
    locked = row(window, "Statement 2021.pdf")
    locked.button.click()
    assert locked.field is not None
    QTest.keyClicks(locked.field, "half")
    QTest.keyClick(locked.field, Qt.Key.Key_Escape)
    assert locked.field is None and locked.reason.text() == "Locked with a password"
    assert locked.button.text() == "Enter password" and house.shelves.did == []


def test_what_is_half_typed_survives_that_the_page_follows_the_reading(
    window: MainWindow, house: ScriptedHouse
) -> None:
    furnish(window, house, house.folder_list[2])
    locked = row(window, "Statement 2021.pdf")
    locked.button.click()
    assert locked.field is not None
    QTest.keyClicks(locked.field, "half")
    more = Issue(TAX / "A first.pdf", TroubleKind.DAMAGED, "Damaged")
    house.folder_list = [replace(house.folder_list[0], troubles=(more, *house.folder_list[0].troubles))]
    window.librarian.refresh()
    until(lambda: window.library_page.cards[TAX].troubles.rows[0].wish.name == "A first.pdf", "the new row")
    assert row(window, "Statement 2021.pdf") is locked and locked.field.text() == "half"


def test_ocr_shows_that_it_reads_and_can_be_stopped(window: MainWindow, house: ScriptedHouse) -> None:
    furnish(window, house, house.folder_list[2])
    scan = row(window, "scan_0043.pdf")
    scan.button.click()
    until(lambda: scan.button.text() == "Stop", "reading")
    assert scan.reason.text() == "Reading" and scan._ring.isVisible()
    scan.button.click()
    until(lambda: scan.button.text() == "Read with OCR · 40 s", "stopped")
    assert ("read", "scan_0043.pdf", "", True, False) in house.shelves.did
    house.gate.set()
    scan.button.click()
    until(lambda: window.library_page.cards[TAX].state_words == "790 ready, 2 need you", "read")


def test_a_large_file_is_read_anyway(window: MainWindow, house: ScriptedHouse) -> None:
    issue = Issue(TAX / "all.pdf", TroubleKind.TOO_LARGE, "Too large (2.1 GB)", "", 1_500.0)
    card = furnish(window, house, Folder(TAX, True, 3, (issue,)))
    row(window, "all.pdf").button.click()
    until(lambda: card.state_words == "All 4 files ready", "read")
    assert house.shelves.did == [("read", "all.pdf", "", False, True)]


def test_a_damaged_file_is_shown_in_its_folder(window: MainWindow, house: ScriptedHouse) -> None:
    furnish(window, house, house.folder_list[2])
    row(window, "old-ledger.xls").button.click()
    until(lambda: house.opened == [TAX], "the folder")


def test_permission_is_explained_in_steps(window: MainWindow, house: ScriptedHouse) -> None:
    issue = Issue(TAX / "theirs.docx", TroubleKind.NO_PERMISSION, "No permission to open it")
    furnish(window, house, Folder(TAX, True, 3, (issue,)))
    button = row(window, "theirs.docx").button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    steps = window.desk.popover
    assert steps.isVisible() and window.rect().contains(steps.geometry())
    assert [label.text()[:2] for label in steps.steps[:-1]] == ["1.", "2.", "3."]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    until(lambda: not steps.isVisible(), "gone")
    assert button.hasFocus()


def test_files_with_a_provider_are_fetched_together(window: MainWindow, house: ScriptedHouse) -> None:
    card = furnish(window, house, Folder(TAX, True, 3, (), not_downloaded=3))
    assert card.state_words == "3 ready, 3 need you"
    rows = card.troubles.rows
    assert (rows[0].wish.name, rows[0].button.text()) == ("3 files", "Download 3 files")
    rows[0].button.click()
    until(lambda: len(house.shelves.did) == 3, "each is opened")
    assert [did[1] for did in house.shelves.did] == ["far 0.pdf", "far 1.pdf", "far 2.pdf"]


def test_a_kind_that_is_not_read_can_be_hidden_and_brought_back(window: MainWindow, house: ScriptedHouse) -> None:
    kinds = (LeftOut("dwg", 4, TAX / "roof.dwg"), LeftOut("unknown", 1, TAX / "README"))
    card = furnish(window, house, Folder(TAX, True, 40, left_out=kinds))
    assert card.state_words == "All 40 files ready", "kinds nobody reads have not failed"
    assert card.kinds.rows == [] and card.kinds.rest.text() == "5 files of kinds that are not read"
    card.kinds.rest.click()
    assert [one.wish.name for one in card.kinds.rows] == ["roof.dwg and 3 more", "README"]
    assert [one.button.text() for one in card.kinds.rows] == ["Hide this kind", "Show in folder"]
    card.kinds.rows[0].button.click()
    until(lambda: window.toast._words.text() == "Files ending in .dwg are left out here.", "the toast")
    assert house.shelves.rules_of[TAX].leave_out == ("*.dwg",)
    window.toast._undo.click()
    until(lambda: house.shelves.rules_of[TAX].leave_out == (), "undone")


def test_more_than_three_troubles_open_inside_the_card_and_the_rest_in_the_list(
    window: MainWindow, house: ScriptedHouse
) -> None:
    issues = tuple(Issue(TAX / f"{n:02}.pdf", TroubleKind.DAMAGED, "Damaged") for n in range(15))
    card = furnish(window, house, Folder(TAX, True, 3, issues))
    assert len(card.troubles.rows) == 3 and card.troubles.rest.text() == "12 more"
    card.troubles.rest.click()
    assert len(card.troubles.rows) == 15 and card.troubles.rest.isHidden()
    card = furnish(window, house, Folder(TAX, True, 3, issues, more_failed=9_000))
    assert card.troubles.rest.text() == "9,000 more in the list of files"
    card.troubles.rest.click()
    assert window.library_page.currentWidget() is window.library_page.files and window.library_page.files.need_you


def test_no_password_is_ever_part_of_what_a_row_says(window: MainWindow, house: ScriptedHouse, tmp_path: Path) -> None:
    furnish(window, house, house.folder_list[2])
    locked = row(window, "Statement 2021.pdf")
    locked.button.click()
    assert locked.field is not None
    QTest.keyClicks(locked.field, "hunter2")
    said = [locked.accessibleName(), locked.field.accessibleName(), locked.button.accessibleName(),
            locked.field.displayText()]  # fmt: skip
    assert not any("hunter2" in one for one in said)
