"""A small library, a real courier and a provider on this computer: what the tests of a burst share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from asking_desk import asking_with, library_of

from app.ask.asking import Asking
from app.ask.bursting import Bursting
from app.ask.cloud_room import CloudRoom, LocalWriter
from app.cloud.parcel import Level, Offer, Wish
from app.egress import providers
from app.egress.door import Door
from app.events import AnswerEvent, Text
from app.library.library import Library
from app.settings import Settings
from app.values import Draft
from models.api import Cancel, ChatModel
from tests.cloud.parcel_desk import MemorySecrets
from tests.egress.cloud_provider import CloudProvider

RENT = "How much is the monthly rent?"


@dataclass(frozen=True, slots=True)
class House:
    """A profile from which a question can be sent to the provider."""

    library: Library
    asking: Asking
    room: CloudRoom
    there: CloudProvider

    @property
    def bursting(self) -> Bursting:
        assert self.room.bursting is not None
        return self.room.bursting

    def draft(self, question: str = RENT) -> Draft:
        """A draft in a new conversation."""
        return self.asking.start().prepare(question)

    def offer(self, question: str = RENT, level: Level = Level.SNIPPETS, **wish: object) -> Offer:
        """An offer for a question."""
        chosen = Wish(level, **wish)  # type: ignore[arg-type]  # a test names one choice
        return self.bursting.offer(self.draft(question), chosen)

    def send(self, offer: Offer, *, hold_s: float = 0.0, cancel: Cancel | None = None) -> list[AnswerEvent]:
        """Send it; all events."""
        return list(self.bursting.send(offer.parcel.sha256, hold_s=hold_s, cancel=cancel or Cancel()))

    def money(self) -> tuple[int, int]:
        """(spent, held) of the month, in micro-dollars."""
        month = self.room.budget.month()
        return month.spent, month.held


@contextmanager
def house_of(
    folder: Path,
    files: Mapping[str, str],
    *,
    door: Door,
    there: CloudProvider,
    chat: ChatModel | None = None,
    findings_right: float | None = None,
) -> Iterator[House]:
    """A profile with these files, the provider added and its price typed: $2.50 and $10 for a million tokens."""
    with library_of(folder, files) as library:
        writer = LocalWriter(chat=chat, embedder=None, findings_right=lambda: findings_right)
        settings = Settings(folder / "settings.json")
        room = CloudRoom(library.store, library, settings, door=door, writer=writer, secrets=MemorySecrets())
        try:
            providers.add_server(library.store, there.base_url, name="Loopback", model="m")
            room.prices.type_price("loopback", "m", input=2_500_000, output=10_000_000)
            yield House(library, asking_with(library, None), room, there)
        finally:
            room.close()


def said(events: list[AnswerEvent]) -> str:
    """The text as it was shown."""
    return "".join(event.delta for event in events if isinstance(event, Text))
