"""The one process that keeps its network: a loop over a pipe that starts a short-lived carrier for each job.

Standard library only, and nothing risky here: a carrier's crash costs its job, the courier's would cost the door.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from typing import Any

from models.child import python_command
from models.frames import Frame, FrameError, read_frame, write_frame
from models.worker import Handler, Request, serve

CARRIER_LIMIT_S = 15.0
_CARRIERS: Mapping[str, str] = {
    "open": "app.egress.carrier_open",
    "probe": "app.egress.carrier_relay",
}
_PR_SET_DUMPABLE = 4
_LINE_VARIABLE = "INDOORS_RELAY_LINE"
_MOST_TOLD = 50
_ORDER_BYTES = 4096
_relays: list[dict[str, Any]] = []
"""What each relay has carried, oldest first."""


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


def hear_orders(line: socket.socket) -> None:
    """Start a carrier for each descriptor that comes down the line, until the main process hangs up."""
    with suppress(OSError, ValueError):
        while True:
            order, descriptors, _, _ = socket.recv_fds(line, _ORDER_BYTES, 1)
            if not order:
                return
            _start_relay(json.loads(order), descriptors[0])


def _start_relay(order: Mapping[str, Any], descriptor: int) -> None:
    host, port, kind = str(order["host"]), str(int(order["port"])), "tls" if order["tls"] else "plain"
    told: dict[str, Any] = {"host": host, "port": int(port), "tls": kind == "tls"}
    told |= {"sent": 0, "received": 0, "open": True, "why": ""}
    _relays.append(told)
    del _relays[:-_MOST_TOLD]
    try:
        carrier = subprocess.Popen(
            python_command("app.egress.carrier_relay", str(descriptor), host, port, kind),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(descriptor,),
        )
    except OSError as error:
        told |= {"open": False, "why": type(error).__name__}
        return
    finally:
        os.close(descriptor)
    threading.Thread(target=_listen, args=(carrier, told), name=f"relay-{carrier.pid}", daemon=True).start()


def _listen(carrier: subprocess.Popen[bytes], told: dict[str, Any]) -> None:
    """Take down what a carrier counts; its input stays open as long as this process lives."""
    with carrier:
        assert carrier.stdout is not None
        for line in carrier.stdout:
            with suppress(ValueError):
                told |= json.loads(line)
    if told["open"]:
        told |= {"open": False, "why": "the carrier ended"}


def connections(_: Request) -> Iterator[Frame]:
    """{} → {connections: [{host, port, tls, sent, received, open, why}, …]}."""
    yield Frame({"connections": [dict(told) for told in _relays]})


def _handlers() -> Mapping[str, Handler]:
    return {**dict.fromkeys(_CARRIERS, carry), "connections": connections}


def main() -> None:
    """Serve until the main process closes the pipe."""
    if sys.platform == "linux":
        # A sealed process of the same user must not reach into this one and use its network.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    line = os.environ.get(_LINE_VARIABLE, "")
    if line:
        descriptor = socket.socket(fileno=int(line))
        descriptor.set_inheritable(False)
        threading.Thread(target=hear_orders, args=(descriptor,), name="relays", daemon=True).start()
    serve(_handlers, name="courier", sealed=False)


if __name__ == "__main__":
    main()
