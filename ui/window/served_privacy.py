"""The open profile's ledger, account and providers in the shape the Privacy page, the meter and the settings want."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.ask.cloud_room import CloudRoom
from app.cloud import disk_places
from app.cloud.dollars import MICROS
from app.cloud.ledger_entries import EntryKind, Sent, State
from app.cloud.ledger_figures import month_start
from app.egress import keys, providers
from app.egress.door import Door
from app.egress.providers import Provider
from app.errors import AppError, UsageError
from app.library.library import Library
from app.paths import Profile
from app.services import Services
from app.settings import Settings
from app.store.db import Store
from app.store.spending import Spending
from models import seal
from ui.window.privacy.privacy_house import (
    AnswerCost,
    Chain,
    CloudLook,
    CloudSetup,
    ConnectionLine,
    Crossing,
    DiskPlace,
    ExportForm,
    Month,
    MonthMoney,
    ProviderLine,
    SentEntry,
    SentLine,
    SentState,
    Stayed,
)
from ui.window.privacy_words import purpose
from ui.window.words import home_path

_STATES = {
    State.ANSWERED: SentState.ANSWERED,
    State.UNCONFIRMED: SentState.UNCONFIRMED,
    State.STOPPED_IN_TIME: SentState.STOPPED_IN_TIME,
    State.STOPPED: SentState.STOPPED,
    State.FAILED_BEFORE: SentState.FAILED_BEFORE,
    State.FAILED_AFTER: SentState.FAILED_AFTER,
    State.ON_ITS_WAY: SentState.UNDER_WAY,
    State.CLOSED: SentState.CLOSED,
}
_READY = "cloud_ready"
"""Fact: whether a key or an own server was there when somebody last looked; looking itself starts a process."""
_MANY, _ANSWERS_SHOWN, _LOOKED_BACK = 1_000_000, 10, 60


@dataclass(frozen=True, slots=True)
class Rooms:
    """What it is served from."""

    room: CloudRoom
    store: Store
    library: Library
    settings: Settings
    profile: Profile
    door: Door


class ServedPrivacy:
    """Called from worker threads only."""

    def __init__(self, rooms: Rooms, *, now: Callable[[], float] = time.time) -> None:
        self._rooms, self._now = rooms, now
        self._room, self._door = rooms.room, rooms.door
        self._last_left: float | None = None

    @classmethod
    def of(cls, services: Services, door: Door) -> ServedPrivacy:
        """Over an open profile."""
        rooms = Rooms(services.cloud, services.store, services.library, services.settings, services.profile, door)
        return cls(rooms)

    # ------------------------------------------------------------ the ledger

    def month(self) -> Month:
        ledger, now = self._room.ledger, self._now()
        figures, verdict = ledger.month(), ledger.sound()
        month = ledger.sent(limit=_MANY, since=month_start(now))
        self._last_left = figures.last_left_at
        sealed = seal.state()
        return Month(
            now=now,
            left=figures.left,
            stopped=figures.stopped,
            failed=figures.failed,
            answered_here=figures.answered_here,
            last_left_at=figures.last_left_at,
            crossings=tuple(Crossing(one.seq, one.at, one.words, one.state.left) for one in reversed(month)),
            chain=Chain(
                verdict.entries,
                intact=not verdict.broken,
                chained=verdict.chained,
                changed_after=verdict.good_until,
                words=ledger.words() if verdict.chained else (),
            ),
            enforced_by=sealed.enforced_by,
            enforced_how=sealed.detail,
            blocked=self._door.blocked,
            offline=not self._door.alive,
        )

    def sent(self, *, only_answers: bool, limit: int, offset: int) -> tuple[Sequence[SentLine], int]:
        names, ledger = self._names(), self._room.ledger
        found = ledger.sent(limit=limit, offset=offset, only_answers=only_answers)
        return [_line(one, names) for one in found], ledger.count_sent(only_answers=only_answers)

    def connections(self, *, limit: int, offset: int) -> tuple[Sequence[ConnectionLine], int]:
        ledger, hosts = self._room.ledger, {one.host: one.name for one in self._known()}
        found = ledger.entries((EntryKind.CONNECTION,), limit=limit, offset=offset)
        return [_connection(entry.fields, hosts) for entry in found], ledger.count((EntryKind.CONNECTION,))

    def entry(self, number: int) -> SentEntry:
        ledger = self._room.ledger
        one = ledger.sent_entry(number)
        if one is None:
            raise UsageError("This entry is not in the ledger.", do="Look at the list again.")
        kept = ledger.kept(number)
        body = kept.body if kept is not None else b""
        return SentEntry(
            line=_line(one, self._names()),
            host=one.host,
            approved_at=one.approved_at,
            sent_at=one.at if one.state.left else None,
            held_s=max(0.0, one.at - one.approved_at),
            estimate_micros=one.estimate_micros,
            ceiling_micros=one.ceiling_micros,
            confirmed=one.state not in (State.UNCONFIRMED, State.CLOSED, State.ON_ITS_WAY),
            stayed=tuple(Stayed(label, value) for label, value in kept.swaps) if kept is not None else (),
            text=body.decode("utf-8", errors="replace"),
            bytes_out=one.bytes_out,
            sha256=one.body_sha256,
            says=ledger.provider_words(number),
            flags=one.flags,
            same_bytes=bool(body) and hashlib.sha256(body).hexdigest() == one.body_sha256,
        )

    def erase_entry(self, number: int) -> None:
        self._room.ledger.erase(number)

    def export(self, form: ExportForm) -> str:
        return self._room.ledger.export(form)

    def begin_anew(self) -> None:
        self._room.ledger.go_on()

    # ------------------------------------------------------------ this disk, the network

    def places(self) -> Sequence[DiskPlace]:
        return [
            DiskPlace(
                one.key,
                one.title,
                one.says,
                one.path if one.size_bytes else None,
                None if one.key == "keyring" else one.size_bytes,
                one.erasable if one.size_bytes else "",
            )
            for one in disk_places.places(self._rooms.profile)
        ]

    def erase_place(self, key: str) -> None:
        disk_places.erase_place(self._rooms.profile, key)

    def block(self, on: bool) -> None:
        self._room.block(on)

    # ------------------------------------------------------------ money

    def look(self) -> CloudLook:
        month, now = self._room.budget.month(), self._now()
        midnight = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        today = sum(one.state.left for one in self._room.ledger.sent(limit=_MANY, since=midnight))
        if self._last_left is None or today:
            self._last_left = self._room.ledger.month().last_left_at
        return CloudLook(
            ready=self._rooms.store.fact(_READY) == "yes",
            blocked=self._door.blocked,
            sent_today=today,
            spent_today=month.today,
            spent=month.spent,
            held=month.held,
            limit=month.limit,
            bell=self._bell(month.limit),
            last_left_at=self._last_left,
            now=now,
        )

    def money(self) -> MonthMoney:
        month, ledger = self._room.budget.month(), self._room.ledger
        permits = {
            str(one.fields.get("permit")): one.seq for one in ledger.entries((EntryKind.INTENT,), limit=_LOOKED_BACK)
        }
        questions = {one.seq: one.question for one in ledger.sent(limit=_LOOKED_BACK)}
        recent = [row for row in self._room.budget.recent(_LOOKED_BACK) if row.state != "released"]
        settled = [row.permit for row in recent if row.state == "settled"][:_ANSWERS_SHOWN]
        shown = [row for row in recent if row.state != "settled" or row.permit in settled]
        day, source = self._prices(recent)
        return MonthMoney(
            now=self._now(),
            spent=month.spent,
            held=month.held,
            limit=month.limit,
            bell=self._bell(month.limit),
            today=month.today,
            answers=tuple(_cost(row, permits.get(row.permit, 0), questions) for row in shown),
            answered_here=ledger.month().answered_here,
            prices_as_of=day,
            price_source=source,
        )

    def set_budget(self, micros: int) -> None:
        self._rooms.settings.set("budget_dollars", str(micros // MICROS))

    def _bell(self, limit: int) -> int:
        return limit * self._rooms.settings.number("budget_bell") // 100

    def _prices(self, recent: Sequence[Spending]) -> tuple[str, str]:
        """Date and source of the price used last, else of the newest one in the sheet."""
        sheet = self._room.prices
        last = sheet.price(recent[0].provider, recent[0].model) if recent else None
        known = [last] if last is not None else [price for one in self._known() for price in sheet.models(one.id)]
        newest = max(known, key=lambda price: price.as_of, default=None)
        return (newest.as_of, newest.source) if newest is not None else ("", "")

    # ------------------------------------------------------------ what the cloud may use

    def setup(self) -> CloudSetup:
        known, keyring, missing = self._known(), "", ""
        having: frozenset[str] = frozenset()
        try:
            having, keyring = self._door.with_key(known), keys.name()
        except keys.KeyringMissing as trouble:
            missing = f"{trouble.notice.happened} {trouble.notice.do}"
        self._keep_ready(any(one.id in having or not one.key_needed for one in known))
        limit = self._room.budget.month().limit
        return CloudSetup(
            providers=tuple(self._provider(one, having) for one in known),
            hidden_words=tuple(self._room.hiding.words.all()),
            never_sent=tuple(home_path(root.path) for root in self._rooms.library.roots() if root.never_cloud),
            limit_micros=limit,
            bell_percent=self._rooms.settings.number("budget_bell"),
            keyring=keyring,
            no_keyring=missing,
        )

    def keep_key(self, provider: str, key: bytearray) -> None:
        self._door.keep_key(self._one(provider), key)
        self._keep_ready(True)

    def forget_key(self, provider: str) -> None:
        self._door.forget_key(self._one(provider))

    def add_server(self, address: str, *, name: str) -> None:
        providers.add_server(self._rooms.store, address, name=name)

    def remove_server(self, provider: str) -> None:
        with suppress(AppError):  # without a keyring there is no key either
            self._door.forget_key(self._one(provider))
        providers.remove_server(self._rooms.store, provider)

    def type_price(self, provider: str, model: str, *, input_micros: int, output_micros: int) -> None:
        one = self._one(provider)
        self._room.prices.type_price(provider, model, input=input_micros, output=output_micros)
        if one.kind == "own" and model not in one.models:
            providers.add_server(self._rooms.store, one.base_url, model=model)

    def hide_always(self, word: str) -> None:
        self._room.hiding.words.add(word)

    def show_again(self, word: str) -> None:
        self._room.hiding.words.remove(word)

    def _provider(self, one: Provider, having: frozenset[str]) -> ProviderLine:
        unpriced = not self._room.prices.models(one.id)
        own = one.kind in ("own", "azure") or one.id not in ("openai", "openrouter")
        return ProviderLine(
            one.id, one.name, one.host, own, one.own_network, one.key_needed, one.id in having, one.retention, unpriced
        )

    def _known(self) -> list[Provider]:
        return list(providers.known(self._rooms.store).values())

    def _names(self) -> dict[str, str]:
        return {one.id: one.name for one in self._known()}

    def _one(self, provider: str) -> Provider:
        found = next((one for one in self._known() if one.id == provider), None)
        if found is None:
            raise AppError("This provider is not set up any more.", do="Look at the list again.")
        return found

    def _keep_ready(self, ready: bool) -> None:
        said = "yes" if ready else ""
        if not self._rooms.store.read_only and self._rooms.store.fact(_READY) != said:
            self._rooms.store.keep_fact(_READY, said)


def _line(one: Sent, names: dict[str, str]) -> SentLine:
    state = _STATES[one.state]
    open_ended = state in (SentState.CLOSED, SentState.UNDER_WAY)
    return SentLine(
        entry=one.seq,
        at=one.at,
        question=one.question,
        provider=names.get(one.provider, one.provider),
        model=one.model,
        words=one.words,
        hidden=one.hidden,
        cost_micros=one.ceiling_micros if open_ended else one.cost_micros,
        state=state,
        erased=one.erased,
    )


def _connection(fields: Any, hosts: dict[str, str]) -> ConnectionLine:
    host = str(fields["host"])
    said = purpose(str(fields["purpose"]), hosts.get(host, host))
    return ConnectionLine(
        float(fields["opened_at"]), said, host, int(fields["bytes_out"]), int(fields["bytes_in"]), ok=bool(fields["ok"])
    )


def _cost(row: Spending, entry: int, questions: dict[int, str]) -> AnswerCost:
    question = questions.get(entry, "")
    match row.state:
        case "reserved":
            return AnswerCost(entry, question, row.estimate_micros, row.ceiling_micros, "held")
        case "unconfirmed":
            most = (row.actual_micros or 0) + row.held_micros
            return AnswerCost(entry, question, row.estimate_micros, most, "unconfirmed")
        case _:
            return AnswerCost(entry, question, row.estimate_micros, row.actual_micros or 0, "settled")
