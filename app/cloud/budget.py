"""The month's budget: money is reserved before anything leaves and settled after, so that no two can spend the same."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from app.cloud.dollars import at_least, at_most
from app.cloud.learnt import Pair
from app.cloud.likely import ENOUGH, LIKE_THIS
from app.cloud.settlement import Settled
from app.cloud.token_count import Counted
from app.errors import AppError
from app.store.db import Store
from app.store.spending import NOT_LEARNT, Spending, SpendingRows

_SAME_START_S = 5.0
"""A process's start is worked out from the clock, which may have been set since."""


class OverBudget(AppError):
    """The most it can cost does not fit into what is left; nothing was reserved."""


@dataclass(frozen=True, slots=True)
class MonthSpending:
    """One calendar month on this computer's clock, in micro-dollars."""

    spent: int
    held: int
    """Reserved by what is under way, and what unconfirmed answers may still cost."""
    limit: int
    month: str
    """Such as "2026-11"."""
    today: int
    """Spent since midnight."""

    @property
    def left(self) -> int:
        """What may still be reserved; below nothing when the limit was lowered."""
        return self.limit - self.spent - self.held


class Budget:
    """The hard stop. Safe from any thread and any process of one profile."""

    def __init__(self, store: Store, limit_micros: Callable[[], int], *, now: Callable[[], float] = time.time) -> None:
        """`limit_micros` is asked at every reservation, so that a changed setting holds at once."""
        self._rows = SpendingRows(store)
        self._limit = limit_micros
        self._now = now
        self._owner = _process()

    def left(self) -> int:
        """What may still be reserved this month, in micro-dollars; below nothing when the limit was lowered."""
        return self.month().left

    def month(self) -> MonthSpending:
        """The figures of the meter."""
        now = datetime.datetime.fromtimestamp(self._now())
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        month = _month(self._now())
        spent, held, today = self._rows.sums(month=month, since=midnight)
        return MonthSpending(spent, held, self._limit(), month, today)

    def recent(self, count: int) -> list[Spending]:
        """The last parcels, newest first, whatever became of them."""
        return self._rows.recent(count)

    def of_permit(self, permit: str) -> Spending | None:
        """What became of one parcel's money."""
        return self._rows.of_permit(permit)

    def reserve(
        self,
        permit: str,
        *,
        provider: str,
        model: str,
        ceiling_micros: int,
        estimate_micros: int,
        counted: Counted | None = None,
        kind: str = "",
    ) -> None:
        """Hold the ceiling, on disk before this returns. `counted` and `kind` (the level) are kept to learn from.
        Raises OverBudget; a permit that was reserved before is a mistake of ours."""
        now = self._now()
        with self._rows.reserving(_month(now)) as (db, taken):
            left = self._limit() - taken
            # What costs nothing (a server of one's own) is never over a budget.
            if ceiling_micros > max(0, left):
                raise over_budget(ceiling_micros, left)
            self._rows.add(
                db,
                permit=permit,
                month=_month(now),
                made_at=now,
                provider=provider,
                model=model,
                kind=kind,
                state="reserved",
                ceiling_micros=ceiling_micros,
                estimate_micros=estimate_micros,
                counted=counted.plain if counted else None,
                content=counted.content if counted else "",
                owner=self._owner,
            )

    def settle(self, permit: str, settled: Settled, *, learn: bool = True) -> None:
        """What it really cost, also later for one that was unconfirmed. Real money is written down even above its
        ceiling. Without `learn` neither `pairs` nor `history` ever tell of it (see learnt.teaches). Raises ValueError
        for an unconfirmed Settled, LookupError when nothing is held for the permit."""
        if not settled.confirmed:
            raise ValueError("an answer without usable usage is left unconfirmed, not settled")
        self._change(
            permit,
            state="settled",
            actual_micros=settled.micros,
            held_micros=0,
            tokens_in=settled.tokens_in,
            tokens_out=settled.tokens_out,
            cached=settled.cached,
            reasoning=settled.reasoning,
            settled_at=self._now(),
            **({} if learn else {"counted": NOT_LEARNT}),
        )

    def unconfirmed(self, permit: str, *, micros: int, held_micros: int) -> None:
        """It left and no usable usage came back: `micros` are counted, `held_micros` stay possible (see
        settlement.left_open) until a settlement. Raises LookupError when nothing is held for the permit."""
        self._change(permit, state="unconfirmed", actual_micros=micros, held_micros=held_micros, settled_at=self._now())

    def release(self, permit: str) -> bool:
        """Give back what was held for a parcel that certainly did not leave; False when nothing was held any more."""
        return self._rows.change(permit, only=("reserved",), state="released", settled_at=self._now())

    def after_crash(self) -> int:
        """Reservations whose process is gone: nobody knows whether they left, so each counts at its ceiling. Returns
        how many. Called when a profile is opened."""
        gone = [(permit, ceiling) for permit, owner, ceiling in self._rows.under_way() if not _lives(owner)]
        return sum(
            self._rows.change(
                permit,
                only=("reserved",),
                state="unconfirmed",
                actual_micros=ceiling,
                held_micros=0,
                settled_at=self._now(),
            )
            for permit, ceiling in gone
        )

    def pairs(self, provider: str, model: str) -> list[Pair]:
        """What we counted and what the provider counted, newest first, for Tokens.count."""
        rows = self._rows.answered(provider=provider, model=model, limit=LIKE_THIS)
        return [Pair(row["content"], row["counted"], row["tokens_in"]) for row in rows if row["counted"]]

    def history(self, provider: str, model: str, *, kind: str) -> list[int]:
        """Output tokens of the last answers like this, newest first, for likely.quote: of this model at this level, or
        of any model at this level, or of this model."""
        for wish in (
            {"provider": provider, "model": model, "kind": kind},
            {"kind": kind},
            {"provider": provider, "model": model},
        ):
            rows = self._rows.answered(**wish, limit=LIKE_THIS)
            if len(rows) >= ENOUGH:
                return [int(row["tokens_out"]) for row in rows]
        return []

    def _change(self, permit: str, **values: object) -> None:
        if not self._rows.change(permit, only=("reserved", "unconfirmed"), **values):
            raise LookupError("nothing is held for this permit")


def over_budget(ceiling_micros: int, left_micros: int) -> OverBudget:
    """The words for a price that does not fit."""
    return OverBudget(
        f"This needs up to {at_most(ceiling_micros)}, you have {at_least(left_micros)} left this month.",
        safe="Nothing was sent.",
        do="Use a cheaper model, send less, or change the budget.",
    )


def _month(now: float) -> str:
    return datetime.datetime.fromtimestamp(now).strftime("%Y-%m")


def _process() -> str:
    own = psutil.Process()
    return f"{own.pid} {own.create_time():.0f}"


def _lives(owner: str) -> bool:
    pid, _, started = owner.partition(" ")
    try:
        return bool(abs(psutil.Process(int(pid)).create_time() - float(started)) < _SAME_START_S)
    except (psutil.NoSuchProcess, ValueError):
        return False
