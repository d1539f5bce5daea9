"""What the Privacy page, the cost meter and the cloud's settings need of the rest of Indoors, as a protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from models.seal import EnforcedBy

ExportForm = Literal["csv", "json"]


class SentState(StrEnum):
    """What became of one parcel."""

    ANSWERED = "answered"
    STOPPED_IN_TIME = "stopped_in_time"
    """Nothing was sent."""
    STOPPED = "stopped"
    """Sent, and stopped while the answer came."""
    FAILED_BEFORE = "failed_before"
    """Nothing was sent."""
    FAILED_AFTER = "failed_after"
    UNCONFIRMED = "unconfirmed"
    """Answered; what it cost is not known for certain."""
    CLOSED = "closed"
    """Sent; then Indoors was closed, and how it ended is not known."""
    UNDER_WAY = "under_way"

    @property
    def left(self) -> bool:
        """Whether anything left with it, as far as is known."""
        return self not in (SentState.STOPPED_IN_TIME, SentState.FAILED_BEFORE)


@dataclass(frozen=True, slots=True)
class Crossing:
    """One mark on the month: a parcel that left, or one that was stopped in time."""

    entry: int
    at: float
    """Seconds since 1970."""
    words: int
    left: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether the ledger is as Indoors wrote it. `changed_after` is the last moment that is certainly as it was."""

    entries: int
    intact: bool
    chained: bool
    """False without a keyring: then nobody can tell."""
    changed_after: float | None = None
    words: tuple[str, ...] = ()
    """The head of the chain, six words to write down and compare."""


@dataclass(frozen=True, slots=True)
class Month:
    """The headline and the threshold of the month `now` lies in."""

    now: float
    left: int
    stopped: int
    failed: int
    """Tried, and nothing left."""
    answered_here: int
    last_left_at: float | None
    """The last time anything left at all; None when nothing ever did."""
    crossings: tuple[Crossing, ...]
    chain: Chain
    enforced_by: EnforcedBy
    enforced_how: str
    blocked: bool
    offline: bool = False
    """Started without a sender at all."""


@dataclass(frozen=True, slots=True)
class SentLine:
    """One row of what left."""

    entry: int
    at: float
    question: str
    """Empty once the entry was erased, or where nothing could be kept."""
    provider: str
    model: str
    words: int
    hidden: int
    cost_micros: int | None
    """None where no price was known; while it is not settled the most it can be."""
    state: SentState
    erased: bool = False
    """By the person: the line stays."""


@dataclass(frozen=True, slots=True)
class Stayed:
    """A detail that stayed here: the label that left in its place, and what it stood for; empty when that is gone."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class SentEntry:
    """One parcel in full."""

    line: SentLine
    host: str
    approved_at: float | None
    sent_at: float | None
    """None when nothing left."""
    held_s: float
    estimate_micros: int | None
    ceiling_micros: int | None
    confirmed: bool
    """Whether the provider said what it used."""
    stayed: tuple[Stayed, ...]
    text: str
    """The exact bytes, decoded; empty once erased or never kept."""
    bytes_out: int
    sha256: str
    says: str
    """Words of the provider, or why it failed; verbatim."""
    flags: tuple[tuple[str, str], ...]
    same_bytes: bool
    """Whether the bytes kept still have the fingerprint that was approved."""


@dataclass(frozen=True, slots=True)
class ConnectionLine:
    """One connection Indoors opened."""

    at: float
    purpose: str
    """In words: "Question to OpenAI", "Model downloaded"."""
    host: str
    bytes_out: int
    bytes_in: int
    ok: bool


@dataclass(frozen=True, slots=True)
class DiskPlace:
    """Something Indoors keeps on this disk. `erasable` is empty where erasing it has its own page."""

    key: str
    title: str
    says: str
    path: Path | None
    size_bytes: int | None
    """None where it is not in a file (the keyring)."""
    erasable: str = ""
    """What erasing it means, one sentence; asked before it happens."""


@dataclass(frozen=True, slots=True)
class AnswerCost:
    """One answer in the cost meter."""

    entry: int
    question: str
    estimate_micros: int | None
    cost_micros: int
    """What it cost; for one under way or unconfirmed what it may cost at most."""
    state: Literal["settled", "held", "unconfirmed"]


@dataclass(frozen=True, slots=True)
class MonthMoney:
    """The month's account, in whole micro-dollars."""

    now: float
    spent: int
    held: int
    limit: int
    bell: int
    today: int
    answers: tuple[AnswerCost, ...]
    """Newest first, ten at most, and whatever is held."""
    answered_here: int
    prices_as_of: str
    """ISO date; empty when no price is known."""
    price_source: str
    """Where the prices were seen, in words."""


@dataclass(frozen=True, slots=True)
class CloudLook:
    """The cloud in the strip: asked often, costs nothing."""

    ready: bool
    """Whether a key or an own server is there at all."""
    blocked: bool
    sent_today: int
    spent_today: int
    spent: int
    held: int
    limit: int
    bell: int
    """Micro-dollars at which the person is told."""
    last_left_at: float | None
    now: float


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """Somewhere a question may be sent."""

    id: str
    name: str
    host: str
    own: bool
    """Added by the person."""
    own_network: bool
    key_needed: bool
    has_key: bool
    retention: str
    """What is known of how long it keeps things; empty when nothing is."""
    unpriced: bool = False
    """Whether its models have no price yet, so that sending waits for one."""


@dataclass(frozen=True, slots=True)
class CloudSetup:
    """What the cloud may use. `keyring` names where keys are kept; `no_keyring` says why there is none."""

    providers: tuple[ProviderLine, ...]
    hidden_words: tuple[str, ...]
    never_sent: tuple[str, ...]
    """Folders marked never to the cloud."""
    limit_micros: int
    bell_percent: int
    keyring: str
    no_keyring: str = ""


class PrivacyHouse(Protocol):
    """Methods may be called from any worker thread, never from the UI thread. All may raise AppError."""

    def month(self) -> Month: ...
    def look(self) -> CloudLook: ...
    def sent(self, *, only_answers: bool, limit: int, offset: int) -> tuple[Sequence[SentLine], int]: ...
    def connections(self, *, limit: int, offset: int) -> tuple[Sequence[ConnectionLine], int]: ...
    def places(self) -> Sequence[DiskPlace]: ...
    def entry(self, number: int) -> SentEntry: ...
    def erase_entry(self, number: int) -> None: ...
    def erase_place(self, key: str) -> None: ...
    def export(self, form: ExportForm) -> str: ...
    def begin_anew(self) -> None: ...
    def block(self, on: bool) -> None: ...
    def money(self) -> MonthMoney: ...
    def set_budget(self, micros: int) -> None: ...
    def setup(self) -> CloudSetup: ...
    def keep_key(self, provider: str, key: bytearray) -> None: ...
    def forget_key(self, provider: str) -> None: ...
    def add_server(self, address: str, *, name: str) -> None: ...
    def remove_server(self, provider: str) -> None: ...
    def type_price(self, provider: str, model: str, *, input_micros: int, output_micros: int) -> None: ...
    def hide_always(self, word: str) -> None: ...
    def show_again(self, word: str) -> None: ...
