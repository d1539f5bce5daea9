"""The conversation as it stands: turns under each other, following the newest text until the person scrolls up."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ui.window import words
from ui.window.ask.turn import Turn
from ui.window.theme import Theme
from ui.window.widgets.push import Push

_NEAR_END_PX = 24


class Thread(QScrollArea):
    """Scrolls the turns in a column of at most the composer's width, centred."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._following = theme, True
        self.turns: list[Turn] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(words.ASK)
        self._sheet = QWidget()
        self._sheet.setAccessibleName(words.ASK)
        self._column = QVBoxLayout(self._sheet)
        self._column.addStretch()
        self.setWidget(self._sheet)
        self.viewport().setAutoFillBackground(False)
        self._sheet.setAutoFillBackground(False)
        self._newest = Push(theme, words.NEWEST, kind="plain", icon="arrow-down", parent=self)
        self._newest.hide()
        self._newest.clicked.connect(self.follow)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._range_changed)
        bar.valueChanged.connect(self._moved)
        self.viewport().installEventFilter(self)
        theme.dress(self._dress)

    def add(self, turn: Turn) -> None:
        """One more turn at the end."""
        self.turns.append(turn)
        self._column.insertWidget(self._column.count() - 1, turn)
        self.follow()

    def clear(self) -> None:
        """An empty conversation."""
        for turn in self.turns:
            turn.over = True  # what still comes for it is shown nowhere
            self._column.removeWidget(turn)
            turn.deleteLater()
        self.turns.clear()
        self._following = True
        self._newest.hide()

    def follow(self) -> None:
        """Go to the end and stay there while text comes."""
        self._following = True
        self._newest.hide()
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    @property
    def following(self) -> bool:
        """Whether the view moves with the newest text."""
        return self._following

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Only a person's own wheel or key stops the following; a layout that grows does not.
        if event.type() is QEvent.Type.Wheel:
            self._check_following_soon()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress()

    def _check_following_soon(self) -> None:
        bar = self.verticalScrollBar()
        bar.setProperty("byPerson", True)

    def _moved(self, value: int) -> None:
        bar = self.verticalScrollBar()
        at_end = value >= bar.maximum() - self._theme.px(_NEAR_END_PX)
        if at_end:
            self._following = True
        elif bar.property("byPerson") or bar.isSliderDown():
            self._following = False
        bar.setProperty("byPerson", False)
        self._newest.setVisible(not self._following)

    def _range_changed(self, low: int, high: int) -> None:
        if self._following:
            self.verticalScrollBar().setValue(high)
        self._dress()

    def _dress(self) -> None:
        t = self._theme
        side = max(t.px(32), (self.width() - t.px("composer_max")) // 2)
        # The scroll bar takes its place from the margin, so that the cards stay in line with the composer.
        bar = self.width() - self.viewport().width()
        self._column.setContentsMargins(side, t.px(24), side - bar, t.px(24))
        self._column.setSpacing(t.px(32))
        hint = self._newest.sizeHint()
        self._newest.setGeometry((self.width() - hint.width()) // 2, self.height() - hint.height() - t.px(12),
                                 hint.width(), hint.height())  # fmt: skip
