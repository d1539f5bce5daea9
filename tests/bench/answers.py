"""`make bench-answers`: does what Indoors shows hold the answer, does it know when it does not; on real models."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answering_desk import RememberingEmbedder, house_of, samples

from app.ask.asking import Asking
from app.events import Finished, Passages
from app.evidence import weights
from app.evidence.features import Asked
from app.evidence.quoting import answered, evidence, score
from app.evidence.shorten import count_words
from app.evidence.terms import fold
from app.services import Services
from app.values import AnswerMode, Confidence, Passage
from models.api import Cancel

Question = tuple[int, str, str, list[str]]
"""Paragraph, its title, the question, its right answers."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown for one question: does the first quote, do all quotes hold an answer; how sure; how long."""

    first: bool
    anywhere: bool
    words: int
    sure: Confidence
    log_odds: float
    seconds: float
    row: dict[str, Any]


def load(path: Path) -> tuple[list[str], list[Question]]:
    """Paragraphs and questions."""
    paragraphs = json.loads(path.read_text(encoding="utf-8"))["paragraphs"]
    questions = [
        (at, paragraph["title"], asked["question"], asked["answers"])
        for at, paragraph in enumerate(paragraphs)
        for asked in paragraph["questions"]
    ]
    return [paragraph["text"] for paragraph in paragraphs], questions


def plain(text: str) -> str:
    """Text as answers are compared: case, accents, punctuation and spacing do not count."""
    return " ".join(re.sub(r"[^\w%$€£.]+", " ", fold(text)).split()).strip(" .")


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the right answers stands in the text."""
    return any(plain(answer) in plain(text) for answer in answers)


def ask(house: Services, asking: Asking, question: Question, memory: RememberingEmbedder) -> Seen:
    """Ask through the product and look at what was shown."""
    conversation = asking.start()
    began = time.monotonic()
    draft = conversation.prepare(question[2])
    quotes: list[str] = []
    done: Finished | None = None
    passages: tuple[Passage, ...] = ()
    for event in conversation.answer(draft, house.route(), Cancel(), mode=AnswerMode.QUOTING):
        if isinstance(event, Passages):
            passages = event.passages
        elif type(event).__name__ == "Cited":
            quotes.append(event.citation.quote)
        elif isinstance(event, Finished):
            done = event
    assert done is not None
    seconds = time.monotonic() - began
    asked = Asked.of(question[2], conversation._rarity())
    ranked = score(asked, passages, embedder=memory)
    right = [holds(one.place.text, question[3]) for one in ranked]
    row = {"features": [one.features for one in ranked], "right": right, "text": [one.place.text for one in ranked]}
    row["evidence"] = evidence(ranked) if ranked else []
    row["from"] = [one.place.passage.document.path.name for one in ranked]
    return Seen(
        first=bool(quotes) and holds(quotes[0], question[3]),
        anywhere=any(holds(quote, question[3]) for quote in quotes),
        words=sum(count_words(quote) for quote in quotes),
        sure=done.confidence,
        log_odds=answered(ranked),
        seconds=seconds,
        row=row,
    )


def measure(paragraphs: Sequence[str], questions: Sequence[Question]) -> tuple[list[Seen], list[Seen]]:
    """Every question with its paragraph in the library and with that paragraph removed from it."""
    whole: list[Seen] = []
    without: list[Seen] = []
    names = [f"{at + 1:03}.txt" for at in range(len(paragraphs))]
    with house_of(dict(zip(names, paragraphs, strict=True))) as (house, folder):
        memory = RememberingEmbedder(house.models.embedder)  # type: ignore[arg-type]  # the starter is there
        asking = Asking(house.store, house.library, chat=None, embedder=memory, mode=lambda: AnswerMode.QUOTING)
        for at, name in enumerate(names):
            mine = [question for question in questions if question[0] == at]
            whole += [ask(house, asking, question, memory) for question in mine]
            house.library.forget([folder / name])
            without += [ask(house, asking, question, memory) for question in mine]
            for _ in house.library.index([folder / name], cancel=Cancel()):
                pass
    return whole, without


def share(flags: Sequence[bool]) -> float:
    """Part of the flags that are true; 0 for none."""
    return sum(flags) / len(flags) if flags else 0.0


def report(whole: Sequence[Seen], without: Sequence[Seen]) -> list[tuple[str, float, str]]:
    """(figure, value, bound)."""
    certain = [one for one in whole if one.sure is Confidence.CERTAIN]
    return [
        ("first quoted sentence holds the answer", share([one.first for one in whole]), "≥ 0.85"),
        ("all shown holds the answer", share([one.anywhere for one in whole]), "≥ 0.92"),
        ("stated as certain", len(certain) / len(whole), "≥ 0.60"),
        ("of these wrong", share([not one.anywhere for one in certain]), "≤ 0.02"),
        ("paragraph removed: nothing answers", share([one.sure is Confidence.NONE for one in without]), "≥ 0.80"),
        ("answerable: nothing answers", share([one.sure is Confidence.NONE for one in whole]), "≤ 0.10"),
        ("paragraph removed: stated as certain", share([one.sure is Confidence.CERTAIN for one in without]), ""),
        ("answerable told from unanswerable, AUROC", auroc(whole, without), "≥ 0.75"),
        ("words shown, most", float(max(one.words for one in whole)), "≤ 60"),
        ("seconds for an answer, median", sorted(one.seconds for one in whole)[len(whole) // 2], ""),
    ]


def auroc(whole: Sequence[Seen], without: Sequence[Seen]) -> float:
    """Chance that an answerable question gets higher log-odds than an unanswerable one; equal ones count half."""
    above = sum(one.log_odds > other.log_odds for one in whole for other in without)
    equal = sum(one.log_odds == other.log_odds for one in whole for other in without)
    return (above + equal / 2) / (len(whole) * len(without))


def curve(whole: Sequence[Seen], without: Sequence[Seen]) -> list[tuple[float, float, float]]:
    """(threshold on the log-odds, answerable ones lost, removed ones that say nothing answers)."""
    steps = [at / 4 for at in range(-12, 9)]
    return [
        (step, share([one.log_odds < step for one in whole]), share([one.log_odds < step for one in without]))
        for step in steps
    ]


def main() -> int:
    """Print the table and the curve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=Path, help="keep here what the weights are fitted from")
    parser.add_argument("--questions", type=Path, help="ask others of the same kind")
    parser.add_argument("--paragraphs", type=int, help="ask only of the first so many")
    options = parser.parse_args()
    path = options.questions or samples("questions/xquad_en_dev.json")
    if path is None:
        return 0
    paragraphs, questions = load(path)
    count = options.paragraphs or len(paragraphs)
    questions = [question for question in questions if question[0] < count]
    whole, without = measure(paragraphs[:count], questions)
    print(f"{len(questions)} questions, {count} paragraphs, whole library searched, quoting\n")
    for figure, value, bound in report(whole, without):
        print(f"{figure:<42} {value:>7.3f}   {bound}")
    print(f"\n{'log-odds below':>15} {'lost':>7} {'nothing said, removed':>22}")
    for step, lost, kept in curve(whole, without):
        print(f"{step:>15.2f} {lost:>7.3f} {kept:>22.3f}{'   <- used' if step == weights.NOTHING_BELOW else ''}")
    if options.features:
        rows = [
            {"title": question[1], "paragraph": question[0] + 1, "whole": one.row, "without": other.row}
            for question, one, other in zip(questions, whole, without, strict=True)
        ]
        options.features.write_text(json.dumps(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
