"""A line that has to be opened before Send: opening it is what the person does to say it was seen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.cloud.parcel import Waits
from ui.window.icons import paint_icon
from ui.window.theme import Theme
from ui.window.widgets.label import Label
from ui.window.widgets.paint import focus_ring, note_focus, seen_focus
from ui.window.widgets.plain_tip import plain_tip


class OpenArrow(QPushButton):
    """The line itself with its arrow."""

    def __init__(self, theme: Theme, said: str) -> None:
        super().__init__(said)
        self._theme = theme
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(said)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(196), self._theme.px("target_min"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        where = QRectF(self.rect())
        side = t.px(16)
        seen = self.isChecked()
        color = t.color("text2" if seen else "warn")
        icon = "check" if seen else "triangle-alert"
        paint_icon(painter, QRectF(0, 0, side, where.height()), icon, color=color, size_px=side)
        painter.setFont(self.font())
        painter.setPen(t.color("text"))
        left = t.px(24)
        room = where.width() - left - side - t.px(12)
        said = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room))
        plain_tip(self, self.text() if said != self.text() else "")
        painter.drawText(QRectF(left, 0, room, where.height()), int(Qt.AlignmentFlag.AlignVCenter), said)
        arrow = QRectF(where.width() - side, 0, side, where.height())
        name = "chevron-down" if seen else "chevron-right"
        paint_icon(painter, arrow, name, color=t.color("text2"), size_px=side)
        if seen_focus(self):
            focus_ring(painter, where, t.px("radius.control"), color=t.color("focus"), width=t.px("line.focus"))

    def _dress(self) -> None:
        self.setFont(self._theme.font("control"))
        self.updateGeometry()
        self.update()


class OpenedLine(QWidget):
    """`opened` fires the first time; it can be shut again and stays acknowledged."""

    opened = Signal()

    def __init__(self, theme: Theme, waits: Waits, *, already: bool) -> None:
        super().__init__()
        self._theme, self.waits, self.seen = theme, waits, already
        self.arrow = OpenArrow(theme, waits.says)
        self._detail = Label(theme, waits.detail, color="text2", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.arrow)
        self._column.addWidget(self._detail)
        self.arrow.setChecked(already)
        self._detail.setVisible(already)
        self.arrow.clicked.connect(self._clicked)
        theme.dress(self._dress)

    def _clicked(self) -> None:
        shown = not self._detail.isVisibleTo(self)
        self._detail.setVisible(shown)
        self.arrow.setChecked(True)
        if not self.seen:
            self.seen = True
            self.opened.emit()

    def _dress(self) -> None:
        t = self._theme
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(t.px(4))
        self._detail.setIndent(0)
        self._detail.setContentsMargins(0, 0, 0, 0)
