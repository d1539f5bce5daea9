"""Everything of the cloud in one open profile, joined: ledger, prices, budget, hidden words, and the way to send.

Each is imported and made when it is first asked for: opening the window must not wait for what sending needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.egress.carried import ConnectionNote
from app.egress.door import Door
from app.errors import AppError
from app.library.library import Library
from app.settings import Settings
from app.store.db import Store
from models.api import ChatModel, Embedder

if TYPE_CHECKING:
    from app.ask.bursting import Bursting
    from app.ask.hiding import Hiding
    from app.cloud.budget import Budget
    from app.cloud.ledger import Ledger
    from app.cloud.ledger_chain import Secrets
    from app.cloud.prices import Price, PriceSheet
    from app.cloud.redact.found import Asked
    from app.cloud.token_count import Tokens


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
        """`secrets`: another keyring than the system's, for tests."""
        self._store = store
        self._library = library
        self._settings = settings
        self._door = door
        self._writer = writer
        self._given_secrets = secrets
        self.why_not = "Indoors is offline." if door is None else ""
        if store.read_only:
            self.why_not = "This library may only be read, and sending has to be written down first."
        if door is not None and not store.read_only:
            door.on_connection = self._note

    # ------------------------------------------------------------ each when it is first asked for

    @cached_property
    def ledger(self) -> Ledger:
        """What left this computer."""
        from app.cloud.ledger import Ledger
        from app.egress import keys

        # Not `_secrets`: those names hang on a fact inside the very database the ledger watches over.
        return Ledger(self._store, self._given_secrets or keys)

    @cached_property
    def prices(self) -> PriceSheet:
        """What models cost."""
        from app.cloud.prices import PriceSheet

        sheet = PriceSheet.load(self._store)
        sheet.on_typed = self._priced
        return sheet

    @cached_property
    def budget(self) -> Budget:
        """The month's money; what a process that is gone had reserved is counted first."""
        from app.cloud.budget import Budget
        from app.cloud.dollars import MICROS

        budget = Budget(self._store, lambda: self._settings.number("budget_dollars") * MICROS)
        if not self._store.read_only:
            with suppress(AppError):
                budget.after_crash()
        return budget

    @cached_property
    def tokens(self) -> Tokens:
        """Counts as the provider does."""
        from app.cloud.token_count import Tokens

        return Tokens(shelf=self._writer.shelf)

    @cached_property
    def hiding(self) -> Hiding:
        """The detectors, the labels, and the person's own words to hide (`.words`)."""
        from app.ask.hiding import Hiding

        return Hiding(self._store, self._secrets, model=self._writer.names_spans)

    @cached_property
    def bursting(self) -> Bursting | None:
        """Offers and the one way to send them; None with the reason in `why_not`."""
        from app.ask.bursting import Bursting
        from app.ask.findings import Finder
        from app.ask.offers import Means
        from app.cloud.copied import lookup_in
        from app.cloud.kept import Keeping
        from app.cloud.levels import ENOUGH_RIGHT
        from app.cloud.purse import Purse
        from app.cloud.waits import Acquainted
        from app.store.conversations import Conversations
        from app.store.full_text import Words

        door, store, writer = self._door, self._store, self._writer
        if door is None or store.read_only:
            return None
        finder = Finder(
            self._library,
            words=Words(store),
            chat=writer.chat,
            embedder=writer.embedder,
            writes=lambda: (writer.findings_right() or 0.0) >= ENOUGH_RIGHT,
        )
        means = Means(
            store=store,
            library=self._library,
            conversations=Conversations(store),
            door=door,
            keeping=Keeping(store, self._secrets),
            hiding=self.hiding,
            ledger=self.ledger,
            acquainted=Acquainted(store),
            purse=Purse(self.tokens, self.prices, self.budget),
            lookup=lookup_in(store),
            findings_right=writer.findings_right,
            max_output_tokens=lambda: self._settings.number("cloud_answer_tokens"),
            finder=finder,
        )
        with suppress(AppError):
            means.keeping.tidy()
        return Bursting(means)

    @cached_property
    def _secrets(self) -> Secrets:
        from app.cloud.profile_secrets import ProfileSecrets

        return self._given_secrets or ProfileSecrets(self._store)

    # ------------------------------------------------------------ the network

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

    def _priced(self, price: Price) -> None:
        with suppress(AppError):
            typed = f"typed by you: {price.model} at {price.provider}"
            self.ledger.prices(self.prices.fingerprint, as_of=price.as_of, source=typed)

    def close(self) -> None:
        """Write down what went through the courier meanwhile and end the counting process."""
        if self._door is not None and not self._store.read_only:
            self._door.note_relays()
        if "tokens" in self.__dict__:
            self.tokens.close()
        if (bursting := self.__dict__.get("bursting")) is not None:
            bursting.means.keeping.tidy()
