"""A question from the box to its checked sources, and everything that can come instead of an answer."""

import threading
from collections.abc import Callable, Iterator

import pytest
from patience import until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from scripted_house import ANSWER, CITATIONS, LEASE_QUOTE, PASSAGES, QUESTION, ScriptedHouse, finished

from app.ask.past import PastTurn
from app.events import AnswerEvent, Checked, Finished, Passages, Started, Text
from app.values import AnswerMode, Confidence, QuoteCheck, Understood
from models.api import Cancel, ModelError, Trouble
from ui.window import words
from ui.window.ask.turn import Turn
from ui.window.main_window import MainWindow
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push


def ask(window: MainWindow, question: str = QUESTION) -> Turn:
    field = window.ask_page.composer.field
    QTest.keyClicks(field, question)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.ask_page.turn is not None
    return window.ask_page.turn


def press(window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.windowHandle(), key, held)
    QTest.qWait(1)


def asked(window: MainWindow) -> Turn:
    turn = ask(window)
    until(lambda: turn.over, "the answer is over")
    return turn


def test_an_answer_with_its_checked_sources(window: MainWindow, house: ScriptedHouse) -> None:
    turn = asked(window)
    assert turn._text.markdown == ANSWER
    rows = turn._row_model.rows
    assert [row.citation.check for row in rows] == [c.check for c in CITATIONS]
    assert all(row.checked for row in rows)
    assert "Found word for word" in turn._row_model.said(rows[0])
    assert turn._pill.text() == words.ANSWERED_HERE
    assert turn._meta.text() == "6.4 s · 5 passages read"
    assert house.asked == [(QUESTION, (), True)]
    assert turn._passage_list.isHidden()


def test_passages_come_before_the_first_word(window: MainWindow, house: ScriptedHouse) -> None:
    gate = threading.Event()

    def waits(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Started(1, question)
        yield Passages(PASSAGES)
        gate.wait(10)
        yield Text("Ninety days. [1]")
        yield Checked(CITATIONS[:1], "Ninety days. [1]")
        yield finished("Ninety days. [1]")

    house.answering = waits
    turn = ask(window)
    until(lambda: turn._passage_list.isVisible(), "the passages")
    assert turn._text.isHidden() and not turn.over
    assert turn._meta.text() == "Reading 3 passages"
    assert window.ask_page.composer.send.accessibleName() == words.STOP
    gate.set()
    until(lambda: turn.over, "the answer")
    assert window.ask_page.composer.send.accessibleName() == words.ASK_NOW


def test_what_the_search_understood_is_shown_and_undone(window: MainWindow, house: ScriptedHouse) -> None:
    house.understood = (
        Understood("last March", "from 1 to 31 March 2026", "filter", "what was agreed last March date:any"),
        Understood("Fredriksson", "Frederiksen", "corrected", '"Fredriksson"'),
    )
    house.notices = ("Nothing was from 1 to 31 March 2026; this is from any time.",)
    turn = asked(window)
    said = [label.text() for label in turn._understood.findChildren(Label)]
    assert said == [
        "“last March”: from 1 to 31 March 2026",
        "Searched for Frederiksen; “Fredriksson” occurs nowhere",
        house.notices[0],
    ]
    anytime, exactly = turn._understood.findChildren(Push)
    assert (anytime.text(), exactly.text()) == ("Any time", "Search for “Fredriksson”")
    assert turn._understood.isVisible()
    QTest.mouseClick(anytime, Qt.MouseButton.LeftButton)
    until(lambda: house.asked[-1][0] == "what was agreed last March date:any", "asked again")


def test_nothing_understood_takes_no_room(window: MainWindow, house: ScriptedHouse) -> None:
    assert asked(window)._understood.isHidden()


def test_after_stop_nothing_more_appears(window: MainWindow, house: ScriptedHouse) -> None:
    def endless(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Passages(PASSAGES)
        while not cancel.wait(0.002):
            yield Text("word ")
        for _ in range(50):
            yield Text("late ")

    house.answering = endless
    turn = ask(window)
    until(lambda: len(turn._text.markdown) > 40, "some words")
    QTest.mouseClick(window.ask_page.composer.send, Qt.MouseButton.LeftButton)
    kept = turn._text.markdown
    until(lambda: window.jobs.idle, "the job ends")
    assert turn._text.markdown == kept and "late" not in kept
    assert turn._meta.text() == words.STOPPED_KEPT
    assert not window.ask_page.talker.busy


def test_not_found_says_so_with_the_closest_passages_and_no_model_text(
    window: MainWindow, house: ScriptedHouse
) -> None:
    def nothing(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Passages(PASSAGES)
        yield Text("Something the model made up.")
        yield finished("", confidence=Confidence.NONE, closest=PASSAGES[:2])

    house.answering = nothing
    turn = asked(window)
    assert turn._text.markdown == "Nothing in your files answers this. The closest passages are below."
    assert len(turn._passage_rows.rows) == 2 and turn._passage_list.isVisible()
    assert turn._rows_list.isHidden()
    assert turn._without.isVisible()
    QTest.mouseClick(turn._without, Qt.MouseButton.LeftButton)
    until(lambda: len(house.asked) == 2, "the second question")
    assert house.asked[1] == (QUESTION, (), False)


def test_quoting_offers_nothing_without_files(window: MainWindow, house: ScriptedHouse) -> None:
    def nothing(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield finished("", confidence=Confidence.NONE, mode=AnswerMode.QUOTING)

    house.answering, house.mode = nothing, AnswerMode.QUOTING
    turn = asked(window)
    assert turn._text.markdown == "Nothing in your files answers this."
    assert turn._without.isHidden()


def test_a_crash_keeps_the_passages_and_says_what_to_do(window: MainWindow, house: ScriptedHouse) -> None:
    def crashes(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Passages(PASSAGES)
        raise ModelError(Trouble.CRASHED, "The writer stopped.", safe="Nothing was lost.", do="Start again.")

    house.answering = crashes
    turn = ask(window)
    until(lambda: turn._notice.isVisible(), "the notice")
    assert turn._notice.accessibleName() == "The writer stopped. Nothing was lost. Start again."
    assert turn._passage_list.isVisible()
    assert window.ask_page.composer.send.accessibleName() == words.ASK_NOW


def test_trouble_while_searching_is_said_beside_the_question(window: MainWindow, house: ScriptedHouse) -> None:
    house.prepare_error = OSError(28, "No space left on device")
    turn = ask(window)
    until(lambda: turn._notice.isVisible(), "the notice")
    assert "The disk is full." in turn._notice.accessibleName()


def test_withdrawn_sentences_leave_the_answer(window: MainWindow, house: ScriptedHouse) -> None:
    def corrected(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Text("Ninety days. [1] It costs $500. [1]")
        yield Checked(CITATIONS[:1], "Ninety days. [1]", withdrawn=("It costs $500. [1]",))
        yield finished("Ninety days. [1]")

    house.answering = corrected
    assert asked(window)._text.markdown == "Ninety days. [1]"


def test_unsure_is_said(window: MainWindow, house: ScriptedHouse) -> None:
    def unsure(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Text("Ninety days. [1]")
        yield Checked(CITATIONS[:1], "Ninety days. [1]")
        yield finished("Ninety days. [1]", confidence=Confidence.UNSURE)

    house.answering = unsure
    turn = asked(window)
    assert turn._sure.isVisible() and turn._sure.text() == words.NOT_SURE


def test_a_follow_up_stays_in_the_conversation_and_ctrl_n_begins_another(
    window: MainWindow, house: ScriptedHouse
) -> None:
    asked(window)
    talk = window.ask_page.talker._talk
    assert window.ask_page.composer.field.placeholderText() == words.ASK_FOLLOW_UP
    asked(window)
    assert window.ask_page.talker._talk is talk
    assert len(window.ask_page.thread_view.turns) == 2
    press(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.ask_page.empty and window.ask_page.talker.conversation is None


def test_digits_and_alt_arrows_open_sources_and_escape_closes(window: MainWindow) -> None:
    turn = asked(window)
    turn.focus_answer()
    QTest.keyClick(turn._text, Qt.Key.Key_2)
    assert window.panel.isVisible() and window.panel.shown is not None
    assert window.panel.shown.quote == CITATIONS[1].quote
    press(window, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert window.panel.shown.quote == CITATIONS[2].quote
    press(window, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert window.panel.shown.quote == CITATIONS[1].quote
    assert [row.open for row in turn._row_model.rows] == [False, True, False]
    press(window, Qt.Key.Key_Escape)
    assert window.panel.isHidden()
    assert not any(row.open for row in turn._row_model.rows)


def test_the_pointer_on_a_chip_shows_its_passage(window: MainWindow) -> None:
    turn = asked(window)
    place = turn._text.viewport().mapFromGlobal(turn._text._chip_place(1)) + QPoint(-6, -8)
    QTest.mouseMove(turn._text.viewport(), place)
    until(lambda: window.hover.isVisible(), "the card")
    assert LEASE_QUOTE in window.hover._quote.text()
    assert window.hover.geometry().right() <= window.width()
    window.ask_page.open_number(1)
    assert window.hover.isHidden()
    turn._point(1, QPoint(50, 50))
    QTest.qWait(30)
    assert window.hover.isHidden()


def test_copying_takes_the_sources_along(window: MainWindow) -> None:
    turn = asked(window)
    QTest.mouseClick(turn._copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("You have **ninety days**")
    assert f"[1] Office lease 2023.pdf, page 4: “{LEASE_QUOTE}”" in copied


def test_shift_enter_makes_a_line_and_an_empty_question_is_not_asked(window: MainWindow, house: ScriptedHouse) -> None:
    field = window.ask_page.composer.field
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "a")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(field, "b")
    assert field.toPlainText() == "a\nb"
    assert house.asked == []


def test_the_scope_is_passed_on_and_named(window: MainWindow, house: ScriptedHouse) -> None:
    composer = window.ask_page.composer
    first, second = house.folder_list[0].path, house.folder_list[1].path
    composer._tick(first)
    composer._tick(second)
    assert composer.scope.text() == "2 folders · 412 files"
    assert composer.scope_names == "Contracts and Meetings"

    def nothing(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield finished("", confidence=Confidence.NONE, closest=PASSAGES)

    house.answering = nothing
    turn = asked(window)
    assert house.asked[0][1] == (first, second)
    assert turn._text.markdown.startswith("Nothing in Contracts and Meetings answers this.")
    assert turn._everywhere.isVisible()


def test_reopening_shows_what_was_answered(window: MainWindow, house: ScriptedHouse) -> None:
    house.past = [PastTurn(QUESTION, ANSWER, CITATIONS, AnswerMode.WRITING, 5, 6.4, Confidence.CERTAIN)]
    window.reopen(2)
    until(lambda: not window.ask_page.empty, "the conversation")
    turn = window.ask_page.turn
    assert turn is not None and turn._text.markdown == ANSWER
    assert turn._row_model.rows[1].citation.check is QuoteCheck.REWORDED
    assert window.ask_page.talker.conversation == 2


def test_recent_questions_stand_in_the_rail(window: MainWindow) -> None:
    assert [talk.title for talk in window.rail._recent.rows][:2] == ["Lease notice period", "Q3 budget assumptions"]


def test_suggested_questions_are_asked_by_a_click(window: MainWindow, house: ScriptedHouse) -> None:
    rows = window.ask_page.suggestions._list
    assert rows.isVisible()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.row_rect(1).center())
    until(lambda: bool(house.asked), "the question")
    assert house.asked[0][0] == "What did Dana promise to do by December?"


def test_without_files_the_first_run_card_stands_and_nothing_can_be_asked(
    window: MainWindow, house: ScriptedHouse
) -> None:
    house.folder_list = []
    window.librarian.refresh()
    until(lambda: window.ask_page.first_run.isVisible(), "the card")
    QTest.keyClicks(window.ask_page.composer.field, "anything")
    assert not window.ask_page.composer.send.isEnabled()


@pytest.mark.parametrize("scrolled", [False, True])
def test_the_view_follows_new_text_until_the_person_scrolls_up(
    window: MainWindow, house: ScriptedHouse, scrolled: bool
) -> None:
    gate = threading.Event()

    begin = "\n\n".join(f"Paragraph {number} of a long answer." for number in range(60))

    def long(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Text(begin)
        gate.wait(10)
        yield Text("\n\nThe end.")
        yield finished(f"{begin}\n\nThe end.")

    house.answering = long
    ask(window)
    bar = window.ask_page.thread_view.verticalScrollBar()
    until(lambda: bar.maximum() > 200 and bar.value() == bar.maximum(), "the long text")
    if scrolled:
        bar.setProperty("byPerson", True)
        bar.setValue(50)
        assert window.ask_page.thread_view._newest.isVisible()
    gate.set()
    until(lambda: window.jobs.idle, "the end")
    QApplication.processEvents()
    assert window.ask_page.thread_view.following is not scrolled


def answers() -> Callable[[str, Cancel], Iterator[AnswerEvent]]:
    """An answer whose text differs from what was streamed: the stored one wins."""

    def changed(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Text("Streamed.")
        yield Finished(1, "Stored.", "on_device", "m", AnswerMode.QUOTING, 1, 1, 1, 1, 0.1, 0.2, Confidence.CERTAIN)

    return changed


def test_the_stored_answer_is_what_stays(window: MainWindow, house: ScriptedHouse) -> None:
    house.answering = answers()
    assert asked(window)._text.markdown == "Stored."
