"""Work on worker threads: order, batches, errors, stopping, and nothing left when the window goes."""

import threading
from collections.abc import Iterator

from patience import until
from PySide6.QtTest import QTest

from app.errors import AppError
from app.values import Notice
from models.api import Cancel
from ui.window.jobs import Jobs


def test_values_arrive_in_order_in_few_batches_on_the_ui_thread(jobs: Jobs) -> None:
    batches: list[list[int]] = []
    threads: set[str] = set()
    worker: list[str] = []

    def work(cancel: Cancel) -> Iterator[int]:
        worker.append(threading.current_thread().name)
        yield from range(5000)

    def take(values: list[int]) -> None:
        batches.append(values)
        threads.add(threading.current_thread().name)

    jobs.start(work, on_batch=take)
    until(lambda: jobs.idle, "the job ends")
    assert [value for batch in batches for value in batch] == list(range(5000))
    assert len(batches) < 100
    assert threads == {"MainThread"}
    assert worker[0].startswith("indoors-job")


def test_an_error_becomes_a_notice_after_the_values_before_it(jobs: Jobs) -> None:
    heard: list[object] = []

    def work(cancel: Cancel) -> Iterator[int]:
        yield 1
        raise AppError("The disk is full.", do="Free some space.")

    jobs.start(work, on_batch=heard.extend, on_failed=heard.append, on_ended=lambda: heard.append("ended"))
    until(lambda: jobs.idle, "the job ends")
    assert heard == [1, Notice("The disk is full.", do="Free some space."), "ended"]


def test_an_error_nobody_foresaw_is_called_our_bug(jobs: Jobs) -> None:
    heard: list[Notice] = []

    def work(cancel: Cancel) -> int:
        raise ZeroDivisionError

    jobs.once(work, on_value=lambda value: None, on_failed=heard.append)
    until(lambda: jobs.idle, "the job ends")
    assert heard[0].ours


def test_stop_reaches_the_generator(jobs: Jobs) -> None:
    stopped = threading.Event()

    def work(cancel: Cancel) -> Iterator[int]:
        while not cancel.wait(0.005):
            yield 1
        stopped.set()

    job = jobs.start(work)
    QTest.qWait(60)
    job.stop()
    until(lambda: jobs.idle, "the job ends")
    assert stopped.is_set()


def test_closing_stops_what_runs_and_leaves_no_thread(jobs: Jobs) -> None:
    late: list[int] = []

    def work(cancel: Cancel) -> Iterator[int]:
        cancel.wait(30)
        yield 1

    for _ in range(3):
        jobs.start(work, on_batch=late.extend)
    jobs.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("indoors-job")]
    QTest.qWait(80)
    assert late == []


def test_nothing_begins_after_closing(jobs: Jobs) -> None:
    jobs.close()
    ran: list[int] = []
    jobs.once(lambda cancel: ran.append(1), on_value=lambda value: None)
    QTest.qWait(50)
    assert ran == []
