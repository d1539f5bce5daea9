"""The hard stop: no threads, no processes and no kill between two steps ever put a month over its limit."""

from __future__ import annotations

import datetime
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from spending_child import MOMENTS

from app.cloud.budget import Budget, OverBudget
from app.cloud.learnt import Pair
from app.cloud.settlement import Settled
from app.cloud.token_count import Counted
from app.store.db import Store

ROOT = Path(__file__).resolve().parents[2]
CAP = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "indoors.sqlite3")
    yield opened
    opened.close()


def budget_of(store: Store, limit: int = CAP, *, now: Callable[[], float] = time.time) -> Budget:
    return Budget(store, lambda: limit, now=now)


def reserve(budget: Budget, permit: str, ceiling: int, *, model: str = "m", kind: str = "", counted: int = 0) -> None:
    taken = Counted(counted, True, 0.0, counted, counted) if counted else None
    budget.reserve(
        permit,
        provider="p",
        model=model,
        ceiling_micros=ceiling,
        estimate_micros=ceiling // 2,
        counted=taken,
        kind=kind,
    )


def cost(micros: int, *, tokens_in: int = 10, tokens_out: int = 10) -> Settled:
    return Settled(micros, tokens_in, tokens_out, 0, 0, confirmed=True, stated=False)


# ---------------------------------------------------------------- one after the other


def test_a_parcel_is_held_at_its_ceiling_and_settled_at_its_cost(store: Store) -> None:
    budget = budget_of(store)
    reserve(budget, "a", 700_000)
    month = budget.month()
    assert (month.spent, month.held, month.left, month.today, budget.left()) == (0, 700_000, 300_000, 0, 300_000)
    with pytest.raises(OverBudget, match=r"This needs up to \$0.301, you have \$0.300 left this month") as refused:
        reserve(budget, "b", 300_001)
    assert refused.value.notice.safe == "Nothing was sent."
    reserve(budget, "c", 300_000)
    budget.settle("a", cost(123_456, tokens_in=900, tokens_out=80))
    assert budget.release("c")
    month = budget.month()
    assert (month.spent, month.held, month.left, month.today) == (123_456, 0, 876_544, 123_456)
    newest, first = budget.recent(10)
    assert (newest.state, newest.actual_micros, first.state, first.actual_micros) == (
        "released",
        None,
        "settled",
        123_456,
    )
    assert (first.tokens_in, first.tokens_out, first.confirmed, newest.confirmed) == (900, 80, True, False)
    assert budget.of_permit("a") == first
    assert budget.of_permit("nobody") is None


def test_without_usage_it_counts_until_the_provider_says_otherwise(store: Store) -> None:
    budget = budget_of(store)
    reserve(budget, "a", 400_000)
    budget.unconfirmed("a", micros=50_000, held_micros=350_000)
    assert (budget.month().spent, budget.month().held) == (50_000, 350_000)
    with pytest.raises(OverBudget):
        reserve(budget, "b", 600_001)
    assert not budget.release("a"), "what left is never given back silently"
    with pytest.raises(ValueError, match="unconfirmed"):
        budget.settle("a", Settled(0, 0, 0, 0, 0, confirmed=False, stated=False))
    budget.settle("a", cost(60_000))
    assert (budget.month().spent, budget.month().held) == (60_000, 0)


def test_money_is_moved_once(store: Store) -> None:
    budget = budget_of(store)
    reserve(budget, "a", 100)
    with pytest.raises(Exception, match="UNIQUE"):
        reserve(budget, "a", 100)
    budget.settle("a", cost(90))
    for again in (lambda: budget.settle("a", cost(10)), lambda: budget.unconfirmed("a", micros=1, held_micros=1)):
        with pytest.raises(LookupError):
            again()
    assert not budget.release("a")
    with pytest.raises(LookupError):
        budget.settle("nobody", cost(1))
    assert budget.month().spent == 90


def test_real_money_is_written_down_even_above_its_ceiling(store: Store) -> None:
    budget = budget_of(store)
    reserve(budget, "a", 100_000)
    budget.settle("a", cost(1_200_000))
    assert budget.left() == -200_000
    with pytest.raises(OverBudget, match=r"you have \$0.000 left"):
        reserve(budget, "b", 1)


def test_a_budget_lowered_below_what_is_held_stops_everything_that_costs(store: Store) -> None:
    limit = [CAP]
    budget = Budget(store, lambda: limit[0])
    reserve(budget, "a", 800_000)
    limit[0] = 500_000
    assert budget.left() == -300_000
    with pytest.raises(OverBudget):
        reserve(budget, "b", 1)
    reserve(budget, "a server of one's own", 0)
    budget.settle("a", cost(100_000))
    reserve(budget, "c", 400_000)
    limit[0] = 0
    with pytest.raises(OverBudget):
        reserve(budget, "d", 1)


def test_a_month_is_the_persons_own_calendar_month(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        clock = [datetime.datetime(2026, 12, 1, 4, 30, tzinfo=datetime.UTC).timestamp()]
        budget = budget_of(store, now=lambda: clock[0])
        reserve(budget, "late", 900_000)
        assert (budget.month().month, budget.left()) == ("2026-11", 100_000)
        clock[0] += 3600
        assert (budget.month().month, budget.left()) == ("2026-12", CAP)
        budget.settle("late", cost(850_000))
        assert (budget.month().spent, budget.month().today) == (0, 0), "it belongs to the month it left in"
        reserve(budget, "new", CAP)
        clock[0] -= 3600
        assert budget.month().spent == 850_000
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_was_sent_before_a_crash_counts_at_its_ceiling(store: Store) -> None:
    budget = budget_of(store)
    reserve(budget, "mine", 200_000)
    reserve(budget, "gone", 300_000)
    reserve(budget, "reused", 100_000)
    with store.write() as db:
        db.execute("UPDATE spending SET owner = '999999999 1' WHERE permit = 'gone'")
        # The number lives again, as another program that started at another time.
        db.execute("UPDATE spending SET owner = ? WHERE permit = 'reused'", (f"{os.getpid()} 12345",))
    assert budget.after_crash() == 2
    assert (budget.month().spent, budget.month().held) == (400_000, 200_000)
    assert {one.permit: one.state for one in budget.recent(3)} == {
        "mine": "reserved",
        "gone": "unconfirmed",
        "reused": "unconfirmed",
    }
    assert budget.after_crash() == 0
    budget.settle("gone", cost(1000))
    assert budget.month().spent == 101_000


def test_what_answers_taught_is_told_newest_first_and_of_the_same_kind(store: Store) -> None:
    budget = budget_of(store)
    for n in range(6):
        reserve(budget, f"snippets {n}", 10, kind="snippets", counted=100 + n)
        budget.settle(f"snippets {n}", cost(1, tokens_in=110 + n, tokens_out=500 + n))
        reserve(budget, f"other {n}", 10, model="n", kind="blind")
        budget.settle(f"other {n}", cost(1, tokens_out=7))
    reserve(budget, "open", 10, kind="snippets")
    budget.unconfirmed("open", micros=1, held_micros=9)
    assert budget.history("p", "m", kind="snippets") == [505, 504, 503, 502, 501, 500]
    assert budget.history("p", "new model", kind="blind") == [7] * 6, "another model at the same level"
    assert budget.history("p", "m", kind="full") == [505, 504, 503, 502, 501, 500], "another level of the same model"
    assert budget.history("q", "x", kind="full") == []
    assert budget.pairs("p", "m")[0] == Pair("prose", 105, 115)
    assert budget.pairs("p", "n") == [], "not counted, so nothing to learn"
    reserve(budget, "false", 10, kind="snippets", counted=106)
    budget.settle("false", cost(1, tokens_in=100_000, tokens_out=900_000), learn=False)
    assert budget.pairs("p", "m")[0] == Pair("prose", 105, 115), "what was claimed teaches nothing"
    assert budget.history("p", "m", kind="snippets")[0] == 505


# ---------------------------------------------------------------- all at once


def test_twenty_threads_stay_under_the_limit(store: Store) -> None:
    budgets = [budget_of(store) for _ in range(4)]
    seen: list[int] = []
    start = threading.Barrier(20)

    def spend(number: int) -> None:
        chance, budget = random.Random(number), budgets[number % 4]
        start.wait()
        for step in range(12):
            permit, ceiling = f"{number}-{step}", chance.randint(5_000, 60_000)
            try:
                reserve(budget, permit, ceiling)
            except OverBudget:
                continue
            month = budget.month()
            seen.append(month.spent + month.held)
            match chance.randrange(4):
                case 0:
                    budget.release(permit)
                case 1:
                    budget.unconfirmed(permit, micros=ceiling // 2, held_micros=ceiling - ceiling // 2)
                case _:
                    budget.settle(permit, cost(chance.randint(0, ceiling)))

    threads = [threading.Thread(target=spend, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) > 30
    assert max(seen) <= CAP
    assert max(seen) > CAP * 0.9, "the limit was really reached"


def begin(path: Path, moments: Sequence[str], *, seed: int) -> list[subprocess.Popen[str]]:
    """One spending process for each moment, all let go at once."""
    child = Path(__file__).with_name("spending_child.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    begun = [
        subprocess.Popen(
            [sys.executable, str(child), str(path), str(CAP), str(seed + n), moment, "2"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n, moment in enumerate(moments)
    ]
    for process in begun:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in begun:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return begun


def watched(processes: Sequence[subprocess.Popen[str]], budget: Budget, seen: list[int]) -> list[int]:
    """Look at the month until all have ended; how they ended."""
    while any(process.poll() is None for process in processes):
        month = budget.month()
        seen.append(month.spent + month.held)
        time.sleep(0.01)
    for process in processes:
        process.communicate()
    return [process.returncode for process in processes]


def test_processes_killed_between_any_two_steps_never_exceed_the_limit(store: Store) -> None:
    """One process for each moment is killed at it while the others spend from the same month; then two more spend what
    is left. What was in the air counts."""
    budget = budget_of(store)
    seen: list[int] = []
    ended = watched(begin(store.path, MOMENTS, seed=0), budget, seen)
    assert ended.count(-signal.SIGKILL) >= 4, "most were really killed in the middle"
    assert watched(begin(store.path, ("none", "none"), seed=50), budget, seen) == [0, 0]
    before = budget.month()
    assert max(*seen, before.spent + before.held) <= CAP
    reserved = [one for one in budget.recent(10_000) if one.state == "reserved"]
    assert reserved, "something was in the air when its process was killed"
    assert budget.after_crash() == len(reserved)
    after = budget.month()
    assert after.spent == before.spent + sum(one.ceiling_micros for one in reserved)
    assert after.spent + after.held == before.spent + before.held <= CAP
    assert after.spent + after.held > CAP * 0.9
    assert store.healthy()
