"""A kill at any moment leaves a ledger that holds, and never one with fewer things than left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ledger_desk import FileKeyring, filled, open_ledger, send, tamper

from app.cloud.ledger_entries import EntryKind, State

PROGRAM = Path(__file__).with_name("killed_ledger.py")
ROOT = PROGRAM.parents[2]

# moment -> (whether a byte may have left, the state of the parcel afterwards, None: it is not there)
MOMENTS = {
    "before the commit": (False, None),
    "before the end is moved": (False, State.CLOSED),
    "after the end is moved": (False, State.CLOSED),
    "between intent and result": (True, State.CLOSED),
    "before the result's end is moved": (True, State.ANSWERED),
}


def killed(folder: Path, ring: Path, moment: str) -> str:
    ran = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), str(ring), moment],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    assert ran.returncode == -9, ran.stderr
    return ran.stdout


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("parcels", [0, 3])
def test_a_kill_leaves_a_ledger_that_holds(tmp_path: Path, moment: str, parcels: int) -> None:
    may_have_left, state = MOMENTS[moment]
    folder, ring = tmp_path / "profile", FileKeyring(tmp_path / "ring.json")
    if parcels:
        filled(folder, ring, parcels)
    else:
        with open_ledger(folder, ring) as ledger:
            ledger.blocked(False)
        ring.secret("ledger body key")
    said = killed(folder, ring.path, moment)
    assert ("a byte may leave" in said) == may_have_left
    with open_ledger(folder, ring) as ledger:
        assert ledger.verify().intact
        newest = ledger.sent(limit=1)
        killed_one = newest[0] if newest and len(ledger.sent()) > parcels else None
        assert (killed_one.state if killed_one else None) is state
        if state is State.CLOSED:
            assert killed_one is not None
            assert killed_one.state.left
            assert ledger.month(0.0).left == parcels + 1
        # And it goes on as if nothing had been: the end has caught up, nothing had to begin anew.
        send(ledger)
        assert ledger.verify().intact
        assert ledger.entries((EntryKind.ANEW,)) == []


def test_the_very_first_line_survives_a_kill_too(tmp_path: Path) -> None:
    folder, ring = tmp_path / "profile", FileKeyring(tmp_path / "ring.json")
    ring.secret("ledger key")
    ring.secret("ledger body key")
    killed(folder, ring.path, "before the end is moved")
    with open_ledger(folder, ring) as ledger:
        assert ledger.verify().intact
        send(ledger)
        assert ledger.verify().intact


def test_only_the_one_line_beyond_the_end_is_taken_in(tmp_path: Path) -> None:
    """What a crash excuses is one line with a right MAC: not one without, not two, not the loss of one that counted."""
    folder, ring = tmp_path / "profile", FileKeyring(tmp_path / "ring.json")
    filled(folder, ring)
    killed(folder, ring.path, "before the end is moved")
    end = ring.path.read_text()
    with open_ledger(folder, ring) as ledger:
        send(ledger)
    ring.path.write_text(end)  # the keyring of before: three lines beyond its end
    with open_ledger(folder, ring) as ledger:
        assert ledger.verify().broken
    tamper(folder, "DELETE FROM ledger WHERE seq > 14", "UPDATE ledger SET mac = 'ab' WHERE seq = 14")
    with open_ledger(folder, ring) as ledger:
        assert ledger.verify().first_bad == 14


def test_two_processes_add_lines_side_by_side(tmp_path: Path) -> None:
    folder, ring = tmp_path / "profile", FileKeyring(tmp_path / "ring.json")
    filled(folder, ring, 1)
    program = (
        "import sys; sys.path.insert(0, 'tests/cloud')\n"
        "from ledger_desk import *\n"
        "with open_ledger(Path(sys.argv[1]), FileKeyring(Path(sys.argv[2]))) as ledger:\n"
        "    for n in range(20): send(ledger, permit=f'{sys.argv[3]} {n}')\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(folder), str(ring.path), name], cwd=ROOT)
        for name in ("one", "two")
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    with open_ledger(folder, ring) as ledger:
        verdict = ledger.verify()
        assert verdict.intact
        assert verdict.entries == 3 + 2 * 40
