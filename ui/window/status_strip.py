"""The strip along the bottom: where everything runs, who writes, how fast; at the right what the cloud may do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.window import spending_words, words
from ui.window.house import Standing
from ui.window.icons import paint_icon
from ui.window.privacy.privacy_house import CloudLook
from ui.window.spending.strip_meter import StripMeter
from ui.window.theme import Theme
from ui.window.widgets.card import Ground
from ui.window.widgets.paint import dashed, focus_ring, seen_focus
from ui.window.widgets.pointed import Pointed


class _Sending(Pointed):
    """Stands in the place of everything else at the left while something leaves; pressing it stops that."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()
        theme.dress(self._dress)

    def say(self, provider: str) -> None:
        """To whom."""
        self.setText(f"{spending_words.sending_to(provider)} · {words.STOP}")
        self.setAccessibleName(self.text())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        t = self._theme
        said = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(said + t.px(14) + t.px("icon_to_word") + 2 * t.px(12), t.px("target_min"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        painter, where = QPainter(self), QRectF(self.rect())
        fill = t.color("cloudSoft")
        dashed(painter, where, where.height() / 2, fill=fill, line=t.color("cloud"), width=t.px("line.dash_pill"))
        side = t.px(14)
        mark = QRectF(t.px(12), 0, side, where.height())
        paint_icon(painter, mark, "cloud", color=t.color("cloudText"), size_px=side)
        painter.setFont(self.font())
        painter.setPen(t.color("cloudText"))
        said = where.adjusted(t.px(12) + side + t.px("icon_to_word"), 0, 0, 0)
        painter.drawText(said, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if seen_focus(self):
            focus_ring(painter, where, where.height() / 2, color=t.color("focus"), width=t.px("line.focus"))

    def _dress(self) -> None:
        self.setFont(self._theme.font("state"))
        self.updateGeometry()
        self.update()


class StatusStrip(Ground):
    """The left is painted; its parts go one by one when the window is narrow: memory, then speed, then the writer."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "sunken", lines=("top",), parent=parent)
        self._theme = theme
        self._place, self._parts, self._today = words.ON_THIS_COMPUTER, [words.OPENING], ""
        self._stop: Callable[[], object] = lambda: None
        self.sending, self.meter = _Sending(theme), StripMeter(theme)
        self.sending.clicked.connect(lambda: self._stop())
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.sending)
        self._row.addStretch(1)
        self._row.addWidget(self.meter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.dress(self._dress)

    def show_standing(self, standing: Standing) -> None:
        """What the house says of itself."""
        self._place = standing.place or words.ON_THIS_COMPUTER
        parts = [standing.writer or words.NO_WRITER]
        if standing.words_per_s:
            parts.append(words.speed(standing.words_per_s))
        if standing.memory_bytes:
            parts.append(words.memory(standing.memory_bytes, standing.memory_total_bytes))
        self._parts = parts
        self._dress()

    def show_cloud(self, look: CloudLook) -> None:
        """What left today, what it cost this month, or that nothing can leave."""
        # Where the cloud is off or shut the right end says so; the left need not say it again.
        self._today = "" if spending_words.strip_right(look) else spending_words.today_line(look)
        self.meter.show_look(look)
        self._dress()

    def show_sending(self, provider: str, *, on_stop: Callable[[], object]) -> None:
        """Something is leaving for a provider; `on_stop` is called when the person presses Stop."""
        self._stop = on_stop
        self.sending.say(provider)
        self.sending.show()
        self._dress()

    def show_sent_over(self) -> None:
        """Nothing leaves any more."""
        self._stop = lambda: None
        self.sending.hide()
        self._dress()

    def say(self, line: str) -> None:
        """One line instead of the writer, while the house opens or cannot."""
        self._parts = [line]
        self._dress()

    @property
    def line(self) -> str:
        """Everything it says, for screen readers and tests."""
        left = (self.sending.text(),) if not self.sending.isHidden() else (self._place, *self._left)
        return " · ".join(part for part in (*left, self.meter.line) if part)

    @property
    def _left(self) -> list[str]:
        return [*([self._today] if self._today else []), *self._parts]

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._theme.px("strip"))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.sending.isHidden():
            return
        t = self._theme
        painter = QPainter(self)
        high = float(self.height())
        left = t.px(20)
        paint_icon(painter, QRectF(left, 0, t.px(14), high), "house", color=t.color("local"), size_px=t.px(14))
        left += t.px(14) + t.px("icon_to_word")
        painter.setFont(t.font("state"))
        painter.setPen(t.color("localText"))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(left, 0, self.width(), high), middle, self._place)
        left += painter.fontMetrics().horizontalAdvance(self._place) + t.px(12)
        painter.setFont(t.font("meta", tabular=True))
        painter.setPen(t.color("text2"))
        metrics = painter.fontMetrics()
        room = self.meter.x() - t.px(16) - left
        for count in range(len(self._left), 0, -1):
            said = " · ".join(self._left[:count])
            if metrics.horizontalAdvance(said) <= room:
                painter.drawText(QRectF(left, 0, room, high), middle, said)
                break

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_meter()

    def _fit_meter(self) -> None:
        """The place at the left is never covered: what it cost gives way, part by part."""
        t = self._theme
        said = self.sending.text() if not self.sending.isHidden() else self._place
        left = t.px(20) + t.px(14) + t.px("icon_to_word") + QFontMetrics(t.font("state")).horizontalAdvance(said)
        room = self.width() - left - t.px(24) - t.px(12)
        self.meter.setMaximumWidth(max(self.meter.minimumSizeHint().width(), room))

    def _dress(self) -> None:
        t = self._theme
        self._fit_meter()
        self._row.setContentsMargins(t.px(16), 0, t.px(12), 0)
        self._row.setSpacing(t.px(12))
        self.setFixedHeight(t.px("strip"))
        self.setAccessibleName(self.line)
        self.updateGeometry()
        self.update()
