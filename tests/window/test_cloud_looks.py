"""The lints of the look on every state of the envelope, at every size; and dashes for the cloud alone."""

import re
from pathlib import Path
from typing import Literal

import pytest
from cloud_screens import CLOUD_SCREENS, cloud_of
from patience import until
from PySide6.QtCore import QPoint, QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from scripted_house import ScriptedHouse
from test_looks import SIZES, lints

from ui.window.cloud.doors import Door
from ui.window.cloud.part_card import PartTick
from ui.window.main_window import MainWindow
from ui.window.widgets.label import Label

ROOT = Path(__file__).resolve().parents[2]
# The sheet's title has a size of its own, and behind it the question stands in the fifth (look.md 9, point 9).
TWO_SHEETS = re.compile(r"^5 text sizes")


@pytest.mark.parametrize(("mode", "size"), [*(("light", size) for size in SIZES), ("dark", SIZES[0])])
def test_lints_of_the_envelope(
    window: MainWindow, house: ScriptedHouse, mode: Literal["light", "dark"], size: tuple[int, int, int]
) -> None:
    """One window goes through all its states at a size: dressing it anew is what takes the time."""
    width, height, percent = size
    window.theme.choose(mode)
    window.theme.set_text_percent(percent)
    window.resize(width, height)
    wrong = {}
    for name, bring in CLOUD_SCREENS.items():
        house.cloud = None
        window.ask_page.new_question()
        bring(window, house)
        found = [one for one in lints(window) if not TWO_SHEETS.match(one)]
        wrong[name] = found + outside(window) + doors(window)
        cloud_of(window, house).hold.set()
        window.cloud.keep()
        until(lambda: window.jobs.idle, "the end of it")
    assert {name: found for name, found in wrong.items() if found} == {}


def seen(window: MainWindow) -> list[QWidget]:
    return [part for part in window.findChildren(QWidget) if part.isVisible() and part.width() and part.height()]


def outside(window: MainWindow) -> list[str]:
    """Parts of the envelope that stand outside it, or doors that stand over each other."""
    sheet = window.cloud.sheet
    if not sheet.isVisible():
        return []
    paper = QRect(sheet.paper.mapTo(window, QPoint(0, 0)), sheet.paper.size())
    found = [] if window.rect().contains(paper) else ["the sheet is larger than the window"]
    for part in [*sheet.foot.findChildren(Label), *sheet.foot.findChildren(Door), *sheet.head.findChildren(Label)]:
        if part.isVisible() and sheet.paper.isAncestorOf(part) and not sheet.parts.isAncestorOf(part):
            place = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
            if not paper.contains(place):
                found.append(f"outside: {part.text()}")
    return found


def doors(window: MainWindow) -> list[str]:
    """Both the same size, neither cut, neither filled, neither over the other."""
    here = [part for part in seen(window) if isinstance(part, Door)]
    found = [f"cut: {door.text()}" for door in here if door.width() < door.sizeHint().width()]
    if len(here) == 2:
        keep, send = here
        found += [] if keep.size() == send.size() else [f"{keep.size()} and {send.size()}"]
        places = [QRect(door.mapTo(window, QPoint(0, 0)), door.size()) for door in here]
        found += ["one door over the other"] if places[0].intersects(places[1]) else []
        found += ["a default"] if any(door.isDefault() or door.autoDefault() for door in here) else []
    return found


def test_every_part_says_what_it_is(window: MainWindow, house: ScriptedHouse) -> None:
    CLOUD_SCREENS["cloud_sheet"](window, house)
    ticks = [part for part in seen(window) if isinstance(part, PartTick)]
    assert [tick.accessibleName() for tick in ticks] == [
        "Your question, 12 words",
        "Lease, from clause 14.2, 402 words · 2 hidden",
        "Call with Dana, 14:30 to 16:05, stays here",
    ]
    assert all(tick.isCheckable() for tick in ticks)


def test_send_never_stands_where_the_cloud_was_pressed(window: MainWindow, house: ScriptedHouse) -> None:
    for width, height, _ in SIZES:
        window.resize(width, height)
        QTest.qWait(20)
        pill = window.ask_page.composer.place.cloud
        CLOUD_SCREENS["cloud_sheet"](window, house)
        trigger = pill.mapTo(window, pill.rect().center())
        send = window.cloud.sheet.foot.send
        assert not QRect(send.mapTo(window, QPoint(0, 0)), send.size()).contains(trigger), (width, height)
        window.cloud.keep()


def test_dashes_are_drawn_in_one_place_and_only_for_the_cloud() -> None:
    drawing, using = set(), set()
    for path in (ROOT / "ui" / "window").rglob("*.py"):
        text, name = path.read_text(), path.relative_to(ROOT / "ui" / "window").as_posix()
        if re.search(r"setDashPattern|DashLine|DashDotLine|CustomDashLine", text):
            drawing.add(name)
        if re.search(r"\b(dashed|dash_pen)\(", text):
            using.add(name)
    assert drawing == {"widgets/paint.py"}
    cloud = {name for name in using if name.startswith(("cloud/", "spending/", "privacy/"))}
    assert using - cloud == {"widgets/paint.py", "widgets/pill.py", "status_strip.py"} & using
    sheet = re.compile(r"line_px|dash_sheet|\* 2$")
    assert [name for name in cloud if "radius.sheet" in (ROOT / "ui" / "window" / name).read_text()] == [
        "cloud/dashed_sheet.py"
    ], f"the envelope's look is used for nothing else ({sheet.pattern})"
