"""The kernel filter: what it refuses, what it must leave alone, and that it says honestly when it is not there."""

import ctypes
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from models.child import python_command
from models.host import Host
from models.proof_listener import Listener
from models.seal import is_sealed

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel filter is Linux's"),
    pytest.mark.loopback,
]
INTERNET = ("AF_INET", "AF_INET6", "AF_PACKET", "AF_VSOCK", "AF_BLUETOOTH", "AF_ALG", "AF_CAN")

Tried = dict[str, Any]


@pytest.fixture(scope="module")
def attempts() -> Callable[[str], Tried]:
    """What the attempts gave, once for each mode."""
    known: dict[str, Tried] = {}

    def run(mode: str) -> Tried:
        if mode not in known:
            with closing(Listener()) as listener:
                command = python_command("tests.models.sealed_attempts", mode, str(listener.port))
                done = subprocess.run(command, capture_output=True, text=True, check=True)
            known[mode] = json.loads(done.stdout)
        return known[mode]

    return run


def test_unsealed_the_same_attempts_are_granted(attempts: Callable[[str], Tried]) -> None:
    """The control: without it, a refusal below might have another reason."""
    found = attempts("open")
    granted = ("AF_UNIX", "AF_NETLINK", "AF_INET", "AF_INET6", "old_thread", "inherited_connect", "ctypes_socket")
    assert {each: found[each] for each in granted} == dict.fromkeys(granted, "granted")
    assert found["enforced_by"] == "nothing"
    assert not found["is_sealed"]
    assert found["program_output"] == "granted"


@pytest.mark.parametrize("mode", ["usual", "strict"])
def test_no_family_but_the_local_ones(attempts: Callable[[str], Tried], mode: str) -> None:
    found = attempts(mode)
    refused = {each: found[each] for each in INTERNET if each in found}
    assert refused == dict.fromkeys(refused, "EACCES")
    assert found["AF_NETLINK"] == found["pair"] == "granted"
    assert found["AF_UNIX"] == ("granted" if mode == "usual" else "EACCES")


@pytest.mark.parametrize("mode", ["usual", "strict"])
@pytest.mark.parametrize("way", ["old_thread", "ctypes_socket", "io_uring_setup", "ptrace", "x32"])
def test_the_ways_around_a_filter_on_socket_alone(attempts: Callable[[str], Tried], mode: str, way: str) -> None:
    if way not in attempts(mode):
        pytest.skip("not on this architecture")
    assert attempts(mode)[way] == "EACCES"


def test_it_says_that_the_system_enforces_it(attempts: Callable[[str], Tried]) -> None:
    found = attempts("usual")
    assert (found["before"], found["enforced_by"], found["is_sealed"]) == ("nothing", "system", True)
    assert found["again"] == "system"
    assert "seccomp" in found["detail"]


def test_programs_start_and_inherit_the_seal_unless_they_may_not(attempts: Callable[[str], Tried]) -> None:
    assert attempts("usual")["program"] == "granted"
    assert attempts("usual")["program_output"] == ""
    assert attempts("strict")["program"] == "EACCES"


def test_a_socket_opened_before_cannot_connect_where_the_kernel_has_landlock(
    attempts: Callable[[str], Tried],
) -> None:
    if ctypes.CDLL(None).syscall(444, None, 0, 1) < 4:
        pytest.skip("this kernel has no Landlock for TCP")
    assert "landlock" in attempts("usual")["detail"]
    assert attempts("usual")["inherited_connect"] == "EACCES"


def test_who_tried_is_counted_without_addresses(attempts: Callable[[str], Tried]) -> None:
    counts = attempts("usual")["tried"]
    assert counts["__main__"] >= 2
    assert all(isinstance(count, int) for count in counts.values())


def test_without_a_kernel_filter_it_says_app_and_only_python_is_refused(attempts: Callable[[str], Tried]) -> None:
    found = attempts("without_kernel")
    assert found["enforced_by"] == found["again"] == "app"
    assert found["inherited_connect"] == "EACCES"
    assert found["ctypes_socket"] == "granted"
    assert not found["is_sealed"]


def test_every_child_of_ours_is_sealed_before_it_works() -> None:
    with closing(Host("troubled", python_command("tests.models.troubled_child"))) as host:
        assert host.start() == "system"
        assert host.ask_one("seal", {}).header == {"inet": "EACCES", "unix": "EACCES", "program": "EACCES"}


def test_this_test_process_itself_stays_open() -> None:
    assert not is_sealed()
