"""The strip along the bottom: where everything runs, who writes, how fast; at the right what the cloud may do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.window import words
from ui.window.house import Standing
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.card import Ground


class StatusStrip(Ground):
    """Painted whole. Parts go one by one when the window is narrow: memory, then speed, then the writer."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "sunken", lines=("top",), parent=parent)
        self._theme = theme
        self._place, self._parts, self._right = words.ON_THIS_COMPUTER, [words.OPENING], words.CLOUD_IS_OFF
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def show_standing(self, standing: Standing) -> None:
        """What the house says of itself."""
        self._place = standing.place or words.ON_THIS_COMPUTER
        parts = [standing.writer or words.NO_WRITER]
        if standing.words_per_s:
            parts.append(words.speed(standing.words_per_s))
        if standing.memory_bytes:
            parts.append(words.memory(standing.memory_bytes, standing.memory_total_bytes))
        self._parts = parts
        self._dress()

    def say(self, line: str) -> None:
        """One line instead of the writer, while the house opens or cannot."""
        self._parts = [line]
        self._dress()

    @property
    def line(self) -> str:
        """Everything it says, for screen readers and tests."""
        return " · ".join((self._place, *self._parts, self._right))

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._theme.px("strip"))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        t = self._theme
        painter = QPainter(self)
        high = float(self.height())
        left = t.px(20)
        paint_icon(painter, QRectF(left, 0, t.px(14), high), "house", color=t.color("local"), size_px=t.px(14))
        left += t.px(14) + t.px("icon_to_word")
        painter.setFont(t.font("state"))
        painter.setPen(t.color("localText"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(left, 0, self.width(), high), middle, self._place)
        left += painter.fontMetrics().horizontalAdvance(self._place) + t.px(12)
        painter.setFont(t.font("meta", tabular=True))
        painter.setPen(t.color("text2"))
        metrics = painter.fontMetrics()
        right_px = metrics.horizontalAdvance(self._right)
        room = self.width() - t.px(20) - right_px - t.px(24) - left
        for count in range(len(self._parts), 0, -1):
            said = " · ".join(self._parts[:count])
            if metrics.horizontalAdvance(said) <= room:
                painter.drawText(QRectF(left, 0, room, high), middle, said)
                break
        right = QRectF(0, 0, self.width() - t.px(20), high)
        painter.drawText(right, int(Qt.AlignmentFlag.AlignRight) | middle, self._right)

    def _dress(self) -> None:
        self.setAccessibleName(self.line)
        self.updateGeometry()
        self.update()
