"""The envelope: what it shows is what the bytes are, and what it takes to change or send them."""

import json
import threading
from dataclasses import replace

from cloud_screens import TWO_WAITS, cloud_of, open_sheet, sheet
from patience import until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from scripted_cloud import INSTRUCTIONS, LEASE, PARTS, refusal
from scripted_house import QUESTION, ScriptedHouse

from app.cloud.parcel import Level, Stop, Swap
from app.cloud.redact.found import Kind
from ui.window.cloud import cloud_words as words
from ui.window.cloud.envelope import Envelope
from ui.window.cloud.key_field import KeyField
from ui.window.main_window import MainWindow


def shown(window: MainWindow, house: ScriptedHouse) -> Envelope:
    sheet(window, house)
    return window.cloud.sheet


def settled(window: MainWindow) -> None:
    until(lambda: window.jobs.idle, "the new parcel")
    QTest.qWait(20)


def focused() -> object:
    return QApplication.focusWidget()


# ------------------------------------------------------------ what it shows


def test_it_says_what_the_bytes_are(window: MainWindow, house: ScriptedHouse) -> None:
    """Count, price, exact text and button, before and after a part is unticked; each is checked against the body."""
    open_sheet(window, house)
    envelope = window.cloud.sheet
    seen = []
    for _ in range(2):
        offer = envelope.offer
        assert offer is not None and offer.quote is not None
        assert envelope.exact.text.encode() == offer.parcel.body
        inside = json.loads(offer.parcel.body)["messages"]
        yours = sum(len(one.text.split()) for one in offer.parcel.outgoing)
        said = envelope.head.count.text()
        assert said.startswith(f"{yours:,} of your words in {len(offer.parcel.outgoing)} parts")
        assert f"plus {len(INSTRUCTIONS.split())} words of instructions" in said
        assert said.endswith(words.NOTHING_ELSE)
        assert "Marta" not in envelope.exact.text and "⟦PERSON_1⟧" in inside[1]["content"]
        cost = offer.quote.ceiling_micros
        assert envelope.foot.price.text() == words.price(offer.quote.likely_micros, cost)
        seen.append((offer.parcel.sha256, said, str(cost), envelope.foot.send.text()))
        envelope.parts.cards[2].tick.click()
        settled(window)
    assert all(before != after for before, after in zip(*seen, strict=True))
    assert seen[1][3] == "Send these 2 parts once"
    assert cloud_of(window, house).made[-2].unticked == frozenset({"p2"})


def test_a_body_that_holds_more_than_the_parts_claims_nothing(window: MainWindow, house: ScriptedHouse) -> None:
    envelope = shown(window, house)
    offer = envelope.offer
    assert offer is not None
    told = json.dumps({"messages": [{"content": f"{QUESTION} Contracts"}]}).encode()
    named = replace(offer, parcel=replace(offer.parcel, body=told, outgoing=offer.parcel.outgoing[:1]))
    envelope.show_offer(named, envelope.wish, cloud_of(window, house).month())
    assert words.NOTHING_ELSE not in envelope.head.count.text(), "a folder's name stands in it"
    cut = replace(offer, parcel=replace(offer.parcel, body=b'{"messages": []}'))
    envelope.show_offer(cut, envelope.wish, cloud_of(window, house).month())
    assert words.NOTHING_ELSE not in envelope.head.count.text(), "the parts are not in it"


def test_money_and_hidden_details_are_said_as_in_the_copy_deck(window: MainWindow, house: ScriptedHouse) -> None:
    envelope = shown(window, house)
    foot = envelope.foot
    assert foot.swapped.text() == "1 name and 1 address are swapped for labels, then put back in the answer."
    assert foot.left.text() == "At least $4.56 left in November"
    assert foot.price.text().startswith("About $0.00") and ", at most $0.01" in foot.price.text()
    assert foot.remark.text() == f"{words.WAITS_AFTER} How long OpenAI keeps it is not known to Indoors."
    assert envelope.head.pill.text() == "OpenAI · GPT-5 mini"


def test_at_full_nobody_says_that_details_are_looked_for(window: MainWindow, house: ScriptedHouse) -> None:
    foot = shown(window, house).foot
    assert foot.looks.text() == foot.hidden.accessibleName() == words.LOOKS_FOR
    window.cloud.sheet.choose_level(Level.FULL)
    settled(window)
    said = "At this level nothing is hidden but your own words. Read the parts."
    assert foot.looks.text() == foot.hidden.accessibleName() == said
    window.cloud.sheet.choose_level(Level.SNIPPETS)
    settled(window)
    assert foot.looks.text() == words.LOOKS_FOR


def test_every_kind_of_detail_has_its_word() -> None:
    for kind in Kind:
        said = words.swapped([Swap("⟦X_1⟧", kind.value, "x", "names")])
        assert said.startswith("1 ") and "detail" not in said, kind
    two = [Swap("⟦X_1⟧", "person", "x", "names"), Swap("⟦X_2⟧", "unheard of", "y", "names")]
    assert words.swapped(two) == "1 name and 1 detail are swapped for labels, then put back in the answer."


def test_a_fold_hides_no_label(window: MainWindow, house: ScriptedHouse) -> None:
    card = shown(window, house).parts.cards[1]
    assert card.labels == ["⟦PERSON_1⟧", "⟦ADDRESS_1⟧"]
    assert card.fold.text() == f"Show all {len(LEASE.split()) - 3} words", "a label counts as one word"
    folded = card.head_text.toPlainText() + card.rest_text.toPlainText()
    card.tick.setFocus()
    QTest.keyClick(card.tick, Qt.Key.Key_F)
    whole = card.head_text.toPlainText()
    assert len(whole) > 2 * len(folded) and card.labels == ["⟦PERSON_1⟧", "⟦ADDRESS_1⟧"]
    assert card.fold.text() == words.SHOW_LESS


def test_a_part_that_may_never_leave_cannot_be_ticked(window: MainWindow, house: ScriptedHouse) -> None:
    cloud_of(window, house).parts = (*PARTS[:2], replace(PARTS[2], kept_here="Never send: Meetings"))
    open_sheet(window, house)
    card = window.cloud.sheet.parts.cards[2]
    QTest.mouseClick(card.tick, Qt.MouseButton.LeftButton)
    settled(window)
    assert not card.tick.isEnabled() and not card.tick.isChecked()
    assert card.tick.accessibleName() == f"{PARTS[2].title}, Never send: Meetings"
    assert cloud_of(window, house).made[-1].unticked == frozenset()


# ------------------------------------------------------------ what the person can change


def test_labels_are_sent_as_written_or_hidden_for_good(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    card = shown(window, house).parts.cards[1]
    QTest.keyClick(card.tick, Qt.Key.Key_Right)
    assert card.tick.accessibleDescription() == "PERSON 1 = Marta Kessler"
    QTest.keyClick(card.tick, Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    by_name = {action.text(): action for action in menu.actions()}  # type: ignore[attr-defined]  # a QMenu
    by_name[words.SEND_AS_WRITTEN].trigger()
    menu.close()
    settled(window)
    assert cloud.made[-1].as_written == frozenset({"Marta Kessler"})
    assert "Marta Kessler" in window.cloud.sheet.exact.text and card.labels == ["⟦ADDRESS_1⟧"]
    card.always_hide.emit("Harbour")
    settled(window)
    assert cloud.hidden == ["Harbour"]


def test_selected_words_are_hidden_by_h(window: MainWindow, house: ScriptedHouse) -> None:
    envelope = shown(window, house)
    text = envelope.parts.cards[1].head_text
    cursor = text.document().find("ninety")
    assert not cursor.isNull()
    text.setTextCursor(cursor)
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_H)
    settled(window)
    assert cloud_of(window, house).made[-1].hide == frozenset({"ninety"})
    assert "ninety" not in envelope.exact.text and "⟦WORD_1⟧" in envelope.parts.cards[1].labels
    everything = QTextCursor(text.document())
    everything.select(QTextCursor.SelectionType.Document)
    text.setTextCursor(everything)
    assert text.chosen == "", "what is hidden already is not hidden again"


def test_the_level_only_changes_what_is_offered(window: MainWindow, house: ScriptedHouse) -> None:
    envelope = shown(window, house)
    menu = envelope.head.level_menu()
    said = [action.text() for action in menu.actions()]
    assert said[0] == "The question only · Your documents are not sent." and not any("Facts" in one for one in said)
    menu.actions()[0].trigger()
    menu.close()
    settled(window)
    offer = envelope.offer
    assert offer is not None and offer.parcel.level is Level.BLIND
    assert [one.part for one in offer.parcel.outgoing] == ["q"]
    assert envelope.foot.send.text() == "Send this 1 part once"


def test_the_question_can_leave_in_other_words(window: MainWindow, house: ScriptedHouse) -> None:
    envelope = shown(window, house)
    assert envelope.parts.cards[0].question is not None and not envelope.parts.cards[0].question.isVisible()
    envelope.choose_level(Level.BLIND)
    settled(window)
    worded = envelope.parts.cards[0].question
    assert worded is not None and worded.isVisible()
    worded.change.click()
    worded.field.setText("When can a lease be ended?")
    worded.use.click()
    settled(window)
    assert cloud_of(window, house).made[-1].question == "When can a lease be ended?"


def test_nothing_ticked_cannot_be_sent(window: MainWindow, house: ScriptedHouse) -> None:
    envelope = shown(window, house)
    for card in envelope.parts.cards[:2]:
        card.tick.click()
        settled(window)
    assert envelope.foot.send.text() == words.NOTHING_TICKED and not envelope.foot.send.isEnabled()


# ------------------------------------------------------------ what keeps Send off


def test_lines_that_wait_must_be_opened_and_stay_opened(window: MainWindow, house: ScriptedHouse) -> None:
    cloud_of(window, house).waits = TWO_WAITS
    envelope = shown(window, house)
    assert not envelope.foot.send.isEnabled()
    assert envelope.foot.remark.text() == "Send waits until you have opened 2 lines above."
    for line in envelope.parts.lines:
        line.arrow.click()
    assert envelope.foot.send.isEnabled()
    envelope.parts.cards[0].tick.click()
    settled(window)
    assert envelope.parts.to_open == 0 and envelope.foot.send.isEnabled()
    window.cloud.keep()
    open_sheet(window, house)
    assert window.cloud.sheet.parts.to_open == 2, "another question, another look"


def test_while_bytes_are_made_anew_nothing_can_be_sent(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    envelope = shown(window, house)
    until(lambda: not envelope.foot.send.guarded, "the door listens")
    cloud.slow = threading.Event()
    envelope.parts.cards[1].tick.click()
    assert not envelope.foot.send.isEnabled() and envelope.foot.remark.text() == words.WORKING
    envelope._send()
    assert window.ask_page.turn is None
    cloud.slow.set()
    settled(window)
    assert envelope.foot.send.isEnabled()


def test_a_key_is_typed_in_place_and_leaves_no_trace_in_the_field(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    cloud.has_key = False
    envelope = shown(window, house)
    line = envelope.parts.refusals[0]
    assert line.accessibleName() == "Paste your OpenAI key. It is kept in GNOME Keyring."
    field = line.fields[0]
    assert isinstance(field, KeyField)
    field.setFocus()
    QTest.keyClicks(field, "sk-ab")
    QGuiApplication.clipboard().setText("cd 12\n")
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert field.accessibleDescription() == "8 characters"
    held = field._key
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: bool(cloud.keys), "the key")
    settled(window)
    assert cloud.keys == [("openai", b"sk-abcd1")]
    assert not field.filled and set(held) == {0}, "wiped where it lay"
    assert not envelope.parts.refusals and envelope.foot.send.isEnabled()


def test_over_budget_offers_a_cheaper_model_and_another_budget(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    cloud.refusals = (refusal(Stop.OVER_BUDGET, "This needs up to $0.011, you have $0.006 left this month."),)
    envelope = shown(window, house)
    assert not envelope.foot.send.isEnabled()
    envelope.parts.refusals[0].cheaper_wanted.emit()
    until(lambda: cloud.made[-1].model == "GPT-5 nano", "the cheaper one")
    settled(window)
    assert envelope.head.pill.text() == "OpenAI · GPT-5 nano"
    envelope.parts.refusals[0].fields[1].click()  # type: ignore[attr-defined]  # a button
    put = envelope.parts.refusals[0].fields
    put[2].setText("7.50")  # type: ignore[attr-defined]  # a field
    put[3].click()  # type: ignore[attr-defined]  # a button
    until(lambda: bool(cloud.budgets), "the budget")
    settled(window)
    assert cloud.budgets == [7_500_000] and envelope.foot.send.isEnabled()


def test_an_unknown_price_is_typed_and_never_nothing(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    cloud.priced, cloud.refusals = False, (refusal(Stop.NO_PRICE, words.PRICE_MISSING),)
    envelope = shown(window, house)
    assert envelope.foot.price.text() == words.PRICE_UNKNOWN and "$0" not in envelope.foot.price.text()
    assert not envelope.foot.send.isEnabled()
    first, second, use = envelope.parts.refusals[0].fields
    first.setText("0.25")  # type: ignore[attr-defined]  # a field
    assert not use.isEnabled()
    second.setText("2")  # type: ignore[attr-defined]  # a field
    use.click()  # type: ignore[attr-defined]  # a button
    until(lambda: bool(cloud.prices), "the price")
    settled(window)
    assert cloud.prices == [("openai", "GPT-5 mini", 250_000, 2_000_000)] and envelope.foot.send.isEnabled()


def test_a_parcel_that_is_refused_cannot_be_sent_by_any_way(window: MainWindow, house: ScriptedHouse) -> None:
    cloud = cloud_of(window, house)
    cloud.refusals = (refusal(Stop.DETECTOR_FAILED, "The search for personal details failed."),)
    envelope = shown(window, house)
    until(lambda: not envelope.foot.send.guarded, "the door listens")
    envelope.foot.send.passed.emit()
    QTest.mouseClick(envelope.foot.send, Qt.MouseButton.LeftButton)
    QTest.qWait(30)
    assert cloud.calls == [] and envelope.isVisible() and window.ask_page.turn is None


# ------------------------------------------------------------ the keyboard


def test_the_keyboard_goes_parts_exact_keep_send_and_enter_does_nothing(
    window: MainWindow, house: ScriptedHouse
) -> None:
    envelope = shown(window, house)
    ticks, foot = [card.tick for card in envelope.parts.cards], envelope.foot
    window.cloud.keep()
    open_sheet(window, house)
    assert focused() is ticks[0], "first focus is the first part"
    came_by = [focused()]
    for _ in range(5):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
        came_by.append(focused())
    assert came_by == [*ticks, foot.exact, foot.keep, foot.send]
    QTest.qWait(650)
    for widget in came_by:
        assert hasattr(widget, "setFocus")
        widget.setFocus()
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QTest.keyClick(window.windowHandle(), key)
    QTest.qWait(20)
    assert envelope.isVisible() and cloud_of(window, house).calls == [] and window.ask_page.turn is None
    ticks[0].setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Space)
    settled(window)
    assert cloud_of(window, house).made[-1].unticked == frozenset({"q"})
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert focused() is foot.send and cloud_of(window, house).calls == []
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert not envelope.isVisible()
    assert window.ask_page.composer.field.toPlainText() == QUESTION, "nothing typed is lost"
    assert not window.ask_page.composer.place.to_cloud


def test_the_windows_keys_rest_while_it_is_open(window: MainWindow, house: ScriptedHouse) -> None:
    shown(window, house)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentWidget() is window.ask_page
    window.cloud.keep()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentWidget() is window.library_page


def test_parts_below_are_announced_until_they_were_in_view(window: MainWindow, house: ScriptedHouse) -> None:
    window.resize(760, 560)
    open_sheet(window, house)
    envelope = window.cloud.sheet
    assert envelope.more.isVisible() and envelope.more.text() == "1 more part below"
    doors = envelope.foot.send.mapTo(window, QPoint(0, envelope.foot.send.height()))
    assert doors.y() < window.height(), "the doors stay"
    bar = envelope.parts.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert not envelope.more.isVisible()
    bar.setValue(0)
    assert not envelope.more.isVisible(), "it was in view"


def test_parts_without_a_place_yet_were_not_seen(window: MainWindow, house: ScriptedHouse) -> None:
    """Cards that are made while the sheet is open stand at its corner for a moment: nobody saw them there."""
    cloud = cloud_of(window, house)
    cloud.waits = TWO_WAITS
    window.resize(760, 560)
    open_sheet(window, house)
    cloud.parts = (*PARTS, *(replace(PARTS[2], id=f"more{n}") for n in range(5)))
    window.cloud.sheet.choose_level(Level.FULL)
    settled(window)
    assert window.cloud.sheet.more.text() == "5 more parts below · 2 lines to open below"
