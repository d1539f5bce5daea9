"""A newly chosen searcher: the one before answers until the library is read; languages a searcher lacks are said."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from library_desk import Desk, finish

from app.library.languages import language_of, unknown_language
from app.library.library import Library
from app.library.vectors import Vectors
from app.values import Passage
from models.api import Embedder
from models.catalog import Job
from models.clients import HostedEmbedder, hosted_embedder
from models.hardware import look
from models.shelf import Shelf

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from tiny_bert import tiny_bert

TEXTS = {
    "boiler.txt": "The boiler in the cellar is looked after in spring.",
    "garden.txt": "The garden gate squeaks and needs some oil.",
    "lease.txt": "The tenant pays the rent on the first day of the month.",
}
WORDS = sorted({word.strip(".").lower() for text in TEXTS.values() for word in text.split()})


@pytest.fixture(scope="module")
def searchers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HostedEmbedder, HostedEmbedder]]:
    """Two real searchers in processes of their own, of different weights and widths."""
    folder = tmp_path_factory.mktemp("models")
    for name, width, seed in (("first", 32, 1), ("second", 64, 2)):
        tiny_bert(folder / "searching" / name, WORDS, width=width, seed=seed)
    shelf = Shelf(folder / "none", folder, memory=folder / "shelf.json")
    found = {model.path.name: model for model in shelf.models() if model.job is Job.SEARCHING}
    made = tuple(hosted_embedder(found[name], look()) for name in ("first", "second"))
    yield made[0], made[1]
    for one in made:
        one.host.close()


def test_the_old_searcher_answers_until_the_new_one_has_read_everything(
    desk: Desk, tmp_path: Path, searchers: tuple[HostedEmbedder, HostedEmbedder]
) -> None:
    first, second = searchers
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = desk.library(embedder=first, vectors=True)
    finish(library.index([folder]))
    assert library.counts().with_meaning == len(TEXTS)
    assert [passage.document.path.name for passage in by_meaning(library, TEXTS["boiler.txt"])][:1] == ["boiler.txt"]
    desk.close_vectors()

    asked: list[str] = []

    def earlier(name: str) -> Embedder | None:
        asked.append(name)
        return first if name == first.id else None

    vectors = Vectors(desk.profile.vectors)
    desk.vectors.append(vectors)
    library = Library(desk.store, reading=desk.reading, embedder=second, vectors=vectors, earlier=earlier)
    assert library.counts().with_meaning == 0
    found = library.search("the cellar boiler")
    assert found.passages[0].document.path.name == "boiler.txt"
    assert any(name.startswith("meaning") for name in found.passages[0].found_by)
    assert "being read again for the new searcher, 0% so far" in found.notices[0]
    assert set(asked) == {first.id}
    assert library.searcher_notices() == [found.notices[0]]

    finish(library.index([folder]))
    assert library.counts().with_meaning == len(TEXTS)
    asked.clear()
    found = library.search("the garden gate")
    assert found.passages[0].document.path.name == "garden.txt"
    assert any(name.startswith("meaning") for name in found.passages[0].found_by)
    assert (found.notices, asked, library.searcher_notices()) == ((), [], [])


def test_without_the_old_model_words_answer_alone(
    desk: Desk, tmp_path: Path, searchers: tuple[HostedEmbedder, HostedEmbedder]
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "boiler.txt").write_text(TEXTS["boiler.txt"], encoding="utf-8")
    finish(desk.library(embedder=searchers[0], vectors=True).index([folder]))
    desk.close_vectors()
    library = desk.library(embedder=searchers[1], vectors=True)
    assert {passage.found_by for passage in library.search("boiler").passages} == {("words", "name")}


def by_meaning(library: Library, words: str) -> list[Passage]:
    """What the search for meaning finds by itself."""
    return library.passages(library.ranked(words, limit=3)[1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The tenant pays the rent on the first day of each month and has the key.", "en"),
        ("Der Mieter zahlt die Miete am ersten Tag des Monats und hat den Schlüssel.", "de"),
        ("Le locataire paie le loyer le premier jour du mois et il est dans la maison.", "fr"),
        ("El inquilino paga la renta el primer día del mes y tiene las llaves de la casa.", "es"),
        ("租户每月一日支付租金。", "zh"),
        ("学生は図書館で本を読みます。", "ja"),
        ("Арендатор платит аренду в первый день месяца.", "ru"),
        ("INV-2023-0417", ""),
    ],
)
def test_languages_are_told_apart(text: str, code: str) -> None:
    assert language_of(text) == code


def test_a_searcher_that_lacks_the_language_of_the_passages_is_said() -> None:
    german = ["Der Mieter zahlt die Miete am ersten Tag des Monats und hat den Schlüssel."] * 2
    english = ["The tenant pays the rent on the first day of each month and has the key."] * 3
    starter = "all-MiniLM-L6-v2:0123:mean:256"
    assert unknown_language([*german, *english], starter) == "German"
    assert unknown_language([*german[:1], *english], starter) == ""
    assert unknown_language(german, "a searcher nobody knows:0:mean:256") == ""
