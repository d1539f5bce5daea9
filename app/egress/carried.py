"""What a parcel's journey says of itself, and every way it can go wrong, in words a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from app.values import Notice


class CloudTrouble(StrEnum):
    """Why a parcel brought no whole answer."""

    OFFLINE = "offline"
    """There is no courier (`--offline`, or it is gone)."""
    BLOCKED = "blocked"
    """"Block all network" is on."""
    PERMIT = "permit"
    """The courier refused: the bytes, host, model, price, time or use is not what was permitted."""
    NO_KEYRING = "no_keyring"
    NO_KEY = "no_key"
    NO_CONNECTION = "no_connection"
    """No such name, nobody listens, or the certificate is not the server's own."""
    TIMEOUT = "timeout"
    KEY_REFUSED = "key_refused"
    """401, 403."""
    QUOTA = "quota"
    """402, 429."""
    REFUSED = "refused"
    """Any other 4xx; a refused privacy flag is one."""
    PROVIDER = "provider"
    """5xx, or an error inside the stream."""
    REDIRECT = "redirect"
    """3xx: a question is never carried on to another address."""
    CUT = "cut"
    """The stream broke off."""
    NOT_A_STREAM = "not_a_stream"
    """Something else came back than an answer in pieces."""


Status = Literal["done", "stopped", "failed_before", "failed_after"]
"""`failed_before`: certainly not one byte of the parcel left. `failed_after`, `stopped`: it may have, and may cost."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection stands; nothing of the parcel was sent yet. `at`: seconds since 1970; `address`: "1.2.3.4:443"."""

    at: float
    address: str


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of the answer, as it came."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What the provider says was used, exactly as it said it."""

    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """Always the last event, exactly one."""

    status: Status
    http_status: int | None = None
    trouble: CloudTrouble | None = None
    says: str = ""
    """The provider's own words, or ours for what the courier refused; at most 500 characters, never a key."""
    bytes_out: int = 0
    """Bytes of the request, headers included, that were given to the connection."""
    bytes_in: int = 0
    """Bytes of the reply, headers included, that were read from it."""
    finish: str = ""
    """Why the model ended, in the provider's word: stop, length, content_filter."""


Carried = Opened | Delta | Usage | Ended


@dataclass(frozen=True, slots=True)
class ConnectionNote:
    """One connection that was opened, or tried, for the ledger."""

    at: float
    purpose: str
    """question, vectors, probe."""
    host: str
    bytes_out: int
    bytes_in: int
    ok: bool


_NOTHING_SENT = "Nothing was sent and nothing was charged."
_SENT = "The parcel was sent; it is in the ledger. The provider may charge for it, never more than the price shown."


def trouble_words(ended: Ended, provider: str) -> Notice:
    """What happened, what is safe, what to do; `provider` is its name as the person knows it."""
    trouble = ended.trouble or CloudTrouble.CUT
    happened, do = _WORDS[trouble]
    safe = _NOTHING_SENT if ended.status == "failed_before" else _SENT
    details = (f"{provider} said: {ended.says}",) if ended.says else ()
    return Notice(happened=happened.format(provider=provider), safe=safe, do=do, details=details)


_WORDS: Mapping[CloudTrouble, tuple[str, str]] = {
    CloudTrouble.OFFLINE: ("Indoors is offline.", "Start Indoors again, without --offline."),
    CloudTrouble.BLOCKED: ("The network is blocked.", "Turn off “Block all network” in Privacy, then ask again."),
    CloudTrouble.PERMIT: ("The courier refused the parcel.", "Look at what would be sent once more and send it again."),
    CloudTrouble.NO_KEYRING: (
        "This computer has no keyring, or it is locked, so the key could not be read.",
        "Unlock or install one (GNOME Keyring, KWallet) and try again.",
    ),
    CloudTrouble.NO_KEY: ("There is no key for {provider}.", "Add one in Settings, or with: indoors keys set"),
    CloudTrouble.NO_CONNECTION: (
        "No connection to {provider}.",
        "Check the network and the address, or use the answer made here.",
    ),
    CloudTrouble.TIMEOUT: ("{provider} did not answer in time.", "Try again later, or use the answer made here."),
    CloudTrouble.KEY_REFUSED: ("{provider} does not accept the key.", "Check the key, or set a new one."),
    CloudTrouble.QUOTA: (
        "{provider} takes no more questions now: a limit of your account is reached.",
        "Wait, or look at your account there.",
    ),
    CloudTrouble.REFUSED: (
        "{provider} refused the parcel as it is. It was not sent again with less protection.",
        "Choose another model or provider.",
    ),
    CloudTrouble.PROVIDER: ("{provider} failed.", "Try again later, or use the answer made here."),
    CloudTrouble.REDIRECT: (
        "{provider} wanted the parcel sent on to another address. That was not done.",
        "Check the address of this provider.",
    ),
    CloudTrouble.CUT: ("The answer broke off.", "What arrived is kept. Ask again if you need the rest."),
    CloudTrouble.NOT_A_STREAM: (
        "What came back from {provider} is not an answer.",
        "Check the address of this provider; it may be a sign-in page.",
    ),
}
