"""A cloud that never leaves the room: parcels made like the real ones, fixed prices, and a provider that is a list."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.cloud.parcel import (
    Level,
    Offer,
    Outgoing,
    Parcel,
    Part,
    PartKind,
    Quote,
    Refusal,
    Stop,
    Swap,
    Waits,
)
from app.cloud.parcel import Wish as Wish
from app.events import AnswerEvent, Checked, Finished, Holding, Sent, Spent, Started, Stopped, Text
from app.values import AnswerMode, Confidence, Cost, Draft, Notice
from models.api import Cancel
from ui.window.cloud.cloud_house import Destination, MonthMoney, Sends

INSTRUCTIONS = "Answer from the parts only. Keep every label such as ⟦PERSON_1⟧ as it is."
CLAUSE = (
    "14.2 Either party may end this agreement by giving not less than ninety (90) days written notice, measured from "
    "the date of service. "
)
FILLER = "A notice sent by email alone is not valid unless the other party confirms receipt in writing. " * 22
LEASE = f"{CLAUSE}{FILLER}Signed by Marta Kessler at 12 Harbour Road."
CALL = "[14:32] We’ll pick this up after the summer, nothing has gone out yet."
NAMES = {"Marta Kessler": "⟦PERSON_1⟧", "12 Harbour Road": "⟦ADDRESS_1⟧"}
KINDS = {"⟦PERSON_1⟧": "person", "⟦ADDRESS_1⟧": "address"}
PARTS = (
    Part("q", PartKind.QUESTION, "Your question", "How much notice do I have to give to end the lease?"),
    Part("p1", PartKind.PASSAGE, "Lease, from clause 14.2", LEASE, Path("/home/x/Contracts/Office lease 2023.pdf")),
    Part("p2", PartKind.PASSAGE, "Call with Dana, 14:30 to 16:05", CALL, Path("/home/x/Meetings/Call with Dana.m4a")),
)
AT = 1_763_733_960.0
OPENAI = Destination("openai", "OpenAI", ("GPT-5 mini", "GPT-5 nano"), keyring="GNOME Keyring")
REPLY = "You have ninety days. **Marta Kessler** has to confirm an email in writing, and ⟦PERSON_7⟧ is not named."


def refusal(stop: Stop, happened: str, do: str = "") -> Refusal:
    return Refusal(stop, Notice(happened=happened, do=do))


Answering = Callable[[Offer, Cancel], Iterator[AnswerEvent]]


@dataclass
class ScriptedCloud:
    """Change the fields to change what happens. `calls` is everything that reached a sender."""

    parts: tuple[Part, ...] = PARTS
    refusals: tuple[Refusal, ...] = ()
    waits: tuple[Waits, ...] = ()
    light: bool = False
    priced: bool = True
    has_key: bool = True
    left_micros: int = 4_580_000
    answering: Answering | None = None
    level_list: tuple[Level, ...] = (Level.BLIND, Level.SNIPPETS, Level.FULL)
    made: list[Wish] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    calls: list[bytes] = field(default_factory=list)
    keys: list[tuple[str, bytes]] = field(default_factory=list)
    prices: list[tuple[str, str, int, int]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    budgets: list[int] = field(default_factory=list)
    slow: threading.Event | None = None
    hold: threading.Event = field(default_factory=threading.Event)
    """Set to end the five seconds at once."""
    offers: dict[str, Offer] = field(default_factory=dict)
    claimed: bool = False

    def destinations(self) -> list[Destination]:
        return [replace(OPENAI, has_key=self.has_key)]

    def levels(self) -> tuple[Level, ...]:
        return self.level_list

    def month(self) -> MonthMoney:
        return MonthMoney("November", 420_000, 0, 5_000_000)

    def cheaper(self, provider: str, model: str) -> tuple[str, str] | None:
        return "openai", "GPT-5 nano"

    def offer(self, draft: Draft, wish: Wish, *, answer: str = "", cancel: Cancel) -> Offer:
        if self.slow is not None:
            self.slow.wait(10)
        self.made.append(wish)
        self.answers.append(answer)
        made = self._offer(draft, wish)
        self.offers[made.parcel.sha256] = made
        return made

    def _offer(self, draft: Draft, wish: Wish) -> Offer:
        hidden = {**NAMES, **dict.fromkeys(wish.hide, "⟦WORD_1⟧")}
        going = [one for one in self.parts if self._goes(one, wish)]
        swaps: dict[str, Swap] = {}
        outgoing = tuple(swapped(part, hidden, wish, swaps) for part in going)
        said = "\n\n".join(one.text for one in outgoing)
        model = wish.model or "GPT-5 mini"
        body = json.dumps(
            {
                "max_completion_tokens": 800,
                "messages": [{"content": INSTRUCTIONS, "role": "system"}, {"content": said, "role": "user"}],
                "model": model,
                "store": False,
            },
            ensure_ascii=False, sort_keys=True,
        ).encode()  # fmt: skip
        parcel = Parcel(
            wish.level, "openai", "api.openai.example", model, draft.conversation, draft.question, self.parts,
            outgoing, tuple(swaps.values()), INSTRUCTIONS, body, 800, (("store", "false"),),
        )  # fmt: skip
        refusals = self.refusals + (() if self.has_key else (refusal(Stop.NO_KEY, "No key for OpenAI."),))
        if not outgoing:
            refusals += (refusal(Stop.NOTHING_TICKED, "Nothing is ticked."),)
        price = len(body) * 2
        quote = Quote(len(body) // 4, True, 0.0, price, price + 400, 6_400 + price, self.left_micros, "2026-11-02", "x")
        return Offer(
            parcel, quote if self.priced else None, "These passages are sent.", refusals, self.waits, self.light, AT
        )

    @staticmethod
    def _goes(part: Part, wish: Wish) -> bool:
        if part.kept_here or part.id in wish.unticked:
            return False
        if part.unasked and part.id not in wish.ticked:
            return False
        return wish.level not in (Level.BLIND, Level.FINDINGS) or part.kind is PartKind.QUESTION

    def offered(self, sha256: str) -> Offer:
        return self.offers[sha256]

    def again(self, sha256: str, wish: Wish, *, cancel: Cancel) -> Offer:
        kept = self.offers[sha256].parcel
        draft = Draft(kept.conversation, kept.question, kept.question, (), (), AnswerMode.WRITING, 0, 0, 0)
        return self.offer(draft, wish, cancel=cancel)

    def keep_key(self, provider: str, key: bytearray) -> None:
        self.keys.append((provider, bytes(key)))
        self.has_key = True

    def type_price(self, provider: str, model: str, *, input_micros: int, output_micros: int) -> None:
        self.prices.append((provider, model, input_micros, output_micros))
        self.priced, self.refusals = True, ()

    def hide_always(self, word: str) -> None:
        self.hidden.append(word)

    def set_budget(self, micros: int) -> None:
        self.budgets.append(micros)
        self.refusals = ()

    def claim_sending(self) -> Sends:
        if self.claimed:
            raise RuntimeError("the way out is handed over once")
        self.claimed = True
        return ScriptedSends(self)


@dataclass
class ScriptedSends:
    cloud: ScriptedCloud

    def send(self, sha256: str, *, conversation: int, hold_s: float, cancel: Cancel) -> Iterator[AnswerEvent]:
        offer = self.cloud.offers[sha256]
        yield Started(conversation, offer.parcel.question)
        yield Holding(hold_s)
        while not self.cloud.hold.is_set():
            if cancel.wait(0.005):
                yield Stopped("")
                return
        self.cloud.calls.append(offer.parcel.body)
        yield Sent(AT, len(offer.parcel.body), 7)
        yield from (self.cloud.answering or reply)(offer, cancel)


def reply(offer: Offer, cancel: Cancel) -> Iterator[AnswerEvent]:
    """An answer with one name put back and one label nobody gave out."""
    name, label = REPLY.index("Marta Kessler"), REPLY.index("⟦PERSON_7⟧")
    yield Text(REPLY, ((name, name + 13),), ((label, label + 10),))
    yield from home(offer, REPLY)


def home(offer: Offer, text: str, *, actual: int | None = 3_700, confirmed: bool = True) -> Iterator[AnswerEvent]:
    yield Checked((), text)
    quote = offer.quote
    assert quote is not None
    yield Spent(Cost(4_000, quote.ceiling_micros, actual), confirmed)
    yield Finished(
        1, text, "cloud", "GPT-5 mini", AnswerMode.WRITING, 2, 600, 120, 0, 0.8, 2.1, Confidence.CERTAIN
    )  # fmt: skip


def swapped(part: Part, hidden: dict[str, str], wish: Wish, swaps: dict[str, Swap]) -> Outgoing:
    """A part with labels for what is hidden, and where they stand."""
    text, labels, at = "", [], 0
    while at < len(part.text):
        found = next((word for word in hidden if part.text.startswith(word, at)), "")
        if found and found not in wish.as_written:
            label = hidden[found]
            swaps[label] = Swap(label, KINDS.get(label, "yours"), found, "names")
            labels.append((len(text), len(text) + len(label), label))
            text, at = text + label, at + len(found)
        else:
            text, at = text + part.text[at], at + 1
    return Outgoing(part.id, text, tuple(labels))
