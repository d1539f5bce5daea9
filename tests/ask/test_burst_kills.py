"""An end without warning at each step of a sending: money stays held, the ledger says unconfirmed, nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from asking_desk import SCRIPTS, library_of

from app.cloud.budget import Budget
from app.cloud.kept import Keeping, ParcelGone
from app.cloud.ledger import Ledger
from app.cloud.ledger_entries import State
from app.paths import Profile
from app.store.conversations import Conversations
from app.store.db import Store
from tests.cloud.ledger_desk import FileKeyring

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("killed_burst.py")
ACTUAL = 50  # 12 tokens in at $2.50 and 2 out at $10 for a million, rounded up once


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile in which the letters were read."""
    folder = tmp_path_factory.mktemp("read")
    with library_of(folder, SCRIPTS["files"]):
        return folder / "profile"


@pytest.mark.parametrize(
    ("step", "states", "spent", "turns", "can_still_be_sent"),
    [
        ("reserved", [], "ceiling", 0, True),
        ("intended", [State.CLOSED], "ceiling", 0, False),
        ("opened", [State.CLOSED], "ceiling", 0, False),
        ("settled", [State.CLOSED], "actual", 0, False),
        ("told", [State.ANSWERED], "actual", 0, False),
        ("whole", [State.ANSWERED], "actual", 1, False),
    ],
)
def test_killed_after(
    profile: Path, tmp_path: Path, step: str, states: list[State], spent: str, turns: int, can_still_be_sent: bool
) -> None:
    shutil.copytree(profile, tmp_path / "profile")
    ended = subprocess.run(
        [sys.executable, str(DRIVER), str(tmp_path), step],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ended.returncode == (0 if step == "whole" else 9), ended.stderr
    sha256, ceiling = (tmp_path / "sha256").read_text(), int((tmp_path / "ceiling").read_text())
    store = Store.open(Profile.at(tmp_path / "profile").database)
    try:
        secrets = FileKeyring(tmp_path / "keyring.json")
        ledger, budget = Ledger(store, secrets), Budget(store, lambda: 5_000_000)
        if spent == "ceiling":
            assert budget.month().held == ceiling, "held before anybody looked"
            assert budget.after_crash() == 1
        month = budget.month()
        assert (month.spent, month.held) == (ceiling if spent == "ceiling" else ACTUAL, 0)
        assert [one.state for one in ledger.sent()] == states
        assert all(ledger.body(one.seq) for one in ledger.sent()), "the bytes are kept"
        assert ledger.verify().intact
        conversations = Conversations(store)
        assert sum(len(conversations.turns(one.id)) for one in conversations.all()) == turns
        keeping = Keeping(store, secrets)
        if can_still_be_sent:
            assert keeping.look(sha256).offer.parcel.sha256 == sha256
        else:
            with pytest.raises(ParcelGone, match="already sent"):
                keeping.look(sha256)
    finally:
        store.close()
