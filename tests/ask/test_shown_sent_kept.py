"""What was shown, what a provider received and what the ledger keeps are the same bytes, over generated prompts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from asking_desk import SCRIPTS
from bursting_desk import House, house_of

from app.ask.hiding import Hidden
from app.ask.parcel_making import Asked, Call, Destined, make_parcel
from app.cloud.body import messages_of, whole
from app.cloud.kept import Kept
from app.cloud.ledger import cross_check
from app.cloud.ledger_entries import Intent, Result, Status
from app.cloud.parcel import Level, Outgoing, Parcel, Wish
from app.egress.carried import Ended
from app.egress.door import Door
from app.egress.providers import Provider
from app.events import Sent
from models.api import Cancel
from tests.cloud.parcel_desk import QUESTION, offer_of, passage
from tests.egress.cloud_provider import CloudProvider
from ui.terminal.cloud_command import quote_json

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(300)]

HOUSE_PROMPTS = 100
PROMPTS = 1000
WORDS: tuple[str, ...] = (
    "rent",
    "deposit",
    "90",
    "€",
    "“quoted”",
    "\\n",
    "\t",
    "{}",
    "[1]",
    "⟦x⟧",
    "résumé",
    "家賃",
    "🏠",
    "\u202e",
)
WORDS += ("abc", "<b>", "&amp;", "\u0000")
LETTERS = 'abc \n\t"\\{}[]⟦⟧_1€é家🏠\x00\u200b\u2028\u202e\ud800'


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProvider]:
    with CloudProvider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, there: CloudProvider) -> Iterator[House]:
    door = Door.start(trust=there.ca)
    try:
        with house_of(tmp_path_factory.mktemp("house"), SCRIPTS["files"], door=door, there=there) as opened:
            yield opened
    finally:
        door.close()


def test_the_preview_the_provider_and_the_ledger_hold_the_same_bytes(house: House, there: CloudProvider) -> None:
    chance = random.Random(5)
    for number in range(HOUSE_PROMPTS):
        question = f"{number} " + " ".join(chance.choices(WORDS, k=chance.randint(1, 9))) + " rent?"
        offer = house.offer(question, Level.BLIND if chance.random() < 0.4 else Level.SNIPPETS)
        shown = json.loads(json.dumps(quote_json(offer, "")))["body"].encode()
        before = len(there.requests)
        entry = next(event.entry for event in house.send(offer) if isinstance(event, Sent))
        assert [request.body for request in there.requests[before:]] == [shown]
        assert offer.parcel.body == shown
        assert house.room.ledger.body(entry) == shown
        said = "\n".join(message.content for message in messages_of(shown))
        assert all(one.text in said for one in offer.parcel.outgoing)
    assert cross_check(house.room.ledger) == []


def test_a_thousand_are_kept_written_down_and_received_as_shown(house: House, there: CloudProvider) -> None:
    """Without detectors and prices: these do not touch the bytes once they are made."""
    chance, provider = random.Random(11), there.provider()
    ledger, keeping, door = house.room.ledger, house.bursting.means.keeping, house.bursting.means.door
    for number in range(PROMPTS):
        parcel = _generated(chance, provider, number)
        offer = replace(offer_of(parcel, expires_at=4e9), waits=())
        keeping.keep(Kept(offer, Wish(Level.SNIPPETS), parcel.question))
        body = keeping.look(parcel.sha256).offer.parcel.body
        permit = door.permit(body, host=provider.host, model=parcel.model, ceiling_micros=900)
        keeping.use(parcel.sha256)
        seq = ledger.intend(_intent(parcel, body, permit.nonce))
        before = len(there.requests)
        ended = list(door.send(body, permit, provider, Cancel()))[-1]
        assert isinstance(ended, Ended)
        ledger.result(seq, Result(Status.ANSWERED, ended.bytes_out, ended.bytes_in))
        assert [request.body for request in there.requests[before:]] == [parcel.body]
        assert ledger.body(seq) == parcel.body
    assert ledger.verify().intact
    assert cross_check(ledger) == []


def _generated(chance: random.Random, provider: Provider, number: int) -> Parcel:
    texts = [whole("".join(chance.choices(LETTERS, k=chance.choice((1, 30, 300, 3000))))) for _ in range(3)]
    parts = (replace(QUESTION, text=texts[0]), passage(1, texts[1]), passage(2, texts[2]))
    hidden = Hidden(tuple(Outgoing(part.id, part.text) for part in parts), ())
    destined = Destined.to(provider, "m", 100 + number)
    return make_parcel(Asked(Call.ANSWER, texts[0], 1), Wish(Level.SNIPPETS), parts, hidden, destined)


def _intent(parcel: Parcel, body: bytes, permit: str) -> Intent:
    return Intent(
        level=parcel.level.value,
        provider=parcel.provider,
        host=parcel.host,
        model=parcel.model,
        permit=permit,
        body=body,
        question=parcel.question,
        redactions={},
        findings=(),
        estimate_micros=100,
        ceiling_micros=900,
        price_sheet="",
        flags=parcel.flags,
        conversation=parcel.conversation,
    )
