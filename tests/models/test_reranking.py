"""The reranker: a real cross-encoder of random weights in its own process, its trouble, and its say in a search."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from app.events import SearchResult
from app.library.index import cuts_of
from app.library.meaning_search import MeaningSearch
from app.library.search import Rerank, Search
from app.store.db import Store
from app.store.documents import Documents, NewDocument
from app.values import DocumentKind, Section
from models.api import ModelError, Trouble
from models.clients import HostedReranker, hosted_reranker
from models.hardware import look

sys.path.insert(0, str(Path(__file__).parent))

from tiny_bert import tiny_bert

TEXTS = ["the boiler in the cellar", "the garden gate", "rent is paid in spring", "gate boiler rent"]
WORDS = " ".join(TEXTS).split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of rerankers, as a person's models folder has it."""
    made = tmp_path_factory.mktemp("models") / "reranking"
    tiny_bert(made / "tiny", WORDS, rerank=True)
    return made


@pytest.fixture(scope="module")
def reranker(folder: Path) -> Iterator[HostedReranker]:
    made = hosted_reranker(folder, look())
    assert made is not None
    yield made
    made.host.close()


def test_scores_come_from_both_texts_in_the_order_asked(reranker: HostedReranker) -> None:
    scores = reranker.rerank("garden gate", TEXTS)
    assert len(scores) == len(TEXTS) and len(set(scores)) == len(TEXTS)
    assert reranker.rerank("garden gate", TEXTS[::-1]) == pytest.approx(scores[::-1], abs=0.02)
    assert reranker.rerank("rent", TEXTS) != pytest.approx(scores, abs=1e-4)
    assert reranker.rerank("x", []) == []


def test_the_score_is_the_pooled_pair_times_the_last_layer(folder: Path, reranker: HostedReranker) -> None:
    import ctranslate2

    tokenizer = Tokenizer.from_file(str(folder / "tiny" / "tokenizer.json"))
    pair = tokenizer.encode("rent", TEXTS[0])
    assert set(pair.type_ids) == {0, 1}
    encoder = ctranslate2.Encoder(str(folder / "tiny"), device="cpu", compute_type="float32")
    pooled = np.asarray(encoder.forward_batch([pair.ids], token_type_ids=[pair.type_ids]).pooler_output)[0]
    head = json.loads((folder / "tiny" / "classifier.json").read_text())
    expected = float(pooled @ np.asarray(head["weight"]) + head["bias"])
    assert reranker.rerank("rent", TEXTS[:1]) == pytest.approx([expected], abs=0.05)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("classifier.json", "{}", Trouble.BAD_FILE),
        ("classifier.json", '{"weight": [1, 2], "bias": 0}', Trouble.BAD_FILE),
        ("tokenizer.json", "[", Trouble.BAD_FILE),
        ("model.bin", "no model", Trouble.BAD_FILE),
    ],
)
def test_a_damaged_reranker_is_refused_in_one_sentence(
    folder: Path, tmp_path: Path, name: str, text: str, kind: Trouble
) -> None:
    shutil.copytree(folder, tmp_path / "reranking")
    (tmp_path / "reranking" / "tiny" / name).write_text(text)
    broken = hosted_reranker(tmp_path / "reranking", look())
    assert broken is not None
    try:
        with pytest.raises(ModelError) as caught:
            broken.rerank("rent", TEXTS)
        assert caught.value.kind is kind and "reranker tiny" in str(caught.value)
    finally:
        broken.host.close()


def test_a_folder_without_a_whole_reranker_has_none(tmp_path: Path) -> None:
    assert hosted_reranker(tmp_path / "nothing", look()) is None
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "model.bin").write_text("x")
    assert hosted_reranker(tmp_path, look()) is None


def search(store: Store, rerank: Rerank | None) -> SearchResult:
    """The cellar's passages, in the order the reranker leaves them."""
    meaning = MeaningSearch(store, vectors=None, embedder=None)
    return Search(Documents(store), meaning=meaning, rerank=rerank).run("cellar", limit=5)


def test_a_reranker_moves_what_it_prefers_up_and_its_trouble_costs_nothing(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "library.sqlite3")
    for number, text in enumerate(
        ["cellar", "cellar and some more words", "the cellar with very many other words in it"]
    ):
        sections = [Section("lines", 1, text)]
        new = NewDocument(Path(f"/{number}.txt"), DocumentKind.TEXT, str(number), "", 1, 1, str(number))
        Documents(store).keep(new, sections, cuts_of(sections))
    plain = search(store, None).passages
    assert [passage.document.title for passage in plain] == ["0", "1", "2"]

    def longest(query: str, texts: object) -> list[float]:
        assert query == "cellar"
        return [float(len(text)) for text in texts]  # type: ignore[attr-defined]  # a list of texts

    found = search(store, longest).passages
    assert [passage.document.title for passage in found] == ["2", "1", "0"]
    assert all("reranker" in passage.found_by for passage in found)
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)

    def gone(query: str, texts: object) -> list[float]:
        raise ModelError(Trouble.CRASHED, "gone")

    assert search(store, gone).passages == plain
    assert search(store, lambda query, texts: []).passages == plain
    store.close()
