"""Missing system packages: root gets them, anybody else gets one command; where nothing is missing nothing is said."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BARE = """
set -euo pipefail
say() { printf '%s\\n' "$*" >&2; }
. packaging/setup/system.sh
command() { case "$*" in "-v apt-get") return 0 ;; *) return 1 ;; esac; }
ldconfig() { :; }
apt-get() { echo "apt-get $*" >&2; }
id() { echo "$USER_ID"; }
ensure_system "$PURPOSE"
echo "went on"
"""


def on_a_bare_machine(*, user_id: int, purpose: str) -> subprocess.CompletedProcess[str]:
    """Run the check where no library, no tool and no Python is found."""
    return subprocess.run(
        ["bash", "-c", BARE],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "USER_ID": str(user_id), "PURPOSE": purpose},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def all_packages() -> set[str]:
    text = (ROOT / "packaging" / "setup" / "system.sh").read_text(encoding="utf-8")
    return set(re.findall(r'"(?:cmd|lib|py):[^|"]+\|([^"]+)"', text))


def test_a_person_gets_one_command_naming_all_of_it() -> None:
    answer = on_a_bare_machine(user_id=1000, purpose="run")
    commands = [line for line in answer.stderr.splitlines() if "apt-get" in line]
    assert answer.returncode == 1
    assert len(commands) == 1
    assert all_packages() <= set(commands[0].split())
    assert len(all_packages()) > 30


def test_root_installs_what_the_job_needs_in_one_go() -> None:
    answer = on_a_bare_machine(user_id=0, purpose="run")
    installs = [line for line in answer.stderr.splitlines() if line.startswith("apt-get install")]
    assert len(installs) == 1
    assert {"g++", "cmake", "python3.11-venv", "libxcb-cursor0"} <= set(installs[0].split())
    assert "xvfb" not in installs[0].split()
    assert "Still missing" in answer.stderr
    assert answer.returncode == 1


def test_the_tests_need_more() -> None:
    answer = on_a_bare_machine(user_id=0, purpose="test")
    installs = [line for line in answer.stderr.splitlines() if line.startswith("apt-get install")]
    assert {"xvfb", "xauth", "strace"} <= set(installs[0].split())


def test_nothing_is_said_when_nothing_is_missing() -> None:
    script = BARE.replace("command() { case", "unused() { case").replace("ldconfig() { :; }", "")
    answer = subprocess.run(
        ["bash", "-c", script.replace("ensure_system", "find_python >/dev/null; ensure_system")],
        cwd=ROOT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "USER_ID": "1000", "PURPOSE": "test"},
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "went on\n", "")
