"""The shelf: what lies where is found, damaged files are named, and weights are not read twice."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from models import shelf as shelf_module
from models.api import ModelError
from models.catalog import Job, catalog
from models.gguf import BLOCKS, engine_knows, read_gguf
from models.shelf import Shelf


def shelf_at(starter: Path, folder: Path) -> Shelf:
    return Shelf(starter, folder / "models", memory=folder / "shelf.json")


def test_the_three_starters_are_there_with_name_and_licence(starter_models: Any, tmp_path: Path) -> None:
    found = {model.job: model for model in shelf_at(starter_models.root, tmp_path).models()}
    assert {job: model.id for job, model in found.items()} == {
        Job.WRITING: "smollm2-135m",
        Job.LISTENING: "moonshine-tiny-en",
        Job.SEARCHING: "all-minilm-l6-v2",
    }
    assert all(model.state == "ready" and model.source == "starter" for model in found.values())
    assert {model.licence for model in found.values()} == {"Apache-2.0", "MIT"}
    assert found[Job.WRITING].bytes == starter_models.writing.stat().st_size


def test_weights_are_read_once(starter_models: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shelf_at(starter_models.root, tmp_path).models()
    monkeypatch.setattr(shelf_module, "_hash", lambda _: pytest.fail("read again"))
    assert shelf_at(starter_models.root, tmp_path).models() == first


def test_a_changed_file_is_read_again_and_named_damaged(starter_models: Any, tmp_path: Path) -> None:
    writing = tmp_path / "models" / "writing"
    writing.mkdir(parents=True)
    path = writing / "Mine.gguf"
    shutil.copyfile(starter_models.writing, path)
    shelf = shelf_at(tmp_path / "none", tmp_path)
    assert [model.state for model in shelf.models() if model.job is Job.WRITING] == ["ready"]
    os.truncate(path, 3_000_000)
    (model,) = [model for model in shelf.models() if model.job is Job.WRITING]
    assert model.state == "damaged"
    assert "cut off" in model.trouble
    assert shelf.choose(Job.WRITING) is None


def test_a_family_the_engine_does_not_know_is_refused_before_it_is_chosen(starter_models: Any, tmp_path: Path) -> None:
    writing = tmp_path / "models" / "writing"
    writing.mkdir(parents=True)
    path = writing / "Mine.gguf"
    shutil.copyfile(starter_models.writing, path)
    with path.open("r+b") as file:
        at = file.read(4096).index(b"general.architecture") + len(b"general.architecture") + 4 + 8
        file.seek(at)
        assert file.read(5) == b"llama"
        file.seek(at)
        file.write(b"zzzzz")
    for _ in range(2):
        shelf = shelf_at(tmp_path / "none", tmp_path)
        (model,) = [model for model in shelf.models() if model.job is Job.WRITING]
        assert (model.state, shelf.choose(Job.WRITING)) == ("damaged", None)
        assert "zzzzz" in model.trouble and "newer" in model.trouble
        with pytest.raises(ModelError, match="newer"):
            shelf.adopt(path, Job.WRITING)


def test_families_are_those_of_the_installed_engine() -> None:
    """Some of the names of llama-arch.cpp, old and new, long and short, and some that share the end of one."""
    assert all(map(engine_knows, ("llama", "bert", "t5", "gpt2", "qwen3", "gemma3", "phi3", "nomic-bert", "smollm3")))
    assert not any(map(engine_knows, ("zzzzz", "", "llama9", "a\0b")))


def test_what_an_older_indoors_remembered_is_looked_at_again(starter_models: Any, tmp_path: Path) -> None:
    shelf_at(starter_models.root, tmp_path).models()
    memory = tmp_path / "shelf.json"
    rows = json.loads(memory.read_text())
    memory.write_text(json.dumps({path: row | {"architecture": ""} for path, row in rows.items()}))
    shelf_at(starter_models.root, tmp_path).models()
    assert "llama" in {row["architecture"] for row in json.loads(memory.read_text()).values()}


def test_the_persons_choice_comes_first_and_a_damaged_one_falls_back(starter_models: Any, tmp_path: Path) -> None:
    writing = tmp_path / "models" / "writing"
    writing.mkdir(parents=True)
    shutil.copyfile(starter_models.writing, writing / "Twin.gguf")
    (writing / "Broken.gguf").write_bytes(b"GGUF")
    shelf = shelf_at(starter_models.root, tmp_path)
    ids = [model.id for model in shelf.models() if model.job is Job.WRITING]
    assert len(ids) == len(set(ids)) == 3
    twin = next(model for model in shelf.models() if model.path.name == "Twin.gguf")
    assert shelf.choose(Job.WRITING, twin.id) == twin
    for preferred in ("", "broken", "nobody"):
        chosen = shelf.choose(Job.WRITING, preferred)
        assert chosen is not None and chosen.source == "starter"


def test_adopted_models_stay_where_they_are(starter_models: Any, tmp_path: Path) -> None:
    other = tmp_path / "other program" / "theirs.gguf"
    other.parent.mkdir()
    shutil.copyfile(starter_models.writing, other)
    shelf = shelf_at(tmp_path / "none", tmp_path)
    shelf.adopt(other, Job.WRITING)
    (model,) = [model for model in shelf.models() if model.job is Job.WRITING]
    assert (model.path, model.source) == (other, "adopted")
    shelf.forget(model)
    assert [model for model in shelf.models() if model.job is Job.WRITING] == []
    assert other.exists()
    other.write_bytes(b"nothing")
    for bad in (other, tmp_path):
        with pytest.raises(ModelError):
            shelf.adopt(bad, Job.WRITING)


def test_a_starter_that_is_not_the_installed_file_is_named(starter_models: Any, tmp_path: Path) -> None:
    writing = tmp_path / "starter" / "writing"
    writing.mkdir(parents=True)
    shutil.copyfile(starter_models.writing, writing / "w.gguf")
    (writing / "starter.json").write_text(json.dumps({"name": "W", "sha256": "0" * 64}))
    (model,) = [each for each in shelf_at(tmp_path / "starter", tmp_path).models() if each.job is Job.WRITING]
    assert model.state == "damaged"


def test_a_whisper_folder_without_its_tokenizer_is_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "listening" / "whisper-small"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"x")
    (folder / "config.json").write_text("{}")
    (model,) = [each for each in shelf_at(tmp_path / "none", tmp_path).models() if each.engine == "whisper"]
    assert model.state == "damaged"
    (folder / "tokenizer.json").write_text("{}")
    (model,) = [each for each in shelf_at(tmp_path / "none", tmp_path).models() if each.engine == "whisper"]
    assert model.state == "ready"


def test_a_read_only_profile_only_costs_time(starter_models: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    shelf = Shelf(starter_models.root, blocked / "models", memory=blocked / "shelf.json")
    assert len(shelf.models()) == 3


def test_the_header_of_the_starter_is_read_without_its_engine(starter_models: Any) -> None:
    header = read_gguf(starter_models.writing)
    assert header.architecture == "llama"
    assert header.number("context_length") == 8192
    assert header.tensor_bytes <= header.file_bytes <= header.tensor_bytes + 4_000_000
    assert "im_start" in header.chat_template


def test_block_sizes_are_the_engines(starter_models: Any) -> None:
    """The table is ours; the installed engine knows better."""
    import ctypes
    import importlib.util

    spec = importlib.util.find_spec("llama_cpp")
    assert spec is not None and spec.origin is not None
    base = ctypes.CDLL(str(Path(spec.origin).parent / "lib" / "libggml-base.so"))
    base.ggml_blck_size.restype = ctypes.c_int64
    base.ggml_type_size.restype = ctypes.c_size_t
    seen = {kind: (base.ggml_blck_size(kind), base.ggml_type_size(kind)) for kind in BLOCKS}
    assert seen == BLOCKS


def test_the_catalogue_is_whole() -> None:
    assert len({entry.id for entry in catalog()}) == len(catalog())
    assert all(entry.licence and entry.says for entry in catalog())
