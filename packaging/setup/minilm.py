"""Converts all-MiniLM-L6-v2 from safetensors to CTranslate2, without torch.

BERT: 6 layers, 12 heads, 384 wide, 1,536 feed-forward, 512 positions, 2 token types. No tensor needs transposing.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from ctranslate2.converters.utils import fuse_linear
from ctranslate2.specs import common_spec, transformer_spec

Tensors = dict[str, np.ndarray[Any, np.dtype[np.float32]]]
LAYERS, HEADS = 6, 12


def runtime_version() -> str:
    """The version of the runtime the file is made for; part of the cache key."""
    return str(ctranslate2.__version__)


def read_safetensors(path: Path) -> Tensors:
    """All float32 tensors of a safetensors file: 8 bytes little-endian header length, JSON header, raw data."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    tensors: Tensors = {}
    for name, about in header.items():
        if name == "__metadata__" or about["dtype"] != "F32":
            continue
        start, end = about["data_offsets"]
        values = np.frombuffer(raw, np.float32, (end - start) // 4, 8 + length + start)
        tensors[name] = values.reshape(about["shape"]).copy()  # quantising works in place
    return tensors


def convert(original: Path, *, to: Path, quantization: str | None) -> None:
    """Write model.bin, vocabulary.json and config.json into `to`. `quantization` is "int8" or None for float32."""
    tensors = read_safetensors(original / "model.safetensors")
    config = json.loads((original / "config.json").read_text(encoding="utf-8"))
    if (config["num_hidden_layers"], config["num_attention_heads"]) != (LAYERS, HEADS):
        raise SystemExit("The MiniLM package does not hold the model this recipe is for.")
    encoder = transformer_spec.TransformerEncoderSpec(
        LAYERS, HEADS, pre_norm=False, activation=common_spec.Activation.GELU, layernorm_embedding=True,
        num_source_embeddings=2, embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )  # fmt: skip
    encoder.scale_embeddings = False  # the default multiplies by the root of the width
    encoder.embeddings[0].weight = tensors["embeddings.word_embeddings.weight"]
    encoder.embeddings[1].weight = tensors["embeddings.token_type_embeddings.weight"]
    encoder.position_encodings.encodings = tensors["embeddings.position_embeddings.weight"]
    _norm(encoder.layernorm_embedding, "embeddings.LayerNorm", tensors)
    for number, layer in enumerate(encoder.layer):
        prefix = f"encoder.layer.{number}"
        joined = [common_spec.LinearSpec() for _ in range(3)]
        for spec, part in zip(joined, ("query", "key", "value"), strict=True):
            _linear(spec, f"{prefix}.attention.self.{part}", tensors)
        fuse_linear(layer.self_attention.linear[0], joined)
        _linear(layer.self_attention.linear[1], f"{prefix}.attention.output.dense", tensors)
        _norm(layer.self_attention.layer_norm, f"{prefix}.attention.output.LayerNorm", tensors)
        _linear(layer.ffn.linear_0, f"{prefix}.intermediate.dense", tensors)
        _linear(layer.ffn.linear_1, f"{prefix}.output.dense", tensors)
        _norm(layer.ffn.layer_norm, f"{prefix}.output.LayerNorm", tensors)
    model = transformer_spec.TransformerEncoderModelSpec(encoder, pooling_layer=False)
    model.register_vocabulary((original / "vocab.txt").read_text(encoding="utf-8").splitlines())
    model.config.unk_token = "[UNK]"
    model.config.layer_norm_epsilon = config["layer_norm_eps"]
    model.validate()
    model.optimize(quantization=quantization)
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    model.save(str(to))


def _linear(spec: Any, name: str, tensors: Tensors) -> None:
    spec.weight = tensors[f"{name}.weight"]
    spec.bias = tensors[f"{name}.bias"]


def _norm(spec: Any, name: str, tensors: Tensors) -> None:
    spec.gamma = tensors[f"{name}.weight"]
    spec.beta = tensors[f"{name}.bias"]
