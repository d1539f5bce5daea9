"""Joins the cloud's settings to the house; a key goes to it once, as bytes that are wiped here afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from models.api import Cancel
from ui.window.jobs import Jobs
from ui.window.privacy.privacy_house import CloudSetup, PrivacyHouse
from ui.window.theme import Theme

if TYPE_CHECKING:
    from ui.window.privacy.cloud_settings import CloudSettings
    from ui.window.privacy.price_fields import TypedPrice
    from ui.window.privacy.privacy_desk import PrivacyDesk
    from ui.window.privacy.provider_card import ProviderCard


class SetupDesk(QObject):
    """Owns the page once it is wanted; `desk` is told of what changes the strip."""

    def __init__(self, theme: Theme, jobs: Jobs, desk: PrivacyDesk) -> None:
        super().__init__(desk)
        self._theme, self._jobs, self._desk = theme, jobs, desk
        self.page: CloudSettings | None = None

    def make_page(self) -> CloudSettings:
        """The page, when it is first wanted."""
        from ui.window.privacy.cloud_settings import CloudSettings

        page = self.page = CloudSettings(self._theme)
        page.card_made.connect(self._connect_card)
        page.server_added.connect(lambda address, name: self._do(lambda house: house.add_server(address, name=name)))
        page.word_added.connect(lambda word: self._do(lambda house: house.hide_always(word)))
        page.word_removed.connect(lambda word: self._do(lambda house: house.show_again(word)))
        page.budget_typed.connect(lambda micros: self._do(lambda house: house.set_budget(micros)))
        return page

    def refresh(self) -> None:
        """Ask again for what stands on the page."""
        house, page = self._desk.house, self.page
        if house is None or page is None:
            return

        def ask(cancel: Cancel) -> CloudSetup:
            return house.setup()

        self._jobs.once(ask, on_value=page.show_setup, on_failed=page.show_trouble)

    def _connect_card(self, card: ProviderCard) -> None:
        card.key_typed.connect(self._keep_key)
        card.key_removed.connect(lambda provider: self._do(lambda house: house.forget_key(provider)))
        card.removed.connect(lambda provider: self._do(lambda house: house.remove_server(provider)))
        card.priced.connect(self._price)

    def _keep_key(self, provider: str, key: bytearray) -> None:
        def keep(house: PrivacyHouse) -> None:
            try:
                house.keep_key(provider, key)
            finally:
                key[:] = bytes(len(key))

        if self._desk.house is None:
            key[:] = bytes(len(key))
        self._do(keep)

    def _price(self, provider: str, price: TypedPrice) -> None:
        def keep(house: PrivacyHouse) -> None:
            house.type_price(provider, price.model, input_micros=price.input_micros, output_micros=price.output_micros)

        self._do(keep)

    def _do(self, work: Callable[[PrivacyHouse], None]) -> None:
        house, page = self._desk.house, self.page
        if house is None or page is None:
            return

        def run(cancel: Cancel) -> None:
            work(house)

        def done(_: None) -> None:
            self.refresh()
            self._desk.look()

        self._jobs.once(run, on_value=done, on_failed=page.show_trouble)
