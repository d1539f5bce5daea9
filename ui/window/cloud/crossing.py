"""What a turn knows of its way out and back: held, sent, what it cost, which labels were put back, how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.events import Holding, Sent, Spent, Text
from ui.window.cloud import cloud_words as words
from ui.window.cloud.cloud_house import Addressee


@dataclass(slots=True)
class Crossing:
    """Plain state, changed by events as they come; the turn shows it. `estimate_micros` and `ceiling_micros` are what
    was said before sending."""

    whom: Addressee
    estimate_micros: int = 0
    ceiling_micros: int = 0
    sent_at: float = 0.0
    """Seconds since 1970; 0 while nothing has left."""
    entry: int = 0
    """The ledger's number for it; 0 while nothing has left."""
    spent: Spent | None = None
    labels: int = 0
    """Labels put back: kept from an earlier turn, or counted while text comes."""
    stopping: bool = False
    _put_back: set[str] = field(default_factory=set)

    def take(self, event: Holding | Sent | Spent | Text) -> None:
        """One event of the way."""
        match event:
            case Holding():
                pass  # nothing has left, as before
            case Sent():
                self.sent_at, self.entry = event.at, event.entry
            case Spent():
                self.spent = event
            case Text():
                self._put_back |= {event.delta[start:end] for start, end in event.restored}
                self.labels = len(self._put_back)

    @property
    def left(self) -> bool:
        """Whether the bytes have left."""
        return self.sent_at > 0

    @property
    def stage(self) -> str:
        """Beside the pill while it is under way."""
        if self.stopping:
            return words.STOPPING
        return words.sent_waiting(self.sent_at) if self.left else words.NOTHING_YET

    @property
    def stopped_line(self) -> str:
        """What is true once it was stopped: before it left, or after."""
        return words.stopped_sent(self.sent_at) if self.left else words.STOPPED_NOTHING

    @property
    def cost_line(self) -> str:
        """Under the answer; empty while nothing is settled, and for what never left."""
        if self.spent is None:
            return ""
        cost = self.spent.cost
        return words.cost_line(
            cost.actual_micros,
            cost.estimate_micros or self.estimate_micros,
            labels=self.labels,
            confirmed=self.spent.confirmed,
            held=cost.ceiling_micros or self.ceiling_micros,
        )
