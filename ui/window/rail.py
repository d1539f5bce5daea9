"""The left rail: the mark, the pages that work, and recent questions; only icons when the window is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from ui.window import words
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.boxes import put
from ui.window.widgets.card import Ground
from ui.window.widgets.label import Label
from ui.window.widgets.paint import focus_ring, seen_focus, shape
from ui.window.widgets.pointed import Pointed
from ui.window.widgets.row_list import RowList, RowPainter, Rows


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the window."""

    key: str
    words: str
    icon: str
    chord: str = ""


@dataclass(frozen=True, slots=True)
class RecentTalk:
    """One earlier conversation."""

    id: int
    title: str


class _NavButton(Pointed):
    def __init__(self, theme: Theme, entry: Entry, *, chord: str) -> None:
        super().__init__(entry.words)
        self._theme, self.entry = theme, entry
        self.narrow = False
        self.setCheckable(True)
        self.setAccessibleName(entry.words)
        self.setToolTip(f"{entry.words} ({chord})" if chord else entry.words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(40), self._theme.px("nav_row"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(self.rect())
        radius = t.px("radius.control")
        if self.isChecked():
            shape(painter, where, radius, fill=t.color("surface"), line=t.color("border"), width=t.px("line.hair"))
        elif self.over:
            shape(painter, where, radius, fill=t.color("pressed"))
        side = t.px(16)
        left = (where.width() - side) / 2 if self.narrow else t.px(12)
        color = t.color("local" if self.isChecked() else "text2")
        icon = QRectF(left, 0, side, where.height())
        paint_icon(painter, icon, self.entry.icon, color=color, size_px=side)
        if not self.narrow:
            painter.setFont(self.font())
            painter.setPen(t.color("text" if self.isChecked() else "text2"))
            said = where.adjusted(left + side + t.px(8), 0, 0, 0)
            painter.drawText(said, int(Qt.AlignmentFlag.AlignVCenter), self.entry.words)
        if seen_focus(self):
            focus_ring(painter, where, radius, color=t.color("focus"), width=t.px("line.focus"))

    def _dress(self) -> None:
        self.setFont(self._theme.font("control"))
        self.updateGeometry()
        self.update()


class _Mark(QWidget):
    """The house and the name."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self.narrow = theme, False
        self.setAccessibleName(words.NAME)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(40), self._theme.px("nav_row"))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        side = t.px(16)
        left = (self.width() - side) / 2 if self.narrow else t.px(12)
        house = QRectF(left, 0, side, self.height())
        paint_icon(painter, house, "house", color=t.color("local"), size_px=side, stroke=2.25)
        if not self.narrow:
            painter.setFont(t.font("heading"))
            painter.setPen(t.color("text"))
            said = QRectF(left + side + t.px(8), 0, self.width(), self.height())
            painter.drawText(said, int(Qt.AlignmentFlag.AlignVCenter), words.NAME)

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()


class _RecentRows(Rows[RecentTalk]):
    def said(self, row: RecentTalk) -> str:
        return row.title


class _RecentPainter(RowPainter):
    def high(self, row: object, width: int) -> int:
        return self.theme.px("nav_row")

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        assert isinstance(row, RecentTalk)
        t = self.theme
        painter.setFont(t.font("body"))
        painter.setPen(t.color("text2"))
        inner = where.adjusted(t.px(12), 0, -t.px(8), 0)
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), title)


class Rail(Ground):
    """`chosen` fires with the key of a page, `reopened` with the id of a conversation."""

    chosen = Signal(str)
    reopened = Signal(int)

    def __init__(
        self, theme: Theme, entries: Sequence[Entry], foot: Sequence[Entry] = (), *, parent: QWidget | None = None
    ) -> None:
        """`foot` are the pages at the lower end, without a number to call them by."""
        super().__init__(theme, "sunken", lines=("right",), parent=parent)
        self._theme, self._narrow = theme, False
        self._mark = _Mark(theme)
        upper = [_NavButton(theme, e, chord=f"Ctrl+{n}") for n, e in enumerate(entries, start=1)]
        lower = [_NavButton(theme, e, chord=e.chord) for e in foot]
        self._buttons = [*upper, *lower]
        self._recent = _RecentRows()
        self._recent_title = Label(theme, words.RECENT, step="group", color="text2")
        self._recent_list = RowList(theme, self._recent, _RecentPainter(theme), name=words.RECENT, grows=False)
        self._recent_list.chosen.connect(lambda row: self.reopened.emit(self._recent.rows[row].id))
        self._column = QVBoxLayout(self)
        self._above_recent, self._below_mark = QSpacerItem(0, 0), QSpacerItem(0, 0)
        self._column.addWidget(self._mark)
        self._column.addSpacerItem(self._below_mark)
        for button in self._buttons:
            button.clicked.connect(lambda _=False, key=button.entry.key: self.chosen.emit(key))
        put(self._column, *upper)
        self._column.addSpacerItem(self._above_recent)
        self._column.addWidget(self._recent_title)
        self._column.addWidget(self._recent_list, 1)
        self._column.addStretch()
        put(self._column, *lower)
        self.setAccessibleName(words.NAME)
        self.set_recent(())
        theme.dress(self._dress)

    def show_chosen(self, key: str) -> None:
        """Mark the page that is shown."""
        for button in self._buttons:
            button.setChecked(button.entry.key == key)

    def set_recent(self, talks: Sequence[RecentTalk]) -> None:
        """The newest conversations first."""
        self._recent.put(talks)
        self._show_recent()

    def set_narrow(self, narrow: bool) -> None:
        """Icons only, or icons and words."""
        self._narrow = narrow
        self._mark.narrow = narrow
        self._mark.update()
        for button in self._buttons:
            button.narrow = narrow
            button.update()
        self._show_recent()
        self._dress()

    def _show_recent(self) -> None:
        seen = bool(self._recent.rows) and not self._narrow
        self._recent_title.setVisible(seen)
        self._recent_list.setVisible(seen)

    def _dress(self) -> None:
        t = self._theme
        self.setFixedWidth(t.px("rail_icons" if self._narrow else "rail"))
        side = t.px(8 if self._narrow else 12)
        self._column.setContentsMargins(side, t.px(8), side + 1, t.px(12))
        self._column.setSpacing(t.px(4))
        self._recent_title.setIndent(t.px(12))
        self._above_recent.changeSize(0, t.px(12))
        self._below_mark.changeSize(0, t.px(4))
        self._column.invalidate()
