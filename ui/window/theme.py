"""The look in force: light or dark, text size and motion; every widget asks it and is dressed again when it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from ui.window.fonts import font_of, load_fonts
from ui.window.style_sheet import style_sheet
from ui.window.tokens import Mode, tokens

Choice = Literal["system", "light", "dark"]

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "onSelection",
    QPalette.ColorRole.Link: "localText",
    QPalette.ColorRole.LinkVisited: "localText",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Midlight: "hover",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "borderStrong",
    QPalette.ColorRole.Shadow: "border",
    QPalette.ColorRole.Accent: "local",
}


class Theme(QObject):
    """Names to colours, pixels and fonts. `changed` fires after the application's palette and sheet are in force."""

    changed = Signal()

    def __init__(self, *, choice: Choice = "system", text_percent: int = 100, reduce_motion: bool = False) -> None:
        super().__init__()
        load_fonts()
        self._choice: Choice = choice
        self._scale = text_percent / 100
        self.reduce_motion = reduce_motion
        QApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._put_on()

    # ------------------------------------------------------------ what is in force

    @property
    def mode(self) -> Mode:
        """Light or dark; `system` follows the desktop, and an unknown scheme counts as light."""
        if self._choice != "system":
            return self._choice
        dark = QApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    @property
    def scale(self) -> float:
        """Text size, 0.9 to 1.5; every size is multiplied by it."""
        return self._scale

    def color(self, name: str) -> QColor:
        """The colour of a token in the mode in force."""
        return QColor(_qt_hex(tokens().colors[self.mode][name]))

    def px(self, size: str | float) -> int:
        """A size token, or a number from the grid, in whole pixels at the text size in force."""
        at_100 = tokens().sizes[size] if isinstance(size, str) else size
        return round(at_100 * self._scale)

    def ms(self, name: str) -> int:
        """A duration token in milliseconds; movements take no time when motion is reduced."""
        moving = name in ("press", "panel", "sheet", "send_fold")
        return 0 if self.reduce_motion and moving else tokens().durations_ms[name]

    def font(self, step: str, *, tabular: bool = False) -> QFont:
        """The font of one step of the type scale at the text size in force."""
        return font_of(step, scale=self._scale, tabular=tabular)

    def line_px(self, step: str) -> int:
        """The line height of one step of the type scale."""
        return self.px(tokens().type[step].line_px)

    # ------------------------------------------------------------ changing it

    def choose(self, choice: Choice) -> None:
        """Light, dark, or as the system is; applies at once."""
        self._choice = choice
        hints = QApplication.styleHints()
        if choice == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
        self._put_on()

    def set_text_percent(self, percent: int) -> None:
        """Text size, kept between 90 and 150 %."""
        self._scale = max(90, min(150, percent)) / 100
        self._put_on()

    def dress(self, work: Callable[[], None]) -> None:
        """Do `work` (a bound method of a widget that sets its fonts, sizes and colours) now and at every change."""
        work()
        self.changed.connect(work)

    def _system_changed(self) -> None:
        if self._choice == "system":
            self._put_on()

    def _put_on(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setPalette(self._palette())
        app.setFont(self.font("body"))
        app.setStyleSheet(style_sheet(tokens().colors[self.mode], self.px))
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, name in _ROLES.items():
            palette.setColor(role, self.color(name))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("disabled"))
        return palette


def _qt_hex(value: str) -> str:
    # The tokens write RRGGBBAA, Qt reads AARRGGBB.
    return f"#{value[7:9]}{value[1:7]}" if len(value) == 9 else value
