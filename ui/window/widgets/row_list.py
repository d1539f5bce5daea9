"""A list whose rows are painted: model and view, one tab stop, arrows move, Enter or a click chooses a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.window.theme import Theme
from ui.window.widgets.paint import focus_ring, shape

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Rows(QAbstractListModel, Generic[Row]):
    """Holds the rows as plain values. `said` turns one into the words a screen reader speaks."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def said(self, row: Row) -> str:
        """The whole row in words."""
        return str(row)

    def put(self, rows: Sequence[Row]) -> None:
        """Replace all rows; when only their contents changed nothing moves."""
        if len(rows) == len(self.rows):
            self.rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def add(self, rows: Sequence[Row]) -> None:
        """More rows at the end."""
        if rows:
            self.beginInsertRows(_NOWHERE, len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows += rows
            self.endInsertRows()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.said(self.rows[index.row()])
        return None


class RowPainter(QStyledItemDelegate):
    """Paints the ground of a row (pointed, chosen, focused); what stands on it comes from `content`."""

    inset_px = 0
    """How far the ground reaches beyond the words on either side."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme

    def high(self, row: object, width: int) -> int:
        """Height of one row in pixels."""
        return self.theme.px("row")

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        """Draw the row's words and icons."""
        raise AssertionError("every list paints its own rows")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        assert isinstance(model, Rows)
        width = option.rect.width()
        return QSize(0, self.high(model.rows[index.row()], width))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, Rows)
        view = option.widget
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        acts = not isinstance(view, RowList) or view.acts
        over = acts and bool(option.state & QStyle.StateFlag.State_MouseOver)
        where = QRectF(option.rect)
        painter.save()
        radius = self.theme.px("radius.row")
        if chosen or over:
            shape(painter, where, radius, fill=self.theme.color("selection" if chosen else "hover"))
        current = isinstance(view, RowList) and view.by_keyboard and view.currentIndex() == index
        self.content(painter, where, model.rows[index.row()], chosen=chosen)
        if current and view.hasFocus():
            focus_ring(painter, where, radius, color=self.theme.color("focus"), width=self.theme.px("line.focus"))
        painter.restore()


class RowList(QListView):
    """The view. `chosen` fires with the row's number. `grows` makes it as high as its rows, without a scroll bar;
    without `acts` the rows are only read."""

    chosen = Signal(int)

    def __init__(
        self, theme: Theme, rows: Rows[Row], painter: RowPainter, *, name: str, grows: bool = True,
        acts: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self._theme, self._painter, self._grows = theme, painter, grows
        self.by_keyboard, self.acts = False, acts
        self.setModel(rows)
        self.setItemDelegate(painter)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        if grows:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            for signal in (rows.modelReset, rows.rowsInserted):
                signal.connect(self._fit)
        self.clicked.connect(self._clicked)
        theme.dress(self._dress)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(196), self._needed())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(48), self._needed() if self._grows else self._theme.px("row"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
            return
        self.by_keyboard = True
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.by_keyboard = event.reason() in keys
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))
        super().focusInEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress:
            self.by_keyboard = False
        if self.acts and event.type() in (QEvent.Type.HoverMove, QEvent.Type.MouseMove):
            over = self.indexAt(event.position().toPoint()).isValid()  # type: ignore[attr-defined]  # both carry a position
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        return super().viewportEvent(event)

    def row_rect(self, row: int) -> QRect:
        """Where a row is, in the viewport."""
        return self.visualRect(self.model().index(row, 0))

    def _needed(self) -> int:
        rows = self.model()
        assert isinstance(rows, Rows)
        return sum(self._painter.high(row, self.width()) for row in rows.rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._grows and event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()  # the height of a row follows from the width
        if self._grows and self.height() != self._needed():
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self._needed())
        self.updateGeometry()

    def _dress(self) -> None:
        if self._grows:
            self._fit()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(index.row())
