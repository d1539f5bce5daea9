"""The small rounded words that say where something ran, or which folders are asked; dashed only for the cloud."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.paint import dashed, focus_ring, note_focus, seen_focus, shape

Look = Literal["house", "quiet", "cloud"]
_COLOURS = {"house": ("localSoft", "localText"), "quiet": ("sunken", "text2"), "cloud": ("cloudSoft", "cloudText")}


class Pill(QPushButton):
    """An icon and a few words in a pill. One that does nothing takes no focus and no pointer."""

    def __init__(
        self, theme: Theme, words: str, *, icon: str, look: Look, does_something: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(words, parent)
        self._theme, self._icon, self._look = theme, icon, look
        self.setAccessibleName(words)
        policy = QSizePolicy.Policy.Maximum if does_something else QSizePolicy.Policy.Fixed
        self.setSizePolicy(policy, QSizePolicy.Policy.Fixed)
        if does_something:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.dress(self._dress)

    def set_words(self, words: str) -> None:
        """Other words."""
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._wide(self.text()), self._theme.px("pill"))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._wide(self.text().split(" · ")[0]), self._theme.px("pill"))

    def shown(self) -> str:
        """As many of the parts between dots as there is room for; never half of one."""
        parts = self.text().split(" · ")
        for count in range(len(parts), 1, -1):
            if self._wide(" · ".join(parts[:count])) <= self.width():
                return " · ".join(parts[:count])
        return parts[0]

    def _wide(self, words: str) -> int:
        t = self._theme
        return self.fontMetrics().horizontalAdvance(words) + 2 + t.px(14) + t.px("icon_to_word") + 2 * t.px(12)

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(0, 0, self.width(), self.height())
        ground, ink = _COLOURS[self._look]
        fill = t.color("pressed" if self.isDown() else ground)
        if self._look == "cloud":
            dashed(painter, where, where.height() / 2, fill=fill, line=t.color("cloud"), width=t.px("line.dash_pill"))
        else:
            shape(painter, where, where.height() / 2, fill=fill)
        left = t.px(12)
        paint_icon(painter, QRectF(left, 0, t.px(14), where.height()), self._icon, color=t.color(ink), size_px=t.px(14))
        left += t.px(14) + t.px("icon_to_word")
        painter.setFont(self.font())
        painter.setPen(t.color(ink))
        painter.drawText(
            QRectF(left, 0, where.width() - left, where.height()), int(Qt.AlignmentFlag.AlignVCenter), self.shown()
        )
        if seen_focus(self):
            focus_ring(painter, where, where.height() / 2, color=t.color("focus"), width=t.px("line.focus"))

    def _dress(self) -> None:
        self.setFont(self._theme.font("body" if self._look == "quiet" else "control"))
        self.updateGeometry()
        self.update()
