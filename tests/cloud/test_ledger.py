"""The ledger as people and the other rooms use it: what is written, what is readable, what erasing leaves."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_desk import BODY, NOON, SECRET_WORDS, Days, FileKeyring, on_disk, open_ledger, parcel, send

from app.cloud.ledger import Ledger, cross_check
from app.cloud.ledger_chain import Head, mac_of
from app.cloud.ledger_entries import EntryKind, Result, State, Status, words_of
from app.cloud.ledger_words import six_words, word_list
from app.errors import ProfileTrouble, UsageError
from app.store.conversations import Conversations, Turn
from app.store.ledger_rows import LedgerRow


@pytest.fixture
def ring(tmp_path: Path) -> FileKeyring:
    return FileKeyring(tmp_path / "ring.json")


@pytest.fixture
def clock() -> Days:
    return Days()


@pytest.fixture
def ledger(profile_dir: Path, ring: FileKeyring, clock: Days) -> Iterator[Ledger]:
    with open_ledger(profile_dir, ring, clock) as ledger:
        yield ledger


def test_an_intent_is_committed_and_in_the_keyring_before_anything_may_leave(
    ledger: Ledger, profile_dir: Path, ring: FileKeyring, clock: Days
) -> None:
    seq = ledger.intend(parcel())
    with open_ledger(profile_dir, ring) as elsewhere:
        entry = elsewhere.entry(seq)
        assert entry is not None
        assert entry.kind is EntryKind.INTENT
        assert elsewhere._chain.keyring()[1] == Head(1, elsewhere._rows.at(1).mac)  # type: ignore[union-attr]
        elsewhere._now = clock
        assert elsewhere.sent_entry(seq).state is State.ON_ITS_WAY  # type: ignore[union-attr]
        elsewhere._now = lambda: clock.at + 3_600  # an hour later nobody waits for it any more
        assert elsewhere.sent_entry(seq).state is State.CLOSED  # type: ignore[union-attr]
    assert ledger.sent_entry(seq).state is State.ON_ITS_WAY  # type: ignore[union-attr]


def test_an_intent_inside_a_larger_transaction_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ProfileTrouble, match="could not be written"), ledger._rows.store.write():
        ledger.intend(parcel())
    assert ledger.entries() == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (Status.ANSWERED, State.ANSWERED),
        (Status.UNCONFIRMED, State.UNCONFIRMED),
        (Status.STOPPED, State.STOPPED),
        (Status.FAILED_BEFORE, State.FAILED_BEFORE),
        (Status.FAILED_AFTER, State.FAILED_AFTER),
    ],
)
def test_how_it_went_is_read_back(ledger: Ledger, status: Status, state: State) -> None:
    seq = send(ledger, status, says="You exceeded your quota.")
    sent = ledger.sent_entry(seq)
    assert sent is not None
    assert sent.state is state
    assert (sent.words, sent.hidden, sent.level, sent.host) == (9, 3, "snippets", "api.example.com")
    assert (sent.estimate_micros, sent.ceiling_micros, sent.cost_micros) == (4_000, 19_000, 3_900)
    assert sent.question == SECRET_WORDS
    kept = ledger.kept(seq)
    assert kept is not None
    assert kept.body == BODY
    assert kept.swaps == (("⟦PERSON_1⟧", "Ines Abendroth"),)
    assert ledger.provider_words(seq) == "You exceeded your quota."


def test_stopped_within_the_five_seconds_left_nothing(ledger: Ledger) -> None:
    seq = ledger.held_back(parcel())
    sent = ledger.sent_entry(seq)
    assert sent is not None
    assert sent.state is State.STOPPED_IN_TIME
    assert sent.bytes_out == 0
    assert ledger.body(seq) == b""
    stopped = ledger.intend(parcel())
    ledger.result(stopped, Result(Status.STOPPED, 0, 0))
    assert ledger.sent_entry(stopped).state is State.STOPPED_IN_TIME  # type: ignore[union-attr]


def test_nothing_of_what_was_sent_is_readable_on_the_disk(ledger: Ledger, profile_dir: Path) -> None:
    for number in range(20):
        send(ledger, permit=f"p{number}", says=f"Refused: {SECRET_WORDS}")
    assert on_disk(profile_dir, "snippets"), "the search itself works: the plain part of the lines is found"
    for words in (SECRET_WORDS, "Ines Abendroth", "4,312 euros"):
        assert on_disk(profile_dir, words) == []
    assert ledger.body(1) == BODY


def test_erasing_leaves_the_line_and_nothing_else(ledger: Ledger, profile_dir: Path) -> None:
    seq, other = send(ledger, permit="one", says="No."), send(ledger, permit="two")
    locked = ledger._rows.kept(seq)
    assert locked is not None
    assert any(locked.body in path.read_bytes() for path in profile_dir.iterdir() if path.is_file())
    ledger.erase(seq)
    sent = ledger.sent_entry(seq)
    assert sent is not None
    assert sent.erased
    assert (sent.question, sent.kept, ledger.kept(seq), ledger.provider_words(seq)) == ("", False, None, "")
    assert sent.cost_micros == 3_900
    assert ledger.entries((EntryKind.ERASURE,))[0].fields["by"] == "you"
    assert not any(locked.body in path.read_bytes() for path in profile_dir.iterdir() if path.is_file())
    assert on_disk(profile_dir, SECRET_WORDS) == []
    assert ledger.body(other) == BODY
    assert ledger.verify().intact
    ledger.erase(seq)
    assert len(ledger.entries((EntryKind.ERASURE,))) == 1


def test_only_parcels_have_a_result_or_are_erased(ledger: Ledger) -> None:
    ledger.blocked(True)
    with pytest.raises(UsageError, match="not something that was sent"):
        ledger.result(1, Result(Status.ANSWERED, 1, 1))
    with pytest.raises(UsageError, match="no entry 1"):
        ledger.erase(1)


def test_every_kind_is_written_and_listed_newest_first(ledger: Ledger) -> None:
    send(ledger)
    ledger.connection(at=NOON, purpose="model", host="models.example.com", bytes_out=9, bytes_in=88, ok=False)
    ledger.blocked(True)
    ledger.blocked(False)
    ledger.prices("abc", as_of="2026-11-01", source="the price list")
    ledger.erase(1)
    kinds = [entry.kind.value for entry in ledger.entries()]
    assert kinds == ["erasure", "prices", "unblocked", "blocked", "connection", "result", "intent"]
    assert [entry.fields["host"] for entry in ledger.entries((EntryKind.CONNECTION,))] == ["models.example.com"]
    assert ledger.verify().intact


def test_without_a_keyring_the_ledger_is_kept_and_says_what_it_cannot(ledger: Ledger, ring: FileKeyring) -> None:
    ring.there = False
    seq = send(ledger)
    sent = ledger.sent_entry(seq)
    assert sent is not None
    assert (sent.state, sent.question, sent.kept) == (State.ANSWERED, "", False)
    verdict = ledger.verify()
    assert (verdict.intact, verdict.chained, verdict.broken) == (False, False, False)
    assert ledger.words() == ()


def test_a_keyring_that_goes_away_in_between_stops_the_parcel_and_says_so(ledger: Ledger, ring: FileKeyring) -> None:
    send(ledger)
    write = ring.write

    def fails(name: str, text: str) -> None:
        ring.there = False
        write(name, text)

    ring.write = fails  # type: ignore[method-assign]
    with pytest.raises(Exception, match="no keyring"):
        ledger.intend(parcel(permit="stopped"))
    ring.write = write  # type: ignore[method-assign]
    ring.there = True
    newest = ledger.sent(limit=1)[0]
    assert newest.state is State.FAILED_BEFORE
    send(ledger)
    assert ledger.verify().intact


def test_the_month_is_said_in_one_sentence(ledger: Ledger, clock: Days) -> None:
    assert ledger.month().headline == "Nothing of yours has left this computer."
    send(ledger)
    assert ledger.month().headline == "1 thing left this computer this month. You approved it."
    for status in (Status.FAILED_AFTER, Status.UNCONFIRMED, Status.STOPPED):
        send(ledger, status)
    ledger.intend(parcel())
    ledger.held_back(parcel())
    conversations = Conversations(ledger._rows.store)
    conversation = conversations.begin("How much notice?")
    for place in ("on_device", "cloud"):
        conversations.add(conversation, Turn("How much notice?", "90 days", place=place, asked_at=NOON))
    figures = ledger.month()
    assert (figures.left, figures.stopped, figures.answered_here) == (5, 1, 1)
    assert figures.headline == "5 things left this computer this month. You approved each one."
    assert figures.below == "One more was stopped before it left. 1 question was answered in here."
    send(ledger, Status.FAILED_BEFORE)
    assert ledger.month().left == 5
    clock.at += 60 * 86_400
    assert ledger.month().headline == "Nothing of yours has left this computer since 13 November 2026."


def test_six_words_follow_the_end(ledger: Ledger) -> None:
    assert len(word_list()) == len(set(word_list())) == 1296
    send(ledger)
    first = ledger.words()
    assert len(first) == 6
    send(ledger)
    assert ledger.words() != first
    assert six_words("00" * 32) == ("acid",) * 6
    assert len({six_words(f"{number:064x}") for number in range(5000)}) == 5000


def test_the_export_can_be_checked_by_somebody_else(ledger: Ledger, ring: FileKeyring) -> None:
    send(ledger)
    ledger.connection(at=NOON, purpose="model", host="=1+1", bytes_out=1, bytes_in=1, ok=True)
    whole = json.loads(ledger.export("json"))
    assert whole["head"]["count"] == 3
    assert tuple(whole["head"]["words"]) == ledger.words()
    assert whole["entries"][-1]["mac"] == whole["head"]["mac"]
    for entry in whole["entries"]:
        row = LedgerRow(entry["seq"], entry["kind"], entry["line"], entry["prev"], "")
        assert mac_of(ring.secret("ledger key"), row) == entry["mac"]
    assert SECRET_WORDS not in ledger.export("json")
    assert SECRET_WORDS in ledger.export("json", everything=True)
    table = list(csv.DictReader(io.StringIO(ledger.export("csv"))))
    assert [line["kind"] for line in table] == ["intent", "result", "connection", "head"]
    assert table[-1]["six_words"] == " ".join(ledger.words())
    assert table[2]["host"] == "'=1+1", "no spreadsheet takes it for a formula"
    with pytest.raises(UsageError):
        ledger.export("xml")


def test_parcels_and_connections_are_compared_host_by_host(ledger: Ledger) -> None:
    send(ledger)
    send(ledger, Status.FAILED_BEFORE)
    assert cross_check(ledger) == ["api.example.com: 1 sent, 0 connections"]
    ledger.connection(at=NOON, purpose="question", host="api.example.com", bytes_out=9, bytes_in=9, ok=True)
    ledger.connection(at=NOON, purpose="model", host="other.example.com", bytes_out=9, bytes_in=9, ok=True)
    assert cross_check(ledger) == []
    ledger.connection(at=NOON, purpose="question", host="evil.example.com", bytes_out=9, bytes_in=9, ok=True)
    assert cross_check(ledger) == ["evil.example.com: 0 sent, 1 connections"]


def test_threads_add_lines_one_after_the_other(ledger: Ledger) -> None:
    threads = [threading.Thread(target=lambda: [send(ledger) for _ in range(5)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = ledger.verify()
    assert (verdict.entries, verdict.intact) == (60, True)


def test_the_end_stays_small_enough_for_every_keyring() -> None:
    head = Head(0, "")
    longest = 0
    for seq in range(1, 20_000):
        head = head.then(LedgerRow(seq, "intent", "", "", f"{seq:064x}"))
        longest = max(longest, len(head.marks))
    for seq, mac in head.marks:
        assert mac == f"{seq:064x}"[:8]
    assert len(Head(10**6, "f" * 64, ((10**6, "f" * 8),) * longest).text()) < 1_280


def test_words_are_those_of_the_messages() -> None:
    assert words_of(BODY) == 9
    assert words_of(b"no json at all") == 4
    assert words_of(b'{"messages": 3}') == 2
