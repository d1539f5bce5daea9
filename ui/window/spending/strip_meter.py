"""The right end of the strip: what the cloud cost this month, or that it is off or shut; press it for the account."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.window import spending_words as words
from ui.window.icons import paint_icon
from ui.window.privacy.privacy_house import CloudLook
from ui.window.theme import Theme
from ui.window.widgets.budget_bar import paint_budget
from ui.window.widgets.paint import focus_ring, seen_focus, shape
from ui.window.widgets.pointed import Pointed

_BAR_PX, _PAD_PX = 84, 8


class StripMeter(Pointed):
    """Words, bar, amount; the words go first where it is narrow, then the bar."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cloud: CloudLook | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def show_look(self, look: CloudLook | None) -> None:
        """How the cloud stands; None while the house is not open."""
        self._cloud = look
        self._dress()

    @property
    def line(self) -> str:
        """Everything it says."""
        alone = words.strip_right(self._cloud)
        if alone or self._cloud is None:
            return alone
        return f"{words.CLOUD_THIS_MONTH} {words.of_budget(self._cloud.spent, self._cloud.limit)}"

    def sizeHint(self) -> QSize:
        return QSize(self._wide(self._alone or (words.CLOUD_THIS_MONTH, self._amount)), self._theme.px("target_min"))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._wide(self._alone or ("", self._amount), bar=False), self._theme.px("target_min"))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter, where = QPainter(self), QRectF(self.rect())
        radius = t.px("radius.segment")
        if self.over or self.isDown():
            shape(painter, where, radius, fill=t.color("pressed"))
        inner = where.adjusted(t.px(_PAD_PX), 0, -t.px(_PAD_PX), 0)
        if self._alone:
            self._paint_alone(painter, inner)
        else:
            self._paint_meter(painter, inner)
        if seen_focus(self):
            focus_ring(painter, where, radius, color=t.color("focus"), width=t.px("line.focus"))

    def _paint_alone(self, painter: QPainter, where: QRectF) -> None:
        t = self._theme
        blocked = self._cloud is not None and self._cloud.blocked
        painter.setFont(t.font("state" if blocked else "meta"))
        painter.setPen(t.color("localText" if blocked else "text2"))
        if blocked:
            side = t.px(14)
            mark = QRectF(where.left(), where.top(), side, where.height())
            paint_icon(painter, mark, "lock", color=t.color("local"), size_px=side)
        painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._alone[0])

    def _paint_meter(self, painter: QPainter, where: QRectF) -> None:
        t, look = self._theme, self._cloud
        assert look is not None
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(t.font("state", tabular=True))
        painter.setPen(t.color("text"))
        painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | middle), self._amount)
        right = where.right() - painter.fontMetrics().horizontalAdvance(self._amount) - t.px(12)
        if right - where.left() >= t.px(_BAR_PX):
            bar = QRectF(right - t.px(_BAR_PX), where.center().y() - t.px(4) / 2, t.px(_BAR_PX), t.px(4))
            paint_budget(painter, bar, t, spent=look.spent, held=look.held, limit=look.limit)
            right = bar.left() - t.px(12)
        painter.setFont(t.font("meta"))
        painter.setPen(t.color("text2"))
        if right - where.left() >= painter.fontMetrics().horizontalAdvance(words.CLOUD_THIS_MONTH):
            rest = QRectF(where.left(), where.top(), right - where.left(), where.height())
            painter.drawText(rest, int(Qt.AlignmentFlag.AlignRight | middle), words.CLOUD_THIS_MONTH)

    @property
    def _alone(self) -> tuple[str, ...]:
        said = words.strip_right(self._cloud)
        return (said,) if said else ()

    @property
    def _amount(self) -> str:
        return words.of_budget(self._cloud.spent, self._cloud.limit) if self._cloud is not None else ""

    def _wide(self, parts: tuple[str, ...], *, bar: bool = True) -> int:
        t = self._theme
        metrics = QFontMetrics(t.font("state", tabular=True))
        wide = sum(metrics.horizontalAdvance(part) for part in parts) + 2 * t.px(_PAD_PX) + 4
        if self._alone:
            blocked = self._cloud is not None and self._cloud.blocked
            return wide + (t.px(14) + t.px("icon_to_word") if blocked else 0)
        return wide + (t.px(_BAR_PX) + 2 * t.px(12) if bar else 0)

    def _dress(self) -> None:
        self.setAccessibleName(self.line or words.CLOUD_THIS_MONTH)
        self.updateGeometry()
        self.update()
