"""This computer's memory as a bar: other programs, the model, room for reading, free, and a tick where it ends."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.fit import MemoryRoom
from ui.window import models_words as words
from ui.window.theme import Theme
from ui.window.widgets.paint import shape

COLORS = {
    words.OTHER_PROGRAMS: ("borderStrong", 1.0),
    words.MODEL: ("local", 1.0),
    words.ROOM_FOR_READING: ("local", 0.45),
    words.FREE: ("border", 1.0),
}
"""Token and how much of it, for each part."""
_ROOM_BEYOND = 0.08


class MemoryBar(QWidget):
    """`small` is the thin one of a row: it has the tick, and what does not fit stands out beyond it in amber."""

    def __init__(self, theme: Theme, room: MemoryRoom, *, small: bool = False) -> None:
        super().__init__()
        self._theme, self._small, self.room = theme, small, room
        self.setSizePolicy(
            QSizePolicy.Policy.Fixed if small else QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        )
        self.show_room(room)
        theme.changed.connect(self.updateGeometry)

    def show_room(self, room: MemoryRoom) -> None:
        """Other amounts."""
        self.room = room
        self.setAccessibleName(words.bar_said(room))
        self.update()

    def sizeHint(self) -> QSize:
        t = self._theme
        return QSize(t.px(160), t.px(16)) if self._small else QSize(t.px(160), t.px(12))

    def paintEvent(self, event: QPaintEvent) -> None:
        t, room = self._theme, self.room
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = t.px(6 if self._small else 12)
        wide = self.width() * ((1 - _ROOM_BEYOND) if self._small or room.over_bytes else 1.0)
        top = (self.height() - high) / 2
        track = QRectF(0, top, wide, high)
        painter.save()
        inside = QPainterPath()
        inside.addRoundedRect(QRectF(0, top, self.width() if room.over_bytes else wide, high), high / 2, high / 2)
        painter.setClipPath(inside)
        self._paint_parts(painter, track)
        if room.over_bytes:
            painter.fillRect(QRectF(wide, top, self.width() - wide, high), t.color("warn"))
        painter.restore()
        if self._small or room.over_bytes:
            reach = t.px(4)
            painter.fillRect(QRectF(round(wide) - 1, top - reach, t.px(2), high + 2 * reach), t.color("text2"))

    def _paint_parts(self, painter: QPainter, track: QRectF) -> None:
        t, whole = self._theme, max(1, self.room.total_bytes)
        painter.fillRect(track, t.color("border"))
        at, gap = track.left(), max(1, t.px("line.hair"))
        parts = [(name, held) for name, held in words.bar_parts(self.room) if name != words.FREE]
        for name, held in parts:
            # A part too small to be seen is still drawn: it is there.
            wide = max(2 * gap, track.width() * held / whole) if held else 0.0
            end = min(track.right(), at + wide)
            token, share = COLORS[name]
            color = t.color(token)
            color.setAlphaF(share)
            painter.fillRect(QRectF(at, track.top(), end - at, track.height()), t.color("surface"))
            painter.fillRect(QRectF(at, track.top(), end - at, track.height()), color)
            painter.fillRect(QRectF(end - gap / 2, track.top(), gap, track.height()), t.color("surface"))
            at = end


class Legend(QWidget):
    """The parts of the bar by name and size, as many in a line as there is room for."""

    def __init__(self, theme: Theme, room: MemoryRoom) -> None:
        super().__init__()
        self._theme, self._parts = theme, words.bar_parts(room)
        self.setAccessibleName(words.bar_said(room))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        wide = sum(self._wide(name, held) for name, held in self._parts)
        return QSize(wide, self._theme.line_px("body"))

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._wide(name, held) for name, held in self._parts), self._theme.line_px("body"))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._theme.line_px("body") * (self._places(width)[-1][1] + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter = QPainter(self)
        line, side = t.line_px("body"), t.px(12)
        for (name, held), (left, number) in zip(self._parts, self._places(self.width()), strict=True):
            top = number * line
            spot = QRectF(left, top + (line - side) / 2, side, side)
            token, share = COLORS[name]
            color = t.color(token)
            color.setAlphaF(share)
            shape(painter, spot, t.px("radius.quote"), fill=color)
            at = left + side + t.px(8)
            for said, font, ink in ((name, t.font("body"), "text2"), (words.amount(held), self._figures(), "text")):
                painter.setFont(font)
                painter.setPen(t.color(ink))
                wide = QFontMetrics(font).horizontalAdvance(said)
                painter.drawText(QRectF(at, top, wide + 2, line), int(Qt.AlignmentFlag.AlignVCenter), said)
                at += wide + t.px(8)

    def _figures(self) -> QFont:
        return self._theme.font("control", tabular=True)

    def _wide(self, name: str, held: int) -> int:
        t = self._theme
        said = QFontMetrics(t.font("body")).horizontalAdvance(name)
        figures = QFontMetrics(self._figures()).horizontalAdvance(words.amount(held))
        return t.px(12) + 2 * t.px(8) + said + figures + t.px(20)

    def _places(self, width: int) -> list[tuple[int, int]]:
        """(left, line) of each part."""
        places, at, line = [], 0, 0
        for name, held in self._parts:
            wide = self._wide(name, held)
            if at and at + wide - self._theme.px(20) > width:
                at, line = 0, line + 1
            places.append((at, line))
            at += wide
        return places
