"""`indoors prove`, whole: every way blocked from every sealed process, and every way arriving unsealed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.egress.proving import PROCESSES
from models.proof_listener import Listener
from models.ways_out import WAYS, X32_NAME

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the seal is Linux's"),
    pytest.mark.loopback,
    pytest.mark.timeout(240),
]

Lines = list[dict[str, Any]]
EVERY = {(process, way) for process in PROCESSES for way in WAYS}


def start(line: Callable[..., list[str]], data: Path, *words: str) -> subprocess.Popen[str]:
    command = line("--data-dir", data, "--json", "prove", *words)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> tuple[int, Lines]:
    out, _ = process.communicate()
    return process.returncode, [json.loads(each) for each in out.splitlines()]


@pytest.fixture(scope="module")
def proofs(
    line: Callable[..., list[str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[tuple[int, Lines], tuple[int, Lines], set[str]]:
    """The proof against our own listener, the control against one somebody else started, and what that one saw."""
    folder = tmp_path_factory.mktemp("prove")
    with closing(Listener()) as outside:
        sealed = start(line, folder / "sealed")
        control = start(line, folder / "control", "--control", "--target", f"127.0.0.1:{outside.port}")
        return finish(sealed), finish(control), set(outside.arrived)


def test_every_way_is_blocked_from_every_sealed_process(proofs: Any) -> None:
    (code, lines), _, _ = proofs
    ways = [each for each in lines if each["way"] != 0]
    assert {(each["process"], each["way"]) for each in ways} == EVERY
    assert [each for each in ways if each["outcome"] != "blocked"] == []
    assert {each["errno"] for each in ways} == {"EACCES"}
    assert code == 0


def test_the_couriers_own_way_arrives(proofs: Any) -> None:
    (_, lines), _, _ = proofs
    assert [(each["process"], each["outcome"]) for each in lines if each["way"] == 0] == [("courier", "reached")]


def test_unsealed_the_same_attempts_all_arrive(proofs: Any) -> None:
    _, (code, lines), seen = proofs
    ways = [each for each in lines if each["way"] != 0]
    assert {(each["process"], each["way"]) for each in ways} == EVERY
    assert {each["name"] for each in ways if each["outcome"] != "reached"} <= {X32_NAME}
    assert code == 0
    # Not what the processes say of themselves, but what the other side saw.
    arrived = {tuple(token.split("-")[:2]) for token in seen}
    assert {(f"w{way}", process) for process, way in EVERY if way != 12} <= arrived
