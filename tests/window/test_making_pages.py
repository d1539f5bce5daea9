"""Transcribe and Summaries: rows appear while the work goes on, stop keeps them, the numbers add up."""

import re
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from patience import until
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from scripted_house import SPOKEN, SUMMARY, ScriptedHouse

from app.values import QuoteCheck
from ui.window import words
from ui.window.main_window import MainWindow


def test_spoken_lines_appear_while_the_recording_is_written_down(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_page("transcribe")
    page = window.transcribe_page
    assert page._empty.isVisible() and page._copy.isHidden()
    page.begin(Path("Call with Dana.m4a"))
    until(lambda: len(page.rows.rows) == 2, "two lines")
    assert page.busy and page._stop.isVisible() and 0.4 < page.bar.share < 0.6
    assert page.meta.text() == "0:22 of 0:41"
    house.gate.set()
    until(lambda: not page.busy, "the end")
    assert [row.place for row in page.rows.rows] == ["0:08", "0:16", "0:24", "0:33"]
    assert page.meta.text().startswith("0:41 · 2 speakers · ")
    assert page.foot.text() == "Whole recording: 0:33 written down, 0:08 silence"
    page._copy.click()
    assert QGuiApplication.clipboard().text().startswith("0:08 You Before we get")


def test_stopping_keeps_what_is_written(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_page("transcribe")
    page = window.transcribe_page
    page.begin(Path("Call.m4a"))
    until(lambda: len(page.rows.rows) == 2, "two lines")
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(1)
    house.gate.set()
    until(lambda: not page.busy, "the end")
    assert len(page.rows.rows) == 2 < len(SPOKEN)


def test_a_summary_names_the_place_of_each_sentence_and_what_was_left_out(
    window: MainWindow, house: ScriptedHouse
) -> None:
    window.show_page("summaries")
    page = window.summaries_page
    page.begin(Path("Office lease.pdf"))
    until(lambda: bool(page.rows.rows), "the first sentence")
    assert page.bar.share == 0.5
    house.gate.set()
    until(lambda: not page.busy, "the end")
    assert [row.words for row in page.rows.rows] == [sentence.text for sentence in SUMMARY]
    assert [row.place for row in page.rows.rows] == ["page 4", "page 4", "page 5"]
    assert page.meta.text() == "38 s · 3 of 3 sentences found in the file"
    assert page.foot.text() == "2 sentences were left out."


def test_another_length_makes_the_summary_again(window: MainWindow, house: ScriptedHouse) -> None:
    house.gate.set()
    window.show_page("summaries")
    page = window.summaries_page
    page.begin(Path("Office lease.pdf"))
    until(lambda: not page.busy, "the first")
    page._lengths._parts[1].click()
    until(lambda: not page.busy, "the second")
    assert house.lengths == ["short", "medium"]


def test_trouble_is_said_on_the_page(window: MainWindow, house: ScriptedHouse, monkeypatch: object) -> None:
    def fails(path: Path, cancel: object) -> object:
        raise OSError(2, "No such file", "gone.wav")

    house.transcribe = fails  # type: ignore[method-assign, assignment]  # a house that cannot
    window.show_page("transcribe")
    window.transcribe_page.begin(Path("gone.wav"))
    until(lambda: window.transcribe_page.notice.isVisible(), "the notice")
    assert "gone.wav does not exist." in window.transcribe_page.notice.accessibleName()
    assert not window.transcribe_page.busy


def test_a_sentence_of_a_summary_opens_its_place(window: MainWindow, house: ScriptedHouse) -> None:
    house.gate.set()
    window.show_page("summaries")
    page = window.summaries_page
    page.begin(Path("Office lease.pdf"))
    until(lambda: not page.busy, "the end")
    assert [row.chip for row in page.rows.rows] == [1, 2, 3]
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    until(window.panel.isVisible, "the panel")
    shown = window.panel.shown
    assert shown is not None and shown.check is QuoteCheck.WORD_FOR_WORD
    assert shown.quote.strip() == SUMMARY[0].text
    assert page._painter.open_chip == 1
    page.open_source(1)
    until(lambda: page._painter.open_chip == 2, "the second")
    assert window.panel.shown is not None and window.panel.shown.check is QuoteCheck.REWORDED
    window.close_panel()
    assert page._painter.open_chip == 0


def test_a_place_that_is_gone_is_said(window: MainWindow, house: ScriptedHouse) -> None:
    house.gate.set()
    house.passage_at = lambda path, anchor, said: None  # type: ignore[method-assign, assignment]  # the file was read anew
    window.show_page("summaries")
    page = window.summaries_page
    page.begin(Path("Office lease.pdf"))
    until(lambda: not page.busy, "the end")
    page.open_source(0)
    until(window.toast.isVisible, "the toast")
    assert window.panel.isHidden()


def test_doubtful_words_carry_an_icon_and_a_word(window: MainWindow, house: ScriptedHouse) -> None:
    house.gate.set()
    window.show_page("transcribe")
    page = window.transcribe_page
    page.begin(Path("Call.m4a"))
    until(lambda: not page.busy, "the end")
    sure, doubted = page.rows.rows[0], page.rows.rows[1]
    assert doubted.doubtful and page.rows.said(doubted).endswith("Check these words")
    assert "Check" not in page.rows.said(sure)
    plain = page._painter.high(replace(doubted, doubtful=False), 600)
    assert page._painter.high(doubted, 600) == plain + window.theme.line_px("state")


@given(st.lists(st.floats(0, 9000), min_size=4, max_size=4))
def test_the_parts_of_a_recording_add_up_as_they_are_shown(parts_s: list[float]) -> None:
    told = words.coverage(parts_s[0], parts_s[1], parts_s[2], left_s=parts_s[3])
    shown = [sum(int(part) * 60**at for at, part in enumerate(reversed(time.split(":"))))
             for time in re.findall(r"[\d:]+\d", told)]  # fmt: skip
    assert sum(shown) == int(sum(parts_s) + 1e-6)


def test_a_stopped_recording_is_not_called_whole() -> None:
    assert words.coverage(24.4, 2.9, 0, left_s=513.0) == (
        "Stopped, what was written is kept: 0:24 written down, 0:03 silence, 8:33 not heard yet"
    )
    assert words.coverage(83, 7, 0) == "Whole recording: 1:23 written down, 0:07 silence"
