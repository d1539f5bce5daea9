"""Carries out a plan on this computer: each task becomes one typed value with its citation, or nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.ask.past import from_row, to_row
from app.ask.task_answers import Answering, Vote, labels_back
from app.cloud import value_types
from app.cloud.combine import CannotCombine, evaluate, names, said
from app.cloud.copied import RUN_CHARS, SHINGLE_WORDS
from app.cloud.parcel import Part, PartKind
from app.cloud.task_plan import Plan, PlannedTask, parse
from app.cloud.value_types import Phrase, Value, keeps_here, shown
from app.evidence.places import citation
from app.library.library import Library
from app.store.full_text import Words
from app.values import Citation, Passage
from models.api import Cancel, ChatModel, Embedder

_NONE: Mapping[str, str] = MappingProxyType({})
WORKED = "W"
"""Id of the part that is the result of the plan's sum."""
_COPIED = "It stands in the file in these very words. To send a longer quote, send more."


@dataclass(frozen=True, slots=True)
class FoundValue:
    """One value with the place it was read from; the place never leaves."""

    n: int
    """Its number in the answer: F1, [1]."""
    task: str
    label: str
    """What it is, in words: "Notice period"."""
    value: Value
    citation: Citation
    agreed: int = 1
    """How many passages say so."""

    @property
    def text(self) -> str:
        """The value as it leaves: "90 days"."""
        return shown(self.value)

    @property
    def kept_here(self) -> str:
        """Why it may not leave whatever is ticked; empty when it may."""
        words = self.text.split()
        if isinstance(self.value, Phrase) and (len(words) >= SHINGLE_WORDS or len(self.text) >= RUN_CHARS):
            return _COPIED
        return keeps_here(self.value)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a plan."""

    values: tuple[FoundValue, ...]
    missing: tuple[str, ...]
    """Labels of tasks nothing was found for."""
    worked: str = ""
    """The result of the plan's sum: "10800 EUR"."""
    sum_said: str = ""
    """The sum in words: "Monthly rent × 12"."""
    sum_uses: tuple[int, ...] = ()
    """Numbers of the values the sum was worked out from."""
    note: str = ""
    """Why there is no result although a sum was asked for."""
    round: int = 1

    @property
    def parts(self) -> tuple[Part, ...]:
        """What can be ticked: one part for each value, and one for the result of the sum."""
        parts = [_part(f"F{one.n}", one.label, one.text, (one,), kept_here=one.kept_here) for one in self.values]
        used = tuple(one for one in self.values if one.n in self.sum_uses)
        if self.worked:
            kept = next((one.kept_here for one in used if one.kept_here), "")
            parts.append(_part(WORKED, self.sum_said, self.worked, used, kept_here=kept))
        return tuple(parts)

    def to_row(self) -> str:
        """What `from_row` reads: one JSON object, to stand beside a kept parcel."""
        values = [
            {"n": one.n, "task": one.task, "label": one.label, "agreed": one.agreed}
            | {"value": value_types.to_row(one.value), "citation": to_row(one.citation)}
            for one in self.values
        ]
        rest: dict[str, object] = {
            "missing": self.missing,
            "worked": self.worked,
            "sum_said": self.sum_said,
            "note": self.note,
        }
        rest |= {"sum_uses": self.sum_uses, "round": self.round}
        return json.dumps({"values": values} | rest, ensure_ascii=False)

    @classmethod
    def from_row(cls, text: str) -> Found:
        """What `to_row` kept. Raises KeyError, TypeError or ValueError for anything else."""
        row = json.loads(text)
        values = tuple(
            FoundValue(
                n=int(one["n"]),
                task=str(one["task"]),
                label=str(one["label"]),
                value=value_types.from_row(one["value"]),
                citation=from_row(one["citation"]),
                agreed=int(one["agreed"]),
            )
            for one in row["values"]
        )
        return cls(
            values=values,
            missing=tuple(str(one) for one in row["missing"]),
            worked=str(row["worked"]),
            sum_said=str(row["sum_said"]),
            sum_uses=tuple(int(one) for one in row["sum_uses"]),
            note=str(row["note"]),
            round=int(row["round"]),
        )


def _part(name: str, title: str, text: str, of: Sequence[FoundValue], *, kept_here: str) -> Part:
    documents = list(dict.fromkeys(one.citation.passage.document for one in of))
    return Part(
        id=name,
        kind=PartKind.FINDING,
        title=title,
        text=text,
        document=documents[0].path if documents else None,
        kept_here=kept_here,
        rests_on=tuple((str(document.path), document.sha256) for document in documents),
    )


class Finder:
    """Answers tasks from the passages the person's own question found; a plan cannot search for others."""

    def __init__(
        self,
        library: Library,
        *,
        words: Words,
        chat: ChatModel | None,
        embedder: Embedder | None,
        writes: Callable[[], bool],
    ) -> None:
        """`writes`: whether the writer was measured to be good enough to be asked (Action.FINDINGS)."""
        self._library = library
        self._words = words
        self._chat = chat
        self._embedder = embedder
        self._writes = writes

    def run(
        self,
        reply: str,
        *,
        passages: Sequence[Passage],
        labels: Mapping[str, str] = _NONE,
        cancel: Cancel,
        round_: int = 1,
    ) -> Found:
        """Carry out the plan in a provider's reply. `labels` are surrogates given out (label to value), which are put
        back in the tasks for looking here. Raises PlanRefused, ModelError; empty when stopped."""
        plan = parse(reply, round_=round_)
        answering = Answering(
            rarity=self._rarity(), embedder=self._embedder, chat=self._chat if self._writes() else None
        )
        values: list[FoundValue] = []
        missing: list[str] = []
        for task in plan.tasks:
            if cancel.stopped:
                return Found((), (), round=round_)
            vote = answering.answer(labels_back(task, labels), passages, cancel=cancel)
            if vote is None:
                missing.append(task.label)
            else:
                values.append(self._found(task, vote, len(values) + 1))
        return self._worked_out(plan, tuple(values), tuple(missing), round_)

    def _found(self, task: PlannedTask, vote: Vote, n: int) -> FoundValue:
        emphasis = ((vote.value_start - vote.start, vote.value_end - vote.start),) if vote.value_end else ()
        cited = citation(self._library, vote.passage, (vote.start, vote.end), n=n, emphasis=emphasis)
        return FoundValue(n, task.id, task.label, vote.value, cited, vote.agreed)

    def _rarity(self) -> Callable[[str], float]:
        everything = self._library.documents.counts()[1]
        return lambda word: max(0.0, math.log((everything + 1) / (self._words.frequency(word) + 0.5)))

    def _worked_out(self, plan: Plan, values: tuple[FoundValue, ...], missing: tuple[str, ...], round_: int) -> Found:
        if not plan.combine:
            return Found(values, missing, round=round_)
        known: dict[str, Value | None] = dict.fromkeys(task.id for task in plan.tasks)
        known |= {one.task: one.value for one in values}
        in_words = said(plan.combine, {task.id: task.label for task in plan.tasks}, known)
        try:
            result = evaluate(plan.combine, known)
        except CannotCombine as error:
            return Found(values, missing, sum_said=in_words, note=str(error), round=round_)
        used = names(plan.combine)
        uses = tuple(one.n for one in values if one.task in used)
        return Found(values, missing, worked=shown(result), sum_said=in_words, sum_uses=uses, round=round_)
