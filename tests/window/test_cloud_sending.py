"""From the door out to the answer: what presses count, the five seconds, what is said before and after it left."""

import ast
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cloud_screens import answered, cloud_of, held, lane, open_sheet, press_send, sheet
from patience import until
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from scripted_cloud import AT, REPLY, ScriptedCloud, home
from scripted_house import ANSWER, QUESTION, ScriptedHouse

from app.cloud.parcel import Offer
from app.errors import AppError
from app.events import AnswerEvent, Quoted, Spent, Text
from app.values import Cost, Notice
from models.api import Cancel
from ui.window.ask.turn import Turn
from ui.window.cloud import cloud_words as words
from ui.window.cloud.crossing import Crossing
from ui.window.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
COUNTED = "Counted as $0.011 this month; look at your account there to see what was charged"


def turn_of(window: MainWindow) -> Turn:
    assert window.ask_page.turn is not None
    return window.ask_page.turn


def key(window: MainWindow, kind: QEvent.Type, *, repeated: bool, which: Qt.Key = Qt.Key.Key_Space) -> None:
    text = " " if which is Qt.Key.Key_Space else "\r"
    target = QApplication.focusWidget()
    assert target is not None
    QApplication.sendEvent(target, QKeyEvent(kind, which, Qt.KeyboardModifier.NoModifier, text, repeated))


# ------------------------------------------------------------ what counts as a press


def test_presses_just_after_opening_are_ignored(window: MainWindow, house: ScriptedHouse) -> None:
    open_sheet(window, house)
    door = window.cloud.sheet.foot.send
    door.arm(60_000)
    QTest.mouseClick(door, Qt.MouseButton.LeftButton)
    door.setFocus()
    QTest.keyClick(door, Qt.Key.Key_Space)
    door.click()  # how a screen reader presses it
    assert window.cloud.sheet.isVisible() and window.ask_page.turn is None
    door.arm(0)
    QTest.keyClick(door, Qt.Key.Key_Space)
    assert not window.cloud.sheet.isVisible() and turn_of(window).way.crossing is not None


def test_a_held_key_never_sends(window: MainWindow, house: ScriptedHouse) -> None:
    open_sheet(window, house)
    door = window.cloud.sheet.foot.send
    door.arm(0)
    door.setFocus()
    press, release = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
    for which in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        for _ in range(20):
            key(window, press, repeated=True, which=which)
            key(window, release, repeated=True, which=which)
        key(window, release, repeated=False, which=which)  # let go of a key that was pressed elsewhere
    assert window.cloud.sheet.isVisible() and window.ask_page.turn is None
    key(window, press, repeated=False)
    key(window, release, repeated=False)
    assert not window.cloud.sheet.isVisible()


def test_the_chord_that_opens_does_not_send(window: MainWindow, house: ScriptedHouse) -> None:
    cloud_of(window, house)
    window.ask_page.composer.field.setPlainText(QUESTION)
    chord = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for _ in range(3):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return, chord)
    until(window.cloud.sheet.isVisible, "the envelope")
    window.cloud.sheet.foot.send.arm(0)
    for _ in range(3):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return, chord)
    assert window.cloud.sheet.isVisible() and window.ask_page.turn is None
    assert window.ask_page.composer.field.toPlainText() == QUESTION


def test_the_cloud_never_sticks(window: MainWindow, house: ScriptedHouse) -> None:
    """Chosen with an empty box it waits for the question; after it, sent or kept, it is the house again."""
    cloud = cloud_of(window, house)
    composer = window.ask_page.composer
    composer.place.cloud.click()
    assert composer.place.to_cloud and not window.cloud.sheet.isVisible()
    QTest.keyClicks(composer.field, QUESTION)
    QTest.keyClick(composer.field, Qt.Key.Key_Return)
    until(window.cloud.sheet.isVisible, "the envelope")
    assert not composer.place.to_cloud and house.asked == [(QUESTION, (), True)]
    window.cloud.sheet.foot.send.arm(0)
    window.cloud.sheet.foot.send.click()
    cloud.hold.set()
    until(lambda: window.jobs.idle, "the answer")
    assert not composer.place.to_cloud and composer.field.toPlainText() == ""
    QTest.keyClicks(composer.field, "And the deposit?")
    QTest.keyClick(composer.field, Qt.Key.Key_Return)
    until(lambda: turn_of(window).over, "the answer made here")
    assert turn_of(window).way.crossing is None and len(cloud.calls) == 1


def test_without_a_way_out_there_is_only_the_house(window: MainWindow) -> None:
    assert window.ask_page.composer.place.cloud.isHidden()
    QTest.keyClicks(window.ask_page.composer.field, QUESTION)
    chord = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return, chord)
    QTest.qWait(20)
    assert not window.cloud.sheet.isVisible() and window.ask_page.empty


# ------------------------------------------------------------ the five seconds


@pytest.mark.parametrize("how", ["button", "escape", "composer"])
def test_stopping_in_the_hold_calls_nothing(window: MainWindow, house: ScriptedHouse, how: str) -> None:
    held(window, house)
    hold = window.cloud.hold
    assert hold.line.text() == "Sending in 5" and hold.what.text() == "2 parts · 414 words · OpenAI · GPT-5 mini"
    assert turn_of(window)._meta.text() == words.NOTHING_YET
    match how:
        case "button":
            QTest.mouseClick(hold.stop, Qt.MouseButton.LeftButton)
        case "escape":
            QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
        case _:
            QTest.mouseClick(window.ask_page.composer.send, Qt.MouseButton.LeftButton)
    until(lambda: window.jobs.idle, "the end")
    assert cloud_of(window, house).calls == []
    assert turn_of(window)._meta.text() == words.STOPPED_NOTHING
    assert hold.isHidden() and not turn_of(window).way.cost.see.isVisible()


def test_another_question_in_the_hold_sends_nothing_of_the_first(window: MainWindow, house: ScriptedHouse) -> None:
    held(window, house)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    until(lambda: window.jobs.idle, "the end")
    QTest.qWait(20)
    assert cloud_of(window, house).calls == [] and window.ask_page.empty and window.cloud.hold.isHidden()


def test_stopped_after_it_left_is_not_called_unsent(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    gate = threading.Event()

    def waits(offer: Offer, cancel: Cancel) -> Iterator[AnswerEvent]:
        gate.wait(10)
        yield Spent(Cost(4_000, 11_000, 3_000), confirmed=False)

    cloud.answering = waits
    held(window, house)
    cloud.hold.set()
    until(lambda: bool(cloud.calls), "it left")
    until(lambda: turn_of(window)._meta.text() == words.sent_waiting(AT), "sent")
    assert window.cloud.hold.line.text() == words.sent_waiting(AT)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert turn_of(window)._meta.text() == words.STOPPING, "not known yet"
    gate.set()
    until(lambda: window.jobs.idle, "the end")
    assert turn_of(window)._meta.text() == words.stopped_sent(AT)
    assert turn_of(window).way.cost.line.text().startswith(COUNTED)


# ------------------------------------------------------------ what comes back


def test_the_answer_with_its_price_beside_what_was_said(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    answered(window, house)
    turn = turn_of(window)
    assert cloud.calls == [next(reversed(cloud.offers.values())).parcel.body], "the bytes that stood on the sheet"
    assert turn.way.pill.text() == "Answered by OpenAI · GPT-5 mini" and turn._pill.isHidden()
    assert turn.way.cost.line.text() == "Cost $0.0037 · said about $0.004 · 1 label put back here"
    opened: list[int] = []
    window.cloud.see_sent.connect(opened.append)
    turn.way.cost.see.click()
    assert opened == [7]


def test_names_fade_in_and_unknown_labels_stay_marked(window: MainWindow, house: ScriptedHouse) -> None:
    window.theme.reduce_motion = False
    cloud = cloud_of(window, house)
    gate = threading.Event()

    def slowly(offer: Offer, cancel: Cancel) -> Iterator[AnswerEvent]:
        name, label = REPLY.index("Marta Kessler"), REPLY.index("⟦PERSON_7⟧")
        yield Text(REPLY, ((name, name + 13),), ((label, label + 10),))
        gate.wait(10)
        yield from home(offer, REPLY)

    cloud.answering = slowly
    held(window, house)
    cloud.hold.set()
    until(lambda: "Kessler" in turn_of(window)._text.markdown, "the text")
    marks = turn_of(window).way.marks
    if marks.returning:  # a busy machine may be slower than the fade
        assert marks.returning == ["Marta Kessler"]
    until(lambda: not marks.returning, "the fade ends")
    gate.set()
    until(lambda: window.jobs.idle, "the end")
    left = [mark.cursor.selectedText() for mark in turn_of(window)._text.extraSelections()]
    assert left == ["⟦PERSON_7⟧"] and marks.unknown == {"⟦PERSON_7⟧"}


def test_copying_an_unknown_label_says_so(window: MainWindow, house: ScriptedHouse) -> None:
    answered(window, house)
    said: list[str] = []
    window.ask_page.said.connect(said.append)
    turn_of(window).copied.emit()
    assert said[0].endswith("⟦PERSON_7⟧ is not one of the labels that were sent. It stays as it came.")


def test_failing_says_what_the_provider_said_and_what_it_may_cost(window: MainWindow, house: ScriptedHouse) -> None:
    def refused(offer: Offer, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Spent(Cost(4_000, 11_000, None), confirmed=False)
        error = AppError("OpenAI refused it.", safe="You may be charged up to $0.011.", do="Try again.")
        error.notice = Notice(error.notice.happened, error.notice.safe, error.notice.do, details=("Rate limit!",))
        raise error

    cloud_of(window, house).answering = refused
    answered(window, house)
    turn = turn_of(window)
    assert turn._notice.accessibleName() == "OpenAI refused it. You may be charged up to $0.011. Try again."
    assert turn.way.verbatim.text() == "Rate limit!" and turn.way.verbatim.step == "exact"
    assert turn.way.cost.line.text().startswith(COUNTED)
    turn.again.emit()
    until(window.cloud.sheet.isVisible, "the envelope, anew")
    assert len(cloud_of(window, house).calls) == 1, "nothing is sent twice by itself"


def test_an_answer_made_here_can_be_taken_to_the_cloud_and_refined(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    QTest.keyClicks(window.ask_page.composer.field, QUESTION)
    QTest.keyClick(window.ask_page.composer.field, Qt.Key.Key_Return)
    until(lambda: turn_of(window).over, "the answer")
    turn_of(window)._actions.cloud.click()
    until(window.cloud.sheet.isVisible, "the envelope")
    assert cloud.answers == [ANSWER] and len(house.asked) == 1, "the same draft, not another search"
    menu = window.cloud.sheet.head.level_menu()
    menu.actions()[-1].trigger()
    menu.close()
    until(lambda: cloud.made[-1].refine, "the draft in place of the documents")


def test_a_second_parcel_is_looked_at_like_the_first(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    sheet(window, house)
    offer = window.cloud.sheet.offer
    assert offer is not None
    cloud.answering = lambda offer, cancel: iter([Quoted(offer.parcel.sha256, "3 facts were found here.")])
    press_send(window)
    cloud.hold.set()
    until(window.cloud.sheet.isVisible, "the second look")
    assert window.cloud.sheet.offer == offer and len(cloud.calls) == 1
    assert window.cloud.sheet.foot.send.guarded, "the press that sent the first does not send the second"


# ------------------------------------------------------------ the light lane


def test_a_bare_question_has_a_lane_with_the_same_rules(window: MainWindow, house: ScriptedHouse) -> None:
    lane(window, house)
    strip, cloud = window.cloud.lane, cloud_of(window, house)
    assert strip.text.toPlainText() == QUESTION and not window.cloud.sheet.isVisible()
    assert strip.price.text().startswith("About $") and strip.price.text().endswith("OpenAI · GPT-5 mini")
    strip.send.arm(0)
    strip.send.setFocus()
    QTest.keyClick(strip.send, Qt.Key.Key_Return)
    strip.send.arm(60_000)
    QTest.mouseClick(strip.send, Qt.MouseButton.LeftButton)
    assert window.ask_page.turn is None
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert strip.isHidden() and window.ask_page.composer.field.toPlainText() == QUESTION
    open_sheet(window, house)
    strip.more.click()
    assert window.cloud.sheet.isVisible() and strip.isHidden()
    window.cloud.keep()
    open_sheet(window, house)
    press_send(window)
    assert window.cloud.hold.isVisible() and cloud.calls == []
    cloud.hold.set()
    until(lambda: window.jobs.idle, "the answer")
    assert len(cloud.calls) == 1


# ------------------------------------------------------------ by construction


def test_only_the_sheet_and_the_lane_can_send() -> None:
    """Nothing else in the window names the way out: not the rail, not a palette, not a tray."""
    allowed = {
        "ui/window/cloud/cloud_house.py",
        "ui/window/cloud/cloud_desk.py",
        "ui/window/cloud/envelope.py",
        "ui/window/cloud/light_lane.py",
        "ui/window/served_cloud.py",
    }
    naming = set()
    for path in (ROOT / "ui" / "window").rglob("*.py"):
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        members = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        if names & {"Sends", "Sending", "ServedSends"} or members & {"claim_sending", "_sending"}:
            naming.add(path.relative_to(ROOT).as_posix())
    assert naming == allowed
    desk = (ROOT / "ui/window/cloud/cloud_desk.py").read_text()
    assert "self._sends" not in desk and desk.count(".claim_sending()") == 1


def test_the_way_out_is_handed_over_once() -> None:
    cloud = ScriptedCloud()
    cloud.claim_sending()
    with pytest.raises(RuntimeError):
        cloud.claim_sending()


def test_what_never_left_costs_nothing() -> None:
    from ui.window.cloud.cloud_house import Addressee

    crossing = Crossing(Addressee("OpenAI", "GPT-5 mini"), 4_000, 11_000)
    assert crossing.cost_line == "" and crossing.stopped_line == words.STOPPED_NOTHING
