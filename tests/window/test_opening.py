"""The window is there before the house, survives a house that cannot be opened, and closes one that opens late."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from patience import until
from PySide6.QtCore import QEvent, QObject, QSettings
from PySide6.QtWidgets import QApplication, QWidget
from scripted_house import ScriptedHouse, furnished

from app.errors import ProfileBusy
from ui.window.application import Opening
from ui.window.house import House
from ui.window.jobs import Jobs
from ui.window.main_window import MainWindow
from ui.window.theme import Theme


@pytest.fixture
def bare(theme: Theme, jobs: Jobs, tmp_path: Path) -> Iterator[MainWindow]:
    made = MainWindow(theme, jobs, remembered=QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat))
    yield made
    made.close()
    jobs.close()
    made.deleteLater()


def test_the_window_is_shown_before_the_house_is_opened(bare: MainWindow, jobs: Jobs) -> None:
    gate, seen = threading.Event(), []

    def factory() -> House:
        seen.append(bare.isVisible())
        gate.wait(10)
        return furnished()

    opening = Opening(bare, jobs, factory)
    bare.show()
    opening.begin()
    until(lambda: bool(seen), "the house is being opened")
    assert seen == [True]
    assert "Opening the library" in bare.strip.line
    assert not bare.ask_page.composer.send.isEnabled()
    gate.set()
    until(lambda: bare.house is not None, "the house")
    until(lambda: "58 words/s" in bare.strip.line, "the strip")


def test_a_question_and_files_given_at_the_start(bare: MainWindow, jobs: Jobs, tmp_path: Path) -> None:
    house = furnished()
    opening = Opening(bare, jobs, lambda: house)
    opening.wish(ask="What is the deposit?", paths=[tmp_path])
    bare.show()
    opening.begin()
    until(lambda: bool(house.asked), "the question")
    assert house.asked[0][0] == "What is the deposit?"
    assert tmp_path in [folder.path for folder in house.folder_list]


def test_a_house_that_cannot_be_opened_says_why(bare: MainWindow, jobs: Jobs) -> None:
    def factory() -> House:
        raise ProfileBusy("Another Indoors is using this library.", do="Close it and start again.")

    opening = Opening(bare, jobs, factory)
    bare.show()
    opening.begin()
    until(lambda: bare.library_page.shelf.notice.isVisible(), "the notice")
    assert "Close it and start again." in bare.library_page.shelf.notice.accessibleName()
    assert "Another Indoors" in bare.strip.line


def test_a_house_that_opens_after_the_window_closed_is_closed(bare: MainWindow, jobs: Jobs) -> None:
    begun, gate = threading.Event(), threading.Event()
    house = ScriptedHouse()

    def factory() -> House:
        begun.set()
        gate.wait(10)
        return house

    opening = Opening(bare, jobs, factory)
    bare.show()
    opening.begin()
    until(begun.is_set, "opening")
    bare.close()
    gate.set()
    jobs.close()
    opening.close()
    assert house.closed


def test_size_and_panel_are_remembered(theme: Theme, jobs: Jobs, bare: MainWindow) -> None:
    bare.show()
    bare.resize(780, 700)
    bare.side.set_panel_px(360)
    bare.close()
    again = MainWindow(theme, jobs, remembered=bare._remembered)
    assert (again.width(), again.height(), again.side.panel_px) == (780, 700, 360)
    again.deleteLater()


def test_no_other_window_is_ever_shown(window: MainWindow, app: QApplication) -> None:
    """A part shown before it has a parent is a window for a moment, and takes the keyboard away."""
    shown: list[QWidget] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched)
            return False

    watch = Watch()
    app.installEventFilter(watch)
    window.ask_page.ask("How much notice?")
    until(lambda: window.jobs.idle, "the answer")
    window.ask_page.open_number(1)
    window.show_page("library")
    window.librarian.remove(next(iter(window.library_page.cards)))
    until(lambda: window.toast.isVisible(), "the toast")
    until(lambda: window.jobs.idle, "idle")
    app.removeEventFilter(watch)
    assert shown == []


def test_the_window_imports_nothing_slow() -> None:
    program = (
        "import sys, ui.window.application, ui.window.main_window\n"
        "slow = {'numpy','chromadb','openai','llama_cpp','faster_whisper','onnxruntime','keyring','httpx','pydantic',"
        "'ctranslate2','tokenizers','PySide6.QtPdf','PySide6.QtMultimedia','PySide6.QtNetwork'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_trying_again_opens_what_was_shut(bare: MainWindow, jobs: Jobs) -> None:
    tries: list[int] = []
    house = furnished()

    def factory() -> House:
        tries.append(1)
        if len(tries) == 1:
            raise ProfileBusy("Another Indoors is using this library.", do="Close it, then try again.")
        return house

    opening = Opening(bare, jobs, factory)
    bare.open_again.connect(opening.again)
    bare.show()
    opening.begin()
    page = bare.library_page.shelf
    until(lambda: page.notice._button.isVisible(), "the button")
    assert page.empty.isHidden() and not page.add.isEnabled()
    page.notice._button.click()
    until(lambda: bare.house is house, "the house")
    assert page.notice.isHidden() and bare.pages.currentWidget() is bare.ask_page


def test_pages_seldom_shown_are_built_when_wanted(bare: MainWindow, jobs: Jobs) -> None:
    assert bare.pages.count() == 2
    bare.move_in(furnished())
    bare.show_page("summaries")
    assert bare.pages.count() == 3
    assert bare.summaries_page._choose.isEnabled()
    until(lambda: jobs.idle, "idle")


def test_a_closed_window_does_not_wait_for_the_vector_index() -> None:
    from ui.window.served_house import CLOSING_S, ServedHouse

    class Closes:
        library = SimpleNamespace(store=None)
        keeping_up = SimpleNamespace(start=lambda: None)
        cloud = SimpleNamespace(bursting=None)
        settings = bursting = care = None
        waited_s: float | None = None

        def close(self, *, patience_s: float = 60.0) -> None:
            self.waited_s = patience_s

    services = Closes()
    ServedHouse(services, None).close()  # type: ignore[arg-type]  # only its end is looked at
    assert services.waited_s == CLOSING_S <= 3
