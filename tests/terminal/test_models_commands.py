"""`indoors models`: adopting, removing, shrinking and the check, in lines for scripts and in words for people."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.errors import NoModel, UsageError
from app.model_care import ModelCare
from app.model_room import ModelRoom
from app.paths import Profile
from app.settings import Settings
from models.ability import Ability
from models.api import Cancel, ModelError
from models.benchmark import Benchmark
from models.shelf import ShelfModel
from models.verdict import Kind, Tried
from ui.options import Options
from ui.terminal import models_commands as commands
from ui.terminal.screen import Screen
from ui.terminal.session import DONE, Session

Lines = Callable[[], list[dict[str, Any]]]
MEASURED = Benchmark(1.2, 240.0, 41.6, 3_100_000_000, 7, 0, None)


class Desk:
    """Opens the models for each command as a session does; the home folder is the test's own."""

    def __init__(self, folder: Path) -> None:
        self.profile, self.home = Profile.at(folder / "profile"), folder / "home"
        self.cancel = Cancel()

    @contextmanager
    def care(self) -> Iterator[ModelCare]:
        room = ModelRoom(self.profile, Settings(self.profile.data / "settings.json"), fake=False)
        try:
            yield ModelCare(room, Ability(self.profile.data / "abilities.json"), home=self.home)
        finally:
            room.close()

    def session(self, *, as_json: bool = True) -> Session:
        @contextmanager
        def house(*, write: bool) -> Iterator[object]:
            with self.care() as care:
                room = care._room
                yield SimpleNamespace(
                    care=care, models=room, ability=care._ability, profile=self.profile,
                    benchmark=lambda cancel: MEASURED, check_writer=lambda cancel: iter(()),
                )  # fmt: skip

        screen = Screen(Options(json=as_json))
        return cast(Session, SimpleNamespace(screen=screen, house=house, cancel=self.cancel))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def other(starter_models: Any, tmp_path: Path) -> Path:
    """A model that is not the starter, in GPT4All's folder."""
    path = tmp_path / "home" / ".local" / "share" / "nomic.ai" / "GPT4All" / "Other-Q4_1.gguf"
    path.parent.mkdir(parents=True)
    shutil.copyfile(starter_models.writing, path)
    with path.open("ab") as file:
        file.write(b"\0" * 32)
    return path


def test_found_adopted_used_and_removed(desk: Desk, other: Path, lines: Lines) -> None:
    assert commands.models_adopt(desk.session(), None, found=True) == DONE
    (found,) = lines()
    assert (found["event"], found["program"], found["name"], found["path"]) == (
        "found", "GPT4All", "Other-Q4_1", str(other)
    )  # fmt: skip
    commands.models_adopt(desk.session(), other, found=False)
    (adopted,) = lines()
    commands.models_use(desk.session(), adopted["id"])
    lines()
    commands.models_list(desk.session())
    writers = {line["id"]: line["state"] for line in lines() if line["job"] == "writing"}
    assert writers == {adopted["id"]: "in use", "smollm2-135m": "ready"}
    commands.models_adopt(desk.session(), None, found=True)
    assert lines() == [], "what is used here is not offered again"
    commands.models_remove(desk.session(), adopted["id"])
    (gone,) = lines()
    assert gone["deleted"] is False and other.exists()
    commands.models_list(desk.session())
    assert {line["id"]: line["state"] for line in lines() if line["job"] == "writing"} == {"smollm2-135m": "in use"}


def test_wrong_uses_say_what_to_do(desk: Desk, other: Path) -> None:
    for path, found in ((None, False), (other, True)):
        with pytest.raises(UsageError, match="one file, or --found"):
            commands.models_adopt(desk.session(), path, found=found)
    with pytest.raises(NoModel, match="nobody"):
        commands.models_remove(desk.session(), "nobody")
    with pytest.raises(ModelError, match="came with Indoors"):
        commands.models_remove(desk.session(), "smollm2-135m")


def test_the_check_is_said_in_one_line_and_kept_for_the_list(
    desk: Desk, lines: Lines, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def check(care: ModelCare, model: ShelfModel, *, cancel: Cancel) -> Iterator[Tried]:
        from models.verdict import check_name

        for done in range(1, 21):
            yield Tried(Kind.QUESTION, done > 2, done, 20)
        care._ability.note_verdict(model.sha256, check_name(), 18, 20)

    monkeypatch.setattr(ModelCare, "check_model", check)
    commands.models_bench(desk.session(), "", check=True)
    verdict = next(line for line in lines() if line["event"] == "verdict")
    assert verdict == {"event": "verdict", "model": "smollm2-135m", "right": 18, "of": 20, "words_per_s": 31.2}
    commands.models_bench(desk.session(as_json=False), "", check=True)
    assert "18 of 20 right, 31 words/s\n" in capsys.readouterr().out
    commands.models_list(desk.session(as_json=False))
    assert "18 of 20 right" in capsys.readouterr().out


def test_shrinking_writes_among_the_models_and_says_how_much(desk: Desk, starter_models: Any, lines: Lines) -> None:
    size = starter_models.writing.stat().st_size
    assert commands.models_shrink(desk.session(), "smollm2-135m", to="Q4_0", output=None, check=False) == DONE
    said = lines()
    assert {line["event"] for line in said} == {"progress", "done"}
    done = said[-1]
    made = Path(done["path"])
    assert made.parent == desk.profile.downloaded_models / "writing" and made.name.endswith("Q4_1-Q4_0.gguf")
    assert done["bytes_before"] == size > done["bytes_after"] == made.stat().st_size
    commands.models_list(desk.session())
    writers = [line for line in lines() if line["job"] == "writing"]
    assert len(writers) == 2 and len({line["name"] for line in writers}) == 2, "they are told apart by name"
    assert starter_models.writing.stat().st_size == size


def test_a_stopped_shrinking_leaves_nothing(desk: Desk) -> None:
    desk.cancel.stop()
    assert commands.models_shrink(desk.session(), "smollm2-135m", to="Q4_0", output=None, check=False) == DONE
    assert list((desk.profile.downloaded_models / "writing").iterdir()) == []
