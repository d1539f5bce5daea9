"""The Privacy ledger on a scripted house: the fact, the line, the lists, the switch, and one entry in full."""

from pathlib import Path

import pytest
from patience import until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from scripted_house import ScriptedHouse
from scripted_privacy import BODY, LINES, NOW, SIX, ScriptedPrivacy, at, line

from app.errors import AppError
from ui.window import privacy_words as words
from ui.window.main_window import MainWindow
from ui.window.privacy.privacy_house import Chain, Crossing, SentState
from ui.window.privacy.privacy_page import PrivacyPage
from ui.window.widgets.exact_lines import Fold
from ui.window.widgets.paged_rows import PAGE_ROWS, PAGES_KEPT


@pytest.fixture
def page(window: MainWindow) -> PrivacyPage:
    window.show_page("privacy")
    until(lambda: window.jobs.idle and window.privacy.page is not None, "the page")
    assert window.privacy.page is not None
    return window.privacy.page


def other(window: MainWindow, house: ScriptedHouse, privacy: ScriptedPrivacy) -> None:
    house.privacy = privacy
    window.privacy.move_in(privacy)
    until(lambda: window.jobs.idle, "another ledger")


# ---------------------------------------------------------------- the fact


def test_the_headline_is_the_fact(page: PrivacyPage) -> None:
    assert page.title.text() == "5 things left this computer this month.\nYou approved each one."
    assert page.below.text() == "One more was stopped before it left. 31 questions were answered in here."


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (None, "Nothing of yours has left this computer."),
        (at(3, 9, 0), "Nothing of yours has left this computer since 3 November."),
        (at(3, 9, 0) - 365 * 86_400, "Nothing of yours has left this computer since 3 November 2025."),
    ],
)
def test_nothing_left(
    window: MainWindow, house: ScriptedHouse, page: PrivacyPage, last: float | None, said: str
) -> None:
    other(window, house, ScriptedPrivacy(lines=[], notes=[], last_left_at=last, here=0))
    assert page.title.text() == said
    assert not page.below.isVisible()
    assert page.empty.text() == "Nothing to show, and that is the point." and page.empty.isVisible()
    assert not page.sent_list.isVisible()


def test_one_thing_left(window: MainWindow, house: ScriptedHouse, page: PrivacyPage) -> None:
    other(window, house, ScriptedPrivacy(lines=LINES[:1], here=1))
    assert page.title.text() == "1 thing left this computer this month.\nYou approved it."
    assert page.below.text() == "1 question was answered in here."


def test_a_broken_chain_is_said_and_begun_anew(window: MainWindow, house: ScriptedHouse, page: PrivacyPage) -> None:
    chain = Chain(9, intact=False, chained=True, changed_after=at(12, 8, 0))
    other(window, house, ScriptedPrivacy(chain=chain))
    assert "Entries after 12 November were changed outside Indoors." in page.notice.accessibleName()
    page.notice._button.click()
    until(lambda: house.privacy.done == [("anew",)], "a new chain")
    until(lambda: not page.notice.isVisible(), "the notice gone")


def test_without_a_keyring_nobody_can_tell(window: MainWindow, house: ScriptedHouse, page: PrivacyPage) -> None:
    other(window, house, ScriptedPrivacy(chain=Chain(5, intact=True, chained=False)))
    assert words.UNCHAINED in page.below.text()
    other(window, house, ScriptedPrivacy(lines=[], here=0, chain=Chain(0, intact=True, chained=False)))
    assert not page.below.isVisible(), "of nothing there is nothing to tell"


# ---------------------------------------------------------------- the threshold


def test_the_line_says_itself(page: PrivacyPage) -> None:
    said = page.threshold.accessibleName()
    assert said == ("5 things crossed the line in November, on the 3, 9, 12, 17, 18, 1 was stopped in time, on the 16.")


def test_more_words_reach_higher_and_what_was_stopped_stays_below(page: PrivacyPage) -> None:
    heights = {entry: page.threshold.place_of(entry) for entry in (1, 2, 3, 4, 6)}
    assert all(heights.values())
    ys = {entry: place.y() for entry, place in heights.items() if place is not None}
    assert ys[3] < ys[1] < ys[6] < ys[2] < ys[4]
    xs = [place.x() for place in heights.values() if place is not None]
    assert xs[0] < xs[1] < xs[2] < xs[3] < xs[4]


@pytest.mark.parametrize("entry", [1, 4])
def test_a_click_on_a_mark_opens_its_entry(window: MainWindow, page: PrivacyPage, entry: int) -> None:
    place = page.threshold.place_of(entry)
    assert place is not None
    QTest.mouseClick(page.threshold, Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()) + 3, round(place.y())))
    until(lambda: window.privacy.panel.isVisible(), "the entry")
    assert window.privacy.panel.entry is not None and window.privacy.panel.entry.line.entry == entry


def test_marks_are_reached_by_keys(window: MainWindow, page: PrivacyPage) -> None:
    page.threshold.setFocus()
    QTest.keyClick(page.threshold, Qt.Key.Key_Left)
    assert page.threshold.accessibleDescription() == "Today 14:06, 424 words left"
    QTest.keyClick(page.threshold, Qt.Key.Key_Left)
    QTest.keyClick(page.threshold, Qt.Key.Key_Left)
    assert page.threshold.accessibleDescription() == "16 Nov 11:27, stopped in time"
    QTest.keyClick(page.threshold, Qt.Key.Key_Return)
    until(lambda: window.privacy.panel.isVisible(), "the entry")
    assert window.privacy.panel.title.text() == "Not sent 16 Nov, 11:27:00"


def test_ten_thousand_marks_are_one_a_pixel(window: MainWindow, house: ScriptedHouse, page: PrivacyPage) -> None:
    month = house.privacy.month()
    marks = tuple(Crossing(n, at(1, 0, 0) + n * 150, n, left=True) for n in range(10_000))
    page.threshold.show_month(type(month)(**{**_fields(month), "crossings": marks, "left": 10_000}))
    assert len(page.threshold._seen()) <= page.threshold.width()
    page.threshold.grab()


def _fields(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__slots__}  # type: ignore[attr-defined]  # a slotted dataclass


# ---------------------------------------------------------------- the lists


def test_rows_say_everything(page: PrivacyPage) -> None:
    assert page.sent.said_at(0) == (
        "Today 14:06, How much notice do I have to give to end the lease?, $0.0037, "
        "OpenAI · GPT-5 mini · 424 words · 2 hidden, Answered"
    )
    assert page.sent.said_at(2) == "16 Nov 11:27, Is this invoice overdue?, $0, Nothing was sent, Stopped in time"


@pytest.mark.parametrize("state", list(SentState))
def test_every_state_has_words_an_icon_and_a_price_that_is_true(state: SentState) -> None:
    row = line(1, NOW, "?", words=10, cost=None, state=state)
    assert words.STATES[state]
    assert words.row_price(row) == ("price unknown" if state.left else "$0")
    assert (words.row_what(row) == words.NOTHING_SENT) is not state.left


def test_only_cloud_answers(window: MainWindow, page: PrivacyPage) -> None:
    assert page.counted.text() == "6 entries"
    page.only_answers.click()
    until(lambda: page.counted.text() == "5 entries", "the filter")
    assert all("Answered" in page.sent.said_at(n) for n in range(5))
    page.only_answers.click()
    until(lambda: page.counted.text() == "6 entries", "all again")


def test_ten_thousand_entries_are_never_all_there(window: MainWindow, house: ScriptedHouse, page: PrivacyPage) -> None:
    many = [line(n, NOW - n * 60, f"Question {n}", words=n, cost=100 * n) for n in range(10_000)]
    other(window, house, ScriptedPrivacy(lines=many))
    until(lambda: page.counted.text() == "10,000 entries", "the count")
    bar = page.sent_list.verticalScrollBar()
    for share in (1.0, *(step / 17 for step in range(17)), 1.0):
        bar.setValue(round(bar.maximum() * share))
        page.sent_list.viewport().grab()
        until(lambda: window.jobs.idle, "the rows in view")
    last = page.sent.row_at(9_999)
    assert last is not None and last.question == "Question 9999"
    assert page.sent.kept <= PAGES_KEPT * PAGE_ROWS
    assert all(limit == PAGE_ROWS for _, limit in house.privacy.pages)
    assert len({offset for offset, _ in house.privacy.pages}) < 50


def test_connections_and_disk(window: MainWindow, house: ScriptedHouse, page: PrivacyPage) -> None:
    page.tabs.choose(1)
    assert page.connections.said_at(0) == "Today 14:06, Question to OpenAI, api.openai.com, 3 kB out, 4 kB in"
    assert page.connections.said_at(2).endswith("Did not work")
    page.tabs.choose(2)
    until(lambda: len(page.disk.rows) == 6 and page.disk.rows[-1].isVisible(), "the places")
    logs = next(row for row in page.disk.rows if row.place.key == "logs")
    logs.erase.click()
    assert logs.says.text() == "The logs are erased. Nothing else changes." and house.privacy.done == []
    logs.keep.click()
    assert logs.erase.isVisible() and house.privacy.done == []
    logs.erase.click()
    logs.sure.click()
    until(lambda: house.privacy.done == [("erase place", "logs")], "erased")
    until(lambda: len(page.disk.rows) == 5 and page.disk.rows[-1].isVisible(), "one less")
    models = next(row for row in page.disk.rows if row.place.key == "models")
    models.show_button.click()
    until(lambda: house.opened == [models.place.path], "shown in its folder")


def test_export(window: MainWindow, page: PrivacyPage, tmp_path: Path) -> None:
    window.privacy.export_to(tmp_path / "ledger.csv", "csv")
    until(lambda: (tmp_path / "ledger.csv").exists() and window.jobs.idle, "the file")
    assert (tmp_path / "ledger.csv").read_text() == "csv: 6 entries\n"
    assert [action.text() for action in page.export_menu().actions()] == ["As a table (CSV)", "Whole (JSON)"]
    window.privacy.export_to(tmp_path / "no such folder" / "ledger.csv", "csv")
    until(lambda: page.notice.isVisible(), "what went wrong")


# ---------------------------------------------------------------- the switch


def test_block_all_network_works_at_once(window: MainWindow, house: ScriptedHouse, page: PrivacyPage) -> None:
    assert page.network.enforced.text() == "Enforced by the system"
    page.network.switch.click()
    until(lambda: house.privacy.done == [("block", True)], "blocked")
    until(lambda: "Network blocked" in window.strip.line, "the strip")
    assert page.network.enforced.text() == "Nothing can be sent or fetched until you switch this off."
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    until(lambda: house.privacy.done[-1] == ("block", False), "given back")
    until(lambda: "Cloud this month" in window.strip.line, "the strip")


def test_a_switch_that_did_not_work_stands_as_it_was(
    window: MainWindow, house: ScriptedHouse, page: PrivacyPage
) -> None:
    house.privacy.trouble = AppError("The sender does not answer.", do="Start Indoors again.")
    page.network.switch.click()
    until(lambda: page.notice.isVisible(), "the trouble")
    assert not page.network.switch.isChecked()


@pytest.mark.parametrize(
    ("by", "title", "line_said"),
    [
        ("app", "Only the sender can reach the network", "Enforced by the app"),
        ("nothing", "Nothing here keeps the network shut", "Not enforced on this computer"),
    ],
)
def test_what_is_not_enforced_is_not_claimed(
    window: MainWindow, house: ScriptedHouse, page: PrivacyPage, by: str, title: str, line_said: str
) -> None:
    other(window, house, ScriptedPrivacy(enforced_by=by))
    assert (page.network.title.text(), page.network.enforced.text()) == (title, line_said)


def test_prove_it_names_the_commands(window: MainWindow, page: PrivacyPage) -> None:
    page.network.prove.click()
    said = " ".join(step.text() for step in window.privacy.popover.steps)
    assert window.privacy.popover.isVisible() and "indoors prove" in said and "indoors ledger verify" in said
    window.step_out()
    assert not window.privacy.popover.isVisible()


# ---------------------------------------------------------------- one entry


def test_see_what_was_sent(window: MainWindow) -> None:
    window.show_sent(6)
    panel = window.privacy.panel
    until(lambda: panel.isVisible() and panel.entry is not None, "the entry")
    assert panel.title.text() == "Sent today, 14:06:21"
    assert panel.to.text() == "OpenAI · GPT-5 mini"
    assert panel._when.text() == "14:06:16, held 5 s, then sent"
    assert (panel._cost.text(), panel._said.text()) == ("$0.0037", "said about $0.004, at most $0.011")
    assert panel.exact.text == BODY
    assert panel._size.text() == f"{len(BODY.encode()):,} bytes, as sent"
    assert panel.same.text() == "the same bytes you saw" and panel.fingerprint.text().count(" ") == 4
    assert panel.chain_words.text() == " ".join(SIX)
    panel._copy.click()
    assert QGuiApplication.clipboard().text() == BODY


def test_labels_stand_black_and_no_fold_hides_one(window: MainWindow) -> None:
    window.show_sent(6)
    panel = window.privacy.panel
    until(lambda: panel.isVisible() and panel.entry is not None, "the entry")
    rows = panel.exact.rows
    hidden = next(row for row in rows if isinstance(row, Fold)).hidden
    shown = "".join(row.text for row in rows if not isinstance(row, Fold))
    assert hidden > 5 and "⟦PERSON_1⟧" in shown and "⟦ADDRESS_1⟧" in shown
    high = panel.exact.height()
    QTest.keyClick(panel.exact, Qt.Key.Key_Return)
    assert panel.exact.height() > high
    assert "".join(row.text for row in panel.exact.rows if not isinstance(row, Fold)) == BODY.replace("\n", "")


def test_erasing_asks_first_and_leaves_a_stub(window: MainWindow, house: ScriptedHouse) -> None:
    window.show_sent(6)
    panel = window.privacy.panel
    until(lambda: panel.isVisible() and panel.entry is not None, "the entry")
    panel.erase.click()
    assert house.privacy.done == [] and panel.keep.hasFocus()
    panel.keep.click()
    panel.erase.click()
    panel.sure.click()
    until(lambda: house.privacy.done == [("erase", 6)], "erased")
    until(lambda: panel.gone.isVisible() and window.jobs.idle, "the stub")
    assert panel.gone.text() == "Erased by you" and panel.exact.text == "" and not panel.erase.isVisible()
    page = window.privacy.page
    assert page is not None and "Erased by you" in page.sent.said_at(0) and "$0.0037" in page.sent.said_at(0)


def test_an_entry_nobody_confirmed_says_so(window: MainWindow, house: ScriptedHouse) -> None:
    house.privacy.lines[0] = line(6, NOW, "?", words=5, cost=11_000, state=SentState.UNCONFIRMED)
    window.show_sent(6)
    until(lambda: window.privacy.panel.isVisible(), "the entry")
    said = "Counted as $0.011 this month; look at your account there to see what was charged."
    assert window.privacy.panel.unconfirmed.text() == said


def test_an_entry_stands_beside_its_list_only(window: MainWindow) -> None:
    window.show_sent(6)
    until(lambda: window.privacy.panel.isVisible(), "the entry")
    window.show_page("ask")
    assert not window.privacy.panel.isVisible()


def test_the_keyboard_reaches_the_entry(window: MainWindow) -> None:
    window.show_sent(6)
    panel = window.privacy.panel
    until(lambda: panel.isVisible() and window.jobs.idle, "the entry")
    window.rail.findChildren(QAbstractButton)[0].setFocus()
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_F6)
    focused = window.focusWidget()
    assert focused is not None and panel.isAncestorOf(focused)


def test_escape_closes_the_entry(window: MainWindow) -> None:
    window.show_sent(6)
    until(lambda: window.privacy.panel.isVisible(), "the entry")
    window.step_out()
    assert not window.privacy.panel.isVisible()
