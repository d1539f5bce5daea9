"""The cloud's settings: keys go through once and are wiped, servers by address, words, prices, the budget."""

import pytest
from patience import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from scripted_house import ScriptedHouse

from app.errors import AppError
from ui.window.main_window import MainWindow
from ui.window.privacy.cloud_settings import CloudSettings


@pytest.fixture
def page(window: MainWindow) -> CloudSettings:
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    until(lambda: window.privacy.setup.page is not None and bool(window.privacy.setup.page.cards), "the providers")
    assert window.privacy.setup.page is not None
    return window.privacy.setup.page


def asked(house: ScriptedHouse, what: str) -> list[tuple[object, ...]]:
    return [one for one in house.privacy.done if one[0] == what]


def test_a_key_goes_through_once_and_is_wiped(window: MainWindow, house: ScriptedHouse, page: CloudSettings) -> None:
    card = page.cards["openrouter"]
    assert card.state.look.words == "No key" and not card.forget.isVisible()
    card.add.click()
    assert card.field is not None and not card._keep.isEnabled()
    field = card.field
    QTest.keyClicks(field, "sk-or-123")
    card._keep.click()
    until(lambda: asked(house, "key") == [("key", "openrouter", b"sk-or-123")], "the key")
    until(lambda: window.jobs.idle and page.cards["openrouter"].state.look.words == "Key kept", "the card")
    assert house.privacy.keys == [bytearray(9)], "the bytes handed over are zeros afterwards"
    assert not field.filled


def test_thinking_better_of_a_key_wipes_it(house: ScriptedHouse, page: CloudSettings) -> None:
    card = page.cards["openrouter"]
    card.add.click()
    assert card.field is not None
    field = card.field
    QTest.keyClicks(field, "sk-or-123")
    card._cancel.click()
    assert not field.filled and card.field is None and not card.add.isHidden() and asked(house, "key") == []


def test_a_key_half_typed_is_wiped_when_the_page_is_made_anew(window: MainWindow, page: CloudSettings) -> None:
    card = page.cards["openrouter"]
    card.add.click()
    field = card.field
    assert field is not None
    QTest.keyClicks(field, "sk-or")
    typed = field._key
    window.privacy.setup.refresh()
    until(lambda: window.jobs.idle and page.cards["openrouter"] is not card, "new cards")
    assert not any(typed)


def test_a_key_that_cannot_be_kept_is_wiped_too(
    window: MainWindow, house: ScriptedHouse, page: CloudSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytearray] = []

    def refuse(provider: str, key: bytearray) -> None:
        seen.append(key)
        raise AppError("The keyring stays locked.", do="Unlock it.")

    monkeypatch.setattr(house.privacy, "keep_key", refuse)
    card = page.cards["openrouter"]
    card.add.click()
    QTest.keyClicks(card.field, "secret")
    card._keep.click()
    until(lambda: page.notice.isVisible(), "what went wrong")
    assert "The keyring stays locked." in page.notice.accessibleName() and seen == [bytearray(6)]


def test_remove_key(house: ScriptedHouse, page: CloudSettings) -> None:
    page.cards["openai"].forget.click()
    until(lambda: page.cards["openai"].state.look.words == "No key", "the card")
    assert asked(house, "forget") == [("forget", "openai")]


def test_no_keyring_offers_no_field(window: MainWindow, house: ScriptedHouse, page: CloudSettings) -> None:
    house.privacy.no_keyring = "This computer has no keyring that Indoors can use. Install GNOME Keyring."
    window.privacy.setup.refresh()
    until(lambda: page.keys.text().startswith("This computer has no keyring"), "said")
    assert not any(card.add.isVisible() for card in page.cards.values())


def test_own_servers_by_address_and_their_price(house: ScriptedHouse, page: CloudSettings) -> None:
    page.server_name.setText("Cellar")
    page.address.setText(" 192.168.1.20:8080 ")
    page.add_server.click()
    until(lambda: asked(house, "server") == [("server", "192.168.1.20:8080", "Cellar")], "the server")
    assert page.address.text() == "" == page.server_name.text()
    card = page.cards["own-1"]
    assert card.state.look.words == "No price yet, so sending is off"
    assert card._own.text() == "Added by you · On your own network"
    card.price.click()
    fields = card._fields
    fields.model.setText("qwen3")
    fields.into.setText("0")
    assert not fields.keep.isEnabled(), "half a price is none"
    fields.out.setText("0.25")
    fields.keep.click()
    until(lambda: asked(house, "price") == [("price", "own-1", "qwen3", 0, 250_000)], "the price")
    until(lambda: page.cards["own-1"].state.look.words == "No key needed", "the card")
    page.cards["own-1"].remove.click()
    until(lambda: "own-1" not in page.cards, "gone")


def test_words_that_are_always_hidden(house: ScriptedHouse, page: CloudSettings) -> None:
    page.word.setText("Ian Kessler")
    QTest.keyClick(page.word, Qt.Key.Key_Return)
    until(lambda: "Ian Kessler" in house.privacy.hidden, "hidden")
    page.word_removed.emit("Project Heron")
    until(lambda: "Project Heron" not in house.privacy.hidden, "shown again")


def test_the_budget_there_too(house: ScriptedHouse, page: CloudSettings) -> None:
    assert page.budget.text() == "$5.00"
    page.budget.setText("2.50")
    page.budget.editingFinished.emit()
    assert page.wrong.isVisible() and asked(house, "budget") == []
    page.budget.setText("12")
    page.budget.editingFinished.emit()
    until(lambda: asked(house, "budget") == [("budget", 12_000_000)], "the budget")


def test_what_a_provider_keeps_is_said_or_not_known(page: CloudSettings) -> None:
    assert "kept up to 30 days" in page.cards["openai"]._retention.text()
    assert page.cards["openrouter"]._retention.text() == "How long OpenRouter keeps it is not known to Indoors."
