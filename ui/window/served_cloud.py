"""The open profile's way to a stronger model, in the shape the envelope wants; sending is handed over once."""

from __future__ import annotations

import sys
import threading
from calendar import month_name
from collections.abc import Iterator, Sequence

from app.ask.bursting import Bursting
from app.ask.cloud_room import CloudRoom
from app.cloud.dollars import MICROS
from app.cloud.parcel import Level, Offer, Wish
from app.errors import AppError
from app.events import AnswerEvent
from app.settings import Settings
from app.values import Draft
from models.api import Cancel
from ui.window.cloud.cloud_house import Destination, MonthMoney, Sends

_KEYRINGS = {"darwin": "macOS Keychain", "win32": "Windows Credential Manager"}


class ServedSends:
    """The one way out, on real bytes."""

    def __init__(self, bursting: Bursting) -> None:
        self._bursting = bursting

    def send(self, sha256: str, *, conversation: int, hold_s: float, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield from self._bursting.send(sha256, conversation=conversation, hold_s=hold_s, cancel=cancel)


class ServedCloud:
    """Everything of the cloud but sending. Made only where something can leave at all."""

    def __init__(self, room: CloudRoom, bursting: Bursting, settings: Settings) -> None:
        self._room, self._bursting, self._settings = room, bursting, settings
        self._claimed = threading.Lock()

    @classmethod
    def of(cls, room: CloudRoom, settings: Settings) -> ServedCloud | None:
        """None where nothing can leave whatever the person does: offline, or a library that may only be read."""
        return cls(room, room.bursting, settings) if room.bursting is not None else None

    def destinations(self) -> Sequence[Destination]:
        return [
            Destination(
                one.provider.id,
                one.provider.name,
                one.models,
                has_key=one.has_key,
                own_network=one.own_network,
                keyring=_KEYRINGS.get(sys.platform, ""),
                retention=one.provider.retention,
            )
            for one in self._bursting.destinations()
        ]

    def levels(self) -> Sequence[Level]:
        return self._bursting.levels()

    def month(self) -> MonthMoney:
        month = self._room.budget.month()
        return MonthMoney(month_name[int(month.month[-2:])], month.spent, month.held, month.limit)

    def offer(self, draft: Draft, wish: Wish, *, answer: str = "", cancel: Cancel) -> Offer:
        return self._bursting.offer(draft, wish, answer=answer, cancel=cancel)

    def offered(self, sha256: str) -> Offer:
        return self._bursting.offered(sha256)

    def again(self, sha256: str, wish: Wish, *, cancel: Cancel) -> Offer:
        return self._bursting.again(sha256, wish, cancel=cancel)

    def cheaper(self, provider: str, model: str) -> tuple[str, str] | None:
        prices = self._room.prices
        now = prices.price(provider, model)
        ready = [one.provider.id for one in self._bursting.destinations() if one.has_key]
        known = [price for one in ready for price in prices.models(one)]
        least = min(known, key=lambda price: (price.output, price.input), default=None)
        if least is None or (now is not None and (least.output, least.input) >= (now.output, now.input)):
            return None
        return least.provider, least.model

    def keep_key(self, provider: str, key: bytearray) -> None:
        found = next((one.provider for one in self._bursting.destinations() if one.provider.id == provider), None)
        if found is None:
            raise AppError("This provider is not set up.", do="Choose another one.")
        self._bursting.means.door.keep_key(found, key)

    def type_price(self, provider: str, model: str, *, input_micros: int, output_micros: int) -> None:
        self._room.prices.type_price(provider, model, input=input_micros, output=output_micros)

    def hide_always(self, word: str) -> None:
        self._room.hiding.words.add(word)

    def set_budget(self, micros: int) -> None:
        # Whole dollars, downwards: never more than what was typed.
        self._settings.set("budget_dollars", str(micros // MICROS))

    def claim_sending(self) -> Sends:
        if not self._claimed.acquire(blocking=False):
            raise RuntimeError("the way out is handed over once")
        return ServedSends(self._bursting)
