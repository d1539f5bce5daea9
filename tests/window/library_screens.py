"""The states of the Library page that are drawn and linted: each brings a window to one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from patience import until
from PySide6.QtTest import QTest
from scripted_house import HOME, Folder, Issue, ScriptedHouse
from scripted_shelves import failed, line

from app.library.rules import Rules
from app.store.listing import LeftOut
from app.values import FileState, TroubleKind
from ui.window.house import FolderWork
from ui.window.main_window import MainWindow

TAX = HOME / "Tax"
DISK = "Stopped: 0.8 GB left on this disk. The index needs about 0.3 GB more."


def states(window: MainWindow, house: ScriptedHouse) -> None:
    """Away, battery, paused, never to the cloud, kinds that are not read, and what is still missing of the index."""
    house.folder_list = [
        replace(house.folder_list[0], never_cloud=True),
        replace(house.folder_list[1], present=False),
        Folder(HOME / "Photographs of the house in Wales", True, 12, paused=True),
        Folder(HOME / "Plans", True, 40, left_out=(LeftOut("dwg", 4, HOME / "Plans" / "roof.dwg"),)),
    ]
    house.shelves.resting = FolderWork(HOME / "Contracts", "disk", 150, 214, says=DISK)
    house.shelves.with_meaning, house.shelves.note = 500, "Much of this library is not in English."
    _anew(window)
    window.library_page.cards[HOME / "Plans"].kinds.rest.click()


def troubles(window: MainWindow, house: ScriptedHouse) -> None:
    """Every kind of trouble with its action, one of them asking for a password, one under way, and more below."""
    issues = (
        Issue(TAX / "Statement 2021.pdf", TroubleKind.LOCKED, "Locked with a password"),
        Issue(TAX / "scan_0043.pdf", TroubleKind.PICTURES, "Pictures of text, no words to search", "", 40.0),
        Issue(TAX / "old-ledger.xls", TroubleKind.DAMAGED, "File ends too early, it may be damaged"),
        Issue(TAX / "Everything since 1999.pdf", TroubleKind.TOO_LARGE, "Too large (2.1 GB)", "", 1500.0),
        Issue(TAX / "of someone else.docx", TroubleKind.NO_PERMISSION, "No permission to open it"),
        Issue(TAX / "empty.txt", TroubleKind.EMPTY, "Empty, there is nothing to search"),
    )
    house.folder_list = [Folder(TAX, True, 789, issues, not_downloaded=3, more_failed=20, never_cloud=True)]
    _anew(window)
    rows = window.library_page.cards[TAX].troubles
    rows.rest.click()
    rows.rows[1].button.click()
    rows.rows[2].button.click()
    until(lambda: rows.rows[2].button.text() == "Stop", "the reading")


def files(window: MainWindow, house: ScriptedHouse) -> None:
    """The files of a folder, the one chosen in trouble."""
    house.shelves.lines[TAX] = many_files(TAX)
    _anew(window)
    window.library_page.show_files(TAX, False)
    until(lambda: len(window.library_page.files.rows.rows) > 5, "the files")
    window.library_page.files.list.setCurrentIndex(window.library_page.files.rows.index(6, 0))


def rules(window: MainWindow, house: ScriptedHouse) -> None:
    """What to include."""
    house.shelves.rules_of[TAX] = Rules(leave_out=("Drafts", "*.dwg"))
    _anew(window)
    window.library_page.cards[TAX].rules_wanted.emit(TAX)
    until(lambda: "would be read" in window.library_page.sheet.counted.text(), "the count")


def how(window: MainWindow, house: ScriptedHouse) -> None:
    """The steps for a file that may not be opened."""
    issue = Issue(TAX / "of someone else.docx", TroubleKind.NO_PERMISSION, "No permission to open it")
    house.folder_list = [Folder(TAX, True, 789, (issue,))]
    _anew(window)
    button = window.library_page.cards[TAX].troubles.rows[0].button
    button.setFocus()
    button.click()
    until(window.desk.popover.isVisible, "the steps")


def many_files(root: Path) -> list:  # type: ignore[type-arg]  # of FileLine
    """Files of every state, one with another one inside."""
    box = root / "Letters.zip"
    return [
        line(root / "Assessment 2024.pdf", passages=31, size_bytes=480_000),
        line(root / "Assessment 2025.pdf", passages=29, size_bytes=455_000),
        line(root / "Board notes September.docx", kind="docx", passages=12, size_bytes=38_000),
        line(root / "from the bank" / "Interest.eml", kind="mail", passages=2, size_bytes=9_100),
        line(box, kind="archive", passages=0, size_bytes=1_900_000),
        line(box / "To the tax office.txt", member="To the tax office.txt", kind="text", passages=3, size_bytes=4_100),
        failed(root / "old-ledger.xls", TroubleKind.DAMAGED, "File ends too early, it may be damaged"),
        line(root / "Receipts 2019.pdf", by_ocr=True, passages=18, size_bytes=8_400_000),
        line(root / "Receipts 2020.pdf", unread_pages=3, passages=4, size_bytes=7_100_000),
        failed(root / "Statement 2021.pdf", TroubleKind.LOCKED, "Locked with a password"),
        line(root / "plan.dwg", document=None, state=FileState.SKIPPED, reason="Kind not supported (.dwg)",
             trouble=TroubleKind.UNSUPPORTED, passages=0, size_bytes=2_300_000),
    ]  # fmt: skip


def _anew(window: MainWindow) -> None:
    window.show_page("library")
    window.librarian.refresh()
    window.librarian.look()
    until(lambda: window.jobs.idle, "the folders anew")
    QTest.qWait(30)


LIBRARY_SCREENS: dict[str, Callable[[MainWindow, ScriptedHouse], None]] = {
    "library_states": states,
    "library_troubles": troubles,
    "library_files": files,
    "library_rules": rules,
    "library_how": how,
}
