"""Nothing in the repository names a registry, a machine or a weight file, and the lock file is pinned by hash alone."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Written in two halves so that this file does not contain what it looks for.
LEAKS = re.compile(
    "|".join(
        re.escape(first + second)
        for first, second in (
            ("pypi", ".org"), ("python", "hosted."), ("registry", ".npmjs"), ("deb.", "debian."), ("/wo", "rk/"),
            ("/fa", "rm/"), ("/opt", "/pypi"), ("/tmp", "/scratch"), ("/ro", "ot/"), ("--index", "-url"),
            ("--find", "-links"), ("--extra", "-index"),
        )
    )
)  # fmt: skip
ALLOWED = {"packaging/setup/lock.sh"}  # switches these very lines off by name
MAX_BYTES = 5_000_000


def tracked(root: Path) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


def leaks(root: Path, names: list[str]) -> list[str]:
    found = []
    for name in names:
        raw = (root / name).read_bytes()
        if b"\0" in raw[:4096] or name in ALLOWED:
            continue
        for number, line in enumerate(raw.decode("utf-8", errors="replace").splitlines(), start=1):
            if LEAKS.search(line):
                found.append(f"{name}:{number} {line.strip()[:120]}")
    return found


def unpinned(text: str) -> list[str]:
    """Requirements without an exact version and a hash."""
    wanted = re.sub(r"\\\n", " ", text)
    lines = [line for line in wanted.splitlines() if line.strip() and not line.startswith("#")]
    return [line[:80] for line in lines if not re.match(r"[\w.\[\]-]+==\S+\s+--hash=sha256:[0-9a-f]{64}", line)]


def test_no_registry_or_machine_is_named() -> None:
    assert leaks(ROOT, tracked(ROOT)) == []


def test_a_leak_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("see https://pypi" + ".org/simple\n", encoding="utf-8")
    assert len(leaks(tmp_path, ["a.txt"])) == 1


def test_no_large_or_weight_file_is_tracked() -> None:
    names = tracked(ROOT)
    assert [name for name in names if (ROOT / name).stat().st_size > MAX_BYTES] == []
    assert [name for name in names if name.endswith((".gguf", ".safetensors", ".onnx", ".bin", ".whl"))] == []


REQUIREMENTS = ["requirements.txt", "requirements-dev.txt", *(
    f"packaging/setup/{name}.txt" for name in ("llama", "starters", "speech", "build-tools")
)]  # fmt: skip


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_by_hash(name: str) -> None:
    assert unpinned((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("line", ["rich", "rich==15.0.0", "rich>=15 --hash=sha256:" + "0" * 64, "-r other.txt"])
def test_a_loose_requirement_would_be_seen(line: str) -> None:
    assert unpinned(line) != []


def test_the_lock_follows_pyproject() -> None:
    """Every name pyproject.toml asks for is locked, and locked names at an exact version agree with it."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    locked = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in REQUIREMENTS)
    pins = dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", locked))
    for wish in asked:
        name, sign, version = re.fullmatch(r"([\w.-]+)(==|>=)([\w.]+)", wish).groups()
        key = re.sub(r"[-_.]+", "-", name).lower()
        assert key in pins, wish
        if sign == "==":
            assert pins[key] == version, wish
