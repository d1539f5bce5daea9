"""The paper of the envelope: two pixels of dashed violet, which nothing else in Indoors has."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.window.cloud import cloud_words as words
from ui.window.theme import Theme
from ui.window.widgets.paint import dashed


class DashedSheet(QWidget):
    """The sheet itself: the only thing in Indoors with this line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(words.ENVELOPE)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        radius, wide = t.px("radius.sheet"), t.scale * 2
        where = QRectF(self.rect())
        dashed(QPainter(self), where, radius, fill=t.color("surface"), line=t.color("cloud"), width=wide)


def layout_high(part: QWidget | None, width: int) -> int:
    """How high a part has to be for what it holds, at a width."""
    layout = part.layout() if part is not None else None
    if layout is None:
        return 0
    layout.activate()
    return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
