"""The files of a folder: found, opened, previewed, read again, taken out; and the rules of what is included."""

from pathlib import Path

import pytest
from library_screens import many_files
from patience import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from scripted_house import HOME, ScriptedHouse
from scripted_shelves import failed, line

from app.values import TroubleKind
from ui.window import library_words as words
from ui.window.library.file_rows import FileRows
from ui.window.library.files_view import PAGE_ROWS, FilesView
from ui.window.main_window import MainWindow

TAX = HOME / "Tax"


@pytest.fixture
def files(window: MainWindow, house: ScriptedHouse) -> FilesView:
    house.shelves.lines[TAX] = many_files(TAX)
    window.show_page("library")
    window.library_page.cards[TAX].name.click()
    view = window.library_page.files
    until(lambda: len(view.rows.rows) == 11, "the files")
    return view


def choose(files: FilesView, name: str) -> None:
    at = next(place for place, row in enumerate(files.rows.rows) if row.path.name == name)
    files.list.setCurrentIndex(files.rows.index(at, 0))
    files.list.setFocus()


def test_a_row_says_where_a_file_lies_and_how_it_was_read(files: FilesView) -> None:
    said = {row.path.name: files.rows.said(row) for row in files.rows.rows}
    assert said["Interest.eml"] == "Interest.eml, from the bank, 2 passages, 9 kB"
    assert said["To the tax office.txt"] == "To the tax office.txt, inside Letters.zip, 3 passages, 4 kB"
    assert said["Receipts 2019.pdf"] == "Receipts 2019.pdf, OCR, 18 passages, 8 MB"
    assert said["Receipts 2020.pdf"].startswith("Receipts 2020.pdf, 3 pages are pictures")
    assert said["Statement 2021.pdf"] == "Statement 2021.pdf, Locked with a password"
    assert files.counted.text() == "11 files" and files.title.text() == "Tax"


def test_typing_finds_files_and_only_what_needs_the_person_can_be_seen(files: FilesView) -> None:
    QTest.keyClicks(files.search, "receipts")
    until(lambda: files.counted.text() == "2 files found", "the two")
    assert [row.path.name for row in files.rows.rows] == ["Receipts 2019.pdf", "Receipts 2020.pdf"]
    files.search.setText("nowhere")
    until(lambda: files.counted.text() == words.NO_FILE_FOUND, "none")
    files.search.clear()
    files._which._parts[1].click()
    until(
        lambda: [row.path.name for row in files.rows.rows] == ["old-ledger.xls", "Statement 2021.pdf"], "the troubled"
    )


def test_the_keys_open_preview_and_read_again(window: MainWindow, files: FilesView, house: ScriptedHouse) -> None:
    choose(files, "Assessment 2024.pdf")
    QTest.keyClick(files.list, Qt.Key.Key_Return)
    until(lambda: house.opened == [TAX / "Assessment 2024.pdf"], "opened")
    QTest.keyClick(files.list, Qt.Key.Key_Space)
    until(lambda: window.panel.isVisible(), "the panel")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    until(lambda: not window.panel.isVisible(), "closed")
    assert window.library_page.currentWidget() is files, "one step at a time"
    QTest.keyClick(files.list, Qt.Key.Key_F5)
    until(lambda: ("again", TAX / "Assessment 2024.pdf") in house.shelves.did, "read again")


def test_delete_hides_at_once_and_undo_brings_it_back(
    window: MainWindow, files: FilesView, house: ScriptedHouse
) -> None:
    choose(files, "Assessment 2024.pdf")
    QTest.keyClick(files.list, Qt.Key.Key_Delete)
    assert "Assessment 2024.pdf" not in [row.path.name for row in files.rows.rows]
    assert window.toast._words.text() == "Assessment 2024.pdf is no longer searched."
    assert files.counted.text() == "10 files"
    window.toast._undo.click()
    until(lambda: len(files.rows.rows) == 11, "back")
    assert house.shelves.did == []
    choose(files, "Letters.zip")
    QTest.keyClick(files.list, Qt.Key.Key_Delete)
    assert len(files.rows.rows) == 9, "what lies inside goes with it"
    window.toast.say("Something else")
    until(lambda: ("leave out", TAX / "Letters.zip") in house.shelves.did, "done for good")


def test_what_lies_inside_a_file_opens_that_file_and_is_not_taken_out_alone(
    files: FilesView, house: ScriptedHouse
) -> None:
    choose(files, "To the tax office.txt")
    QTest.keyClick(files.list, Qt.Key.Key_Delete)
    assert len(files.rows.rows) == 11
    QTest.keyClick(files.list, Qt.Key.Key_Return)
    until(lambda: house.opened == [TAX / "Letters.zip"], "the file on disk")


def test_a_file_in_trouble_offers_its_action_in_the_list(files: FilesView, house: ScriptedHouse) -> None:
    choose(files, "Statement 2021.pdf")
    assert files.trouble is not None and files.trouble.button.text() == "Enter password"
    files.trouble.button.click()
    assert files.trouble.field is not None
    QTest.keyClicks(files.trouble.field, "open")
    QTest.keyClick(files.trouble.field, Qt.Key.Key_Return)
    until(lambda: ("read", "Statement 2021.pdf", "open", False, False) in house.shelves.did, "read")
    choose(files, "Assessment 2024.pdf")
    assert files.trouble is None


def test_picture_pages_of_a_file_that_was_read_are_offered_to_ocr(files: FilesView, house: ScriptedHouse) -> None:
    choose(files, "Receipts 2020.pdf")
    assert files.trouble is not None
    assert (files.trouble.reason.text(), files.trouble.button.text()) == ("3 pages are pictures", "Read with OCR")
    house.gate.set()
    files.trouble.button.click()
    until(lambda: ("read", "Receipts 2020.pdf", "", True, False) in house.shelves.did, "reading them")
    choose(files, "Receipts 2019.pdf")
    assert files.trouble is None


def test_a_single_file_is_marked_as_never_sent_and_undo_takes_it_back(
    window: MainWindow, files: FilesView, house: ScriptedHouse
) -> None:
    marked: list[tuple[str, bool]] = []
    house.shelves.set_never_cloud = lambda path, on: marked.append((path.name, on))  # type: ignore[method-assign]  # heard
    choose(files, "Receipts 2019.pdf")
    dict(files._buttons)["never"].click()
    until(lambda: marked == [("Receipts 2019.pdf", True)], "the mark")
    window.toast._undo.click()
    until(lambda: marked[1:] == [("Receipts 2019.pdf", False)], "the mark taken back")
    choose(files, "To the tax office.txt")
    assert not dict(files._buttons)["never"].isEnabled(), "what lies in a file goes with that file"


def test_escape_goes_back_to_the_card(window: MainWindow, files: FilesView) -> None:
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.library_page.currentWidget() is window.library_page.shelf
    assert window.library_page.cards[TAX].name.hasFocus()


def test_a_hundred_thousand_files_are_fetched_as_they_are_looked_at(window: MainWindow, house: ScriptedHouse) -> None:
    house.shelves.lines[TAX] = [line(TAX / f"{number:06}.txt") for number in range(100_000)]
    window.show_page("library")
    window.library_page.show_files(TAX, False)
    files = window.library_page.files
    until(lambda: files.counted.text() == "100,000 files", "the count")
    assert len(files.rows.rows) == PAGE_ROWS
    files.list.verticalScrollBar().setValue(files.list.verticalScrollBar().maximum())
    until(lambda: len(files.rows.rows) == 2 * PAGE_ROWS, "the next page")
    assert files.rows.rows[-1].path.name == f"{2 * PAGE_ROWS - 1:06}.txt"


def test_rows_stand_still_while_others_are_read(window: MainWindow, files: FilesView, house: ScriptedHouse) -> None:
    choose(files, "Statement 2021.pdf")
    house.shelves.lines[TAX] = [
        each if each.path.name != "Statement 2021.pdf" else line(each.path, passages=9) for each in many_files(TAX)
    ]
    window.librarian.refresh()
    until(lambda: files.rows.rows[9].document is not None, "the new state")
    assert files.list.current is not None and files.list.current.path.name == "Statement 2021.pdf"
    assert files.trouble is None


def test_a_row_of_a_file_added_by_itself_has_no_place(window: MainWindow) -> None:
    rows = FileRows()
    rows.root = Path("/home/me/lease.pdf")
    assert rows.said(failed(rows.root, TroubleKind.LOCKED, "Locked")) == "lease.pdf, Locked"


def test_rules_are_counted_as_they_are_typed_and_saved(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_page("library")
    card = window.library_page.cards[TAX]
    next(one for one in card.menu().actions() if one.text() == words.WHAT_TO_INCLUDE).trigger()
    sheet = window.library_page.sheet
    until(lambda: sheet.counted.text() == "214 files would be read, nothing is left out.", "the count")
    sheet.leave_out.text.setPlainText("Drafts\n\n *.dwg ")
    until(lambda: sheet.counted.text() == "190 files would be read, 24 left out.", "the new count")
    assert sheet.rules.leave_out == ("Drafts", "*.dwg")
    sheet.save.click()
    until(lambda: house.shelves.rules_of.get(TAX) == sheet.rules, "saved")
    assert window.library_page.currentWidget() is window.library_page.shelf


def test_a_removed_folder_closes_its_list(window: MainWindow, files: FilesView, house: ScriptedHouse) -> None:
    window.librarian.remove(TAX)
    assert window.library_page.currentWidget() is window.library_page.shelf
