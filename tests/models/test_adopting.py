"""Files of other programs are found where those programs keep them, by the names the person knows them by."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from models.adopting import Place, look_in, places, trouble_of
from models.api import ModelError
from models.catalog import Job
from models.shelf import Shelf

DIGEST = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""Of the starter writer, as in the catalogue."""


def ollama(folder: Path, gguf: Path, *, digest: str = DIGEST, name: str = "library/smollm2/135m") -> Path:
    """A folder as Ollama keeps it: a file named by its hash, and a manifest that says what it is."""
    blob = folder / "blobs" / f"sha256-{digest}"
    blob.parent.mkdir(parents=True, exist_ok=True)
    if not blob.exists():
        blob.symlink_to(gguf)
    manifest = folder / "manifests" / "registry.example" / name
    manifest.parent.mkdir(parents=True, exist_ok=True)
    layers = [
        {"mediaType": "application/vnd.ollama.image.license", "digest": f"sha256:{'0' * 64}"},
        {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}"},
    ]
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": layers}))
    return blob


@pytest.mark.parametrize(
    ("system", "environment", "wanted"),
    [
        ("linux", {}, {("Ollama", ".ollama/models"), ("LM Studio", ".lmstudio/models"),
                       ("GPT4All", ".local/share/nomic.ai/GPT4All"), ("Jan", ".config/Jan/data/llamacpp/models")}),
        ("darwin", {}, {("GPT4All", "Library/Application Support/nomic.ai/GPT4All"),
                        ("Jan", "Library/Application Support/Jan/data/llamacpp/models")}),
        ("win32", {}, {("GPT4All", "AppData/Local/nomic.ai/GPT4All"), ("Jan", "AppData/Roaming/Jan/data/models")}),
    ],
)  # fmt: skip
def test_where_each_system_keeps_them(
    tmp_path: Path, system: str, environment: dict[str, str], wanted: set[tuple[str, str]]
) -> None:
    found = {(place.program, str(place.folder)) for place in places(tmp_path, environment, system)}
    assert {(program, str(tmp_path / folder)) for program, folder in wanted} <= found


def test_folders_that_were_moved_are_followed(tmp_path: Path) -> None:
    (tmp_path / ".lmstudio-home-pointer").write_text(f"{tmp_path / 'elsewhere'}\n")
    found = places(tmp_path, {"OLLAMA_MODELS": str(tmp_path / "ollama")}, "linux")
    assert Place("LM Studio", tmp_path / "elsewhere" / "models") in found
    assert Place("Ollama", tmp_path / "ollama") in found


def test_each_program_in_its_own_words(starter_models: Any, tmp_path: Path) -> None:
    blob = ollama(tmp_path / "ollama", starter_models.writing)
    ollama(tmp_path / "ollama", starter_models.writing, name="library/smollm2/latest")
    jan = tmp_path / "jan" / "smol-135m"
    jan.mkdir(parents=True)
    shutil.copyfile(starter_models.writing, jan / "model.gguf")
    (jan / "mmproj.gguf").write_bytes(b"GGUF")
    studio = tmp_path / "studio" / "maker" / "repo"
    studio.mkdir(parents=True)
    (studio / "Broken-Q4.gguf").write_bytes(b"GGUF")
    (studio / "Parts-00002-of-00003.gguf").write_bytes(b"GGUF")
    (studio / "twin.gguf").symlink_to(blob.resolve())
    found = list(
        look_in([
            Place("Ollama", tmp_path / "ollama"),
            Place("Jan", tmp_path / "jan"),
            Place("LM Studio", tmp_path / "studio"),
            Place("GPT4All", tmp_path / "nowhere"),
        ])
    )  # fmt: skip
    assert [(one.program, one.name, bool(one.trouble)) for one in found] == [
        ("Ollama", "smollm2:135m", False),
        ("Jan", "smol-135m", False),
        ("LM Studio", "Broken-Q4", True),
    ], "each file once; pictures and later parts are no models"
    assert found[0].sha256 == DIGEST and found[0].path == blob


def test_a_manifest_that_is_none_is_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "manifests" / "host" / "library" / "bad"
    folder.mkdir(parents=True)
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"layers": [{"mediaType": 1, "digest": "sha256:../../etc"}]}')):
        (folder / name).write_text(text)
    assert list(look_in([Place("Ollama", tmp_path)])) == []


def test_ollamas_file_is_adopted_by_its_name_and_known_again(starter_models: Any, tmp_path: Path) -> None:
    blob = ollama(tmp_path / "ollama", starter_models.writing)
    (found,) = look_in([Place("Ollama", tmp_path / "ollama")])
    shelf = Shelf(tmp_path / "none", tmp_path / "models", memory=tmp_path / "memory.json")
    model = shelf.adopt(found.path, Job.WRITING, name=found.name, program=found.program, sha256=found.sha256)
    assert (model.path, model.program, model.source) == (blob, "Ollama", "adopted")
    assert not list((tmp_path / "models").rglob("*.gguf")), "nothing is copied"
    again = Shelf(tmp_path / "none", tmp_path / "models", memory=tmp_path / "memory.json")
    (kept,) = [one for one in again.models() if one.job is Job.WRITING]
    assert kept == model


def test_a_file_that_is_not_what_its_program_says_is_refused(starter_models: Any, tmp_path: Path) -> None:
    ollama(tmp_path / "ollama", starter_models.writing, digest="f" * 64)
    (found,) = look_in([Place("Ollama", tmp_path / "ollama")])
    shelf = Shelf(tmp_path / "none", tmp_path / "models", memory=tmp_path / "memory.json")
    with pytest.raises(ModelError, match="not the file that Ollama got"):
        shelf.adopt(found.path, Job.WRITING, name=found.name, program="Ollama", sha256=found.sha256)
    assert [one for one in shelf.models() if one.job is Job.WRITING] == []


def test_one_that_its_program_took_away_is_named_and_can_be_removed(starter_models: Any, tmp_path: Path) -> None:
    path = tmp_path / "theirs.gguf"
    shutil.copyfile(starter_models.writing, path)
    shelf = Shelf(tmp_path / "none", tmp_path / "models", memory=tmp_path / "memory.json")
    shelf.adopt(path, Job.WRITING)
    path.unlink()
    (gone,) = [one for one in shelf.models() if one.job is Job.WRITING]
    assert gone.state == "damaged" and "not there any more" in gone.trouble
    shelf.delete(gone)
    assert [one for one in shelf.models() if one.job is Job.WRITING] == []


def test_what_is_here_already_is_not_taken_twice(starter_models: Any, tmp_path: Path) -> None:
    copy = tmp_path / "copy.gguf"
    shutil.copyfile(starter_models.writing, copy)
    shelf = Shelf(starter_models.root, tmp_path / "models", memory=tmp_path / "memory.json")
    with pytest.raises(ModelError, match="here already"):
        shelf.adopt(copy, Job.WRITING)


def test_removing_deletes_only_what_is_ours(starter_models: Any, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "models" / "writing" / "ours.gguf", tmp_path / "theirs.gguf"
    ours.parent.mkdir(parents=True)
    shutil.copyfile(starter_models.writing, ours)
    shutil.copyfile(starter_models.writing, theirs)
    with theirs.open("ab") as file:
        file.write(b"\0" * 32)  # another hash
    shelf = Shelf(starter_models.root, tmp_path / "models", memory=tmp_path / "memory.json")
    shelf.adopt(theirs, Job.WRITING)
    for model in shelf.models():
        if model.source == "starter":
            with pytest.raises(ModelError, match="stays"):
                shelf.delete(model)
        else:
            shelf.delete(model)
    assert not ours.exists() and theirs.exists() and starter_models.writing.exists()


def test_a_header_says_why_it_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(b"nothing")
    assert "not a GGUF model" in trouble_of(path)
