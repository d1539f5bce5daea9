"""Trouble, said beside the thing it happened to: what happened, what is safe, what to do, and one action."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.values import Notice
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.paint import shape
from ui.window.widgets.push import Push


class NoticeLine(QWidget):
    """A soft amber part with a triangle; `acted` fires when its one button is pressed."""

    acted = Signal()

    def __init__(self, theme: Theme, *, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._happened = Label(theme, step="control", wrap=True)
        self._rest = Label(theme, color="text", wrap=True)
        self._button = Push(theme, action, kind="plain")
        self._button.clicked.connect(self.acted)
        self._column = QVBoxLayout()
        self._column.addWidget(self._happened)
        self._column.addWidget(self._rest)
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._column, 1)
        self._row.addWidget(self._button)
        self._button.setVisible(bool(action))  # only now that it has a place: before, it would be a window of its own
        theme.dress(self._dress)

    def offer(self, offered: bool) -> None:
        """Whether its button is there."""
        self._button.setVisible(offered)

    def say(self, notice: Notice) -> None:
        """Show a notice."""
        self._happened.setText(notice.happened)
        rest = " ".join(part for part in (notice.safe, notice.do) if part)
        self._rest.setText(rest)
        self._rest.setVisible(bool(rest))
        self.setAccessibleName(f"{notice.happened} {rest}")

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        shape(painter, QRectF(self.rect()), t.px("radius.part"), fill=t.color("warnSoft"))
        icon = QRectF(t.px(12), t.px(12), t.px(16), t.px(20))
        paint_icon(painter, icon, "triangle-alert", color=t.color("warn"), size_px=t.px(16))

    def _dress(self) -> None:
        t = self._theme
        self._row.setContentsMargins(t.px(12) + t.px(24), t.px(12), t.px(12), t.px(12))
        self._row.setSpacing(t.px(12))
        self._column.setSpacing(0)
        self.update()
