"""Three or four views of one page, named in a row; a line under the one that is shown."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.window.theme import Theme
from ui.window.widgets.choice_button import ChoiceButton
from ui.window.widgets.paint import focus_ring, hairline, seen_focus, shape


class _Tab(ChoiceButton):
    def __init__(self, theme: Theme, said: str) -> None:
        super().__init__(theme, said)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, self._theme.px("button"))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(self.rect())
        painter.setFont(self.font())
        painter.setPen(t.color("text" if self.isChecked() or self.over else "text2"))
        painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.isChecked():
            line = QRectF(0, where.height() - t.px(2), where.width(), t.px(2))
            shape(painter, line, t.px(2) / 2, fill=t.color("text"))
        if seen_focus(self):
            focus_ring(painter, where, t.px("radius.quote"), color=t.color("focus"), width=t.px("line.focus"))


class Tabs(QWidget):
    """`chosen` fires with the number of the view. Left and right arrows move along; one tab stop for all."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, names: tuple[str, ...], *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.row = QHBoxLayout(self)
        self.parts = [_Tab(theme, said) for said in names]
        for number, part in enumerate(self.parts):
            part.clicked.connect(lambda _=False, number=number: self.choose(number))
            self.row.addWidget(part)
        self.row.addStretch(1)
        self.choose(0)
        theme.dress(self._dress)

    @property
    def current(self) -> int:
        """The number of the view shown."""
        return next(number for number, part in enumerate(self.parts) if part.isChecked())

    def choose(self, number: int) -> None:
        """Another view."""
        for at, part in enumerate(self.parts):
            part.setChecked(at == number)
            part.setFocusPolicy(Qt.FocusPolicy.StrongFocus if at == number else Qt.FocusPolicy.ClickFocus)
        self.chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.choose((self.current + step) % len(self.parts))
        self.parts[self.current].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        low = self.height() - 1.0
        hairline(QPainter(self), QPointF(0, low), QPointF(self.width(), low), self._theme.color("border"))

    def _dress(self) -> None:
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(self._theme.px(24))
