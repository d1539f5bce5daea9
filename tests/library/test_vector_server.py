"""A real Chroma server on this computer, reached by a sealed process through the courier's relay, and gone again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.egress.door import Door
from app.egress.relay_line import Address, Connection, address_of
from app.errors import AppError, UsageError
from app.library.vectors import Server, Vectors, VectorState
from app.store.db import Store
from app.store.documents import Cut, Documents, NewDocument
from app.store.embeddings import Embeddings
from app.values import DocumentKind, Section

pytestmark = [pytest.mark.loopback, pytest.mark.skipif(sys.platform != "linux", reason="the seal is Linux's")]

WIDTH = 64
SECRET = "Sapphire lighthouse"


class Running:
    """`chroma run` on a free port; it can be ended and started again with what it holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = int(free.getsockname()[1])
        self.start()

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        if not program.exists():
            pytest.skip("chroma's command is not installed")
        self._process = subprocess.Popen(
            [program, "run", "--path", self._folder, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.parent,
            env={**os.environ, "CHROMA_OPEN_TELEMETRY__ENDPOINT": ""},
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port), 1)):
                return
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "server").mkdir()
    server = Running(tmp_path / "server")
    yield server
    server.end()


@pytest.fixture
def door() -> Iterator[Door]:
    with closing(Door.start()) as door:
        yield door


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "indoors.sqlite3")) as store:
        yield store


def made(count: int, *, seed: int) -> NDArray[np.float16]:
    rows = np.random.default_rng(seed).normal(size=(count, WIDTH))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def keep(store: Store, name: str, vectors: Sequence[NDArray[np.float16]]) -> list[int]:
    lines = [f"{SECRET} {number}\n" for number in range(len(vectors))]
    cuts, at = [], 0
    for line in lines:
        cuts.append(Cut(0, at, at + len(line), ""))
        at += len(line)
    new = NewDocument(Path(f"/{name}.txt"), DocumentKind.TEXT, name, "", at, 1, name)
    document = Documents(store).keep(new, [Section("lines", 1, "".join(lines))], cuts)
    ids = [passage.id for passage in Documents(store).passages_of(document.id)]
    rows = [(number, vector.tobytes()) for number, vector in zip(ids, vectors, strict=True)]
    Embeddings(store, "e", width=WIDTH).keep(rows)
    return ids


def found(vectors: Vectors, store: Store, query: NDArray[np.float16], documents: list[int] | None = None) -> object:
    hits, name = vectors.search(query.tobytes(), limit=5, generation=store.generation(), documents=documents)
    return [passage for passage, _ in hits], name


def told(door: Door, least_bytes: int) -> tuple[Connection, ...]:
    """What the relays carried, once they told of so much: they tell twice a second."""
    ends = time.monotonic() + 10
    while door.connections()[0].sent_bytes <= least_bytes and time.monotonic() < ends:
        time.sleep(0.05)
    return door.connections()


def test_the_server_answers_follows_goes_and_comes_back(
    running: Running, door: Door, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, query = made(700, seed=1), made(1, seed=2)[0]
    ids = keep(store, "SecretName", list(rows))
    nearest = [ids[row] for row in np.argsort(-(rows.astype(np.float32) @ query.astype(np.float32)))[:5]]
    address = Address("127.0.0.1", running.port, tls=False)
    vectors = Vectors(tmp_path / "v", server=Server(str(address), "0123abcd", lambda: door.relay(address)))
    vectors.use(Embeddings(store, "e", width=WIDTH))
    with closing(vectors):
        vectors.follow(store.generation())
        assert vectors.settle(60) is VectorState.READY, vectors.trouble
        assert found(vectors, store, query) == (nearest, "meaning:server")
        (new,) = keep(store, "b", [query])
        document = Documents(store).document(Path("/b.txt"))
        assert document is not None
        assert found(vectors, store, query) == ([new, *nearest[:4]], "meaning:server")
        assert found(vectors, store, query, [document.id]) == ([new], "meaning:server")
        Documents(store).drop([document.id])
        assert found(vectors, store, query) == (nearest, "meaning:server")

        wire = sum(len(vector.tobytes()) for vector in rows)
        (connection,) = told(door, wire)
        assert connection.address == f"http://127.0.0.1:{running.port}" and connection.open
        assert connection.sent_bytes > wire and connection.received_bytes > 1000

        running.end()
        assert found(vectors, store, query) == (nearest, "meaning:exact"), "this computer searches by itself"
        assert vectors.state is VectorState.OFF
        assert str(running.port) in vectors.trouble and "cannot be reached" in vectors.trouble
        running.start()
        monkeypatch.setattr(vectors, "_rest_until", 0.0)
        assert found(vectors, store, query) == (nearest, "meaning:server"), "it kept what it held"
        assert vectors.state is VectorState.READY
    kept = b"".join(path.read_bytes() for path in (tmp_path / "server").rglob("*") if path.is_file())
    assert kept and b"0123abcd" in kept, "the collection is there"
    for private in (SECRET, "SecretName", "/b.txt"):
        assert private.encode() not in kept, "neither text nor names are on the server"


def test_a_server_that_is_not_there_costs_nothing(door: Door, store: Store, tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = int(free.getsockname()[1])
    ids = keep(store, "a", list(made(50, seed=3)))
    address = Address("127.0.0.1", port, tls=False)
    vectors = Vectors(tmp_path / "v", server=Server(str(address), "0123abcd", lambda: door.relay(address)))
    vectors.use(Embeddings(store, "e", width=WIDTH))
    with closing(vectors):
        hits, name = vectors.search(made(1, seed=4)[0].tobytes(), limit=60, generation=store.generation())
        assert (name, sorted(passage for passage, _ in hits)) == ("meaning:exact", ids)
        assert vectors.state is VectorState.OFF and "cannot be reached" in vectors.trouble
    assert door.connections()[0].sent_bytes == 0


def test_without_the_courier_it_says_so(store: Store, tmp_path: Path) -> None:
    ids = keep(store, "a", list(made(10, seed=3)))
    address = Address("127.0.0.1", 9, tls=False)
    shut = Door.shut()
    with pytest.raises(AppError):
        shut.relay(address)
    vectors = Vectors(tmp_path / "v", server=Server(str(address), "0123abcd", lambda: shut.relay(address)))
    vectors.use(Embeddings(store, "e", width=WIDTH))
    with closing(vectors):
        hits, name = vectors.search(made(1, seed=4)[0].tobytes(), limit=60, generation=store.generation())
        assert (name, sorted(passage for passage, _ in hits)) == ("meaning:exact", ids)
        assert "offline" in vectors.trouble


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("vectors.example", Address("vectors.example", 8000, tls=False)),
        ("10.0.0.5:9000", Address("10.0.0.5", 9000, tls=False)),
        ("https://vectors.example", Address("vectors.example", 443, tls=True)),
        ("http://[::1]:81", Address("::1", 81, tls=False)),
    ],
)
def test_addresses_a_person_writes(text: str, address: Address) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize("text", ["", "ftp://a", "http://a/b", "a:b", "a:70000", "http://u@a", "https://"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        address_of(text)
