"""Reads the plan a provider sends back, as hostile input: only small, typed, harmless tasks are ever looked up."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from app.cloud.combine import CannotCombine, check
from app.cloud.hostile_words import asks_too_much, plain_text
from app.cloud.value_types import AnswerType, Wanted
from app.errors import AppError

MOST_TASKS = 8
MOST_ROUNDS = 2
"""Plans one question may have: the first, and one more that the second call may ask for."""
MOST_INSTRUCTION_CHARS = 240
_MOST_BYTES = 8192
_DEEPEST = 4
_MOST_OPTIONS = 8
_MOST_OPTION_CHARS = 24
_MOST_OPTION_WORDS = 3
_ID = re.compile(r"[a-z][a-z0-9_]{0,23}")
_UNIT = re.compile(r"[A-Za-z€$£%°²³][A-Za-z€$£%°²³ /]{0,15}")
_ENUM = re.compile(r"enum\s*\[(?P<options>[^\[\]]{1,240})\]")
_PHRASE = re.compile(r"phrase(?:\s*\(\s*(?:<=|≤)?\s*12\s*words\s*\))?")
_FENCE = re.compile(r"\s*```(?:json)?\s*\n(?P<inside>.*)\n\s*```\s*", re.DOTALL)
_RESERVED = frozenset(("x", "min", "max", "sum", "count", "compare"))


class PlanRefused(AppError):
    """What came back is no plan Indoors will follow; the text says why."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The plan that came back was not followed: {why}",
            safe="Nothing was looked up, and nothing more was sent.",
            do="Ask again, or choose another level.",
        )
        self.why = why


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One thing to look up here. `instruction` is the provider's wording, checked; `id` names it in the sum."""

    id: str
    instruction: str
    wanted: Wanted

    @property
    def label(self) -> str:
        """The id as people read it: "notice_period" becomes "Notice period"."""
        return self.id.replace("_", " ").strip().capitalize()


@dataclass(frozen=True, slots=True)
class Plan:
    """At most eight tasks, and at most one sum over them ("" for none)."""

    tasks: tuple[PlannedTask, ...]
    combine: str


def parse(text: str, *, round_: int = 1) -> Plan:
    """Read a plan. Raises PlanRefused for whatever is not exactly one small JSON object of the agreed form, and for
    more rounds than two."""
    if round_ > MOST_ROUNDS:
        raise PlanRefused(f"a question has at most {MOST_ROUNDS} of them.")
    fields = _object(_loaded(text), {"tasks", "combine"}, needed={"tasks"}, what="the plan")
    rows = fields["tasks"]
    if not isinstance(rows, list) or not rows:
        raise PlanRefused("it holds no tasks.")
    if len(rows) > MOST_TASKS:
        raise PlanRefused(f"it holds {len(rows)} tasks; {MOST_TASKS} are the most.")
    tasks = tuple(_task(row) for row in rows)
    if len({task.id for task in tasks}) < len(tasks):
        raise PlanRefused("two tasks have the same name.")
    return Plan(tasks, _sum(fields.get("combine"), frozenset(task.id for task in tasks)))


def _loaded(text: str) -> Any:
    if len(text.encode("utf-8", "replace")) > _MOST_BYTES:
        raise PlanRefused("it is too long.")
    fenced = _FENCE.fullmatch(text)
    inside = fenced.group("inside") if fenced else text
    if _depth(inside) > _DEEPEST:
        raise PlanRefused("it is nested too deeply.")
    try:
        return json.loads(inside, object_pairs_hook=_pairs, parse_constant=_constant)
    except ValueError as error:
        raise PlanRefused("it is not in the agreed form.") from error


def _depth(text: str) -> int:
    """Brackets open at once, at most; those inside strings count too, which only makes it stricter."""
    deepest = depth = 0
    for char in text:
        depth += (char in "[{") - (char in "]}")
        deepest = max(deepest, depth)
    return deepest


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise PlanRefused("it says one thing twice.")
    return dict(pairs)


def _constant(word: str) -> Any:
    raise PlanRefused(f"it holds “{word}”, which is no value.")


def _object(value: Any, allowed: set[str], *, needed: set[str], what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PlanRefused(f"{what} is not in the agreed form.")
    if set(value) - allowed:
        raise PlanRefused(f"{what} holds something that was not agreed.")
    if needed - set(value):
        raise PlanRefused(f"{what} lacks {' and '.join(sorted(needed - set(value)))}.")
    return value


def _task(row: Any) -> PlannedTask:
    fields = _object(row, {"id", "instruction", "answer_type", "unit"}, needed={"id", "instruction", "answer_type"},
                     what="a task")  # fmt: skip
    name, instruction, kind, unit = (fields.get(key) for key in ("id", "instruction", "answer_type", "unit"))
    if not isinstance(name, str) or not _ID.fullmatch(name) or name in _RESERVED:
        raise PlanRefused("a task has no proper name.")
    if not isinstance(instruction, str) or not instruction.strip():
        raise PlanRefused("a task does not say what to look for.")
    if len(instruction) > MOST_INSTRUCTION_CHARS:
        raise PlanRefused(f"a task is longer than {MOST_INSTRUCTION_CHARS} characters.")
    said = plain_text(instruction)
    if said is None:
        raise PlanRefused("a task holds signs that cannot be seen or that imitate others.")
    for text in (said, name.replace("_", " ")):
        if why := asks_too_much(text):
            raise PlanRefused(why)
    return PlannedTask(name, said, _wanted(kind, unit))


def _wanted(kind: Any, unit: Any) -> Wanted:
    if not isinstance(kind, str):
        raise PlanRefused("a task asks for a kind of answer that does not leave.")
    if unit in (None, ""):
        unit = ""
    elif not isinstance(unit, str) or not _UNIT.fullmatch(unit):
        raise PlanRefused("a task has a unit that is none.")
    if match := _ENUM.fullmatch(kind):
        return Wanted(AnswerType.ENUM, _options(match.group("options")))
    if kind in ("number", "date", "bool"):
        return Wanted(AnswerType(kind), unit=unit if kind == "number" else "")
    if _PHRASE.fullmatch(kind):
        return Wanted(AnswerType.PHRASE)
    raise PlanRefused("a task asks for a kind of answer that does not leave.")


def _options(listed: str) -> tuple[str, ...]:
    options = [plain_text(part.strip().strip("\"'")) for part in re.split(r"[,|]", listed)]
    told = [option for option in options if option]
    if (
        len(told) < len(options)
        or not 2 <= len(told) <= _MOST_OPTIONS
        or len({one.casefold() for one in told}) < len(told)
    ):
        raise PlanRefused(f"a task does not offer two to {_MOST_OPTIONS} different words to choose from.")
    if any(len(one) > _MOST_OPTION_CHARS or len(one.split()) > _MOST_OPTION_WORDS for one in told):
        raise PlanRefused("a task offers whole sentences to choose from.")
    for one in told:
        if why := asks_too_much(one):
            raise PlanRefused(why)
    return tuple(told)


def _sum(expression: Any, tasks: frozenset[str]) -> str:
    if expression is None or expression == "":
        return ""
    if not isinstance(expression, str):
        raise PlanRefused("its sum is not in the agreed form.")
    try:
        check(expression, tasks)
    except CannotCombine as error:
        raise PlanRefused(str(error)[:1].lower() + str(error)[1:]) from error
    return " ".join(expression.split())
