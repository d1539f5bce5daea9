"""Paints the one icon set from its outlines at the size, colour and pixel ratio asked for, never scaled."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from app.paths import assets
from ui.window.tokens import tokens


@cache
def _outline(name: str) -> str:
    return (assets() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, color: str, stroke: float) -> QSvgRenderer:
    # QtSvg paints currentColor black, so the colour is written into the outline.
    drawn = _outline(name).replace("currentColor", color)
    drawn = re.sub(r'stroke-width="[\d.]+"', f'stroke-width="{stroke}"', drawn)
    return QSvgRenderer(QByteArray(drawn.encode()))


@lru_cache(maxsize=512)
def _image(name: str, size_px: int, color: str, ratio: float, stroke: float) -> QImage:
    side = max(1, round(size_px * ratio))
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, color, stroke).render(painter, QRectF(0, 0, side, side))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def icon_image(name: str, size_px: int, color: QColor, *, ratio: float = 1.0, stroke: float | None = None) -> QImage:
    """The icon as a picture of `size_px` logical pixels; the outlines are 24 units wide, the stroke is in those."""
    wanted = tokens().sizes["icon.stroke"] if stroke is None else stroke
    return _image(name, size_px, color.name(), ratio, wanted)


def paint_icon(
    painter: QPainter, where: QRectF, name: str, *, color: QColor, size_px: int, stroke: float | None = None
) -> None:
    """Draw the icon in the middle of a rectangle, on whole device pixels."""
    ratio = painter.device().devicePixelRatioF()
    image = icon_image(name, size_px, color, ratio=ratio, stroke=stroke)
    left = round((where.center().x() - size_px / 2) * ratio) / ratio
    top = round((where.center().y() - size_px / 2) * ratio) / ratio
    painter.drawImage(QRectF(left, top, size_px, size_px), image)
