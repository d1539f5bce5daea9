"""Builds very small BERT models of random weights as the runtimes read them: tests need no second download."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.converters.utils import fuse_linear
from ctranslate2.specs import common_spec, transformer_spec
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_POSITIONS = 64


def tiny_bert(folder: Path, words: Sequence[str], *, width: int = 32, seed: int = 1, rerank: bool = False) -> Path:
    """A folder with model.bin, config.json and tokenizer.json: one layer, two heads, one token for each of the words.
    Texts that share words get near vectors, as each word has one of its own. With `rerank` a cross-encoder: a pooling
    layer, and classifier.json on top."""
    chance = np.random.default_rng(seed)

    def some(*shape: int, scale: float = 0.02) -> Any:
        return (chance.normal(size=shape) * scale).astype(np.float32)

    vocabulary = [*_SPECIAL, *dict.fromkeys(word.lower() for word in words)]
    encoder = transformer_spec.TransformerEncoderSpec(
        1, 2, pre_norm=False, activation=common_spec.Activation.GELU, layernorm_embedding=True,
        num_source_embeddings=2, embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )  # fmt: skip
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = some(len(vocabulary), width, scale=1.0)
    encoder.embeddings[1].weight = some(2, width)
    encoder.position_encodings.encodings = some(_POSITIONS, width)

    def norm(spec: Any) -> None:
        spec.gamma, spec.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def linear(spec: Any, rows: int, columns: int) -> None:
        spec.weight, spec.bias = some(rows, columns), np.zeros(rows, np.float32)

    norm(encoder.layernorm_embedding)
    (layer,) = encoder.layer
    joined = [common_spec.LinearSpec() for _ in range(3)]
    for spec in joined:
        linear(spec, width, width)
    fuse_linear(layer.self_attention.linear[0], joined)
    linear(layer.self_attention.linear[1], width, width)
    norm(layer.self_attention.layer_norm)
    linear(layer.ffn.linear_0, width * 2, width)
    linear(layer.ffn.linear_1, width, width * 2)
    norm(layer.ffn.layer_norm)
    model = transformer_spec.TransformerEncoderModelSpec(
        encoder, pooling_layer=rerank, pooling_activation=common_spec.Activation.Tanh
    )
    if rerank:
        linear(model.pooler_dense, width, width)
    model.register_vocabulary(vocabulary)
    model.config.unk_token = "[UNK]"
    model.validate()
    model.optimize(quantization=None)
    folder.mkdir(parents=True, exist_ok=True)
    model.save(str(folder))
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    if rerank:
        head = {"weight": some(width, scale=1.0).tolist(), "bias": 0.5}
        (folder / "classifier.json").write_text(json.dumps(head), encoding="utf-8")
    return folder


def _tokenizer(vocabulary: Sequence[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary.index("[CLS]")), ("[SEP]", vocabulary.index("[SEP]"))],
    )
    return tokenizer
