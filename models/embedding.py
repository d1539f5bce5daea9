"""The searcher: texts to vectors of meaning with CTranslate2, exactly as the model was trained to be read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from tokenizers import Tokenizer

from models.api import Cancel, ModelError, Trouble
from models.chat_frames import Asked, Handler
from models.child_args import EmbeddingArgs
from models.frames import Frame

# Short texts waste padding beside long ones, and more than this gains nothing (engines.md 2.1: 8 to 32).
BATCH = 32
# A quarter of a second of one core: a stop is looked for between batches, and must not come too late to be obeyed.
BATCH_TOKENS = 2048
_LEAST_BATCH = 8
_NEEDED = ("model.bin", "config.json", "tokenizer.json")


class EmbeddingEngine:
    """One loaded encoder: mean over each text's own positions, [CLS] and [SEP] included, then length 1."""

    def __init__(self, args: EmbeddingArgs) -> None:
        self._args = args
        self._loaded: tuple[Any, Any] | None = None

    def load(self) -> tuple[Any, Any]:
        """Encoder and tokenizer, loaded at the first call. Raises ModelError(MISSING, BAD_FILE)."""
        if self._loaded is None:
            folder = Path(self._args.folder)
            for name in _NEEDED:
                if not (folder / name).is_file():
                    raise ModelError(
                        Trouble.MISSING,
                        f"The searcher {folder.name} is incomplete: {name} is missing.",
                        do="Get it again.",
                    )
            try:
                # Looked at first: the tokenizer library raises bare Exceptions for a damaged file.
                if "model" not in json.loads((folder / "tokenizer.json").read_text(encoding="utf-8")):
                    raise _damaged(folder)
                tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
                # The file asks for padding and a cut at 128: pads would enter the mean (cosine 0.42 at worst).
                tokenizer.no_padding()
                tokenizer.enable_truncation(self._args.length_tokens)
                # Batches side by side, each on one core: threads inside a batch would wait for each other by spinning,
                # and a question asked meanwhile takes one core only.
                encoder = ctranslate2.Encoder(
                    str(folder), device="cpu", compute_type="int8", inter_threads=self._args.threads, intra_threads=1
                )
            except (RuntimeError, ValueError) as error:
                raise _damaged(folder) from error
            self._loaded = encoder, tokenizer
        return self._loaded

    def width(self) -> int:
        """Numbers in one vector."""
        return int(self.vectors(["width"]).shape[1])

    def vectors(self, texts: Sequence[str], *, cancel: Cancel | None = None) -> np.ndarray[Any, np.dtype[np.float32]]:
        """float32 [texts, width], each row of length 1; fewer rows when stopped. Raises ModelError."""
        encoder, tokenizer = self.load()
        ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
        rows: np.ndarray[Any, np.dtype[np.float32]] | None = None
        with ThreadPoolExecutor(self._args.threads, thread_name_prefix="embedding") as pool:

            def means(places: list[int]) -> np.ndarray[Any, np.dtype[np.float32]] | None:
                stopped = cancel is not None and cancel.stopped
                return None if stopped else self._means(encoder, [ids[at] for at in places])

            batches = batches_of([len(one) for one in ids], side_by_side=self._args.threads)
            for places, found in zip(batches, pool.map(means, batches), strict=True):
                if found is None:
                    return np.empty((0, 0), np.float32)
                if rows is None:
                    rows = np.empty((len(ids), found.shape[1]), np.float32)
                rows[places] = found
        return rows if rows is not None else np.empty((0, 0), np.float32)

    def token_matches(self, query: str, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[float]:
        """Mean over the query's tokens of the best cosine to a token of each text; [CLS] and [SEP] stay out. Fewer
        when stopped. Raises ModelError."""
        encoder, tokenizer = self.load()
        asked_ids, *ids = (encoding.ids for encoding in tokenizer.encode_batch([query, *texts]))
        (asked,) = self._tokens(encoder, [asked_ids])
        scores = [0.0] * len(texts)
        with ThreadPoolExecutor(self._args.threads, thread_name_prefix="embedding") as pool:

            def best(places: list[int]) -> list[float] | None:
                if cancel is not None and cancel.stopped:
                    return None
                found = self._tokens(encoder, [ids[at] for at in places])
                empty = not len(asked)
                return [0.0 if empty or not len(one) else float((asked @ one.T).max(axis=1).mean()) for one in found]

            batches = batches_of([len(one) for one in ids], side_by_side=self._args.threads)
            for places, some in zip(batches, pool.map(best, batches), strict=True):
                if some is None:
                    return []
                for at, score in zip(places, some, strict=True):
                    scores[at] = score
        return scores

    def _tokens(self, encoder: Any, ids: list[list[int]]) -> list[np.ndarray[Any, np.dtype[np.float32]]]:
        """One float32 [tokens, width] per text, rows of length 1, without the first and the last position."""
        try:
            output = encoder.forward_batch(ids, token_type_ids=[[0] * len(one) for one in ids])
        except RuntimeError as error:
            raise _damaged(Path(self._args.folder)) from error
        hidden = np.asarray(output.last_hidden_state, dtype=np.float32)
        hidden /= np.maximum(np.linalg.norm(hidden, axis=2, keepdims=True), 1e-12)
        return [row[1 : len(one) - 1] for row, one in zip(hidden, ids, strict=True)]

    def _means(self, encoder: Any, ids: list[list[int]]) -> np.ndarray[Any, np.dtype[np.float32]]:
        try:
            output = encoder.forward_batch(ids, token_type_ids=[[0] * len(one) for one in ids])
        except RuntimeError as error:
            raise _damaged(Path(self._args.folder)) from error
        hidden = np.asarray(output.last_hidden_state, dtype=np.float32)
        lengths = np.fromiter((len(one) for one in ids), np.int64, count=len(ids))
        own = (np.arange(hidden.shape[1]) < lengths[:, None]).astype(np.float32)
        means = np.matmul(own[:, None, :], hidden)[:, 0, :]
        # Dividing by the count first changes nothing: the length is made 1 anyway.
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        result: np.ndarray[Any, np.dtype[np.float32]] = means / np.maximum(norms, 1e-12)
        return result


def batches_of(lengths: Sequence[int], *, side_by_side: int = 1) -> list[list[int]]:
    """Places of texts of like length, long ones first so that none is left for the end alone: at most BATCH of them
    and BATCH_TOKENS with padding in each, and few enough that `side_by_side` batches all have some."""
    most = min(BATCH, max(_LEAST_BATCH, -(-len(lengths) // side_by_side)))
    batches: list[list[int]] = []
    room = 0
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        if room <= 0 or lengths[at] * 2 < lengths[batches[-1][0]]:
            batches.append([])
            room = min(most, max(1, BATCH_TOKENS // max(1, lengths[at])))
        batches[-1].append(at)
        room -= 1
    return batches


def _damaged(folder: Path) -> ModelError:
    return ModelError(
        Trouble.BAD_FILE,
        f"The searcher {folder.name} cannot be used: its file is damaged.",
        safe="Your files and answers are unchanged.",
        do="Get it again. Search by words works without it.",
    )


def handlers(args: Sequence[str]) -> dict[str, Handler]:
    """Verbs: `embed`, `rank` and `match` take a JSON list of texts as payload (for the last two the query first);
    `facts`."""
    engine = EmbeddingEngine(EmbeddingArgs.parse(args[0]))

    def facts(_: Asked) -> Iterator[Frame]:
        yield Frame({"width": engine.width()})

    def embed(asked: Asked) -> Iterator[Frame]:
        rows = engine.vectors(json.loads(asked.payload), cancel=asked.cancel)
        yield Frame({"count": rows.shape[0], "width": rows.shape[1]}, rows.astype("<f2").tobytes())

    def rank(asked: Asked) -> Iterator[Frame]:
        rows = engine.vectors(json.loads(asked.payload), cancel=asked.cancel)
        yield Frame({"scores": (rows[1:] @ rows[0]).tolist() if len(rows) else []})

    def match(asked: Asked) -> Iterator[Frame]:
        query, *texts = json.loads(asked.payload)
        yield Frame({"scores": engine.token_matches(query, texts, cancel=asked.cancel)})

    return {"facts": facts, "embed": embed, "rank": rank, "match": match}
