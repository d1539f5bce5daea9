"""Every byte of a profile belongs to a place that is shown, and only what may go is erased."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cloud.disk_places import erase_place, places, size_of
from app.errors import UsageError
from app.paths import Profile
from app.store.db import Store


@pytest.fixture(params=["whole", "apart"])
def profile(request: pytest.FixtureRequest, tmp_path: Path) -> Profile:
    """A profile kept in one folder, and one with its cache elsewhere, each with something everywhere."""
    profile = Profile.at(tmp_path / "p") if request.param == "whole" else Profile(tmp_path / "d", tmp_path / "c")
    Store.open(profile.database).close()
    for path in (
        profile.vectors / "deep" / "index.bin",
        profile.downloaded_models / "writer.gguf",
        profile.data / "settings.json",
        profile.data / f"{profile.database.name}.before-5",
        profile.data / f"{profile.database.name}-ledger-lock",
        profile.lock,
        profile.states / "1.state",
        profile.logs / "indoors.log",
        profile.scratch / "a.wav",
        profile.recognition_pace,
        profile.cache / "unforeseen" / "thing",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 1000)
    return profile


def test_every_byte_is_in_exactly_one_place(profile: Profile) -> None:
    folders = {profile.data} if profile.cache.is_relative_to(profile.data) else {profile.data, profile.cache}
    assert sum(place.size_bytes for place in places(profile)) == sum(size_of(folder) for folder in folders)
    assert all(place.size_bytes for place in places(profile) if place.key != "keyring")


def test_only_what_loses_nothing_can_be_erased(profile: Profile, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (profile.states / "link").symlink_to(outside)
    for place in places(profile):
        if place.erasable:
            assert erase_place(profile, place.key) == place.size_bytes
        else:
            with pytest.raises(UsageError, match="not something to erase"):
                erase_place(profile, place.key)
    left = {place.key for place in places(profile) if place.size_bytes}
    assert left == {"library", "vectors", "models", "settings", "scratch", "other"}
    assert profile.states.is_dir()
    assert outside.read_text() == "mine"


def test_a_profile_that_does_not_exist_takes_no_room(tmp_path: Path) -> None:
    assert {place.size_bytes for place in places(Profile.at(tmp_path / "nothing"))} == {0}
