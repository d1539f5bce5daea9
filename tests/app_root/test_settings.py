"""Settings are declared once, refuse what does not fit in words, and survive damage and kills."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.errors import ProfileTrouble, UsageError
from app.settings import DECLARED, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


def test_defaults_without_a_file(settings: Settings) -> None:
    assert {s.key: settings.get(s.key) for s in DECLARED} == {s.key: s.default for s in DECLARED}


def test_a_change_is_kept_and_can_be_taken_back(settings: Settings, tmp_path: Path) -> None:
    settings.set("text_size", "120")
    settings.set("reduce_motion", "on")
    again = Settings(tmp_path / "settings.json")
    assert again.number("text_size") == 120
    assert again.get("reduce_motion") is True
    again.reset("text_size")
    assert Settings(tmp_path / "settings.json").number("text_size") == 100


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("text_size", "80", "from 90 to 150"),
        ("text_size", "big", "from 90 to 150"),
        ("theme", "pink", "system, light, dark"),
        ("reduce_motion", "perhaps", "on or off"),
        ("nothing", "1", "no setting"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(settings: Settings, key: str, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        settings.set(key, text)


def test_a_damaged_file_is_put_aside_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{half")
    assert Settings(path).get("theme") == "system"
    assert (tmp_path / "settings.damaged").read_text() == "{half"


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"version": 99, "theme": "dark"}))
    with pytest.raises(ProfileTrouble):
        Settings(path)
    assert json.loads(path.read_text())["version"] == 99


def test_keys_of_another_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"version": 1, "later": 5}))
    Settings(path).set("theme", "dark")
    assert json.loads(path.read_text())["later"] == 5
