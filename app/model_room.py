"""The models in use: which file does which job, started when first asked, and what each can honestly be used for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

from app.errors import NoModel
from app.paths import Profile, starter_models
from app.settings import Settings
from models.api import (
    Cancel,
    ChatModel,
    ChatOptions,
    Embedder,
    Message,
    ModelError,
    ModelFacts,
    Piece,
    Segment,
    Transcriber,
    Trouble,
    Usage,
)
from models.catalog import Job
from models.clients import (
    HostedChat,
    HostedEmbedder,
    HostedTranscriber,
    hosted_chat,
    hosted_embedder,
    hosted_reranker,
    hosted_transcriber,
)
from models.fake import ScriptedChat, ScriptedEmbedder, ScriptedTranscriber
from models.hardware import Hardware, look
from models.shelf import Shelf, ShelfModel

FAKE_NAME = "scripted"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model file of each job, None where there is none."""

    writer: ShelfModel | None
    searcher: ShelfModel | None
    listener: ShelfModel | None


class _Current(ChatModel):
    """Whichever writer is in use at this moment, so that those who hold it need not know when it is changed."""

    def __init__(self, room: ModelRoom) -> None:
        self._room = room

    def _chat(self) -> HostedChat:
        chat = self._room.hosted_chat
        if chat is None:
            raise ModelError(Trouble.MISSING, "There is no writer on this computer any more.", do="Choose one.")
        return chat

    def facts(self) -> ModelFacts:
        return self._chat().facts()

    def count(self, messages: Sequence[Message]) -> int:
        return self._chat().count(messages)

    def chat(self, messages: Sequence[Message], *, options: ChatOptions, cancel: Cancel) -> Iterator[Piece | Usage]:
        yield from self._chat().chat(messages, options=options, cancel=cancel)


class ModelRoom:
    """The hosts of one open profile. Nothing starts before it is used; everything ends with `close`."""

    def __init__(self, profile: Profile, settings: Settings, *, fake: bool) -> None:
        self.hardware: Hardware = look()
        self.shelf = Shelf(starter_models(), profile.downloaded_models, memory=profile.cache / "model-hashes.json")
        self._profile = profile
        self._settings = settings
        self._idle_s = settings.number("idle_minutes") * 60.0
        self._fake = fake
        self._lock = threading.Lock()
        self._listeners: dict[str, HostedTranscriber] = {}
        self._earlier: dict[str, HostedEmbedder] = {}
        self.chosen = Chosen(None, None, None) if fake else self._choose()
        self._chat: HostedChat | None = None
        self._embedder: HostedEmbedder | None = None
        rerankers = profile.downloaded_models / "reranking"
        self._reranker = None if fake else hosted_reranker(rerankers, self.hardware, idle_s=self._idle_s)
        self._start_clients()

    def _choose(self) -> Chosen:
        def choose(job: Job, setting: str) -> ShelfModel | None:
            return self.shelf.choose(job, str(self._settings.get(setting)))

        return Chosen(
            writer=choose(Job.WRITING, "writer"),
            searcher=choose(Job.SEARCHING, "searcher"),
            listener=choose(Job.LISTENING, "listener"),
        )

    def use(self, model: str) -> ShelfModel:
        """Take a model for its job: a writer and a listener at once (where there was a writer at the start), a searcher
        from the next start on. Raises NoModel when it is not there or damaged."""
        found = {candidate.id: candidate for candidate in self.shelf.models()}
        if model not in found:
            raise NoModel(f"There is no model “{model}”.", do=f"On this computer: {', '.join(found)}.")
        chosen = found[model]
        if chosen.state == "damaged":
            raise NoModel(chosen.trouble, safe="The model in use stays as it is.", do="Choose another one.")
        setting = {Job.WRITING: "writer", Job.SEARCHING: "searcher", Job.LISTENING: "listener"}[chosen.job]
        self._settings.set(setting, chosen.id)
        self.choose_again()
        return chosen

    def choose_again(self) -> None:
        """After another one was chosen, or one was taken away: the writer is changed now, between two answers."""
        if self._fake:
            return
        before, now = self.chosen, self._choose()
        searcher = before.searcher if self._embedder is not None else now.searcher
        self.chosen = Chosen(writer=now.writer, searcher=searcher, listener=now.listener)
        if now.writer == before.writer:
            return
        old, self._chat = self._chat, None
        if now.writer is not None:
            self._chat = hosted_chat(now.writer, self.hardware, states=self._profile.states, idle_s=self._idle_s)
        if old is not None:
            old.host.close()

    def _start_clients(self) -> None:
        if writer := self.chosen.writer:
            self._chat = hosted_chat(writer, self.hardware, states=self._profile.states, idle_s=self._idle_s)
        if searcher := self.chosen.searcher:
            self._embedder = hosted_embedder(searcher, self.hardware, idle_s=self._idle_s)

    @property
    def chat(self) -> ChatModel | None:
        """The writer, or None when there is none on this computer."""
        if self._fake:
            return ScriptedChat(["This is a scripted answer."])
        return _Current(self) if self._chat is not None else None

    @property
    def hosted_chat(self) -> HostedChat | None:
        """The writer's own process, for measuring; None when there is none or it is scripted."""
        return self._chat

    @property
    def embedder(self) -> Embedder | None:
        """The searcher, or None: then search is by words alone."""
        return ScriptedEmbedder() if self._fake else self._embedder

    def earlier_searcher(self, embedder: str) -> Embedder | None:
        """The searcher of an id whose vectors are still kept, if its model is still on this computer."""
        if self._fake:
            return None
        with self._lock:
            if embedder not in self._earlier:
                for model in self.shelf.models():
                    if model.job is Job.SEARCHING and model.state == "ready":
                        client = hosted_embedder(model, self.hardware, idle_s=self._idle_s)
                        if client.id == embedder:
                            self._earlier[embedder] = client
            return self._earlier.get(embedder)

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits a query; empty without a reranker and while this computer runs on its battery.
        Raises ModelError."""
        if self._reranker is None:
            return []
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
        return [] if battery is not None and not battery.power_plugged else self._reranker.rerank(query, texts)

    @property
    def writer_name(self) -> str:
        """The writer's name for the person, empty when there is none."""
        if self._fake:
            return FAKE_NAME
        return self.chosen.writer.name if self.chosen.writer else ""

    def listener(self, language: str, *, model: str = "") -> Transcriber:
        """The engine for a language ("" or "auto" for whichever is spoken). Raises NoModel."""
        if self._fake:
            return ScriptedTranscriber([Segment(0.0, 1.0, "Scripted words.")])
        chosen = self._listener_for(language, model or str(self._settings.get("listener")))
        with self._lock:
            if chosen.id not in self._listeners:
                self._listeners[chosen.id] = hosted_transcriber(chosen, self.hardware, idle_s=self._idle_s)
            return self._listeners[chosen.id]

    def _listener_for(self, language: str, model: str) -> ShelfModel:
        ready = [found for found in self.shelf.models() if found.job is Job.LISTENING and found.state == "ready"]
        if model:
            named = [found for found in ready if found.id == model]
            if not named:
                known = ", ".join(found.id for found in ready) or "none"
                raise NoModel(f"There is no listening model “{model}”.", do=f"On this computer: {known}.")
            return named[0]
        # The starter knows English only; Whisper, when the person has one, knows the language or finds it out.
        whisper = [found for found in ready if found.engine == "whisper"]
        starter = [found for found in ready if found.engine == "moonshine"]
        ordered: Sequence[ShelfModel] = starter + whisper if language == "en" else whisper + starter
        if language not in ("", "auto", "en"):
            ordered = whisper
        if not ordered:
            spoken = f"The language “{language}”" if language not in ("", "auto") else "Recordings"
            raise NoModel(
                f"{spoken} cannot be written down with the models on this computer.",
                safe="The recording is unchanged.",
                do="Add a Whisper model folder to models/listening in the data folder.",
            )
        return ordered[0]

    def running(self) -> list[tuple[str, int]]:
        """(name, process id) of every model process alive now."""
        hosts = [client.host for client in (self._chat, self._embedder, *self._listeners.values()) if client]
        return [(host.name, host.pid) for host in hosts if host.pid is not None]

    def memory_bytes(self) -> int:
        """Resident memory of the model processes now."""
        total = 0
        for _, pid in self.running():
            # A process that ended since it was listed holds nothing any more.
            with suppress(psutil.Error):
                total += psutil.Process(pid).memory_info().rss
        return total

    def close(self) -> None:
        """End every model process."""
        for client in (self._chat, self._embedder, self._reranker, *self._earlier.values(), *self._listeners.values()):
            if client is not None:
                client.host.close()
