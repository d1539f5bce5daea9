"""The searcher on the real model: meaning, independence from the batch, stop, and damaged folders."""

import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.api import Cancel, ModelError, Trouble
from models.catalog import Job
from models.clients import HostedEmbedder, hosted_embedder
from models.hardware import look
from models.shelf import Shelf

TEXTS = ["The cat sleeps on the sofa.", "A kitten naps on the couch.", "The quarterly tax return is due in April."]


def searcher_at(starter: Path, folder: Path) -> HostedEmbedder:
    model = Shelf(starter, folder, memory=folder / "shelf.json").choose(Job.SEARCHING)
    assert model is not None
    return hosted_embedder(model, look())


@pytest.fixture(scope="module")
def embedder(starter_models: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostedEmbedder]:
    made = searcher_at(starter_models.root, tmp_path_factory.mktemp("shelf"))
    yield made
    made.host.close()


def numbers(raw: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(raw) // 2}e", raw)


def cosine(one: bytes, other: bytes) -> float:
    return sum(a * b for a, b in zip(numbers(one), numbers(other), strict=True))


def test_near_in_meaning_is_near_in_number(embedder: HostedEmbedder) -> None:
    cat, kitten, tax = embedder.embed(TEXTS)
    assert cosine(cat, kitten) > 0.6 > 0.2 > cosine(cat, tax)
    assert cosine(cat, cat) == pytest.approx(1.0, abs=0.01)
    assert len(cat) == embedder.width * 2


def test_rank_agrees_with_the_vectors(embedder: HostedEmbedder) -> None:
    query, *others = TEXTS
    scores = embedder.rank(query, others)
    vectors = embedder.embed(TEXTS)
    assert scores == pytest.approx([cosine(vectors[0], other) for other in vectors[1:]], abs=0.02)
    assert embedder.rank("x", []) == []


def test_a_text_has_the_same_vector_alone_and_among_long_ones(embedder: HostedEmbedder) -> None:
    """Pads must not enter the mean: left as the tokenizer file says, the worst cosine is 0.42."""
    alone = embedder.embed(TEXTS[:1])[0]
    crowd = embedder.embed([TEXTS[0], *[f"{number} " + "long words about the garden " * 30 for number in range(40)]])
    assert cosine(alone, crowd[0]) > 0.99


def test_more_texts_than_one_request_keep_their_order(embedder: HostedEmbedder) -> None:
    texts = [f"Note {number}: " + "word " * (number % 7) for number in range(300)]
    vectors = embedder.embed(texts)
    assert len(vectors) == 300
    for at in (0, 255, 256, 299):
        assert cosine(vectors[at], embedder.embed([texts[at]])[0]) > 0.99


def test_only_the_beginning_of_a_very_long_text_counts(embedder: HostedEmbedder) -> None:
    beginning = "lease " * 300
    one, other = embedder.embed([beginning + "cat " * 500, beginning + "dog " * 500])
    assert cosine(one, other) > 0.999


def test_an_empty_text_has_a_vector_too(embedder: HostedEmbedder) -> None:
    (vector,) = embedder.embed([""])
    assert cosine(vector, vector) == pytest.approx(1.0, abs=0.01)
    assert embedder.embed([]) == []


def test_after_a_stop_only_the_first_vectors_come(embedder: HostedEmbedder) -> None:
    cancel = Cancel()
    cancel.stop()
    assert embedder.embed(TEXTS, cancel=cancel) == []
    assert len(embedder.embed(TEXTS)) == 3


def test_the_id_names_file_pooling_and_length(embedder: HostedEmbedder) -> None:
    name, digest, pooling, length = embedder.id.split(":")
    assert (name, pooling, length) == ("all-MiniLM-L6-v2", "mean", "256")
    assert len(digest) == 16


def test_id_and_width_of_a_known_model_start_no_process(starter_models: Any, tmp_path: Path) -> None:
    embedder = searcher_at(starter_models.root, tmp_path)
    assert (embedder.width, embedder.host.alive) == (384, False)
    assert embedder.id
    embedder.host.close()


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json"])
@pytest.mark.parametrize("size", [0, 1000])
def test_a_damaged_searcher_is_said_so(name: str, size: int, starter_models: Any, tmp_path: Path) -> None:
    folder = tmp_path / "searching" / "mine"
    shutil.copytree(starter_models.searching, folder)
    with (folder / name).open("r+b") as stream:
        stream.truncate(size)
    model = next(
        model
        for model in Shelf(tmp_path, tmp_path / "none", memory=tmp_path / "m.json").models()
        if model.job is Job.SEARCHING
    )
    embedder = hosted_embedder(model, look())
    try:
        with pytest.raises(ModelError) as told:
            embedder.embed(["a"])
        assert told.value.kind is Trouble.BAD_FILE
        assert "damaged" in str(told.value)
    finally:
        embedder.host.close()


def test_batches_hold_every_text_once_with_little_padding_and_none_too_large() -> None:
    from models.embedding import BATCH, BATCH_TOKENS, batches_of

    lengths = [5, 250, 7, 249, 6, 256, 3] * 30
    batches = batches_of(lengths, side_by_side=2)
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[at] for at in batch)
        assert len(batch) <= BATCH and (padded <= BATCH_TOKENS or len(batch) == 1)
    padding = sum(max(lengths[at] for at in batch) - lengths[at] for batch in batches for at in batch)
    assert padding < sum(lengths) / 20
    assert len(batches_of([10] * 16, side_by_side=2)) == 2, "two cores both get work"
    assert batches_of([]) == []
