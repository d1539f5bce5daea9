"""`make bench-search`: does the search find the right paragraph; words, meaning and both together, on real models."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from answering_desk import house_of, samples

from app.library.library import Library

DEPTH = 100
"""Documents looked at for recall@100."""
_PASSAGES_A_DOCUMENT = 3

Judged = Mapping[str, int]
"""Right documents of one question, by name, each with its grade (1 and more)."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Texts by name, questions, and for each question its right texts."""

    name: str
    texts: Mapping[str, str]
    questions: Sequence[tuple[str, Judged]]


def xquad(path: Path) -> Questions:
    """Paragraphs and the questions asked about each."""
    paragraphs = json.loads(path.read_text(encoding="utf-8"))["paragraphs"]
    texts = {f"{at:04}.txt": paragraph["text"] for at, paragraph in enumerate(paragraphs)}
    asked = [
        (question["question"], {f"{at:04}.txt": 1})
        for at, paragraph in enumerate(paragraphs)
        for question in paragraph["questions"]
    ]
    return Questions(path.stem, texts, asked)


def judged_folder(folder: Path) -> Questions:
    """A folder of corpus.jsonl, queries.jsonl and qrels.tsv (query, document, grade), as BEIR keeps them."""
    names: dict[str, str] = {}
    texts: dict[str, str] = {}
    for at, row in enumerate(_lines(folder / "corpus.jsonl")):
        names[str(row["_id"])] = name = f"{at:07}.txt"
        texts[name] = "\n\n".join(str(row[key]) for key in ("title", "text") if row.get(key))
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, document, grade = line.split("\t")[:3]
        if grade.isdigit() and int(grade) and document in names:  # the first line names the columns
            grades.setdefault(query, {})[names[document]] = int(grade)
    asked = [
        (str(row["text"]), grades[str(row["_id"])])
        for row in _lines(folder / "queries.jsonl")
        if str(row["_id"]) in grades
    ]
    return Questions(folder.name, texts, asked)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def gain(found: Sequence[str], right: Judged, *, depth: int = 10) -> float:
    """nDCG@depth with the grade itself as gain (trec_eval's ndcg_cut), 0 to 1."""
    reached = sum(right.get(name, 0) / math.log2(rank + 2) for rank, name in enumerate(found[:depth]))
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(right.values(), reverse=True)[:depth]))
    return reached / best if best else 0.0


def recall(found: Sequence[str], right: Judged, *, depth: int) -> float:
    """Share of the right documents among the first `depth`."""
    return len(set(found[:depth]) & set(right)) / len(right)


def by_documents(library: Library, hits: Sequence[int]) -> list[str]:
    """File names in the order of their best passage."""
    return list(dict.fromkeys(passage.document.path.name for passage in library.passages(hits)))


def measure(given: Questions) -> dict[str, dict[str, float]]:
    """Figures of each search: nDCG@10 and recall at 1, 5 and 100, averaged over the questions."""
    figures: dict[str, dict[str, float]] = {}
    times: list[float] = []
    with house_of(given.texts) as (house, _):
        library = house.library
        depth = DEPTH * _PASSAGES_A_DOCUMENT
        for question, right in given.questions:
            words, meaning = library.ranked(question, limit=depth)
            started = time.monotonic()
            library.search(question)
            times.append((time.monotonic() - started) * 1000)
            found = library.search(question, limit=depth).passages
            lists = {
                "words": by_documents(library, words),
                "meaning": by_documents(library, meaning),
                "fused": by_documents(library, [passage.id for passage in found]),
            }
            for name, one in lists.items():
                row = figures.setdefault(name, dict.fromkeys(("nDCG@10", "recall@1", "recall@5", "recall@100"), 0.0))
                row["nDCG@10"] += gain(one, right)
                for at in (1, 5, 100):
                    row[f"recall@{at}"] += recall(one, right, depth=at)
                if name == "fused" and "--missed" in sys.argv and recall(one, right, depth=5) < 1:
                    print(f"missed: {question} ({', '.join(right)}): {', '.join(one[:5])}")
    for row in figures.values():
        for key in row:
            row[key] /= len(given.questions)
    print(f"one search of ten passages: median {sorted(times)[len(times) // 2]:.0f} ms")
    return figures


def show(given: Questions, figures: Mapping[str, Mapping[str, float]]) -> bool:
    """Print the table; whether the two together beat each alone."""
    print(f"{given.name}: {len(given.questions)} questions, {len(given.texts)} texts")
    heads = list(next(iter(figures.values())))
    print(f"{'':<10}" + "".join(f"{head:>12}" for head in heads))
    for name, row in figures.items():
        print(f"{name:<10}" + "".join(f"{row[head]:>12.4f}" for head in heads))
    alone = max(figures["words"]["nDCG@10"], figures["meaning"]["nDCG@10"])
    beat = figures["fused"]["nDCG@10"] > alone or figures["fused"]["nDCG@10"] == 1.0
    print(f"both together {'beat' if beat else 'DO NOT BEAT'} each alone (nDCG@10)\n")
    return beat


def main() -> int:
    """XQuAD, and every folder named on the command line. Exit code 1 when the two together do not beat each alone."""
    folders = [Path(name) for name in sys.argv[1:] if not name.startswith("--")]
    given = [judged_folder(folder) for folder in folders]
    path = samples("questions/xquad_en_dev.json")
    if path is not None:
        given.insert(0, xquad(path))
    beaten = [show(one, measure(one)) for one in given]
    return 0 if all(beaten) else 1


if __name__ == "__main__":
    sys.exit(main())
