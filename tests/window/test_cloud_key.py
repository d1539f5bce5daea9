"""A key typed into the envelope stands nowhere in the window's process once it was handed over."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.egress.memory_search import in_memory

CHILD = Path(__file__).parent / "typed_key.py"


@pytest.mark.parametrize("careless", [False, True])
def test_a_typed_key_is_not_in_the_windows_memory(careless: bool) -> None:
    """With a cloud that keeps the key the same search finds it: the search works."""
    if not Path("/proc/self/mem").exists():
        pytest.skip("this system does not show a process's memory")
    key = bytes(random.Random(2026).choices(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=48))
    command = [sys.executable, str(CHILD), *(["careless"] if careless else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(bytes(byte ^ 85 for byte in key) + b"\n")
        child.stdin.flush()
        assert child.stdout.readline().strip() == b"48"
        # Half of it would be half of it too much; as Qt would keep it, and as Python would.
        forms = [form for part in (key[:24], key[24:]) for form in (part, part.decode().encode("utf-16-le"))]
        found = in_memory(child.pid, *forms)
        child.stdin.write(b"\n")
        child.stdin.flush()
        assert child.wait(20) == 0
    assert (found > 0) is careless
