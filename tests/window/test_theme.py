"""Tokens, palette, sheet and fonts: every pair readable, one sheet, nothing written down twice, live changes."""

import re
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from app.paths import assets
from ui.window.fonts import font_of, load_fonts
from ui.window.icons import icon_image
from ui.window.main_window import MainWindow
from ui.window.style_sheet import style_sheet
from ui.window.theme import Theme
from ui.window.tokens import tokens

WINDOW = Path(__file__).resolve().parents[2] / "ui" / "window"
SOURCES = sorted(path for path in WINDOW.rglob("*.py"))


def luminance(value: str) -> float:
    parts = [int(value[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_listed_pair_is_readable(mode: str) -> None:
    colors = tokens().colors[mode]  # type: ignore[index]  # both modes are there
    assert len(tokens().contrast) >= 70
    for first, second, least in tokens().contrast:
        bright, dark = sorted((luminance(colors[first]), luminance(colors[second])), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= least, (first, second)


def test_no_colour_is_written_outside_the_tokens() -> None:
    hexes = re.compile(r"#[0-9A-Fa-f]{6}\b|\brgba?\(")
    found = [(path.name, hexes.findall(path.read_text())) for path in SOURCES]
    assert [pair for pair in found if pair[1]] == []


def test_one_sheet_and_no_other(theme: Theme) -> None:
    sheet = style_sheet(tokens().colors["light"], theme.px)
    assert len(sheet.splitlines()) < 250
    callers = [path.name for path in SOURCES if "setStyleSheet(" in path.read_text()]
    assert callers == ["theme.py"]


def test_nothing_is_bolder_than_600_in_the_source() -> None:
    bold = re.compile(r"Weight\.(Bold|ExtraBold|Black)\b|<b>|setBold\(True\)")
    assert [path.name for path in SOURCES if bold.search(path.read_text())] == []


def test_three_weights_are_three_different_cuts(app: QApplication) -> None:
    load_fonts()
    names = []
    for weight in (QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold):
        font = font_of("body")
        font.setWeight(weight)
        names.append(QFontInfo(font).styleName())
    assert names == ["Regular", "Medium", "SemiBold"]
    assert QFontInfo(font_of("quote")).family() == "Indoors Serif"
    assert QFontInfo(font_of("exact")).family() == "JetBrains Mono"


def test_fonts_stay_small() -> None:
    assert sum(path.stat().st_size for path in (assets() / "fonts").glob("*.ttf")) <= 3_000_000


def test_every_icon_named_in_the_source_is_there_and_paints(theme: Theme) -> None:
    names = {path.stem for path in (assets() / "icons").glob("*.svg")}
    used = set(re.findall(r'icon="([a-z0-9-]+)"', "".join(path.read_text() for path in SOURCES)))
    assert used and used <= names
    for name in sorted(names):
        image = icon_image(name, 16, theme.color("text"), ratio=1.5)
        assert image.width() == 24
        assert any(image.pixelColor(x, y).alpha() > 100 for x in range(24) for y in range(24)), name


def test_a_new_theme_reaches_palette_and_widgets_at_once(window: MainWindow) -> None:
    theme = window.theme
    light = window.grab().toImage()
    theme.choose("dark")
    assert QApplication.palette().color(QPalette.ColorRole.Window) == theme.color("window")
    dark = window.grab().toImage()
    assert light.pixelColor(600, 40).lightness() > 200 and dark.pixelColor(600, 40).lightness() < 60
    theme.choose("light")
    assert window.grab().toImage() == light


def test_system_changes_are_followed_only_when_asked_for(theme: Theme) -> None:
    heard: list[int] = []
    theme.changed.connect(lambda: heard.append(1))
    theme.choose("system")
    assert theme.mode in ("light", "dark")
    heard.clear()
    theme._system_changed()
    assert heard == [1]
    theme.choose("dark")
    heard.clear()
    theme._system_changed()
    assert heard == [] and theme.mode == "dark"


def test_text_size_is_kept_between_90_and_150_percent(theme: Theme) -> None:
    theme.set_text_percent(400)
    assert theme.font("body").pixelSize() == round(13 * 1.5)
    theme.set_text_percent(10)
    assert theme.scale == 0.9


def test_qt_calls_cost_no_reference_to_none(app: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 loses one reference per call and aborts after some thousand."""
    label = QLabel()
    before = sys.getrefcount(None)
    for number in range(50_000):
        label.setText(str(number % 7))
    assert abs(sys.getrefcount(None) - before) < 500
    label.deleteLater()
