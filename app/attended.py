"""The models as a waiting person's work uses them: while one of these answers, reading in the background waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from models.api import Cancel, ChatModel, ChatOptions, Embedder, Message, ModelFacts, Piece, Usage

Attend = Callable[[], AbstractContextManager[None]]
"""Open while a person waits (KeepingUp.yield_to_person)."""


class AttendedChat(ChatModel):
    """A writer whose every use goes before the background."""

    def __init__(self, chat: ChatModel, attend: Attend) -> None:
        self._chat = chat
        self._attend = attend

    def facts(self) -> ModelFacts:
        with self._attend():
            return self._chat.facts()

    def count(self, messages: Sequence[Message]) -> int:
        with self._attend():
            return self._chat.count(messages)

    def chat(self, messages: Sequence[Message], *, options: ChatOptions, cancel: Cancel) -> Iterator[Piece | Usage]:
        with self._attend():
            yield from self._chat.chat(messages, options=options, cancel=cancel)


class AttendedEmbedder(Embedder):
    """A searcher whose every use goes before the background."""

    def __init__(self, embedder: Embedder, attend: Attend) -> None:
        self._embedder = embedder
        self._attend = attend

    @property
    def id(self) -> str:
        return self._embedder.id

    @property
    def width(self) -> int:
        return self._embedder.width

    def embed(self, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[bytes]:
        with self._attend():
            return self._embedder.embed(texts, cancel=cancel)

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        with self._attend():
            return self._embedder.rank(query, texts)

    def match(self, query: str, texts: Sequence[str]) -> list[float]:
        with self._attend():
            return self._embedder.match(query, texts)
