"""A model is stored smaller by the real engine in a sealed process; the original stays, and half a file never does."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from models.api import Cancel, ModelError
from models.child import python_command
from models.gguf import FILE_TYPES, read_gguf
from models.host import Host
from models.shrink import BITS, plan_shrink, shrink

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(scope="module")
def large(starter_models: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter writer with every number as F16: three times as large, as a model comes from its makers."""
    path = tmp_path_factory.mktemp("large") / "Large-F16.gguf"
    host = Host("shrink", python_command("models.worker", "shrink"))
    asked = {"source": str(starter_models.writing), "target": str(path), "kind": "F16", "threads": 1}
    for _ in host.ask("shrink", asked):
        pass
    host.close()
    assert read_gguf(path).kind == "F16"
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_large_model_becomes_small_and_the_original_stays(large: Path, tmp_path: Path) -> None:
    before = digest(large)
    plan = plan_shrink(large, "q4_0", tmp_path / "models" / "small.gguf")
    seen = list(shrink(plan, threads=1, cancel=Cancel()))
    assert [one.done for one in seen] == list(range(1, seen[-1].of + 1)), "every part is told"
    made = read_gguf(plan.target)
    assert made.kind == "Q4_0" and made.chat_template
    assert made.file_bytes < 0.5 * large.stat().st_size
    assert made.file_bytes <= plan.expected_bytes, "the disk was asked for enough"
    assert digest(large) == before
    assert [path.name for path in plan.target.parent.iterdir()] == ["small.gguf"]


def test_a_stop_leaves_nothing(large: Path, tmp_path: Path) -> None:
    plan, cancel, seen = plan_shrink(large, "Q5_K_M", tmp_path / "small.gguf"), Cancel(), 0
    for _ in shrink(plan, threads=1, cancel=cancel):
        seen += 1
        cancel.stop()
    assert seen and list(tmp_path.iterdir()) == []
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith(("keeper", "child"))]


def test_one_who_stops_listening_stops_it(large: Path, tmp_path: Path) -> None:
    work = shrink(plan_shrink(large, "Q5_K_M", tmp_path / "small.gguf"), threads=1, cancel=Cancel())
    next(work)
    work.close()  # type: ignore[attr-defined]  # it is a generator
    assert list(tmp_path.iterdir()) == []


def test_what_comes_out_no_smaller_is_not_kept(starter_models: Any, tmp_path: Path) -> None:
    """The matrices of the starter are too narrow for this kind, so the engine takes larger ones."""
    plan = plan_shrink(starter_models.writing, "Q4_K_M", tmp_path / "small.gguf")
    with pytest.raises(ModelError, match="not less than now"):
        list(shrink(plan, threads=1, cancel=Cancel()))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_original_makes_no_file(starter_models: Any, tmp_path: Path) -> None:
    cut = tmp_path / "in" / "cut.gguf"
    cut.parent.mkdir()
    shutil.copyfile(starter_models.writing, cut)
    plan = plan_shrink(cut, "Q3_K_S", tmp_path / "out" / "small.gguf")
    with cut.open("rb+") as file:
        file.truncate(5_000_000)
    with pytest.raises(ModelError):
        list(shrink(plan, threads=1, cancel=Cancel()))
    assert list((tmp_path / "out").iterdir()) == []


def test_what_cannot_be_done_is_refused_before_anything_is_written(
    starter_models: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = starter_models.writing, tmp_path / "small.gguf"
    with pytest.raises(ModelError, match="no way to store"):
        plan_shrink(source, "Q9_X", target)
    with pytest.raises(ModelError, match="would not make it smaller"):
        plan_shrink(source, "Q8_0", target)
    target.write_text("mine")
    with pytest.raises(ModelError, match="there already"):
        plan_shrink(source, "Q3_K_S", target)
    target.unlink()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 50_000_000))
    with pytest.raises(ModelError, match="too little room"):
        plan_shrink(source, "Q3_K_S", target)
    assert list(tmp_path.iterdir()) == []


def test_kinds_are_those_of_the_installed_engine() -> None:
    from llama_cpp import llama_cpp as lib

    names = {name.removeprefix("LLAMA_FTYPE_").removeprefix("MOSTLY_"): getattr(lib, name) for name in dir(lib)
             if name.startswith("LLAMA_FTYPE")}  # fmt: skip
    names["F32"] = names.pop("ALL_F32")
    assert {name: number for number, name in FILE_TYPES.items()}.items() <= names.items()
    assert set(BITS) <= set(FILE_TYPES.values())
