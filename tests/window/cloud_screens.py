"""Brings a window to every state of the envelope and of what follows it; for lints and pictures."""

from __future__ import annotations

from collections.abc import Callable

from patience import until
from PySide6.QtTest import QTest
from scripted_cloud import PARTS, ScriptedCloud, refusal
from scripted_house import QUESTION, ScriptedHouse

from app.cloud.parcel import Stop, Wait, Waits
from ui.window.main_window import MainWindow

TWO_WAITS = (
    Waits(Wait.FIRST_USE, "First time to OpenAI", "It gets the parts above and your key. Nothing else of yours."),
    Waits(Wait.LONG, "Over 2,000 words", "2,412 words are ticked. Read the longest part, or untick it."),
)


def cloud_of(window: MainWindow, house: ScriptedHouse) -> ScriptedCloud:
    """Give the house a way out; before or after the window moved in."""
    if house.cloud is None:
        house.cloud = ScriptedCloud()
        window.cloud.move_in(house.cloud)
    return house.cloud


def open_sheet(window: MainWindow, house: ScriptedHouse) -> None:
    """Type the question and press the cloud."""
    cloud_of(window, house)
    window.ask_page.composer.field.setPlainText(QUESTION)
    window.ask_page.composer.place.cloud.click()
    shown = window.cloud.sheet if not cloud_of(window, house).light else window.cloud.lane
    until(shown.isVisible, "the envelope")
    QTest.qWait(30)


def sheet(window: MainWindow, house: ScriptedHouse) -> None:
    """As in the design: the call is unticked."""
    open_sheet(window, house)
    window.cloud.sheet.parts.cards[2].tick.click()
    until(lambda: window.jobs.idle, "the parcel without it")
    QTest.qWait(30)


def waits(window: MainWindow, house: ScriptedHouse) -> None:
    """Two lines to open."""
    cloud_of(window, house).waits = TWO_WAITS
    sheet(window, house)


def no_key(window: MainWindow, house: ScriptedHouse) -> None:
    """No key yet."""
    cloud_of(window, house).has_key = False
    sheet(window, house)


def over_budget(window: MainWindow, house: ScriptedHouse) -> None:
    """More than is left."""
    cloud = cloud_of(window, house)
    cloud.left_micros = 6_000
    cloud.refusals = (refusal(Stop.OVER_BUDGET, "This needs up to $0.011, you have $0.006 left this month."),)
    sheet(window, house)


def no_price(window: MainWindow, house: ScriptedHouse) -> None:
    """Nobody knows what it costs."""
    cloud = cloud_of(window, house)
    cloud.priced = False
    said = "Price unknown for this model. Sending is off until you type a price or choose another."
    cloud.refusals = (refusal(Stop.NO_PRICE, said),)
    sheet(window, house)


def exact(window: MainWindow, house: ScriptedHouse) -> None:
    """Turned to the bytes."""
    sheet(window, house)
    window.cloud.sheet.foot.exact.click()
    QTest.qWait(30)


def lane(window: MainWindow, house: ScriptedHouse) -> None:
    """A bare question."""
    cloud = cloud_of(window, house)
    cloud.light, cloud.parts = True, PARTS[:1]
    open_sheet(window, house)


def press_send(window: MainWindow) -> None:
    """Press the door out as a person does, when it listens."""
    shown = window.cloud.sheet if window.cloud.sheet.isVisible() else None
    door = shown.foot.send if shown is not None else window.cloud.lane.send
    until(lambda: not door.guarded, "the door listens")
    door.click()


def held(window: MainWindow, house: ScriptedHouse) -> None:
    """The five seconds."""
    sheet(window, house)
    press_send(window)
    until(window.cloud.hold.isVisible, "the folded envelope")
    QTest.qWait(30)


def answered(window: MainWindow, house: ScriptedHouse) -> None:
    """An answer from the cloud."""
    held(window, house)
    cloud_of(window, house).hold.set()
    until(lambda: window.jobs.idle, "the answer")
    QTest.qWait(120)


CLOUD_SCREENS: dict[str, Callable[[MainWindow, ScriptedHouse], None]] = {
    "cloud_sheet": sheet,
    "cloud_sheet_waits": waits,
    "cloud_sheet_no_key": no_key,
    "cloud_sheet_over_budget": over_budget,
    "cloud_sheet_no_price": no_price,
    "cloud_sheet_exact": exact,
    "cloud_lane": lane,
    "cloud_hold": held,
    "cloud_answer": answered,
}
