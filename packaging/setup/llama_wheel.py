"""Compiles llama.cpp once and packs it with its Python binding, because its makers publish source only.

The binding's own build compiles 193 steps for this one processor; this builds the library target alone (78 steps,
measured 1 min 42 s on two cores), for any x86 processor with AVX2, and packs each library once. See `flags`.
"""

import base64
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from build_cache import cache_folder, key_of, run_counted, say, sha256_of

VERSION = "0.3.36"
RECIPE = "1"  # raise it when the way of building or packing changes
LIBRARIES = ("libllama.so", "libggml.so", "libggml-base.so", "libggml-cpu.so")
FLAGS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=ON",
    "-DGGML_NATIVE=OFF",
    "-DGGML_CCACHE=OFF",
    "-DLLAMA_BUILD_COMMON=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_TOOLS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_SERVER=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    "-DLLAMA_CURL=OFF",
    "-DLLAMA_OPENSSL=OFF",
    # Libraries find each other beside themselves, under one name each: a wheel holds no links, and a second
    # copy under another name would be loaded as a second library with no backends in it.
    "-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON",
    "-DCMAKE_INSTALL_RPATH=$ORIGIN",
    "-DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON",
)


def built_wheel(python: Path) -> Path:
    """The wheel for this machine, from the cache or compiled now. `python` is the environment's interpreter."""
    pin = Path(__file__).with_name("llama.txt").read_text(encoding="utf-8")
    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    cmake = subprocess.run(["cmake", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    libc = "-".join(platform.libc_ver())
    folder = cache_folder() / "llama" / key_of(pin, *FLAGS, compiler, cmake, libc, platform.machine(), RECIPE)
    wheel = folder / f"llama_cpp_python-{VERSION}-py3-none-linux_{platform.machine()}.whl"
    check = folder / "sha256"
    if wheel.exists() and check.exists() and check.read_text(encoding="utf-8") == sha256_of(wheel):
        return wheel
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="llama-") as work:
        made = _build(Path(work), python=python, name=wheel.name)
        check.write_text(sha256_of(made), encoding="utf-8")
        made.replace(wheel)
    return wheel


def _source(work: Path, *, python: Path) -> Path:
    """Fetch the pinned source (pip checks its hash) and unpack it."""
    pin = Path(__file__).with_name("llama.txt")
    run_counted(
        [str(python), "-m", "pip", "download", "--no-deps", "--no-build-isolation", "--require-hashes",
         "--no-binary", "llama-cpp-python", "--progress-bar", "off", "--dest", str(work), "-r", str(pin)],
        label="Fetching llama.cpp's source (77 MB)", step="^Saved", total=1, log=work / "fetch.log",
    )  # fmt: skip
    with tarfile.open(next(work.glob("llama_cpp_python-*.tar.gz"))) as archive:
        archive.extractall(work)  # its hash was checked; `filter` is not in 3.11.2
    return work / f"llama_cpp_python-{VERSION}"


def _build(work: Path, *, python: Path, name: str) -> Path:
    """Compile in `work` and pack; returns the wheel's path there."""
    source = _source(work, python=python)
    build = work / "build"
    say("Compiling llama.cpp for this computer. This happens once and takes about two minutes on two cores.")
    # A set SOURCE_DATE_EPOCH would silently switch the AVX2 code off (ggml/CMakeLists.txt, GGML_NATIVE_DEFAULT).
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    run_counted(
        ["cmake", "-S", str(source / "vendor" / "llama.cpp"), "-B", str(build), "-G", "Ninja", *FLAGS],
        label="Configuring llama.cpp", step="$^", total=None, log=work / "configure.log",
    )  # fmt: skip
    run_counted(
        ["cmake", "--build", str(build), "--target", "llama"],
        label="Compiling llama.cpp", step=r"^\[(\d+)/(\d+)\]", total=None, log=work / "compile.log",
    )  # fmt: skip
    tree = work / "tree"
    shutil.copytree(source / "llama_cpp", tree / "llama_cpp", ignore=shutil.ignore_patterns("server", "__pycache__"))
    (tree / "llama_cpp" / "lib").mkdir(exist_ok=True)
    for library in LIBRARIES:
        found = next(path for path in build.rglob(library) if path.is_file())
        target = tree / "llama_cpp" / "lib" / library
        shutil.copyfile(found, target)
        if shutil.which("strip"):
            subprocess.run(["strip", "--strip-unneeded", str(target)], check=True)
    info = tree / f"llama_cpp_python-{VERSION}.dist-info"
    (info / "licenses").mkdir(parents=True)
    shutil.copyfile(source / "PKG-INFO", info / "METADATA")
    shutil.copyfile(source / "LICENSE.md", info / "licenses" / "LICENSE.md")
    shutil.copyfile(source / "vendor" / "llama.cpp" / "LICENSE", info / "licenses" / "llama.cpp-LICENSE")
    tag = f"py3-none-linux_{platform.machine()}"
    (info / "WHEEL").write_text(
        f"Wheel-Version: 1.0\nGenerator: indoors\nRoot-Is-Purelib: false\nTag: {tag}\n", encoding="utf-8"
    )
    return _pack(tree, info=info, wheel=work / name)


def _pack(tree: Path, *, info: Path, wheel: Path) -> Path:
    """Write the wheel with its RECORD (binary distribution format: sha256, urlsafe base64 without padding)."""
    rows = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(path for path in tree.rglob("*") if path.is_file()):
            name = path.relative_to(tree).as_posix()
            digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
            rows.append(f"{name},sha256={digest},{path.stat().st_size}")
            archive.write(path, name)
        record = f"{info.name}/RECORD"
        archive.writestr(record, "\n".join([*rows, f"{record},,"]) + "\n")
    return wheel


if __name__ == "__main__":
    print(built_wheel(Path(sys.executable)))
