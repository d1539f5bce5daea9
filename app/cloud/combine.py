"""Works out the one sum a plan may ask for: a tiny grammar of our own, so that nothing a provider writes is ever run.

compare := sum [("<" | "<=" | ">" | ">=" | "=" | "!=") sum]
sum     := product (("+" | "-") product)*
product := factor (("*" | "x" | "×" | "/" | "÷") factor)*
factor  := number | task | "-" factor | "(" compare ")" | name "(" compare ("," compare)* ")"
name    := "min" | "max" | "sum" | "count" | "compare"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

from app.cloud.value_types import Choice, Day, Number, Phrase, Value, YesNo

MOST_CHARS = 200
_MOST_TOKENS = 80
_DEEPEST = 8
_LARGEST = Decimal(10) ** 15
_MOST_FIGURES = 18
_FUNCTIONS = ("min", "max", "sum", "count", "compare")
_TOKEN = re.compile(r"\s*(?:([0-9]{1,15}(?:\.[0-9]{1,9})?)|([a-z][a-z0-9_]{0,23})|(<=|>=|!=|[-+*/×÷(),<>=]))")
_TIMES, _OVER = ("*", "×", "x"), ("/", "÷")
_ORDERS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


class CannotCombine(Exception):
    """The sum cannot be worked out; the text says why in plain words."""


def check(expression: str, tasks: frozenset[str]) -> None:
    """Raises CannotCombine when it is not in the grammar or names a task there is not. Works nothing out."""
    _Parser(expression, tasks).whole()


def evaluate(expression: str, values: Mapping[str, Value | None]) -> Value:
    """The value of an expression over the values of the tasks; None for a task that found nothing.

    Raises CannotCombine: outside the grammar, a value missing, units that do not fit, division by zero, too large.
    """
    tree = _Parser(expression, frozenset(values)).whole()
    with localcontext(Context(prec=28, Emax=40, Emin=-40, traps=[InvalidOperation, DivisionByZero, Overflow])):
        try:
            return _work_out(tree, values)
        except DivisionByZero as error:
            raise CannotCombine("It would divide by zero.") from error
        except (InvalidOperation, Overflow) as error:
            raise CannotCombine("The result is too large to be told exactly.") from error


@dataclass(frozen=True, slots=True)
class _Amount:
    of: Decimal


@dataclass(frozen=True, slots=True)
class _Name:
    of: str


@dataclass(frozen=True, slots=True)
class _Apply:
    does: str
    to: tuple[_Tree, ...]


_Tree = _Amount | _Name | _Apply


class _Parser:
    """Reads one expression; never deeper than _DEEPEST, never longer than _MOST_TOKENS."""

    def __init__(self, text: str, tasks: frozenset[str]) -> None:
        self._tasks = tasks
        self._tokens = _tokens(text)
        self._at = 0

    def whole(self) -> _Tree:
        tree = self._compare(0)
        if self._at < len(self._tokens):
            raise CannotCombine(f"The sum has “{self._tokens[self._at]}” where it should end.")
        return tree

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self._at += 1
        return token

    def _want(self, token: str) -> None:
        if self._take() != token:
            raise CannotCombine(f"The sum lacks “{token}”.")

    def _compare(self, depth: int) -> _Tree:
        left = self._sum(depth)
        if self._next() in _ORDERS:
            return _Apply(self._take(), (left, self._sum(depth)))
        return left

    def _sum(self, depth: int) -> _Tree:
        tree = self._product(depth)
        while self._next() in ("+", "-"):
            tree = _Apply(self._take(), (tree, self._product(depth)))
        return tree

    def _product(self, depth: int) -> _Tree:
        tree = self._factor(depth)
        while self._next() in (*_TIMES, *_OVER):
            does = "*" if self._take() in _TIMES else "/"
            tree = _Apply(does, (tree, self._factor(depth)))
        return tree

    def _factor(self, depth: int) -> _Tree:
        if depth >= _DEEPEST:
            raise CannotCombine("The sum is nested too deeply.")
        token = self._take()
        if token == "(":
            tree = self._compare(depth + 1)
            self._want(")")
            return tree
        if token == "-":
            return _Apply("-", (_Amount(Decimal(0)), self._factor(depth + 1)))
        if token[:1].isdigit():
            return _Amount(Decimal(token))
        if token in _FUNCTIONS and self._next() == "(":
            return _Apply(token, self._arguments(depth))
        if token in self._tasks:
            return _Name(token)
        raise CannotCombine(f"The sum names “{token}”, which is no task." if token else "The sum is not complete.")

    def _arguments(self, depth: int) -> tuple[_Tree, ...]:
        self._want("(")
        found = [self._compare(depth + 1)]
        while self._next() == ",":
            self._take()
            found.append(self._compare(depth + 1))
        self._want(")")
        return tuple(found)


def _tokens(text: str) -> list[str]:
    if len(text) > MOST_CHARS:
        raise CannotCombine("The sum is too long.")
    found: list[str] = []
    at = 0
    while at < len(text) and text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise CannotCombine(f"The sum has “{text[at:].strip()[:1]}”, which is not allowed there.")
        found.append(match.group().strip())
        at = match.end()
    if not found or len(found) > _MOST_TOKENS:
        raise CannotCombine("The sum is too long." if found else "There is no sum.")
    return found


def _work_out(tree: _Tree, values: Mapping[str, Value | None]) -> Value:
    match tree:
        case _Amount():
            return Number(tree.of)
        case _Name():
            value = values[tree.of]
            if value is None:
                raise CannotCombine(f"“{tree.of.replace('_', ' ')}” was not found here.")
            return value
        case _Apply("count", to):
            return Number(Decimal(sum(not isinstance(one, _Name) or values[one.of] is not None for one in to)))
        case _Apply(does, to):
            return _apply(does, [_work_out(one, values) for one in to])


def _apply(does: str, to: list[Value]) -> Value:
    if does in _ORDERS and len(to) == 2:
        return YesNo(_ordered(does, to[0], to[1]))
    if does == "compare":
        return _compared(to)
    days = [one for one in to if isinstance(one, Day)]
    if days and len(days) == len(to):
        return _of_days(does, days)
    if days and len(to) == 2 and isinstance(to[0], Day) and does in ("+", "-"):
        return _moved(to[0], to[1], forward=does == "+")
    return _of_numbers(does, [_number(one) for one in to])


def _of_numbers(does: str, to: list[Number]) -> Number:
    amounts = [one.amount for one in to]
    if does in ("*", "/"):
        return _times(to[0], to[1]) if does == "*" else _over(to[0], to[1])
    unit = _one_unit(to)
    match does:
        case "+" | "sum":
            total = sum(amounts, Decimal(0))
        case "-":
            total = amounts[0] - amounts[1]
        case "min":
            total = min(amounts)
        case "max":
            total = max(amounts)
        case _:
            raise CannotCombine("The sum asks for something that is not allowed.")
    return _bounded(total, unit)


def _times(one: Number, other: Number) -> Number:
    if one.unit and other.unit and "%" not in (one.unit, other.unit):
        raise CannotCombine(f"{one.unit} cannot be multiplied by {other.unit}.")
    amount = one.amount * other.amount
    if "%" in (one.unit, other.unit):
        return _bounded(amount / 100, other.unit if one.unit == "%" else one.unit)
    return _bounded(amount, one.unit or other.unit)


def _over(one: Number, other: Number) -> Number:
    if not other.amount:
        raise CannotCombine("It would divide by zero.")
    if other.unit and one.unit != other.unit:
        raise CannotCombine(f"{one.unit or 'A number'} cannot be divided by {other.unit}.")
    return _bounded(one.amount / other.amount, "" if one.unit == other.unit else one.unit)


def _bounded(amount: Decimal, unit: str) -> Number:
    if abs(amount) > _LARGEST:
        raise CannotCombine("The result is too large to be told exactly.")
    context = Context(prec=_MOST_FIGURES)
    return Number(context.plus(amount).normalize(context) if amount else Decimal(0), unit)


def _one_unit(to: list[Number]) -> str:
    units = {one.unit for one in to if one.unit}
    if len(units) > 1:
        raise CannotCombine(f"{' and '.join(sorted(units))} cannot be taken together.")
    return units.pop() if units else ""


def _number(value: Value) -> Number:
    match value:
        case Number():
            return value
        case YesNo() | Choice() | Phrase() | Day():
            raise CannotCombine("Only numbers can be summed, and dates compared.")


def _ordered(does: str, one: Value, other: Value) -> bool:
    if isinstance(one, Day) and isinstance(other, Day):
        return _ORDERS[does](Decimal(_whole(one).toordinal()), Decimal(_whole(other).toordinal()))
    if does in ("=", "!=") and type(one) is type(other) and isinstance(one, Choice | Phrase | YesNo):
        return (one == other) is (does == "=")
    pair = [_number(one), _number(other)]
    _one_unit(pair)
    return _ORDERS[does](pair[0].amount, pair[1].amount)


def _compared(to: list[Value]) -> Choice:
    if len(to) != 2:
        raise CannotCombine("Two values are needed to compare.")
    if isinstance(to[0], Choice | Phrase | YesNo):
        return Choice("the same" if _ordered("=", to[0], to[1]) else "not the same")
    if _ordered("=", to[0], to[1]):
        return Choice("the same")
    dates = isinstance(to[0], Day)
    if _ordered("<", to[0], to[1]):
        return Choice("the first is earlier" if dates else "the first is smaller")
    return Choice("the first is later" if dates else "the first is larger")


def _of_days(does: str, days: list[Day]) -> Value:
    whole = [(_whole(day), day) for day in days]
    match does:
        case "min":
            return min(whole, key=lambda one: one[0])[1]
        case "max":
            return max(whole, key=lambda one: one[0])[1]
        case "-" if len(days) == 2:
            return Number(Decimal((whole[0][0] - whole[1][0]).days), "days")
        case _:
            raise CannotCombine("Dates can be compared and subtracted, nothing else.")


def _moved(day: Day, by: Value, *, forward: bool) -> Day:
    number = _number(by)
    steps = {"day": 1, "days": 1, "week": 7, "weeks": 7}.get(number.unit)
    if steps is None or number.amount != number.amount.to_integral_value() or abs(number.amount) > 100_000:
        raise CannotCombine("Only whole days and weeks can be added to a date.")
    try:
        moved = date.fromordinal(_whole(day).toordinal() + (1 if forward else -1) * steps * int(number.amount))
    except (ValueError, OverflowError) as error:
        raise CannotCombine("That date is out of reach.") from error
    return Day(moved.year, moved.month, moved.day)


def _whole(day: Day) -> date:
    try:
        return date(day.year, day.month, day.day)
    except ValueError as error:
        raise CannotCombine("A date is not told to the day.") from error


def names(expression: str) -> frozenset[str]:
    """The tasks an expression names; functions and signs are none."""
    return frozenset(token for token in _tokens(expression) if token[0].isalpha() and token not in (*_FUNCTIONS, "x"))


def said(expression: str, labels: Mapping[str, str], values: Mapping[str, Value | None]) -> str:
    """The sum in words a person can check: "Rent × 12" for "rent * 12"."""
    words = [labels.get(token, token) if token in values else token for token in _tokens(expression)]
    text = " ".join("×" if word in ("*", "x") else "÷" if word == "/" else word for word in words)
    return text.replace("( ", "(").replace(" )", ")").replace(" ,", ",").replace("sum (", "sum(")
