"""The proof's own judgement: whatever arrived was reached, and a proof that was not whole does not hold."""

from contextlib import closing

import pytest

from app.egress.proving import COURIER_WAY, ProofLine, _judged, holds, parse_target
from app.errors import UsageError
from models.proof_listener import Listener
from models.ways_out import Attempt, Outcome, Target

pytestmark = pytest.mark.loopback
AIM = Target("127.0.0.1", 9, "0123456789abcdef")


def line(way: int, outcome: Outcome) -> ProofLine:
    return ProofLine("main" if way else "courier", way, COURIER_WAY if way == 0 else "a way", outcome)


@pytest.mark.parametrize(
    ("outcomes", "courier", "control", "good"),
    [
        (["blocked", "blocked"], "reached", False, True),
        (["blocked", "not_possible_here"], "reached", False, True),
        (["blocked", "reached"], "reached", False, False),
        (["blocked", "blocked"], "blocked", False, False),
        (["reached", "not_possible_here"], "reached", True, True),
        (["reached", "blocked"], "reached", True, False),
    ],
)
def test_when_a_proof_holds(outcomes: list[Outcome], courier: Outcome, control: bool, good: bool) -> None:
    lines = [line(1 + at, outcome) for at, outcome in enumerate(outcomes)] + [line(0, courier)]
    assert holds(lines, control=control) is good


def test_a_process_that_did_not_start_is_no_proof() -> None:
    lost = ProofLine("reader", 0, "start of the process", "not_possible_here")
    assert not holds([line(1, "blocked"), lost, line(0, "reached")], control=False)


def test_no_lines_are_no_proof() -> None:
    assert not holds([], control=False)


@pytest.mark.parametrize("target", ["", "9999", "host", "host:", "host:0", "host:70000", "host:x", ":80"])
def test_a_target_is_a_host_and_a_port(target: str) -> None:
    with pytest.raises(UsageError, match="HOST:PORT"):
        parse_target(target)


def test_a_target_by_address_is_taken_as_it_is() -> None:
    assert parse_target("127.0.0.1:9999") == ("127.0.0.1", 9999)


def test_what_arrived_was_reached_whatever_the_process_says() -> None:
    with closing(Listener()) as listener:
        aim = Target(listener.host, listener.port, AIM.nonce)
        from models.ways_out import _tcp

        _tcp(aim, aim.token("main", "1"))
        assert listener.saw(aim.token("main", "1"), wait_s=5)
        liar = Attempt(1, "a way", "blocked", "EACCES", token=aim.token("main", "1"))
        assert _judged("main", liar, listener, False).outcome == "reached"


def test_a_control_that_did_not_arrive_did_not_reach() -> None:
    with closing(Listener()) as listener:
        claim = Attempt(1, "a way", "reached", token=AIM.token("main", "1"))
        assert _judged("main", claim, listener, True).outcome == "blocked"
        assert _judged("main", claim, listener, False).outcome == "reached"
