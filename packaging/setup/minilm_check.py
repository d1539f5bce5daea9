"""Refuses a converted MiniLM that does not compute what the original weights say.

usage: minilm_check.py ORIGINAL F32 INT8 (folders). Bounds, as cosines over 64 mixed texts:
float32 against a plain numpy forward pass >= 0.9999; the int8 file, computed in float32, against float32 >= 0.999 (the
file itself; seen 0.9992); the int8 file computed in int8 >= 0.985, mean >= 0.995. The last also measures the processor:
seen 0.9887-0.9937 and 0.9956-0.9960 on four sets of texts with AVX2 alone, 0.9960 and 0.9976 with AVX-512.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parent))

from minilm import HEADS, LAYERS, Tensors, read_safetensors

BOUNDS = (0.9999, 0.999, 0.985, 0.995)
Array = np.ndarray[Any, np.dtype[np.float32]]
SUBJECTS = (
    "The tenancy",
    "Our meeting",
    "This recipe",
    "The invoice",
    "A warranty",
    "The old bridge",
    "Version 2.4",
    "Anna",
)
STATEMENTS = (
    "ends on 31 March 2027 unless either side gives notice.",
    "costs £1,250.00 a month, payable in advance.",
    "was moved to Thursday at 14:30 because the room is taken.",
    "needs 250 g of flour, two eggs and a pinch of salt.",
    "covers faults in material but not ordinary wear; see page 12.",
    "is described in section 4.3 (naïve café façade, Größe 42).",
    "why?",
    "turned out longer than anybody had planned, so that the people who came early had left before it began, "
    "and those who stayed wrote their names on the list beside the door and went home by the last train.",
)


def texts() -> list[str]:
    """64 mixed texts: eight subjects by eight statements, from three words to two lines."""
    return [f"{subject} {statement}" for subject in SUBJECTS for statement in STATEMENTS]


def unit(rows: Array) -> Array:
    """Each row divided by its length."""
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def by_runtime(folder: Path, ids: list[list[int]], *, arithmetic: str) -> Array:
    """Unit vectors (texts x 384) from a converted model: mean over each text's own positions."""
    encoder = ctranslate2.Encoder(str(folder), device="cpu", intra_threads=1, compute_type=arithmetic)
    rows = []
    for start in range(0, len(ids), 16):
        batch = ids[start : start + 16]
        output = encoder.forward_batch(batch, token_type_ids=[[0] * len(one) for one in batch])
        hidden = np.array(output.last_hidden_state, np.float32)
        rows += [hidden[number, : len(one)].mean(axis=0) for number, one in enumerate(batch)]
    return unit(np.stack(rows))


def norm(x: Array, name: str, t: Tensors, epsilon: float) -> Array:
    """Layer normalisation over the last axis (Ba, Kiros, Hinton 2016)."""
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon)
    return np.asarray(scaled * t[f"{name}.weight"] + t[f"{name}.bias"], np.float32)


def erf(x: Array) -> Array:
    """The error function to 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26); math.erf takes one number at a time."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.asarray(np.sign(x) * (1 - series * np.exp(-(x**2))), np.float32)


def linear(x: Array, name: str, t: Tensors) -> Array:
    """x W^T + b."""
    return np.asarray(x @ t[f"{name}.weight"].T + t[f"{name}.bias"], np.float32)


def by_hand(t: Tensors, one: list[int], epsilon: float) -> Array:
    """One text through BERT as published (Devlin et al. 2018): the mean of its last hidden states (384)."""
    x = t["embeddings.word_embeddings.weight"][one] + t["embeddings.position_embeddings.weight"][: len(one)]
    x = norm(x + t["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm", t, epsilon)
    width = x.shape[1] // HEADS
    for number in range(LAYERS):
        p = f"encoder.layer.{number}"
        q, k, v = (
            linear(x, f"{p}.attention.self.{part}", t).reshape(len(one), HEADS, width).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(width)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        seen = (weights @ v).transpose(1, 0, 2).reshape(len(one), -1)
        x = norm(x + linear(seen, f"{p}.attention.output.dense", t), f"{p}.attention.output.LayerNorm", t, epsilon)
        inner = linear(x, f"{p}.intermediate.dense", t)
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(x + linear(inner, f"{p}.output.dense", t), f"{p}.output.LayerNorm", t, epsilon)
    return np.asarray(x.mean(axis=0), np.float32)


def verdict(original: Path, *, plain: Path, small: Path) -> dict[str, float]:
    """The four cosines, by the names main() prints."""
    tokenizer = Tokenizer.from_file(str(original / "tokenizer.json"))
    tokenizer.no_padding()  # the file is set to pad and to cut at 128; pads in the mean spoil the vector
    tokenizer.enable_truncation(256)
    ids = [tokenizer.encode(text).ids for text in texts()]
    epsilon = json.loads((original / "config.json").read_text(encoding="utf-8"))["layer_norm_eps"]
    tensors = read_safetensors(original / "model.safetensors")
    by_numpy = unit(np.stack([by_hand(tensors, one, epsilon) for one in ids]))
    by_plain = by_runtime(plain, ids, arithmetic="float32")
    file = (by_runtime(small, ids, arithmetic="float32") * by_plain).sum(axis=1)
    fast = (by_runtime(small, ids, arithmetic="int8_float32") * by_plain).sum(axis=1)
    return {
        "float32 to numpy, min": float((by_plain * by_numpy).sum(axis=1).min()),
        "int8 file to float32, min": float(file.min()),
        "int8 arithmetic to float32, min": float(fast.min()),
        "int8 arithmetic to float32, mean": float(fast.mean()),
    }


def main() -> None:
    """Print the figures and fail when one is out of bounds."""
    original, plain, small = (Path(argument) for argument in sys.argv[1:4])
    seen = verdict(original, plain=plain, small=small)
    figures = "; ".join(f"{name} {value:.4f}" for name, value in seen.items())
    print(f"MiniLM checked on 64 texts: {figures}", file=sys.stderr)
    if any(value < bound for value, bound in zip(seen.values(), BOUNDS, strict=True)):
        raise SystemExit("The converted MiniLM is not true to the original; it is not kept.")


if __name__ == "__main__":
    main()
