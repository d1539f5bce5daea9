"""A few numbered steps beside the button that asked for them; Escape, a click elsewhere or the button close it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.window.theme import Theme
from ui.window.widgets.floating import Floating
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push


class Popover(Floating):
    """Says a title and steps, beside the button that asked."""

    def __init__(self, theme: Theme, window: QWidget, *, close: str) -> None:
        super().__init__(theme, window)
        self.title = Label(theme, step="heading", wrap=True)
        self.steps: list[Label] = []
        self.close_button = Push(theme, close, kind="icon", icon="x")
        self.close_button.clicked.connect(self.leave)
        self._head, self._lines, self._all = QHBoxLayout(), QVBoxLayout(), QVBoxLayout(self)
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.close_button)
        self._all.addLayout(self._head)
        self._all.addLayout(self._lines)
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
        self._place(beside)
        self.stand(beside=beside, first=self.close_button)

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
