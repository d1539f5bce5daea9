"""A small library of given texts on a real store and reader, with a scripted writer: what the tests of ask share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.ask.asking import Asking
from app.library.library import Library
from app.library.reading import Reading
from app.paths import Profile
from app.store.db import Store
from app.values import AnswerMode
from models.api import Cancel, ChatModel, Embedder, Message
from models.fake import ScriptedChat

SCRIPTS: dict[str, Any] = json.loads((Path(__file__).parent / "scripted_answers.json").read_text(encoding="utf-8"))


@contextmanager
def library_of(folder: Path, files: Mapping[str, str]) -> Iterator[Library]:
    """A words-only library of these files."""
    shelf = folder / "files"
    shelf.mkdir()
    for name, text in files.items():
        (shelf / name).write_text(text, encoding="utf-8")
    profile = Profile.at(folder / "profile")
    store = Store.open(profile.database)
    library = Library(store, reading=Reading(profile.scratch))
    try:
        for _ in library.index([shelf], cancel=Cancel()):
            pass
        yield library
    finally:
        library.close()
        store.close()


def asking_with(
    library: Library,
    chat: ChatModel | None,
    *,
    mode: AnswerMode = AnswerMode.WRITING,
    embedder: Embedder | None = None,
) -> Asking:
    """Asking on that library; `mode` is how answers are made."""
    return Asking(library.store, library, chat=chat, embedder=embedder, mode=lambda: mode, writer="Scripted writer")


class Saying(ScriptedChat):
    """Says `script`, in which {lease} stands for the number that lease.txt has in the messages."""

    def __init__(self, script: str, *, delay_s: float = 0.0) -> None:
        super().__init__(self._say, delay_s=delay_s)
        self.script = script

    def _say(self, messages: Sequence[Message]) -> str:
        given = "\n".join(message.content for message in messages if message.role == "user")
        numbers = {name: number for number, name in re.findall(r"^\[(\d+)\] (\w+)", given, re.MULTILINE)}
        return re.sub(r"\{(\w+)\}", lambda match: f"[{numbers[match.group(1)]}]", self.script)
