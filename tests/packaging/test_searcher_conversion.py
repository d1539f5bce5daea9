"""MiniLM's conversion is checked by a forward pass of our own; a small random model shows that the check bites."""

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

SETUP = Path(__file__).resolve().parents[2] / "packaging" / "setup"
WIDTH, INNER, WORDS, POSITIONS = 48, 96, 30522, 512


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    """packaging/setup/minilm_check.py, with minilm.py beside it."""
    sys.path.insert(0, str(SETUP))
    try:
        spec = importlib.util.spec_from_file_location("minilm_check", SETUP / "minilm_check.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(SETUP))


def random_tensors() -> dict[str, Any]:
    """Weights of MiniLM's shape, narrower, under the names BERT uses."""
    chance = np.random.default_rng(7)

    def weights(*shape: int) -> Any:
        return chance.normal(0, 0.3, shape).astype(np.float32)

    tensors = {
        "embeddings.word_embeddings.weight": weights(WORDS, WIDTH),
        "embeddings.position_embeddings.weight": weights(POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": weights(2, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for number in range(6):
        layer = f"encoder.layer.{number}"
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
        sizes = {"attention.self.query": (WIDTH, WIDTH), "attention.self.key": (WIDTH, WIDTH)}
        sizes |= {"attention.self.value": (WIDTH, WIDTH), "attention.output.dense": (WIDTH, WIDTH)}
        sizes |= {"intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER)}
        for name, (rows, columns) in sizes.items():
            tensors[f"{layer}.{name}.weight"] = weights(rows, columns)
            tensors[f"{layer}.{name}.bias"] = weights(rows)
    for name in norms:
        tensors[f"{name}.weight"] = 1 + weights(WIDTH)
        tensors[f"{name}.bias"] = weights(WIDTH)
    return tensors


def write_safetensors(path: Path, tensors: dict[str, Any]) -> None:
    """The format read_safetensors reads: header length, JSON header, raw data."""
    header, data, start = {}, [], 0
    for name, values in tensors.items():
        raw = values.tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [start, start + len(raw)]}
        data.append(raw)
        start += len(raw)
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + b"".join(data))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, starter_models: Any) -> Path:
    """A folder like the one in the package."""
    folder = tmp_path_factory.mktemp("original")
    write_safetensors(folder / "model.safetensors", random_tensors())
    config = {"num_hidden_layers": 6, "num_attention_heads": 12, "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    words = json.loads((starter_models.searching / "vocabulary.json").read_text(encoding="utf-8"))
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    shutil.copyfile(starter_models.searching / "tokenizer.json", folder / "tokenizer.json")
    return folder


def figures(recipe: ModuleType, *, original: Path, made_from: Path, folder: Path) -> dict[str, float]:
    convert: Callable[..., None] = sys.modules["minilm"].convert
    convert(made_from, to=folder / "f32", quantization=None)
    convert(made_from, to=folder / "int8", quantization="int8")
    verdict: dict[str, float] = recipe.verdict(original, plain=folder / "f32", small=folder / "int8")
    return verdict


def test_a_true_conversion_agrees_with_the_forward_pass(recipe: ModuleType, original: Path, tmp_path: Path) -> None:
    seen = figures(recipe, original=original, made_from=original, folder=tmp_path)
    assert seen["float32 to numpy, min"] >= 0.9999


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("encoder.layer.3.attention.self.query.weight", "encoder.layer.3.attention.self.key.weight"),
        ("embeddings.LayerNorm.weight", "encoder.layer.0.output.LayerNorm.weight"),
        ("encoder.layer.5.output.dense.bias", "encoder.layer.4.output.dense.bias"),
    ],
)
def test_one_exchanged_tensor_is_refused(
    recipe: ModuleType, original: Path, tmp_path: Path, name: str, other: str
) -> None:
    tensors = random_tensors()
    tensors[name], tensors[other] = tensors[other], tensors[name]
    spoiled = tmp_path / "spoiled"
    shutil.copytree(original, spoiled)
    write_safetensors(spoiled / "model.safetensors", tensors)
    seen = figures(recipe, original=original, made_from=spoiled, folder=tmp_path)
    assert seen["float32 to numpy, min"] < recipe.BOUNDS[0]


def test_another_architecture_is_refused(recipe: ModuleType, original: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(original, other)
    config = {"num_hidden_layers": 12, "num_attention_heads": 12, "layer_norm_eps": 1e-12}
    (other / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(SystemExit, match="does not hold the model"):
        figures(recipe, original=original, made_from=other, folder=tmp_path)
