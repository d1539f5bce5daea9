"""Carries one exact body to one provider and tells what comes back; reads the key itself, and forgets it afterwards."""

from __future__ import annotations

import hashlib
import os
import queue
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import certifi
import httpcore2
import httpx2
import openai
from openai._types import Omit

from app.egress.carried import CloudTrouble, Status
from app.egress.keys import KeyringMissing, take_key
from app.egress.providers import USER_AGENT, is_private
from app.egress.streamed import plain, provider_words, texts, whole
from models.frames import Frame, FrameError, read_frame, write_frame

PATH = "/chat/completions"
MOST_BYTES_IN = 32 * 1024 * 1024
_MOST_SAID = 500
_MEMORY_BYTES = 2 * 1024**3
_STAINLESS = ("Lang", "Package-Version", "OS", "Arch", "Runtime", "Runtime-Version", "Async")
_STAINLESS_EACH = ("X-Stainless-Retry-Count", "X-Stainless-Read-Timeout")

Tell = Callable[[Mapping[str, Any]], None]


class NotPermitted(Exception):
    """The transport was handed something else than the permit says. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Job:
    """One parcel as the courier hands it over, after it checked the permit."""

    base_url: str
    body: bytes = field(repr=False)
    sha256: str
    key_name: str
    """Of the keyring; empty for a server that asks for no key."""
    connect_s: float = 10.0
    silence_s: float = 180.0
    """The longest wait for the next byte: some models think for minutes before the first."""
    total_s: float = 900.0
    trust: str = ""
    """A file of certificates to trust instead of the system's; given in tests alone."""


class _Stream(httpcore2.NetworkStream):
    """A connection that counts, tells of itself before its first byte, and ends when the time or the limit is over."""

    def __init__(self, stream: httpcore2.NetworkStream, wire: Wire) -> None:
        self._stream = stream
        self._wire = wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._wire.left_s(timeout))
        self._wire.bytes_in += len(data)
        if self._wire.bytes_in > MOST_BYTES_IN:
            raise httpcore2.ReadError("the answer does not end")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        first = not self._wire.bytes_out
        self._wire.bytes_out += len(buffer)
        if first:
            self._wire.tell_opened(self._stream.get_extra_info("server_addr"))
        self._stream.write(buffer, self._wire.left_s(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._wire)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Wire(httpcore2.NetworkBackend):
    """Opens the one connection of a job. `bytes_out` of 0 means that nothing of the parcel can have left."""

    def __init__(self, job: Job, tell: Tell) -> None:
        self.bytes_out = self.bytes_in = 0
        self._job = job
        self._tell = tell
        self._ends_at = time.monotonic() + job.total_s
        self._opened = 0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        self._opened += 1
        if self._opened > 1:
            raise NotPermitted("A parcel has one connection.")
        stream = httpcore2.SyncBackend().connect_tcp(host, port, timeout, local_address, socket_options)
        if urlsplit(self._job.base_url).scheme == "http" and not is_private(stream.get_extra_info("server_addr")[0]):
            stream.close()
            raise NotPermitted("This name leads out of your own network, where only https is used.")
        return _Stream(stream, self)

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.NetworkStream:
        raise NotPermitted("A parcel goes over the network.")

    def tell_opened(self, address: Any) -> None:
        """To be called before the first byte."""
        self._tell({"event": "opened", "at": time.time(), "address": f"{address[0]}:{address[1]}"})

    def left_s(self, timeout: float | None) -> float:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the whole answer took too long")
        return left if timeout is None else min(left, timeout)


class Transport(httpx2.HTTPTransport):
    """The last place before the connection: compares what it is handed with the permit, byte for byte."""

    def __init__(self, job: Job, wire: Wire, headers: Mapping[str, str]) -> None:
        super().__init__(verify=_context(job.trust), trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_context(job.trust),
            max_connections=1,
            max_keepalive_connections=0,
            retries=0,
            network_backend=wire,
        )
        self._job = job
        self._headers = dict(headers)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        job = self._job
        if request.method != "POST" or str(request.url) != job.base_url + PATH:
            raise NotPermitted("Another address than the permitted one.")
        if hashlib.sha256(request.read()).hexdigest() != job.sha256:
            raise NotPermitted("The bytes are not the ones that were shown.")
        if {name.lower(): value for name, value in request.headers.items()} != self._headers:
            raise NotPermitted("Other headers than the ones that were shown.")
        return super().handle_request(request)


_contexts: dict[str, ssl.SSLContext] = {}


def _context(trust: str) -> ssl.SSLContext:
    """Checks certificates, always; made once, for reading the system's takes a while."""
    if trust not in _contexts:
        made = ssl.create_default_context(cafile=trust or None)
        paths = ssl.get_default_verify_paths()
        if not trust and not made.get_ca_certs() and not paths.capath:
            made.load_verify_locations(certifi.where())
        _contexts[trust] = made
    return _contexts[trust]


def carry(job: Job, wire: Wire, tell: Tell) -> None:
    """Send the parcel once and tell opened, delta…, usage, and always one ended. Raises nothing for the world."""
    key = ""
    try:
        key = _key(job)
        finish = _answer(job, wire, key, tell)
    except Trouble as trouble:
        status: Status = "failed_after" if wire.bytes_out else "failed_before"
        says = trouble.says.replace(key, "(your key)") if key else trouble.says
        ended: dict[str, Any] = {"status": status, "trouble": trouble.kind.value, "says": says[:_MOST_SAID]}
        ended["http_status"] = trouble.http_status
    else:
        ended = {"status": "done", "http_status": 200, "finish": finish}
    tell({"event": "ended", **ended, "bytes_out": wire.bytes_out, "bytes_in": wire.bytes_in})


class Trouble(Exception):
    """Why there is no whole answer."""

    def __init__(self, kind: CloudTrouble, says: str = "", http_status: int | None = None) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.says = says
        self.http_status = http_status


def _key(job: Job) -> str:
    if not job.key_name:
        return ""
    try:
        key = take_key(job.key_name)
    except KeyringMissing as error:
        raise Trouble(CloudTrouble.NO_KEYRING, str(error)) from error
    if not key:
        raise Trouble(CloudTrouble.NO_KEY)
    return key


def headers_sent(job: Job, key: str) -> dict[str, str]:
    """Every header, by lower-case name, as Provider.headers_shown lists them."""
    sent = {
        "host": urlsplit(job.base_url).netloc,
        "accept": "text/event-stream",
        "accept-encoding": "identity",
        "connection": "close",
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "content-length": str(len(job.body)),
    }
    return sent | ({"authorization": f"Bearer {key}"} if key else {})


def _answer(job: Job, wire: Wire, key: str, tell: Tell) -> str:
    """Post the body and tell what streams back; why the model ended. Raises Trouble."""
    headers = headers_sent(job, key)
    given = {name: value for name, value in headers.items() if name not in ("host", "content-length", "authorization")}
    omitted = {**{f"X-Stainless-{name}": Omit() for name in _STAINLESS}, **{name: Omit() for name in _STAINLESS_EACH}}
    each: dict[str, Any] = {**given, **omitted, **({} if key else {"Authorization": Omit()})}
    timeout = httpx2.Timeout(job.silence_s, connect=job.connect_s)
    with httpx2.Client(transport=Transport(job, wire, headers), trust_env=False, follow_redirects=False) as http:
        client = openai.OpenAI(
            api_key=key or "none", base_url=job.base_url, max_retries=0, timeout=timeout, http_client=http
        )
        try:
            stream = client.post(
                PATH,
                content=job.body,
                cast_to=object,
                stream=True,
                stream_cls=openai.Stream[object],
                options={"headers": each},
            )
            return _told(stream, tell)
        except NotPermitted as error:
            raise Trouble(CloudTrouble.PERMIT, str(error)) from error
        except openai.APIStatusError as error:
            raise _refused(error) from error
        except (openai.APITimeoutError, httpx2.TimeoutException) as error:
            raise Trouble(CloudTrouble.TIMEOUT) from error
        except (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError) as error:
            kind = CloudTrouble.CUT if wire.bytes_out else CloudTrouble.NO_CONNECTION
            raise Trouble(kind, _certificate(error)) from error
        except openai.APIError as error:
            raise Trouble(CloudTrouble.PROVIDER, whole(error.message), 200) from error
        except (ValueError, RecursionError) as error:  # a piece that is no JSON
            raise Trouble(CloudTrouble.CUT, http_status=200) from error


def _told(stream: openai.Stream[object], tell: Tell) -> str:
    said = stream.response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said != "text/event-stream":
        raise Trouble(CloudTrouble.NOT_A_STREAM, provider_words(stream.response.read()), stream.response.status_code)
    finish, usage = "", None
    for chunk in stream:
        if not isinstance(chunk, dict):
            continue
        usage = chunk["usage"] if isinstance(chunk.get("usage"), dict) else usage
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict):
                finish = whole(str(choice.get("finish_reason") or finish))[:40]
                for text in texts(choice.get("delta")):
                    tell({"event": "delta", "text": text})
    if not finish:
        raise Trouble(CloudTrouble.CUT, http_status=200)
    if (said_usage := plain(usage)) is not None:
        tell({"event": "usage", "said": said_usage})
    return finish


def _refused(error: openai.APIStatusError) -> Trouble:
    status = error.status_code
    kind = CloudTrouble.REFUSED
    if status < 400:
        kind = CloudTrouble.REDIRECT
    elif status in (401, 403):
        kind = CloudTrouble.KEY_REFUSED
    elif status in (402, 429):
        kind = CloudTrouble.QUOTA
    elif status == 408:
        kind = CloudTrouble.TIMEOUT
    elif status >= 500:
        kind = CloudTrouble.PROVIDER
    return Trouble(kind, provider_words(error.response.content), status)


def _certificate(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The server's certificate is not trusted: {cause.verify_message}."
        cause = cause.__cause__ or cause.__context__
    return ""


class _Desk:
    """Orders from the courier on standard input, events to it on standard output."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._wire: Wire | None = None
        self._busy = False
        self._opened = False

    def tell(self, said: Mapping[str, Any]) -> None:
        """One event to the courier."""
        with self._lock:
            self._opened |= said["event"] == "opened"
            self._busy &= said["event"] != "ended"
            write_frame(self._outgoing, Frame(dict(said)))

    def listen(self) -> None:
        """Take orders until the courier is gone. A stop ends the process, and with it the connection."""
        try:
            while (frame := read_frame(self._incoming)) is not None and frame.header.get("verb") == "send":
                self._busy, self._opened = True, False
                self._jobs.put(_job(frame))
            if frame is not None:
                self._hang_up()
        except (FrameError, KeyError, OSError):
            pass
        os._exit(0)

    def _hang_up(self) -> None:
        # Kept until the end: whoever is about to send the first byte has to tell that first, and waits for ever.
        self._lock.acquire()
        sent = self._wire if self._opened else None
        counts = {"bytes_out": sent.bytes_out, "bytes_in": sent.bytes_in} if sent else {}
        if self._busy:
            write_frame(self._outgoing, Frame({"event": "ended", "status": "stopped", **counts}))

    def work(self) -> None:
        """Carry one parcel after the other."""
        while True:
            job = self._jobs.get()
            self._wire = Wire(job, self.tell)
            carry(job, self._wire, self.tell)


def _job(frame: Frame) -> Job:
    said = frame.header
    times = {name: float(said[name]) for name in ("connect_s", "silence_s", "total_s") if name in said}
    place = {name: str(said[name]) for name in ("base_url", "sha256", "key_name", "trust")}
    return Job(body=frame.payload, **place, **times)  # type: ignore[arg-type]  # names of Job's own fields


def main() -> None:
    """Carry parcels until the courier closes the pipe."""
    if sys.platform != "win32":
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    desk = _Desk(sys.stdin.buffer, os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # what a library prints is no frame
    threading.Thread(target=desk.listen, name="orders", daemon=True).start()
    desk.work()


if __name__ == "__main__":
    main()
