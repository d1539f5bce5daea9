"""People go first: a question stops what is embedded in the background, and a run that was asked for is not held up."""

from __future__ import annotations

import threading

from app.library.pace import LINGER_S, Pace
from models.api import Cancel


def _waits(pace: Pace, *, background: bool) -> tuple[threading.Thread, threading.Event, Cancel]:
    """A thread that waits for its turn, whether it got it, and its stop."""
    turn, cancel = threading.Event(), Cancel()

    def work() -> None:
        if background:
            pace.wait_in_background(cancel)
        else:
            with pace.step(cancel) as step:
                if step.stopped:
                    return
        turn.set()

    thread = threading.Thread(target=work)
    thread.start()
    return thread, turn, cancel


def test_the_background_waits_while_a_person_does_and_a_moment_longer() -> None:
    pace = Pace()
    with pace.person():
        assert pace.person_waits
        waiting = [_waits(pace, background=True), _waits(pace, background=False)]
        for _, turn, _ in waiting:
            assert not turn.wait(LINGER_S + 0.2)
    for thread, turn, _ in waiting:
        assert turn.wait(10)
        thread.join()


def test_a_person_ends_the_step_in_hand_but_not_that_of_a_run_they_asked_for() -> None:
    pace = Pace()
    with pace.step(Cancel()) as step, pace.person():
        assert step.stopped
    pace = Pace()
    with pace.run(), pace.step(Cancel()) as step, pace.person():
        assert not step.stopped
        with pace.step(Cancel()) as next_step:
            assert not next_step.stopped, "else a person would wait for themselves"


def test_rounds_wait_for_runs_that_were_asked_for_and_while_it_rests() -> None:
    pace = Pace()
    with pace.run():
        thread, turn, cancel = _waits(pace, background=True)
        assert not turn.wait(0.2)
    assert turn.wait(10)
    thread.join()
    pace.rest(True)
    with pace.run(), pace.step(Cancel()) as step:
        assert not step.stopped, "a pause rests the background only"
    thread, turn, cancel = _waits(pace, background=True)
    assert not turn.wait(0.2)
    cancel.stop()
    thread.join(10)
    assert not thread.is_alive(), "a stop ends the wait"
    thread, turn, cancel = _waits(pace, background=False)
    assert not turn.wait(0.2)
    pace.rest(False)
    assert turn.wait(10)
    thread.join()


def test_stopping_the_steps_and_resting_end_what_is_in_hand() -> None:
    pace = Pace()
    with pace.step(Cancel()) as one, pace.step(Cancel()) as two:
        pace.stop_steps()
        assert one.stopped and two.stopped
    with pace.step(Cancel()) as step:
        pace.rest(True)
        assert step.stopped
