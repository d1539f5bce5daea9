"""Joins the rooms for one burst: what may be sent, what it costs, whether it may leave; sending is bursting.py."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.ask.cloud_parts import Origins, parts_of, ticked
from app.ask.findings import Finder
from app.ask.hiding import Hidden, Hiding
from app.ask.parcel_making import Asked, Destined, call_of, make_parcel
from app.cloud import gate, levels
from app.cloud.body import build, question_only, whole, with_texts
from app.cloud.copied import Lookup, copied
from app.cloud.kept import KEPT_S, Keeping, Kept
from app.cloud.ledger import Ledger
from app.cloud.parcel import Level, Offer, Parcel, Part, PartKind, Quote, Refusal, Stop, Wish
from app.cloud.purse import Purse
from app.cloud.waits import TELLING_KINDS, Acquainted, is_light, waits
from app.egress.door import Door
from app.egress.keys import KeyringMissing
from app.egress.providers import Provider, known
from app.errors import AppError
from app.library.library import Library
from app.store.conversations import Conversations
from app.store.db import Store
from app.values import Draft
from models.api import Cancel

_LAST = "cloud_last"
_READY = "cloud_ready"
"""Ids of the providers that had a key when the keyring was last asked."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A place a parcel can go to, as the pill's menu lists it."""

    provider: Provider
    models: tuple[str, ...]
    has_key: bool
    own_network: bool


@dataclass(frozen=True, slots=True)
class Means:
    """The rooms a burst goes through."""

    store: Store
    library: Library
    conversations: Conversations
    door: Door
    keeping: Keeping
    hiding: Hiding
    ledger: Ledger
    acquainted: Acquainted
    purse: Purse
    lookup: Lookup
    findings_right: Callable[[], float | None]
    """The local writer's measured share of right facts."""
    max_output_tokens: Callable[[], int]
    finder: Finder | None = None
    """Carries a plan out on this computer."""
    now: Callable[[], float] = time.time


class Offers:
    """Parcels as they are shown: built anew for each change, priced, checked and kept. Nothing leaves from here."""

    def __init__(self, means: Means) -> None:
        self.means = means

    # ------------------------------------------------------------ what there is to choose

    def levels(self) -> tuple[Level, ...]:
        """The levels offered now; Findings only with a writer that was measured to be good enough."""
        return levels.offered(self.means.findings_right())

    def destinations(self) -> list[Destination]:
        """Everywhere a parcel could go, set up or not."""
        providers = list(known(self.means.store).values())
        try:
            with_key = self.means.door.with_key([one for one in providers if one.key_needed])
        except AppError:
            with_key = frozenset()
        ready = json.dumps(sorted(with_key))
        if ready != (self.means.store.fact(_READY) or "[]"):
            self.means.store.keep_fact(_READY, ready)
        return [
            Destination(one, self.models(one), not one.key_needed or one.id in with_key, one.own_network)
            for one in providers
        ]

    def models(self, provider: Provider) -> tuple[str, ...]:
        """The models of a provider: those the person named, then those whose price is known."""
        return tuple(dict.fromkeys((*provider.models, *self.means.purse.models(provider.id))))

    def _has_key(self, provider: Provider) -> bool:
        try:
            return self.means.door.has_key(provider)
        except AppError:
            return False

    # ------------------------------------------------------------ the offer

    def offer(
        self,
        draft: Draft,
        wish: Wish,
        *,
        answer: str = "",
        attached: Sequence[Path] = (),
        rests_on: Sequence[Path] = (),
        cancel: Cancel | None = None,
    ) -> Offer:
        """New bytes and a new price for a draft; they are kept for fifteen minutes under their hash.

        `answer` is the one made here (for `wish.refine`), `rests_on` files it was made from besides the draft's
        passages; `attached` are whole files for Full. What keeps Send off stands in the offer, nothing is raised for
        it.
        """
        turns = self.means.conversations.turns(draft.conversation)
        parts = parts_of(
            draft, wish, turns, origins=self.origins(), answer=answer, attached=attached, rests_on=rests_on
        )
        plans = bool(draft.passages) and Level.FINDINGS in self.levels()
        asked = Asked(
            call_of(wish.level, refines=wish.refine and bool(answer.strip()), plans=plans),
            draft.question,
            draft.conversation,
            tuple(passage.id for passage in draft.passages),
        )
        return self.make(asked, wish, parts, cancel=cancel)

    def offered(self, sha256: str) -> Offer:
        """A kept offer by its hash, refusals as they stand now. Raises ParcelGone."""
        kept = self.means.keeping.look(sha256)
        return replace(kept.offer, refusals=self._refusals(kept.offer.parcel, kept.offer.quote, kept.wish))

    def again(self, sha256: str, wish: Wish, *, cancel: Cancel | None = None) -> Offer:
        """A kept offer with other choices: the same parts, new bytes, a new price. Raises ParcelGone."""
        kept = self.means.keeping.look(sha256)
        parcel = kept.offer.parcel
        asked = Asked.of(kept.note, question=kept.question, conversation=parcel.conversation)
        reworded = " ".join(wish.question.split())
        parts = [
            replace(part, text=whole(reworded)) if part.kind is PartKind.QUESTION and reworded else part
            for part in parcel.parts
        ]
        return self.make(asked, wish, parts, cancel=cancel)

    def retention(self, parcel: Parcel) -> str:
        """One sentence on what its provider keeps, with its date, or that it is not known."""
        provider = known(self.means.store).get(parcel.provider)
        return provider.retention if provider else ""

    def make(self, asked: Asked, wish: Wish, parts: Sequence[Part], *, cancel: Cancel | None = None) -> Offer:
        """An offer of given parts: also for the second of two calls."""
        destined = self._destined(wish)
        leaving, early = ticked(parts, wish), list[Refusal]()
        telling: tuple[tuple[str, str], ...] = ()
        try:
            hidden = self.means.hiding.hide(leaving, wish, conversation=asked.conversation, cancel=cancel)
            telling = self._telling(hidden, wish)
        except KeyringMissing as error:
            hidden = Hidden((), ())
            early.append(Refusal(Stop.NO_KEYRING, error.notice))
        except AppError as error:
            hidden = Hidden((), ())
            early.append(Refusal(Stop.DETECTOR_FAILED, error.notice))
        parcel = make_parcel(asked, wish, parts, hidden, destined)
        quote = self.quote(parcel)
        refusals = (*early, *self._refusals(parcel, quote, wish)) if not early else tuple(early)
        name = destined.provider.name if destined.provider else ""
        known_here = self.means.acquainted
        found = waits(parcel, quote, provider_name=name, acquainted=known_here, as_written=telling)
        lines = found if parcel.body else ()
        offer = Offer(
            parcel=parcel,
            quote=quote,
            claim=self._claim(parcel, refusals),
            refusals=refusals,
            waits=lines,
            light=is_light(parcel, quote, lines) and not refusals,
            expires_at=self.means.now() + KEPT_S,
        )
        return self._kept(offer, wish, asked)

    def _telling(self, hidden: Hidden, wish: Wish) -> tuple[tuple[str, str], ...]:
        """(kind, value) of what would leave as written at a level that hides nothing, and should be looked at."""
        if levels.hides_details(wish.level):
            return ()
        found = self.means.hiding.telling([one.text for one in hidden.outgoing], TELLING_KINDS)
        return tuple((one.kind.value, one.value) for one in found if one.value not in wish.as_written)

    def _kept(self, offer: Offer, wish: Wish, asked: Asked) -> Offer:
        nothing = replace(offer, expires_at=0.0)
        if offer.quote is None or not offer.parcel.body:
            return nothing
        try:
            self.means.keeping.keep(Kept(offer, wish, asked.question, asked.note()))
        except KeyringMissing as error:
            return replace(nothing, refusals=(Refusal(Stop.NO_KEYRING, error.notice), *offer.refusals))
        return offer

    def quote(self, parcel: Parcel) -> Quote | None:
        """What a parcel costs now; None while that is unknown."""
        if not parcel.body:
            return None
        return self.means.purse.quote(
            parcel.provider,
            parcel.model,
            parcel.body,
            max_output_tokens=parcel.max_output_tokens,
            level=parcel.level.value,
        )

    def _claim(self, parcel: Parcel, refusals: Sequence[Refusal]) -> str:
        kinds = {part.id: part.kind for part in parcel.parts}
        compared = not any(refusal.stop is Stop.COPIED_TEXT for refusal in refusals)
        sent = [kinds[one.part] for one in parcel.outgoing]
        return levels.claim(parcel.level, sent, compared=compared, hidden=len(parcel.swaps))

    def origins(self) -> Origins:
        """Where texts come from, and whether that may be sent."""
        return Origins(self.means.library, self.means.lookup)

    # ------------------------------------------------------------ what keeps Send off

    def guards(self) -> gate.Guards:
        """What the gate asks; each question is answered afresh."""

        def runs(text: str) -> list[tuple[str, str]]:
            return [(text[one.start : one.end], str(one.document)) for one in copied(text, self.means.lookup)]

        return gate.Guards(
            never_send=self.origins().never_send,
            repeats_never_sent=self.origins().repeats,
            details=self.means.hiding.details,
            hidden_words=self.means.hiding.words.all,
            copied=runs,
            quote=self.quote,
        )

    def _refusals(self, parcel: Parcel, quote: Quote | None, wish: Wish) -> tuple[Refusal, ...]:
        found = [*self.standing(parcel)]
        if parcel.level is Level.FINDINGS and Level.FINDINGS not in self.levels():
            found.append(
                gate.refusal(
                    Stop.NOT_OFFERED,
                    "Facts found by the writer on this computer are not right often enough to be sent.",
                    "Use a better writer, or choose another level.",
                )
            )
        if parcel.body:
            found += gate.check(parcel, quote, wish, self.guards())
        elif not parcel.outgoing:
            found.append(gate.refusal(Stop.NOTHING_TICKED, "No part is ticked.", "Tick a part, or keep it here."))
        seen: dict[tuple[Stop, str], Refusal] = {}
        for refusal in found:
            seen.setdefault((refusal.stop, refusal.notice.happened), refusal)
        return tuple(seen.values())

    def standing(self, parcel: Parcel) -> Iterator[Refusal]:
        """What speaks against sending anything there now, whatever the bytes are."""
        door = self.means.door
        provider = known(self.means.store).get(parcel.provider)
        if not door.alive:
            yield gate.refusal(Stop.OFFLINE, "Indoors is offline.", "Start Indoors without --offline.")
        elif door.blocked:
            yield gate.refusal(Stop.BLOCKED, "The network is blocked.", "Turn off “Block all network” in Privacy.")
        if provider is None or not parcel.model:
            do = "Add a key with: indoors keys set openai, or a server of your own with: indoors cloud add-server"
            yield gate.refusal(Stop.NO_DESTINATION, "No cloud model is set up.", do)
        elif door.alive and provider.key_needed and not self._has_key(provider):
            do = f"Add one in Settings, or with: indoors keys set {provider.id}"
            yield gate.refusal(Stop.NO_KEY, f"There is no key for {provider.name}.", do)
        sound = self.means.ledger.sound()
        if not sound.intact:
            yield gate.refusal(Stop.LEDGER_BROKEN, sound.says, "Look at it in Privacy before anything more is sent.")

    # ------------------------------------------------------------ where to

    def _destined(self, wish: Wish) -> Destined:
        most = self.means.max_output_tokens()
        providers = known(self.means.store)
        last = json.loads(self.means.store.fact(_LAST) or "{}")
        chosen = providers.get(wish.provider or last.get("provider", ""))
        if chosen is None and not wish.provider:
            ready = [one for one in self.destinations() if one.has_key and one.models]
            own = [one for one in ready if one.provider.models]
            chosen = (own or ready)[0].provider if ready else next(iter(providers.values()), None)
        if chosen is None:
            return Destined(None, "", most)
        models = self.models(chosen)
        remembered = last.get("model", "") if last.get("provider") == chosen.id else ""
        model = wish.model or (remembered if remembered in models else "") or next(iter(models), "")
        price = self.means.purse.sheet.price(chosen.id, model)
        return Destined.to(chosen, model, most, price=price)

    def remember(self, parcel: Parcel) -> None:
        """The next question is offered to the same place; whether it is sent stays a question each time."""
        self.means.store.keep_fact(_LAST, json.dumps({"provider": parcel.provider, "model": parcel.model}))

    def price_of_help(self, draft: Draft) -> int | None:
        """About what a burst of these passages would cost, in micro-dollars; None when nothing is set up or known.

        For the one line under a weak answer, so it must cost nothing itself: nothing is hidden, kept or shown, no
        process is started, and the keyring is left alone (looking could make the system ask the person to unlock it).
        """
        provider, model = self._familiar()
        if provider is None or not model:
            return None
        origins = self.origins()
        texts = [
            passage.text.strip()
            for passage in draft.passages
            if not origins.never_send(str(passage.document.path), passage.document.sha256)
        ]
        messages = with_texts(draft.question, texts) if texts else question_only(draft.question)
        most = self.means.max_output_tokens()
        raw = build(messages, model=model, kind=provider.kind, max_output_tokens=most)
        return self.means.purse.rough(provider.id, model, raw, max_output_tokens=most, level=Level.SNIPPETS.value)

    def _familiar(self) -> tuple[Provider | None, str]:
        """Where a question would go, as far as that is known without asking the keyring: the place of the last one, a
        server that needs no key, a provider that had one when it was last looked at."""
        providers = known(self.means.store)
        last = json.loads(self.means.store.fact(_LAST) or "{}")
        ready = json.loads(self.means.store.fact(_READY) or "[]")
        chosen = providers.get(last.get("provider", ""))
        for one in providers.values():
            if chosen is None and self.models(one) and (not one.key_needed or one.id in ready):
                chosen = one
        if chosen is None:
            return None, ""
        models = self.models(chosen)
        remembered = last.get("model", "") if last.get("provider") == chosen.id else ""
        return chosen, remembered if remembered in models else next(iter(models), "")
