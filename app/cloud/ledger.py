"""The ledger: what left this computer, what it cost and how it went, written down before the first byte leaves.

An intent is on the disk before anything is sent; how it went follows. The exact bytes, the question and what the labels
stood for are kept encrypted beside it until the person erases them: then the line stays and says so. How the lines are
bound together, and what that cannot do, is told in app/cloud/ledger_chain.py.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psutil

from app.cloud.ledger_chain import Chain, Secrets
from app.cloud.ledger_check import Verdict, check
from app.cloud.ledger_entries import (
    Entry,
    EntryKind,
    Intent,
    Kept,
    Result,
    Sent,
    State,
    Status,
    entry_of,
    joined,
    parsed,
    state_of,
    words_of,
)
from app.cloud.ledger_figures import Figures, figures, month_start
from app.cloud.ledger_words import six_words
from app.cloud.sealing import Locked, lock, unlock
from app.errors import AppError, UsageError
from app.store.db import Store
from app.store.ledger_rows import KeptBytes, LedgerRow, LedgerRows, ParcelRow

BODY_KEY = "ledger body key"
_MANY = 1_000_000
_LONGEST_ANSWER_S = 900.0
"""After so long a parcel without an end is not under way any more, whatever runs under the number of its process."""
_ANSWERS = (Status.ANSWERED.value, Status.UNCONFIRMED.value)


class Ledger:
    """One profile's ledger. Safe from any thread and beside another process of the same profile."""

    def __init__(self, store: Store, secrets: Secrets, *, now: Callable[[], float] = time.time) -> None:
        self._rows = LedgerRows(store)
        self._secrets = secrets
        self._now = now
        self._chain = Chain(self._rows, secrets, now=now)
        self._chain.broken_now = self._broken
        self._key: bytes | None = None
        self._running: set[int] = set()
        self._seen: tuple[LedgerRow | None, Verdict] | None = None

    # ------------------------------------------------------------ writing

    def intend(self, intent: Intent) -> int:
        """Write down a parcel that is about to leave; its number. It is on the disk when this returns, and only then
        may a byte leave. Must not be called inside a transaction of the store.

        Raises LedgerBroken, ProfileTrouble, ProfileBusy, AppError: then nothing may be sent.
        """
        try:
            row = self._append(EntryKind.INTENT, _told(intent), keep=_kept_of(intent).packed(), must_hold=True)
        except AppError:
            self._did_not_leave(intent)
            raise
        self._running.add(row.seq)
        return row.seq

    def held_back(self, intent: Intent) -> int:
        """Write down a parcel that was stopped before it left; its bytes are not kept, only the question."""
        return self._append(EntryKind.HELD, _told(intent), keep=replace(_kept_of(intent), body=b"").packed()).seq

    def result(self, seq: int, result: Result) -> None:
        """Write down how the parcel `seq` went. Raises UsageError for a number that is no parcel, ProfileTrouble."""
        row = self._rows.at(seq)
        if row is None or row.kind != EntryKind.INTENT:
            raise UsageError(f"Entry {seq} is not something that was sent.")
        told = {
            "about": seq,
            "status": result.status.value,
            "bytes_out": result.bytes_out,
            "bytes_in": result.bytes_in,
            "usage": dict(result.usage),
            "cost_micros": result.cost_micros,
            "flags_accepted": [list(flag) for flag in result.flags],
        }
        self._append(EntryKind.RESULT, told, keep=_said(result.says) if result.says else None)
        self._running.discard(seq)

    def connection(self, *, at: float, purpose: str, host: str, bytes_out: int, bytes_in: int, ok: bool) -> None:
        """Write down a connection that was opened, whatever for. `at` in seconds since 1970."""
        told = {"opened_at": at, "purpose": purpose, "host": host, "bytes_out": bytes_out, "bytes_in": bytes_in}
        self._append(EntryKind.CONNECTION, {**told, "ok": ok})

    def blocked(self, on: bool) -> None:
        """Write down that all network was blocked, or allowed again."""
        self._append(EntryKind.BLOCKED if on else EntryKind.UNBLOCKED, {})

    def prices(self, fingerprint: str, *, as_of: str, source: str) -> None:
        """Write down that the price sheet was renewed. `as_of`: ISO date."""
        self._append(EntryKind.PRICES, {"sheet": fingerprint, "as_of": as_of, "source": source})

    def erase(self, seq: int) -> None:
        """Erase what is kept of a parcel: question, bytes, labels, the provider's words. The line stays and says that
        it was erased. Raises UsageError for a number that is no parcel."""
        found = self._rows.parcels(limit=1, seq=seq)
        if not found:
            raise UsageError(f"There is no entry {seq} of something sent.", do="See `indoors ledger show`.")
        if found[0].erased:
            return
        of = [seq, *([found[0].result.seq] if found[0].result else [])]
        self._append(EntryKind.ERASURE, {"about": seq, "of": of, "by": "you"}, drop=of)
        self._rows.empty_journal()

    def go_on(self) -> Verdict:
        """Begin a new chain after entries that were changed or are missing; what was found stays written. Nothing is
        done when all is well. Raises AppError without a keyring."""
        verdict = self.verify()
        if verdict.broken:
            self._chain.begin_anew("accepted", verdict.says)
            verdict = self.verify()
        return verdict

    # ------------------------------------------------------------ reading

    def entries(self, kinds: Sequence[EntryKind] = (), *, limit: int = 200, offset: int = 0) -> list[Entry]:
        """Lines of some kinds (none named: of all) as they were written, newest first."""
        rows = self._rows.newest([kind.value for kind in kinds], limit=limit, offset=offset)
        return [entry for row in rows if (entry := entry_of(row)) is not None]

    def entry(self, seq: int) -> Entry | None:
        """One line as it was written."""
        row = self._rows.at(seq)
        return entry_of(row) if row else None

    def count(self, kinds: Sequence[EntryKind] = ()) -> int:
        """How many lines of some kinds there are."""
        return self._rows.count([kind.value for kind in kinds])

    def sent(self, *, limit: int = 200, offset: int = 0, since: float = 0.0, only_answers: bool = False) -> list[Sent]:
        """Parcels with how they went, newest first; those stopped in time too. `since`: seconds since 1970."""
        statuses = _ANSWERS if only_answers else ()
        rows = self._rows.parcels(limit=limit, offset=offset, since=since, statuses=statuses)
        return [sent for row in rows if (sent := self._sent(row)) is not None]

    def count_sent(self, *, only_answers: bool = False) -> int:
        """How many `sent` lists in all."""
        return self._rows.count_parcels(_ANSWERS if only_answers else ())

    def sent_entry(self, seq: int) -> Sent | None:
        """One parcel with how it went."""
        found = self._rows.parcels(limit=1, seq=seq)
        return self._sent(found[0]) if found else None

    def kept(self, seq: int) -> Kept | None:
        """What is kept of a parcel; None when it was erased, never kept, or the keyring does not open it."""
        plain = self._opened(seq, self._rows.kept(seq))
        return Kept.unpacked(plain) if plain is not None else None

    def body(self, seq: int) -> bytes | None:
        """The exact bytes that left."""
        kept = self.kept(seq)
        return kept.body if kept else None

    def provider_words(self, seq: int) -> str:
        """What the provider said when it refused the parcel `seq`, in its own words; empty when it said nothing."""
        found = self._rows.parcels(limit=1, seq=seq)
        answer = found[0].result if found else None
        plain = self._opened(answer.seq, self._rows.kept(answer.seq)) if answer else None
        return Kept.unpacked(plain).question if plain else ""

    def month(self, start: float | None = None) -> Figures:
        """This month, or everything since `start` (seconds since 1970), in figures and sentences."""
        since = month_start(self._now()) if start is None else start
        return figures(
            [self._state(row) for row in self._rows.parcels(limit=_MANY, since=since)],
            answered_here=self._rows.answered_here(since),
            last_left_at=self._last_left_at(),
            now=self._now(),
        )

    # ------------------------------------------------------------ is it true

    def verify(self) -> Verdict:
        """Go over every line and what is kept with it (docs/figures/ledger.md says how long that takes)."""
        with self._chain.alone():
            key, head = self._chain.keyring()
            last = self._rows.last()
            anew = self._rows.last_of(EntryKind.ANEW)
            verdict = check(self._rows.all(), key=key, head=head, last_anew=anew, now=self._now())
        self._seen = (last, verdict)
        return verdict

    def sound(self) -> Verdict:
        """`verify`, remembered while nothing is added: what a sheet asks before every offer."""
        seen = self._seen
        return seen[1] if seen is not None and seen[0] == self._rows.last() else self.verify()

    def words(self) -> tuple[str, ...]:
        """The end of the chain as six words; none without a keyring or while nothing is chained."""
        _, head = self._chain.keyring()
        return six_words(head.mac) if head is not None and head.mac else ()

    def export(self, form: str, *, everything: bool = False) -> str:
        """The whole ledger as "json" or "csv" with its end and the six words. Raises UsageError for another form."""
        from app.cloud.ledger_export import as_csv, as_json

        rows = [row for row, _ in self._rows.all()]
        _, head = self._chain.keyring()
        match form:
            case "json":
                texts = {row.seq: self.kept(row.seq) for row in rows if row.kind == EntryKind.INTENT}
                return as_json(rows, head=head, words=self.words(), texts=texts if everything else {}, at=self._now())
            case "csv":
                return as_csv(rows, head=head, words=self.words())
            case _:
                raise UsageError(f"“{form}” is no form of the ledger.", do="Use json or csv.")

    # ------------------------------------------------------------ inside

    def _append(
        self,
        kind: EntryKind,
        told: Mapping[str, Any],
        *,
        keep: bytes | None = None,
        drop: Sequence[int] = (),
        must_hold: bool = False,
    ) -> LedgerRow:
        # Alone from here on: the key is made at its first use, and two processes must not make two.
        with self._chain.alone():
            key = self._body_key() if keep is not None else None

            def locked(seq: int) -> KeptBytes | None:
                if key is None or keep is None:
                    return None
                made = lock(key, keep, _about(seq))
                return KeptBytes(made.nonce, made.blob)

            return self._chain.append(kind, told, keep=locked, drop=drop, must_hold=must_hold)

    def _did_not_leave(self, intent: Intent) -> None:
        """An intent that is on the disk while the keyring did not take its end is not sent: say so beside it."""
        last = self._rows.last()
        if last is not None and last.kind == EntryKind.INTENT and parsed(last).get("permit") == intent.permit:
            with suppress(AppError):
                self.result(last.seq, Result(Status.FAILED_BEFORE, 0, 0))

    def _body_key(self) -> bytes | None:
        try:
            self._key = self._key or self._secrets.secret(BODY_KEY)
            return self._key
        except AppError:
            return None

    def _opened(self, seq: int, kept: KeptBytes | None) -> bytes | None:
        key = self._body_key() if kept is not None else None
        if key is None or kept is None:
            return None
        return unlock(key, Locked(kept.nonce, kept.body), _about(seq))

    def _broken(self) -> str:
        verdict = self.verify()
        return verdict.says if verdict.broken else ""

    def _last_left_at(self) -> float | None:
        step = 50
        for offset in range(0, _MANY, step):
            page = self._rows.parcels(limit=step, offset=offset)
            for row in page:
                state = self._state(row)
                if state is not None and state.left:
                    return float(parsed(row.parcel)["at"])
            if len(page) < step:
                break
        return None

    def _state(self, row: ParcelRow) -> State | None:
        """None for a line somebody made unreadable."""
        result = parsed(row.result) if row.result else None
        with suppress(ValueError, KeyError, TypeError):
            return state_of(row.parcel.kind, result, running=result is None and self._under_way(row.parcel))
        return None

    def _under_way(self, parcel: LedgerRow) -> bool:
        """Whether this process, or another that still runs, is sending it just now."""
        if parcel.seq in self._running:
            return True
        told = parsed(parcel)
        recent: bool = self._now() - told["at"] < _LONGEST_ANSWER_S
        return recent and bool(psutil.pid_exists(told["process"]))

    def _sent(self, row: ParcelRow) -> Sent | None:
        state, kept = self._state(row), None if row.erased else self.kept(row.parcel.seq)
        return joined(row, state, kept) if state is not None else None


def _told(intent: Intent) -> dict[str, Any]:
    """What stands in the line itself: nothing of the person's own words, so that erasing can take those away."""
    return {
        "level": intent.level,
        "provider": intent.provider,
        "host": intent.host,
        "model": intent.model,
        "permit": intent.permit,
        "body_sha256": hashlib.sha256(intent.body).hexdigest(),
        "bytes": len(intent.body),
        "words": words_of(intent.body),
        "redactions": dict(intent.redactions),
        "findings": len(intent.findings),
        "shingles": intent.shingles,
        "estimate_micros": intent.estimate_micros,
        "ceiling_micros": intent.ceiling_micros,
        "price_sheet": intent.price_sheet,
        "flags": [list(flag) for flag in intent.flags],
        "conversation": intent.conversation,
        "approved_at": intent.approved_at,
        "process": os.getpid(),
    }


def _kept_of(intent: Intent) -> Kept:
    return Kept(intent.question, intent.body, intent.swaps, intent.findings)


def _said(words: str) -> bytes:
    """The provider's words, kept in the same form as a parcel: they may repeat what was sent."""
    return Kept(words, b"", (), ()).packed()


def _about(seq: int) -> bytes:
    """Binds what is kept to its line: moved to another one it does not open."""
    return b"ledger entry %d" % seq


def cross_check(ledger: Ledger) -> list[str]:
    """Where parcels that left and connections made for questions do not match, host by host; empty when they do."""
    left: dict[str, int] = {}
    opened: dict[str, int] = {}
    for one in ledger.sent(limit=_MANY):
        if one.state.left:
            left[one.host] = left.get(one.host, 0) + 1
    for entry in ledger.entries((EntryKind.CONNECTION,), limit=_MANY):
        if entry.fields["purpose"] == "question" and entry.fields["bytes_out"]:
            host = str(entry.fields["host"])
            opened[host] = opened.get(host, 0) + 1
    return [
        f"{host}: {left.get(host, 0)} sent, {opened.get(host, 0)} connections"
        for host in sorted({*left, *opened})
        if left.get(host, 0) != opened.get(host, 0)
    ]
