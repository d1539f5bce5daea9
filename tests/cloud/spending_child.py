"""A process that spends: five threads that reserve, settle, release and leave open, and a kill at one moment.

Arguments: database, cap in micro-dollars, seed, moment ("none" or one of MOMENTS), how often that moment passes first.
It says "ready" and begins when it is given a line.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import uuid
from pathlib import Path

from app.cloud.budget import Budget, OverBudget
from app.cloud.settlement import Settled
from app.store.db import Connection, Store
from app.store.spending import SpendingRows

THREADS = 5
# In the order they come: before the transaction, in it before and after the row, after it, around the settlement.
MOMENTS = ("before", "summed", "inserted", "reserved", "sent", "settled")


class Kill:
    """Ends this process without a word when its moment has passed often enough."""

    def __init__(self, moment: str, times: int) -> None:
        self._moment, self._left, self._lock = moment, times, threading.Lock()

    def at(self, moment: str) -> None:
        with self._lock:
            if moment == self._moment:
                self._left -= 1
                if self._left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)


def spend(budget: Budget, kill: Kill, seed: int) -> None:
    """Reserve until the month is full; what becomes of each is drawn."""
    chance, refused = random.Random(seed), 0
    while refused < 3:
        permit, ceiling = uuid.uuid4().hex, chance.randint(2_000, 30_000)
        kill.at("before")
        try:
            budget.reserve(permit, provider="p", model="m", ceiling_micros=ceiling, estimate_micros=ceiling // 2)
        except OverBudget:
            refused += 1
            continue
        kill.at("reserved")
        cost = chance.randint(ceiling // 2, ceiling)
        match chance.randrange(8):
            case 0:
                budget.release(permit)
            case 1:
                budget.unconfirmed(permit, micros=cost, held_micros=ceiling - cost)
            case _:
                kill.at("sent")
                budget.settle(permit, Settled(cost, 10, 10, 0, 0, confirmed=True, stated=False))
                kill.at("settled")


def main() -> None:
    """Spend with all threads until nothing fits or the kill comes."""
    path, cap, seed, moment, times = sys.argv[1:]
    kill = Kill(moment, int(times))
    insert = SpendingRows.add

    def add(self: SpendingRows, db: Connection, **values: object) -> None:
        insert(self, db, **values)
        kill.at("inserted")

    SpendingRows.add = add  # type: ignore[method-assign]  # the one place inside the transaction

    def limit() -> int:
        kill.at("summed")
        return int(cap)

    budget = Budget(Store.open(Path(path)), limit)
    threads = [threading.Thread(target=spend, args=(budget, kill, int(seed) * 100 + n)) for n in range(THREADS)]
    print("ready", flush=True)
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
