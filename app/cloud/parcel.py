"""The nouns of a burst, all frozen: parts a person ticks, the parcel of exact bytes, its price, and why it may wait."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.values import Notice


class Level(StrEnum):
    """How much may leave, least first; each has one claim it may print (app/cloud/levels.py)."""

    BLIND = "blind"
    FINDINGS = "findings"
    SNIPPETS = "snippets"
    FULL = "full"


class PartKind(StrEnum):
    """What a part of a parcel is."""

    QUESTION = "question"
    PASSAGE = "passage"
    FINDING = "finding"
    DRAFT = "draft"
    """The answer made here, sent to be refined in place of the documents."""
    FILE = "file"
    EARLIER = "earlier"
    """An earlier question of this conversation with its answer; stays here unless the person ticks it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that could leave, as it stands on this computer. `document` is where it came from."""

    id: str
    kind: PartKind
    title: str
    text: str
    document: Path | None = None
    kept_here: str = ""
    """Why this part cannot be ticked ("never send" of its folder); empty when it can."""
    rests_on: tuple[tuple[str, str], ...] = ()
    """(path, sha256) of every document its words come from, however far back; asked again in the gate."""
    unasked: bool = False
    """Stays here unless its id is in `Wish.ticked`: whole files, earlier questions."""

    @property
    def words(self) -> int:
        """Words of the text as it stands here."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Swap:
    """A value that is swapped for a label before anything leaves, and put back in the answer."""

    label: str
    """Such as "⟦PERSON_1⟧"."""
    kind: str
    """One of the kinds of app/cloud/redact: person, organisation, address, place, phone, email, card, iban, …"""
    value: str
    found_by: str
    """Which detector found it: patterns, names, yours, model."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A ticked part as it leaves. `labels` are (start_char, end_char, label) in `text`."""

    part: str
    text: str
    labels: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request body, byte for byte, with everything the sheet shows of it. Any change makes another parcel."""

    level: Level
    provider: str
    """Id of a provider (app/egress/providers.py)."""
    host: str
    """host or host:port the bytes go to."""
    model: str
    conversation: int
    question: str
    parts: tuple[Part, ...]
    """Everything offered, ticked or not."""
    outgoing: tuple[Outgoing, ...]
    """The ticked ones, in the order of the body."""
    swaps: tuple[Swap, ...]
    instructions: str
    """Words of ours in the body; they are counted on the sheet."""
    body: bytes
    """Canonical UTF-8 JSON: what is shown under "exact text", bound to the permit, sent and kept."""
    max_output_tokens: int
    flags: tuple[tuple[str, str], ...] = ()
    """Retention flags asked for, as (name, value): ("store", "false")."""

    @property
    def sha256(self) -> str:
        """The fingerprint of the exact bytes, lower-case hex."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Quote:
    """What sending a parcel costs, in whole micro-dollars."""

    tokens_in: int
    exact: bool
    band: float
    """Half width of the token estimate as a share (0.12 = ±12 %); 0 when exact."""
    likely_low_micros: int
    likely_high_micros: int
    ceiling_micros: int
    """Never more than this: the output is capped by the request itself."""
    left_micros: int
    """What is left of the month's budget before this parcel."""
    prices_as_of: str
    """ISO date of the price used."""
    price_source: str
    history: int = 0
    """How many answers of the person's own the likely output was taken from; 0: a rule of thumb."""

    @property
    def likely_micros(self) -> int:
        """The one number after "about": the middle of the likely range, rounded up."""
        return -(-(self.likely_low_micros + self.likely_high_micros) // 2)


class Stop(StrEnum):
    """Why a parcel cannot be sent at all."""

    OFFLINE = "offline"
    BLOCKED = "blocked"
    NO_KEYRING = "no_keyring"
    NO_KEY = "no_key"
    NO_PRICE = "no_price"
    OVER_BUDGET = "over_budget"
    NOTHING_TICKED = "nothing_ticked"
    DETECTOR_FAILED = "detector_failed"
    COPIED_TEXT = "copied_text"
    """Blind or Findings: words of a file stand in what would leave."""
    LEDGER_BROKEN = "ledger_broken"
    NO_DESTINATION = "no_destination"
    """No provider is set up, or the wish names one that is not."""
    NOT_OFFERED = "not_offered"
    """The level needs something this computer does not have (a better writer)."""
    NEVER_SEND = "never_send"
    """Gate: a ticked part rests on a file that may never be sent."""
    DETAIL_FOUND = "detail_found"
    """Gate: a personal detail stands in the bytes that the sheet did not show as hidden."""
    DEARER = "dearer"
    """Gate: the price rose since it was shown."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason that keeps Send off, in words a person can act on."""

    stop: Stop
    notice: Notice


class Wait(StrEnum):
    """Why Send waits until a line was opened (look.md 3.3)."""

    FIRST_USE = "first_use"
    NEW_KIND = "new_kind"
    LONG = "long"
    DEAR = "dear"
    NEVER_SEND = "never_send"


@dataclass(frozen=True, slots=True)
class Waits:
    """One line that must be opened before Send."""

    wait: Wait
    says: str
    """The line itself."""
    detail: str
    """What opening it shows."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A parcel with its price, ready to be shown. Nothing has left."""

    parcel: Parcel
    quote: Quote | None
    """None when the price is unknown."""
    claim: str
    """The one sentence this level may print ("These 2 passages are sent.")."""
    refusals: tuple[Refusal, ...]
    waits: tuple[Waits, ...]
    light: bool
    """Whether the one-line strip is enough (look.md 3.4)."""
    expires_at: float
    """Until when the exact bytes are kept for sending, seconds since 1970; 0.0 when nothing is kept."""

    @property
    def kept(self) -> bool:
        """Whether the exact bytes are kept under their hash, so that they could be sent."""
        return self.expires_at > 0

    @property
    def sendable(self) -> bool:
        """Whether nothing keeps Send off."""
        return not self.refusals and self.quote is not None


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person chose for one parcel; never remembered for the next question."""

    level: Level
    provider: str = ""
    """Empty: the last one used, or the only one with a key."""
    model: str = ""
    unticked: frozenset[str] = frozenset()
    """Ids of parts that stay here."""
    as_written: frozenset[str] = frozenset()
    """Values that leave as they are although a detector found them."""
    hide: frozenset[str] = frozenset()
    """Words to swap this time (select text + H)."""
    question: str = ""
    """The question as it should leave; empty: as proposed."""
    refine: bool = False
    """Send the answer made here in place of the documents."""
    ticked: frozenset[str] = frozenset()
    """Ids of `unasked` parts that leave after all."""
