"""Turns messages into the prompt a model was trained on, with the Jinja template its file brings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.api import Message


class TemplateTrouble(Exception):
    """The template cannot be read or refuses these messages."""


def _refuse(message: str) -> None:
    raise TemplateTrouble(message)


class ChatTemplate:
    """One model's template. It comes out of a downloaded file, so it runs in Jinja's sandbox: no attributes of
    Python objects, no long ranges, nothing that can be changed."""

    def __init__(self, source: str, *, bos: str, eos: str) -> None:
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)
        environment.globals["raise_exception"] = _refuse
        try:
            self._template = environment.from_string(source)
        except (jinja2.TemplateError, RecursionError) as error:
            raise TemplateTrouble(str(error)) from error
        self._tokens = {"bos_token": bos, "eos_token": eos}

    def render(self, messages: Sequence[Message], *, ask: bool = True) -> str:
        """The prompt; with `ask` it ends where the model's turn begins. Some templates know no system turn: then it
        opens the first turn of the person. Raises TemplateTrouble."""
        turns = [{"role": message.role, "content": message.content} for message in messages]
        try:
            return self._render(turns, ask=ask)
        except TemplateTrouble:
            if len(turns) < 2 or turns[0]["role"] != "system" or turns[1]["role"] != "user":
                raise
            merged = {"role": "user", "content": turns[0]["content"] + "\n\n" + turns[1]["content"]}
            return self._render([merged, *turns[2:]], ask=ask)

    def _render(self, turns: list[dict[str, str]], *, ask: bool) -> str:
        values: dict[str, Any] = {"messages": turns, "add_generation_prompt": ask, "tools": None, **self._tokens}
        try:
            return self._template.render(values)
        except (jinja2.TemplateError, TypeError, ValueError, KeyError, ArithmeticError, RecursionError) as error:
            raise TemplateTrouble(str(error)) from error
