"""Search on the sample library with the starter searcher: words, meaning and place, as a person meets them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from library_desk import Desk, finish

from app.library.fusion import Listed, fuse
from app.library.library import Library
from app.library.reading import Reading
from app.paths import Profile
from models.api import ModelError, Trouble

SAMPLES = Path(__file__).parents[2] / "assets" / "sample-library"


@pytest.fixture(scope="module")
def searcher(starter_models: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The starter searcher in its own process."""
    from models.catalog import Job
    from models.clients import hosted_embedder
    from models.hardware import look
    from models.shelf import Shelf

    folder = tmp_path_factory.mktemp("shelf")
    model = Shelf(starter_models.root, folder / "models", memory=folder / "shelf.json").choose(Job.SEARCHING)
    assert model is not None
    embedder = hosted_embedder(model, look())
    yield embedder
    embedder.host.close()


@pytest.fixture(scope="module")
def sample_desk(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One profile for the whole module: it is only searched."""
    desk = Desk(Profile.at(tmp_path_factory.mktemp("profile")), reading)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def library(sample_desk: Desk, searcher: Any) -> Library:
    """The sample library, indexed with the starter searcher and Chroma."""
    library = sample_desk.library(embedder=searcher, vectors=True)
    finish(library.index([SAMPLES]))
    return library


@pytest.mark.parametrize(
    ("question", "file", "words"),
    [
        ("What is the yearly rent?", "Office lease.pdf", "16,800"),
        ("How large is the deposit we paid?", "Office lease.pdf", "deposit"),
        ("How hot should the oven be for the plum cake?", "Plum cake.md", "°"),
        ("moths in the cupboard", "Board minutes March 2026.docx", "moths"),
    ],
)
def test_the_right_passage_is_among_the_first_three(library: Library, question: str, file: str, words: str) -> None:
    found = library.search(question, limit=3)
    assert any(p.document.path.name == file and words in p.text for p in found.passages)
    assert found.searched_files == library.counts().files
    assert all("meaning:chroma" in p.found_by or p.found_by == ("words",) for p in found.passages)
    scores = [p.score for p in found.passages]
    assert scores == sorted(scores, reverse=True)


def test_every_place_shows_the_words_it_names(library: Library) -> None:
    for document in library.documents_in():
        for passage in library.passages_of(document.id):
            section = library.section(document.id, passage.section)
            assert section.text[passage.start_char : passage.end_char] == passage.text
            match passage.anchor.kind:
                case "page" | "message":
                    assert passage.anchor.start_char == passage.start_char  # type: ignore[union-attr]  # as matched
                case "lines":
                    lines = section.text.split("\n")
                    first, last = passage.anchor.first_line, passage.anchor.last_line  # type: ignore[union-attr]
                    assert passage.text.strip() in "\n".join(lines[first - section.number : last - section.number + 1])


def test_passages_of_every_document_tile_it(library: Library) -> None:
    for document in library.documents_in():
        passages = library.passages_of(document.id)
        for number, section in enumerate(library.sections(document.id)):
            own = [p for p in passages if p.section == number]
            assert own[0].start_char == 0 and own[-1].end_char == len(section.text)
            assert all(a.end_char == b.start_char for a, b in itertools.pairwise(own))


def test_within_a_file_only_that_file_answers(library: Library) -> None:
    lease = SAMPLES / "Office lease.pdf"
    found = library.search("plum cake", within=[lease])
    assert {p.document.path for p in found.passages} == {lease}
    assert found.searched_files == 1
    assert library.search("plum cake", within=[SAMPLES / "nothing here"]).passages == ()


@pytest.mark.parametrize("words", ["", "   ", "?!", "\0", "a" * 20_000, '" OR * NEAR('])
def test_odd_words_find_nothing_and_break_nothing(library: Library, words: str) -> None:
    library.search(words)


def test_a_searcher_that_fails_costs_the_meaning_and_not_the_search(
    sample_desk: Desk, library: Library, monkeypatch: pytest.MonkeyPatch, searcher: Any
) -> None:
    def broken(*_: object, **__: object) -> list[bytes]:
        raise ModelError(Trouble.CRASHED, "gone")

    monkeypatch.setattr(searcher, "embed", broken)
    found = library.search("yearly rent").passages
    assert found and {p.found_by for p in found} == {("words",)}


def test_fusion_prefers_what_both_searches_found() -> None:
    fused = fuse([Listed("words", 1.3, [1, 2]), Listed("meaning:exact", 1.0, [3, 2])], limit=3)
    assert [(hit.passage, hit.found_by) for hit in fused] == [
        (2, ("words", "meaning:exact")),
        (1, ("words",)),
        (3, ("meaning:exact",)),
    ]
    assert fuse([Listed("words", 1.3, [1]), Listed("m", 1.0, [1])], limit=5)[0].score == pytest.approx(1.0)
    assert fuse([Listed("words", 1.3, [])], limit=5) == []
