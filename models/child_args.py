"""What the parent tells a model process when it starts it: one JSON argument per kind, the same type on both sides."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class LanguageArgs:
    """How to load a writer. `states` is the folder of kept states, empty for none; `sha256` is the model file's."""

    model: str
    sha256: str
    states: str
    states_bytes: int
    context_tokens: int
    threads: int

    @classmethod
    def parse(cls, text: str) -> LanguageArgs:
        """From the argument the parent wrote. Raises TypeError or ValueError for anything else."""
        return cls(**json.loads(text))

    def text(self) -> str:
        """As the argument of the child."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class EmbeddingArgs:
    """How to load a searcher: a CTranslate2 folder with its tokenizer.json; `length_tokens` cuts longer texts."""

    folder: str
    length_tokens: int
    threads: int

    @classmethod
    def parse(cls, text: str) -> EmbeddingArgs:
        """From the argument the parent wrote. Raises TypeError or ValueError for anything else."""
        return cls(**json.loads(text))

    def text(self) -> str:
        """As the argument of the child."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class SpeechArgs:
    """How to load a listener: `engine` is "moonshine" or "whisper", `folder` holds its model."""

    engine: str
    folder: str
    threads: int

    @classmethod
    def parse(cls, text: str) -> SpeechArgs:
        """From the argument the parent wrote. Raises TypeError or ValueError for anything else."""
        return cls(**json.loads(text))

    def text(self) -> str:
        """As the argument of the child."""
        return json.dumps(asdict(self))
