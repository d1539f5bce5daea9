"""The citation chip: filled amber for a quote, darker when open in the panel, hollow for what has no source."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from ui.window.theme import Theme
from ui.window.widgets.paint import shape

ChipLook = Literal["quoted", "open", "hollow"]


def chip_size(theme: Theme, number: int) -> tuple[int, int]:
    """Width and height of a chip in pixels: wider for two digits."""
    return theme.px(18 if number < 10 else 24), theme.px(16)


def paint_chip(painter: QPainter, where: QRectF, theme: Theme, number: int, *, look: ChipLook) -> None:
    """Draw a chip that fills `where`."""
    radius = theme.px("radius.chip")
    if look == "hollow":
        shape(painter, where, radius, line=theme.color("borderStrong"), width=theme.px("line.hair"))
    else:
        shape(painter, where, radius, fill=theme.color("markActive" if look == "open" else "mark"))
    painter.setFont(theme.font("digit", tabular=True))
    painter.setPen(theme.color("text" if look == "hollow" else "onMark"))
    painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), str(number))


def chip_image(theme: Theme, number: int, *, look: ChipLook, ratio: float) -> QImage:
    """The chip as an inline picture for running text."""
    return _image(theme, theme.mode, theme.scale, number, look, ratio)


@lru_cache(maxsize=256)
def _image(theme: Theme, mode: str, scale: float, number: int, look: ChipLook, ratio: float) -> QImage:
    # Mode and scale are part of the key only: the theme answers for both while it has them.
    width, height = chip_size(theme, number)
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_chip(painter, QRectF(0, 0, width, height), theme, number, look=look)
    painter.end()
    return image
