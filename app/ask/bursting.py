"""Sends one kept parcel, once: hold, gate, money, permit, ledger, courier, and the same way back.

The order is the law. Until the hold is over nothing is opened, reserved or written as sent. The ledger's intent is on
the disk before the courier hears of the bytes. Whatever ends it, the money is settled and the ledger says how it went;
a crash in between leaves the reservation held and the intent without a result, which both read as "sent, unconfirmed".
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.ask.burst_words import REFUSED, BurstFailed, failed, over_ceiling
from app.ask.cloud_parts import passage_of
from app.ask.offers import Offers
from app.ask.parcel_making import Asked, Call, numbered
from app.ask.reply_reading import Ending, Reply, reply_of
from app.cloud import gate
from app.cloud.kept import Kept
from app.cloud.ledger_entries import Intent, Result, Status
from app.cloud.parcel import Parcel, PartKind, Quote
from app.cloud.purse import Paid
from app.egress.carried import Delta, Ended, Opened, Usage
from app.egress.permits import SignedPermit
from app.egress.providers import Provider, known
from app.errors import AppError
from app.events import AnswerEvent, Holding, Passages, Sent, Spent, Started, Stopped
from app.store.conversations import Turn
from app.values import Cost, Passage
from models.api import Cancel

HOLD_S = 5.0
_TICK_S = 1.0
_RUNAWAY_BYTES = 8
"""Bytes of answer for each permitted token beyond which the answer is counted exactly, and cut off when too long."""


@dataclass(slots=True)
class _Journey:
    """One parcel on its way."""

    kept: Kept
    asked: Asked
    provider: Provider
    permit: SignedPermit
    seq: int
    approved_at: float
    began: float
    """When the hold was over, seconds since 1970: waiting for a change of mind is no time of the answer's."""
    reply: Reply
    raw: list[str] = field(default_factory=list)
    usage: Mapping[str, Any] | None = None
    opened_at: float = 0.0
    ended: Ended | None = None
    paid: Paid | None = None
    first_text_s: float = 0.0

    @property
    def parcel(self) -> Parcel:
        return self.kept.offer.parcel

    @property
    def quote(self) -> Quote:
        assert self.kept.offer.quote is not None
        return self.kept.offer.quote


class Either(Cancel):
    """Stopped by the person, or by us when an answer grows beyond what was priced."""

    __slots__ = ("_person",)

    def __init__(self, person: Cancel) -> None:
        super().__init__()
        self._person = person

    @property
    def stopped(self) -> bool:
        return self._event.is_set() or self._person.stopped

    def wait(self, timeout_s: float) -> bool:
        return self._event.is_set() or self._person.wait(timeout_s) or self._event.is_set()


class Bursting(Offers):
    """Offers, and the one way to send one of them."""

    def send(
        self, sha256: str, *, conversation: int = 0, hold_s: float = HOLD_S, cancel: Cancel
    ) -> Iterator[AnswerEvent]:
        """Send exactly the bytes kept under a hash, after `hold_s` seconds in which stopping costs nothing.

        Ends with Finished, Quoted or Stopped. The turn is kept in `conversation` (0: the one it was asked in). Raises
        ParcelGone, GateShut, BurstFailed and other AppErrors, each of which says whether something was sent.
        """
        kept = self.means.keeping.look(sha256)
        approved_at = self.means.now()
        asked = Asked.of(kept.note, question=kept.question, conversation=conversation or kept.offer.parcel.conversation)
        yield Started(asked.conversation, kept.question)
        yield Passages(self._passages(kept.offer.parcel))
        yield from self._hold(hold_s, cancel)
        if cancel.stopped:
            self.means.ledger.held_back(self._intent(kept, "", approved_at))
            yield Stopped("")
            return
        journey = self._leave(sha256, asked, approved_at)
        yield from self._travel(journey, cancel)
        yield from self._arrive(journey, cancel)

    def _hold(self, hold_s: float, cancel: Cancel) -> Iterator[Holding]:
        """The seconds in which stopping costs nothing; a carrier is started meanwhile, which opens nothing."""
        ends = time.monotonic() + hold_s
        left, ready = hold_s, False
        while left > 0 and not cancel.stopped:
            yield Holding(round(left, 3))
            if not ready and not cancel.stopped:
                self.means.door.prepare()
                ready = True
            cancel.wait(max(0.0, min(_TICK_S, ends - time.monotonic())))
            left = ends - time.monotonic()

    # ------------------------------------------------------------ before the first byte

    def _leave(self, sha256: str, asked: Asked, approved_at: float) -> _Journey:
        """Everything between the hold and the courier, in its order. Raises AppError: then nothing was sent."""
        means, began = self.means, self.means.now()
        kept = means.keeping.look(sha256)
        parcel, quote = kept.offer.parcel, kept.offer.quote
        refusals = [*self.standing(parcel), *gate.check(parcel, quote, kept.wish, self.guards())]
        if refusals:
            raise gate.GateShut(refusals)
        assert quote is not None
        provider = known(means.store)[parcel.provider]
        permit = means.door.permit(
            parcel.body,
            host=parcel.host,
            model=parcel.model,
            ceiling_micros=quote.ceiling_micros,
            flags=parcel.flags,
        )
        reply = reply_of(self, asked, kept)
        means.purse.hold(permit.nonce, parcel, quote)
        try:
            means.keeping.use(sha256)
            seq = means.ledger.intend(self._intent(kept, permit.nonce, approved_at))
        except AppError:
            means.purse.budget.release(permit.nonce)
            raise
        means.acquainted.sent(parcel)
        self.remember(parcel)
        return _Journey(kept, asked, provider, permit, seq, approved_at, began, reply)

    def _intent(self, kept: Kept, permit: str, approved_at: float) -> Intent:
        parcel, quote = kept.offer.parcel, kept.offer.quote
        counts: dict[str, int] = {}
        for swap in parcel.swaps:
            counts[swap.kind] = counts.get(swap.kind, 0) + 1
        kinds = {part.id: part for part in parcel.parts}
        facts = [one for one in parcel.outgoing if kinds[one.part].kind is PartKind.FINDING]
        return Intent(
            level=parcel.level.value,
            provider=parcel.provider,
            host=parcel.host,
            model=parcel.model,
            permit=permit,
            body=parcel.body,
            question=kept.question,
            redactions=counts,
            findings=tuple(f"{one.part} {kinds[one.part].title}: {one.text}" for one in facts),
            estimate_micros=quote.likely_micros if quote else 0,
            ceiling_micros=quote.ceiling_micros if quote else 0,
            price_sheet=self.means.purse.sheet.fingerprint,
            flags=parcel.flags,
            conversation=parcel.conversation,
            swaps=tuple((swap.label, swap.value) for swap in parcel.swaps),
            approved_at=approved_at,
            shingles="none found" if kept.offer.claim and parcel.level.value in ("blind", "findings") else "",
        )

    # ------------------------------------------------------------ on the way

    def _travel(self, journey: _Journey, cancel: Cancel) -> Iterator[AnswerEvent]:
        """The courier's events as the person sees them. Ends settled and in the ledger, however it ends."""
        either = Either(cancel)
        events = self.means.door.send(journey.parcel.body, journey.permit, journey.provider, either)
        try:
            for event in events:
                match event:
                    case Opened():
                        journey.opened_at = event.at
                        yield Sent(event.at, len(journey.parcel.body), journey.seq)
                    case Delta():
                        journey.raw.append(event.text)
                        if self._runs_over(journey):
                            either.stop()
                        for text in journey.reply.feed(event.text):
                            journey.first_text_s = journey.first_text_s or self.means.now() - journey.began
                            yield text
                    case Usage():
                        journey.usage = event.said
                    case Ended():
                        journey.ended = event
        finally:
            if journey.ended is None:
                # Whoever listened went away: hang up, and hear the last word.
                either.stop()
                journey.ended = next((event for event in events if isinstance(event, Ended)), None)
            self._settle(journey)

    def _runs_over(self, journey: _Journey) -> bool:
        """Whether the answer is longer than the request allowed: such a provider does not keep to the ceiling."""
        parcel = journey.parcel
        written = "".join(journey.raw)
        if len(written) <= _RUNAWAY_BYTES * parcel.max_output_tokens:
            return False
        return self.means.purse.tokens.count_text(parcel.provider, parcel.model, written) > parcel.max_output_tokens

    def _settle(self, journey: _Journey) -> None:
        """Money first, then the ledger; both before anything more is shown."""
        ended, parcel = journey.ended, journey.parcel
        if _stayed(ended):
            self.means.purse.budget.release(journey.permit.nonce)
        else:
            journey.paid = self.means.purse.settle(
                journey.permit.nonce,
                parcel,
                journey.quote,
                usage=journey.usage,
                written="".join(journey.raw),
                refused=ended is not None and ended.trouble in REFUSED and not journey.raw,
            )
        self.means.ledger.result(
            journey.seq,
            Result(
                status=_status(ended, journey.paid),
                bytes_out=ended.bytes_out if ended else len(parcel.body),
                bytes_in=ended.bytes_in if ended else 0,
                usage=dict(journey.usage or {}),
                cost_micros=journey.paid.micros if journey.paid else 0,
                says=(ended.says if ended else "") or over_ceiling(journey.provider.name, journey.paid, journey.quote),
            ),
        )

    # ------------------------------------------------------------ the end

    def _arrive(self, journey: _Journey, cancel: Cancel) -> Iterator[AnswerEvent]:
        """The rest of the text, the checked citations, the price, the kept turn; or the failure in words."""
        ended = journey.ended
        yield from journey.reply.rest()
        sound = ended is not None and ended.status == "done"
        if journey.paid is not None and journey.reply.text:
            self._keep(journey, stopped=not sound)
        if journey.paid is not None:
            cost = Cost(journey.quote.likely_micros, journey.quote.ceiling_micros, journey.paid.micros)
            spent = Spent(cost, confirmed=journey.paid.confirmed)
        else:
            spent = None
        if ended is None or ended.status.startswith("failed"):
            if spent is not None:
                yield spent
            raise self._failure(journey)
        if ended.status == "stopped":
            if spent is not None:
                yield spent
            if not cancel.stopped:
                raise AppError(
                    "The answer grew longer than was asked for and was cut off.",
                    safe="What arrived is kept. It is in the ledger.",
                    do="Choose another model; this one does not keep to the limit.",
                )
            yield Stopped(journey.reply.text)
            return
        yield from journey.reply.checked()
        if spent is not None:
            yield spent
        yield from journey.reply.finished(self._ending(journey, ended), cancel)

    def _ending(self, journey: _Journey, ended: Ended) -> Ending:
        return Ending(
            kept=journey.kept,
            asked=journey.asked,
            paid=journey.paid,
            seconds=self.means.now() - journey.began,
            first_text_s=journey.first_text_s,
            finish=ended.finish,
            provider=journey.provider.name,
            entry=journey.seq,
        )

    def _failure(self, journey: _Journey) -> BurstFailed:
        ended = journey.ended or Ended("failed_after")
        sent_at = journey.opened_at or journey.approved_at
        return failed(ended, journey.provider.name, sent_at=sent_at, paid=journey.paid, kept=bool(journey.reply.text))

    def _keep(self, journey: _Journey, *, stopped: bool) -> None:
        """The turn with where it was made, what it cost and which entry of the ledger holds its bytes."""
        reply, asked, parcel = journey.reply, journey.asked, journey.parcel
        if not reply.keeps_turn:
            return
        self.means.conversations.add(
            asked.conversation,
            Turn(
                question=asked.question,
                answer=reply.text,
                citations=reply.citation_rows(),
                passages=self._read(asked, parcel),
                mode="writing",
                model=parcel.model,
                place="cloud",
                confidence=reply.sure.value,
                seconds=self.means.now() - journey.began,
                stopped=stopped,
                provider=journey.provider.name,
                ledger_seq=journey.seq,
                cost_micros=journey.paid.micros if journey.paid else None,
                estimate_micros=journey.quote.likely_micros,
                labels=reply.restored,
            ),
        )

    def _read(self, asked: Asked, parcel: Parcel) -> tuple[int, ...]:
        """Ids of everything the answer rests on: the passages sent, those of whole files, and for the answer that was
        made here and refined the ones its writer read. A later question must be able to tell."""
        library, kinds = self.means.library, {part.id: part for part in parcel.parts}
        ids = [passage.id for passage in self._passages(parcel)]
        if asked.call is Call.REFINE:
            ids += asked.passages
        for one in parcel.outgoing:
            part = kinds[one.part]
            document = library.document(part.document) if part.kind is PartKind.FILE and part.document else None
            ids += [passage.id for passage in library.passages_of(document.id)] if document else []
        return tuple(dict.fromkeys(ids))

    def _passages(self, parcel: Parcel) -> tuple[Passage, ...]:
        """The passages that are in the parcel, as they stand in the library now."""
        ids = [number for part in numbered(parcel) if (number := passage_of(part)) is not None]
        return tuple(self.means.library.passages(ids))


def _stayed(ended: Ended | None) -> bool:
    """Whether certainly not one byte of the parcel left."""
    return ended is not None and (
        ended.status == "failed_before" or (ended.status == "stopped" and ended.bytes_out == 0)
    )


def _status(ended: Ended | None, paid: Paid | None) -> Status:
    if ended is None:
        return Status.UNCONFIRMED
    match ended.status:
        case "done":
            return Status.ANSWERED if paid is not None and paid.confirmed else Status.UNCONFIRMED
        case "stopped":
            return Status.STOPPED
        case "failed_before":
            return Status.FAILED_BEFORE
        case "failed_after":
            return Status.FAILED_AFTER
