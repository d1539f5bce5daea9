"""A child may crash, hang, babble, run out of memory or be killed: the parent always ends with one clear error."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from models import host as host_module
from models.api import Cancel, ModelError, Trouble
from models.child import python_command
from models.child_words import ChildMistake, HostTimeout
from models.frames import Frame
from models.host import Host

COMMAND = python_command("tests.models.troubled_child")
LONG = {"to": 100_000, "pause_s": 0.01}


@pytest.fixture
def host() -> Iterator[Host]:
    with closing(Host("troubled", COMMAND)) as child:
        yield child


def died(host: Host, how: str, *, after: int = 0) -> tuple[list[Frame], ModelError]:
    """The frames that came before the child ended in this way, and the error."""
    frames: list[Frame] = []
    with pytest.raises(ModelError) as caught:
        for frame in host.ask("die", {"how": how, "after": after}):
            frames.append(frame)
    return frames, caught.value


def gone(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    return True


def test_it_starts_on_demand_and_answers(host: Host) -> None:
    assert host.pid is None
    assert host.ask_one("echo", {"a": [1, "ü"]}, payload=b"\0\xff") == Frame({"a": [1, "ü"]}, b"\0\xff")
    assert host.alive
    assert host.starts == 1


def test_hundred_megabytes_both_ways_do_not_wait_for_each_other(host: Host) -> None:
    size = 100 * 1024 * 1024
    answer = host.ask_one("flood", {"bytes": size}, payload=bytes(size))
    assert answer.header == {"got": size}
    assert len(answer.payload) == size


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ("segfault", Trouble.CRASHED, "SIGSEGV"),
        ("kill", Trouble.CRASHED, "SIGKILL"),
        ("abort", Trouble.CRASHED, "SIGABRT"),
        ("exit", Trouble.CRASHED, "exit code 3"),
        ("garbage", Trouble.CRASHED, "not a message"),
        ("bad_alloc", Trouble.OUT_OF_MEMORY, "out of memory"),
        ("told", Trouble.BAD_FILE, "This is no model."),
    ],
)
def test_every_end_has_its_error_and_keeps_what_came(host: Host, how: str, kind: Trouble, words: str) -> None:
    frames, error = died(host, how, after=3)
    assert [frame.header["n"] for frame in frames] == [0, 1, 2]
    assert error.kind is kind
    assert words in str(error)
    assert host.ask_one("echo", {"again": 1}).header == {"again": 1}


def test_its_memory_limit_is_told_as_such() -> None:
    with closing(Host("troubled", COMMAND, memory_limit_bytes=1024**3)) as limited:
        _, error = died(limited, "memory")
        assert error.kind is Trouble.OUT_OF_MEMORY
        assert limited.ask_one("echo", {}).header == {}
        assert limited.starts == 2


def test_a_bug_of_ours_names_the_line_and_never_the_text(host: Host) -> None:
    with pytest.raises(ChildMistake) as caught:
        list(host.ask("die", {"how": "bug"}))
    assert "KeyError < troubled_child.py:" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert host.ask_one("echo", {"n": 1}).header == {"n": 1}


def test_a_request_that_ended_it_twice_is_not_tried_again(host: Host) -> None:
    for _ in range(2):
        died(host, "kill")
    starts = host.starts
    _, error = died(host, "kill")
    assert error.kind is Trouble.REFUSED
    assert host.starts == starts
    assert host.ask_one("echo", {"other": True}).header == {"other": True}


def test_starts_wait_longer_when_they_keep_failing(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(Cancel, "wait", lambda _, timeout_s: waits.append(timeout_s))
    with closing(Host("troubled", python_command("tests.models.troubled_child", "--broken"))) as broken:
        for number in range(4):
            with pytest.raises(ModelError, match="exit code 4"):
                broken.ask_one("echo", {"n": number})
    assert waits == list(host_module._BACK_OFF_S[:4])


def test_killed_from_outside_in_mid_stream_keeps_the_text_so_far(host: Host) -> None:
    answer = host.ask("count", LONG)
    came = [next(answer).header["n"] for _ in range(3)]
    assert host.pid is not None
    os.kill(host.pid, signal.SIGKILL)
    with pytest.raises(ModelError) as caught:
        came.extend(frame.header["n"] for frame in answer)
    assert came[:3] == [0, 1, 2]
    assert caught.value.kind is Trouble.CRASHED


def test_over_its_time_it_is_ended(host: Host) -> None:
    host.start()
    pid = host.pid
    with pytest.raises(HostTimeout, match=r"within 0\.3 seconds"):
        host.ask_one("die", {"how": "hang"}, timeout_s=0.3)
    assert pid is not None
    assert gone(pid)
    assert host.ask_one("echo", {"n": 1}).header == {"n": 1}


def test_a_stop_ends_the_answer_with_the_last_word_and_keeps_the_process(host: Host) -> None:
    cancel = Cancel()
    came = []
    for frame in host.ask("count", LONG, cancel=cancel):
        came.append(frame.header)
        if len(came) == 3:
            cancel.stop()
    assert came[-1] == {"why": "cancelled"}
    assert len(came) < 100
    assert host.alive
    assert host.starts == 1


def test_a_stop_that_is_not_obeyed_ends_the_process_without_an_error(host: Host) -> None:
    host.start()
    pid, cancel = host.pid, Cancel()
    threading.Timer(0.1, cancel.stop).start()
    assert list(host.ask("die", {"how": "hang"}, cancel=cancel)) == []
    assert pid is not None
    assert gone(pid)
    assert host.ask_one("echo", {"n": 1}).header == {"n": 1}


def test_stopped_before_it_began_nothing_is_asked(host: Host) -> None:
    cancel = Cancel()
    cancel.stop()
    assert list(host.ask("echo", {}, cancel=cancel)) == []


def test_a_reader_who_leaves_early_stops_the_job(host: Host) -> None:
    answer = host.ask("count", LONG)
    next(answer)
    answer.close()
    assert host.ask_one("echo", {"next": 1}).header == {"next": 1}
    assert host.starts == 1


def test_a_late_frame_of_another_request_is_dropped(host: Host) -> None:
    assert host.ask_one("stray", {}).header == {"own": True}


def test_requests_of_many_threads_take_turns(host: Host) -> None:
    answers: dict[int, list[int]] = {}

    def job(number: int) -> None:
        answers[number] = [frame.header["n"] for frame in host.ask("count", {"to": 20 + number})]

    threads = [threading.Thread(target=job, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: list(range(20 + number)) for number in range(6)}
    assert host.starts == 1


def test_asking_again_while_still_reading_is_said_and_not_a_deadlock(host: Host) -> None:
    answer = host.ask("count", LONG)
    next(answer)
    with pytest.raises(RuntimeError, match="still reading"):
        host.ask_one("echo", {})
    answer.close()


def test_too_much_for_one_message_is_said_at_once(host: Host) -> None:
    with pytest.raises(ModelError) as caught:
        host.ask_one("echo", {"text": "x" * (5 * 1024 * 1024)})
    assert caught.value.kind is Trouble.TOO_LONG
    with pytest.raises(TypeError):
        host.ask_one("echo", {"not JSON": object()})
    assert host.ask_one("echo", {"n": 1}).header == {"n": 1}
    assert host.starts == 1


def test_idle_it_is_ended_and_comes_back() -> None:
    with closing(Host("troubled", COMMAND, idle_s=0.1)) as host:
        host.ask_one("echo", {})
        pid = host.pid
        assert pid is not None
        _until(lambda: not host.alive)
        assert gone(pid)
        assert host.ask_one("echo", {"back": 1}).header == {"back": 1}


def test_it_is_not_idle_while_it_works() -> None:
    with closing(Host("troubled", COMMAND, idle_s=0.05)) as host:
        frames = list(host.ask("count", {"to": 20, "pause_s": 0.02}))
        assert len(frames) == 20
        assert host.starts == 1


def test_evicted_while_it_works_the_answer_ends_with_a_plain_error(host: Host) -> None:
    answer = host.ask("count", LONG)
    next(answer)
    host.evict()
    with pytest.raises(ModelError, match="ended while it worked"):
        list(answer)
    assert host.ask_one("echo", {"n": 1}).header == {"n": 1}


def test_closed_in_order_it_may_tidy_up_and_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    marker = tmp_path / "ended"
    host = Host("troubled", COMMAND, env={"TEST_END_MARKER": str(marker)})
    host.ask_one("echo", {})
    pid = host.pid
    host.close()
    assert pid is not None
    assert gone(pid)
    assert marker.read_text() == "ended in order"
    assert set(threading.enumerate()) == before
    with pytest.raises(RuntimeError, match="after close"):
        host.ask_one("echo", {})


def test_a_child_that_may_not_come_back_does_not() -> None:
    with closing(Host("troubled", COMMAND, restart=False)) as host:
        died(host, "kill")
        with pytest.raises(ModelError, match="until Indoors is started again") as caught:
            host.ask_one("echo", {})
        assert caught.value.kind is Trouble.MISSING


def test_the_child_has_little_around_it(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/bus")
    monkeypatch.setenv("PYTHONSTARTUP", "/tmp/planted.py")
    with Path("/dev/null").open() as _, closing(Host("troubled", COMMAND)) as fresh:
        seen = fresh.ask_one("look", {}).header
    assert not {"OPENAI_API_KEY", "DBUS_SESSION_BUS_ADDRESS", "PYTHONSTARTUP"} & set(seen["env"])
    assert seen["env"]["ORT_DISABLE_TELEMETRY"] == "1"
    assert seen["isolated"] == 1
    assert seen["cwd"] == "/"
    assert seen["stdin"] == ""
    # Its three standard ones, the two pipes of frames, and the one that lists them.
    assert seen["descriptors"] == [0, 1, 2, 3, 4, 5]


def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    """A parent killed outright, without a chance to end anything."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from models.child import python_command\nfrom models.host import Host\n"
        "host = Host('troubled', python_command('tests.models.troubled_child'))\n"
        "for frame in host.ask('die', {'how': 'hang', 'after': 1}):\n"
        "    print(host.pid, flush=True)\n"
    )
    parent = psutil.Popen([*COMMAND[:1], str(script)], stdout=-1, stderr=-3)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _until(lambda: gone(pid))


def _until(holds: Callable[[], bool]) -> None:
    """Wait for something that must come; the test's own time limit ends it otherwise."""
    while not holds():
        time.sleep(0.01)
