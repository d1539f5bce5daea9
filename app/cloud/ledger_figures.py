"""The month in figures and in the sentences above the ledger: what left, what was stopped, what was answered here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.cloud.ledger_entries import State

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """A month of the ledger. Times in seconds since 1970, `last_left_at` of all months."""

    left: int
    stopped: int
    failed: int
    """Tried, and nothing left."""
    answered_here: int
    last_left_at: float | None
    headline: str
    below: str


def day_words(at: float, now: float) -> str:
    """ "12 November", with the year when it is another one; in this computer's time."""
    day, today = datetime.fromtimestamp(at), datetime.fromtimestamp(now)
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return words if day.year == today.year else f"{words} {day.year}"


def month_start(now: float) -> float:
    """When this month began in this computer's time, seconds since 1970."""
    return datetime.fromtimestamp(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()


def figures(month: Sequence[State | None], *, answered_here: int, last_left_at: float | None, now: float) -> Figures:
    """Count a month's parcels and say it."""
    left = sum(state is not None and state.left for state in month)
    stopped = sum(state is State.STOPPED_IN_TIME for state in month)
    failed = sum(state is State.FAILED_BEFORE for state in month)
    return Figures(
        left,
        stopped,
        failed,
        answered_here,
        last_left_at,
        _headline(left, last_left_at, now),
        _below(left, stopped, failed, answered_here),
    )


def _headline(left: int, last_left_at: float | None, now: float) -> str:
    if left:
        things, them = ("1 thing", "it") if left == 1 else (f"{left:,} things", "each one")
        return f"{things} left this computer this month. You approved {them}."
    if last_left_at is not None:
        return f"Nothing of yours has left this computer since {day_words(last_left_at, now)}."
    return "Nothing of yours has left this computer."


def _below(left: int, stopped: int, failed: int, answered_here: int) -> str:
    sentences = []
    more = " more" if left else ""
    if stopped:
        were = "was" if stopped == 1 else "were"
        many = f"One{more}" if stopped == 1 else f"{stopped:,}{more}"
        sentences.append(f"{many} {were} stopped before {'it' if stopped == 1 else 'they'} left.")
    if failed:
        sentences.append(f"{'One' if failed == 1 else f'{failed:,}'} failed and nothing was sent.")
    if answered_here:
        asked = "1 question was" if answered_here == 1 else f"{answered_here:,} questions were"
        sentences.append(f"{asked} answered in here.")
    return " ".join(sentences)
