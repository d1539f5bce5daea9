"""Finds GGUF files that other programs got, so that they are used where they lie and no second copy is made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.api import ModelError
from models.gguf import engine_knows, read_gguf

_MODEL_LAYER = "application/vnd.ollama.image.model"
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_MOST_FILES = 2000
"""A folder with more files than this is not one that a program of models keeps."""
# Pictures are read by a second file beside the model ("mmproj"); parts of one model are numbered. Neither is a model
# by itself.
_NO_MODEL = re.compile(r"mmproj|-\d{5}-of-\d{5}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One file of another program. `trouble` says why it cannot write here, empty when it can; `sha256` is what the
    program says of it, where it does."""

    path: Path
    name: str
    program: str
    bytes: int
    sha256: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which a program keeps its models."""

    program: str
    folder: Path


def places(home: Path, environment: Mapping[str, str], system: str) -> Sequence[Place]:
    """Where the known programs keep models, on this system ("linux", "darwin", "win32"), whether or not they are there.

    Ollama: its FAQ (OLLAMA_MODELS; ~/.ollama/models; its Linux service under /usr/share/ollama). LM Studio: the home
    its pointer file names, else ~/.lmstudio or ~/.cache/lm-studio, each with models/. GPT4All: "Download Path" in its
    documentation. Jan: "Jan Data Folder" in its documentation; newer ones on Linux under ~/.local/share; models lie in
    llamacpp/models, before that in models.
    """
    local = home / "AppData" / "Local" if system == "win32" else home / ".local" / "share"
    match system:
        case "win32":
            jans = [Path(environment.get("APPDATA", home / "AppData" / "Roaming")) / "Jan"]
            nomic = Path(environment.get("LOCALAPPDATA", local)) / "nomic.ai" / "GPT4All"
        case "darwin":
            support = home / "Library" / "Application Support"
            jans, nomic = [support / "Jan"], support / "nomic.ai" / "GPT4All"
        case _:
            config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
            data = Path(environment.get("XDG_DATA_HOME") or local)
            jans, nomic = [config / "Jan", data / "Jan"], local / "nomic.ai" / "GPT4All"
    ollamas = [home / ".ollama" / "models"]
    if environment.get("OLLAMA_MODELS"):
        ollamas.insert(0, Path(environment["OLLAMA_MODELS"]))
    if system == "linux":
        ollamas.append(Path("/usr/share/ollama/.ollama/models"))
    studios = [*_studio_homes(home), home / ".lmstudio", home / ".cache" / "lm-studio"]
    found = [Place("LM Studio", studio / "models") for studio in studios]
    found += [Place("Ollama", folder) for folder in ollamas]
    found += [Place("GPT4All", nomic)]
    found += [Place("Jan", jan / "data" / inner) for jan in jans for inner in ("llamacpp/models", "models")]
    return tuple(dict.fromkeys(found))


def look_in(all_places: Sequence[Place]) -> Iterator[Found]:
    """The files in these places, each file once; only headers are read. What may not be read is passed over."""
    seen: set[Path] = set()
    for place in all_places:
        for found in _ollama(place.folder) if place.program == "Ollama" else _plain(place):
            real = found.path.resolve()
            if real not in seen:
                seen.add(real)
                yield found


def trouble_of(path: Path) -> str:
    """Why a file cannot be used for writing, in one sentence; empty when its header has all that is needed."""
    try:
        header = read_gguf(path)
    except ModelError as error:
        return str(error)
    if not engine_knows(header.architecture):
        return f"Its kind (“{' '.join(header.architecture.split())[:40]}”) is not known to this Indoors."
    return "" if header.chat_template else "It brings no chat template, so it cannot answer."


def _studio_homes(home: Path) -> Iterator[Path]:
    """The folder that LM Studio itself wrote down."""
    try:
        said = (home / ".lmstudio-home-pointer").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return
    if said:
        yield Path(said.splitlines()[0].strip())


def _plain(place: Place) -> Iterator[Found]:
    """Files that say what they are by their name; one called only "model.gguf" is called as its folder."""
    for path in _ggufs(place.folder):
        if _NO_MODEL.search(path.stem):
            continue
        name = path.parent.name if path.stem.lower() == "model" else path.stem
        yield from _one(path, name, place.program)


def _ggufs(folder: Path) -> Iterator[Path]:
    """GGUF files at most four folders deep, in order."""
    waiting, looked = [(folder, 0)], 0
    while waiting:
        here, depth = waiting.pop(0)
        try:
            inside = sorted(here.iterdir())
        except OSError:
            continue
        for path in inside:
            looked += 1
            if looked > _MOST_FILES:
                return
            if path.suffix.lower() == ".gguf" and path.is_file():
                yield path
            elif depth < 4 and path.is_dir() and not path.is_symlink():
                waiting.append((path, depth + 1))


def _ollama(folder: Path) -> Iterator[Found]:
    """Ollama names its files by their hash; what they are stands in manifests/HOST/NAMESPACE/MODEL/TAG."""
    try:
        manifests = sorted((folder / "manifests").glob("*/*/*/*"))[:_MOST_FILES]
    except OSError:
        return
    for manifest in manifests:
        digest = _model_digest(manifest)
        path = folder / "blobs" / f"sha256-{digest}"
        if digest and path.is_file():
            namespace, model, tag = manifest.parts[-3:]
            owner = "" if namespace == "library" else f"{namespace}/"
            yield from _one(path, f"{owner}{model}:{tag}", "Ollama", sha256=digest)


def _model_digest(manifest: Path) -> str:
    try:
        layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
        for layer in layers:
            said = _DIGEST.fullmatch(str(layer["digest"]))
            if layer["mediaType"] == _MODEL_LAYER and said:
                return said[1]
    except (OSError, ValueError, TypeError, KeyError):
        pass
    return ""


def _one(path: Path, name: str, program: str, *, sha256: str = "") -> Iterator[Found]:
    try:
        size = path.stat().st_size
    except OSError:
        return
    yield Found(path, name, program, size, sha256, trouble_of(path))
