"""Every way a sending can fail ends in the right words, the right line of the ledger and the right money."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asking_desk import SCRIPTS
from bursting_desk import RENT, House, house_of

from app.ask.burst_words import BurstFailed
from app.cloud.gate import GateShut
from app.cloud.ledger import cross_check
from app.cloud.ledger_entries import State
from app.cloud.parcel import Level, Stop, Wish
from app.egress import providers
from app.egress.carried import CloudTrouble
from app.egress.door import Door
from app.egress.sending import Patience
from app.errors import AppError
from app.events import AnswerEvent, Finished, Sent, Spent, Stopped, Text
from models.api import Cancel
from tests.cloud.ledger_desk import tamper
from tests.egress.cloud_provider import Behaviour, CloudProvider, Fail, HangUp, Reply, Silence

pytestmark = pytest.mark.loopback

SAYS = '{"error": {"message": "The words of the provider."}}'
CUT = Reply(("The rent ", "is 1,250 ", "euros."), cut_after=2)
PAGE = Reply(content_type="text/html")
MOVED = Fail(302, headers=(("Location", "http://127.0.0.1:9/elsewhere"),))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with CloudProvider(tmp_path_factory.mktemp("provider")) as there:
        door = Door.start(trust=there.ca, patience=Patience(connect_s=5.0, silence_s=1.0, total_s=20.0))
        try:
            with house_of(tmp_path_factory.mktemp("house"), SCRIPTS["files"], door=door, there=there) as opened:
                yield opened
        finally:
            door.close()


def failing(house: House, offer: object) -> tuple[list[AnswerEvent], BurstFailed]:
    events: list[AnswerEvent] = []
    with pytest.raises(BurstFailed) as failure:
        for event in house.bursting.send(offer.parcel.sha256, hold_s=0.0, cancel=Cancel()):  # type: ignore[attr-defined]  # an Offer
            events.append(event)
    return events, failure.value


@pytest.mark.parametrize(
    ("behaviour", "trouble", "charged"),
    [
        (Fail(401, SAYS), CloudTrouble.KEY_REFUSED, False),
        (Fail(403, SAYS), CloudTrouble.KEY_REFUSED, False),
        (Fail(429, SAYS), CloudTrouble.QUOTA, False),
        (Fail(402, SAYS), CloudTrouble.QUOTA, False),
        (Fail(400, SAYS), CloudTrouble.REFUSED, False),
        (MOVED, CloudTrouble.REDIRECT, False),
        (Fail(500, SAYS), CloudTrouble.PROVIDER, True),
        (Fail(503, SAYS), CloudTrouble.PROVIDER, True),
        (Silence(), CloudTrouble.TIMEOUT, True),
        (HangUp(), CloudTrouble.CUT, True),
        (CUT, CloudTrouble.CUT, True),
        (PAGE, CloudTrouble.NOT_A_STREAM, True),
    ],
    ids=lambda value: str(getattr(value, "status", value))[:20],
)
def test_a_failure_after_sending(house: House, behaviour: Behaviour, trouble: CloudTrouble, charged: bool) -> None:
    offer = house.offer()
    assert offer.quote is not None
    before, requests = house.money(), len(house.there.requests)
    house.there.next(behaviour)
    events, failure = failing(house, offer)
    assert failure.trouble is trouble
    assert failure.sent
    assert len(house.there.requests) == requests + 1, "nothing is tried again"
    assert house.there.requests[-1].body == offer.parcel.body
    notice = failure.notice
    assert notice.safe.startswith("It was sent at ")
    assert ("You may be charged up to" in notice.safe) == charged
    if isinstance(behaviour, Fail) and behaviour.body == SAYS:
        assert "The words of the provider." in " ".join(notice.details)
    entry = house.room.ledger.sent(limit=1)[0]
    assert entry.state is State.FAILED_AFTER
    assert entry.body_sha256 == offer.parcel.sha256
    spent, held = (after - then for after, then in zip(house.money(), before, strict=True))
    assert spent + held == (offer.quote.ceiling_micros if charged else 0)
    assert entry.cost_micros == spent
    told = next(event for event in events if isinstance(event, Spent))
    assert told.cost.actual_micros == spent
    assert told.confirmed is not charged
    turns = house.asking.conversations.turns(offer.parcel.conversation)
    assert [turn.stopped for turn in turns] == ([True] if behaviour is CUT else [])


def test_nobody_there(house: House) -> None:
    dead = providers.add_server(house.library.store, "http://127.0.0.1:9", name="Dead", model="m")
    house.room.prices.type_price(dead.id, "m", input=1, output=1)
    before = house.money()
    offer = house.offer(provider=dead.id)
    events, failure = failing(house, offer)
    assert failure.trouble is CloudTrouble.NO_CONNECTION
    assert not failure.sent
    assert failure.notice.safe.startswith("Nothing was sent")
    assert not [event for event in events if isinstance(event, Sent | Spent)]
    assert house.room.ledger.sent(limit=1)[0].state is State.FAILED_BEFORE
    assert house.money() == before
    providers.remove_server(house.library.store, dead.id)


def test_a_provider_that_claims_more_than_was_allowed_is_not_believed_in_silence(house: House) -> None:
    offer = house.offer()
    assert offer.quote is not None
    house.there.next(Reply(usage={"prompt_tokens": 12, "completion_tokens": 9_000}))
    events = house.send(offer)
    last = events[-1]
    assert isinstance(last, Finished)
    assert "more than the question allowed" in last.suggestion
    spent = next(event for event in events if isinstance(event, Spent))
    assert (spent.cost.actual_micros or 0) > offer.quote.ceiling_micros
    entry = house.room.ledger.sent(limit=1)[0]
    assert "more than the question allowed" in house.room.ledger.provider_words(entry.seq)


@pytest.mark.parametrize("usage", [(100_000, 9), (250, 1_201), (100_000, 9_000)])
def test_one_false_claim_changes_no_later_quote(house: House, usage: tuple[int, int]) -> None:
    before, pairs = house.offer(), house.room.budget.pairs("loopback", "m")
    house.there.next(Reply(usage={"prompt_tokens": usage[0], "completion_tokens": usage[1]}))
    house.send(before)
    taken = house.room.budget.recent(1)[0]
    assert (taken.state, taken.tokens_in, taken.tokens_out) == ("settled", *usage), "written down all the same"
    after = house.offer()
    assert before.quote is not None and after.quote is not None
    assert after.parcel.body == before.parcel.body
    told = [(one.tokens_in, one.band, one.likely_micros, one.ceiling_micros) for one in (before.quote, after.quote)]
    assert told[0] == told[1]
    assert house.room.budget.pairs("loopback", "m") == pairs


@pytest.mark.parametrize("answer", ["", " ", "\n", "[1]", "[1][2]", "[0]", "…"])
def test_an_answer_without_a_sentence_is_an_answer(house: House, answer: str) -> None:
    house.there.next(Reply((answer,), finish="length"))
    events = house.send(house.offer())
    last = events[-1]
    assert isinstance(last, Finished)
    assert any(isinstance(event, Spent) for event in events)
    assert ("sent no words" in last.suggestion) == (not answer.strip())
    assert house.room.ledger.sent(limit=1)[0].state is State.ANSWERED


def test_an_answer_without_usage_is_counted_as_the_most(house: House) -> None:
    offer, before = house.offer(), house.money()
    assert offer.quote is not None
    house.there.next(Reply(usage=None))
    events = house.send(offer)
    spent = next(event for event in events if isinstance(event, Spent))
    assert not spent.confirmed
    assert sum(house.money()) - sum(before) == offer.quote.ceiling_micros
    assert house.room.ledger.sent(limit=1)[0].state is State.UNCONFIRMED


def test_a_stop_in_the_middle_keeps_what_came_and_settles(house: House) -> None:
    offer, before, cancel = house.offer(), house.money(), Cancel()
    assert offer.quote is not None
    house.there.next(Reply(("The ", "rent ", "is ", "1,250 ", "euros."), pause_s=0.2))
    events = []
    for event in house.bursting.send(offer.parcel.sha256, hold_s=0.0, cancel=cancel):
        events.append(event)
        if isinstance(event, Text):
            cancel.stop()
    assert isinstance(events[-1], Stopped)
    assert events[-1].answer.startswith("The")
    assert house.there.requests[-1].gone.wait(5)
    assert house.room.ledger.sent(limit=1)[0].state is State.STOPPED
    assert sum(house.money()) - sum(before) == offer.quote.ceiling_micros
    turn = house.asking.conversations.turns(offer.parcel.conversation)[-1]
    assert turn.stopped
    assert turn.answer == events[-1].answer


def test_a_listener_that_goes_away_leaves_nothing_open(house: House) -> None:
    offer, before = house.offer(), house.money()
    assert offer.quote is not None
    house.there.next(Reply(("The ", "rent ", "is."), pause_s=0.2))
    events = house.bursting.send(offer.parcel.sha256, hold_s=0.0, cancel=Cancel())
    for event in events:
        if isinstance(event, Text):
            events.close()  # type: ignore[attr-defined]  # a generator
            break
    assert house.there.requests[-1].gone.wait(5)
    assert house.room.ledger.sent(limit=1)[0].state is State.STOPPED
    assert sum(house.money()) - sum(before) == offer.quote.ceiling_micros


def test_an_answer_beyond_its_limit_is_cut_off(house: House) -> None:
    offer = house.offer()
    pieces = tuple(f"word{number} " * 400 for number in range(12))
    house.there.next(Reply(pieces, pause_s=0.05))
    with pytest.raises(AppError, match="grew longer"):
        house.send(offer)
    assert house.there.requests[-1].gone.wait(5)
    assert house.room.ledger.sent(limit=1)[0].state is State.STOPPED


# ---------------------------------------------------------------- not sent at all


def refused(house: House, offer: object) -> list[Stop]:
    connections, money = house.there.connections, house.money()
    with pytest.raises(GateShut) as shut:
        list(house.bursting.send(offer.parcel.sha256, hold_s=0.0, cancel=Cancel()))  # type: ignore[attr-defined]  # an Offer
    assert shut.value.notice.safe == "Nothing was sent."
    assert house.there.connections == connections
    assert house.money() == money
    return [refusal.stop for refusal in shut.value.refusals]


def test_what_changed_between_quote_and_sending_is_seen(house: House) -> None:
    offer = house.offer()
    folder = house.library.documents_in()[0].path.parent
    house.library.set_never_cloud(folder, True)
    assert Stop.NEVER_SEND in refused(house, offer)
    house.library.set_never_cloud(folder, False)
    house.room.prices.type_price("loopback", "m", input=9_000_000, output=90_000_000)
    assert refused(house, offer) == [Stop.DEARER]
    house.room.prices.type_price("loopback", "m", input=2_500_000, output=10_000_000)
    house.room.block(True)
    assert refused(house, offer) == [Stop.BLOCKED]
    assert [one.stop for one in house.offer().refusals] == [Stop.BLOCKED]
    house.room.block(False)
    assert house.send(offer)


def test_over_the_budget_and_without_a_price_send_is_off(house: House) -> None:
    house.room.prices.type_price("loopback", "dear", input=10**9, output=10**10)
    dear = house.offer(model="dear")
    assert [one.stop for one in dear.refusals] == [Stop.OVER_BUDGET]
    assert "you have" in dear.refusals[0].notice.happened
    unknown = house.offer(model="nobody-priced-this")
    assert unknown.quote is None
    assert [one.stop for one in unknown.refusals] == [Stop.NO_PRICE]
    with pytest.raises(AppError, match="Nothing is kept"):
        house.send(unknown)


def test_a_provider_without_a_key_is_not_sent_to(house: House) -> None:
    house.room.prices.type_price("openai", "m", input=1, output=1)
    assert Stop.NO_KEY in [one.stop for one in house.offer(provider="openai", model="m").refusals]


def test_nothing_ticked_is_nothing_to_send(house: House) -> None:
    draft = house.draft(RENT)
    offer = house.bursting.offer(draft, Wish(Level.BLIND, unticked=frozenset({"question"})))
    assert [one.stop for one in offer.refusals] == [Stop.NOTHING_TICKED]
    assert offer.claim == "Nothing is sent."
    assert offer.parcel.body == b""


def test_connections_and_parcels_agree(house: House) -> None:
    assert cross_check(house.room.ledger) == []


def test_a_ledger_that_was_changed_stops_everything(house: House) -> None:
    offer = house.offer()
    tamper(
        house.library.store.path.parent, "UPDATE ledger SET entry = replace(entry, 'loopback', 'other') WHERE seq = 1"
    )
    house.room.ledger.verify()
    assert Stop.LEDGER_BROKEN in refused(house, offer)
    assert Stop.LEDGER_BROKEN in [one.stop for one in house.offer().refusals]
    house.room.ledger.go_on()  # the person has seen it
    assert house.send(house.offer())
