"""The courier's side of sending: starts carriers for parcels, takes down what they tell, and ends them on a stop.

A carrier waits a minute for its first job, or for the next one when the last needed no key: starting it takes over a
second. It keeps no connection meanwhile. One that has held a key ends with its job, and the memory it stood in with it;
one that was stopped is gone too, and its socket.
"""

from __future__ import annotations

import itertools
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from models.child import python_command
from models.frames import Frame, FrameError, read_frame, write_frame

IDLE_S = 60.0
STOP_LIMIT_S = 1.0
_MOST_IDLE = 2
_MOST_HEARD_CHARS = 256 * 1024
"""At once, so that a flood stays below what one frame may hold."""
_MODULE = "app.egress.carrier_cloud"


@dataclass(slots=True)
class _Job:
    """What a carrier has told of one parcel, oldest first; the last is {"event": "ended", …}."""

    told: list[dict[str, Any]] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)
    carrier: _Carrier | None = None
    opened: bool = False
    ended: bool = False
    stopping: bool = False

    def take_down(self, said: Mapping[str, Any]) -> None:
        with self.news:
            if self.ended:
                return
            self.opened |= said["event"] == "opened"
            self.ended = said["event"] == "ended"
            self.told.append(dict(said))
            self.news.notify_all()

    def lost(self) -> None:
        """The carrier is gone without a last word."""
        status = "stopped" if self.stopping else "failed_after" if self.opened else "failed_before"
        trouble = None if self.stopping else "cut" if self.opened else "no_connection"
        self.take_down({"event": "ended", "status": status, "trouble": trouble, "says": "The carrier ended."})


class _Carrier:
    """One carrier process; `job` is the parcel in its hands."""

    def __init__(self, jobs: CloudJobs) -> None:
        self.job: _Job | None = None
        self.leaves = False
        """Whether it takes no other job after this one."""
        self._jobs = jobs
        self._idle: threading.Timer | None = None
        self._ended = False
        self._lock = threading.Lock()
        # Its standard error could quote a request, so it goes nowhere.
        self._process = subprocess.Popen(
            python_command(_MODULE), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._stdin, self._stdout = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        threading.Thread(target=self._listen, name=f"carrier-{self._process.pid}", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def give(self, job: _Job, order: Mapping[str, Any], body: bytes) -> bool:
        """Hand it a parcel; False when it has just ended, and then nothing of the parcel went anywhere."""
        with self._lock:
            if self._ended:
                return False
            self.job, job.carrier = job, self
        if self._idle is not None:
            self._idle.cancel()
        self.leaves = bool(order["key_name"])
        with suppress(OSError):  # it is gone: the listener says so
            write_frame(self._stdin, Frame({"verb": "send", **order}, body))
        return True

    def wait_for_work(self) -> None:
        self.job = None
        self._idle = threading.Timer(IDLE_S, self._end_if_idle)
        self._idle.daemon = True
        self._idle.start()

    def _end_if_idle(self) -> None:
        with self._lock:
            self._ended |= self.job is None
        if self._ended:
            self.kill()

    def stop(self) -> None:
        """Ask it to hang up and end; it closes its socket by ending."""
        self.leaves = True
        with suppress(OSError, ValueError):
            write_frame(self._stdin, Frame({"verb": "stop"}))
        timer = threading.Timer(STOP_LIMIT_S, self.kill)
        timer.daemon = True
        timer.start()

    def kill(self) -> None:
        self._process.kill()

    def _listen(self) -> None:
        with suppress(FrameError, OSError, ValueError):
            while (frame := read_frame(self._stdout)) is not None:
                job = self.job
                if job is None:
                    continue
                if frame.header.get("event") == "ended":
                    self._jobs.free(self)
                job.take_down(frame.header)
        self._process.kill()
        self._process.wait()
        self._jobs.gone(self)
        with self._lock:
            self._ended = True
        if self.job is not None:
            self.job.lost()


class CloudJobs:
    """Every parcel under way and every carrier there is; safe from any thread."""

    def __init__(self) -> None:
        self._jobs: dict[int, _Job] = {}
        self._numbers = itertools.count(1)
        self._idle: list[_Carrier] = []
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Have a carrier ready. It opens nothing before it is given a parcel. Raises OSError."""
        with self._lock:
            ready = any(carrier.alive for carrier in self._idle)
        if not ready:
            self.free(_Carrier(self))

    def start(self, order: Mapping[str, Any], body: bytes) -> int:
        """Give a parcel to a carrier; the number to hear of it by. Raises OSError."""
        job, number = _Job(), next(self._numbers)
        self._jobs[number] = job
        while (waiting := self._waiting()) is not None:
            if waiting.give(job, order, body):
                return number
        _Carrier(self).give(job, order, body)
        return number

    def _waiting(self) -> _Carrier | None:
        with self._lock:
            while self._idle:
                last = self._idle.pop()
                if last.alive:
                    return last
        return None

    def hear(self, number: int, wait_s: float) -> list[dict[str, Any]]:
        """What was told since the last call; waits up to `wait_s` for the first word. After the last word the number
        is forgotten. Raises KeyError for an unknown one."""
        job = self._jobs[number]
        with job.news:
            if not job.told:
                job.news.wait(wait_s)
            told, size = 0, 0
            while told < len(job.told) and size < _MOST_HEARD_CHARS:
                size += len(str(job.told[told].get("text", ""))) + 1000
                told += 1
            heard, job.told = job.told[:told], job.told[told:]
            if job.ended and not job.told:
                del self._jobs[number]
        return heard

    def stop(self, number: int) -> None:
        """Hang up; the parcel's last word follows."""
        with self._lock:
            job = self._jobs.get(number)
            if job is not None and job.carrier is not None and job.carrier.job is job:
                job.stopping = True
                job.carrier.stop()

    def stop_all(self) -> None:
        """Hang up everywhere."""
        for number in list(self._jobs):
            self.stop(number)

    def free(self, carrier: _Carrier) -> None:
        """A carrier has done its job."""
        with self._lock:
            keep = len(self._idle) < _MOST_IDLE and not carrier.leaves
            carrier.wait_for_work()
            if keep:
                self._idle.append(carrier)
        if not keep:
            carrier.kill()

    def gone(self, carrier: _Carrier) -> None:
        """A carrier has ended."""
        with self._lock:
            if carrier in self._idle:
                self._idle.remove(carrier)
