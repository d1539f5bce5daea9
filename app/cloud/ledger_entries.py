"""The nouns of the ledger: what is told of a parcel before and after, what is kept, how it reads to a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.store.ledger_rows import LedgerRow, ParcelRow


class EntryKind(StrEnum):
    """What a line of the ledger tells."""

    INTENT = "intent"
    """A parcel is about to leave; written before its first byte."""
    RESULT = "result"
    """How it went."""
    HELD = "held"
    """A parcel that was stopped within its five seconds: nothing left."""
    CONNECTION = "connection"
    ERASURE = "erasure"
    """The person erased what was kept of an entry."""
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    PRICES = "prices"
    """The price sheet was renewed."""
    ANEW = "anew"
    """The chain goes on after entries that nobody can vouch for."""


class Status(StrEnum):
    """How a parcel went, in the words of the file."""

    ANSWERED = "answered"
    STOPPED = "stopped"
    FAILED_BEFORE = "failed_before"
    """Certainly nothing left."""
    FAILED_AFTER = "failed_after"
    UNCONFIRMED = "unconfirmed"
    """It left, and what it cost is not known for certain."""


class State(StrEnum):
    """How a parcel went, in the words a person reads."""

    ANSWERED = "Answered"
    UNCONFIRMED = "Answered, cost not confirmed"
    STOPPED_IN_TIME = "Stopped in time"
    STOPPED = "Stopped while it was answered"
    FAILED_BEFORE = "Failed, nothing sent"
    FAILED_AFTER = "Failed after sending"
    ON_ITS_WAY = "On its way"
    CLOSED = "Sent, then Indoors was closed"

    @property
    def left(self) -> bool:
        """Whether anything left this computer, or must be taken to have left."""
        return self not in (State.STOPPED_IN_TIME, State.FAILED_BEFORE)


@dataclass(frozen=True, slots=True)
class Intent:
    """Everything about a parcel that is known before it leaves. Money in micro-dollars."""

    level: str
    provider: str
    host: str
    model: str
    permit: str
    """The nonce of the permit."""
    body: bytes
    question: str
    redactions: Mapping[str, int] = field(default_factory=dict)
    """How many details of each kind were swapped."""
    findings: tuple[str, ...] = ()
    estimate_micros: int = 0
    ceiling_micros: int = 0
    price_sheet: str = ""
    flags: tuple[tuple[str, str], ...] = ()
    conversation: int = 0
    swaps: tuple[tuple[str, str], ...] = ()
    """(label, what it stands for): stays here, kept encrypted."""
    approved_at: float = 0.0
    """When Send was pressed, seconds since 1970."""
    shingles: str = ""
    """What the test for copied passages said."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a parcel went. `says`: the provider's own words when it refused."""

    status: Status
    bytes_out: int
    bytes_in: int
    usage: Mapping[str, Any] = field(default_factory=dict)
    """As the provider returned it."""
    cost_micros: int = 0
    says: str = ""
    flags: tuple[tuple[str, str], ...] = ()
    """Retention flags the provider accepted, where it tells."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger as it was written."""

    seq: int
    at: float
    kind: EntryKind
    fields: Mapping[str, Any]
    chained: bool
    """Whether it has its link in the chain; without a keyring there is none."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A parcel as the page lists it. Money in micro-dollars, times in seconds since 1970."""

    seq: int
    at: float
    approved_at: float
    ended_at: float | None
    level: str
    provider: str
    host: str
    model: str
    conversation: int
    question: str
    """Empty when it was erased, or could not be kept without a keyring."""
    words: int
    hidden: int
    state: State
    estimate_micros: int
    ceiling_micros: int
    cost_micros: int | None
    bytes_out: int
    bytes_in: int
    body_sha256: str
    flags: tuple[tuple[str, str], ...]
    kept: bool
    erased: bool
    """Erased by the person: the line stays."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a parcel, decrypted: it never leaves this computer a second time."""

    question: str
    body: bytes
    swaps: tuple[tuple[str, str], ...]
    findings: tuple[str, ...]

    def packed(self) -> bytes:
        """One line of JSON and the exact bytes after it."""
        head = {"question": self.question, "swaps": self.swaps, "findings": self.findings}
        return json.dumps(head, ensure_ascii=False).encode() + b"\n" + self.body

    @classmethod
    def unpacked(cls, packed: bytes) -> Kept:
        """The inverse of `packed`."""
        head, _, body = packed.partition(b"\n")
        said = json.loads(head)
        return cls(
            said["question"],
            body,
            tuple((label, value) for label, value in said["swaps"]),
            tuple(said["findings"]),
        )


def words_of(body: bytes) -> int:
    """How many words leave in a request body: those of its messages, or of all of it when it has none."""
    try:
        messages = json.loads(body)["messages"]
        texts = [message["content"] for message in messages]
        return sum(len(text.split()) for text in texts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return len(body.split())


def state_of(kind: str, result: Mapping[str, Any] | None, *, running: bool) -> State:
    """The state of a parcel. One without a result is on its way, or was overtaken by the end of the program: then it
    counts as sent."""
    if kind == EntryKind.HELD:
        return State.STOPPED_IN_TIME
    if result is None:
        return State.ON_ITS_WAY if running else State.CLOSED
    match Status(result["status"]):
        case Status.ANSWERED:
            return State.ANSWERED
        case Status.UNCONFIRMED:
            return State.UNCONFIRMED
        case Status.STOPPED:
            return State.STOPPED if result["bytes_out"] else State.STOPPED_IN_TIME
        case Status.FAILED_BEFORE:
            return State.FAILED_BEFORE
        case Status.FAILED_AFTER:
            return State.FAILED_AFTER


def parsed(row: LedgerRow) -> dict[str, Any]:
    """The fields of a line; none of one that somebody made unreadable (the check of the ledger names it)."""
    with suppress(ValueError):
        said = json.loads(row.entry)
        if isinstance(said, dict):
            return said
    return {}


def entry_of(row: LedgerRow) -> Entry | None:
    """A line as it was written; None for one that somebody made unreadable."""
    fields = parsed(row)
    with suppress(ValueError, KeyError):
        return Entry(row.seq, fields.pop("at"), EntryKind(row.kind), fields, bool(row.mac))
    return None


def joined(row: ParcelRow, state: State, kept: Kept | None) -> Sent | None:
    """A parcel with how it went; None for one that somebody made unreadable."""
    told = parsed(row.parcel)
    result = parsed(row.result) if row.result else None
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        return Sent(
            seq=row.parcel.seq,
            at=told["at"],
            approved_at=told["approved_at"] or told["at"],
            ended_at=result["at"] if result else None,
            level=told["level"],
            provider=told["provider"],
            host=told["host"],
            model=told["model"],
            conversation=told["conversation"],
            question=kept.question if kept else "",
            words=told["words"],
            hidden=sum(told["redactions"].values()),
            state=state,
            estimate_micros=told["estimate_micros"],
            ceiling_micros=told["ceiling_micros"],
            cost_micros=result["cost_micros"] if result else None,
            bytes_out=result["bytes_out"] if result else told["bytes"] * state.left,
            bytes_in=result["bytes_in"] if result else 0,
            body_sha256=told["body_sha256"],
            flags=tuple((name, value) for name, value in told["flags"]),
            kept=kept is not None,
            erased=row.erased,
        )
    return None
