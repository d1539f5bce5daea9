"""`indoors ledger`: lines scripts can rely on, words people can read, and the right exit code."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app import doctor
from app.errors import UsageError
from app.services import Services
from ui.options import Options
from ui.terminal.ledger_command import erase, export, show_entry, show_ledger, verify
from ui.terminal.screen import Screen
from ui.terminal.session import DONE, WORLD, Session

sys.path.insert(0, str(Path(__file__).parents[1] / "cloud"))

from ledger_desk import BODY, NOON, SECRET_WORDS, FileKeyring, open_ledger, parcel, send, tamper

from app.cloud.ledger_entries import Status

Lines = Callable[[], list[dict[str, Any]]]


class Desk:
    """Opens the ledger for each command as a session does."""

    def __init__(self, folder: Path, ring: FileKeyring) -> None:
        self.folder, self.ring = folder, ring

    def session(self, *, as_json: bool = False) -> Session:
        @contextmanager
        def house(*, write: bool) -> Iterator[object]:
            with open_ledger(self.folder, self.ring) as ledger:
                yield SimpleNamespace(cloud=SimpleNamespace(ledger=ledger))

        return cast(Session, SimpleNamespace(screen=Screen(Options(json=as_json)), house=house))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "profile", FileKeyring(tmp_path / "ring.json"))
    with open_ledger(desk.folder, desk.ring) as ledger:
        send(ledger, says="ignored")
        ledger.connection(at=NOON, purpose="question", host="api.example.com", bytes_out=1_200, bytes_in=3_400, ok=True)
        send(ledger, Status.FAILED_BEFORE)
        ledger.held_back(parcel())
    return desk


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_line_of_the_ledger_is_one_line_of_json(desk: Desk, lines: Lines) -> None:
    assert show_ledger(desk.session(as_json=True), limit=100, connections=False) == DONE
    found = lines()
    assert {line["event"] for line in found} == {"entry"}
    assert [(line["seq"], line["kind"]) for line in found] == [
        (6, "held"), (5, "result"), (4, "intent"), (3, "connection"), (2, "result"), (1, "intent"),
    ]  # fmt: skip
    first = found[-1]
    assert (first["state"], first["cost_micros"], first["question"]) == ("answered", 3_900, SECRET_WORDS)
    assert show_ledger(desk.session(as_json=True), limit=100, connections=True) == DONE
    assert [line["host"] for line in lines()] == ["api.example.com"]


def test_people_read_what_left_and_how_it_went(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    show_ledger(desk.session(), limit=100, connections=False)
    out = capsys.readouterr().out
    assert "1 thing left this computer this month. You approved it." in out
    for words in (SECRET_WORDS, "3 details hidden", "Answered · $0.0039", "Failed, nothing sent", "Stopped in time"):
        assert words in out
    show_ledger(desk.session(), limit=100, connections=True)
    assert "api.example.com · question · 1.2 kB out, 3.4 kB in" in capsys.readouterr().out


def test_an_empty_ledger_is_the_point(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path / "empty", FileKeyring(tmp_path / "none.json"))
    show_ledger(desk.session(), limit=9, connections=False)
    out = capsys.readouterr().out
    assert "Nothing of yours has left this computer." in out
    assert "Nothing to show, and that is the point." in out
    desk.ring.there = False
    assert verify(desk.session(), go_on=False) == DONE


def test_one_entry_shows_the_exact_text_and_what_stayed(
    desk: Desk, lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    show_entry(desk.session(as_json=True), 1)
    line = lines()[0]
    assert line["body"] == BODY.decode()
    assert line["stayed_here"] == [{"label": "⟦PERSON_1⟧", "value": "Ines Abendroth"}]
    show_entry(desk.session(), 1)
    out = capsys.readouterr().out
    assert BODY.decode() in out
    assert "stayed here: ⟦PERSON_1⟧ = Ines Abendroth" in out
    assert "example said: ignored" in out
    with pytest.raises(UsageError, match="no entry 99"):
        show_entry(desk.session(), 99)


def test_verify_says_the_first_bad_entry_and_goes_on_only_when_told(
    desk: Desk, lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(desk.session(as_json=True), go_on=False) == DONE
    whole = lines()[0]
    assert (whole["event"], whole["entries"], whole["intact"]) == ("verify", 6, True)
    assert "first_bad" not in whole
    assert len(whole["words"].split()) == 6
    tamper(desk.folder, "DELETE FROM ledger WHERE seq = 5")
    assert verify(desk.session(as_json=True), go_on=False) == WORLD
    broken = lines()[0]
    assert (broken["entries"], broken["intact"], broken["first_bad"]) == (5, False, 5)
    assert verify(desk.session(), go_on=False) == WORLD
    out, err = capsys.readouterr()
    assert "Entries after 13 November" in out
    assert "were removed outside Indoors" in out
    assert "Entry 5 is missing; 5 are there." in out
    assert "--go-on" in err
    assert verify(desk.session(), go_on=True) == DONE
    out = capsys.readouterr().out
    assert "All 6 entries that are there" in out
    assert "you went on although" in out
    assert verify(desk.session(), go_on=False) == DONE


def test_without_a_keyring_verify_cannot_say_yes(desk: Desk, lines: Lines) -> None:
    desk.ring.there = False
    assert verify(desk.session(as_json=True), go_on=False) == WORLD
    line = lines()[0]
    assert (line["intact"], line["chained"], line["words"]) == (False, False, "")
    assert "no keyring" in line["says"]


def test_an_export_is_printed_or_written(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(desk.session(), "csv", output=None, with_text=False)
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [line["kind"] for line in table][-1] == "head"
    target = tmp_path / "ledger.json"
    export(desk.session(as_json=True), "json", output=target, with_text=True)
    assert json.loads(capsys.readouterr().out)["path"] == str(target)
    assert SECRET_WORDS in target.read_text()
    with pytest.raises(UsageError, match="Only json"):
        export(desk.session(), "csv", output=None, with_text=True)


def test_erasing_leaves_the_line(desk: Desk, lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    erase(desk.session(), 1)
    assert "Its line stays" in capsys.readouterr().out
    show_entry(desk.session(as_json=True), 1)
    line = lines()[0]
    assert line["erased"]
    assert "body" not in line
    show_ledger(desk.session(), limit=9, connections=False)
    assert "erased by you" in capsys.readouterr().out
    assert verify(desk.session(), go_on=False) == DONE


def test_doctor_tells_of_a_broken_ledger_and_of_no_keyring(desk: Desk) -> None:
    def looked_at() -> tuple[bool, str]:
        with open_ledger(desk.folder, desk.ring) as ledger:
            seen = doctor._ledger(cast(Services, SimpleNamespace(cloud=SimpleNamespace(ledger=ledger))))
        return seen.ok, seen.detail

    assert looked_at() == (True, "All 6 entries are as Indoors wrote them.")
    desk.ring.there = False
    assert looked_at() == (
        True,
        "This computer has no keyring, so nobody can tell whether these entries were changed.",
    )
    desk.ring.there = True
    tamper(desk.folder, "DELETE FROM ledger WHERE seq = 6")
    ok, detail = looked_at()
    assert not ok
    assert "indoors ledger verify" in detail
    keyring = doctor._keyring()  # the tests' environment names one that is none
    assert keyring.ok
    assert keyring.extra == {"there": False}
    assert "everything here works without it" in keyring.detail
