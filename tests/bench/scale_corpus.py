"""A corpus of any size whose words are as frequent as in real English, and whose vectors lie as real ones do.

Words: a chain of real word pairs, learnt from the English on this computer (the docstrings of the installed packages,
the samples where they are, else the sample library). What the source holds once stands for all words it does not hold
(Good and Turing), so each such place gets one of 400,000 invented names, the rarer the later. Vectors: some thousand
real texts keep their own from the starter searcher; every other is a real one moved by the difference of two others,
by 0.15 to 0.55 of it, so that the directions in which real vectors differ are the directions in which these differ.
"""

from __future__ import annotations

import ast
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "samples"
WORDS_A_PASSAGE = 110
_TAIL = 400_000
_CHAINS = 20_000
_MOST_TEXTS = 20_000


@dataclass(frozen=True, slots=True)
class Planted:
    """A real paragraph with real questions about it."""

    text: str
    questions: tuple[str, ...]


def planted() -> list[Planted]:
    """Paragraphs of the question samples; without them, those of the sample library asked for by their own words."""
    path = SAMPLES / "questions" / "xquad_en_dev.json"
    if path.exists():
        return [
            Planted(paragraph["text"], tuple(one["question"] for one in paragraph["questions"]))
            for paragraph in json.loads(path.read_text(encoding="utf-8"))["paragraphs"]
        ]
    pieces = [piece for file in sorted((ROOT / "assets" / "sample-library").glob("*.md")) for piece in _pieces(file)]
    return [Planted(piece, (" ".join(piece.split()[:9]),)) for piece in pieces]


def _pieces(path: Path) -> list[str]:
    return [piece for piece in path.read_text(encoding="utf-8").split("\n\n") if len(piece) > 120]


def real_texts(cache: Path) -> list[str]:
    """Different real passages of 25 to 90 words, the planted ones first; collected once and kept in `cache`."""
    kept = cache / "texts.json"
    if kept.exists():
        return list(json.loads(kept.read_text(encoding="utf-8")))
    texts = [" ".join(paragraph.text.split()) for paragraph in planted()]
    texts += _collected()
    cache.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(texts), encoding="utf-8")
    return texts


def _collected() -> list[str]:
    texts: list[str] = []
    seen: set[str] = set()
    files = sorted(Path(np.__file__).parents[1].rglob("*.py"))
    random.Random(1).shuffle(files)
    for file in files:
        for text in _docstrings(file):
            words = text.split()
            for start in range(0, len(words), 90):
                piece = " ".join(words[start : start + 90])
                letters = sum(character.isalpha() or character == " " for character in piece)
                if len(piece) > 140 and letters > 0.85 * len(piece) and piece[:80] not in seen:
                    seen.add(piece[:80])
                    texts.append(piece)
        if len(texts) >= _MOST_TEXTS:
            break
    return texts


def _docstrings(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = re.sub(r"\s+", " ", ast.get_docstring(node) or "")
            if len(text) > 160:
                yield text


class Writer:
    """Writes passages by a chain of word pairs."""

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = " ".join(texts).split()
        counts = Counter(tokens)
        self._words = [word for word, count in counts.most_common() if count > 1]
        numbers = {word: number for number, word in enumerate(self._words)}
        self._rare = len(self._words)
        self._tokens = np.array([numbers.get(word, self._rare) for word in tokens], np.int64)
        self._order = np.argsort(self._tokens[:-1], kind="stable")
        self._many = np.bincount(self._tokens[:-1], minlength=self._rare + 1)
        self._start = np.concatenate([[0], np.cumsum(self._many)[:-1]])
        self._chance = np.random.default_rng(11)
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "il")]
        names = random.Random(12)
        self._tail = ["".join(names.choices(syllables, k=names.randint(2, 4))) for _ in range(_TAIL)]

    @property
    def rare_share(self) -> float:
        """Share of words that are invented names."""
        return float((self._tokens == self._rare).mean())

    def passages(self, count: int) -> Iterator[str]:
        """`count` passages."""
        for start in range(0, count, _CHAINS):
            yield from self._some(min(_CHAINS, count - start))

    def _some(self, count: int) -> Iterator[str]:
        lengths = self._chance.integers(60, 2 * WORDS_A_PASSAGE - 60, count)
        rows = np.empty((count, int(lengths.max())), np.int64)
        at = self._tokens[self._chance.integers(0, len(self._tokens) - 1, count)]
        for column in range(rows.shape[1]):
            rows[:, column] = at
            many = np.maximum(self._many[at], 1)
            place = self._start[at] + (self._chance.random(count) * many).astype(np.int64)
            at = self._tokens[self._order[np.minimum(place, len(self._order) - 1)] + 1]
        for row, length in zip(rows, lengths, strict=True):
            yield " ".join([self._word(number) for number in row[:length].tolist()])

    def _word(self, number: int) -> str:
        if number < self._rare:
            return self._words[number]
        # The number of the name grows as e to an even chance: its frequency falls as one over its rank.
        return self._tail[int(_TAIL ** random.random()) - 1]


def real_vectors(
    texts: Sequence[str], cache: Path, embed: Callable[[Sequence[str]], list[bytes]]
) -> NDArray[np.float16]:
    """The searcher's own vectors of real texts; made once and kept in `cache`."""
    kept, file = cache / "real_texts.json", cache / "real.f16"
    known: list[str] = json.loads(kept.read_text()) if kept.exists() else []
    vectors = dict(zip(known, np.fromfile(file, "<f2").reshape(-1, 384), strict=False)) if known else {}
    todo = [text for text in texts if text not in vectors]
    for start in range(0, len(todo), 256):
        some = todo[start : start + 256]
        vectors |= {text: np.frombuffer(blob, "<f2") for text, blob in zip(some, embed(some), strict=True)}
    if todo:
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(list(vectors)))
        np.concatenate(list(vectors.values())).tofile(file)
    return np.stack([vectors[text] for text in texts])


def moved(real: NDArray[np.float32], count: int, *, seed: int) -> NDArray[np.float16]:
    """`count` vectors, each a real one moved by a part of the difference of two others."""
    chance = np.random.default_rng(seed)
    one, two, three = chance.integers(0, len(real), (3, count))
    rows = real[one] + chance.uniform(0.15, 0.55, (count, 1)).astype(np.float32) * (real[two] - real[three])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def nearest(rows: Iterable[tuple[int, int, bytes]], queries: NDArray[np.float32], limit: int) -> list[set[int]]:
    """Passages truly nearest to each query, by comparing everything, 50,000 vectors at a time."""
    best: list[list[tuple[float, int]]] = [[] for _ in queries]
    source = iter(rows)
    while block := list(islice(source, 50_000)):
        vectors = np.frombuffer(b"".join(row[2] for row in block), "<f2").reshape(len(block), -1)
        scores = queries @ vectors.astype(np.float32).T
        for number, line in enumerate(scores):
            top = np.argpartition(-line, min(limit, len(line) - 1))[:limit]
            best[number] = sorted([*best[number], *((float(line[at]), block[at][0]) for at in top)])[-limit:]
    return [{passage for _, passage in top} for top in best]
