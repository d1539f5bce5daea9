"""The top of the envelope: what it is, who it goes to, how much of it may go, and a count true of the bytes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.cloud.parcel import Level
from ui.window.cloud import cloud_words as words
from ui.window.cloud.cloud_house import Addressee, Destination
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.paint import focus_ring, note_focus, seen_focus, shape
from ui.window.widgets.plain_tip import plain_tip
from ui.window.widgets.push import Push

_WIDE_ENOUGH = 560


class AddresseePill(QPushButton):
    """Who it goes to; pressing it lists the others that could be asked."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._own = theme, False
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def say(self, whom: Addressee) -> None:
        """Another one."""
        self._own = whom.own_network
        self.setText(whom.whole)
        self.setAccessibleName(f"{words.TO} {whom.whole}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        t = self._theme
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(wide + t.px(14) + t.px("icon_to_word") + 2 * t.px(12), t.px("pill"))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(96), self._theme.px("pill"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(self.rect())
        shape(painter, where, where.height() / 2, fill=t.color("pressed" if self.isDown() else "cloudSoft"))
        left, side = t.px(12), t.px(14)
        icon = "house" if self._own else "hotel"
        paint_icon(painter, QRectF(left, 0, side, where.height()), icon, color=t.color("cloudText"), size_px=side)
        left += side + t.px("icon_to_word")
        painter.setFont(self.font())
        painter.setPen(t.color("cloudText"))
        room = self.width() - left - t.px(12) + 2
        said = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        plain_tip(self, self.text() if said != self.text() else "")
        painter.drawText(QRectF(left, 0, room, where.height()), int(Qt.AlignmentFlag.AlignVCenter), said)
        if seen_focus(self):
            focus_ring(painter, where, where.height() / 2, color=t.color("focus"), width=t.px("line.focus"))

    def _dress(self) -> None:
        self.setFont(self._theme.font("control"))
        self.updateGeometry()
        self.update()


class SheetHead(QWidget):
    """`level_chosen` and `model_chosen` (provider, model) change the wish; `refine_chosen` swaps documents for the
    answer made here."""

    level_chosen = Signal(Level)
    model_chosen = Signal(str, str)
    refine_chosen = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._levels: Sequence[Level] = ()
        self._destinations: Sequence[Destination] = ()
        self._level, self._refine, self._refinable = Level.SNIPPETS, False, False
        self._chosen = ("", "")
        self._title = Label(theme, words.TITLE, step="sheet_title")
        self.level = Push(theme, "", kind="quiet", icon="chevron-down")
        self.pill = AddresseePill(theme)
        self._first, self._second, self._rows = (
            QHBoxLayout(),
            QHBoxLayout(),
            QBoxLayout(QBoxLayout.Direction.LeftToRight),
        )
        self._first.addWidget(IconMark(theme, "cloud", color="cloud", side=20, name=words.CLOUD))
        self._first.addWidget(self._title)
        self._first.addStretch()
        self._second.addWidget(self.level)
        self._second.addWidget(Label(theme, words.TO, color="text2"))
        self._second.addWidget(self.pill)
        self._second.addStretch()
        self._rows.addLayout(self._first, 1)
        self._rows.addLayout(self._second)
        self.count = Label(theme, color="text2", wrap=True, tabular=True)
        self._all = QVBoxLayout(self)
        self._all.addLayout(self._rows)
        self._all.addWidget(self.count)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.level.clicked.connect(self._level_menu)
        self.pill.clicked.connect(self._model_menu)
        theme.dress(self._dress)

    def take_back(self, count: Label) -> None:
        """The count stands here again."""
        self._all.addWidget(count)

    def show_choices(self, levels: Sequence[Level], destinations: Sequence[Destination], *, refinable: bool) -> None:
        """What can be chosen for this question."""
        self._levels, self._destinations, self._refinable = levels, destinations, refinable

    def show_chosen(self, whom: Addressee, level: Level, *, provider: str, model: str, refine: bool) -> None:
        """What is chosen."""
        self._level, self._refine, self._chosen = level, refine, (provider, model)
        self.pill.say(whom)
        self.level.setVisible(len(self._levels) > 1 or self._refinable)
        self.level.set_words(words.LEVELS[level][0])
        self.level.setAccessibleName(f"{words.LEVEL_MENU}: {words.LEVELS[level][0]}")
        self.level.setToolTip(words.LEVEL_MENU)

    # ------------------------------------------------------------ menus

    def level_menu(self) -> QMenu:
        """The levels, least first, each with the line it may print."""
        menu = QMenu(self)
        for level in self._levels:
            name, says = words.LEVELS[level]
            action = menu.addAction(f"{name} · {says}")
            action.setCheckable(True)
            action.setChecked(level is self._level and not self._refine)
            action.triggered.connect(lambda _, level=level: self.level_chosen.emit(level))
        if self._refinable:
            menu.addSeparator()
            action = menu.addAction(words.REFINE)
            action.setCheckable(True)
            action.setChecked(self._refine)
            action.triggered.connect(self.refine_chosen)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _level_menu(self) -> None:
        self.level_menu().popup(self.level.mapToGlobal(QPoint(0, self.level.height() + 4)))

    def _model_menu(self) -> None:
        menu = QMenu(self)
        for one in self._destinations:
            for model in one.models:
                action = menu.addAction(Addressee(one.name, model).whole)
                action.setCheckable(True)
                action.setChecked((one.id, model) == self._chosen)
                action.triggered.connect(lambda _, to=(one.id, model): self.model_chosen.emit(*to))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.pill.mapToGlobal(QPoint(0, self.pill.height() + 4)))

    # ------------------------------------------------------------ Qt's side

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= self._theme.px(_WIDE_ENOUGH)
        across = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._rows.direction() != across:
            self._rows.setDirection(across)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(t.px(12))
        self._rows.setSpacing(t.px(8))
        self._first.setSpacing(t.px(8))
        self._second.setSpacing(t.px(8))
