"""The model files on this disk: the starters, what the person got, and files of other programs used where they lie."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from models.api import ModelError, Trouble
from models.catalog import Job, known
from models.gguf import MAGIC, engine_knows, read_gguf

Source = Literal["starter", "downloaded", "adopted"]
Engine = Literal["llama", "ctranslate2", "moonshine", "whisper"]
_ADOPTED = "adopted.json"
_UNCHANGED, _ANOTHER = "Nothing was changed.", "Choose another file."
_MOONSHINE_FILES = ("decoder_model_merged.ort", "encoder_model.ort", "tokenizer.bin")
_SEARCHER_FILES = ("model.bin", "config.json", "tokenizer.json")
# tokenizer.json too: without it faster-whisper would ask a server for one.
_WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class ShelfModel:
    """One model. `sha256` is of the weights; `trouble` says in one sentence why a damaged one cannot be used.
    `width` and `length_tokens` are a searcher's, 0 when only the model itself knows."""

    id: str
    job: Job
    engine: Engine
    name: str
    says: str
    path: Path
    bytes: int
    sha256: str
    licence: str
    source: Source
    state: Literal["ready", "damaged"]
    trouble: str = ""
    width: int = 0
    length_tokens: int = 0
    pooling: str = ""
    program: str = ""
    """The other program whose file an adopted model is, where that is known."""


@dataclass(frozen=True, slots=True)
class _Adopted:
    """A model used where it lies. `sha256` is what its program says the file is, where it says so."""

    job: Job
    path: Path
    name: str = ""
    program: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found out about weights the last time they were read; valid while size and time stay."""

    bytes: int
    mtime_ns: int
    sha256: str
    trouble: str
    name: str = ""
    licence: str = ""
    architecture: str = ""
    kind: str = ""


class Shelf:
    """Looks at the folders anew at each call; weights are read once and remembered by size and time.

    `starter` and `downloaded` hold writing/, searching/ and listening/; `memory` is a small JSON file of hashes."""

    def __init__(self, starter: Path, downloaded: Path, *, memory: Path) -> None:
        self._starter, self._downloaded, self._memory = starter, downloaded, memory
        self._seen = self._remembered()
        self._families: dict[str, bool] = {}

    def models(self) -> tuple[ShelfModel, ...]:
        """Every model, starters last within a job, so that what the person got comes first."""
        before = dict(self._seen)
        found = [self._describe(*place) for place in self._places()]
        found = list(_told_apart(found, {path: seen.kind for path, seen in self._seen.items()}))
        if self._seen != before:
            self._remember()
        order = {"downloaded": 0, "adopted": 1, "starter": 2}
        jobs = list(Job)
        found.sort(key=lambda model: (jobs.index(model.job), order[model.source], model.name.lower()))
        return tuple(_with_own_ids(found))

    def choose(self, job: Job, preferred: str = "") -> ShelfModel | None:
        """The model to use: the preferred one when it is ready, else the starter, else any; None when there is none."""
        ready = [model for model in self.models() if model.job is job and model.state == "ready"]
        wanted = [model for model in ready if model.id == preferred]
        starters = [model for model in ready if model.source == "starter"]
        return next(iter([*wanted, *starters, *ready]), None)

    def adopt(self, path: Path, job: Job, *, name: str = "", program: str = "", sha256: str = "") -> ShelfModel:
        """Use a model where it lies, without copying it; the whole file is read once, to know it again. `name`,
        `program` and `sha256` are what the program that got it says. Raises ModelError when it is none."""
        path = path.absolute()
        engine = _engine(job, path)
        if engine is None:
            raise ModelError(Trouble.BAD_FILE, f"{path.name} is no {job.value} model.", safe=_UNCHANGED, do=_ANOTHER)
        new = _Adopted(job, path, name, program, sha256)
        model = self._describe(job, engine, path, "adopted", new)
        if model.state == "damaged":
            raise ModelError(Trouble.BAD_FILE, model.trouble, safe=_UNCHANGED, do=_ANOTHER)
        self._remember()
        for other in self.models():
            if other.sha256 == model.sha256 and other.path != path and other.state == "ready":
                said = f"{path.name} is {other.name}, which is here already."
                raise ModelError(Trouble.REFUSED, said, safe=_UNCHANGED, do=f"Use the one that is here: {other.id}.")
        rows = [row for row in self._adopted() if (row.job, row.path) != (job, path)]
        self._write_adopted([*rows, new])
        # Once more as one of all: another one may have its id or its name.
        return next((one for one in self.models() if (one.job, one.path) == (job, path)), model)

    def writer_at(self, path: Path) -> ShelfModel:
        """A GGUF file anywhere as a model, without taking it in. Raises ModelError when it is none."""
        path = path.absolute()
        model = self._describe(Job.WRITING, "llama", path, "adopted")
        if model.state == "damaged":
            raise ModelError(Trouble.BAD_FILE, model.trouble, safe=_UNCHANGED, do=_ANOTHER)
        return model

    def forget(self, model: ShelfModel) -> None:
        """Stop using an adopted model; its file stays where it is."""
        self._write_adopted([row for row in self._adopted() if (row.job, row.path) != (model.job, model.path)])

    def delete(self, model: ShelfModel) -> None:
        """Take a model away: an adopted one is only forgotten, one of our own folder is deleted, a starter stays.
        Raises ModelError(REFUSED), OSError."""
        if model.source == "starter":
            raise ModelError(Trouble.REFUSED, f"{model.name} came with Indoors and stays.")
        if model.source == "adopted":
            self.forget(model)
        elif model.path.is_dir():
            shutil.rmtree(model.path)
        else:
            model.path.unlink(missing_ok=True)

    # ------------------------------------------------------------ finding

    def _places(self) -> Iterator[tuple[Job, Engine, Path, Source, _Adopted | None]]:
        for folder, source in ((self._starter, "starter"), (self._downloaded, "downloaded")):
            for job in Job:
                with contextlib.suppress(OSError):
                    for path in sorted((folder / job.value).iterdir()):
                        if engine := _engine(job, path):
                            yield job, engine, path, "starter" if source == "starter" else "downloaded", None
        for row in self._adopted():
            # One whose program took it away meanwhile is still named, as damaged, so that it can be removed here.
            engine = _engine(row.job, row.path) or ("llama" if row.job is Job.WRITING else None)
            if engine:
                yield row.job, engine, row.path, "adopted", row
        if moonshine := _moonshine_folder():
            yield Job.LISTENING, "moonshine", moonshine, "starter", None

    def _describe(
        self, job: Job, engine: Engine, path: Path, source: Source, adopted: _Adopted | None = None
    ) -> ShelfModel:
        said = _starter_note(path) if source == "starter" else {}
        weights = _weights(engine, path)
        seen = self._look(engine, path, weights)
        trouble = seen.trouble
        if engine == "llama" and not trouble and not self._known_here(seen.architecture):
            kind = " ".join(seen.architecture.split())[:40]
            trouble = f"{path.name} is of a kind (“{kind}”) that this Indoors does not know; it may need a newer one."
        if not trouble and said.get("sha256", seen.sha256) != seen.sha256:
            trouble = f"{path.name} is not the file that was installed."
        if not trouble and adopted and adopted.sha256 and adopted.sha256 != seen.sha256:
            trouble = f"{adopted.name or path.name} is not the file that {adopted.program or 'its program'} got."
        entry = known(job, file=path.name, sha256=seen.sha256)
        given = adopted.name if adopted else ""
        name = entry.name if entry else said.get("name") or given or seen.name or path.stem
        return ShelfModel(
            id=entry.id if entry else _slug(given or path.stem),
            job=job,
            engine=engine,
            name=name,
            says=entry.says if entry else "",
            path=path,
            bytes=seen.bytes,
            sha256=seen.sha256,
            licence=entry.licence if entry else said.get("licence") or seen.licence or "not stated",
            source=source,
            state="damaged" if trouble else "ready",
            trouble=trouble,
            width=entry.width if entry else 0,
            length_tokens=entry.length_tokens if entry else 0,
            pooling=entry.pooling if entry else "",
            program=adopted.program if adopted else "",
        )

    def _look(self, engine: Engine, path: Path, weights: tuple[Path, ...]) -> _Seen:
        try:
            stats = [part.stat() for part in weights]
        except OSError:
            gone = "is not there any more" if not path.exists() else "is incomplete"
            return _Seen(0, 0, "", f"{path.name} {gone}.")
        size, mtime_ns = sum(stat.st_size for stat in stats), max(stat.st_mtime_ns for stat in stats)
        seen = self._seen.get(str(path))
        stale = seen is None or (seen.bytes, seen.mtime_ns) != (size, mtime_ns)
        # What an older Indoors remembered does not say which family it is of.
        if seen is None or stale or (engine == "llama" and not seen.trouble and not seen.architecture):
            seen = self._read(engine, path, weights, size=size, mtime_ns=mtime_ns)
            self._seen[str(path)] = seen
        elif engine == "llama" and not seen.trouble and not seen.kind:
            with contextlib.suppress(ModelError):
                seen = self._seen[str(path)] = replace(seen, kind=read_gguf(path).kind)
        return seen

    def _read(self, engine: Engine, path: Path, weights: tuple[Path, ...], *, size: int, mtime_ns: int) -> _Seen:
        try:
            digest = _hash(weights)
        except OSError:
            return _Seen(size, mtime_ns, "", f"{path.name} cannot be opened.")
        if engine != "llama":
            return _Seen(size, mtime_ns, digest, f"{path.name} is empty." if size == 0 else "")
        try:
            header = read_gguf(path)
        except ModelError as error:
            return _Seen(size, mtime_ns, digest, str(error))
        trouble = "" if header.chat_template else f"{path.name} brings no chat template, so it cannot answer."
        if not header.architecture:
            trouble = f"{path.name} does not say which kind of model it is."
        licence = str(header.values.get("general.license", ""))
        return _Seen(size, mtime_ns, digest, trouble, header.name, licence, header.architecture, header.kind)

    def _known_here(self, architecture: str) -> bool:
        """Asked of the installed engine, which may be newer tomorrow, so it is not written down."""
        if architecture not in self._families:
            self._families[architecture] = engine_knows(architecture)
        return self._families[architecture]

    # ------------------------------------------------------------ the two small files

    def _remembered(self) -> dict[str, _Seen]:
        try:
            return {path: _Seen(**row) for path, row in json.loads(self._memory.read_text("utf-8")).items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _remember(self) -> None:
        # Only a memory: on a full or read-only disk the files are read again next time.
        with contextlib.suppress(OSError):
            _write_json(self._memory, {path: asdict(row) for path, row in self._seen.items()})

    def _adopted(self) -> list[_Adopted]:
        try:
            rows = json.loads((self._downloaded / _ADOPTED).read_text("utf-8"))
            return [_Adopted(**{**row, "job": Job(row["job"]), "path": Path(row["path"])}) for row in rows]
        except (OSError, ValueError, TypeError, KeyError):
            return []

    def _write_adopted(self, rows: list[_Adopted]) -> None:
        said = [{**asdict(row), "job": row.job.value, "path": str(row.path)} for row in rows]
        _write_json(self._downloaded / _ADOPTED, said)


def _engine(job: Job, path: Path) -> Engine | None:
    """Which runtime takes this file or folder for this job; None when it is none of ours."""
    match job:
        case Job.WRITING:
            return "llama" if path.is_file() and (path.suffix.lower() == ".gguf" or _says_gguf(path)) else None
        case Job.SEARCHING:
            return "ctranslate2" if (path / "model.bin").is_file() else None
        case Job.LISTENING:
            return "whisper" if (path / "model.bin").is_file() else None


def _says_gguf(path: Path) -> bool:
    """Ollama's files have no ending: their first bytes tell."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def _weights(engine: Engine, path: Path) -> tuple[Path, ...]:
    """The files that make the model; their joined content is what `sha256` names (for one file: its own hash)."""
    match engine:
        case "llama":
            return (path,)
        case "moonshine":
            return tuple(path / name for name in _MOONSHINE_FILES)
        case "ctranslate2" | "whisper":
            names = _SEARCHER_FILES if engine == "ctranslate2" else _WHISPER_FILES
            missing = [path / name for name in names[1:] if not (path / name).is_file()]
            return (path / "model.bin", *missing)


def _moonshine_folder() -> Path | None:
    """The model inside the Moonshine package, found without importing it (the import opens a socket)."""
    spec = importlib.util.find_spec("moonshine_voice")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "assets" / "tiny-en"
    return folder if folder.is_dir() else None


def _starter_note(path: Path) -> dict[str, str]:
    """starter.json, which setup writes beside the weights."""
    folder = path if path.is_dir() else path.parent
    try:
        said: Any = json.loads((folder / "starter.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in said.items() if isinstance(value, str)} if isinstance(said, dict) else {}


def _hash(weights: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for part in weights:
        with part.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "model"


def _told_apart(models: list[ShelfModel], kinds: dict[str, str]) -> Iterator[ShelfModel]:
    """The same models, those of one name told apart by how they are stored: "Qwen3 4B · Q4_K_M"."""
    names = Counter((model.job, model.name) for model in models)
    for model in models:
        kind = kinds.get(str(model.path), "")
        same = names[model.job, model.name] > 1 and kind and not model.trouble
        yield replace(model, name=f"{model.name} · {kind}") if same else model


def _with_own_ids(models: list[ShelfModel]) -> Iterator[ShelfModel]:
    """The same models, a second one of the same id named by its hash too."""
    taken: set[str] = set()
    for model in models:
        own = model.id if model.id not in taken else f"{model.id}-{model.sha256[:8]}"
        taken.add(own)
        yield model if own == model.id else replace(model, id=own)


def _write_json(path: Path, value: object) -> None:
    """Whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".writing")
    fresh.write_text(json.dumps(value, indent=1), encoding="utf-8")
    fresh.replace(path)
