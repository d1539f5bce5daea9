"""The envelope: the payload itself in parts to tick, its price and two doors, over the dimmed window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.cloud.parcel import Level, Offer, Wish
from app.values import Notice
from ui.window.cloud import cloud_words as words
from ui.window.cloud.cloud_house import Addressee, Destination, MonthMoney, Sending
from ui.window.cloud.dashed_sheet import DashedSheet, layout_high
from ui.window.cloud.key_field import KeyField
from ui.window.cloud.live_count import live_count
from ui.window.cloud.parts_view import PartsView
from ui.window.cloud.sheet_foot import SheetFoot
from ui.window.cloud.sheet_head import SheetHead
from ui.window.theme import Theme
from ui.window.widgets.exact_text import ExactText
from ui.window.widgets.label import Label

_LEAST_PARTS = 144
"""Of the parts so much is seen at least, or other things scroll with them."""


class Envelope(QWidget):
    """Covers the window. `wished` asks for another parcel, `kept` closes. What sends is given once to `hold` and is
    called by the door out alone, with the offer that stands there."""

    wished = Signal(Wish)
    kept = Signal()
    hide_always = Signal(str)
    refusal_shown = Signal(object)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._sending: Sending | None = None
        self._offer: Offer | None = None
        self._wish = Wish(Level.SNIPPETS)
        self._destinations: Sequence[Destination] = ()
        self._stale, self._compact = False, False
        self.head, self.parts, self.foot = SheetHead(theme), PartsView(theme), SheetFoot(theme)
        self.more = Label(theme, step="state", color="cloudText")
        self.exact = ExactText(theme)
        # Its own, so that it goes with the envelope: what is arranged later must still be there.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._after_layout)
        self._lay_out()
        self._connect()
        QShortcut(QKeySequence("Alt+S"), self).activated.connect(
            lambda: self.foot.send.setFocus(Qt.FocusReason.ShortcutFocusReason)
        )
        self.hide()
        theme.dress(self._dress)

    def _lay_out(self) -> None:
        self.paper = DashedSheet(self._theme)
        self.paper.setParent(self)
        self._exact_size = Label(self._theme, step="state", color="text2", tabular=True)
        turned, scroll = QWidget(), QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(words.SEE_EXACT)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(self.exact)
        self._back = QVBoxLayout(turned)
        self._back.addWidget(self._exact_size)
        self._back.addWidget(scroll, 1)
        self._sides = QStackedWidget()
        self._sides.addWidget(self.parts)
        self._sides.addWidget(turned)
        self._column = QVBoxLayout(self.paper)
        self._column.addWidget(self.head)
        self._column.addWidget(self._sides, 1)
        self._column.addWidget(self.more)
        self._column.addWidget(self.foot)

    def _connect(self) -> None:
        parts, head, foot = self.parts, self.head, self.foot
        parts.ticked.connect(self._tick)
        parts.as_written.connect(lambda value: self._wish_for(as_written=self._wish.as_written | {value}))
        parts.always_hide.connect(self.hide_always)
        parts.reworded.connect(lambda question: self._wish_for(question=question))
        parts.hide_now.connect(lambda value: self._wish_for(hide=self._wish.hide | {value}))
        parts.opened.connect(self._settle)
        parts.seen_changed.connect(self._say_more)
        parts.helped.connect(self.refusal_shown)
        head.level_chosen.connect(self.choose_level)
        head.model_chosen.connect(self.choose_model)
        head.refine_chosen.connect(lambda on: self._wish_for(refine=on))
        foot.kept.connect(self.kept)
        foot.pressed.connect(self._send)
        foot.exact_wanted.connect(self._turn)

    # ------------------------------------------------------------ what the desk tells it

    def hold(self, sending: Sending) -> None:
        """The one function that sends."""
        self._sending = sending

    def open(
        self, offer: Offer, wish: Wish, *, destinations: Sequence[Destination], levels: Sequence[Level],
        month: MonthMoney, refinable: bool,
    ) -> None:  # fmt: skip
        """Show a question's parcel; the door out ignores everything for a moment."""
        self.parts.begin()
        self._destinations = destinations
        self.head.show_choices(levels, destinations, refinable=refinable)
        self._sides.setCurrentIndex(0)
        self.foot.show_exact(False)
        self.show_offer(offer, wish, month)
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.foot.send.arm(self._theme.ms("send_guard"))
        self._quieten(True)
        self._place()
        self._chain()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_offer(self, offer: Offer, wish: Wish, month: MonthMoney) -> None:
        """Another parcel of the same question."""
        self._offer, self._wish, self._stale = offer, wish, False
        parcel = offer.parcel
        destination = self._destination()
        whom = self.addressee
        self.head.show_chosen(whom, parcel.level, provider=parcel.provider, model=parcel.model, refine=wish.refine)
        self.head.count.setText(words.live(live_count(parcel), offer.claim))
        cheaper = sum(len(one.models) for one in self._destinations) > 1
        self.parts.show_offer(offer, destination, cheaper=cheaper)
        self.exact.show_body(parcel.body.decode("utf-8"), [swap.label for swap in parcel.swaps])
        self._exact_size.setText(words.exact_size(len(parcel.body), parcel.host))
        self.foot.show_offer(offer, month)
        self._settle()
        self._place()
        if self.isVisible():
            told = f"{self.foot.send.text()}. {self.foot.price.text()}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, told))
        self._later.start()

    def say_stale(self) -> None:
        """Something was changed and its bytes are not made yet: nothing can be sent."""
        self._stale = True
        self._settle()

    def say_trouble(self, notice: Notice) -> None:
        """The parcel could not be made anew: what stands there cannot be sent."""
        self._stale = True
        self._settle()
        told = " ".join(part for part in (notice.happened, notice.safe, notice.do) if part)
        self.foot.show_send(words.send_parts(0), able=False, remark=told)

    def choose_level(self, level: Level) -> None:
        """Another level, as from the menu."""
        self._wish_for(level=level, refine=False, unticked=frozenset())

    def choose_model(self, provider: str, model: str) -> None:
        """Another provider and model, as from the menu."""
        self._wish_for(provider=provider, model=model)

    def leave(self) -> None:
        """Close it."""
        self._quieten(False)
        self.parts.forget()
        self._offer = None
        self.hide()

    @property
    def offer(self) -> Offer | None:
        """What stands on the sheet."""
        return self._offer

    @property
    def wish(self) -> Wish:
        """What the person chose so far."""
        return self._wish

    @property
    def addressee(self) -> Addressee:
        """Who the parcel on the sheet goes to."""
        parcel = self._offer.parcel if self._offer else None
        destination = self._destination()
        name = destination.name if destination else (parcel.provider if parcel else "")
        return Addressee(name, parcel.model if parcel else "", bool(destination and destination.own_network))

    # ------------------------------------------------------------ its own

    def _quieten(self, on: bool) -> None:
        """The window's keys rest while it is open: only Escape goes on meaning one step out."""
        escape = QKeySequence(Qt.Key.Key_Escape)
        for key in self._window.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if key.key() != escape:
                key.setEnabled(not on)

    def _send(self) -> None:
        offer, sending = self._offer, self._sending
        if offer is not None and sending is not None and self._able:
            sending(offer)

    @property
    def _able(self) -> bool:
        offer = self._offer
        ready = offer is not None and offer.sendable and bool(offer.parcel.outgoing)
        return ready and not self._stale and not self.parts.to_open

    def _tick(self, part: str, on: bool) -> None:
        unasked = {one.id for one in (self._offer.parcel.parts if self._offer else ()) if one.unasked}
        if part in unasked:
            ticked = self._wish.ticked | {part} if on else self._wish.ticked - {part}
            self._wish_for(ticked=ticked)
        else:
            self._wish_for(unticked=self._wish.unticked - {part} if on else self._wish.unticked | {part})

    def _wish_for(self, **changes: object) -> None:
        self._wish = replace(self._wish, **changes)  # type: ignore[arg-type]  # names and kinds are those of Wish
        self.say_stale()
        self.wished.emit(self._wish)

    def _settle(self) -> None:
        """The door out says how much it would send; the line under it why it may not."""
        offer = self._offer
        if offer is None:
            return
        remark = f"{words.WAITS_AFTER} {self._retention()}"
        if self._stale:
            remark = words.WORKING
        elif self.parts.to_open:
            remark = words.open_first(self.parts.to_open)
        self.foot.show_send(words.send_parts(len(offer.parcel.outgoing)), able=self._able, remark=remark)
        self._say_more()

    def _retention(self) -> str:
        destination = self._destination()
        return words.retention(self.addressee.name, destination.retention if destination else "")

    def _destination(self) -> Destination | None:
        wanted = self._offer.parcel.provider if self._offer else ""
        return next((one for one in self._destinations if one.id == wanted), None)

    def _say_more(self) -> None:
        shown = self._sides.currentIndex() == 0
        below, lines = (self.parts.below, self.parts.to_open_below) if shown else (0, 0)
        said = [words.more_below(below)] if below else []
        said += [words.to_open_below(lines)] if lines else []
        self.more.setText(" · ".join(said))
        self.more.setVisible(bool(said))

    def _turn(self) -> None:
        exact = self._sides.currentIndex() == 0
        self._sides.setCurrentIndex(int(exact))
        self.foot.show_exact(exact)
        self._say_more()

    def _chain(self) -> list[QWidget]:
        """Everything the keyboard comes by: the parts first, then what waits, the exact text and the doors."""
        foot = self.foot
        parts: list[QWidget] = [card.tick for card in self.parts.cards]
        worded = [part for card in self.parts.cards if card.question for part in card.question.parts]
        helped = [field for line in self.parts.refusals for field in line.fields]
        lines = [line.arrow for line in self.parts.lines]
        doors: list[QWidget] = [self.exact, foot.exact, foot.keep, foot.send]
        order = [*parts, *helped, *lines, *doors, self.head.level, self.head.pill, *worded]
        return [one for one in order if one.isVisibleTo(self) and one.isEnabled()]

    def focusNextPrevChild(self, forward: bool) -> bool:
        chain = self._chain()
        here = QApplication.focusWidget()
        at = chain.index(here) if here in chain else -1
        to = chain[(at + (1 if forward else -1)) % len(chain)]
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        to.setFocus(reason)
        if self.parts.isAncestorOf(to):
            self.parts.ensureWidgetVisible(to)
        return True

    # ------------------------------------------------------------ Qt's side

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            inside = isinstance(watched, QWidget) and self.isAncestorOf(watched)
            # Enter does nothing here; in a field it ends what is typed there, which sends nothing.
            return inside and not isinstance(watched, QLineEdit | KeyField)
        if watched is self._window and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        # Also when the window goes with the envelope open: nothing of it listens any more then.
        super().hideEvent(event)
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._compact:
            self._set_compact(False)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.color("scrim")))

    def _place(self) -> None:
        t = self._theme
        tall = self.height() - 2 * t.px(24)
        if not self._compact:
            width = min(t.px("sheet"), self.width() - 2 * t.px(24))
            inner = width - 2 * t.px(24)
            least = layout_high(self.head, inner) + layout_high(self.foot, inner) + t.px(_LEAST_PARTS) + 5 * t.px(20)
            if least > tall:
                self._set_compact(True)
        margin = t.px(8 if self._compact else 24)
        width = min(t.px("sheet"), self.width() - 2 * margin)
        for _ in range(2):  # how high the words are is known once they have their width
            height = min(self._needed(width), self.height() - 2 * margin)
            self.paper.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)
            self._column.activate()

    def _set_compact(self, compact: bool) -> None:
        """In a very small window the count and the line about what is hidden scroll with the parts; the money and the
        doors stay."""
        self._compact = compact
        if compact:
            self.parts.take_in(self.head.count, self.foot.hidden)
        else:
            self.head.take_back(self.head.count)
            self.foot.take_back(self.foot.hidden)
        for moved in (self.head.count, *self.foot.hidden.findChildren(Label)):
            moved.dress_again()
        self._dress()

    def _needed(self, width: int) -> int:
        margins = self._column.contentsMargins()
        inner = width - margins.left() - margins.right()
        heads = layout_high(self.head, inner) + layout_high(self.foot, inner)
        more = self.more.sizeHint().height() + self._column.spacing() if self.more.isVisibleTo(self) else 0
        gaps = margins.top() + margins.bottom() + 2 * self._column.spacing()
        return heads + layout_high(self.parts.widget(), inner) + more + gaps

    def _after_layout(self) -> None:
        if self._offer is not None:
            self._place()
            self.parts.look()
            self._say_more()
            self._place()
            if not self.paper.isAncestorOf(QApplication.focusWidget() or self):
                self._chain()[0].setFocus(Qt.FocusReason.OtherFocusReason)  # what had the keyboard is gone

    def _dress(self) -> None:
        t = self._theme
        side, top = (t.px(16), t.px(12)) if self._compact else (t.px(24), t.px(20))
        self._column.setContentsMargins(side, top, side, top)
        self._column.setSpacing(t.px(8 if self._compact else 12))
        self._back.setContentsMargins(0, 0, 0, 0)
        self._back.setSpacing(t.px(8))
        if self.isVisible():
            self._later.start()
