"""A parcel goes out byte for byte with the headers that were shown, once; what comes back is told as it comes."""

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from cloud_provider import USAGE, CloudProvider, Drip, Fail, Reply, Silence
from parcels import body_of, ended, generated, permitted, sent, text

from app.egress.carried import Carried, CloudTrouble, ConnectionNote, Delta, Ended, Opened, Usage
from app.egress.cloud_jobs import CloudJobs, _Job
from app.egress.door import Door
from app.egress.providers import Provider
from models.api import Cancel
from models.frames import Frame, check_frame
from models.proof_listener import Listener

pytestmark = pytest.mark.loopback
PROMPTS = 1000


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProvider]:
    with CloudProvider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture(scope="module")
def door(there: CloudProvider) -> Iterator[Door]:
    with closing(Door.start(trust=there.ca)) as one:
        yield one


def as_shown(provider: Provider, body: bytes) -> list[tuple[str, str]]:
    """The shown headers in the form in which they can be compared."""
    return sorted((name.lower(), value) for name, value in provider.headers_shown(len(body)))


def test_a_thousand_prompts_arrive_byte_for_byte(door: Door, there: CloudProvider) -> None:
    provider, first = there.provider(), len(there.requests)
    for number in range(PROMPTS):
        body = generated(number)
        there.next(Reply((str(number),)))
        events = sent(door, body, provider)
        assert ended(events).status == "done"
        assert text(events) == str(number)
        recorded = there.requests[first + number]
        assert recorded.body == body
        assert ended(events).bytes_out == len(recorded.raw)
    assert len(there.requests) - first == PROMPTS
    shown = as_shown(provider, body)
    assert sorted((name.lower(), value) for name, value in recorded.headers) == shown
    assert recorded.request_line == "POST /v1/chat/completions HTTP/1.1"


def test_what_is_told_and_in_which_order(door: Door, there: CloudProvider) -> None:
    notes: list[ConnectionNote] = []
    door.on_connection = notes.append
    events = sent(door, body_of(), there.provider())
    assert [type(event) for event in events] == [Opened, Delta, Delta, Usage, Ended]
    assert isinstance(events[0], Opened)
    assert events[0].address == f"127.0.0.1:{there.port}"
    assert isinstance(events[3], Usage)
    assert events[3].said == USAGE
    end = ended(events)
    assert (end.status, end.http_status, end.finish, end.trouble) == ("done", 200, "stop", None)
    assert end.bytes_in > 0
    note = ConnectionNote(events[0].at, "question", there.provider().host, end.bytes_out, end.bytes_in, ok=True)
    assert notes == [note]


def test_a_piece_is_told_before_the_next_one_is_written(door: Door, there: CloudProvider) -> None:
    gate = threading.Semaphore(0)
    there.next(Reply(("one", "two", "three"), gate=gate))
    body, told = body_of(), []
    for event in door.send(body, permitted(door, body, there.provider()), there.provider(), Cancel()):
        if isinstance(event, Opened | Delta):
            gate.release()  # deadlocks, and fails, when anything waits for more before it tells
        told.append(event)
    assert text(told) == "onetwothree"


def test_other_verbs_pass_while_an_answer_streams(door: Door, there: CloudProvider) -> None:
    gate = threading.Semaphore(0)
    there.next(Reply(("one", "two"), gate=gate))
    body = body_of()
    events = door.send(body, permitted(door, body, there.provider()), there.provider(), Cancel())
    assert isinstance(next(events), Opened)
    assert door.connections() == ()
    second = sent(door, body_of("another"), there.provider())
    assert text(second) == "Hello there."
    gate.release(2)
    assert text(list(events)) == "onetwo"


@pytest.mark.parametrize("behaviour", [Silence(), Drip(), Reply(("one",) * 400, pause_s=0.05)])
def test_a_stop_closes_the_connection(door: Door, there: CloudProvider, behaviour: Silence | Drip | Reply) -> None:
    there.next(behaviour)
    cancel, expected, told = Cancel(), len(there.requests) + 1, []

    def stop() -> None:
        there.wait_for(expected)
        cancel.stop()

    thread = threading.Thread(target=stop)
    thread.start()
    told = sent(door, body_of(), there.provider(), cancel)
    thread.join()
    assert there.requests[-1].gone.wait(5)
    assert ended(told).status == "stopped"
    assert ended(told).bytes_out == len(there.requests[-1].raw)
    assert text(sent(door, body_of(), there.provider())) == "Hello there.", "the next question goes out as ever"


def test_a_stop_before_it_leaves_opens_nothing(door: Door, there: CloudProvider) -> None:
    before, cancel = there.connections, Cancel()
    door.prepare()
    cancel.stop()
    assert sent(door, body_of(), there.provider(), cancel) == [Ended("stopped")]
    assert there.connections == before


def test_an_answer_nobody_reads_any_more_is_hung_up(door: Door, there: CloudProvider) -> None:
    there.next(Drip())
    body, expected = body_of(), len(there.requests) + 1
    events = door.send(body, permitted(door, body, there.provider()), there.provider(), Cancel())
    assert isinstance(next(events), Opened)
    there.wait_for(expected)
    events.close()  # type: ignore[attr-defined]  # a generator
    assert there.requests[-1].gone.wait(5)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(door: Door, there: CloudProvider, tmp_path: Path, status: int) -> None:
    with CloudProvider(tmp_path) as elsewhere:
        there.next(Fail(status, "", headers=(("Location", f"{elsewhere.base_url}/chat/completions"),)))
        before = len(there.requests)
        end = ended(sent(door, body_of(), there.provider()))
        assert (end.status, end.trouble, end.http_status) == ("failed_after", CloudTrouble.REDIRECT, status)
        assert elsewhere.connections == 0
        assert len(there.requests) == before + 1


def test_nothing_in_the_environment_changes_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Listener()) as proxy, CloudProvider(tmp_path) as there, CloudProvider(tmp_path / "..") as elsewhere:
        way = f"http://127.0.0.1:{proxy.port}"
        environment = {
            "OPENAI_BASE_URL": elsewhere.base_url,
            "OPENAI_API_KEY": "sk-of-the-environment",
            "OPENAI_ORG_ID": "org-of-the-environment",
            "OPENAI_PROJECT_ID": "proj-of-the-environment",
            "OPENAI_CUSTOM_HEADERS": "X-Extra: of-the-environment",
            "OPENAI_LOG": "debug",
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"), way),
            "SSLKEYLOGFILE": str(tmp_path / "keylog"),
            "SSL_CERT_FILE": str(tmp_path / "none.pem"),
            "PYTHONPATH": str(tmp_path),
            "PYTHONHTTPSVERIFY": "0",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        (tmp_path / "openai.py").write_text("raise SystemExit('a planted module')")
        with closing(Door.start(trust=there.ca)) as door:
            body = body_of()
            assert text(sent(door, body, there.provider())) == "Hello there."
        recorded = there.requests[0]
        assert sorted((name.lower(), value) for name, value in recorded.headers) == as_shown(there.provider(), body)
        assert b"environment" not in recorded.raw
        assert elsewhere.connections == 0
        assert not (tmp_path / "keylog").exists()


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when a person's environment names what a test may name."""
    with CloudProvider(tmp_path) as there:
        for name in ("INDOORS_TRUST", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            monkeypatch.setenv(name, str(there.ca))
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        with closing(Door.start()) as door:
            end = ended(sent(door, body_of(), there.provider()))
        assert (end.status, end.trouble, end.bytes_out) == ("failed_before", CloudTrouble.NO_CONNECTION, 0)
        assert "certificate is not trusted" in end.says
        assert there.requests == []


def test_a_server_on_the_own_network_may_do_without_tls(tmp_path: Path, door: Door) -> None:
    with CloudProvider(tmp_path, tls=False) as there:
        assert text(sent(door, body_of(), there.provider())) == "Hello there."


def test_a_carrier_that_dies_costs_its_parcel_alone(door: Door, there: CloudProvider) -> None:
    there.next(Silence())
    body, expected = body_of(), len(there.requests) + 1
    events: Iterator[Carried] = door.send(body, permitted(door, body, there.provider()), there.provider(), Cancel())
    assert isinstance(next(events), Opened)
    there.wait_for(expected)
    for carrier in psutil.Process(door.pid).children():
        os.kill(carrier.pid, 9)
    told = list(events)
    assert (ended(told).status, ended(told).trouble) == ("failed_after", CloudTrouble.CUT)
    assert text(sent(door, body_of(), there.provider())) == "Hello there."


def test_a_courier_that_dies_is_said(there: CloudProvider) -> None:
    there.next(Silence())
    with closing(Door.start(trust=there.ca)) as door:
        body, expected = body_of(), len(there.requests) + 1
        events = door.send(body, permitted(door, body, there.provider()), there.provider(), Cancel())
        assert isinstance(next(events), Opened)
        there.wait_for(expected)
        assert door.pid is not None
        os.kill(door.pid, 9)
        end = ended(list(events))
        assert (end.status, end.trouble) == ("failed_after", CloudTrouble.CUT)
        assert there.requests[-1].gone.wait(5), "a carrier goes with its courier"
        assert ended(sent(door, body, there.provider())).trouble is CloudTrouble.OFFLINE


def test_offline_nothing_is_sent(there: CloudProvider) -> None:
    end = ended(sent(Door.shut(), body_of(), there.provider()))
    assert (end.status, end.trouble) == ("failed_before", CloudTrouble.OFFLINE)


def test_what_is_heard_at_once_fits_into_a_frame() -> None:
    """However much has come since the last look: a frame that is too large would end the courier."""
    jobs, pieces = CloudJobs(), 400
    told = [{"event": "delta", "text": "\x01" * 32_768} for _ in range(pieces)] + [{"event": "ended", "status": "done"}]
    jobs._jobs[7] = _Job(told=told, ended=True)
    heard = []
    while len(heard) <= pieces:
        part = jobs.hear(7, 0.0)
        check_frame(Frame({"told": part}))
        heard += part
    assert heard[-1]["event"] == "ended"
    with pytest.raises(KeyError):
        jobs.hear(7, 0.0)
