"""The parent's side of the models: the promises of models/api.py kept by child processes that start when needed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.api import Cancel, ChatOptions, Message, ModelError, ModelFacts, Piece, Segment, Trouble, Usage
from models.chat_frames import chat_header, messages_header, read_chat, read_facts
from models.child import python_command
from models.child_args import EmbeddingArgs, LanguageArgs, SpeechArgs
from models.hardware import Hardware
from models.host import Host
from models.kept_states import forget
from models.shelf import ShelfModel
from models.speech_frames import listen_header, read_segment

CONTEXT_TOKENS = 4096
STATES_BYTES = 1024 * 1024 * 1024
# One request of the searcher: large enough that sorting by length pays, small enough that a stop is quick.
_TEXTS_A_REQUEST = 256
_LENGTH_TOKENS = 256
_PAIR_TOKENS = 320
_RERANK_LIMIT_S = 8.0
_RERANKER_FILES = ("model.bin", "config.json", "tokenizer.json", "classifier.json")
_WHISPER_THREADS = 4


class HostedChat:
    """A writer in its own sealed process; the first use starts it, the host ends it when idle."""

    def __init__(self, host: Host, *, states: Path | None) -> None:
        self.host = host
        self._states = states

    def facts(self) -> ModelFacts:
        """Load the model if need be and describe it. Raises ModelError."""
        return read_facts(self.host.ask_one("facts", {}).header)

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of the rendered conversation. Raises ModelError."""
        return int(self.host.ask_one("count", messages_header(messages)).header["tokens"])

    def chat(self, messages: Sequence[Message], *, options: ChatOptions, cancel: Cancel) -> Iterator[Piece | Usage]:
        """Write the next turn; the Usage comes when the conversation's state is kept. Raises ModelError."""
        usage = Usage(tokens_in=0, tokens_out=0, evaluated=0, prompt_s=0.0, write_s=0.0, why="cancelled")
        try:
            for frame in self.host.ask("chat", chat_header(messages, options), cancel=cancel):
                match read_chat(frame.header):
                    case Piece() as piece:
                        yield piece
                    case Usage() as last:
                        usage = last
                    case None:
                        pass
        except ModelError as error:
            if error.kind is Trouble.CRASHED and options.conversation and self._states:
                # Should the kept state be the reason, the next try must not load it again.
                with contextlib.suppress(OSError):
                    forget(self._states, options.conversation)
            raise
        yield usage

    def forget(self, conversation: str) -> None:
        """Delete what is kept of a conversation, in memory and on disk. Raises OSError, ModelError."""
        if self._states:
            forget(self._states, conversation)
        if self.host.alive:
            self.host.ask_one("forget", {})


class HostedEmbedder:
    """A searcher in its own sealed process. Its id and, for known models, its width need no process."""

    def __init__(self, model: ShelfModel, host: Host) -> None:
        self.host = host
        self._width = model.width
        length = model.length_tokens or _LENGTH_TOKENS
        self._id = f"{model.name}:{model.sha256[:16]}:{model.pooling or 'mean'}:{length}"

    @property
    def id(self) -> str:
        """Name, file hash, pooling and length."""
        return self._id

    @property
    def width(self) -> int:
        """Numbers in one vector; a model the catalogue does not know is asked. Raises ModelError then."""
        if not self._width:
            self._width = int(self.host.ask_one("facts", {}).header["width"])
        return self._width

    def embed(self, texts: Sequence[str], *, cancel: Cancel | None = None) -> list[bytes]:
        """One vector per text, `width` little-endian float16 numbers; after a stop only the first ones. Raises
        ModelError."""
        vectors: list[bytes] = []
        for start in range(0, len(texts), _TEXTS_A_REQUEST):
            payload = json.dumps(list(texts[start : start + _TEXTS_A_REQUEST])).encode()
            for frame in self.host.ask("embed", {}, payload=payload, cancel=cancel):
                step = int(frame.header["width"]) * 2
                data = frame.payload
                vectors.extend(data[at : at + step] for at in range(0, len(data), step or 1))
            if cancel is not None and cancel.stopped:
                break
        return vectors

    def rank(self, query: str, texts: Sequence[str]) -> list[float]:
        """Cosine similarity of the query to each text. Raises ModelError."""
        if not texts:
            return []
        frame = self.host.ask_one("rank", {}, payload=json.dumps([query, *texts]).encode())
        return [float(score) for score in frame.header["scores"]]

    def match(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text covers the query word by word. Raises ModelError."""
        if not texts:
            return []
        frame = self.host.ask_one("match", {}, payload=json.dumps([query, *texts]).encode())
        return [float(score) for score in frame.header["scores"]]


class HostedReranker:
    """A judge of found passages in its own sealed process."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits the query, higher is better. Raises ModelError."""
        if not texts:
            return []
        frame = self.host.ask_one("rerank", {}, payload=json.dumps([query, *texts]).encode(), timeout_s=_RERANK_LIMIT_S)
        return [float(score) for score in frame.header["scores"]]


class HostedTranscriber:
    """A listener in its own sealed process."""

    def __init__(self, model: ShelfModel, host: Host) -> None:
        self.host = host
        self._name = model.name

    @property
    def name(self) -> str:
        """What wrote the transcript, for the person."""
        return self._name

    def transcribe(
        self, pcm: Path, *, start_s: float, end_s: float, language: str, cancel: Cancel
    ) -> Iterator[Segment]:
        """Lines between two seconds of a headerless 16 kHz mono s16le file, in order. Raises ModelError."""
        header = listen_header(pcm, start_s=start_s, end_s=end_s, language=language)
        for frame in self.host.ask("transcribe", header, cancel=cancel):
            if segment := read_segment(frame.header):
                yield segment


def hosted_chat(
    model: ShelfModel,
    hardware: Hardware,
    *,
    states: Path | None,
    states_bytes: int = STATES_BYTES,
    context_tokens: int = CONTEXT_TOKENS,
    idle_s: float = 600.0,
) -> HostedChat:
    """A writer of the shelf. `states` is the folder of kept conversations, None to keep none."""
    args = LanguageArgs(
        model=str(model.path),
        sha256=model.sha256,
        states=str(states) if states else "",
        states_bytes=states_bytes,
        context_tokens=context_tokens,
        threads=hardware.writer_threads,
    )
    argv = python_command("models.worker", "language", args.text())
    return HostedChat(Host("language", argv, idle_s=idle_s), states=states)


def hosted_embedder(model: ShelfModel, hardware: Hardware, *, idle_s: float = 600.0) -> HostedEmbedder:
    """A searcher of the shelf."""
    length = model.length_tokens or _LENGTH_TOKENS
    # All cores: nobody waits while files are read, and as soon as somebody does, the reading stops (app/library/pace).
    args = EmbeddingArgs(folder=str(model.path), length_tokens=length, threads=hardware.performance_cores)
    argv = python_command("models.worker", "embedding", args.text())
    return HostedEmbedder(model, Host("embedding", argv, idle_s=idle_s))


def hosted_reranker(folder: Path, hardware: Hardware, *, idle_s: float = 600.0) -> HostedReranker | None:
    """The first reranker in a folder of rerankers, None when there is none."""
    for found in sorted(folder.iterdir()) if folder.is_dir() else ():
        if all((found / name).is_file() for name in _RERANKER_FILES):
            args = EmbeddingArgs(folder=str(found), length_tokens=_PAIR_TOKENS, threads=hardware.writer_threads)
            argv = python_command("models.worker", "reranking", args.text())
            return HostedReranker(Host("reranking", argv, idle_s=idle_s))
    return None


def hosted_transcriber(model: ShelfModel, hardware: Hardware, *, idle_s: float = 600.0) -> HostedTranscriber:
    """A listener of the shelf: Moonshine or Whisper."""
    # Beyond four threads Whisper gains nothing and small machines slow down (listen.md, section 2).
    threads = min(_WHISPER_THREADS, hardware.writer_threads)
    args = SpeechArgs(engine=model.engine, folder=str(model.path), threads=threads)
    kind = "whisper" if model.engine == "whisper" else "speech"
    return HostedTranscriber(model, Host("speech", python_command("models.worker", kind, args.text()), idle_s=idle_s))
