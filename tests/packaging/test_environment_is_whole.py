"""The finished environment: importable from anywhere, each library once, models as described, cheap to ask again."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "packaging" / "setup"


def script(name: str) -> ModuleType:
    """A set-up script as a module."""
    sys.path.insert(0, str(SETUP))
    try:
        spec = importlib.util.spec_from_file_location(f"setup_{name}", SETUP / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(SETUP))


def ran(*command: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)


def test_asking_again_does_nothing_and_says_nothing() -> None:
    marks = ROOT / ".venv" / ".indoors-setup"
    before = marks.stat().st_mtime_ns
    again = ran(SETUP / "setup.sh", "test", stdin=subprocess.DEVNULL)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert marks.stat().st_mtime_ns == before


def test_the_checkout_is_importable_from_anywhere_without_an_import_hook(tmp_path: Path) -> None:
    code = (
        "import app, models, ui, sys; print(app.__path__[0]); "
        "print([str(finder) for finder in sys.meta_path if 'editable' in str(finder)])"
    )
    answer = ran(sys.executable, "-I", "-c", code, cwd=tmp_path)
    assert answer.stdout.splitlines() == [str(ROOT / "app"), "[]"], answer.stderr


def test_the_command_ignores_what_the_surroundings_plant(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("raise SystemExit('a planted module ran')\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    answer = ran(ROOT / ".venv" / "bin" / "indoors", "--help", cwd=tmp_path, env=environment)
    assert answer.returncode == 0, answer.stderr
    assert "planted" not in answer.stdout + answer.stderr


def test_the_command_survives_blanks_in_the_path(tmp_path: Path) -> None:
    environment = script("environment")
    venv = tmp_path / "a b's" / ".venv"
    (venv / "bin").mkdir(parents=True)
    python = venv / "bin" / "python"
    python.write_text('#!/bin/sh\nprintf "%s|" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    environment.VENV, environment.PYTHON, environment.SITE = venv, python, tmp_path
    environment._make_command()
    command = venv / "bin" / "indoors"
    assert ran(command, "ask", "who pays?").stdout == f"-I|{command}|ask|who pays?|"
    assert (tmp_path / "indoors-checkout.pth").read_text(encoding="utf-8") == f"{ROOT}\n"


LOADED = """
import llama_cpp
llama_cpp.llama_backend_init()
for line in sorted({line.split()[-1] for line in open("/proc/self/maps") if "ggml" in line or "libllama" in line}):
    print(line)
"""


def test_each_engine_library_is_there_and_loaded_once(tmp_path: Path) -> None:
    answer = ran(sys.executable, "-I", "-c", LOADED, cwd=tmp_path)
    loaded = [Path(line) for line in answer.stdout.splitlines()]
    assert sorted(path.name for path in loaded) == sorted(script("llama_wheel").LIBRARIES), answer.stderr
    lib = loaded[0].parent
    assert sorted(path.name for path in lib.iterdir()) == sorted(path.name for path in loaded)
    assert not (lib.parents[1] / "include" / "llama.h").exists()


def test_the_engine_is_not_built_for_this_processor_alone() -> None:
    code = "import llama_cpp; print(llama_cpp.llama_print_system_info().decode())"
    said = ran(sys.executable, "-I", "-c", code).stdout
    assert "AVX2 = 1" in said
    assert "AVX512" not in said


@pytest.mark.parametrize("job", ["writing", "searching"])
def test_a_starter_says_what_it_is(job: str, starter_models: Any) -> None:
    folder = starter_models.root / "writing" if job == "writing" else starter_models.searching
    facts = json.loads((folder / "starter.json").read_text(encoding="utf-8"))
    assert set(facts) == {"name", "licence", "source_package", "weights", "sha256"}
    assert "Apache-2.0" in facts["licence"]
    with (folder / facts["weights"]).open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == facts["sha256"]


def test_the_listener_carries_its_weights() -> None:
    found = importlib.util.find_spec("moonshine_voice")
    assert found is not None and found.origin is not None
    assert list((Path(found.origin).parent / "assets" / "tiny-en").iterdir())


def test_a_failing_step_shows_its_last_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cache = script("build_cache")
    code = "print('[1/4] a'); print('[4/4] b'); print('no such header'); raise SystemExit(3)"
    with pytest.raises(SystemExit) as stopped:
        cache.run_counted(
            [sys.executable, "-c", code], label="Compiling", step=r"^\[(\d+)/(\d+)\]", total=None, log=tmp_path / "log"
        )
    assert "exit 3" in str(stopped.value)
    assert "no such header" in str(stopped.value)
    assert "Compiling: 4 of 4" in capsys.readouterr().err


def test_the_cache_is_where_the_person_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = script("build_cache")
    monkeypatch.setenv("INDOORS_BUILD_CACHE", str(tmp_path / "mine"))
    assert cache.cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("INDOORS_BUILD_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache.cache_folder() == tmp_path / "cache" / "indoors-build"
    assert (tmp_path / "cache" / "indoors-build").is_dir()
