"""What a bare import pulls in, seen from a fresh process: slow packages belong to the child that needs them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SLOW = {
    "chromadb", "openai", "llama_cpp", "faster_whisper", "moonshine_voice", "httpx", "onnxruntime", "numpy", "keyring",
    "pydantic", "ctranslate2", "tokenizers", "av", "grpc", "kubernetes", "huggingface_hub", "requests", "PySide6",
    "tiktoken",
}  # fmt: skip
# Run only inside children, where the heavy package is the point.
CHILDREN = (
    "app.library.vector_process",
    "app.library.exact_scan",
    "app.library.codes",
    "app.library.server_desk",
    "app.library.reader_process",
    "app.library.ocr_process",
    "app.library.readers",
    "app.egress.carrier_",
)


def pulled_in(*modules: str, root: Path = ROOT) -> set[str]:
    """Top names in sys.modules after importing `modules` in a fresh interpreter, beyond what it starts with."""
    code = (
        "import sys, json, importlib\n"
        f"sys.path.insert(0, {str(root)!r})\n"
        f"for name in {list(modules)!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    answer = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd=root)
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout))


def modules_of(package: str) -> list[str]:
    """Dotted names of all modules of a package that exist now."""
    names = [
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in (ROOT / package).rglob("*.py")
    ]
    return sorted(name.removesuffix(".__init__") for name in names)


@pytest.mark.parametrize("module", ["app", "models.api", "ui.__main__"])
def test_a_bare_import_pulls_in_nothing_slow(module: str) -> None:
    assert pulled_in(module) & SLOW == set()


def test_the_whole_main_process_side_of_app_pulls_in_nothing_slow() -> None:
    ours = [name for name in modules_of("app") if not name.startswith(CHILDREN)]
    assert pulled_in(*ours) & SLOW == set()


def test_the_terminal_never_imports_qt() -> None:
    assert "PySide6" not in pulled_in(*modules_of("ui/terminal"))


def test_a_slow_import_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "app_in_a_hurry.py").write_text("import numpy\n", encoding="utf-8")
    assert "numpy" in pulled_in("app_in_a_hurry", root=tmp_path)
