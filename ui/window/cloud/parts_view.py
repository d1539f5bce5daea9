"""The parts under each other with what has to be opened and what keeps Send off; it scrolls, the doors do not."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.cloud.parcel import Level, Offer, Stop, Waits
from ui.window.cloud import cloud_words as words
from ui.window.cloud.cloud_house import Destination
from ui.window.cloud.opened_line import OpenedLine
from ui.window.cloud.part_card import PartCard
from ui.window.cloud.refusal_line import RefusalLine
from ui.window.theme import Theme

_NARROW = 480
_REWORDED = (Level.BLIND, Level.FINDINGS)
"""Where the question is all that goes, or nearly: its words are worth choosing."""


class PartsView(QScrollArea):
    """Cards keep their place when another parcel is shown. `seen_changed` fires when a part came into view."""

    ticked = Signal(str, bool)
    as_written = Signal(str)
    always_hide = Signal(str)
    hide_now = Signal(str)
    reworded = Signal(str)
    opened = Signal()
    seen_changed = Signal()
    helped = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.cards: list[PartCard] = []
        self.lines: list[OpenedLine] = []
        self.refusals: list[RefusalLine] = []
        self._seen: set[str] = set()
        self._acknowledged: set[Waits] = set()
        self._placed = False
        """Whether the cards have their places: before that none is in view."""
        self._said: tuple[object, ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(words.PARTS)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._sheet = QWidget()
        self._sheet.setAccessibleName(words.PARTS)
        self._column = QVBoxLayout(self._sheet)
        self._above, self._cards, self._told, self._below = QVBoxLayout(), QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        for box in (self._above, self._cards, self._told, self._below):
            self._column.addLayout(box)
        self._column.addStretch()
        self.setWidget(self._sheet)
        self.viewport().setAutoFillBackground(False)
        self._sheet.setAutoFillBackground(False)
        self.verticalScrollBar().valueChanged.connect(self._look)
        theme.dress(self._dress)

    def begin(self) -> None:
        """Another question: nothing was seen and nothing opened yet."""
        self._drop_lines()
        self._seen.clear()
        self._acknowledged.clear()
        self._said = ()
        self.verticalScrollBar().setValue(0)

    def show_offer(self, offer: Offer, destination: Destination | None, *, cheaper: bool) -> None:
        """The parts of a parcel, and what stands in its way."""
        parcel = offer.parcel
        if [card.part.id for card in self.cards] != [part.id for part in parcel.parts]:
            self._build_cards(offer)
        going = {one.part: one for one in parcel.outgoing}
        values = {swap.label: swap.value for swap in parcel.swaps}
        for card, part in zip(self.cards, parcel.parts, strict=True):
            rewords = parcel.level in _REWORDED or part.text != parcel.question
            card.show_part(part, going.get(part.id), values, asked=parcel.question, rewords=rewords)
        said = (offer.waits, offer.refusals, destination)
        if said != self._said:
            self._said = said
            self._build_lines(offer, destination, cheaper=cheaper)
        self.updateGeometry()

    @property
    def to_open(self) -> int:
        """Lines that still wait to be opened."""
        return sum(not line.seen for line in self.lines)

    @property
    def to_open_below(self) -> int:
        """Of these, lines that are not in view."""
        seen_to = self.verticalScrollBar().value() + self.viewport().height()
        waiting = [line.arrow for line in self.lines if not line.seen]
        return sum(arrow.mapTo(self._sheet, QPoint(0, arrow.height())).y() > seen_to for arrow in waiting)

    @property
    def below(self) -> int:
        """Parts that were never in view."""
        return sum(card.part.id not in self._seen for card in self.cards)

    def take_in(self, above: QWidget, below: QWidget) -> None:
        """Scroll these too, where the window has no room for them outside."""
        self._above.addWidget(above)
        self._below.addWidget(below)

    def forget(self) -> None:
        """Wipe keys typed and not kept."""
        for line in self.refusals:
            line.wipe()

    # ------------------------------------------------------------ Qt's side

    def sizeHint(self) -> QSize:
        inside = self._sheet.layout()
        wide = max(1, self.viewport().width())
        return QSize(self._theme.px(320), inside.totalHeightForWidth(wide) if inside else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(196), self._theme.px(96))

    def resizeEvent(self, event: QResizeEvent) -> None:
        for line in self.refusals:
            line.set_narrow(self.viewport().width() < self._theme.px(_NARROW))
        super().resizeEvent(event)
        self._look()

    # ------------------------------------------------------------ its own

    def look(self) -> None:
        """Note which parts are in view, now that they have their places."""
        self._placed = True
        self._look()

    def _look(self) -> None:
        if not self.isVisible() or not self._placed:
            return
        before = (self.below, self.to_open_below)
        window = QRect(QPoint(0, self.verticalScrollBar().value()), self.viewport().size())
        for card in self.cards:
            # Its head and a first line of it: less than that was not seen.
            first = QRect(
                card.mapTo(self._sheet, QPoint(0, 0)), QSize(card.width(), min(card.height(), self._theme.px(48)))
            )
            if window.contains(first.center()) and window.contains(QPoint(first.center().x(), first.bottom())):
                self._seen.add(card.part.id)
        if (self.below, self.to_open_below) != before:
            self.seen_changed.emit()

    def _build_cards(self, offer: Offer) -> None:
        for old in self.cards:
            self._cards.removeWidget(old)
            old.hide()
            old.deleteLater()
        had_keyboard = any(card.isAncestorOf(QApplication.focusWidget() or self) for card in self.cards)
        self.cards = []
        self._placed = False
        for part in offer.parcel.parts:
            card = PartCard(self._theme, part)
            card.ticked.connect(self.ticked)
            card.as_written.connect(self.as_written)
            card.always_hide.connect(self.always_hide)
            card.hide_now.connect(self.hide_now)
            card.reworded.connect(self.reworded)
            self._cards.addWidget(card)
            self.cards.append(card)
        if had_keyboard and self.cards:
            self.cards[0].tick.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop_lines(self) -> None:
        for old in (*self.lines, *self.refusals):
            if isinstance(old, RefusalLine):
                old.wipe()
            self._told.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.lines, self.refusals = [], []

    def _build_lines(self, offer: Offer, destination: Destination | None, *, cheaper: bool) -> None:
        self._acknowledged |= {line.waits for line in self.lines if line.seen}
        self._drop_lines()
        for waits in offer.waits:
            line = OpenedLine(self._theme, waits, already=waits in self._acknowledged)
            line.opened.connect(self.opened)
            self.lines.append(line)
        for refusal in offer.refusals:
            if refusal.stop is Stop.NOTHING_TICKED:
                continue  # the door says it
            told = RefusalLine(self._theme, refusal, destination, cheaper=cheaper)
            told.set_narrow(self.viewport().width() < self._theme.px(_NARROW))
            self.refusals.append(told)
            self.helped.emit(told)
        for widget in (*self.refusals, *self.lines):
            self._told.addWidget(widget)

    def _dress(self) -> None:
        t = self._theme
        self._column.setContentsMargins(0, 0, 0, 0)
        for box in (self._column, self._above, self._cards, self._told, self._below):
            box.setSpacing(t.px(12))
