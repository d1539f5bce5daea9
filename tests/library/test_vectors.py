"""Chroma answers while it is healthy; damaged, killed or taken, the exact scan answers and a fresh index is built."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from library_desk import Desk, WordEmbedder, finish

from app.library import vector_guard as guard
from app.library.library import Library
from app.library.vectors import Vectors, VectorState
from app.store.documents import Cut, Documents, NewDocument
from app.store.embeddings import Embeddings
from app.values import DocumentKind, Section
from models.api import Cancel
from models.child import python_command
from models.host import Host

TOPICS = ("rent and deposit", "boiler service", "garden party", "tax letter", "kiln warranty", "train tickets")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number, topic in enumerate(TOPICS * 4):
        (folder / f"{number:02}.txt").write_text(f"Notes about {topic}, page {number}. More on {topic} later.\n")
    return folder


@pytest.fixture
def library(desk: Desk, folder: Path) -> Iterator[Library]:
    """Indexed, with a Chroma index that is up to date."""
    library = desk.library(vectors=True)
    finish(library.index([folder]))
    yield library


def found_by(library: Library, words: str = "boiler service") -> set[str]:
    return {name for p in library.search(words).passages for name in p.found_by if name != "words"}


def restart(desk: Desk) -> tuple[Library, Vectors]:
    """What the next start of the program does: the processes of the one before have ended."""
    desk.close_vectors()
    library = desk.library(vectors=True)
    return library, desk.vectors[-1]


def test_a_healthy_index_answers_and_survives_a_restart(desk: Desk, library: Library, folder: Path) -> None:
    assert found_by(library) == {"meaning:chroma"}
    exact = [p.id for p in library.search("boiler service", within=[folder]).passages]
    assert found_by_within(library, folder) == {"meaning:exact"}
    assert [p.id for p in library.search("boiler service").passages] == exact
    again, vectors = restart(desk)
    room = guard.room(vectors.folder)
    assert room is not None and guard.looks_healthy(room) == ""
    assert found_by(again) == {"meaning:chroma"}
    assert guard.room(vectors.folder) == room, "a healthy index is opened, not built again"
    assert vectors.trouble == ""


def found_by_within(library: Library, folder: Path) -> set[str]:
    hits = library.search("boiler service", within=[folder]).passages
    return {name for p in hits for name in p.found_by if name != "words"}


def test_new_changed_and_deleted_files_reach_the_index(desk: Desk, library: Library, folder: Path) -> None:
    assert found_by(library) == {"meaning:chroma"}
    (folder / "00.txt").unlink()
    (folder / "01.txt").write_text("A whole new subject: beekeeping on the roof.\n")
    (folder / "new.txt").write_text("The beekeeping course starts on Monday.\n")
    finish(library.index([folder]))
    hits = library.search("beekeeping course").passages
    assert {p.document.path.name for p in hits[:2]} == {"01.txt", "new.txt"}
    assert "meaning:chroma" in hits[0].found_by
    assert all(p.document.path.name != "00.txt" for p in library.search("rent and deposit", limit=50).passages)


@pytest.mark.parametrize("damage", ["links", "marker"])
def test_a_damaged_index_is_never_opened_and_built_again(desk: Desk, library: Library, damage: str) -> None:
    assert found_by(library) == {"meaning:chroma"}
    desk.close_vectors()
    room = guard.room(desk.profile.vectors)
    assert room is not None
    segment = next(path for path in room.iterdir() if path.is_dir())
    match damage:
        case "links":
            with (segment / "link_lists.bin").open("r+b") as file:
                file.truncate(2 << 40)
        case "marker":
            (room / guard.MARKER).unlink()
    again, vectors = restart(desk)
    first = found_by(again)
    assert first == {"meaning:exact"}
    assert vectors.settle(60) is VectorState.READY
    assert found_by(again) == {"meaning:chroma"}
    assert not segment.exists(), "the damaged files are gone"
    assert vectors.trouble


def test_a_killed_vectors_process_costs_nothing(desk: Desk, library: Library) -> None:
    assert found_by(library) == {"meaning:chroma"}
    vectors = desk.vectors[-1]
    os.kill(vectors.process_ids()[0], signal.SIGKILL)
    assert found_by(library) == {"meaning:exact"}
    assert len(library.search("kiln warranty").passages) == 10
    assert vectors.settle(60) is VectorState.READY
    assert found_by(library) == {"meaning:chroma"}


def test_twice_in_a_day_turns_it_off_and_says_so(desk: Desk, library: Library) -> None:
    desk.close_vectors()
    for at in (0, 3600):
        guard.note_death(desk.profile.vectors, time.time() - at)
    again, vectors = restart(desk)
    assert found_by(again) == {"meaning:exact"}
    vectors.settle(30)
    assert vectors.state is VectorState.OFF
    assert "twice within a day" in vectors.trouble
    assert found_by(again) == {"meaning:exact"}


def test_beside_another_window_the_exact_scan_answers(desk: Desk, library: Library) -> None:
    assert found_by(library) == {"meaning:chroma"}
    beside = desk.library(vectors=True)
    assert found_by(beside) == {"meaning:exact"}
    assert desk.vectors[-1].settle(30) is VectorState.BUSY
    assert found_by(library) == {"meaning:chroma"}, "the one that holds it was not disturbed"
    assert desk.vectors[-1].trouble == ""


def test_another_embedder_gets_an_index_of_its_own(desk: Desk, library: Library, folder: Path) -> None:
    assert found_by(library) == {"meaning:chroma"}
    desk.close_vectors()
    other = desk.library(embedder=WordEmbedder("other-64"), vectors=True)
    finish(other.index([folder]))
    assert found_by(other) == {"meaning:chroma"}
    assert other.counts().with_meaning == len(TOPICS) * 4


def test_a_build_that_was_stopped_goes_on(desk: Desk) -> None:
    """600 vectors are three steps; the stop comes in the first one."""
    lines = [f"line {number} about {TOPICS[number % 6]}\n" for number in range(600)]
    cuts = [Cut(0, len("".join(lines[:n])), len("".join(lines[: n + 1])), "") for n in range(600)]
    new = NewDocument(Path("/a.txt"), DocumentKind.TEXT, "a", "", 1, 1, "a")
    Documents(desk.store).keep(new, [Section("lines", 1, "".join(lines))], cuts)
    embeddings = Embeddings(desk.store, desk.embedder.id, width=64)
    embeddings.keep([(n, desk.embedder.embed([text])[0]) for n, text in embeddings.missing(600)])
    folder, cancel = desk.profile.vectors, Cancel()
    arguments = ("chroma", str(desk.store.path), desk.embedder.id, "64", str(folder))
    host = Host("vectors", python_command("app.library.vector_process", *arguments), end_grace_s=5.0)
    done = []
    for frame in host.ask("build", {"generation": desk.store.generation()}, cancel=cancel):
        done.append(frame.header["done"])
        cancel.stop()
    host.close()
    room = guard.room(folder)
    assert done and done[-1] < 600
    assert room is not None and guard.looks_healthy(room) == ""
    vectors = Vectors(folder)
    desk.vectors.append(vectors)
    vectors.use(embeddings)
    query = desk.embedder.embed(["a\nline 599 about bread"])[0]
    hits, name = vectors.search(query, limit=5, generation=desk.store.generation())
    assert (name, guard.room(folder)) == ("meaning:chroma", room)
    assert len(hits) == 5 and vectors.trouble == ""


def test_exact_and_chroma_agree(desk: Desk, library: Library) -> None:
    vectors, generation = desk.vectors[-1], desk.store.generation()
    for topic in TOPICS:
        (query,) = desk.embedder.embed([f"Notes about {topic}"])
        near, name = vectors.search(query, limit=5, generation=generation)
        assert name == "meaning:chroma"
        everything = [document.id for document in library.documents_in()]
        exact, name = vectors.search(query, limit=5, generation=generation, documents=everything)
        assert name == "meaning:exact"
        assert [round(score, 3) for _, score in near] == [round(score, 3) for _, score in exact]
