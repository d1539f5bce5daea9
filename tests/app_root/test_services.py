"""The house opens for one writer, works beside one, and says which way answers are made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.ask.suggested import suggested
from app.doctor import examine
from app.errors import AppError, NoModel, ProfileBusy
from app.events import FileEvent
from app.model_room import ModelRoom
from app.paths import Profile
from app.services import Services, people_of
from app.settings import Settings
from app.values import AnswerMode, FileState
from models.api import Cancel
from models.catalog import Job
from models.seal import Sealed


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile.at(tmp_path / "profile")


def test_one_writer_and_any_number_of_readers(profile: Profile) -> None:
    first = Services.open(profile, write=True, fake_models=True)
    try:
        with pytest.raises(ProfileBusy):
            Services.open(profile, write=True, fake_models=True)
        beside = Services.open(profile, write=False, fake_models=True)
        assert not beside.writes
        with pytest.raises(ProfileBusy):
            beside.require_writing()
        beside.close()
    finally:
        first.close()
    again = Services.open(profile, write=True, fake_models=True)
    assert again.writes
    again.close()


def test_a_failed_opening_gives_the_profile_back(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise NoModel("No.")

    with monkeypatch.context() as patch:
        patch.setattr(ModelRoom, "__init__", broken)
        with pytest.raises(NoModel):
            Services.open(profile, write=True)
    Services.open(profile, write=True, fake_models=True).close()


def test_the_setting_decides_and_else_the_measured_ability(profile: Profile) -> None:
    house = Services.open(profile, write=True)
    try:
        assert house.models.chosen.writer is not None
        assert house.mode() is AnswerMode.QUOTING, "nobody measured the writer yet"
        house.settings.set("answers", "writing")
        assert house.mode() is AnswerMode.WRITING
    finally:
        house.close()


def test_files_read_with_scripted_models_are_searchable(profile: Profile, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The safe is behind the blue door. Ask Ines for the key.")
    house = Services.open(profile, write=True, fake_models=True)
    try:
        events = list(house.library.index([note], cancel=Cancel()))
        states = [event.state for event in events if isinstance(event, FileEvent)]
        assert states == [FileState.READ]
        assert house.library.search("blue door").passages
    finally:
        house.close()


def test_suggested_questions_come_from_headings(profile: Profile, tmp_path: Path) -> None:
    (tmp_path / "House rules.md").write_text("# House rules\n\nBe kind.\n\n## 2. Quiet hours\n\nFrom ten to six.\n")
    (tmp_path / "plain.txt").write_text("No headings here at all.")
    house = Services.open(profile, write=True, fake_models=True)
    try:
        for _ in house.library.index([tmp_path / "House rules.md", tmp_path / "plain.txt"], cancel=Cancel()):
            pass
        assert [found.question for found in suggested(house.library)] == [
            "What does “House rules” say about quiet hours?"
        ]
    finally:
        house.close()


def test_doctor_sees_a_broken_seal_and_a_missing_model(profile: Profile) -> None:
    house = Services.open(profile, write=True, fake_models=True)
    try:
        checks = {check.check: check for check in examine(house, Sealed("app", "no kernel filter"), courier=True)}
    finally:
        house.close()
    assert not checks["seal"].ok
    assert checks["seal"].extra["enforced_by"] == "app"
    assert not checks["models"].ok, "scripted models are no models"
    assert checks["index"].ok


@pytest.mark.parametrize(("words", "people"), [("auto", None), ("off", 0), ("3", 3)])
def test_how_many_speakers(words: str, people: int | None) -> None:
    assert people_of(words) == people


def test_a_number_of_speakers_that_is_none(profile: Profile) -> None:
    with pytest.raises(AppError, match="not a number of speakers"):
        people_of("many")


def test_the_listener_is_chosen_by_language(profile: Profile) -> None:
    folder = profile.downloaded_models / "listening" / "whisper-small"
    folder.mkdir(parents=True)
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    room = ModelRoom(profile, Settings(profile.data / "settings.json"), fake=False)
    try:
        assert "Moonshine" in room.listener("en").name
        assert "Moonshine" not in room.listener("fr").name
        assert "Moonshine" not in room.listener("").name, "Whisper finds the language out"
        with pytest.raises(NoModel, match="nowhere"):
            room.listener("en", model="nowhere")
    finally:
        room.close()


def test_without_whisper_only_english_is_written_down(profile: Profile) -> None:
    room = ModelRoom(profile, Settings(profile.data / "settings.json"), fake=False)
    try:
        assert "Moonshine" in room.listener("").name
        with pytest.raises(NoModel, match="“fr”"):
            room.listener("fr")
    finally:
        room.close()


def test_a_chosen_model_is_remembered_and_a_damaged_one_refused(profile: Profile) -> None:
    settings = Settings(profile.data / "settings.json")
    folder = profile.downloaded_models / "writing"
    folder.mkdir(parents=True)
    (folder / "empty.gguf").touch()
    room = ModelRoom(profile, settings, fake=False)
    try:
        starter = next(model for model in room.shelf.models() if model.job is Job.WRITING and model.state == "ready")
        room.use(starter.id)
        assert Settings(profile.data / "settings.json").get("writer") == starter.id
        damaged = next(model for model in room.shelf.models() if model.state == "damaged")
        with pytest.raises(NoModel):
            room.use(damaged.id)
    finally:
        room.close()


def open_to_others(profile: Profile) -> list[str]:
    """What of a profile another user of this computer could read or enter from its folder on."""
    return sorted(
        path.name for path in profile.data.glob("*") if path.stat().st_mode & 0o077 and path.suffix != ".json"
    )


def test_another_user_of_the_computer_reads_nothing(profile: Profile) -> None:
    before = os.umask(0o022)
    try:
        house = Services.open(profile, write=True, fake_models=True)
        house.settings.set("passages", "9")
        house.close()
        assert profile.data.stat().st_mode & 0o777 == 0o700
        assert open_to_others(profile) == []
    finally:
        os.umask(before)


def test_a_profile_that_was_open_to_others_is_closed(profile: Profile) -> None:
    Services.open(profile, write=True, fake_models=True).close()
    profile.data.chmod(0o755)
    for path in (profile.database, profile.vectors, profile.cache):
        path.chmod(path.stat().st_mode | 0o055)
    assert open_to_others(profile) == ["cache", "indoors.sqlite3", "vectors"]
    Services.open(profile, write=True, fake_models=True).close()
    assert open_to_others(profile) == []
    # The folder may be somebody's own, given with --data-dir: its rights are theirs.
    assert profile.data.stat().st_mode & 0o777 == 0o755
