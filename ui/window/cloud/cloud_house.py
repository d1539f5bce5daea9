"""What the envelope needs of the rest of Indoors, in two halves: everything but sending, and sending."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from models.api import Cancel

if TYPE_CHECKING:
    from app.cloud.parcel import Level, Offer, Wish
    from app.events import AnswerEvent
    from app.values import Draft


@dataclass(frozen=True, slots=True)
class Destination:
    """One provider that could be asked. `keyring` is the plain name of the place its key is kept in; `retention` is the
    one dated line about how long it keeps what it gets, empty when nothing is known."""

    id: str
    name: str
    models: tuple[str, ...]
    has_key: bool = True
    own_network: bool = False
    keyring: str = ""
    retention: str = ""


@dataclass(frozen=True, slots=True)
class MonthMoney:
    """The month's budget in micro-dollars: settled, reserved by questions under way, and the limit."""

    name: str
    spent_micros: int
    held_micros: int
    limit_micros: int


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who a parcel goes to, in the words of the window: "OpenAI", "GPT-5 mini"."""

    name: str
    model: str
    own_network: bool = False

    @property
    def whole(self) -> str:
        """ "OpenAI · GPT-5 mini"."""
        return f"{self.name} · {self.model}" if self.model else self.name


class Sends(Protocol):
    """The one way out. Handed over once, and passed on to nothing but the sheet and the light lane."""

    def send(self, sha256: str, *, conversation: int, hold_s: float, cancel: Cancel) -> Iterator[AnswerEvent]: ...


class CloudHouse(Protocol):
    """Everything about the cloud except sending. Called from worker threads only, never from the UI thread."""

    def destinations(self) -> Sequence[Destination]: ...
    def levels(self) -> Sequence[Level]: ...
    def month(self) -> MonthMoney: ...
    def offer(self, draft: Draft, wish: Wish, *, answer: str = "", cancel: Cancel) -> Offer: ...
    def offered(self, sha256: str) -> Offer:
        """The offer of a kept parcel. Raises AppError when it is no longer kept."""
        ...

    def again(self, sha256: str, wish: Wish, *, cancel: Cancel) -> Offer:
        """A kept offer with other choices: the same parts, new bytes. Raises AppError when it is no longer kept."""
        ...

    def cheaper(self, provider: str, model: str) -> tuple[str, str] | None:
        """Another provider and model with a known, lower price; None when there is none."""
        ...

    def keep_key(self, provider: str, key: bytearray) -> None: ...
    def type_price(self, provider: str, model: str, *, input_micros: int, output_micros: int) -> None: ...
    def hide_always(self, word: str) -> None: ...
    def set_budget(self, micros: int) -> None: ...
    def claim_sending(self) -> Sends:
        """The way out, once; a second caller gets RuntimeError."""
        ...


Sending = Callable[["Offer"], None]
"""Sends the parcel of an offer; held by the sheet and the light lane alone."""
