"""A row of choices of which exactly one holds, painted as one part."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.window.theme import Theme
from ui.window.widgets.choice_button import ChoiceButton
from ui.window.widgets.paint import focus_ring, seen_focus, shape


class _Segment(ChoiceButton):
    def sizeHint(self) -> QSize:
        t = self._theme
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2 * t.px(12), t.px("target_min"))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(self.rect())
        if self.isChecked():
            shape(painter, where, t.px("radius.segment"), fill=t.color("surface"), line=t.color("borderStrong"))
        painter.setFont(self.font())
        painter.setPen(t.color("text" if self.isChecked() else "text2"))
        painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), self.text())
        if seen_focus(self):
            focus_ring(painter, where, t.px("radius.segment"), color=t.color("focus"), width=t.px("line.focus"))


class Segments(QWidget):
    """`chosen` fires with the words of the new choice."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, choices: tuple[str, ...], *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._parts = [_Segment(theme, choice) for choice in choices]
        for part in self._parts:
            self._row.addWidget(part)
            part.clicked.connect(lambda: self.chosen.emit(self.current))
        self._parts[0].setChecked(True)
        theme.dress(self._dress)

    @property
    def current(self) -> str:
        """The words of the choice that holds."""
        return next(part.text() for part in self._parts if part.isChecked())

    def choose(self, words: str) -> None:
        """Let another choice hold, without telling."""
        for part in self._parts:
            if part.text() == words:
                part.setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        shape(
            QPainter(self), QRectF(self.rect()), t.px("radius.control"), fill=t.color("sunken"), line=t.color("border")
        )

    def _dress(self) -> None:
        t = self._theme
        self._row.setContentsMargins(t.px(4), t.px(4), t.px(4), t.px(4))
        self._row.setSpacing(t.px(4))
