"""The lints of the look on the Privacy page, the cost meter and the settings of the cloud, at every size."""

from typing import Literal

import pytest
from patience import until
from privacy_screens import PRIVACY_SCREENS
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from scripted_house import ScriptedHouse
from test_looks import lints, seen

from ui.window.main_window import MainWindow
from ui.window.tokens import tokens
from ui.window.widgets.label import Label

LOOKED_AT: tuple[tuple[int, int, int, Literal["light", "dark"]], ...] = (
    (1180, 760, 100, "light"),
    (760, 560, 100, "light"),
    (760, 560, 150, "light"),
    (1180, 760, 150, "dark"),
)


@pytest.mark.parametrize("screen", PRIVACY_SCREENS)
def test_privacy_lints(window: MainWindow, house: ScriptedHouse, screen: str) -> None:
    PRIVACY_SCREENS[screen](window, house)
    until(lambda: window.jobs.idle, "all of it")
    QTest.qWait(60)  # rows that have just been made take their heights
    wrong = {}
    for width, height, percent, mode in LOOKED_AT:
        if window.theme.mode != mode:
            window.theme.choose(mode)
        if window.theme.scale != percent / 100:
            window.theme.set_text_percent(percent)
        window.resize(width, height)
        if screen.startswith("cost_meter") and not window.privacy.meter.isVisible():  # another size takes it away
            window.strip.meter.click()
            until(lambda: window.privacy.meter.isVisible(), "the meter again")
        QTest.qWait(20)
        wrong[f"{width}x{height} at {percent} %, {mode}"] = [*lints(window), *_pressed_flat(window)]
    assert {size: found for size, found in wrong.items() if found} == {}


def _pressed_flat(window: MainWindow) -> list[str]:
    """Labels that are lower than their line: the layout took their height away."""
    return [
        f"pressed flat: {part.text()}"
        for part in seen(window)
        if isinstance(part, Label) and part.text() and part.height() < window.theme.line_px(part.step) - 1
    ]


@pytest.mark.parametrize("wide", [1180, 760])
def test_the_strip_never_covers_its_left_end(window: MainWindow, house: ScriptedHouse, wide: int) -> None:
    window.theme.set_text_percent(150)
    window.resize(wide, 560)
    window.strip.show_cloud(house.privacy.look())
    QTest.qWait(20)
    meter, theme = window.strip.meter, window.theme
    place = QFontMetrics(theme.font("state")).horizontalAdvance("On this computer")
    assert meter.x() >= theme.px(20) + theme.px(14) + theme.px("icon_to_word") + place
    assert meter.x() + meter.width() <= window.strip.width()
    assert meter.height() >= theme.px(tokens().sizes["target_min"])
