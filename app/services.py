"""Opens a profile and wires every room to the others: the only place where the house is put together."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.ask.asking import Asking
from app.ask.cloud_room import CloudRoom, LocalWriter
from app.attended import AttendedChat, AttendedEmbedder
from app.egress.door import Door
from app.egress.relay_line import address_of
from app.errors import AppError, FileTrouble, NoModel, ProfileBusy, ProfileTrouble, UsageError
from app.events import FileEvent, SummaryEvent, TranscriptEvent
from app.library.keeping_up import KeepingUp
from app.library.library import Library
from app.library.reading import Reading
from app.library.recognition import Recognition
from app.library.scan import hash_of
from app.library.vectors import Server, Vectors
from app.listen.transcribe import Listening
from app.model_care import ModelCare
from app.model_room import ModelRoom
from app.paths import Profile
from app.settings import Settings
from app.store.db import Store
from app.store.lock import ProfileLock
from app.store.transcripts import Transcripts
from app.summarise.summarising import Summarising
from app.values import AnswerMode, OnDevice, Route
from models.ability import Ability, Action, Checked
from models.api import Cancel, ChatModel, Embedder
from models.benchmark import Benchmark, measure
from models.catalog import Job
from models.clients import HostedChat
from models.shelf import ShelfModel

if TYPE_CHECKING:
    from app.ask.bursting import Bursting


class Services:
    """One open profile: the library, the conversations, the summaries, the recordings, and the models behind them."""

    def __init__(
        self,
        profile: Profile,
        *,
        lock: ProfileLock | None,
        store: Store,
        models: ModelRoom,
        door: Door | None = None,
    ) -> None:
        self.profile = profile
        self.settings = Settings(profile.data / "settings.json")
        self.models = models
        self._lock = lock
        self.store = store
        self._recognition = Recognition(
            pace_file=profile.recognition_pace, policy=lambda: str(self.settings.get("ocr"))
        )
        self._reading = Reading(profile.scratch, recognition=self._recognition)
        self.transcripts = Transcripts(store)
        self.listening = Listening(
            self.transcripts,
            decoder=self._reading,
            engine=models.listener,
            hash_of=lambda path, cancel: hash_of(path, cancel=cancel),
            add=self._add_recording,
        )
        self.library = self._opened_library(door)
        self.keeping_up = KeepingUp(self.library, may_on_battery=lambda: bool(self.settings.get("index_on_battery")))
        self.ability = Ability(profile.data / "abilities.json")
        self.care = ModelCare(models, self.ability)
        attend = self.keeping_up.yield_to_person
        chat = AttendedChat(models.chat, attend) if models.chat else None
        embedder = AttendedEmbedder(models.embedder, attend) if models.embedder else None
        self.asking = Asking(
            store,
            self.library,
            chat=chat,
            embedder=embedder,
            mode=self.mode,
            writer=lambda: models.writer_name,
            help_price=lambda draft: self.bursting.price_of_help(draft) if self.bursting else None,
        )
        self.summarising = Summarising(store, self.library, chat=chat, embedder=embedder, mode=self.mode)
        self.cloud = self._cloud(door, chat=chat, embedder=embedder)

    def _opened_library(self, door: Door | None) -> Library:
        models = self.models
        return Library(
            self.store,
            reading=self._reading,
            embedder=models.embedder,
            vectors=Vectors(self.profile.vectors, server=vector_server(self.settings, self.store, door)),
            transcribe=self.listening.sections,
            earlier=models.earlier_searcher,
            rerank=models.rerank,
            own_folders=(self.profile.cache,),
            more_readings=[
                Reading(self.profile.scratch, recognition=self._recognition)
                for _ in range(readers_beside(models.hardware.performance_cores))
            ],
        )

    def _cloud(self, door: Door | None, *, chat: ChatModel | None, embedder: Embedder | None) -> CloudRoom:
        shelf = self.models.shelf
        writer = LocalWriter(
            chat=chat,
            embedder=embedder,
            findings_right=self._findings_right,
            shelf=lambda: [
                (one.name, one.path)
                for one in shelf.models()
                if (one.job, one.engine, one.state) == (Job.WRITING, "llama", "ready")
            ],
        )
        return CloudRoom(self.store, self.library, self.settings, door=door, writer=writer)

    @classmethod
    def open(cls, profile: Profile, *, write: bool, fake_models: bool = False, door: Door | None = None) -> Services:
        """Open a profile. With `write` this process must be its only writer; without it works beside another one.

        Raises ProfileBusy, ProfileTrouble.
        """
        lock: ProfileLock | None = None
        read_only = False
        profile.make_private()
        try:
            lock = ProfileLock.acquire(profile.lock)
        except ProfileBusy:
            if write:
                raise
        except ProfileTrouble:
            # A folder nobody may write to can still be searched.
            if write or not profile.database.exists():
                raise
            read_only = True
        with ExitStack() as undo:
            if lock is not None:
                undo.callback(lock.release)
            store = Store.open(profile.database, read_only=read_only)
            undo.callback(store.close)
            models = ModelRoom(profile, Settings(profile.data / "settings.json"), fake=fake_models)
            undo.callback(models.close)
            services = cls(profile, lock=lock, store=store, models=models, door=door)
            undo.pop_all()
        if lock is not None:
            services._reading.clear_scratch()
        return services

    @property
    def writes(self) -> bool:
        """Whether this process is the profile's one writer."""
        return self._lock is not None

    def require_writing(self) -> None:
        """Raises ProfileBusy, naming the holder, when another process is the writer."""
        if self._lock is None:
            self._lock = ProfileLock.acquire(self.profile.lock)

    def mode(self) -> AnswerMode:
        """How answers are made now: as the setting says, or as the writer's measured ability allows."""
        match self.settings.get("answers"):
            case "writing":
                return AnswerMode.WRITING
            case "quoting":
                return AnswerMode.QUOTING
            case _:
                writer = self.models.chosen.writer
                able = writer is not None and self.ability.may(writer.sha256, "write")
                return AnswerMode.WRITING if able else AnswerMode.QUOTING

    @property
    def bursting(self) -> Bursting | None:
        """The way to a stronger model; None when nothing can leave from here (`cloud.why_not` says why)."""
        return self.cloud.bursting

    def _findings_right(self) -> float | None:
        writer = self.models.chosen.writer
        return self.ability.share(writer.sha256, Action.FINDINGS) if writer else None

    def route(self) -> Route:
        """Where the next question is answered."""
        return OnDevice(self.models.writer_name or None)

    def summarise(self, path: Path, *, length: str, style: str, cancel: Cancel) -> Iterator[SummaryEvent]:
        """Summarise a file, reading it into the library first if it is not there. Raises AppError."""
        path = path.resolve()
        document = self.library.document(path)
        if document is None:
            self.require_writing()
            for event in self.library.index([path], cancel=cancel):
                if isinstance(event, FileEvent) and event.reason:
                    raise FileTrouble(event.reason, hint=event.hint)
            document = self.library.document(path)
        if document is None:
            raise AppError(f"{path.name} was not read.", safe="The library is as it was.", do="Try again.")
        yield from self.summarising.summarise(document, length=length, style=style, cancel=cancel)

    def transcribe(
        self, path: Path, *, language: str = "auto", model: str = "", speakers: str = "auto", cancel: Cancel
    ) -> Iterator[TranscriptEvent]:
        """Write a recording down and keep it in the library. Raises AppError, ModelError."""
        people, path = people_of(speakers), path.resolve()
        spoken = "" if language == "auto" else language
        listening = self.listening
        if model:
            listening = Listening(
                self.transcripts,
                decoder=self._reading,
                engine=lambda spoken: self.models.listener(spoken, model=model),
                hash_of=lambda path, cancel: hash_of(path, cancel=cancel),
                add=self._add_recording,
            )
        with self.keeping_up.yield_to_person():
            yield from listening.transcribe(path, cancel=cancel, language=spoken, people=people)

    def benchmark(self, *, cancel: Cancel) -> Benchmark | None:
        """Measure the writer in use and remember its speed; None when stopped. Raises NoModel, ModelError."""
        chat, writer = self._real_writer()
        measured = measure(chat, cancel=cancel)
        if measured:
            self.ability.note_speed(writer.sha256, measured.words_per_s)
            self.ability.note_profile(writer.sha256, measured.profile())
        return measured

    def check_writer(self, *, cancel: Cancel) -> Iterator[Checked]:
        """Run the built-in check that decides what the writer in use may do. Raises NoModel, ModelError."""
        chat, writer = self._real_writer()
        return self.ability.measure(chat, writer.sha256, cancel=cancel, actions=tuple(Action))

    def _real_writer(self) -> tuple[HostedChat, ShelfModel]:
        chat, writer = self.models.hosted_chat, self.models.chosen.writer
        if chat is None or writer is None:
            raise NoModel("There is no writer on this computer.", do="Put a GGUF file into models/writing.")
        return chat, writer

    def words_per_s(self) -> float | None:
        """Writing speed of the writer in use as it was last measured on this computer; None before."""
        writer = self.models.chosen.writer
        return self.ability.words_per_s(writer.sha256) if writer else None

    def memory_bytes(self) -> int:
        """Memory the model processes hold now."""
        return self.models.memory_bytes()

    def _add_recording(self, path: Path, cancel: Cancel) -> int | None:
        # Again, because the file is the same while its text may be a new one, by another model.
        for _ in self.library.index([path], again=True, cancel=cancel):
            pass
        document = self.library.document(path)
        return document.id if document else None

    def close(self, *, patience_s: float = 60.0) -> None:
        """End every process and give the profile back. Waits `patience_s` for the vector index to be finished; what
        is left of it is done at the next start."""
        self.keeping_up.close()
        with suppress(AppError):
            self.library.close(patience_s=patience_s)
        with suppress(AppError):
            self.cloud.close()
        self._recognition.close()
        self.models.close()
        self.store.close()
        if self._lock is not None:
            self._lock.release()


def readers_beside(cores: int) -> int:
    """How many files are read at once besides the first: the searcher needs two cores of four, and each reader one."""
    return min(2, max(0, cores // 2 - 1))


def vector_server(settings: Settings, store: Store, door: Door | None) -> Server | None:
    """The server of vectors as the settings name it; None for this computer. What is wrong with it is said when it
    is needed: a search never fails for it."""
    said = str(settings.get("vectors_server")).strip()
    if not said:
        return None

    def connect() -> int:
        return (door or Door.shut()).relay(address_of(said))

    library = store.fact("library")
    if not library and not store.read_only:
        library = secrets.token_hex(8)
        store.keep_fact("library", library)
    # The first search beside a writer that never named the library has nothing to ask a server for.
    return Server(said, library, connect, token=str(settings.get("vectors_token"))) if library else None


def people_of(speakers: str) -> int | None:
    """How many speakers to tell apart: None for as many as are heard, 0 for none. Raises UsageError."""
    if speakers in ("auto", "off"):
        return None if speakers == "auto" else 0
    if not speakers.isdigit() or not 1 <= int(speakers) <= 20:
        raise UsageError(f"“{speakers}” is not a number of speakers.", do="Give 1 to 20, auto, or off.")
    return int(speakers)
