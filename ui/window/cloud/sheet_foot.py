"""What never scrolls away on the envelope: what is hidden, what it costs, what is left, and the two doors."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.cloud.levels import hides_details
from app.cloud.parcel import Offer
from ui.window.cloud import cloud_words as words
from ui.window.cloud.cloud_house import MonthMoney
from ui.window.cloud.doors import Door
from ui.window.theme import Theme
from ui.window.widgets.budget_bar import BudgetBar
from ui.window.widgets.card import Divider
from ui.window.widgets.icon_mark import IconMark
from ui.window.widgets.label import Label
from ui.window.widgets.push import Push

_WIDE_ENOUGH = 560


class SheetFoot(QWidget):
    """`kept` and `pressed` are the two doors; `exact_wanted` turns the card to the bytes and back."""

    kept = Signal()
    pressed = Signal()
    exact_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.swapped = Label(theme, step="control", wrap=True)
        self.looks = Label(theme, words.LOOKS_FOR, step="meta", color="text2", wrap=True)
        self.exact = Push(theme, words.SEE_EXACT, kind="quiet", icon="braces")
        self.exact.set_color("cloudText")
        self.price = Label(theme, step="heading", tabular=True)
        self.left = Label(theme, step="meta", color="text2", tabular=True)
        self.meter = BudgetBar(theme, name="")
        self.keep = Door(theme, words.KEEP, "keep")
        self.send = Door(theme, words.NOTHING_TICKED, "send")
        self.remark = Label(theme, step="meta", color="text2", wrap=True)
        self._lay_out()
        self.keep.passed.connect(self.kept)
        self.send.passed.connect(self.pressed)
        self.exact.clicked.connect(self.exact_wanted)
        theme.dress(self._dress)

    def _lay_out(self) -> None:
        self.hidden = QWidget()
        self.hidden.setAccessibleName(words.LOOKS_FOR)
        self._said, self._hidden = QVBoxLayout(), QHBoxLayout(self.hidden)
        self._said.addWidget(self.swapped)
        self._said.addWidget(self.looks)
        self._hidden.addWidget(IconMark(self._theme, "eye-off", color="text2", side=18))
        self._hidden.addLayout(self._said, 1)
        self._hidden.addWidget(self.exact)
        self._money, self._left, self._doors = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._left.addWidget(self.left)
        self._left.addWidget(self.meter, 1, Qt.AlignmentFlag.AlignVCenter)
        self._left.addStretch(0)
        self._money.addWidget(self.price)
        self._money.addLayout(self._left)
        self._doors.addWidget(self.keep, 1)
        self._doors.addWidget(self.send, 1)
        self._last = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._last.addLayout(self._money, 2)
        self._last.addLayout(self._doors, 3)
        self._all = QVBoxLayout(self)
        self._all.addWidget(self.hidden)
        self._all.addWidget(Divider(self._theme))
        self._all.addLayout(self._last)
        self._all.addWidget(self.remark)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_offer(self, offer: Offer, month: MonthMoney) -> None:
        """What is hidden of a parcel, its price, and what would be left after the most it can cost."""
        looks = words.LOOKS_FOR if hides_details(offer.parcel.level) else words.AS_IT_IS
        self.looks.setText(looks)
        self.hidden.setAccessibleName(looks)
        self.swapped.setText(words.swapped(offer.parcel.swaps))
        quote = offer.quote
        held = month.held_micros
        if quote is None:
            self.price.setText(words.PRICE_UNKNOWN if offer.parcel.body else words.NOTHING_TICKED)
            left = max(0, month.limit_micros - month.spent_micros - held)
            self._say_left(words.left(left, month.name, at_least=held > 0), month, held)
            return
        self.price.setText(words.price(quote.likely_micros, quote.ceiling_micros))
        fits = quote.ceiling_micros <= quote.left_micros
        left = quote.left_micros - quote.ceiling_micros if fits else quote.left_micros
        self._say_left(words.left(left, month.name, at_least=fits), month, held + (quote.ceiling_micros if fits else 0))

    def _say_left(self, said: str, month: MonthMoney, held: int) -> None:
        self.left.setText(said)
        self.meter.show_amounts(spent=month.spent_micros, held=held, limit=month.limit_micros, bell=0, said=said)

    def take_back(self, hidden: QWidget) -> None:
        """The line about what is hidden stands here again."""
        self._all.insertWidget(0, hidden)

    def show_send(self, said: str, *, able: bool, remark: str) -> None:
        """The door out, and the line under it."""
        self.send.set_words(said)
        self._same_doors()
        self.send.setEnabled(able)
        self.remark.setText(remark)

    def _same_doors(self) -> None:
        same = max(self.keep.sizeHint().width(), self.send.sizeHint().width())
        for door in (self.keep, self.send):
            door.setMinimumWidth(same)

    def show_exact(self, on: bool) -> None:
        """Which way the card is turned."""
        self.exact.set_words(words.SEE_PARTS if on else words.SEE_EXACT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= self._theme.px(_WIDE_ENOUGH)
        across = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._last.direction() != across:
            self._last.setDirection(across)

    def _dress(self) -> None:
        t = self._theme
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(t.px(12))
        self._hidden.setContentsMargins(0, 0, 0, 0)
        self._hidden.setSpacing(t.px(12))
        self._said.setSpacing(0)
        self._money.setSpacing(0)
        self.meter.setMinimumWidth(t.px(24))
        self.meter.setMaximumWidth(t.px(64))
        self._left.setSpacing(t.px(8))
        self._doors.setSpacing(t.px(12))
        self._last.setSpacing(t.px(12))
        self._same_doors()
