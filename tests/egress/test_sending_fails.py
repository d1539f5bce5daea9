"""Every way a provider can fail ends in its own word, with what certainly did not leave told from what may have."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from cloud_provider import Behaviour, CloudProvider, Drip, Fail, HangUp, Reply, Silence
from parcels import body_of, ended, sent, text

from app.egress.carried import CloudTrouble, Ended, Usage, trouble_words
from app.egress.door import Door
from app.egress.sending import Patience

pytestmark = pytest.mark.loopback
SAID = '{"error": {"message": "Unsupported parameter: store", "type": "invalid_request_error", "code": null}}'
PAGE = "<html><title>Sign in</title></html>"
LONG = json.dumps({"error": {"message": "x" * 10_000}})
NESTED = "[" * 100_000


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProvider]:
    with CloudProvider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture(scope="module")
def door(there: CloudProvider) -> Iterator[Door]:
    with closing(Door.start(trust=there.ca)) as one:
        yield one


@pytest.fixture(scope="module")
def hasty(there: CloudProvider) -> Iterator[Door]:
    patience = Patience(connect_s=1.5, silence_s=1.5, total_s=3.0)
    with closing(Door.start(trust=there.ca, patience=patience)) as one:
        yield one


def chunk(**said: Any) -> str:
    return json.dumps({"id": "c", **said})


@pytest.mark.parametrize(
    ("behaviour", "trouble", "status", "says"),
    [
        (Fail(400, SAID), CloudTrouble.REFUSED, 400, "Unsupported parameter: store"),
        (Fail(401), CloudTrouble.KEY_REFUSED, 401, "No."),
        (Fail(403, '{"message": "Not yours."}'), CloudTrouble.KEY_REFUSED, 403, "Not yours."),
        (Fail(402, '{"error": "No credit."}'), CloudTrouble.QUOTA, 402, "No credit."),
        (Fail(404, PAGE, "text/html"), CloudTrouble.REFUSED, 404, ""),
        (Fail(408), CloudTrouble.TIMEOUT, 408, "No."),
        (Fail(413, '{"detail": "Too long."}'), CloudTrouble.REFUSED, 413, "Too long."),
        (Fail(422, LONG), CloudTrouble.REFUSED, 422, "x" * 500),
        (Fail(429, headers=(("Retry-After", "0"),)), CloudTrouble.QUOTA, 429, "No."),
        (Fail(500), CloudTrouble.PROVIDER, 500, "No."),
        (Fail(503, NESTED), CloudTrouble.PROVIDER, 503, ""),
        (Fail(529, "overloaded", "text/plain"), CloudTrouble.PROVIDER, 529, ""),
        (Fail(200, PAGE, "text/html"), CloudTrouble.NOT_A_STREAM, 200, ""),
        (Fail(200, '{"error": {"message": "In a body."}}'), CloudTrouble.NOT_A_STREAM, 200, "In a body."),
        (Fail(204, ""), CloudTrouble.NOT_A_STREAM, 204, ""),
        (HangUp(), CloudTrouble.CUT, None, ""),
        (Reply(cut_after=1), CloudTrouble.CUT, None, ""),
        (Reply(cut_after=1, clean_cut=True), CloudTrouble.CUT, 200, ""),
        (Reply(raw=("[DONE]",)), CloudTrouble.CUT, 200, ""),
        (Reply(raw=("{not json",)), CloudTrouble.CUT, 200, ""),
        (Reply(raw=(NESTED,)), CloudTrouble.CUT, 200, ""),
        (Reply(raw=(chunk(error={"message": "Overloaded."}),)), CloudTrouble.PROVIDER, 200, "Overloaded."),
    ],
)
def test_a_failure_ends_in_its_own_word(
    door: Door, there: CloudProvider, behaviour: Behaviour, trouble: CloudTrouble, status: int | None, says: str
) -> None:
    before = len(there.requests)
    there.next(behaviour)
    end = ended(sent(door, body_of(), there.provider()))
    assert (end.status, end.trouble, end.http_status, end.says) == ("failed_after", trouble, status, says)
    assert end.bytes_out == len(there.requests[-1].raw)
    assert len(there.requests) == before + 1, "nothing is tried again: each try could be charged"


def test_a_stream_full_of_odd_things_gives_its_text(door: Door, there: CloudProvider) -> None:
    odd = (
        "null",
        "[]",
        "7",
        '"text"',
        chunk(),
        chunk(choices=None),
        chunk(choices=[]),
        chunk(choices=["x", None, {}]),
        chunk(choices=[{"delta": None}]),
        chunk(choices=[{"delta": {"content": None, "role": "assistant"}}]),
        chunk(choices=[{"delta": {"content": 7}}]),
        chunk(choices=[{"delta": {"content": "kept"}, "finish_reason": None}]),
        chunk(choices=[{"delta": {"refusal": " too"}, "finish_reason": "content_filter"}]),
        chunk(choices=[], usage={"prompt_tokens": 1}),
        chunk(choices=[], usage={"prompt_tokens": 2, "odd": {"deep": [1]}}),
        chunk(choices=[], usage="none"),
        "[DONE]",
    )
    there.next(Reply(raw=odd))
    events = sent(door, body_of(), there.provider())
    assert text(events) == "kept too"
    assert ended(events).finish == "content_filter"
    assert events[-2].said == {"prompt_tokens": 2, "odd": {"deep": [1]}}  # type: ignore[union-attr]  # Usage


def test_a_flood_and_half_characters_arrive(door: Door, there: CloudProvider) -> None:
    """More at once than a frame between processes may hold, control signs that grow sixfold in JSON, lone halves."""
    flood = "\x01" * 2_000_000
    halves = [chunk(choices=[{"delta": {"content": text}}]) for text in (flood, "a\ud83d", "\udc4db", "\U0001f44d")]
    last = chunk(choices=[{"delta": {}, "finish_reason": "stop\udc00"}], usage={"\ud800": "\udc00", "n": 1})
    there.next(Reply(raw=(*halves, last)))
    events = sent(door, body_of(), there.provider())
    assert text(events) == flood + "a\ufffd\ufffdb\U0001f44d"
    assert ended(events).finish == "stop\ufffd"
    there.next(Reply(("\x01" * 6_000_000,)))
    assert ended(sent(door, body_of(), there.provider())).trouble is CloudTrouble.CUT, "an answer has an end"
    there.next(Reply(usage={"total_cost": float("nan")}), Reply(usage={"long": "x" * 20_000}))
    for _ in range(2):
        assert not any(isinstance(event, Usage) for event in sent(door, body_of(), there.provider()))


def test_an_answer_without_usage_is_still_an_answer(door: Door, there: CloudProvider) -> None:
    there.next(Reply(usage=None))
    events = sent(door, body_of(), there.provider())
    assert [type(event).__name__ for event in events] == ["Opened", "Delta", "Delta", "Ended"]
    assert ended(events).status == "done"


def test_silence_and_dripping_end_in_time(hasty: Door, there: CloudProvider) -> None:
    for behaviour in (Silence(), Drip(pause_s=0.1)):
        there.next(behaviour)
        end = ended(sent(hasty, body_of(), there.provider()))
        assert (end.status, end.trouble) == ("failed_after", CloudTrouble.TIMEOUT)
        assert there.requests[-1].gone.wait(5)


def test_where_nobody_listens_nothing_is_sent(door: Door, there: CloudProvider) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    provider = replace(there.provider(), base_url=f"https://127.0.0.1:{port}/v1")
    end = ended(sent(door, body_of(), provider))
    assert (end.status, end.trouble, end.bytes_out) == ("failed_before", CloudTrouble.NO_CONNECTION, 0)


def test_a_server_that_never_proves_itself_gets_nothing(hasty: Door, there: CloudProvider) -> None:
    """It accepts the connection and does not speak TLS."""
    heard = []

    def listen() -> None:
        connection, _ = mute.accept()
        with closing(connection):
            while piece := connection.recv(4096):
                heard.append(piece)

    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        thread = threading.Thread(target=listen)
        thread.start()
        provider = replace(there.provider(), base_url=f"https://127.0.0.1:{mute.getsockname()[1]}/v1")
        end = ended(sent(hasty, body_of("a canary"), provider))
        thread.join(5)
    assert (end.status, end.trouble, end.bytes_out) == ("failed_before", CloudTrouble.TIMEOUT, 0)
    assert heard
    assert b"canary" not in b"".join(heard)


@pytest.mark.parametrize("trouble", list(CloudTrouble))
def test_every_trouble_is_said_in_words(trouble: CloudTrouble) -> None:
    before = trouble_words(Ended("failed_before", trouble=trouble), "Loopback")
    after = trouble_words(Ended("failed_after", trouble=trouble, says="No."), "Loopback")
    assert before.safe == "Nothing was sent and nothing was charged."
    assert "was sent" in after.safe
    assert after.details == ("Loopback said: No.",)
    for words in (before.happened, before.do):
        assert words
        assert words[0].isupper() or words.startswith("“")
        assert "{" not in words
