"""Everything of the cloud in one open profile, joined: ledger, prices, budget, hidden words, and the way to send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from app.ask.bursting import Bursting
from app.ask.findings import Finder
from app.ask.hiding import Hiding
from app.ask.offers import Means
from app.cloud.budget import Budget
from app.cloud.copied import lookup_in
from app.cloud.dollars import MICROS
from app.cloud.kept import Keeping
from app.cloud.ledger import Ledger
from app.cloud.ledger_chain import Secrets
from app.cloud.prices import PriceSheet
from app.cloud.profile_secrets import ProfileSecrets
from app.cloud.purse import Purse
from app.cloud.redact.found import Asked
from app.cloud.token_count import Tokens
from app.cloud.waits import Acquainted
from app.egress import keys
from app.egress.carried import ConnectionNote
from app.egress.door import Door
from app.errors import AppError
from app.library.library import Library
from app.settings import Settings
from app.store.conversations import Conversations
from app.store.db import Store
from app.store.full_text import Words
from models.api import ChatModel, Embedder


class LocalWriter:
    """What the cloud's rooms use of the models on this computer."""

    def __init__(
        self,
        *,
        chat: ChatModel | None,
        embedder: Embedder | None,
        findings_right: Callable[[], float | None],
        names_spans: Callable[[], Asked | None] = lambda: None,
        shelf: Callable[[], Sequence[tuple[str, Path]]] = tuple,
    ) -> None:
        """`findings_right`: the writer's measured share of right facts; `names_spans`: its pass over texts that looks
        for personal details, None where it is not good enough; `shelf`: names and files of the writers here, whose
        vocabularies count for the same models elsewhere."""
        self.chat = chat
        self.embedder = embedder
        self.findings_right = findings_right
        self.names_spans = names_spans
        self.shelf = shelf


class CloudRoom:
    """Made with every open profile; costs nothing and starts nothing until it is used.

    `bursting` is None when nothing can be sent from here whatever the person does, and `why_not` says why. A missing
    keyring, key, price or budget is told by each offer instead, because it can be mended meanwhile.
    """

    def __init__(
        self,
        store: Store,
        library: Library,
        settings: Settings,
        *,
        door: Door | None,
        writer: LocalWriter,
        secrets: Secrets | None = None,
    ) -> None:
        own = secrets or ProfileSecrets(store)
        # Not by names that hang on the database, for the ledger is there to tell when that was changed.
        self.ledger = Ledger(store, secrets or keys)
        self.prices = PriceSheet.load(store)
        self.budget = Budget(store, lambda: settings.number("budget_dollars") * MICROS)
        self.tokens = Tokens(shelf=writer.shelf)
        self.hiding = Hiding(store, own, model=writer.names_spans)
        self._door = door
        self.bursting: Bursting | None = None
        self.why_not = "Indoors is offline." if door is None else ""
        if store.read_only:
            self.why_not = "This library may only be read, and sending has to be written down first."
        if door is None or store.read_only:
            return
        door.on_connection = self._note
        with suppress(AppError):
            self.budget.after_crash()
        self.bursting = Bursting(self._means(store, library, settings, door, writer, own))

    def _means(
        self,
        store: Store,
        library: Library,
        settings: Settings,
        door: Door,
        writer: LocalWriter,
        secrets: Secrets,
    ) -> Means:
        finder = Finder(
            library,
            words=Words(store),
            chat=writer.chat,
            embedder=writer.embedder,
            writes=lambda: (writer.findings_right() or 0.0) > 0.0,
        )
        return Means(
            store=store,
            library=library,
            conversations=Conversations(store),
            door=door,
            keeping=Keeping(store, secrets),
            hiding=self.hiding,
            ledger=self.ledger,
            acquainted=Acquainted(store),
            purse=Purse(self.tokens, self.prices, self.budget),
            lookup=lookup_in(store),
            findings_right=writer.findings_right,
            max_output_tokens=lambda: settings.number("cloud_answer_tokens"),
            finder=finder,
        )

    def _note(self, note: ConnectionNote) -> None:
        # A line about a connection that cannot be written must not end the answer that came through it.
        with suppress(AppError):
            self.ledger.connection(
                at=note.at,
                purpose=note.purpose,
                host=note.host,
                bytes_out=note.bytes_out,
                bytes_in=note.bytes_in,
                ok=note.ok,
            )

    def block(self, on: bool) -> None:
        """ "Block all network": the courier refuses everything until it is off again, and the ledger says when.
        Raises AppError when there is no courier to tell, or it cannot be kept."""
        if self._door is None:
            raise AppError("Indoors is offline; nothing can leave.", do="Start Indoors without --offline.")
        self._door.block(on)
        with suppress(AppError):
            self.ledger.blocked(on)

    def close(self) -> None:
        """Write down what went through the courier meanwhile and end the counting process."""
        if self._door is not None and self.bursting is not None:
            self._door.note_relays()
        self.tokens.close()
