"""The keyboard reaches everything, and one sees where it is."""

from patience import until
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from scripted_house import ScriptedHouse

from ui.window.main_window import MainWindow


def reached(window: MainWindow, *, most: int = 40) -> list[QWidget]:
    """Everything Tab comes by, once around."""
    found: list[QWidget] = []
    for _ in range(most):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        if here is None or here in found:
            break
        found.append(here)
    return found


def differing(one: QImage, other: QImage) -> int:
    """Pixels that are plainly not the same."""
    count = 0
    for y in range(one.height()):
        for x in range(one.width()):
            a, b = one.pixelColor(x, y), other.pixelColor(x, y)
            count += abs(a.red() - b.red()) + abs(a.green() - b.green()) + abs(a.blue() - b.blue()) > 60
    return count


def test_tab_comes_by_every_button_of_each_page(window: MainWindow, house: ScriptedHouse) -> None:
    for key in ("ask", "library", "transcribe", "summaries"):
        window.show_page(key)
        QTest.qWait(20)
        wanted = [one for one in window.findChildren(QPushButton)
                  if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
                  and (one.isChecked() or not one.autoExclusive())]  # fmt: skip  # of one choice, arrows find the rest
        round_trip = reached(window)
        missed = [one.accessibleName() for one in wanted if one not in round_trip]
        assert missed == [], key
    names = [one.accessibleName() for one in reached(window)]
    assert {"Ask", "Library", "Transcribe", "Summaries"} <= set(names)


def test_every_button_shows_that_it_has_the_keyboard(window: MainWindow) -> None:
    for key in ("ask", "library", "transcribe"):
        window.show_page(key)
        QTest.qWait(20)
        for button in [one for one in reached(window) if isinstance(one, QPushButton)]:
            button.setFocus(Qt.FocusReason.TabFocusReason)
            until(button.hasFocus, "the focus")
            ringed = button.grab().toImage()
            button.clearFocus()
            assert differing(ringed, button.grab().toImage()) > button.width(), button.accessibleName()
