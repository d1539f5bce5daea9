"""A dashed line above the composer for a bare question at a cent at most: its exact words, its price, two doors."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.cloud.parcel import Offer, Wish
from ui.window.cloud import cloud_words as words
from ui.window.cloud.cloud_house import Addressee, Sending
from ui.window.cloud.doors import Door
from ui.window.cloud.label_text import LabelText
from ui.window.theme import Theme
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.paint import dashed
from ui.window.widgets.push import Push


class LightLane(QWidget):
    """`kept` closes it, `sheet_wanted` opens the envelope for the same parcel. Sends only by its own door."""

    kept = Signal()
    sheet_wanted = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sending: Sending | None = None
        self._offer: Offer | None = None
        self.wish: Wish | None = None
        self.text = LabelText(theme, name=words.LANE)
        self.price = Label(theme, step="state", color="text2", tabular=True, elide=True)
        self.more = Push(theme, words.SEE_EXACT, kind="icon", icon="braces")
        self.more.set_color("cloudText")
        self.keep = Door(theme, words.KEEP, "keep")
        self.send = Door(theme, words.SEND_ONCE, "send")
        self._top, self._said, self._doors = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._top.addWidget(IconMark(theme, "cloud", color="cloud", side=18, name=words.CLOUD), 0,
                            Qt.AlignmentFlag.AlignTop)  # fmt: skip
        self._top.addWidget(self.text, 1)
        self._said.addWidget(self.price, 1)
        self._doors.addWidget(self.more)
        self._doors.addWidget(self.keep)
        self._doors.addWidget(self.send)
        self._last = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._last.addLayout(self._said, 1)
        self._last.addLayout(self._doors)
        self._all = QVBoxLayout(self)
        self._all.addLayout(self._top)
        self._all.addLayout(self._last)
        self.keep.passed.connect(self.kept)
        self.send.passed.connect(self._send)
        self.more.clicked.connect(self.sheet_wanted)
        self.hide()
        theme.dress(self._dress)

    def hold(self, sending: Sending) -> None:
        """The one function that sends."""
        self._sending = sending

    def open(self, offer: Offer, wish: Wish, whom: Addressee) -> None:
        """Show the exact words and what they cost at most."""
        self._offer, self.wish = offer, wish
        self.text.show_pieces([(one.text, one.labels) for one in offer.parcel.outgoing])
        quote = offer.quote
        cost = words.price(quote.likely_micros, quote.ceiling_micros) if quote else words.PRICE_UNKNOWN
        self.price.setText(f"{cost} · {whom.whole}")
        self.setAccessibleName(words.lane(f"{cost}, {whom.whole}"))
        self.send.setEnabled(offer.sendable)
        self.send.arm(self._theme.ms("send_guard"))
        self.show()
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Close it."""
        self._offer = None
        self.hide()

    @property
    def offer(self) -> Offer | None:
        """What stands in it."""
        return self._offer

    def needed(self, width: int) -> int:
        """How high it is at a width."""
        self.resize(width, self.height())
        self._all.activate()
        return self._all.totalSizeHint().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme
        where = QRectF(self.rect())
        line = t.color("cloud")
        dashed(QPainter(self), where, t.px("radius.card"), fill=t.color("surface"), line=line, width=t.scale * 1.5)

    def _send(self) -> None:
        if self._offer is not None and self._sending is not None and self._offer.sendable:
            self._sending(self._offer)

    def resizeEvent(self, event: object) -> None:
        needed = self.price.sizeHint().width() + self._doors.sizeHint().width() + self._theme.px(48)
        wide = self.width() >= needed
        across = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._last.direction() != across:
            self._last.setDirection(across)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(t.px(16), t.px(12), t.px(12), t.px(12))
        self._all.setSpacing(t.px(8))
        self._top.setSpacing(t.px(8))
        self._doors.setSpacing(t.px(8))
        self._last.setSpacing(t.px(8))
        self.update()
