"""The page on a real library: real files, real readers, the real database; only the models are small stand-ins."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import until
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest

from app.egress.door import Door
from app.paths import Profile
from app.services import Services
from models.api import Cancel
from ui.window import library_words as words
from ui.window.jobs import Jobs
from ui.window.library.folder_card import FolderCardView
from ui.window.main_window import MainWindow
from ui.window.served_house import ServedHouse
from ui.window.theme import Theme

SHARED = Path(__file__).resolve().parents[3] / "shared" / "samples" / "documents"


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    papers = tmp_path / "papers"
    (papers / "letters").mkdir(parents=True)
    (papers / "lease.txt").write_text("The notice period is ninety days.\n", encoding="utf-8")
    (papers / "letters" / "landlord.md").write_text("# Heating\n\nThe boiler was repaired in May.\n", encoding="utf-8")
    (papers / "empty.txt").write_text("", encoding="utf-8")
    (papers / "roof.dwg").write_bytes(b"AC1027")
    return papers


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = Services.open(Profile.at(tmp_path / "profile"), write=True, fake_models=True)
    yield made


@pytest.fixture
def real(theme: Theme, services: Services) -> Iterator[MainWindow]:
    jobs, house = Jobs(), ServedHouse(services, Door.shut())
    made = MainWindow(theme, jobs)
    made.show()
    made.move_in(house)
    made.show_page("library")
    yield made
    made.close()
    jobs.close()
    house.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def read(window: MainWindow, folder: Path) -> FolderCardView:
    settled: list[bool] = []
    window.librarian.settled.connect(lambda: settled.append(True))
    window.add_paths([folder])
    until(lambda: bool(settled) and window.jobs.idle, "all is read")
    return window.library_page.cards[folder]


def test_a_folder_is_added_read_listed_and_removed(real: MainWindow, services: Services, papers: Path) -> None:
    card = read(real, papers)
    assert card.state_words == "2 ready, 1 needs you"
    assert real.library_page.shelf.searchable.text() == "1 folder, 2 of 3 files searchable. 1 needs you."
    assert card.troubles.rows[0].wish.name == "empty.txt"
    assert card.kinds.rest.text() == "1 file of a kind that is not read"
    card.name.click()
    files = real.library_page.files
    until(lambda: files.counted.text() == "4 files", "the list")
    assert [row.path.name for row in files.rows.rows] == ["empty.txt", "lease.txt", "landlord.md", "roof.dwg"]
    files.search.setText("land")
    until(lambda: [row.path.name for row in files.rows.rows] == ["landlord.md"], "found")
    real.librarian.remove(papers)
    assert papers not in real.library_page.cards and services.library.counts().files == 2
    real.toast.say("Something else")
    until(lambda: services.library.counts().files == 0, "forgotten")
    assert (papers / "lease.txt").exists()


def test_what_the_person_sets_holds(real: MainWindow, services: Services, papers: Path) -> None:
    card = read(real, papers)
    card.kinds.rest.click()
    card.kinds.rows[0].button.click()
    until(lambda: card.kinds.isHidden(), "the kind is hidden")
    assert services.library.folder_rules(papers).leave_out == ("*.dwg",)
    real.librarian.set_never_cloud(papers, True)
    until(lambda: card._mark_words.isVisible(), "the mark")
    assert services.library.never_cloud(papers / "lease.txt")
    real.librarian.pause(papers, True)
    until(lambda: card.state_words == "Paused", "it rests")
    (papers / "new.txt").write_text("Rent rises in June.\n", encoding="utf-8")
    QTest.qWait(300)
    assert services.library.counts().files == 2
    real.librarian.pause(papers, False)
    until(lambda: services.library.counts().files == 3, "it goes on")
    until(lambda: card.state_words == "3 ready, 1 needs you", "and says so")


def test_a_file_taken_out_stays_out(real: MainWindow, services: Services, papers: Path) -> None:
    (papers / "odd [name]*.txt").write_text("Brackets and a star.\n", encoding="utf-8")
    (papers / "odd n.txt").write_text("Almost the same name.\n", encoding="utf-8")
    read(real, papers)
    house = real.house
    assert house is not None
    house.library.leave_out(papers, [papers / "odd [name]*.txt"])
    assert services.library.document(papers / "odd [name]*.txt") is None
    assert services.library.document(papers / "odd n.txt") is not None
    list(services.library.index([papers], again=True, cancel=Cancel()))
    assert services.library.document(papers / "odd [name]*.txt") is None


def test_rules_are_counted_on_the_disk(real: MainWindow, papers: Path) -> None:
    card = read(real, papers)
    card.rules_wanted.emit(papers)
    sheet = real.library_page.sheet
    until(lambda: sheet.counted.text() == "4 files would be read, nothing is left out.", "the count")
    sheet.leave_out.text.setPlainText("letters/\n*.dwg")
    until(lambda: sheet.counted.text() == "2 files would be read, 2 left out.", "the new count")
    sheet.save.click()
    until(lambda: card.state_words == "1 ready, 1 needs you", "what is left out is gone at once")


def test_a_drive_that_goes_keeps_what_was_read(real: MainWindow, services: Services, papers: Path) -> None:
    card = read(real, papers)
    papers.rename(papers.parent / "elsewhere")
    real.librarian.refresh()
    until(lambda: card.state_words == words.NOT_CONNECTED, "not connected")
    assert services.library.counts().files == 2
    (papers.parent / "elsewhere").rename(papers)
    real.librarian.refresh()
    until(lambda: card.state_words == "2 ready, 1 needs you", "there again")


def test_removing_at_the_very_end_is_done_when_the_window_closes(
    theme: Theme, services: Services, papers: Path, tmp_path: Path
) -> None:
    from ui.window.application import Opening

    jobs = Jobs()
    window = MainWindow(theme, jobs)
    opening = Opening(window, jobs, lambda: ServedHouse(services, Door.shut()))
    window.show()
    opening.begin()
    until(lambda: window.house is not None, "the house")
    read(window, papers)
    window.librarian.remove(papers)
    window.close()
    jobs.close()
    opening.close()
    again = Services.open(Profile.at(tmp_path / "profile"), write=False)
    assert again.library.counts().files == 0 and again.library.roots() == []
    again.close()


@pytest.mark.skipif(not SHARED.exists(), reason="the samples are not there")
def test_a_locked_document_opens_with_its_password(real: MainWindow, services: Services, papers: Path) -> None:
    shutil.copy(SHARED / "tika__testWORD_protected_passtika.docx", papers / "locked.docx")
    card = read(real, papers)
    row = next(one for one in card.troubles.rows if one.wish.name == "locked.docx")
    row.button.click()
    assert row.field is not None
    row.field.setText("not this one")
    row.button.click()
    until(lambda: row.reason.text() == words.WRONG_PASSWORD, "wrong is said")
    row.field.setText("tika")
    row.button.click()
    until(lambda: card.state_words == "3 ready, 1 needs you", "it is read")
    assert services.library.document(papers / "locked.docx") is not None
    with services.store.read() as db:
        kept = "\n".join(db.iterdump())
    assert "not this one" not in kept
