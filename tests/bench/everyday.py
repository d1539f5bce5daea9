"""Asks everyday questions of everyday files (tests/bench/everyday.json and the sample library), on real models.

Prints how many are answered and how many of the unanswerable ones; `--features FILE` keeps what the weights are
fitted from.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answering_desk import RememberingEmbedder

from app.ask.confidence import confidence
from app.evidence.features import Asked
from app.evidence.quoting import Reading, answered, score, share, shown
from app.paths import Profile
from app.services import Services
from app.values import Confidence, Passage
from models.api import Cancel

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Everyday:
    """A question, what must stand in its answer (empty: nothing answers), and the file that holds it."""

    question: str
    answers: tuple[str, ...]
    file: str


def load() -> tuple[dict[str, str], list[Everyday]]:
    """The files written for this, and their questions with those of the sample library."""
    kept = json.loads((Path(__file__).parent / "everyday.json").read_text(encoding="utf-8"))
    asked = [Everyday(question, (answer,) if answer else (), file) for question, answer, file in kept["questions"]]
    sample = json.loads((_ROOT / "assets/sample-questions.json").read_text(encoding="utf-8"))["questions"]
    asked += [
        Everyday(one["question"], tuple(one["answers"]), one["file"] or "") for one in sample if "after" not in one
    ]
    return kept["files"], asked


def look(house: Services, memory: RememberingEmbedder, one: Everyday, *, without: bool) -> dict[str, Any]:
    """What is shown and measured for one question, with its file in the library or as if it were not."""
    found = house.library.search(one.question, limit=16).passages
    passages = [p for p in found if not (without and p.document.path.name == one.file)][:8]
    asked = Asked.of(one.question, house.asking.start()._rarity())
    ranked = score(asked, passages, embedder=memory)
    quotes = shown(asked, ranked)
    sure = confidence(Reading(asked, quotes, answered(ranked), (), share(ranked)))

    def holds(passage: Passage, text: str) -> bool:
        return passage.document.path.name == one.file and any(a in " ".join(text.split()) for a in one.answers)

    own = [holds(place.passage, place.text) for place in (r.place for r in ranked)]
    return {
        "features": [r.features for r in ranked],
        "own": own,
        "right": own,
        "first": bool(quotes) and holds(quotes[0].place.passage, quotes[0].place.text),
        "shown": any(holds(q.place.passage, q.place.text) for q in quotes),
        "sure": sure.value,
    }


def rows(features: Sequence[Everyday], house: Services, memory: RememberingEmbedder) -> list[dict[str, Any]]:
    """One row per question; `without` only where there is a file to do without."""
    return [
        {
            "title": one.file or one.question,
            "question": one.question,
            "answerable": bool(one.answers),
            "whole": look(house, memory, one, without=False),
            "without": look(house, memory, one, without=True) if one.answers else None,
        }
        for one in features
    ]


def main() -> int:
    """Print the figures; every question that went wrong is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=Path, help="keep here what the weights are fitted from")
    options = parser.parse_args()
    files, asked = load()
    with tempfile.TemporaryDirectory(prefix="indoors-everyday-") as kept:
        folder = Path(kept) / "files"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        house = Services.open(Profile.at(Path(kept) / "profile"), write=True)
        try:
            for _ in house.library.index([folder, _ROOT / "assets/sample-library"], cancel=Cancel()):
                pass
            found = rows(asked, house, RememberingEmbedder(house.models.embedder))  # type: ignore[arg-type]  # it is there
        finally:
            house.close()
    told(found)
    if options.features:
        options.features.write_text(json.dumps(found), encoding="utf-8")
    return 0


def told(found: Sequence[dict[str, Any]]) -> None:
    """The table."""
    nothing = Confidence.NONE.value
    good = [row for row in found if row["answerable"]]
    bad = [row for row in found if not row["answerable"]]
    answered_right = [row for row in good if row["whole"]["shown"] and row["whole"]["sure"] != nothing]
    print(f"{len(good)} answerable, {len(bad)} about the same things that nothing answers\n")
    print(f"first quote holds the answer    {sum(row['whole']['first'] for row in good) / len(good):.3f}")
    print(f"answered, and shown             {len(answered_right) / len(good):.3f}")
    print(f"answerable: nothing answers     {sum(row['whole']['sure'] == nothing for row in good) / len(good):.3f}")
    print(f"file removed: nothing answers   {sum(row['without']['sure'] == nothing for row in good) / len(good):.3f}")
    print(f"unanswerable: nothing answers   {sum(row['whole']['sure'] == nothing for row in bad) / len(bad):.3f}")
    certain = [row for row in found if row["whole"]["sure"] == Confidence.CERTAIN.value]
    print(f"certain                         {len(certain)}, wrong {sum(not row['whole']['shown'] for row in certain)}")
    for row in found:
        if row not in answered_right and not (not row["answerable"] and row["whole"]["sure"] == nothing):
            print(f"  {row['whole']['sure']:<8} {row['question']}")


if __name__ == "__main__":
    sys.exit(main())
