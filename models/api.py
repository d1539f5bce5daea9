"""What every model runtime promises, in plain values: the only thing the rest of Indoors knows of models."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One turn given to a language model."""

    role: Literal["system", "user", "assistant"]
    content: str


class Cancel:
    """A stop that many may ask for and one job obeys; being stopped is an outcome, never an error."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def stop(self) -> None:
        """Ask the job to end; safe from any thread, any number of times."""
        self._event.set()

    @property
    def stopped(self) -> bool:
        """Whether a stop was asked for."""
        return self._event.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Sleep until stopped or the time is over; True when stopped."""
        return self._event.wait(timeout_s)


class Trouble(StrEnum):
    """Why a model job failed, as far as it can be told."""

    CRASHED = "crashed"
    OUT_OF_MEMORY = "out_of_memory"
    BAD_FILE = "bad_file"
    TOO_LONG = "too_long"
    MISSING = "missing"
    REFUSED = "refused"


class ModelError(Exception):
    """A model process could not do its job; the text is what a person reads."""

    def __init__(self, kind: Trouble, message: str, *, safe: str = "", do: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.safe = safe
        self.do = do


@dataclass(frozen=True, slots=True)
class Piece:
    """Text as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """The last value of a chat: what was read and written.

    `evaluated` counts the prompt tokens the model really had to read; `tokens_in` minus it came from the kept
    state of this conversation. `why` tells the end: stop (the model ended), length (max_tokens), cancelled.
    """

    tokens_in: int
    tokens_out: int
    evaluated: int
    prompt_s: float
    write_s: float
    why: Literal["stop", "length", "cancelled"]
    restored: bool = False
    """True when a state saved on disk was loaded instead of reading the conversation again."""


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """How to write. `conversation` names the kept state; empty keeps none. `grammar` is GBNF, empty for none."""

    max_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    conversation: str = ""
    grammar: str = ""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a loaded model says of itself."""

    name: str
    sha256: str
    context_tokens: int
    load_s: float
    threads: int


class ChatModel(Protocol):
    """A language model."""

    def facts(self) -> ModelFacts:
        """Load the model if need be and describe it. Raises ModelError."""

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of the rendered conversation, exactly as `chat` would read it. Raises ModelError."""

    def chat(self, messages: Sequence[Message], *, options: ChatOptions, cancel: Cancel) -> Iterator[Piece | Usage]:
        """Write the next turn; the last value is the Usage. Raises ModelError; text so far was yielded."""


class Embedder(Protocol):
    """Turns texts into vectors of meaning."""

    @property
    def id(self) -> str:
        """Name, file hash, pooling and length: stored with every vector, so that sets never mix."""

    @property
    def width(self) -> int:
        """Numbers in one vector."""

    def embed(self, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[bytes]:
        """One vector of length 1 per text, as `width` little-endian float16 numbers. Raises ModelError."""

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """Cosine similarity of the query to each text, -1 to 1, at full precision. Raises ModelError."""

    def match(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text covers the query word by word, -1 to 1: the mean, over the query's tokens, of the best
        cosine to any token of the text (late interaction, Khattab and Zaharia 2020). Raises ModelError."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One spoken line. `speaker` is -1 when unknown; `words` is empty when the engine gives no word times."""

    start_s: float
    end_s: float
    text: str
    speaker: int = -1
    words: tuple[tuple[str, float, float], ...] = ()
    doubtful: bool = False


class Transcriber(Protocol):
    """Turns 16 kHz mono 16-bit PCM into spoken lines."""

    @property
    def name(self) -> str:
        """What wrote the transcript, for the person: "Moonshine tiny (English)"."""

    def transcribe(
        self, pcm: Path, *, start_s: float, end_s: float, language: str, cancel: Cancel
    ) -> Iterator[Segment]:
        """Lines between two seconds of a headerless 16 kHz mono s16le file, in order. Raises ModelError."""
