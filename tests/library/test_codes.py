"""Codes find what an exact look finds, follow every change, and are thrown away rather than believed when damaged."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.library import codes as codes_file
from app.library.codes import HEAD, Codes, CodesDamaged
from app.library.vectors import Vectors, VectorState
from app.store.db import Store
from app.store.documents import Cut, Documents, NewDocument
from app.store.embeddings import Embeddings
from app.values import DocumentKind, Section

WIDTH = 128


def made(count: int, *, seed: int = 1) -> NDArray[np.float16]:
    """Unit vectors in clusters, as those of texts are."""
    numbers = np.random.default_rng(seed)
    centres = numbers.normal(size=(60, WIDTH))
    rows = centres[numbers.integers(0, 60, count)] + 0.7 * numbers.normal(size=(count, WIDTH))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def filled(folder: Path, vectors: NDArray[np.float16]) -> Codes:
    codes = Codes.create(folder, "e", WIDTH, change=0)
    codes.append([(row + 1, row // 10, vector.tobytes()) for row, vector in enumerate(vectors)])
    codes.commit(whole=True)
    return codes


def exactly(vectors: NDArray[np.float16], query: NDArray[np.float16], limit: int) -> list[int]:
    scores = vectors.astype(np.float32) @ query.astype(np.float32)
    return [int(row) + 1 for row in np.argsort(-scores, kind="stable")[:limit]]


def test_the_nearest_are_found_through_the_narrow_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes_file, "NEAR", 2000)
    monkeypatch.setattr(codes_file, "EXACT", 400)
    vectors, queries = np.split(made(12_030), [12_000])
    codes = filled(tmp_path / "codes", vectors)
    found = 0
    for query in queries:
        hits = codes.search(query.tobytes(), limit=20)
        scores = [score for _, score in hits]
        assert scores == sorted(scores, reverse=True)
        best = vectors[hits[0][0] - 1].astype(np.float32) @ query.astype(np.float32)
        assert hits[0][1] == pytest.approx(float(best), abs=1e-6), "the cosine is the exact one"
        found += len({passage for passage, _ in hits} & set(exactly(vectors, query, 20)))
    assert found / (20 * len(queries)) >= 0.97
    codes.close()


def test_a_filter_leaves_only_its_documents_and_all_of_them(tmp_path: Path) -> None:
    vectors, query = made(3000), made(1, seed=3)[0]
    codes = filled(tmp_path / "codes", vectors)
    hits = codes.search(query.tobytes(), limit=25, documents=[7, 250])
    assert {(passage - 1) // 10 for passage, _ in hits} == {7, 250} and len(hits) == 20
    assert codes.search(query.tobytes(), limit=25, documents=[]) == []
    codes.close()


def test_what_was_committed_is_there_after_a_kill_and_nothing_else(tmp_path: Path) -> None:
    vectors, query = made(500), made(1, seed=4)[0]
    codes = filled(tmp_path / "codes", vectors)
    codes.remove([1, 2, 3])
    codes.append([(9001, 1, vectors[0].tobytes())])
    codes.close()  # without a commit, as a kill would
    again = Codes.open(tmp_path / "codes", "e", WIDTH, write=True)
    assert again.count in (497, 500), "marks of removal may or may not have reached the disk; following repeats them"
    assert 9001 not in {passage for passage, _ in again.search(query.tobytes(), limit=600)}
    again.remove([1, 2, 3])
    again.append([(9001, 1, vectors[0].tobytes())])
    again.commit(change=4)
    again.close()
    last = Codes.open(tmp_path / "codes", "e", WIDTH, write=False)
    found = {passage for passage, _ in last.search(query.tobytes(), limit=600)}
    assert (last.count, last.head.change) == (498, 4) and found == {9001, *range(4, 501)}
    last.close()


@pytest.mark.parametrize("damage", ["signs", "short", "head", "other"])
def test_damage_is_seen_at_opening(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "codes"
    filled(folder, made(300)).close()
    match damage:
        case "signs":
            with (folder / "signs.bits").open("r+b") as file:
                file.seek(1000)
                file.write(bytes([file.read(1)[0] ^ 1]))
        case "short":
            os.truncate(folder / "vectors.f16", 5000)
        case "head":
            (folder / HEAD).write_text('{"rows": 3}')
    with pytest.raises(CodesDamaged):
        Codes.open(folder, "other" if damage == "other" else "e", WIDTH, write=True)


# ---------------------------------------------------------------- the whole way, with its process


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "indoors.sqlite3")
    yield store
    store.close()


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[list[Vectors]]:
    opened: list[Vectors] = []
    yield opened
    for vectors in opened:
        vectors.close(patience_s=20)


def keep(store: Store, embeddings: Embeddings, name: str, vectors: Sequence[NDArray[np.float16]]) -> list[int]:
    """A document of one-line passages with these vectors; the passages' numbers."""
    lines = [f"{name} {number}\n" for number in range(len(vectors))]
    cuts, at = [], 0
    for line in lines:
        cuts.append(Cut(0, at, at + len(line), ""))
        at += len(line)
    new = NewDocument(Path(f"/{name}.txt"), DocumentKind.TEXT, name, "", at, 1, name)
    document = Documents(store).keep(new, [Section("lines", 1, "".join(lines))], cuts)
    ids = [passage.id for passage in Documents(store).passages_of(document.id)]
    embeddings.keep([(number, vector.tobytes()) for number, vector in zip(ids, vectors, strict=True)])
    return ids


def opened(desk: list[Vectors], store: Store, folder: Path) -> Vectors:
    vectors = Vectors(folder, codes_from=100)
    vectors.use(Embeddings(store, "e", width=WIDTH))
    desk.append(vectors)
    return vectors


def found(vectors: Vectors, store: Store, query: NDArray[np.float16], **more: object) -> tuple[list[int], str]:
    hits, name = vectors.search(query.tobytes(), limit=10, generation=store.generation(), **more)  # type: ignore[arg-type]  # as given
    return [passage for passage, _ in hits], name


def test_above_the_bound_the_codes_answer_and_follow_every_change(
    store: Store, desk: list[Vectors], tmp_path: Path
) -> None:
    embeddings, rows, query = Embeddings(store, "e", width=WIDTH), made(400), made(1, seed=5)[0]
    ids = keep(store, embeddings, "a", list(rows))
    vectors = opened(desk, store, tmp_path / "vectors")
    assert found(vectors, store, query)[1] == "meaning:exact", "while they are being filled"
    vectors.follow(store.generation())
    assert vectors.settle(60) is VectorState.READY
    nearest, name = found(vectors, store, query)
    assert name == "meaning:codes" and nearest == [ids[row - 1] for row in exactly(rows, query, 10)]
    (new,) = keep(store, embeddings, "b", [query])
    assert found(vectors, store, query)[0] == [new, *nearest[:9]], "a file just kept is found at once"
    document = Documents(store).document(Path("/b.txt"))
    assert document is not None
    assert found(vectors, store, query, documents=[document.id]) == ([new], "meaning:codes")
    Documents(store).drop([document.id])
    assert found(vectors, store, query)[0] == nearest
    embeddings.keep([(ids[0], query.tobytes())])
    assert found(vectors, store, query)[0][0] == ids[0], "a changed vector takes the place of the old one"


def test_a_restart_opens_what_is_there_and_damage_is_filled_again(
    store: Store, desk: list[Vectors], tmp_path: Path
) -> None:
    embeddings, query = Embeddings(store, "e", width=WIDTH), made(1, seed=6)[0]
    keep(store, embeddings, "a", list(made(300)))
    first = opened(desk, store, tmp_path / "vectors")
    first.follow(store.generation())
    first.settle(60)
    expected = found(first, store, query)
    first.close(patience_s=20)
    (head,) = (tmp_path / "vectors").glob("codes-*/head.json")
    keep(store, embeddings, "while closed", list(made(20, seed=9)))
    second = opened(desk, store, tmp_path / "vectors")
    assert found(second, store, query)[1] == "meaning:codes", "opened, not filled again"
    assert second.trouble == ""
    second.close(patience_s=20)
    said = json.loads(head.read_text())
    head.write_text(json.dumps({**said, "crc": 1}))
    third = opened(desk, store, tmp_path / "vectors")
    assert found(third, store, query)[1] == "meaning:exact"
    assert third.settle(60) is VectorState.READY and "made again" in third.trouble
    assert found(third, store, query)[1] == "meaning:codes" == expected[1]
    assert not head.exists(), "the damaged files are gone"


def test_killed_while_it_follows_it_agrees_with_the_database_afterwards(
    store: Store, desk: list[Vectors], tmp_path: Path
) -> None:
    embeddings, chance, query = Embeddings(store, "e", width=WIDTH), random.Random(3), made(1, seed=7)[0]
    keep(store, embeddings, "base", list(made(200)))
    for number in range(4):
        vectors = opened(desk, store, tmp_path / "vectors")
        vectors.follow(store.generation())
        keep(store, embeddings, f"d{number}", list(made(150, seed=20 + number)))
        Documents(store).drop(document.id for document in Documents(store).documents()[1:2] if number)
        vectors.follow(store.generation())
        time.sleep(chance.uniform(0.0, 0.6))
        for pid in vectors.process_ids():
            os.kill(pid, signal.SIGKILL)
        vectors.close(patience_s=20)
    vectors = opened(desk, store, tmp_path / "vectors")
    vectors.follow(store.generation())
    assert vectors.settle(60) is VectorState.READY
    kept = embeddings.of(embeddings.ids())
    rows = np.frombuffer(b"".join(kept.values()), np.float16).reshape(len(kept), WIDTH)
    numbers = list(kept)
    expected = [numbers[row - 1] for row in exactly(rows, query, 10)]
    assert found(vectors, store, query) == (expected, "meaning:codes")


def test_a_second_window_reads_what_the_first_committed(store: Store, desk: list[Vectors], tmp_path: Path) -> None:
    embeddings, query = Embeddings(store, "e", width=WIDTH), made(1, seed=8)[0]
    keep(store, embeddings, "a", list(made(200)))
    first = opened(desk, store, tmp_path / "vectors")
    first.follow(store.generation())
    first.settle(60)
    beside = opened(desk, store, tmp_path / "vectors")
    assert found(beside, store, query) == found(first, store, query)
    (new,) = keep(store, embeddings, "b", [query])
    first.follow(store.generation())
    first.settle(60)
    assert found(beside, store, query)[0][0] == new
