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
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from typing import Any

from app.egress.cloud_jobs import CloudJobs
from app.egress.permits import SECRET_BYTES, Gatekeeper, PermitRefused, SignedPermit
from app.egress.providers import host_of
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
BLOCKED_VARIABLE = "INDOORS_NETWORK"
"""Set to "blocked" when the network is blocked from the start."""
TRUST_VARIABLE = "INDOORS_TRUST"
"""Names certificates to trust instead of the system's. Only Door.start puts it here, for tests: a person's own
environment is not passed on."""
_NETWORK_BLOCKED = "The network is blocked."


def carry(request: Request) -> Iterator[Frame]:
    """Give the job to its carrier and pass its one answer on: {"ok": bool, "why": str, …}."""
    if _sending.blocked and request.header.get("kind") != "document":
        yield Frame({"ok": False, "why": _NETWORK_BLOCKED, "blocked": True})
        return
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
    told |= {"sent": 0, "received": 0, "open": True, "why": "", "at": time.time()}
    _relays.append(told)
    del _relays[:-_MOST_TOLD]
    if _sending.blocked:
        os.close(descriptor)
        told |= {"open": False, "why": _NETWORK_BLOCKED}
        return
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
    _carriers_of_relays.append(carrier)
    with carrier:
        assert carrier.stdout is not None
        for line in carrier.stdout:
            with suppress(ValueError):
                told |= json.loads(line)
    _carriers_of_relays.remove(carrier)
    if told["open"]:
        told |= {"open": False, "why": _NETWORK_BLOCKED if _sending.blocked else "the carrier ended"}


def connections(_: Request) -> Iterator[Frame]:
    """{} → {connections: [{host, port, tls, sent, received, open, why}, …]}."""
    yield Frame({"connections": [dict(told) for told in _relays]})


class Sending:
    """The verbs of a parcel: agree, prepare, send, hear, cancel; and block, which stops every verb that connects."""

    def __init__(self) -> None:
        self.blocked = os.environ.get(BLOCKED_VARIABLE) == "blocked"
        self._gate: Gatekeeper | None = None
        self._jobs = CloudJobs()
        self._trust = os.environ.get(TRUST_VARIABLE, "")

    def agree(self, request: Request) -> Iterator[Frame]:
        """The secret that permits are signed with, once in a courier's life → {ok}."""
        ok = self._gate is None and len(request.payload) == SECRET_BYTES
        if ok:
            self._gate = Gatekeeper(request.payload)
        yield Frame({"ok": ok})

    def prepare(self, _: Request) -> Iterator[Frame]:
        """{} → {ok}; has a carrier ready, which opens nothing by itself."""
        if not self.blocked:
            self._jobs.prepare()
        yield Frame({"ok": not self.blocked})

    def send(self, request: Request) -> Iterator[Frame]:
        """{permit, base_url, key_name, connect_s, silence_s, total_s} and the body → {job} or {refused, why}."""
        order = {name: value for name, value in request.header.items() if name != "permit"}
        if self.blocked:
            yield Frame({"refused": "blocked", "why": ""})
            return
        try:
            if self._gate is None:
                raise PermitRefused("Nothing was agreed on yet.")
            permit = SignedPermit.from_header(request.header["permit"])
            self._gate.admit(permit, request.payload, host=host_of(str(order["base_url"])))
        except PermitRefused as error:
            yield Frame({"refused": "permit", "why": str(error)})
            return
        order |= {"sha256": permit.values.body_sha256, "trust": self._trust}
        yield Frame({"job": self._jobs.start(order, request.payload)})

    def hear(self, request: Request) -> Iterator[Frame]:
        """{job, wait_s} → {told: what came since the last time}."""
        yield Frame({"told": self._jobs.hear(int(request.header["job"]), float(request.header["wait_s"]))})

    def cancel(self, request: Request) -> Iterator[Frame]:
        """{job} → {ok}; the last word is heard as ever."""
        self._jobs.stop(int(request.header["job"]))
        yield Frame({"ok": True})

    def block(self, request: Request) -> Iterator[Frame]:
        """{on} → {ok}; what is under way is hung up."""
        self.blocked = bool(request.header["on"])
        if self.blocked:
            self._jobs.stop_all()
            for carrier in list(_carriers_of_relays):
                carrier.terminate()
        yield Frame({"ok": True})


_sending = Sending()
_carriers_of_relays: list[subprocess.Popen[bytes]] = []


def _handlers() -> Mapping[str, Handler]:
    parcel = {name: getattr(_sending, name) for name in ("agree", "prepare", "send", "hear", "cancel", "block")}
    return {**dict.fromkeys(_CARRIERS, carry), "connections": connections, **parcel}


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
