"""Waiting in tests without sleeping longer than needed."""

import time
from collections.abc import Callable

from PySide6.QtTest import QTest

LONGEST_WAIT_S = 15.0


def until(condition: Callable[[], bool], what: str) -> None:
    """Let the window live until something is so; says what never came."""
    end = time.monotonic() + LONGEST_WAIT_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"never: {what}")
        QTest.qWait(10)
