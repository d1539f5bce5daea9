"""Carries bytes between a descriptor it was given and one server, and counts them; or sends the probe of the proof."""

from __future__ import annotations

import errno
import json
import os
import selectors
import socket
import ssl
import sys
import time
from collections.abc import Sequence
from typing import Any

from models.frames import Frame, read_frame, write_frame

CONNECT_LIMIT_S = 5.0
_PIECE_BYTES = 1 << 16
_TELL_S = 0.5


def relay(job: dict[str, Any]) -> dict[str, Any]:
    """Open a TCP connection to job["host"], job["port"] and send job["token"]; {"ok", "why"}."""
    try:
        with socket.create_connection((str(job["host"]), int(job["port"])), CONNECT_LIMIT_S) as connection:
            connection.sendall(str(job["token"]).encode())
    except OSError as error:
        return {"ok": False, "why": errno.errorcode.get(error.errno or 0, type(error).__name__)}
    return {"ok": True, "why": ""}


class Relay:
    """One way to one server. A server that hangs up between two answers is called again at the next word; one that
    hangs up while an answer is waited for ends the relay, which the other end sees at once."""

    def __init__(self, inside: socket.socket, host: str, port: int, *, tls: bool) -> None:
        self._inside = inside
        self._address = (host, port)
        self._tls = tls
        self._outside: socket.socket | None = None
        self._waiting = False
        self._look = selectors.DefaultSelector()
        self._told_at = 0.0
        self.sent = self.received = 0

    def run(self) -> str:
        """Relay until either end is done; why it ended, empty when in order."""
        self._look.register(self._inside, selectors.EVENT_READ, self._outwards)
        self._look.register(sys.stdin.buffer, selectors.EVENT_READ, lambda: False)  # the courier is gone
        try:
            while True:
                for key, _ in self._look.select(_TELL_S):
                    if not key.data():
                        return "the server hung up" if self._waiting and self._outside is None else ""
                self._tell()
        except OSError as error:
            return errno.errorcode.get(error.errno or 0, type(error).__name__)
        finally:
            self._inside.close()

    def _outwards(self) -> bool:
        piece = self._inside.recv(_PIECE_BYTES)
        if not piece:
            return False
        if self._outside is None:
            self._outside = self._call()
            self._look.register(self._outside, selectors.EVENT_READ, self._inwards)
        self._outside.sendall(piece)
        self.sent += len(piece)
        self._waiting = True
        return True

    def _inwards(self) -> bool:
        assert self._outside is not None
        piece = self._outside.recv(_PIECE_BYTES)
        while isinstance(self._outside, ssl.SSLSocket) and self._outside.pending():
            piece += self._outside.recv(_PIECE_BYTES)
        if not piece:
            self._look.unregister(self._outside)
            self._outside.close()
            self._outside = None
            return not self._waiting
        self._inside.sendall(piece)
        self.received += len(piece)
        self._waiting = False
        return True

    def _call(self) -> socket.socket:
        connection = socket.create_connection(self._address, CONNECT_LIMIT_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls:
            connection = ssl.create_default_context().wrap_socket(connection, server_hostname=self._address[0])
        connection.settimeout(None)
        return connection

    def _tell(self, *, why: str | None = None) -> None:
        now = time.monotonic()
        if why is None and now - self._told_at < _TELL_S:
            return
        self._told_at = now
        said = {"sent": self.sent, "received": self.received, "open": why is None, "why": why or ""}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()

    def last_word(self, why: str) -> None:
        """Tell the courier the final figures."""
        self._tell(why=why)


def main(arguments: Sequence[str]) -> None:
    """Without arguments one probe from standard input; with `DESCRIPTOR HOST PORT tls|plain` a relay."""
    if arguments:
        descriptor, host, port, kind = arguments
        way = Relay(socket.socket(fileno=int(descriptor)), host, int(port), tls=kind == "tls")
        way.last_word(way.run())
    elif (job := read_frame(sys.stdin.buffer)) is not None:
        write_frame(sys.stdout.buffer, Frame(relay(job.header)))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
