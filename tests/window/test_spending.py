"""Amounts that never flatter, the meter over the strip, the bell, and the strip's states."""

import pytest
from patience import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from scripted_house import ScriptedHouse
from scripted_privacy import LINES, ScriptedPrivacy, line

from ui.window import money_words as money
from ui.window.main_window import MainWindow
from ui.window.privacy.privacy_house import AnswerCost
from ui.window.spending.cost_meter import CostMeter


@pytest.mark.parametrize(
    ("micros", "spent", "left", "cost", "about", "at_most"),
    [
        (0, "$0.00", "$0.00", "$0", "$0", "$0"),
        (1, "$0.01", "$0.00", "$0.0001", "$0.0001", "$0.001"),
        (999, "$0.01", "$0.00", "$0.0010", "$0.0010", "$0.001"),
        (3_700, "$0.01", "$0.00", "$0.0037", "$0.004", "$0.004"),
        (11_001, "$0.02", "$0.01", "$0.0111", "$0.011", "$0.012"),
        (430_000, "$0.43", "$0.43", "$0.4300", "$0.430", "$0.430"),
        (430_001, "$0.44", "$0.43", "$0.4301", "$0.430", "$0.431"),
        (1_234_567_890, "$1,234.57", "$1,234.56", "$1,234.5679", "$1,234.568", "$1,234.568"),
    ],
)
def test_what_is_spent_rounds_up_and_what_is_left_down(
    micros: int, spent: str, left: str, cost: str, about: str, at_most: str
) -> None:
    said = (money.spent(micros), money.left(micros), money.cost(micros), money.about(micros), money.at_most(micros))
    assert said == (spent, left, cost, about, at_most)


def test_left_is_never_below_nothing() -> None:
    assert money.left(-5_000_000) == "$0.00"


@pytest.mark.parametrize(
    ("text", "micros"),
    [("5", 5_000_000), ("$5.00", 5_000_000), (" 2.5 ", 2_500_000), (".25", 250_000), ("1,000", 1_000_000_000),
     ("0", 0), ("", None), ("five", None), ("-5", None), ("5.", 5_000_000), ("1e3", None), ("5.1234567", None),
     ("²", None)],
)  # fmt: skip
def test_amounts_as_people_type_them(text: str, micros: int | None) -> None:
    assert money.typed(text) == micros


@pytest.mark.parametrize(("text", "micros"), [("5.50", None), ("1001", None), ("1000", 1_000_000_000), ("0", 0)])
def test_a_budget_is_whole_dollars_up_to_a_thousand(text: str, micros: int | None) -> None:
    assert money.budget(text) == micros


# ---------------------------------------------------------------- the strip


def meter_of(window: MainWindow) -> CostMeter:
    window.strip.meter.click()
    until(lambda: window.privacy.meter.isVisible(), "the meter")
    return window.privacy.meter


def other(window: MainWindow, house: ScriptedHouse, privacy: ScriptedPrivacy) -> None:
    house.privacy = privacy
    window.privacy.move_in(privacy)
    until(lambda: window.jobs.idle, "another account")


def test_the_strip_says_what_left_today_and_what_the_month_cost(window: MainWindow, house: ScriptedHouse) -> None:
    until(lambda: "Cloud this month" in window.strip.line, "the strip")
    assert window.strip.line.startswith("On this computer · 1 sent today, $0.0037 · SmolLM2 135M")
    assert window.strip.line.endswith("Cloud this month $0.43 of $5.00")
    other(window, house, ScriptedPrivacy(lines=LINES[1:]))
    assert "Nothing sent today" in window.strip.line


def test_without_a_key_the_cloud_is_off(window: MainWindow, house: ScriptedHouse) -> None:
    other(window, house, ScriptedPrivacy(lines=[], ready=False))
    assert window.strip.line.endswith("Cloud is off") and "sent today" not in window.strip.line
    meter = meter_of(window)
    assert meter.nothing.text() == "Nothing spent. Cloud is off until you add a key." and meter.nothing.isVisible()
    assert not meter.list.isVisible()


def test_while_something_leaves_the_strip_says_so_and_stops_it(window: MainWindow) -> None:
    stopped: list[bool] = []
    window.strip.show_sending("OpenAI", on_stop=lambda: stopped.append(True))
    assert window.strip.line.startswith("Sending to OpenAI · Stop · ") and "On this computer" not in window.strip.line
    assert window.strip.sending.isVisible()
    window.strip.sending.click()
    assert stopped == [True]
    window.strip.show_sent_over()
    assert window.strip.line.startswith("On this computer") and not window.strip.sending.isVisible()


def test_the_bell_rings_once_when_it_is_passed(window: MainWindow, house: ScriptedHouse) -> None:
    until(lambda: window.jobs.idle, "the strip")
    said: list[str] = []
    window.privacy.said.connect(said.append)
    house.privacy.lines.insert(0, line(9, LINES[0].at, "A long one", words=9, cost=3_600_000))
    for _ in range(3):
        window.privacy.look()
        until(lambda: window.jobs.idle, "asked again")
    assert said == ["The cloud has cost $4.03 this month. It stops at $5.00."]


# ---------------------------------------------------------------- the meter


def test_the_meter_adds_up(window: MainWindow) -> None:
    meter = meter_of(window)
    assert meter.title.text() == "Cloud in November" and meter._again.text() == "starts again on 1 December"
    assert (meter.spent.text(), meter._of.text(), meter.left.text()) == ("$0.43", "of $5.00", "$4.57 left")
    assert meter.bell.text() == "Tells you at $4.00, stops at $5.00" and meter.today.text() == "$0.0037 today"
    assert meter.here.text() == "31 answers on this computer"
    assert meter.prices.text() == "Prices as of 2 Nov 2026, in US dollars"
    assert meter.rows.said(meter.rows.rows[0]).endswith("said about $0.004, $0.0037")
    # look.md 3.6 rounds both ends: what is shown as spent and left may miss a cent of the limit, never exceed it.
    assert sum(row.cost_micros for row in meter.rows.rows) == 423_700


def test_held_and_unconfirmed_answers_say_so(window: MainWindow, house: ScriptedHouse) -> None:
    house.privacy.held = 22_000
    house.privacy.extra = [
        AnswerCost(8, "Held?", 4_000, 11_000, "held"),
        AnswerCost(7, "Unconfirmed?", None, 11_000, "unconfirmed"),
    ]
    meter = meter_of(window)
    assert meter.left.text() == "at least $4.55 left"
    said = [meter.rows.said(row) for row in meter.rows.rows[:2]]
    assert said[0] == "Held?, said about $0.004, Held · up to $0.011"
    assert said[1] == (
        "Unconfirmed?, Counted as $0.011 this month; look at your account there to see what was charged."
    )
    assert meter._last.text() == "Last 5 answers"


def test_the_budget_is_typed_there(window: MainWindow, house: ScriptedHouse) -> None:
    meter = meter_of(window)
    meter.field.setText("five")
    QTest.keyClick(meter.field, Qt.Key.Key_Return)
    assert meter.wrong.isVisible() and house.privacy.done == []
    meter.field.setText("8")
    QTest.keyClick(meter.field, Qt.Key.Key_Return)
    until(lambda: house.privacy.done == [("budget", 8_000_000)], "the new limit")
    until(lambda: window.strip.line.endswith("$0.43 of $8.00"), "the strip")
    assert not meter.wrong.isVisible()


def test_the_source_of_the_prices_is_shown_where_it_is_asked_for(window: MainWindow) -> None:
    meter = meter_of(window)
    assert not meter.seen_in.isVisible()
    meter.source.click()
    assert meter.seen_in.isVisible() and meter.seen_in.text().startswith("developers.openai.com")


def test_a_row_leads_to_its_entry(window: MainWindow) -> None:
    meter = meter_of(window)
    meter.list.chosen.emit(0)
    until(lambda: window.privacy.panel.isVisible(), "the entry")
    assert not meter.isVisible() and window.privacy.panel.title.text() == "Sent today, 14:06:21"


def test_escape_and_a_second_press_close_it(window: MainWindow) -> None:
    meter = meter_of(window)
    QTest.keyClick(meter.field, Qt.Key.Key_Escape)
    assert not meter.isVisible()
    meter_of(window)
    window.step_out()
    assert not meter.isVisible()
    meter_of(window)
    window.strip.meter.click()
    assert not meter.isVisible()


def test_it_stays_inside_the_smallest_window(window: MainWindow) -> None:
    window.theme.set_text_percent(150)
    window.resize(760, 560)
    QTest.qWait(20)
    meter = meter_of(window)
    assert meter.y() >= -window.theme.px(24) and meter.x() >= 0
    assert meter.geometry().bottom() <= window.height()
    assert meter._area.verticalScrollBar().maximum() > 0, "what does not fit is reached by scrolling"
