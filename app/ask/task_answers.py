"""Answers one task of a plan from passages: sentences are weighed, values read out of them, and passages vote."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.ask.task_writer import asked_of_writer
from app.ask.values_in_text import Read, values_in
from app.cloud.task_plan import PlannedTask
from app.cloud.value_types import AnswerType, Value, YesNo
from app.evidence import weights
from app.evidence.check import unsupported
from app.evidence.features import Asked
from app.evidence.quoting import Scored, answered, score
from app.evidence.terms import words
from app.values import Passage
from models.api import Cancel, ChatModel, Embedder

_MOST_SENTENCES = 6
_WITHIN = 6.0
"""Sentences whose score is further below the best have no say: their chance beside it is below 1 in 400."""
_DENIES = re.compile(r"\b(?:not|never|no|none|cannot|nor|neither|without)\b|n['’]t\b", re.IGNORECASE)
_SAYS_SO, _SAME_MATTER = 0.75, 0.2


@dataclass(frozen=True, slots=True)
class Vote:
    """A value, the sentence of the passage it was read from, and its weight."""

    value: Value
    passage: Passage
    start: int
    end: int
    weight: float
    value_start: int = 0
    value_end: int = 0
    """Characters of the passage that hold the value itself; both 0 when the whole sentence does (yes or no)."""
    agreed: int = 1


def labels_back(task: PlannedTask, labels: Mapping[str, str]) -> PlannedTask:
    """The task with surrogates put back, for looking here; the provider knows only the label."""
    instruction = task.instruction
    for label in sorted(labels, key=len, reverse=True):
        instruction = instruction.replace(label, labels[label])
    return replace(task, instruction=instruction)


@dataclass(frozen=True, slots=True)
class Answering:
    """What tasks are answered with. `chat` only when the writer was measured to be good enough."""

    rarity: Callable[[str], float]
    embedder: Embedder | None
    chat: ChatModel | None

    def answer(self, task: PlannedTask, passages: Sequence[Passage], *, cancel: Cancel) -> Vote | None:
        """The value most passages agree on; None when nothing answers. Raises ModelError."""
        asked = Asked.of(task.instruction, self.rarity)
        ranked = score(asked, passages, embedder=self.embedder, cancel=cancel)
        if cancel.stopped or not ranked:
            return None
        best = [one for one in ranked[:_MOST_SENTENCES] if one.score >= ranked[0].score - _WITHIN]
        if self.chat is not None:
            votes = asked_of_writer(self.chat, task, best, cancel=cancel)
            told = [Vote(read.value, one.place.passage, one.place.start, one.place.end, _chance(one, best),
                         one.place.start + read.start, one.place.start + read.end) for one, read in votes]  # fmt: skip
            return elected(told)
        if task.wanted.type is AnswerType.BOOL:
            return _yes_or_no(asked, task, best)
        if answered(ranked) < weights.NOTHING_BELOW:
            return None
        return elected([vote for one in best for vote in _votes(asked, task, one, best)])


def elected(votes: Sequence[Vote]) -> Vote | None:
    """The value with most weight together, from the place that says it most clearly; None without votes."""
    together: dict[Value, float] = {}
    for vote in votes:
        together[vote.value] = together.get(vote.value, 0.0) + vote.weight
    if not together:
        return None
    winner = max(together, key=lambda value: together[value])
    mine = [vote for vote in votes if vote.value == winner]
    agreed = len({vote.passage.id for vote in mine})
    return replace(max(mine, key=lambda vote: vote.weight), agreed=agreed)


def _chance(one: Scored, best: Sequence[Scored]) -> float:
    return math.exp(one.score - best[0].score)


def _votes(asked: Asked, task: PlannedTask, one: Scored, best: Sequence[Scored]) -> list[Vote]:
    """The values of one sentence share its weight by how near they stand to the words of the task."""
    place = one.place
    reads = values_in(place.text, task.wanted, instruction=task.instruction)
    near = [_nearness(asked, task, place.text, read) for read in reads]
    total = sum(near) or 1.0
    return [
        Vote(
            value=read.value,
            passage=place.passage,
            start=place.start,
            end=place.end,
            weight=_chance(one, best) * share / total,
            value_start=place.start + read.start,
            value_end=place.start + read.end,
        )
        for read, share in zip(reads, near, strict=True)
    ]


def _nearness(asked: Asked, task: PlannedTask, sentence: str, read: Read) -> float:
    """How much of the task's words stand near a value, each counted by its rarity and its distance in words."""
    weights_of = {term.stem: weight for term, weight in zip(asked.terms, asked.weights, strict=True)}
    own = words(sentence)
    first = next((at for at, word in enumerate(own) if word.end > read.start), 0)
    last = next((at for at, word in enumerate(own) if word.end >= read.end), first)
    value = 0.05
    for at, word in enumerate(own):
        if first <= at <= last:
            continue
        away = first - at if at < first else at - last
        value += weights_of.get(word.stem, 0.0) / (1 + away)
        if word.stem in asked.expected.unit and task.wanted.type is AnswerType.NUMBER:
            value += 4.0 / away if at > last else 1.0 / away
    return value**2


def _yes_or_no(asked: Asked, task: PlannedTask, best: Sequence[Scored]) -> Vote | None:
    """Yes where a sentence holds every number, date and name of the task and most of its words, by their rarity; no
    where the best sentence speaks of the same and does not. Weak evidence is an abstention."""
    for one in best:
        text = one.place.text
        if unsupported(task.instruction, [text]) or _covered(asked, text) < _SAYS_SO:
            continue
        same = bool(_DENIES.search(task.instruction)) == bool(_DENIES.search(text))
        return Vote(YesNo(same), one.place.passage, one.place.start, one.place.end, 1.0)
    top = best[0].place
    if _covered(asked, top.text) < _SAME_MATTER:
        return None
    return Vote(YesNo(False), top.passage, top.start, top.end, 1.0)


def _covered(asked: Asked, sentence: str) -> float:
    """Share of the task's words that a sentence holds, each by its rarity in the library."""
    held = {word.stem for word in words(sentence)}
    total = sum(asked.weights)
    return sum(w for t, w in zip(asked.terms, asked.weights, strict=True) if t.stem in held) / total if total else 0.0
