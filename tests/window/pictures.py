"""Renders every screen with a scripted house into docs/pictures: `python tests/window/pictures.py [FOLDER]`.

Seeded data, bundled fonts, no clock, no caret, nothing moving: two runs give the same bytes.
"""

# ruff: noqa: E402  the platform has to be chosen before Qt is imported
from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_SCALE_FACTOR", "1.5")
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

import scripted_house as script
from cloud_screens import CLOUD_SCREENS, cloud_of
from lease_pdf import write_lease
from library_screens import LIBRARY_SCREENS
from patience import until
from privacy_screens import PRIVACY_SCREENS
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from scripted_house import ScriptedHouse, furnished

from app.events import AnswerEvent, Checked, Cited, Passages, Text
from app.values import AnswerMode, Citation, Confidence, QuoteCheck
from models.api import Cancel
from ui.window.application import application
from ui.window.jobs import Jobs
from ui.window.main_window import MainWindow
from ui.window.theme import Choice, Theme
from ui.window.widgets.busy import Ring

DEPOSIT = "The deposit of two months’ rent is returned within thirty days of handover, less the cost of repairs."


class Studio:
    """One window at a time, with the lease as a real file."""

    def __init__(self, folder: Path, lease: Path) -> None:
        self.folder = folder
        document = replace(script.LEASE, path=lease)
        self.passages = tuple(
            replace(one, document=document) if one.document is script.LEASE else one for one in script.PASSAGES
        )
        self.citations = tuple(replace(one, passage=self.passages[place]) for place, one in enumerate(script.CITATIONS))

    def open(self, mode: Choice, *, size: tuple[int, int] = (1180, 760), percent: int = 100) -> None:
        """A fresh window on a furnished house."""
        self.house: ScriptedHouse = furnished()
        self.house.answering = self.answer
        self.jobs = Jobs()
        self.window = MainWindow(Theme(choice=mode, text_percent=percent, reduce_motion=True), self.jobs)
        self.window.resize(*size)
        self.window.show()
        self.window.move_in(self.house)
        self.settle()

    def settle(self) -> None:
        until(lambda: self.jobs.idle, "idle")
        QTest.qWait(250)

    def keep(self, name: str) -> None:
        """Write the picture and close the window."""
        self.window.ask_page.composer.field.clearFocus()
        self.window.grab().save(str(self.folder / f"{name}.png"))
        self.house.gate.set()
        if self.house.cloud is not None:
            self.house.cloud.hold.set()
        self.window.close()
        self.jobs.close()
        self.window.deleteLater()

    def answer(self, question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Passages(self.passages)
        yield Text(script.ANSWER)
        yield Checked(self.citations, script.ANSWER)
        yield script.finished(script.ANSWER)

    def quoting(self, question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        """The starter models' way: the person's own sentences, the answer words standing out."""
        start = script.LEASE_QUOTE.index("ninety")
        first = replace(self.citations[0], emphasis=((start, start + len("ninety (90) days")),))
        second = replace(self.citations[1], check=QuoteCheck.WORD_FOR_WORD)
        text = f"{script.LEASE_QUOTE} [1]\n\n{script.MAIL_QUOTE} [2]"
        yield Passages(self.passages)
        yield Text(text)
        yield Cited(first)
        yield Checked((first, second), text)
        yield script.finished(text, mode=AnswerMode.QUOTING, seconds=0.4)

    def ask(self) -> None:
        self.window.ask_page.ask(script.QUESTION)
        self.settle()


def answers(studio: Studio) -> None:
    """Ask, in its states."""
    modes: tuple[Choice, Choice] = ("light", "dark")
    for mode in modes:
        studio.open(mode)
        studio.keep(f"ask-empty-{mode}")
        studio.open(mode)
        studio.ask()
        studio.window.ask_page.open_number(1)
        until(lambda: studio.window.panel._pages.picture is not None, "the page")
        studio.settle()
        studio.keep(f"ask-{mode}")
    studio.open("light")
    studio.house.answering, studio.house.mode = studio.quoting, AnswerMode.QUOTING
    studio.ask()
    studio.keep("ask-quoting-light")
    studio.open("light")
    studio.ask()
    turn = studio.window.ask_page.turn
    assert turn is not None
    chip: Citation = turn.citations[2]
    studio.window.hover.show_citation(chip, turn._text._chip_place(2) + QPoint(0, 4))
    studio.keep("ask-chip-light")
    studio.open("light", size=(760, 560))
    studio.ask()
    studio.keep("ask-narrow-light")
    studio.open("light", percent=150)
    studio.ask()
    studio.keep("ask-large-text-light")


def other_ends(studio: Studio) -> None:
    """While it works, and when there is no answer."""
    gate = threading.Event()

    def slow(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Passages(studio.passages)
        gate.wait(20)

    studio.open("light")
    studio.house.answering = slow
    studio.window.ask_page.ask(script.QUESTION)
    QTest.qWait(600)
    turn = studio.window.ask_page.turn
    assert turn is not None
    turn._ring._timer.stop()
    turn._ring._angle = 40
    studio.window.ask_page.composer.field.clearFocus()
    studio.window.grab().save(str(studio.folder / "ask-reading-light.png"))
    gate.set()
    studio.settle()
    studio.house.answering = nothing(studio)
    studio.window.ask_page.new_question()
    studio.ask()
    studio.keep("ask-not-found-light")
    studio.open("light")
    studio.house.folder_list, studio.house.recent = [], []
    studio.window.librarian.refresh()
    studio.window.refresh()
    studio.settle()
    studio.keep("first-run-light")


def nothing(studio: Studio) -> script.Answering:
    def none(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield script.finished("", confidence=Confidence.NONE, closest=studio.passages, seconds=0.3)

    return none


def library(studio: Studio) -> None:
    """Folders, one of them being read."""
    modes: tuple[Choice, Choice] = ("light", "dark")
    for mode in modes:
        studio.open(mode)
        studio.house.reads_until = 61
        studio.window.show_page("library")
        path = studio.house.folder_list[1].path
        studio.house.folder_list[1] = replace(studio.house.folder_list[1], files_ready=60)
        studio.window.librarian.add([path])
        card = studio.window.library_page.cards[path]
        until(lambda card=card: card._bar.share > 60 / 199, "progress")
        studio.window.librarian.refresh()
        QTest.qWait(250)
        card._ring._timer.stop()
        card._ring._angle = 40
        studio.keep(f"library-{mode}")
        for name, bring in LIBRARY_SCREENS.items():
            studio.open(mode)
            bring(studio.window, studio.house)
            for ring in studio.window.findChildren(Ring):
                ring._timer.stop()
                ring._angle = 40
            QTest.qWait(150)
            studio.keep(f"{name.replace('_', '-')}-{mode}")


def made(studio: Studio) -> None:
    """A transcript and a summary."""
    studio.open("light")
    studio.house.gate.set()
    studio.window.show_page("transcribe")
    studio.window.transcribe_page.begin(Path("Call with Dana, 12 March.m4a"))
    studio.settle()
    studio.keep("transcribe-light")
    studio.open("light")
    studio.house.gate.set()
    studio.window.show_page("summaries")
    studio.window.summaries_page.begin(Path("Office lease 2023.pdf"))
    studio.settle()
    studio.keep("summaries-light")


def privacy(studio: Studio) -> None:
    """The Privacy ledger, the cost meter over an answer, the cloud's settings."""
    modes: tuple[Choice, Choice] = ("light", "dark")
    for name, bring in PRIVACY_SCREENS.items():
        for mode in modes:
            studio.open(mode)
            if name == "cost_meter":
                studio.ask()
            bring(studio.window, studio.house)
            QTest.qWait(150)
            if name == "cost_meter":
                studio.window.privacy.meter.field.clearFocus()
            studio.keep(f"{name.replace('_', '-')}-{mode}")
    for name, size, percent in (("narrow", (760, 560), 100), ("large-text", (1180, 760), 150)):
        studio.open("light", size=size, percent=percent)
        studio.window.show_page("privacy")
        studio.settle()
        studio.keep(f"ledger-{name}-light")


def cloud(studio: Studio) -> None:
    """The envelope over an answer, its states, and what follows a send."""
    modes: tuple[Choice, Choice] = ("light", "dark")
    for mode in modes:
        studio.open(mode)
        studio.ask()
        studio.window.ask_page.open_number(1)
        until(lambda: studio.window.panel._pages.picture is not None, "the page")
        cloud_of(studio.window, studio.house)
        turn = studio.window.ask_page.turn
        assert turn is not None
        turn._actions.cloud.click()
        until(studio.window.cloud.sheet.isVisible, "the envelope")
        studio.window.cloud.sheet.parts.cards[2].tick.click()
        studio.settle()
        studio.keep(f"cloud-sheet-{mode}")
        for name, bring in CLOUD_SCREENS.items():
            if name != "cloud_sheet":
                studio.open(mode)
                bring(studio.window, studio.house)
                for ring in studio.window.findChildren(Ring):
                    ring._timer.stop()
                    ring._angle = 40
                studio.window.cloud.hold._tick.stop()
                studio.keep(f"{name.replace('_', '-')}-{mode}")
    for size, percent, name in (((760, 560), 100, "narrow"), ((1180, 760), 150, "large-text")):
        studio.open("light", size=size, percent=percent)
        CLOUD_SCREENS["cloud_sheet"](studio.window, studio.house)
        studio.keep(f"cloud-sheet-{name}-light")


def main(folder: Path, only: str = "") -> None:
    """Draw them all, or only those of one part."""
    application()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        studio = Studio(folder, write_lease(Path(place) / "Office lease 2023.pdf"))
        for part in (answers, other_ends, library, cloud, privacy, made):
            if only in ("", part.__name__):
                part(studio)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "docs" / "pictures", *sys.argv[2:3])
