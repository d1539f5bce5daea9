"""The judge of found passages: a cross-encoder reads question and passage together and says how well they fit.

A folder of its own: model.bin and config.json (a BERT encoder with its pooling layer, CTranslate2), tokenizer.json
(which joins the pair and numbers its halves), and classifier.json, the last layer: {"weight": [...], "bias": x}.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from tokenizers import Tokenizer

from models.api import Cancel, ModelError, Trouble
from models.chat_frames import Asked, Handler
from models.child_args import EmbeddingArgs
from models.frames import Frame

_BATCH = 16
RERANKER_FILES = ("model.bin", "config.json", "tokenizer.json", "classifier.json")


class RerankingEngine:
    """One loaded cross-encoder with its last layer."""

    def __init__(self, args: EmbeddingArgs) -> None:
        self._args = args
        self._loaded: tuple[Any, Any, np.ndarray[Any, np.dtype[np.float32]], float] | None = None

    def load(self) -> tuple[Any, Any, np.ndarray[Any, np.dtype[np.float32]], float]:
        """Encoder, tokenizer, weights and bias, loaded at the first call. Raises ModelError(MISSING, BAD_FILE)."""
        if self._loaded is None:
            folder = Path(self._args.folder)
            for name in RERANKER_FILES:
                if not (folder / name).is_file():
                    raise ModelError(
                        Trouble.MISSING,
                        f"The reranker {folder.name} is incomplete: {name} is missing.",
                        do="Get it again.",
                    )
            try:
                if "model" not in json.loads((folder / "tokenizer.json").read_text(encoding="utf-8")):
                    raise _damaged(folder)
                head = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
                weight, bias = np.asarray(head["weight"], np.float32), float(head["bias"])
                tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
                tokenizer.no_padding()
                tokenizer.enable_truncation(self._args.length_tokens, strategy="only_second")
                encoder = ctranslate2.Encoder(
                    str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=self._args.threads
                )
            except (RuntimeError, ValueError, KeyError, TypeError) as error:
                raise _damaged(folder) from error
            self._loaded = encoder, tokenizer, weight, bias
        return self._loaded

    def scores(self, query: str, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[float]:
        """How well each text fits the query, higher is better, on a scale of the model's own; empty when stopped.
        Raises ModelError."""
        encoder, tokenizer, weight, bias = self.load()
        pairs = tokenizer.encode_batch([(query, text) for text in texts])
        order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].ids))
        found = [0.0] * len(pairs)
        for start in range(0, len(order), _BATCH):
            if cancel is not None and cancel.stopped:
                return []
            places = order[start : start + _BATCH]
            try:
                output = encoder.forward_batch(
                    [pairs[at].ids for at in places], token_type_ids=[pairs[at].type_ids for at in places]
                )
            except RuntimeError as error:
                raise _damaged(Path(self._args.folder)) from error
            pooled = None if output.pooler_output is None else np.asarray(output.pooler_output, dtype=np.float32)
            if pooled is None or pooled.shape[1:] != weight.shape:
                raise _damaged(Path(self._args.folder))
            for at, score in zip(places, (pooled @ weight + bias).tolist(), strict=True):
                found[at] = score
        return found


def _damaged(folder: Path) -> ModelError:
    return ModelError(
        Trouble.BAD_FILE,
        f"The reranker {folder.name} cannot be used: its files are damaged.",
        safe="Your files and answers are unchanged; passages are found without it.",
        do="Get it again.",
    )


def handlers(args: Sequence[str]) -> dict[str, Handler]:
    """`rerank` takes a JSON list as payload: the query, then the texts."""
    engine = RerankingEngine(EmbeddingArgs.parse(args[0]))

    def rerank(asked: Asked) -> Iterator[Frame]:
        query, *texts = json.loads(asked.payload)
        yield Frame({"scores": engine.scores(query, texts, cancel=asked.cancel)})

    return {"rerank": rerank}
