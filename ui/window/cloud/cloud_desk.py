"""Takes one question to the envelope and, if the person sends it, brings its answer back to the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QPoint, QRect, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.cloud.parcel import Level, Offer, Wish
from app.events import AnswerEvent, Finished, Holding, Quoted, Sent, Stopped, Text
from app.values import Draft, Notice
from models.api import Cancel
from ui.window.cloud import cloud_words as words
from ui.window.cloud.cloud_house import Addressee, CloudHouse, Destination, MonthMoney, Sending, Sends
from ui.window.cloud.crossing import Crossing
from ui.window.cloud.envelope import Envelope
from ui.window.cloud.key_field import wipe
from ui.window.cloud.live_count import live_count
from ui.window.cloud.refusal_line import RefusalLine
from ui.window.jobs import Job, Jobs
from ui.window.theme import Theme

if TYPE_CHECKING:
    from ui.window.ask.ask_page import AskPage
    from ui.window.ask.turn import Turn
    from ui.window.privacy.privacy_desk import PrivacyDesk
    from ui.window.status_strip import StatusStrip


@dataclass(frozen=True, slots=True)
class Ready:
    """A parcel with everything its sheet shows."""

    draft: Draft
    wish: Wish
    offer: Offer
    destinations: Sequence[Destination]
    levels: Sequence[Level]
    month: MonthMoney
    second: str = ""
    """Hash of a second parcel, whose parts are its own; empty for one that is made from the draft."""


class SendingWindow(Protocol):
    """The window as the desk sees it."""

    @property
    def strip(self) -> StatusStrip: ...
    @property
    def privacy(self) -> PrivacyDesk: ...
    def show_sent(self, entry: int) -> None: ...
    def show_page(self, key: str) -> None: ...
    def say(self, message: str) -> None: ...


Way = Callable[[Cancel], Iterator[AnswerEvent]]


class CloudDesk(QObject):
    """Between the Ask page, the sheet and the house. `leaving` names who something goes to while it does, and is empty
    afterwards; `spent` fires when a cloud answer is over; `trouble` is what could not be done before anything left."""

    see_sent = Signal(int)
    privacy_wanted = Signal()
    leaving = Signal(str)
    spent = Signal()
    trouble = Signal(str)

    def __init__(self, theme: Theme, jobs: Jobs, page: AskPage, *, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._jobs, self._page = theme, jobs, page
        self._cloud: CloudHouse | None = None
        self._job: Job[Ready] | None = None
        self._ready: Ready | None = None
        self._answer = ""
        self.sheet = Envelope(theme, window)
        self.lane, self.hold = page.lane, page.hold
        page.cloud_wanted.connect(self.begin)
        page.entry_wanted.connect(self.see_sent)
        self.sheet.wished.connect(self._make)
        self.sheet.kept.connect(self.keep)
        self.sheet.hide_always.connect(lambda word: self._then(lambda cloud: cloud.hide_always(word)))
        self.sheet.refusal_shown.connect(self._help)
        self.lane.kept.connect(self.keep)
        self.lane.sheet_wanted.connect(self._open_sheet)
        self.hold.stopped.connect(page.talker.stop)

    def move_in(self, cloud: CloudHouse | None) -> None:
        """The house is open; None when it has no way out."""
        self._cloud = cloud
        self._page.offer_cloud(cloud is not None)
        if cloud is not None:
            sending = self._sending_by(cloud.claim_sending())
            self.sheet.hold(sending)
            self.lane.hold(sending)

    def connect_window(self, window: SendingWindow) -> None:
        """What the window does about it: the ledger's entry, the strip while something leaves, the meter afterwards."""
        self.see_sent.connect(window.show_sent)
        self.privacy_wanted.connect(lambda: window.show_page("privacy"))
        self.trouble.connect(window.say)
        self.leaving.connect(lambda name: self._tell_strip(window.strip, name))
        self.spent.connect(window.privacy.refresh)

    # ------------------------------------------------------------ a question comes to the edge

    def begin(self, question: str, turn: Turn | None = None) -> None:
        """Make the parcel of a question; `turn` is the answer made here that it follows."""
        if self._cloud is None or self._page.talker.busy:
            return
        self._ready = None
        self._answer = turn.answer if turn is not None else ""
        self._page.composer.place.say_preparing()
        draft = turn.draft if turn is not None else None
        drafting = self._page.drafting(question)
        self._run(lambda cancel: draft or drafting(cancel), Wish(Level.SNIPPETS))

    def step_out(self) -> bool:
        """Escape: keeps what is on the sheet here, or stops what is on its way."""
        if self.sheet.isVisible() or self.lane.isVisible():
            self.keep()
            return True
        if self.hold.isVisible():
            self._page.talker.stop()
            return True
        return False

    def keep(self) -> None:
        """Nothing is sent; the question stays where it was typed."""
        self._drop_job()
        self.sheet.leave()
        self.lane.leave()
        self._page.composer.place.choose_house()
        self._page.arrange()
        self._page.composer.field.setFocus()

    # ------------------------------------------------------------ parcels

    def _make(self, wish: Wish) -> None:
        ready = self._ready
        if ready is not None:
            self._run(lambda cancel: ready.draft, wish, second=ready.second)

    def _then(self, work: Callable[[CloudHouse], None]) -> None:
        """Do something on a worker thread, then make the parcel anew."""
        ready = self._ready
        if ready is None:
            return
        wish = self.sheet.wish
        self.sheet.say_stale()
        self._run(lambda cancel: ready.draft, wish, before=work, second=ready.second)

    def _run(
        self,
        drafting: Callable[[Cancel], Draft],
        wish: Wish,
        *,
        before: Callable[[CloudHouse], None] | None = None,
        second: str = "",
    ) -> None:
        cloud, answer = self._cloud, self._answer
        assert cloud is not None
        self._drop_job()

        def work(cancel: Cancel) -> Ready:
            if before is not None:
                before(cloud)
            draft = drafting(cancel)
            if second:
                offer = cloud.again(second, wish, cancel=cancel)
            else:
                offer = cloud.offer(draft, wish, answer=answer, cancel=cancel)
            return Ready(draft, wish, offer, cloud.destinations(), cloud.levels(), cloud.month(), second)

        self._start_job(work)

    def _start_job(self, work: Callable[[Cancel], Ready]) -> None:
        job: Job[Ready]
        job = self._jobs.once(
            work,
            on_value=lambda ready: self._take(job, ready),
            on_failed=lambda notice: self._failed(job, notice),
        )
        self._job = job

    def _drop_job(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.stop()

    def _take(self, job: Job[Ready], ready: Ready) -> None:
        if job is not self._job:
            return
        self._job, self._ready = None, ready
        if self.sheet.isVisible():
            self.sheet.show_offer(ready.offer, ready.wish, ready.month)
        elif ready.offer.light and ready.offer.sendable and not ready.offer.waits:
            self._page.composer.place.choose_house()
            self.lane.open(ready.offer, ready.wish, self._whom(ready))
            self._page.arrange()
        else:
            self._open_sheet()

    def _open_sheet(self) -> None:
        ready = self._ready
        if ready is None:
            return
        self.lane.leave()
        self._page.arrange()
        self._page.composer.place.choose_house()
        self.sheet.open(
            ready.offer, ready.wish, destinations=ready.destinations, levels=ready.levels, month=ready.month,
            refinable=bool(self._answer),
        )  # fmt: skip

    def _failed(self, job: Job[Ready], notice: Notice) -> None:
        if job is not self._job:
            return
        self._job = None
        if self.sheet.isVisible():
            self.sheet.say_trouble(notice)
        else:
            self._page.composer.place.choose_house()
            self.trouble.emit(f"{notice.happened} {words.FIRST_WORDS}")

    @staticmethod
    def _whom(ready: Ready) -> Addressee:
        parcel = ready.offer.parcel
        one = next((one for one in ready.destinations if one.id == parcel.provider), None)
        return Addressee(one.name if one else parcel.provider, parcel.model, bool(one and one.own_network))

    # ------------------------------------------------------------ what helps when Send is off

    def _help(self, line: RefusalLine) -> None:
        line.key_given.connect(self._keep_key)
        line.price_given.connect(self._type_price)
        line.budget_given.connect(lambda micros: self._then(lambda cloud: cloud.set_budget(micros)))
        line.cheaper_wanted.connect(self._cheaper)
        line.more_wanted.connect(lambda: self.sheet.choose_level(Level.SNIPPETS))
        line.privacy_wanted.connect(self._to_privacy)

    def _keep_key(self, key: bytearray) -> None:
        ready = self._ready
        provider = ready.offer.parcel.provider if ready is not None else ""

        def give(cloud: CloudHouse) -> None:
            try:
                cloud.keep_key(provider, key)
            finally:
                wipe(key)

        self._then(give)

    def _type_price(self, input_micros: int, output_micros: int) -> None:
        ready = self._ready
        if ready is not None:
            provider, model = ready.offer.parcel.provider, ready.offer.parcel.model
            self._then(
                lambda cloud: cloud.type_price(provider, model, input_micros=input_micros, output_micros=output_micros)
            )

    def _cheaper(self) -> None:
        cloud, ready = self._cloud, self._ready
        if cloud is None or ready is None:
            return
        provider, model = ready.offer.parcel.provider, ready.offer.parcel.model

        def chosen(found: tuple[str, str] | None) -> None:
            if found is not None:
                self.sheet.choose_model(*found)

        self._jobs.once(lambda cancel: cloud.cheaper(provider, model), on_value=chosen)

    def _to_privacy(self) -> None:
        self.keep()
        self.privacy_wanted.emit()

    # ------------------------------------------------------------ leaving

    def _sending_by(self, sends: Sends) -> Sending:
        """The function the sheet and the lane hold; nothing else ever sees `sends`."""
        hold_s = self._theme.ms("hold_before_send") / 1000

        def send(offer: Offer) -> None:
            parcel = offer.parcel
            self._leave(
                offer,
                lambda cancel: sends.send(
                    parcel.sha256, conversation=parcel.conversation, hold_s=hold_s, cancel=cancel
                ),
                hold_s,
            )

        return send

    def _leave(self, offer: Offer, way: Way, hold_s: float) -> None:
        ready = self._ready
        if ready is None:
            return
        whom = self._whom(ready)
        start = self._start()
        self._drop_job()
        self._ready = None
        self.sheet.leave()
        self.lane.leave()
        quote = offer.quote
        crossing = Crossing(
            whom,
            estimate_micros=quote.likely_micros if quote else 0,
            ceiling_micros=quote.ceiling_micros if quote else 0,
        )
        turn = self._page.begin_cloud(ready.draft, crossing)
        found = live_count(offer.parcel)
        what = f"{words.parts(found.parts)} · {words.words(found.yours)} · {whom.whole}"
        self.hold.begin(what, hold_s)
        self._page.arrange()
        self.hold.rise(start, self._page.hold_place())
        self.leaving.emit(whom.name)
        draft = ready.draft
        self._page.talker.carry(turn, way, on_events=lambda events: self._watch(events, draft), on_over=self._over)

    def _start(self) -> QRect:
        """Where the parts were, in the page."""
        shown = self.sheet.paper if self.sheet.isVisible() else self.lane
        return QRect(self._page.mapFromGlobal(shown.mapToGlobal(QPoint(0, 0))), shown.size())

    def _watch(self, events: Sequence[AnswerEvent], draft: Draft) -> None:
        for event in events:
            if isinstance(event, Holding):
                self.hold.hold(event.left_s)
            elif isinstance(event, Sent):
                self.hold.sent(event.at)
            elif isinstance(event, Text | Finished | Stopped):
                self._hide_hold()
            elif isinstance(event, Quoted):
                self._second_look(event.sha256, draft)

    def _over(self) -> None:
        self._hide_hold()
        self.leaving.emit("")
        self.spent.emit()

    def _tell_strip(self, strip: StatusStrip, name: str) -> None:
        if name:
            strip.show_sending(name, on_stop=self._page.talker.stop)
        else:
            strip.show_sent_over()

    def _hide_hold(self) -> None:
        if not self.hold.isHidden():
            had_keyboard = self.hold.isAncestorOf(QApplication.focusWidget() or self.hold)
            self.hold.leave()
            self._page.arrange()
            if had_keyboard:
                self._page.composer.field.setFocus()

    def _second_look(self, sha256: str, draft: Draft) -> None:
        """Findings: what was found here is a parcel of its own, and is looked at like any other."""
        cloud = self._cloud
        if cloud is None:
            return
        self._drop_job()

        def work(cancel: Cancel) -> Ready:
            offer = cloud.offered(sha256)
            wish = Wish(offer.parcel.level, offer.parcel.provider, offer.parcel.model)
            levels = (offer.parcel.level,)  # what was found is sent as what was found, or kept here
            return Ready(draft, wish, offer, cloud.destinations(), levels, cloud.month(), sha256)

        self._start_job(work)
