"""`make bench-findings`: typed questions answered as tasks of a plan, with the writer and without; on real models."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from answering_desk import RememberingEmbedder, house_of, samples

from app.ask.findings import Finder, Found
from app.ask.values_in_text import day_of, number_of
from app.cloud.levels import ENOUGH_RIGHT
from app.cloud.value_types import AnswerType, Day, Number, Phrase, Value, YesNo
from app.evidence.terms import fold
from app.services import Services
from app.store.full_text import Words
from models.api import Cancel

_ARTICLES = re.compile(r"^(?:the|a|an) ")
_NO_AMOUNT = re.compile(r"\d[–:-]\d|\d0s\b|(?<!^)[A-Z][a-z]")
"""Scores, times of day, decades and names."""
_WIDER_BY = 2


@dataclass(frozen=True, slots=True)
class Typed:
    """One question with the type of its answer and its right answers; made from a question of the samples."""

    type: AnswerType
    question: str
    answers: tuple[str, ...]
    paragraph: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question. `wide`: right, or with at most two words more or fewer."""

    typed: Typed
    said: str
    right: bool
    wide: bool


def typed_questions(path: Path) -> tuple[list[str], list[Typed]]:
    """Paragraphs, and every question of theirs whose answer has a type.

    number: the answer is one number in figures or words, alone or with a unit or what it counts (at most 3 words);
    date: it is one date or year; phrase: at most 12 words that are neither. bool: made of every second number, date
    and phrase as 'Is it “…”: …?', in turn with the right answer and with the next right answer of
    the same type from the same article.
    """
    paragraphs = json.loads(path.read_text(encoding="utf-8"))["paragraphs"]
    plain: list[Typed] = []
    titles: list[str] = []
    for at, paragraph in enumerate(paragraphs):
        for asked in paragraph["questions"]:
            answers = tuple(asked["answers"])
            kind = _type_of(answers[0])
            if kind is not None:
                plain.append(Typed(kind, asked["question"].strip(), answers, at))
                titles.append(paragraph["title"])
    return [paragraph["text"] for paragraph in paragraphs], plain + list(_yes_or_no(plain, titles))


def _type_of(answer: str) -> AnswerType | None:
    words = answer.strip(" .").split()
    if day_of(answer) is not None and len(words) <= 5:
        return AnswerType.DATE
    if number_of(answer) is not None and len(words) <= 3 and not _NO_AMOUNT.search(answer):
        return AnswerType.NUMBER
    return AnswerType.PHRASE if len(words) <= 12 else None


def _yes_or_no(plain: Sequence[Typed], titles: Sequence[str]) -> Iterator[Typed]:
    for at in range(0, len(plain), 2):
        one = plain[at]
        others = [
            plain[j]
            for j in (*range(at + 1, len(plain)), *range(at))
            if titles[j] == titles[at] and plain[j].type is one.type and not _same(plain[j].answers[0], one.answers)
        ]
        true = at % 4 == 0 or not others
        said = one.answers[0] if true else others[0].answers[0]
        question = f"Is it “{said.strip(' .')}”: {one.question}"
        yield Typed(AnswerType.BOOL, question, ("yes" if true else "no",), one.paragraph)


def _plain(text: str) -> str:
    return _ARTICLES.sub("", " ".join(re.sub(r"[^\w%]+", " ", fold(text)).split()))


def _same(text: str, answers: Sequence[str]) -> bool:
    return _plain(text) in {_plain(answer) for answer in answers}


def reply(typed: Typed) -> str:
    """The plan a provider could have sent: one task in the question's own words."""
    task = {"id": "answer", "instruction": typed.question, "answer_type": typed.type.value}
    return json.dumps({"tasks": [task], "combine": ""})


def judged(typed: Typed, value: Value) -> tuple[bool, bool]:
    """(right, right but for a word or two)."""
    match value:
        case Number():
            right = any(number_of(answer) == value.amount for answer in typed.answers)
        case Day():
            right = any(day_of(answer) == value for answer in typed.answers)
        case YesNo():
            right = ("yes" if value.yes else "no") in typed.answers
        case Phrase():
            right = _same(value.words, typed.answers)
            return right, right or any(_nearly(_plain(value.words), _plain(answer)) for answer in typed.answers)
        case _:
            right = False
    return right, right


def _nearly(one: str, other: str) -> bool:
    short, long = sorted((one.split(), other.split()), key=len)
    inside = f" {' '.join(short)} " in f" {' '.join(long)} "
    return bool(short) and inside and len(long) - len(short) <= _WIDER_BY


def answer_all(house: Services, questions: Sequence[Typed], *, writes: bool) -> list[Outcome]:
    """Each question through the product: the whole library searched, its passages read, one task carried out."""
    memory = RememberingEmbedder(house.models.embedder)  # type: ignore[arg-type]  # the starter is there
    words = Words(house.store)
    finder = Finder(house.library, words=words, chat=house.models.chat, embedder=memory, writes=lambda: writes)
    found: list[Outcome] = []
    for at, typed in enumerate(questions, start=1):
        if at % 20 == 0:
            print(f"  {at} of {len(questions)}: {sum(one.wide for one in found)} right", file=sys.stderr, flush=True)
        passages = house.library.search(typed.question, limit=8).passages
        made: Found = finder.run(reply(typed), passages=passages, cancel=Cancel())
        if not made.values:
            found.append(Outcome(typed, "", False, False))
            continue
        right, wide = judged(typed, made.values[0].value)
        found.append(Outcome(typed, made.values[0].text, right, wide))
    return found


def share(flags: Sequence[bool]) -> Decimal:
    """Part of the flags that are true."""
    return Decimal(sum(flags)) / Decimal(len(flags) or 1)


def report(name: str, outcomes: Sequence[Outcome], seconds: float) -> None:
    """One table."""
    print(f"\n{name}: {len(outcomes)} typed questions, {seconds / max(1, len(outcomes)):.2f} s each\n")
    print(f"{'type':<10}{'asked':>7}{'answered':>10}{'right':>8}{'± 2 words':>11}{'right where answered':>22}")
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        kinds[one.typed.type.value].append(one)
    for kind, some in [*sorted(kinds.items()), ("all", list(outcomes))]:
        told = [one for one in some if one.said]
        print(
            f"{kind:<10}{len(some):>7}{share([bool(one.said) for one in some]):>10.3f}"
            f"{share([one.right for one in some]):>8.3f}{share([one.wide for one in some]):>11.3f}"
            f"{share([one.wide for one in told]):>22.3f}"
        )
    offered = share([one.wide for one in outcomes]) >= Decimal(str(ENOUGH_RIGHT))
    print(f"\nFindings offered with this way of reading: {'yes' if offered else 'no'} ({ENOUGH_RIGHT:.0%} needed)")


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=("both", "evidence", "writer"), default="both")
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th question")
    parser.add_argument("--type", choices=[one.value for one in AnswerType], help="ask only these")
    parser.add_argument("--wrong", action="store_true", help="show what was wrong")
    options = parser.parse_args()
    path = samples("questions/xquad_en_dev.json")
    if path is None:
        return 0
    paragraphs, questions = typed_questions(path)
    questions = [one for one in questions if options.type in (None, one.type.value)][:: options.every]
    names = [f"{at + 1:03}.txt" for at in range(len(paragraphs))]
    with house_of(dict(zip(names, paragraphs, strict=True))) as (house, _):
        for way in ("evidence", "writer"):
            if options.way in ("both", way):
                began = time.monotonic()
                outcomes = answer_all(house, questions, writes=way == "writer")
                report(f"Read by {'the evidence tools' if way == 'evidence' else house.models.writer_name}",
                       outcomes, time.monotonic() - began)  # fmt: skip
                for one in outcomes if options.wrong else ():
                    if not one.right:
                        print(f"  {one.typed.type.value:<7} {one.typed.question} | {one.typed.answers} | {one.said!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
