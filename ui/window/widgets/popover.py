"""A few numbered steps beside the button that asked for them; Escape, a click elsewhere or the button close it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.paint import seen_focus, shape
from ui.window.widgets.push import Push


class Popover(QWidget):
    """Floats inside the window over everything, with its own painted shadow."""

    def __init__(self, theme: Theme, window: QWidget, *, close: str) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._back_to: QWidget | None = None
        self.title = Label(theme, step="heading", wrap=True)
        self.steps: list[Label] = []
        self.close_button = Push(theme, close, kind="icon", icon="x")
        self.close_button.clicked.connect(self.leave)
        self._head, self._lines, self._all = QHBoxLayout(), QVBoxLayout(), QVBoxLayout(self)
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.close_button)
        self._all.addLayout(self._head)
        self._all.addLayout(self._lines)
        self.hide()
        theme.dress(self._dress)

    def say(self, title: str, steps: Sequence[str], *, beside: QWidget) -> None:
        """Stand below a widget, moved to stay whole inside the window; the last step is a remark without a number."""
        self.title.setText(title)
        for old in self.steps:
            self._lines.removeWidget(old)
            old.deleteLater()
        self.steps = []
        for number, step in enumerate(steps, start=1):
            text = step if number == len(steps) else f"{number}. {step}"
            label = Label(self._theme, text, color="text2" if number == len(steps) else "text", wrap=True)
            self._lines.addWidget(label)
            self.steps.append(label)
        self.setAccessibleName(f"{title}: {' '.join(steps)}")
        self._back_to = beside
        self._place(beside)
        self.show()
        self.raise_()
        reason = Qt.FocusReason.TabFocusReason if seen_focus(beside) else Qt.FocusReason.PopupFocusReason
        self.close_button.setFocus(reason)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def leave(self) -> None:
        """Close it; the keyboard goes back to where it was."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        back, self._back_to = self._back_to, None
        had_keyboard = self.isAncestorOf(self.focusWidget() or self)
        self.hide()
        if back is not None and had_keyboard and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            if not self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint())):
                self.leave()
        elif event.type() is QEvent.Type.Resize and watched is self._window:
            self.leave()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        depth = t.px(24)
        inner = QRectF(self.rect()).adjusted(depth, t.px(12), -depth, -depth)
        radius = t.px("radius.popover")
        shadow = t.color("shadow")
        shadow.setAlphaF(shadow.alphaF() / 10)
        for grow in range(depth, 0, -2):
            shape(painter, inner.adjusted(-grow, -grow / 2, grow, grow), radius + grow, fill=shadow)
        shape(painter, inner, radius, fill=t.color("raised"), line=t.color("border"), width=1)

    def _place(self, beside: QWidget) -> None:
        window, t = self._window, self._theme
        width = min(t.px("popover") + 2 * t.px(24), window.width())
        self.setFixedWidth(width)
        self.setFixedHeight(min(self._all.heightForWidth(width), window.height()))
        corner = beside.mapTo(window, QPoint(beside.width(), beside.height()))
        left = min(max(0, corner.x() - width + t.px(24)), window.width() - width)
        top = corner.y() - t.px(8)
        if top + self.height() > window.height():
            top = max(0, corner.y() - beside.height() - self.height() + t.px(16))
        self.move(left, top)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(t.px(24) + t.px(16), t.px(12) + t.px(12), t.px(24) + t.px(12), t.px(24) + t.px(16))
        self._all.setSpacing(t.px(8))
        self._head.setSpacing(t.px(8))
        self._lines.setSpacing(t.px(4))
