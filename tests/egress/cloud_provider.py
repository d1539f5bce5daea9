"""A provider on 127.0.0.1 that speaks TLS and streams chat completions, writes every raw byte down, and fails on order.

with CloudProvider(tmp_path) as there:
    door = Door.start(trust=there.ca)
    there.next(Reply(("Hel", "lo")), Fail(429))      # one behaviour a request; afterwards Reply() again
    … there.provider(), there.requests[0].body, there.connections
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.egress.providers import Kind, Provider

USAGE = {"prompt_tokens": 12, "completion_tokens": 2, "total_tokens": 14}
_WAIT_S = 20.0
_GATE_S = 40.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer in pieces. `pause_s` before each piece; `cut_after` pieces the connection breaks; `raw` lines go
    as they are in place of the pieces; `clean_cut` ends the body in order but before its end."""

    pieces: tuple[str, ...] = ("Hello", " there.")
    usage: Mapping[str, Any] | None = field(default_factory=lambda: dict(USAGE))
    finish: str = "stop"
    pause_s: float = 0.0
    cut_after: int | None = None
    clean_cut: bool = False
    raw: tuple[str, ...] = ()
    content_type: str = "text/event-stream; charset=utf-8"
    gate: threading.Semaphore | None = None
    """Each piece waits until it is let through."""


@dataclass(frozen=True, slots=True)
class Fail:
    """An answer with a status and a body."""

    status: int
    body: str = '{"error": {"message": "No.", "type": "test"}}'
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Silence:
    """The request is read and nothing comes back."""


@dataclass(frozen=True, slots=True)
class Drip:
    """A byte every `pause_s`, for ever."""

    pause_s: float = 0.05


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection is closed as soon as the request was read."""


Behaviour = Reply | Fail | Silence | Drip | HangUp


@dataclass(slots=True)
class Recorded:
    """One request, byte for byte. `gone` is set when the other side closed the connection."""

    raw: bytes
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def body(self) -> bytes:
        """The bytes after the headers."""
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def request_line(self) -> str:
        """Such as "POST /v1/chat/completions HTTP/1.1"."""
        return self.raw.partition(b"\r\n")[0].decode()

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names as they were sent, in their order."""
        lines = self.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        return [(line.partition(":")[0], line.partition(":")[2].strip()) for line in lines]


class CloudProvider:
    """Listens from its making to `close`; leaves no thread."""

    def __init__(self, folder: Path, *, tls: bool = True) -> None:
        self.ca = folder / "provider-ca.pem"
        self.requests: list[Recorded] = []
        self.connections = 0
        """How many were accepted, with or without a request."""
        self.arrived = threading.Condition()
        self._tls = tls
        self._context = _certificates(folder, self.ca) if tls else None
        self._script: deque[Behaviour] = deque()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._accept, name="provider", daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> CloudProvider:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def base_url(self) -> str:
        """What a person would type, with its path."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    def provider(self, *, key: bool = False, kind: Kind = "own", id: str = "loopback") -> Provider:
        """This server as Indoors knows it."""
        return Provider(id, "Loopback", self.base_url, kind, True, "Nothing is kept: this is a test.", key, ("m",))

    def next(self, *behaviours: Behaviour) -> None:
        """What to do with the next requests, one each."""
        self._script.extend(behaviours)

    def wait_for(self, requests: int) -> None:
        """Until that many requests were read whole; an AssertionError when they do not come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.requests) >= requests, _WAIT_S), "no request came"

    def close(self) -> None:
        """Stop listening and hang up everywhere."""
        self._closed.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_WAIT_S)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,), name="provider-one", daemon=True)
                with self._lock:
                    self._open.add(connection)
                self._threads = [one for one in self._threads if one.is_alive()] + [thread]
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        spoken = connection
        with suppress(OSError, ValueError):
            connection.settimeout(_WAIT_S)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context is not None:
                spoken = self._context.wrap_socket(connection, server_side=True)
            recorded = Recorded(_read_request(spoken))
            behaviour = self._script.popleft() if self._script else Reply()
            with self.arrived:
                self.requests.append(recorded)
                self.arrived.notify_all()
            try:
                self._answer(spoken, behaviour)
                _until_closed(spoken)
            finally:
                recorded.gone.set()
        with self._lock:
            self._open.discard(connection)
        with suppress(OSError):
            spoken.close()
        connection.close()

    def _answer(self, connection: socket.socket, behaviour: Behaviour) -> None:
        match behaviour:
            case Reply():
                self._reply(connection, behaviour)
            case Fail(status=status, body=body, content_type=content_type, headers=headers):
                lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {content_type}"]
                lines += [f"{name}: {value}" for name, value in headers] + [f"Content-Length: {len(body.encode())}"]
                connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
            case Silence():
                pass
            case Drip(pause_s=pause_s):
                connection.sendall(_HEAD.format(type="text/event-stream").encode())
                while not self._closed.wait(pause_s):
                    connection.sendall(b"1\r\n:\r\n")
            case HangUp():
                connection.shutdown(socket.SHUT_RDWR)

    def _reply(self, connection: socket.socket, reply: Reply) -> None:
        connection.sendall(_HEAD.format(type=reply.content_type).encode())
        for at, piece in enumerate(reply.raw or reply.pieces):
            if reply.cut_after == at:
                if reply.clean_cut:
                    connection.sendall(b"0\r\n\r\n")
                connection.shutdown(socket.SHUT_RDWR)
                return
            time.sleep(reply.pause_s)
            if reply.gate is not None and not reply.gate.acquire(timeout=_GATE_S):
                raise ValueError("nobody let the piece through")
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
            _event(connection, piece if reply.raw else json.dumps({"id": "c1", "choices": [choice]}))
        if not reply.raw:
            last = {"index": 0, "delta": {}, "finish_reason": reply.finish}
            _event(connection, json.dumps({"id": "c1", "choices": [last]}))
            if reply.usage is not None:
                _event(connection, json.dumps({"id": "c1", "choices": [], "usage": reply.usage}))
            _event(connection, "[DONE]")
        connection.sendall(b"0\r\n\r\n")


_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n"


def _event(connection: socket.socket, data: str) -> None:
    line = f"data: {data}\n\n".encode()
    connection.sendall(f"{len(line):x}\r\n".encode() + line + b"\r\n")


def _read_request(connection: socket.socket) -> bytes:
    raw = b""
    while b"\r\n\r\n" not in raw:
        raw += _more(connection)
    head, _, body = raw.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(lengths[0]):
        piece = _more(connection)
        raw, body = raw + piece, body + piece
    return raw


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(1 << 16)
    if not piece:
        raise ValueError("cut")
    return piece


def _until_closed(connection: socket.socket) -> None:
    with suppress(OSError):
        while connection.recv(1 << 12):
            pass


def _certificates(folder: Path, ca: Path) -> ssl.SSLContext:
    """A certificate of 127.0.0.1 and localhost, signed by an authority of its own in `ca`."""
    now = datetime.datetime.now(datetime.UTC)
    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Indoors tests")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")])

    def made(name: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType, *, of_ca: bool) -> bytes:
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).add_extension(extension, critical=of_ca)
        builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
        builder = builder.not_valid_after(now + datetime.timedelta(days=1))
        return builder.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    ca.write_bytes(made(issuer, authority, x509.BasicConstraints(ca=True, path_length=0), of_ca=True))
    private = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = folder / "provider.pem"
    chain.write_bytes(private + made(subject, own, names, of_ca=False))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context
