"""The child's side: it says why it cannot start, hears a stop while it works, and keeps its pipe clean."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from models.api import Cancel, ModelError, Trouble
from models.child import python_command
from models.child_words import ChildMistake
from models.host import Host
from models.worker import StopSignal

Start = Callable[..., Host]


@pytest.fixture
def child() -> Iterator[Start]:
    hosts: list[Host] = []

    def start(*words: str) -> Host:
        hosts.append(Host("troubled", python_command("tests.models.troubled_child", *words)))
        return hosts[-1]

    yield start
    for host in hosts:
        host.close()


def test_a_kind_that_cannot_load_says_why(child: Start) -> None:
    with pytest.raises(ModelError, match="There is no model here") as caught:
        child("--refuses").ask_one("echo", {})
    assert (caught.value.kind, caught.value.do) == (Trouble.MISSING, "Get one.")


def test_a_bug_while_loading_names_the_line_and_never_the_text(child: Start) -> None:
    with pytest.raises(ChildMistake, match=r"KeyError < troubled_child\.py:\d+") as caught:
        child("--mistaken").start()
    assert "secret" not in str(caught.value)


def test_an_unknown_verb_is_our_mistake(child: Start) -> None:
    with pytest.raises(ChildMistake, match="LookupError"):
        child().ask_one("nonsense", {})


def test_what_a_library_prints_does_not_reach_the_pipe(child: Start) -> None:
    host = child()
    pids = {host.ask_one("look", {}).header["pid"] for _ in range(3)}
    assert pids == {host.pid}


def test_a_stop_calls_back_while_the_job_runs(child: Start) -> None:
    cancel = Cancel()
    seen = []
    for frame in child().ask("called_back", {}, cancel=cancel):
        seen.append(frame.header)
        cancel.stop()
    assert seen == [{"waiting": True}, {"called": True}]


def test_a_callback_comes_once_now_or_later() -> None:
    calls: list[str] = []
    signal = StopSignal()
    signal.when_stopped(lambda: calls.append("later"))
    assert calls == []
    signal.stop()
    signal.stop()
    signal.when_stopped(lambda: calls.append("at once"))
    assert calls == ["later", "at once"]


def test_a_child_of_the_proof_does_no_work() -> None:
    """The variable that may leave a child unsealed also leaves it without anything to do."""
    command = python_command("tests.models.troubled_child")
    with closing(Host("troubled", command, env={"INDOORS_PROVING": "unsealed"})) as host:
        assert host.start() == "nothing"
        with pytest.raises(ChildMistake, match="LookupError"):
            host.ask_one("echo", {})
