"""One short message at the bottom centre for six seconds; ten when it offers to undo. Never an error."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.window import words
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.paint import shape
from ui.window.widgets.push import Push


class Toast(QWidget):
    """Floats inside the window; a new message replaces the old one."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._undo_work: Callable[[], None] | None = None
        self._done_work: Callable[[], None] | None = None
        self._words = Label(theme)
        self._undo = Push(theme, words.UNDO, kind="quiet", icon="rotate-ccw")
        self._undo.set_color("localText")
        self._undo.clicked.connect(self._undone)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._words)
        self._row.addWidget(self._undo)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._over)
        self.hide()
        theme.dress(self._dress)

    def say(
        self, message: str, *, undo: Callable[[], None] | None = None, done: Callable[[], None] | None = None
    ) -> None:
        """Show a message; with `undo` a button that calls it. `done` is called once it can no longer be undone: when
        the message goes, or another takes its place."""
        self._over()
        self._undo_work, self._done_work = undo, done
        self._words.setText(message)
        self._undo.setVisible(undo is not None)
        self.setAccessibleName(message)
        self.adjustSize()
        self.place()
        self.show()
        self.raise_()
        self._timer.start(self._theme.ms("undo" if undo else "toast"))

    def place(self) -> None:
        """Bottom centre of the window, above the strip."""
        window = self._window
        high = window.height() - self._theme.px("strip") - self.height() - self._theme.px(16)
        self.move((window.width() - self.width()) // 2, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        where = QRectF(self.rect())
        radius = t.px("radius.card")
        shape(QPainter(self), where, radius, fill=t.color("raised"), line=t.color("borderStrong"), width=1)

    def _over(self) -> None:
        """It can no longer be undone."""
        self._timer.stop()
        self.hide()
        done, self._undo_work, self._done_work = self._done_work, None, None
        if done is not None:
            done()

    def _undone(self) -> None:
        self._timer.stop()
        self._done_work = None
        self.hide()
        if self._undo_work is not None:
            self._undo_work()

    def _dress(self) -> None:
        t = self._theme
        self._row.setContentsMargins(t.px(16), t.px(8), t.px(16), t.px(8))
        self._row.setSpacing(t.px(12))
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._row.setAlignment(Qt.AlignmentFlag.AlignVCenter)
