"""One parcel as a row of two lines: day, question, price; time, to whom and how much, and what became of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from ui.window import privacy_words as words
from ui.window.icons import paint_icon
from ui.window.privacy.privacy_house import ConnectionLine, SentLine, SentState
from ui.window.theme import Theme
from ui.window.widgets.paged_rows import PagedRows
from ui.window.widgets.row_list import RowPainter
from ui.window.widgets.state import StateLook, paint_state, state_width

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LEFT, _RIGHT = int(Qt.AlignmentFlag.AlignLeft | _MIDDLE), int(Qt.AlignmentFlag.AlignRight | _MIDDLE)
_ICONS = {
    SentState.ANSWERED: ("check", "ok"),
    SentState.STOPPED_IN_TIME: ("circle-stop", "ok"),
    SentState.STOPPED: ("circle-stop", "text2"),
    SentState.FAILED_BEFORE: ("circle-stop", "text2"),
    SentState.FAILED_AFTER: ("triangle-alert", "warn"),
    SentState.UNCONFIRMED: ("triangle-alert", "warn"),
    SentState.CLOSED: ("triangle-alert", "warn"),
    SentState.UNDER_WAY: ("send", "cloudText"),
}
LOOKS = {state: StateLook(icon, words.STATES[state], color) for state, (icon, color) in _ICONS.items()}


class SentRows(PagedRows[SentLine]):
    """What left and what was stopped, newest first."""

    now = 0.0

    def said(self, row: SentLine) -> str:
        when = f"{words.day(row.at, self.now)} {words.minute(row.at)}"
        parts = (when, words.question_of(row), words.row_price(row), words.row_what(row))
        return ", ".join((*parts, words.STATES[row.state]))


class _TwoLines(RowPainter):
    """The frame both lists share: a column of days at the left, two lines beside it."""

    def high(self, row: object, width: int) -> int:
        return self.theme.px("row_two_lines")

    def when(self, painter: QPainter, where: QRectF, at: float, now: float) -> tuple[QRectF, QRectF]:
        """Draw day and time; the two lines that are left beside them."""
        t = self.theme
        inner = where.adjusted(t.px(12), t.px(8), -t.px(12), -t.px(8))
        upper = QRectF(inner.left(), inner.top(), inner.width(), t.line_px("quote"))
        lower = QRectF(inner.left(), upper.bottom(), inner.width(), t.line_px("meta"))
        painter.setFont(t.font("meta", tabular=True))
        painter.setPen(t.color("text2"))
        painter.drawText(upper, _LEFT, words.day(at, now))
        painter.drawText(lower, _LEFT, words.minute(at))
        gone = t.px(64)
        return upper.adjusted(gone, 0, 0, 0), lower.adjusted(gone, 0, 0, 0)

    def elided(self, painter: QPainter, where: QRectF, said: str) -> None:
        """As much of the words as there is room for."""
        room = max(0, int(where.width()))
        painter.drawText(where, _LEFT, painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, room))


class SentPainter(_TwoLines):
    """Verbatim questions in serif; a dashed violet cloud for what left, a house for what did not."""

    def __init__(self, theme: Theme, rows: SentRows) -> None:
        super().__init__(theme)
        self._rows = rows

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        if not isinstance(row, SentLine):
            return
        t = self.theme
        upper, lower = self.when(painter, where, row.at, self._rows.now)
        price = words.row_price(row)
        painter.setFont(t.font("control", tabular=True))
        painter.setPen(t.color("text" if row.state.left else "text2"))
        painter.drawText(upper, _RIGHT, price)
        taken = painter.fontMetrics().horizontalAdvance(price) + t.px(12)
        painter.setFont(t.font("quote" if row.question else "body"))
        painter.setPen(t.color("text" if row.question else "text2"))
        self.elided(painter, upper.adjusted(0, 0, -taken, 0), words.question_of(row))
        self._lower(painter, lower, row)

    def _lower(self, painter: QPainter, where: QRectF, row: SentLine) -> None:
        t = self.theme
        side = t.px(14)
        mark = QRectF(where.left(), where.top(), side, where.height())
        icon, color = ("cloud", "cloud") if row.state.left else ("house", "local")
        paint_icon(painter, mark, icon, color=t.color(color), size_px=side)
        look = LOOKS[row.state]
        paint_state(painter, where, t, look)
        painter.setFont(t.font("meta", tabular=True))
        painter.setPen(t.color("text2"))
        right = state_width(t, look) + t.px(12)
        rest = where.adjusted(side + t.px("icon_to_word"), 0, -right, 0)
        parts = words.row_what(row).split(" · ")
        for count in range(len(parts), 0, -1):
            said = " · ".join(parts[:count])
            if count == 1 or painter.fontMetrics().horizontalAdvance(said) <= rest.width():
                self.elided(painter, rest, said)
                return


class ConnectionRows(PagedRows[ConnectionLine]):
    """Every connection Indoors opened, newest first."""

    now = 0.0

    def said(self, row: ConnectionLine) -> str:
        when = f"{words.day(row.at, self.now)} {words.minute(row.at)}"
        ended = "" if row.ok else words.DID_NOT_WORK
        parts = (when, row.purpose, row.host, words.traffic(row.bytes_out, row.bytes_in), ended)
        return ", ".join(part for part in parts if part)


class ConnectionPainter(_TwoLines):
    """Why, to which host, how much out and in."""

    def __init__(self, theme: Theme, rows: ConnectionRows) -> None:
        super().__init__(theme)
        self._rows = rows

    def content(self, painter: QPainter, where: QRectF, row: object, *, chosen: bool) -> None:
        if not isinstance(row, ConnectionLine):
            return
        t = self.theme
        upper, lower = self.when(painter, where, row.at, self._rows.now)
        painter.setFont(t.font("meta", tabular=True))
        painter.setPen(t.color("text2"))
        traffic = words.traffic(row.bytes_out, row.bytes_in)
        painter.drawText(upper, _RIGHT, traffic)
        taken = painter.fontMetrics().horizontalAdvance(traffic) + t.px(12)
        painter.setFont(t.font("control"))
        painter.setPen(t.color("text"))
        self.elided(painter, upper.adjusted(0, 0, -taken, 0), row.purpose)
        side = t.px(14)
        mark = QRectF(lower.left(), lower.top(), side, lower.height())
        paint_icon(painter, mark, "cloud", color=t.color("cloud"), size_px=side)
        gone = 0
        if not row.ok:
            look = StateLook("triangle-alert", words.DID_NOT_WORK, "warn")
            gone = int(paint_state(painter, lower, t, look)) + t.px(12)
        painter.setFont(t.font("exact"))
        painter.setPen(t.color("text2"))
        self.elided(painter, lower.adjusted(side + t.px("icon_to_word"), 0, -gone, 0), row.host)
