"""How a chat travels between the language process and the parent: the frames, written and read in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from models.api import Cancel, ChatModel, ChatOptions, Message, ModelFacts, Piece, Usage
from models.frames import Frame


class Asked(Protocol):
    """What a handler sees of a request (models/worker.py gives it)."""

    @property
    def header(self) -> Mapping[str, Any]:
        """The JSON object of the request."""

    @property
    def payload(self) -> bytes:
        """The bytes of the request."""

    @property
    def cancel(self) -> Cancel:
        """Stopped when the parent asked for it."""


Handler = Callable[[Asked], Iterator[Frame]]


def messages_header(messages: Sequence[Message]) -> dict[str, Any]:
    """Messages as the header of a request."""
    return {"messages": [[message.role, message.content] for message in messages]}


def chat_header(messages: Sequence[Message], options: ChatOptions) -> dict[str, Any]:
    """A chat as the header of a request."""
    return {**messages_header(messages), "options": {**asdict(options), "stop": list(options.stop)}}


def read_messages(header: Mapping[str, Any]) -> list[Message]:
    """The messages of a request."""
    return [Message(role=role, content=content) for role, content in header["messages"]]


def read_options(header: Mapping[str, Any]) -> ChatOptions:
    """The options of a request."""
    said = header["options"]
    return ChatOptions(**{**said, "stop": tuple(said["stop"])})


def read_facts(header: Mapping[str, Any]) -> ModelFacts:
    """The reply to `facts`."""
    return ModelFacts(**header["facts"])


def read_chat(header: Mapping[str, Any]) -> Piece | Usage | None:
    """One frame of a running chat; None for a frame that carries neither."""
    if "piece" in header:
        return Piece(str(header["piece"]))
    return Usage(**header["usage"]) if "usage" in header else None


def serve_chat(model: ChatModel, *, forget: Callable[[], None]) -> dict[str, Handler]:
    """The verbs of a language process: facts, count, chat, forget."""

    def facts(_: Asked) -> Iterator[Frame]:
        yield Frame({"facts": asdict(model.facts())})

    def count(asked: Asked) -> Iterator[Frame]:
        yield Frame({"tokens": model.count(read_messages(asked.header))})

    def chat(asked: Asked) -> Iterator[Frame]:
        header = asked.header
        for part in model.chat(read_messages(header), options=read_options(header), cancel=asked.cancel):
            yield Frame({"piece": part.text} if isinstance(part, Piece) else {"usage": asdict(part)})

    def forgetting(_: Asked) -> Iterator[Frame]:
        forget()
        yield Frame({"forgotten": True})

    return {"facts": facts, "count": count, "chat": chat, "forget": forgetting}
