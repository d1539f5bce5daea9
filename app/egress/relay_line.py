"""Main side of the relay: hands the courier one end of a pair of sockets and keeps the other for a sealed child.

The child gets a descriptor that is already open and cannot open another: it never learns to whom it leads.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from dataclasses import dataclass

from app.errors import AppError, UsageError

LINE_VARIABLE = "INDOORS_RELAY_LINE"
"""Names the descriptor on which the courier hears of relays."""
_DEFAULT_PORT = 8000


@dataclass(frozen=True, slots=True)
class Address:
    """One server."""

    host: str
    port: int
    tls: bool

    def __str__(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Connection:
    """What one relay has carried so far."""

    address: str
    sent_bytes: int
    received_bytes: int
    open: bool
    why: str
    """Why it ended, when that was not in order."""
    at: float = 0.0
    """When it was asked for, seconds since 1970."""


def address_of(text: str) -> Address:
    """`host`, `host:port` or a URL without a path. Raises UsageError."""
    scheme, _, rest = text.strip().rpartition("://")
    if scheme not in ("", "http", "https") or not rest or any(mark in rest for mark in "/?#@ "):
        raise UsageError(f"“{text}” is no address of a server.", do="Write it as host:8000 or https://host.")
    host, colon, port = rest.rpartition(":")
    if not colon or rest.endswith("]"):
        host, port = rest, ""
    if not host or (colon and port and not (port.isdigit() and 0 < int(port) < 65536)):
        raise UsageError(f"“{text}” is no address of a server.", do="Write it as host:8000 or https://host.")
    usual = 443 if scheme == "https" else _DEFAULT_PORT
    return Address(host.strip("[]"), int(port) if port else usual, scheme == "https")


class RelayLine:
    """The main process's end of the line to the courier; carries descriptors and addresses, nothing else."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._lock = threading.Lock()

    @staticmethod
    def possible() -> bool:
        """Whether this system passes descriptors between processes (not on Windows)."""
        return hasattr(socket, "send_fds")

    def lend(self) -> dict[str, int]:
        """The courier's end, by the name under which it looks for it."""
        return {LINE_VARIABLE: os.dup(self._far.fileno())}

    def relay(self, address: Address) -> int:
        """A descriptor whose other end the courier relays to `address`. Raises AppError when the courier is gone."""
        ours, theirs = socket.socketpair()
        order = json.dumps({"host": address.host, "port": address.port, "tls": address.tls}).encode()
        with self._lock, theirs:
            try:
                socket.send_fds(self._near, [order], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise AppError("The courier is gone.", do="Start Indoors again.") from error
        return ours.detach()

    def close(self) -> None:
        """Give the line up; relays that are open stay."""
        self._near.close()
        self._far.close()
