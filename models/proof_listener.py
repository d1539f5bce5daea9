"""The listener that stands for the outside in `indoors prove`: it notes which tokens arrive and how."""

from __future__ import annotations

import re
import select
import socket
import threading

_TOKEN = re.compile(rb"w(?:\d+x?|courier)-[a-z]+-[0-9a-f]{16}")
_KEPT_BYTES = 4096


class Listener:
    """One TCP and one UDP socket with the same number on 127.0.0.1; the UDP one also answers name questions.

    Open it before sealing: an open socket keeps working, a new one is refused.
    """

    def __init__(self) -> None:
        """Raises OSError when no port could be had."""
        self._tcp, self._udp = _pair()
        self.host = "127.0.0.1"
        self.port: int = self._tcp.getsockname()[1]
        self._arrived: set[str] = set()
        self._changed = threading.Condition()
        self._ending, self._end = socket.socketpair()
        self._thread = threading.Thread(target=self._listen, name="proof-listener", daemon=True)
        self._thread.start()

    def saw(self, token: str, *, wait_s: float = 0.0) -> bool:
        """Whether `token` arrived, waiting up to `wait_s` for it."""
        with self._changed:
            return self._changed.wait_for(lambda: token in self._arrived, timeout=wait_s)

    @property
    def arrived(self) -> frozenset[str]:
        """Every token that arrived so far."""
        with self._changed:
            return frozenset(self._arrived)

    def close(self) -> None:
        """Stop listening; leaves no thread."""
        self._end.send(b"x")
        self._thread.join()
        for each in (self._tcp, self._udp, self._ending, self._end):
            each.close()

    def _listen(self) -> None:
        open_ones: dict[socket.socket, bytes] = {}
        try:
            while True:
                readable, _, _ = select.select([self._tcp, self._udp, self._ending, *open_ones], [], [])
                if self._ending in readable:
                    return
                for each in readable:
                    self._read(each, open_ones)
        finally:
            for each in open_ones:
                each.close()

    def _read(self, each: socket.socket, open_ones: dict[socket.socket, bytes]) -> None:
        if each is self._tcp:
            open_ones[each.accept()[0]] = b""
        elif each is self._udp:
            data, sender = each.recvfrom(_KEPT_BYTES)
            self._note(data)
            if not data.startswith(b"datagram:") and len(data) > 12:
                each.sendto(_no_such_name(data), sender)
        else:
            try:
                data = each.recv(_KEPT_BYTES)
            except OSError:
                data = b""
            open_ones[each] = (open_ones[each] + data)[-_KEPT_BYTES:]
            self._note(open_ones[each])
            if not data or _TOKEN.search(open_ones[each]):
                # Closing at once is the answer; whoever waits for a better one would wait for nothing.
                open_ones.pop(each)
                each.close()

    def _note(self, data: bytes) -> None:
        with self._changed:
            self._arrived.update(found.decode() for found in _TOKEN.findall(data))
            self._changed.notify_all()


def numeric(host: str) -> str:
    """The IPv4 address of a listener somebody else started. Raises OSError."""
    return socket.gethostbyname(host)


def _pair() -> tuple[socket.socket, socket.socket]:
    last = OSError("no free port")
    for _ in range(20):
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            tcp.bind(("127.0.0.1", 0))
            udp.bind(tcp.getsockname())
        except OSError as error:
            last = error
            tcp.close()
            udp.close()
            continue
        tcp.listen(64)
        return tcp, udp
    raise last


def _no_such_name(question: bytes) -> bytes:
    """The answer "there is no such name" to a question (RFC 1035, section 4.1.1): its id, flags, one question."""
    return question[:2] + b"\x81\x83" + question[4:6] + bytes(6) + question[12:]
