"""Loads the bundled faces and hands out fonts by the name of their step, so that no widget invents a size."""

from __future__ import annotations

import sys
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from app.paths import assets
from ui.window.tokens import TypeStyle, tokens

FAMILIES = {"ui": "Inter", "quote": "Indoors Serif", "exact": "JetBrains Mono"}


@cache
def load_fonts() -> tuple[str, ...]:
    """Register every bundled face once; returns the families Qt found in them. Needs a QApplication."""
    families: list[str] = []
    for path in sorted((assets() / "fonts").glob("*.ttf")):
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    return tuple(dict.fromkeys(families))


def font_of(step: str, *, scale: float = 1.0, tabular: bool = False) -> QFont:
    """The font of one step of the type scale (`body`, `reading`, …); `tabular` gives figures of equal width."""
    return _font(tokens().type[step], scale, tabular)


def _font(style: TypeStyle, scale: float, tabular: bool) -> QFont:
    # Windows and macOS people expect their system face; the bundled Inter is for Linux and for tests.
    bundled = style.family != "ui" or sys.platform.startswith("linux")
    font = QFont(FAMILIES[style.family]) if bundled else QFont()
    font.setPixelSize(max(1, round(style.size_px * scale)))
    font.setWeight(QFont.Weight(style.weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font
