"""Models are looked after for real: chosen between two answers, measured in a process of their own, taken away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import model_care
from app.errors import NoModel
from app.model_care import ModelCare
from app.model_room import ModelRoom
from app.paths import Profile
from app.settings import Settings
from models import benchmark, verdict
from models.ability import Ability, Action
from models.api import Cancel, ChatOptions, Message, Piece, Usage
from models.catalog import Job
from models.fake import ScriptedChat
from models.fit import expected_words, memory_room
from models.hardware import Hardware, ProgramMemory, largest_programs

GB = 1_000_000_000


@pytest.fixture
def profile(tmp_path: Path, starter_models: Any) -> Profile:
    """A profile with a second writer: the starter under another name and hash."""
    made = Profile.at(tmp_path / "profile")
    second = made.downloaded_models / "writing" / "Second.gguf"
    second.parent.mkdir(parents=True)
    shutil.copyfile(starter_models.writing, second)
    with second.open("ab") as file:
        file.write(b"\0" * 32)
    return made


@pytest.fixture
def room(profile: Profile) -> Iterator[ModelRoom]:
    made = ModelRoom(profile, Settings(profile.data / "settings.json"), fake=False)
    yield made
    made.close()


@pytest.fixture
def care(room: ModelRoom, profile: Profile, tmp_path: Path) -> ModelCare:
    return ModelCare(room, Ability(profile.data / "abilities.json"), home=tmp_path / "home")


def said(room: ModelRoom) -> str:
    chat = room.chat
    assert chat is not None
    parts = chat.chat([Message("user", "Say hello.")], options=ChatOptions(max_tokens=4), cancel=Cancel())
    return "".join(part.text for part in parts if isinstance(part, Piece))


def test_the_writer_changes_between_two_answers(room: ModelRoom, care: ModelCare) -> None:
    held = room.chat
    assert held is not None and said(room)
    first = dict(room.running())["language"]
    used = care.use("second")
    assert (room.chosen.writer, room.writer_name) == (used, used.name)
    assert room.running() == [], "the one before has given its memory back"
    assert held.facts().sha256 == used.sha256, "those who hold the writer have the new one"
    assert said(room) and dict(room.running())["language"] != first
    care.remove("second")
    assert not used.path.exists()
    assert room.chosen.writer is not None and room.chosen.writer.id == "smollm2-135m"
    assert held.facts().sha256 == room.chosen.writer.sha256


def test_a_measurement_is_kept_and_gives_others_a_range(room: ModelRoom, care: ModelCare) -> None:
    assert [look.expected for look in care.overview().models if look.model.job is Job.WRITING] == [None, None]
    measured = care.measure("smollm2-135m", cancel=Cancel())
    assert measured is not None and measured.write_tok_s > 0 and measured.peak_bytes > 90_000_000
    looks = {look.model.id: look for look in care.overview().models}
    starter, second = looks["smollm2-135m"], looks["second"]
    assert starter.words_per_s is not None and starter.measured_at > 0 and dict(starter.profile)["load_s"] > 0
    assert second.expected is not None
    low, high = second.expected
    assert low < starter.words_per_s < high, "as large as the one that was measured"
    assert room.running() == [], "it was measured in a process of its own, which is gone"


def test_a_stopped_measurement_keeps_nothing(care: ModelCare) -> None:
    cancel = Cancel()
    cancel.stop()
    assert care.measure("second", cancel=cancel) is None
    assert all(look.words_per_s is None for look in care.overview().models)


def test_both_checks_are_run_and_kept(care: ModelCare, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut down to two tasks each: the whole is run by hand, and takes minutes."""
    from models import ability

    some, few = verdict.verdict_tasks()[:2], ability.tasks()[:2]
    for place in (verdict, model_care):
        monkeypatch.setattr(place, "verdict_tasks", lambda: some)
    for other in (ability, model_care):
        monkeypatch.setattr(other, "tasks", lambda: few)
    monkeypatch.setattr(model_care, "Action", (Action.WRITE,))
    seen = [(at.done, at.of) for at in care.check("smollm2-135m", cancel=Cancel())]
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    look = next(look for look in care.overview().models if look.model.id == "smollm2-135m")
    assert look.verdict is not None and look.verdict[1] == 2
    assert Ability(care._ability._memory).share(look.model.sha256, "write") is not None


def test_only_writers_are_measured(care: ModelCare) -> None:
    with pytest.raises(NoModel, match="does not write"):
        care.measure("all-minilm-l6-v2", cancel=Cancel())


def test_the_memory_bar_sums_to_the_memory(care: ModelCare) -> None:
    model = care.one("second")
    computer = Hardware(8, 16, 16 * GB, 0, False)
    for free in (11 * GB, 300_000_000, 0):
        bar = memory_room(model, replace(computer, free_bytes=free))
        parts = bar.others_bytes + bar.model_bytes + bar.reading_bytes + bar.free_bytes - bar.over_bytes
        assert parts == bar.total_bytes and bar.reading_bytes > 0
        assert (bar.over_bytes > 0) is (bar.need_bytes > free)
    held = memory_room(model, computer, own_bytes=GB)
    assert held.over_bytes == 0, "what our own models hold now is given back"


def test_a_range_follows_the_size_nearest_to_it(care: ModelCare) -> None:
    model = replace(care.one("second"), bytes=4 * GB)
    assert expected_words(model, []) is None
    near = expected_words(model, [(4 * GB, 10.0), (100_000_000, 90.0)])
    assert near is not None and near[0] < 10.0 < near[1]
    assert expected_words(replace(model, job=Job.LISTENING), [(GB, 10.0)]) is None


def test_only_a_program_that_frees_enough_is_named() -> None:
    programs = [ProgramMemory("Large", 8 * GB), ProgramMemory("Middle", 3 * GB), ProgramMemory("Small", GB)]
    assert model_care._enough(programs, 2 * GB) == programs[1]
    assert model_care._enough(programs, 9 * GB) is None


def test_programs_are_the_persons_own_and_largest_first() -> None:
    found = largest_programs()
    assert [one.bytes for one in found] == sorted((one.bytes for one in found), reverse=True)
    assert len({one.name for one in found}) == len(found), "all processes of a program together"


def test_a_slow_writer_is_measured_for_a_while_and_not_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(ScriptedChat):
        """Says how much it was asked to say before it was stopped."""

        said = 0

        def chat(self, messages: Sequence[Message], *, options: ChatOptions, cancel: Cancel) -> Iterator[Piece | Usage]:
            for _ in range(64):
                if cancel.stopped:
                    break
                self.said += 1
                yield Piece("word ")
            yield Usage(300, self.said, 300, 1.5, 2.0, "cancelled")

    chat = Slow([""])
    monkeypatch.setattr(benchmark, "LIMIT_S", -1.0)
    read_s, write_s = benchmark.speeds(chat, cancel=Cancel())
    assert chat.said == 8, "enough to tell a speed by"
    assert read_s == 200.0 and write_s > 0
    stopped = Cancel()
    stopped.stop()
    assert benchmark.speeds(Slow([""]), cancel=stopped) == (0.0, 0.0)
