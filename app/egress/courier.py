"""The one process that keeps its network: a loop over a pipe that starts a short-lived carrier for each job.

Standard library only, and nothing risky here: a carrier's crash costs its job, the courier's would cost the door.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO

from models.child import python_command
from models.frames import Frame, FrameError, read_frame, write_frame
from models.worker import Handler, Request, serve

CARRIER_LIMIT_S = 15.0
_CARRIERS: Mapping[str, str] = {
    "open": "app.egress.carrier_open",
    "probe": "app.egress.carrier_relay",
}
_PR_SET_DUMPABLE = 4


def carry(request: Request) -> Iterator[Frame]:
    """Give the job to its carrier and pass its one answer on: {"ok": bool, "why": str, …}."""
    job = BytesIO()
    write_frame(job, Frame({"verb": request.verb, **request.header}, request.payload))
    try:
        done = subprocess.run(
            python_command(_CARRIERS[request.verb]),
            input=job.getvalue(),
            capture_output=True,
            timeout=CARRIER_LIMIT_S,
            check=False,
        )
        answer = read_frame(BytesIO(done.stdout))
    except (OSError, FrameError, subprocess.TimeoutExpired) as error:
        answer = Frame({"ok": False, "why": type(error).__name__})
    yield answer or Frame({"ok": False, "why": "the carrier ended without an answer"})


def _handlers() -> Mapping[str, Handler]:
    return dict.fromkeys(_CARRIERS, carry)


def main() -> None:
    """Serve until the main process closes the pipe."""
    if sys.platform == "linux":
        # A sealed process of the same user must not reach into this one and use its network.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    serve(_handlers, name="courier", sealed=False)


if __name__ == "__main__":
    main()
