"""What the person sees of the models and may do with them: choose, adopt, measure, check, remove."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import NoModel
from app.model_room import ModelRoom
from models.ability import Ability, Action, tasks
from models.adopting import Found, look_in, places
from models.api import Cancel
from models.benchmark import Benchmark, measure
from models.catalog import Job
from models.clients import HostedChat, hosted_chat
from models.fit import MemoryRoom, expected_words, memory_room
from models.hardware import Hardware, ProgramMemory, largest_programs, look
from models.shelf import ShelfModel
from models.shrink import Shrinking, ShrinkPlan, plan_shrink, shrink
from models.verdict import Tried, check_name, try_out, verdict_tasks


@dataclass(frozen=True, slots=True)
class ModelLook:
    """One model as it stands. `expected` are words a second before anything was measured, `verdict` is (right, of,
    when) of the built-in check, `measured_at` seconds since 1970, 0 for never; `close` is a program whose end would
    make it fit."""

    model: ShelfModel
    in_use: bool
    room: MemoryRoom | None
    words_per_s: float | None = None
    measured_at: float = 0.0
    expected: tuple[float, float] | None = None
    verdict: tuple[int, int, int] | None = None
    profile: tuple[tuple[str, float], ...] = ()
    close: ProgramMemory | None = None

    @property
    def fits(self) -> bool:
        """Whether there is memory for it now."""
        return self.room is not None and self.room.over_bytes == 0


@dataclass(frozen=True, slots=True)
class Checking:
    """How far the checks of a writer are."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on this computer that does one of the three jobs, and what other programs have."""

    hardware: Hardware
    models: tuple[ModelLook, ...]
    found: tuple[Found, ...]


class ModelCare:
    """Safe from any thread. Nothing here opens a connection."""

    def __init__(self, room: ModelRoom, ability: Ability, *, home: Path | None = None) -> None:
        self._room, self._ability, self._home = room, ability, home or Path.home()

    # ------------------------------------------------------------ looking

    def overview(self) -> Overview:
        """All models with their verdicts. New weights are read whole once, which takes seconds for large ones."""
        hardware, own = look(), self._room.memory_bytes()
        shelf = self._room.shelf.models()
        chosen = self._room.chosen
        used = {one.path for one in (chosen.writer, chosen.searcher, chosen.listener) if one is not None}
        speeds = [(one.bytes, self._ability.words_per_s(one.sha256) or 0.0) for one in shelf if one.job is Job.WRITING]
        looks = [self._look(one, hardware, own_bytes=own, used=one.path in used, speeds=speeds) for one in shelf]
        return Overview(hardware, tuple(looks), tuple(self.found(shelf)))

    def found(self, shelf: Sequence[ShelfModel] | None = None) -> list[Found]:
        """Writers of other programs that are not used here yet; those that cannot be are left out."""
        here = shelf or self._room.shelf.models()
        paths, hashes = {one.path.resolve() for one in here}, {one.sha256 for one in here}
        everything = look_in(places(self._home, os.environ, sys.platform))
        new = [one for one in everything if one.path.resolve() not in paths and one.sha256 not in hashes]
        return [one for one in new if not one.trouble]

    def _look(
        self,
        model: ShelfModel,
        hardware: Hardware,
        *,
        own_bytes: int,
        used: bool,
        speeds: Sequence[tuple[int, float]],
    ) -> ModelLook:
        if model.state == "damaged":
            return ModelLook(model, used, None)
        room = memory_room(model, hardware, own_bytes=own_bytes)
        profile = self._ability.profile(model.sha256)
        speed = self._ability.words_per_s(model.sha256)
        return ModelLook(
            model,
            used,
            room,
            words_per_s=speed,
            measured_at=profile.get("at", 0.0),
            expected=None if speed else expected_words(model, speeds),
            verdict=self._ability.verdict(model.sha256, check_name()),
            profile=tuple(profile.items()),
            close=_enough(largest_programs(), room.over_bytes) if room.over_bytes else None,
        )

    def one(self, id: str) -> ShelfModel:
        """A model by its id. Raises NoModel."""
        found = {model.id: model for model in self._room.shelf.models()}
        if id not in found:
            raise NoModel(f"There is no model “{id}”.", do=f"On this computer: {', '.join(found)}.")
        return found[id]

    # ------------------------------------------------------------ doing

    def use(self, id: str) -> ShelfModel:
        """Take a model for its job: a writer and a listener at once, a searcher from the next start on, because the
        library is then read again for it. Raises NoModel."""
        return self._room.use(id)

    def adopt(self, path: Path, *, found: Found | None = None) -> ShelfModel:
        """Use a file where it lies: a GGUF file for writing, a folder of Whisper for listening. The whole file is read
        and checked first. Raises ModelError."""
        job = Job.LISTENING if path.is_dir() else Job.WRITING
        if found is None:
            everything = look_in(places(self._home, os.environ, sys.platform))
            found = next((one for one in everything if one.path == path.absolute()), None)
        if found is None:
            return self._room.shelf.adopt(path, job)
        return self._room.shelf.adopt(path, job, name=found.name, program=found.program, sha256=found.sha256)

    def remove(self, id: str) -> ShelfModel:
        """Take a model away; an adopted one stays with its program. The next best does its job. Raises NoModel,
        ModelError for a starter, OSError."""
        model = self.one(id)
        self._room.shelf.delete(model)
        self._room.choose_again()
        return model

    def measure(self, id: str, *, cancel: Cancel) -> Benchmark | None:
        """Load a writer in a process of its own, let it write for 8 seconds at most, and remember what was seen; None
        when stopped. Raises NoModel, ModelError."""
        return self.measure_model(self.one(id), cancel=cancel)

    def measure_model(self, model: ShelfModel, *, cancel: Cancel) -> Benchmark | None:
        """The same for a writer that need not be on the shelf."""
        chat = self._hosted(model)
        try:
            measured = measure(chat, cancel=cancel, compare=False)
        finally:
            chat.host.close()
        if measured is not None:
            self._ability.note_speed(model.sha256, measured.words_per_s)
            self._ability.note_profile(model.sha256, measured.profile())
        return measured

    def check(self, id: str, *, cancel: Cancel) -> Iterator[Checking]:
        """Run both built-in checks on a writer: the one a person reads ("18 of 20 right"), and the one that decides
        what it may be used for. Each result is kept when all of it is done. Raises NoModel, ModelError."""
        model = self.one(id)
        first, second = len(verdict_tasks()), len(tasks())
        for tried in self.check_model(model, cancel=cancel):
            yield Checking(tried.done, first + second)
        if cancel.stopped:
            return
        chat = self._hosted(model)
        try:
            for checked in self._ability.measure(chat, model.sha256, cancel=cancel, actions=tuple(Action)):
                yield Checking(first + checked.done, first + second)
        finally:
            chat.host.close()

    def check_model(self, model: ShelfModel, *, cancel: Cancel) -> Iterator[Tried]:
        """The check of twenty tasks, also of a writer that is not on the shelf; kept when all of it is done. Raises
        NoModel, ModelError."""
        chat = self._hosted(model)
        right = 0
        try:
            for tried in try_out(chat, cancel=cancel):
                right += tried.right
                if tried.done == tried.of:
                    self._ability.note_verdict(model.sha256, check_name(), right, tried.of)
                yield tried
        finally:
            chat.host.close()

    def _hosted(self, model: ShelfModel) -> HostedChat:
        if model.job is not Job.WRITING:
            raise NoModel(f"{model.name} does not write, so there is nothing to measure.")
        if model.state == "damaged":
            raise NoModel(model.trouble, do="Choose another one.")
        return hosted_chat(model, self._room.hardware, states=None)

    # ------------------------------------------------------------ shrinking

    def plan_shrink(self, source: Path, kind: str, target: Path) -> ShrinkPlan:
        """Look whether a model can be stored smaller, before anything is written. Raises ModelError."""
        return plan_shrink(source, kind, target)

    def shrink(self, plan: ShrinkPlan, *, cancel: Cancel) -> Iterator[Shrinking]:
        """Store it smaller in a sealed process. Raises ModelError, OSError."""
        return shrink(plan, threads=self._room.hardware.performance_cores, cancel=cancel)

    def file_or_id(self, said: str) -> ShelfModel:
        """The writer a person means: a file, or an id of the shelf. Raises NoModel, ModelError."""
        path = Path(said)
        return self._room.shelf.writer_at(path) if path.is_file() else self.one(said)


def _enough(programs: Sequence[ProgramMemory], missing: int) -> ProgramMemory | None:
    """The smallest program whose end alone gives enough memory."""
    return min((one for one in programs if one.bytes >= missing), key=lambda one: one.bytes, default=None)
