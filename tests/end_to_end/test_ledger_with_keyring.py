"""The ledger with a real keyring of the system's kind: kept, checked by the installed command, never in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.cloud.ledger import Ledger
from app.egress import keys
from app.paths import Profile
from app.store.db import Store

sys.path.insert(0, str(Path(__file__).parents[1] / "cloud"))

from ledger_desk import SECRET_WORDS, on_disk, send, tamper

LEDGER_KEYS = ("ledger key", "ledger body key")


@pytest.mark.timeout(180)
def test_the_command_checks_what_another_process_wrote(
    keyring_bus: dict[str, str], indoors: Callable[..., Any], profile_dir: Path
) -> None:
    with closing(Store.open(Profile.at(profile_dir).database)) as store:
        ledger = Ledger(store, keys)
        for number in range(3):
            send(ledger, permit=f"p{number}")
        words = " ".join(ledger.words())
    ran = indoors("ledger", "verify", data_dir=profile_dir, env=keyring_bus)
    assert ran.code == 0, ran.err
    verdict = ran.events("verify")[0]
    assert (verdict["entries"], verdict["intact"], verdict["chained"], verdict["words"]) == (6, True, True, words)
    shown = indoors("ledger", "show", "5", data_dir=profile_dir, env=keyring_bus).lines[0]
    assert shown["question"] == SECRET_WORDS
    checks = {line["check"]: line for line in indoors("doctor", data_dir=profile_dir, env=keyring_bus).events("check")}
    assert checks["keyring"]["there"]
    assert checks["ledger"]["ok"]
    # Neither the words nor the keys lie in any file of the profile.
    assert on_disk(profile_dir, SECRET_WORDS) == []
    for name in LEDGER_KEYS:
        key = keys.secret(name)
        assert not any(key in path.read_bytes() for path in profile_dir.rglob("*") if path.is_file())
    # Another profile of the same person and keyring is another ledger, and an empty one is whole.
    assert _verdict(profile_dir.with_name("other")) == (0, None, False)
    tamper(profile_dir, "DELETE FROM ledger WHERE seq > 2", "DELETE FROM facts WHERE name = 'profile_id'")
    broken = indoors("ledger", "verify", data_dir=profile_dir, env=keyring_bus)
    assert (broken.code, broken.events("verify")[0]["first_bad"]) == (1, 3)
    for path in profile_dir.glob("indoors.sqlite3*"):
        path.unlink()
    assert _verdict(profile_dir) == (0, 1, True), "a ledger that was taken away is not a new one"


def _verdict(folder: Path) -> tuple[int, int | None, bool]:
    with closing(Store.open(Profile.at(folder).database)) as store:
        verdict = Ledger(store, keys).verify()
    return verdict.entries, verdict.first_bad, verdict.broken


def test_without_a_keyring_the_command_says_that_nobody_can_tell(
    indoors: Callable[..., Any], profile_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with closing(Store.open(Profile.at(profile_dir).database)) as store:
        Ledger(store, keys).connection(at=1.0, purpose="model", host="h", bytes_out=1, bytes_in=1, ok=True)
    ran = indoors("ledger", "verify", data_dir=profile_dir)
    assert ran.code == 1
    assert "no keyring" in ran.events("verify")[0]["says"]
