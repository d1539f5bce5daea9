"""The card beside a chip under the pointer: the passage in serif, its place and state, and how to open it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.values import Citation
from ui.window import words
from ui.window.theme import Theme
from ui.window.widgets.chip import chip_size, paint_chip
from ui.window.widgets.label import Label
from ui.window.widgets.paint import raised_card
from ui.window.widgets.push import Push
from ui.window.widgets.state import CHECKS, State

_LONGEST_SHOWN = 360
_LEAVES_MS = 200


class _Chip(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._number = theme, 1
        self.setAccessibleName("source")

    def show_number(self, number: int) -> None:
        self._number = number
        self.setFixedSize(*chip_size(self._theme, number))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_chip(QPainter(self), QRectF(self.rect()), self._theme, self._number, look="open")


class HoverCard(QWidget):
    """Floats inside the window, over everything; goes when the pointer has left chip and card."""

    opened = Signal(int)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window, self._number = theme, window, 0
        self._quote = Label(theme, step="quote", wrap=True)
        self._chip = _Chip(theme)
        self._place = Label(theme, step="meta", color="text2", tabular=True)
        self._state = State(theme, CHECKS[next(iter(CHECKS))])
        self._open = Push(theme, words.OPEN, kind="quiet", icon="panel-right")
        self._open.clicked.connect(self._pressed)
        self._foot = QHBoxLayout()
        for part in (self._chip, self._place, self._state):
            self._foot.addWidget(part)
        self._foot.addStretch()
        self._foot.addWidget(self._open)
        self._all = QVBoxLayout(self)
        self._all.addWidget(self._quote)
        self._all.addLayout(self._foot)
        self._away = QTimer(self)
        self._away.setSingleShot(True)
        self._away.setInterval(_LEAVES_MS)
        self._away.timeout.connect(self.hide)
        self.setAccessibleName("passage")
        self.hide()
        theme.dress(self._dress)

    def show_citation(self, citation: Citation, below: QPoint) -> None:
        """Stand under a global point, moved to stay whole inside the window."""
        self._away.stop()
        self._number = citation.n
        text = " ".join((citation.quote or citation.passage.text).split())
        cut = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN].rsplit(" ", 1)[0] + " …"
        self._quote.setText(f"“{cut}”")
        self._chip.show_number(citation.n)
        self._place.setText(words.place(citation.anchor))
        self._state.set_look(CHECKS[citation.check])
        window = self._window
        width = min(self._theme.px("popover") + 2 * self._theme.px(24), window.width() - self._theme.px(48))
        self.setFixedWidth(width)
        self.setFixedHeight(self._all.heightForWidth(width))
        local = window.mapFromGlobal(below)
        left = min(max(self._theme.px(8), local.x() - width // 3), window.width() - width - self._theme.px(8))
        top = local.y()
        if top + self.height() > window.height() - self._theme.px("strip"):
            top = local.y() - self.height() - self._theme.px(24)
        self.move(left, top)
        self.show()
        self.raise_()

    def leave(self) -> None:
        """The pointer left the chip: go, unless it comes onto the card."""
        self._away.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._away.stop()

    def leaveEvent(self, event: object) -> None:
        self._away.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        raised_card(QPainter(self), QRectF(self.rect()), self._theme)

    def _pressed(self) -> None:
        self.hide()
        self.opened.emit(self._number)

    def _dress(self) -> None:
        t = self._theme
        pad, depth = t.px(16), t.px(24)
        self._all.setContentsMargins(depth + pad, t.px(12) + pad, depth + pad, depth + t.px(12))
        self._all.setSpacing(t.px(8))
        self._foot.setSpacing(t.px(12))
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
