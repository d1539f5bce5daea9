"""A ledger, an account and providers that say what they are told to, on a fixed day; for tests and pictures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from app.errors import AppError
from ui.window.privacy.privacy_house import (
    AnswerCost,
    Chain,
    CloudLook,
    CloudSetup,
    ConnectionLine,
    Crossing,
    DiskPlace,
    ExportForm,
    Month,
    MonthMoney,
    ProviderLine,
    SentEntry,
    SentLine,
    SentState,
    Stayed,
)

NOW = datetime(2026, 11, 18, 15, 40).timestamp()
DATA = Path.home() / ".local" / "share" / "indoors"
SIX = ("harbour", "violet", "kettle", "march", "ladder", "quiet")
QUESTION = "How much notice do I have to give to end the lease?"
STAYED = (Stayed("⟦PERSON_1⟧", "Ian Kessler"), Stayed("⟦ADDRESS_1⟧", "2 Harbour Yard, Leith"))
CLAUSE = (
    "14.2 Either party may end this agreement by giving not less than ninety (90) days written notice, measured from "
    "the date of service. 14.3 A notice sent by email alone is not valid unless the other party confirms receipt in "
    "writing. 14.4 Notices go to the address at the head of this agreement or to another one told in writing. "
)
BODY = json.dumps(
    {
        "model": "gpt-5-mini",
        "store": False,
        "max_completion_tokens": 900,
        "messages": [
            {"role": "system", "content": "Answer from the text given. Keep the labels in brackets as they are."},
            {"role": "user", "content": QUESTION},
            {"role": "user", "content": CLAUSE * 6 + "Signed by ⟦PERSON_1⟧ at ⟦ADDRESS_1⟧."},
        ],
    },
    ensure_ascii=False,
    indent=1,
)


def at(day: int, hour: int, minute: int, second: int = 0) -> float:
    return datetime(2026, 11, day, hour, minute, second).timestamp()


def line(
    entry: int, when: float, question: str, *, words: int = 0, hidden: int = 0, cost: int | None = 0,
    model: str = "GPT-5 mini", state: SentState = SentState.ANSWERED, provider: str = "OpenAI",
) -> SentLine:  # fmt: skip
    return SentLine(entry, when, question, provider, model, words, hidden, cost, state)


LINES = [
    line(6, at(18, 14, 6, 21), QUESTION, words=424, hidden=2, cost=3_700),
    line(5, at(17, 8, 55), "Explain clause 9 in plain words", words=512, hidden=1, cost=5_800),
    line(4, at(16, 11, 27), "Is this invoice overdue?", words=210, state=SentState.STOPPED_IN_TIME),
    line(3, at(12, 10, 3), "What changed between the two budget drafts?", words=9_870, hidden=7, cost=263_100,
         model="GPT-5"),
    line(2, at(9, 16, 40), "Rewrite this letter so it is kinder", words=338, hidden=3, cost=3_100),
    line(1, at(3, 9, 12), "Compare these two supplier offers", words=6_214, hidden=11, cost=148_000, model="GPT-5"),
]  # fmt: skip

CONNECTIONS = [
    ConnectionLine(at(18, 14, 6, 21), "Question to OpenAI", "api.openai.com", 2_914, 4_102, ok=True),
    ConnectionLine(at(17, 8, 55), "Question to OpenAI", "api.openai.com", 3_380, 5_011, ok=True),
    ConnectionLine(at(17, 8, 50), "Question to OpenAI", "api.openai.com", 0, 0, ok=False),
    ConnectionLine(at(2, 20, 14), "Model fetched", "huggingface.co", 1_204, 2_490_000_000, ok=True),
    ConnectionLine(at(2, 20, 11), "Prices fetched", "raw.githubusercontent.com", 612, 38_400, ok=True),
]
PLACES = [
    DiskPlace("library", "Library index", "A copy of the text of your files, so that they can be searched.",
              DATA / "indoors.db", 312_000_000),
    DiskPlace("sent", "Exact texts that were sent", "Encrypted, the key is in the keyring.", DATA / "indoors.db",
              84_000, erasable="The exact text of all 5 entries is erased for good. That they were sent stays."),
    DiskPlace("labels", "What labels stand for", "Encrypted, so that answers can be read again.", DATA / "indoors.db",
              12_000, erasable="Labels in old answers stay labels from now on."),
    DiskPlace("models", "Models", "They write, listen and search.", DATA / "models", 2_900_000_000),
    DiskPlace("logs", "Logs", "Times and errors, no words of yours.", DATA / "logs", 640_000,
              erasable="The logs are erased. Nothing else changes."),
    DiskPlace("keys", "Keys", "In the system keyring, read only by the sender.", None, None),
]  # fmt: skip
PROVIDERS = (
    ProviderLine("openai", "OpenAI", "api.openai.com", own=False, own_network=False, key_needed=True, has_key=True,
                 retention="OpenAI says (November 2025): kept up to 30 days to look for abuse, unless the law asks "
                 "for longer; not used for training unless you opted in."),
    ProviderLine("openrouter", "OpenRouter", "openrouter.ai", own=False, own_network=False, key_needed=True,
                 has_key=False, retention=""),
    ProviderLine("own-1", "The box in the cellar", "192.168.1.20:8080", own=True, own_network=True, key_needed=False,
                 has_key=False, retention="It runs on your own network.", unpriced=True),
)  # fmt: skip


@dataclass
class ScriptedPrivacy:
    """Change the fields to change what is said; `done` is what was asked for."""

    lines: list[SentLine] = field(default_factory=lambda: list(LINES))
    notes: list[ConnectionLine] = field(default_factory=lambda: list(CONNECTIONS))
    disk: list[DiskPlace] = field(default_factory=lambda: list(PLACES))
    providers: list[ProviderLine] = field(default_factory=lambda: list(PROVIDERS))
    hidden: list[str] = field(default_factory=lambda: ["Kessler & Sons", "Project Heron"])
    chain: Chain = field(default_factory=lambda: Chain(11, intact=True, chained=True, words=SIX))
    enforced_by: str = "system"
    blocked: bool = False
    ready: bool = True
    here: int = 31
    failed: int = 0
    last_left_at: float | None = LINES[0].at
    limit: int = 5_000_000
    held: int = 0
    extra: list[AnswerCost] = field(default_factory=list)
    no_keyring: str = ""
    trouble: AppError | None = None
    done: list[tuple[object, ...]] = field(default_factory=list)
    keys: list[bytearray] = field(default_factory=list)
    pages: list[tuple[int, int]] = field(default_factory=list)

    def month(self) -> Month:
        self._or_trouble()
        left = [one for one in self.lines if one.state.left]
        marks = tuple(Crossing(one.entry, one.at, one.words, one.state.left) for one in reversed(self.lines))
        stopped = sum(one.state is SentState.STOPPED_IN_TIME for one in self.lines)
        last = left[0].at if left else self.last_left_at
        return Month(
            NOW, len(left), stopped, self.failed, self.here, last, marks, self.chain,
            self.enforced_by, "seccomp and Landlock", self.blocked,  # type: ignore[arg-type]  # one of three words
        )  # fmt: skip

    def look(self) -> CloudLook:
        spent = sum(one.cost_micros or 0 for one in self.lines)
        today = [one for one in self.lines if one.at > at(18, 0, 0) and one.state.left]
        cost = sum(one.cost_micros or 0 for one in today)
        last = max((one.at for one in self.lines if one.state.left), default=self.last_left_at)
        bell = self.limit * 8 // 10
        return CloudLook(self.ready, self.blocked, len(today), cost, spent, self.held, self.limit, bell, last, NOW)

    def sent(self, *, only_answers: bool, limit: int, offset: int) -> tuple[Sequence[SentLine], int]:
        self.pages.append((offset, limit))
        found = [one for one in self.lines if not only_answers or one.state is SentState.ANSWERED]
        return found[offset : offset + limit], len(found)

    def connections(self, *, limit: int, offset: int) -> tuple[Sequence[ConnectionLine], int]:
        return self.notes[offset : offset + limit], len(self.notes)

    def places(self) -> Sequence[DiskPlace]:
        return self.disk

    def entry(self, number: int) -> SentEntry:
        found = next(one for one in self.lines if one.entry == number)
        gone = found.erased
        text = "" if gone else BODY
        return SentEntry(
            line=found, host="api.openai.com", approved_at=found.at - 5, sent_at=found.at if found.state.left else None,
            held_s=5.0, estimate_micros=4_000, ceiling_micros=11_000, confirmed=found.state is SentState.ANSWERED,
            stayed=() if gone else STAYED, text=text, bytes_out=len(BODY.encode()),
            sha256=hashlib.sha256(BODY.encode()).hexdigest(), says="", flags=(("store", "false"),), same_bytes=not gone,
        )  # fmt: skip

    def erase_entry(self, number: int) -> None:
        self._or_trouble()
        self.done.append(("erase", number))
        place = next(at for at, one in enumerate(self.lines) if one.entry == number)
        self.lines[place] = replace(self.lines[place], question="", erased=True)

    def erase_place(self, key: str) -> None:
        self.done.append(("erase place", key))
        self.disk = [one for one in self.disk if one.key != key]

    def export(self, form: ExportForm) -> str:
        return f"{form}: {len(self.lines)} entries\n"

    def begin_anew(self) -> None:
        self.done.append(("anew",))
        self.chain = replace(self.chain, intact=True, changed_after=None)

    def block(self, on: bool) -> None:
        self._or_trouble()
        self.done.append(("block", on))
        self.blocked = on

    def money(self) -> MonthMoney:
        answers = [
            AnswerCost(one.entry, one.question, _said_about(one), one.cost_micros or 0, "settled")
            for one in self.lines
            if one.state.left
        ]
        return MonthMoney(
            NOW, sum(one.cost_micros for one in answers), self.held, self.limit, self.limit * 8 // 10,
            sum(one.cost_micros for one in answers[:1]), (*self.extra, *answers[:10]), self.here, "2026-11-02",
            "developers.openai.com/api/docs/pricing, read on 2 November 2026",
        )  # fmt: skip

    def set_budget(self, micros: int) -> None:
        self.done.append(("budget", micros))
        self.limit = micros

    def setup(self) -> CloudSetup:
        self._or_trouble()
        return CloudSetup(tuple(self.providers), tuple(self.hidden), ("~/Documents/Tax",), self.limit, 80,
                          "GNOME Keyring", self.no_keyring)  # fmt: skip

    def keep_key(self, provider: str, key: bytearray) -> None:
        self.done.append(("key", provider, bytes(key)))
        self.keys.append(key)
        self._change(provider, has_key=True)

    def forget_key(self, provider: str) -> None:
        self.done.append(("forget", provider))
        self._change(provider, has_key=False)

    def add_server(self, address: str, *, name: str) -> None:
        self.done.append(("server", address, name))

    def remove_server(self, provider: str) -> None:
        self.providers = [one for one in self.providers if one.id != provider]

    def type_price(self, provider: str, model: str, *, input_micros: int, output_micros: int) -> None:
        self.done.append(("price", provider, model, input_micros, output_micros))
        self._change(provider, unpriced=False)

    def hide_always(self, word: str) -> None:
        self.hidden.append(word)

    def show_again(self, word: str) -> None:
        self.hidden.remove(word)

    def _change(self, provider: str, **changes: object) -> None:
        self.providers = [replace(one, **changes) if one.id == provider else one for one in self.providers]  # type: ignore[arg-type]  # fields by name

    def _or_trouble(self) -> None:
        if self.trouble is not None:
            raise self.trouble


def _said_about(one: SentLine) -> int:
    said = {6: 4_000, 5: 6_000, 3: 240_000, 2: 4_000, 1: 150_000}
    return said.get(one.entry, 4_000)
