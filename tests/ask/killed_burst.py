"""Sends one parcel through a scripted courier and ends without warning at a step: `killed_burst.py FOLDER STEP`.

FOLDER holds a profile in which the letters of the tests were read.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from app.ask.asking import Asking
from app.ask.cloud_room import CloudRoom, LocalWriter
from app.cloud.parcel import Level, Wish
from app.cloud.token_count import Counted
from app.egress import providers
from app.egress.carried import Carried, Delta, Ended, Opened, Usage
from app.egress.permits import SignedPermit, mint
from app.egress.providers import Provider
from app.events import Sent
from app.library.library import Library
from app.library.reading import Reading
from app.paths import Profile
from app.settings import Settings
from app.store.db import Store
from app.values import AnswerMode
from models.api import Cancel
from tests.cloud.ledger_desk import FileKeyring


class ScriptedDoor:
    """A courier that answers from a script."""

    alive, blocked = True, False

    def __init__(self) -> None:
        self.on_connection: Callable[..., None] = lambda note: None
        self.sent: list[bytes] = []

    def has_key(self, provider: Provider) -> bool:
        return True

    def with_key(self, wanted: list[Provider]) -> frozenset[str]:
        return frozenset(one.id for one in wanted)

    def permit(self, body: bytes, **values: Any) -> SignedPermit:
        return mint(b"k" * 32, body_sha256=hashlib.sha256(body).hexdigest(), **values)

    def prepare(self) -> None:
        """Nothing to get ready."""

    def note_relays(self) -> None:
        """No relays."""

    def send(self, body: bytes, permit: SignedPermit, provider: Provider, cancel: Cancel) -> Iterator[Carried]:
        self.sent.append(body)
        yield Opened(time.time(), "127.0.0.1:1")
        yield Delta("The rent is ")
        yield Delta("1,250 euros.")
        yield Usage({"prompt_tokens": 12, "completion_tokens": 2})
        yield Ended("done", 200, bytes_out=len(body), bytes_in=100, finish="stop")


class FourBytes:
    """Counts without starting the process that counts."""

    def count(self, provider: str, model: str, body: bytes, **_: Any) -> Counted:
        return Counted(len(body) // 4, True, 0.0, len(body), len(body) // 4)

    def count_text(self, provider: str, model: str, text: str) -> int:
        return len(text) // 4


def killing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, and the end right after it."""

    def last(*values: Any, **named: Any) -> None:
        function(*values, **named)
        os._exit(9)

    return last


def main(folder: Path, step: str) -> None:
    """Everything up to the step."""
    profile = Profile.at(folder / "profile")
    store = Store.open(profile.database)
    with closing(Library(store, reading=Reading(profile.scratch))) as library:
        writer = LocalWriter(chat=None, embedder=None, findings_right=lambda: None)
        settings = Settings(folder / "settings.json")
        secrets = FileKeyring(folder / "keyring.json")
        door: Any = ScriptedDoor()
        room = CloudRoom(library.store, library, settings, door=door, writer=writer, secrets=secrets)
        providers.add_server(library.store, "http://127.0.0.1:1", name="Scripted", model="m")
        room.prices.type_price("scripted", "m", input=2_500_000, output=10_000_000)
        asking = Asking(library.store, library, chat=None, embedder=None, mode=lambda: AnswerMode.QUOTING)
        assert room.bursting is not None
        means: Any = room.bursting.means
        means.purse.tokens = FourBytes()
        offer = room.bursting.offer(asking.start().prepare("How much is the rent?"), Wish(Level.SNIPPETS))
        (folder / "sha256").write_text(offer.parcel.sha256)
        (folder / "ceiling").write_text(str(offer.quote.ceiling_micros if offer.quote else 0))
        match step:
            case "reserved":
                means.purse.hold = killing(means.purse.hold)
            case "intended":
                means.ledger.intend = killing(means.ledger.intend)
            case "settled":
                means.purse.settle = killing(means.purse.settle)
            case "told":
                means.ledger.result = killing(means.ledger.result)
        for event in room.bursting.send(offer.parcel.sha256, hold_s=0.0, cancel=Cancel()):
            if step == "opened" and isinstance(event, Sent):
                os._exit(9)
        room.close()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
