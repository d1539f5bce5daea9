"""One writer per profile, and the one who must wait is told who holds it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import ProfileBusy
from app.store.lock import ProfileLock, holder

ROOT = Path(__file__).parents[2]
HOLD = """
import sys; sys.path.insert(0, sys.argv[2])
from pathlib import Path
from app.store.lock import ProfileLock
lock = ProfileLock.acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_told_who_holds_it_until_that_one_dies(tmp_path: Path) -> None:
    path = tmp_path / "data" / "indoors.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), str(ROOT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ProfileBusy, match=str(other.pid)):
            ProfileLock.acquire(path)
        other.send_signal(signal.SIGKILL)
        other.wait()
    with ProfileLock.acquire(path):
        assert holder(path) == os.getpid()


def test_given_back_it_may_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "indoors.lock"
    lock = ProfileLock.acquire(path)
    with pytest.raises(ProfileBusy):
        ProfileLock.acquire(path)
    lock.release()
    lock.release()
    ProfileLock.acquire(path).release()
