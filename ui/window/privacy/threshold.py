"""The month as a line: dashes that cross it upwards are what left, a ring below is what was stopped in time."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.window import privacy_words as words
from ui.window.privacy.privacy_house import Crossing, Month
from ui.window.theme import Theme
from ui.window.widgets.paint import dash_pen, focus_ring, note_focus, seen_focus, shape

_FEW_WORDS, _MOST_WORDS = 50, 20_000
"""A question alone, and a whole report: as low and as high as the chart goes."""
_LEFT_PX, _LINE_AT_PX, _HIGH_PX, _LEAST_PX = 64, 52, 84, 12


@dataclass(frozen=True, slots=True)
class _Spot:
    """A mark where it stands: `x` on the line, `y` of its end."""

    crossing: Crossing
    x: float
    y: float


class Threshold(QWidget):
    """`chosen` fires with the entry of a mark: by a click, or with the arrows and Enter."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._month: Month | None = None
        self._at = -1
        self._kept: tuple[tuple[int, float], list[_Spot]] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words.PRIVACY)
        theme.dress(self._dress)

    def show_month(self, month: Month) -> None:
        """Another month, or more in it."""
        self._month = month
        self._at, self._kept = -1, None
        self.setAccessibleName(words.threshold_sentence(month))
        self.setAccessibleDescription("")
        self.update()

    def place_of(self, entry: int) -> QPointF | None:
        """Where the mark of an entry ends; None when it has none."""
        return next((QPointF(spot.x, spot.y) for spot in self._spots if spot.crossing.entry == entry), None)

    # ------------------------------------------------------------ Qt's side

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px("panel_min"), self._theme.px(_HIGH_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(196), self._theme.px(_HIGH_PX))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        marks = self._month.crossings if self._month is not None else ()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and marks:
            self._at = max(0, min(len(marks) - 1, self._at + step)) if self._at >= 0 else len(marks) - 1
            self._say_mark()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and 0 <= self._at < len(marks):
            self.chosen.emit(marks[self._at].entry)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        note_focus(self, event.reason())
        super().focusInEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._near(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self._near(event.position())
        if spot is not None:
            self.chosen.emit(spot.crossing.entry)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip and self._month is not None:
            spot = self._near(QPointF(event.pos()))
            said = words.crossing(spot.crossing, self._month.now) if spot is not None else ""
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._month is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_words(painter, self._month)
        self._paint_line(painter, self._month)
        marks = self._month.crossings
        pointed = marks[self._at].entry if 0 <= self._at < len(marks) else 0
        for spot in self._seen():
            self._paint_mark(painter, spot, pointed=spot.crossing.entry == pointed)
        if seen_focus(self):
            ring, t = QRectF(self.rect()), self._theme
            focus_ring(painter, ring, t.px("radius.control"), color=t.color("focus"), width=t.px("line.focus"))

    # ------------------------------------------------------------ drawing

    def _paint_words(self, painter: QPainter, month: Month) -> None:
        t = self._theme
        line, half = t.px(_LINE_AT_PX), t.line_px("meta")
        painter.setFont(t.font("meta", tabular=True))
        painter.setPen(t.color("text2"))
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(0, 0, t.px(_LEFT_PX), half + t.px(8)), left, words.OUTSIDE)
        painter.drawText(QRectF(0, line + t.px(4), t.px(_LEFT_PX), half), left, words.IN_HERE)
        low, middle = line + t.px(12), int(Qt.AlignmentFlag.AlignCenter)
        metrics = painter.fontMetrics()
        now = words.moment(month.now)
        days = _days(month.now)
        today = words.day_of_month(month.now)
        wide = metrics.horizontalAdvance(today)
        at = self._x(month.now)
        mine = QRectF(min(at - wide / 2, self.width() - wide), low, wide + 2, half)
        ends = ((1, 0.0), (days, self.width() - metrics.horizontalAdvance(str(days)) / 2))
        for day, centre in ends:
            said = str(day)
            about = metrics.horizontalAdvance(said)
            x = centre or self._start() + about / 2
            where = QRectF(x - about / 2 - 1, low, about + 2, half)
            if day != now.day and not where.adjusted(-t.px(12), 0, t.px(12), 0).intersects(mine):
                painter.drawText(where, middle, said)
        painter.setPen(t.color("text"))
        painter.drawText(mine, middle, today)

    def _paint_line(self, painter: QPainter, month: Month) -> None:
        t = self._theme
        y, thick, now = float(t.px(_LINE_AT_PX)), t.px(2), self._x(month.now)
        rest = QRectF(now, y - thick / 2, self.width() - now, thick)
        shape(painter, rest, thick / 2, fill=t.color("border"))
        past = QRectF(self._start(), y - thick / 2, now - self._start(), thick)
        shape(painter, past, thick / 2, fill=t.color("local"))

    def _paint_mark(self, painter: QPainter, spot: _Spot, *, pointed: bool) -> None:
        t = self._theme
        y, dot = float(t.px(_LINE_AT_PX)), t.px(6 if pointed else 4)
        if spot.crossing.left:
            painter.setPen(dash_pen(t.color("cloud"), t.px(2)))
            painter.drawLine(QPointF(spot.x, y - 1), QPointF(spot.x, spot.y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.color("cloud"))
            painter.drawEllipse(QPointF(spot.x, spot.y), dot, dot)
            return
        painter.setPen(QPen(t.color("local"), t.px(2)))
        painter.setBrush(t.color("window"))
        painter.drawLine(QPointF(spot.x, y), QPointF(spot.x, spot.y - dot))
        painter.drawEllipse(QPointF(spot.x, spot.y), dot, dot)

    # ------------------------------------------------------------ places

    def _start(self) -> float:
        return float(self._theme.px(_LEFT_PX))

    def _x(self, at: float) -> float:
        first, last = _month_of(self._month.now) if self._month is not None else (0.0, 1.0)
        share = max(0.0, min(1.0, (at - first) / (last - first)))
        return self._start() + (self.width() - self._start()) * share

    @property
    def _spots(self) -> list[_Spot]:
        """Where every mark is, reckoned once for a month and a width."""
        place = (self.width(), self._theme.scale)
        if self._kept is None or self._kept[0] != place:
            self._kept = (place, self._reckon())
        return self._kept[1]

    def _reckon(self) -> list[_Spot]:
        t = self._theme
        line, top = t.px(_LINE_AT_PX), t.px(8)
        spots = []
        for one in self._month.crossings if self._month is not None else ():
            share = math.log(max(1, one.words) / _FEW_WORDS) / math.log(_MOST_WORDS / _FEW_WORDS)
            share = max(0.0, min(1.0, share))
            high = t.px(_LEAST_PX) + share * (line - top - t.px(_LEAST_PX))
            spots.append(_Spot(one, self._x(one.at), line - high if one.left else line + t.px(8)))
        return spots

    def _seen(self) -> Sequence[_Spot]:
        """One mark a pixel and side: of many at the same place the highest."""
        highest: dict[tuple[int, bool], _Spot] = {}
        for spot in self._spots:
            key = (round(spot.x), spot.crossing.left)
            if key not in highest or spot.y < highest[key].y:
                highest[key] = spot
        return list(highest.values())

    def _near(self, point: QPointF) -> _Spot | None:
        reach = self._theme.px(12)
        line = self._theme.px(_LINE_AT_PX)
        above = point.y() < line
        near = [spot for spot in self._seen() if abs(spot.x - point.x()) <= reach and spot.crossing.left == above]
        return min(near, key=lambda spot: abs(spot.x - point.x()), default=None)

    def _say_mark(self) -> None:
        if self._month is not None:
            self.setAccessibleDescription(words.crossing(self._month.crossings[self._at], self._month.now))
        self.update()

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()


def _days(at: float) -> int:
    when = words.moment(at)
    return monthrange(when.year, when.month)[1]


@lru_cache(maxsize=4)
def _month_of(at: float) -> tuple[float, float]:
    """When the month of a moment began and ends, seconds since 1970."""
    first = words.moment(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.timestamp(), (first + timedelta(days=_days(at))).timestamp()
