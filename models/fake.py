"""Scripted models that keep every promise of models/api.py without weights: for tests and for `--fake-models`."""

from __future__ import annotations

import hashlib
import json
import math
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

from models.api import Cancel, ChatOptions, Message, ModelError, ModelFacts, Piece, Segment, Trouble, Usage
from models.chat_frames import Asked, Handler, serve_chat
from models.frames import Frame
from models.speech_frames import serve_speech

Script = Callable[[Sequence[Message]], str]


class ScriptedChat:
    """Says its answers one after the other, from the beginning again when they are used up; or whatever a function
    of the messages says. Counts words as tokens, and evaluates only what the conversation did not hold before.

    `delay_s` passes before each word; `crash_after` words the process "dies". `asked` keeps every call for tests."""

    def __init__(
        self, answers: Sequence[str] | Script, *, delay_s: float = 0.0, crash_after: int | None = None
    ) -> None:
        self._script = answers if callable(answers) else None
        self._answers = cycle([] if callable(answers) else list(answers))
        self._delay_s = delay_s
        self._crash_after = crash_after
        self._read: dict[str, list[str]] = {}
        self.asked: list[tuple[tuple[Message, ...], ChatOptions]] = []

    def facts(self) -> ModelFacts:
        """A model with 4,096 words of room."""
        return ModelFacts(name="Scripted writer", sha256="0" * 64, context_tokens=4096, load_s=0.0, threads=1)

    def count(self, messages: Sequence[Message]) -> int:
        """Words of all messages."""
        return len(_words(messages))

    def chat(self, messages: Sequence[Message], *, options: ChatOptions, cancel: Cancel) -> Iterator[Piece | Usage]:
        """The next scripted answer, word by word; obeys `max_tokens`, `stop` and a stop. Raises ModelError(CRASHED)."""
        self.asked.append((tuple(messages), options))
        words = _words(messages)
        kept = self._read.get(options.conversation, []) if options.conversation else []
        same = next((at for at, (old, new) in enumerate(zip(kept, words, strict=False)) if old != new), len(kept))
        answer = self._script(messages) if self._script else next(self._answers, "")
        for stop in options.stop:
            answer = answer.split(stop, 1)[0]
        pieces = re.findall(r"\S+\s*|\s+", answer)
        out = 0
        for piece in pieces[: options.max_tokens]:
            if cancel.wait(self._delay_s) if self._delay_s else cancel.stopped:
                break
            if out == self._crash_after:
                raise ModelError(Trouble.CRASHED, "The writer stopped.", safe="What it had written so far is kept.")
            out += 1
            yield Piece(piece)
        self._read[options.conversation] = [*words, *"".join(pieces[:out]).split()]
        yield Usage(
            tokens_in=len(words),
            tokens_out=out,
            evaluated=max(0, len(words) - min(same, len(words))),
            prompt_s=0.0,
            write_s=self._delay_s * out,
            why="cancelled" if cancel.stopped else "length" if out < len(pieces) else "stop",
        )

    def forget(self, conversation: str) -> None:
        """Forget what was read of a conversation."""
        self._read.pop(conversation, None)


class ScriptedEmbedder:
    """Vectors from hashed words: texts that share words are near, the same text is at 1. No numpy, any process."""

    width = 64

    @property
    def id(self) -> str:
        """Name and shape."""
        return f"scripted:words:{self.width}"

    def embed(self, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[bytes]:
        """One vector per text, 64 little-endian float16 numbers; after a stop only the first ones."""
        vectors = []
        for text in texts:
            if cancel is not None and cancel.stopped:
                break
            vectors.append(struct.pack(f"<{self.width}e", *self._vector(text)))
        return vectors

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """Cosine similarity of the query to each text."""
        wanted = self._vector(query)
        return [sum(a * b for a, b in zip(wanted, self._vector(text), strict=True)) for text in texts]

    def match(self, query: str, texts: Sequence[str]) -> list[float]:
        """Share of the query's words that each text holds."""
        asked = set(re.findall(r"\w+", query.lower()))
        return [len(asked & set(re.findall(r"\w+", text.lower()))) / (len(asked) or 1) for text in texts]

    def _vector(self, text: str) -> list[float]:
        numbers = [0.0] * self.width
        for word in re.findall(r"\w+", text.lower()):
            digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
            numbers[digest[0] % self.width] += 1.0 if digest[1] & 1 else -1.0
        length = math.sqrt(sum(number * number for number in numbers))
        return [number / length for number in numbers] if length else [1.0] + [0.0] * (self.width - 1)


class ScriptedTranscriber:
    """Says the given lines whose middle lies in the asked stretch, whatever the sound is."""

    name = "Scripted listener"

    def __init__(self, lines: Sequence[Segment]) -> None:
        self._lines = tuple(lines)

    def transcribe(
        self, pcm: Path, *, start_s: float, end_s: float, language: str, cancel: Cancel
    ) -> Iterator[Segment]:
        """The scripted lines in order. Raises ModelError(MISSING) when the recording is gone, as real ones do."""
        if not pcm.exists():
            raise ModelError(Trouble.MISSING, "The decoded recording is not there any more.", do="Start again.")
        for line in self._lines:
            if cancel.stopped:
                return
            if start_s <= (line.start_s + line.end_s) / 2 < end_s:
                yield line


def handlers(args: Sequence[str]) -> dict[str, Handler]:
    """A whole scripted process: the verbs of language, embedding and speech in one, for tests of the host.

    The one argument is JSON: {"answers": [text, ...], "lines": [[start_s, end_s, text, speaker], ...], "delay_s": s}.
    """
    said = json.loads(args[0]) if args else {}
    chat = ScriptedChat(said.get("answers", ["Yes."]), delay_s=said.get("delay_s", 0.0))
    embedder = ScriptedEmbedder()
    lines = [Segment(start_s=a, end_s=b, text=text, speaker=who) for a, b, text, who in said.get("lines", [])]

    def embed(asked: Asked) -> Iterator[Frame]:
        vectors = embedder.embed(json.loads(asked.payload), cancel=asked.cancel)
        yield Frame({"count": len(vectors), "width": embedder.width}, b"".join(vectors))

    def rank(asked: Asked) -> Iterator[Frame]:
        query, *texts = json.loads(asked.payload)
        yield Frame({"scores": embedder.rank(query, texts)})

    verbs = serve_chat(chat, forget=lambda: None)
    verbs |= {"embed": embed, "rank": rank}
    return verbs | {"transcribe": serve_speech(ScriptedTranscriber(lines), load=lambda: None)["transcribe"]}


def _words(messages: Sequence[Message]) -> list[str]:
    return [word for message in messages for word in message.content.split()]
