"""What this computer has: cores, memory, limits of a container, battery; asked once, cheap enough for any process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

_CGROUP = Path("/sys/fs/cgroup")
# Nobody should be asked to close these.
_DESKTOP = {
    *("systemd", "gnome-shell", "Xorg", "Xwayland", "kwin_wayland", "kwin_x11", "plasmashell", "dbus-daemon", "bash"),
    *(
        "explorer.exe",
        "dwm.exe",
        "svchost.exe",
        "csrss.exe",
        "WindowServer",
        "Finder",
        "Dock",
        "loginwindow",
        "launchd",
    ),
}
_HYBRID = Path("/sys/devices/cpu_core/cpus")


@dataclass(frozen=True, slots=True)
class Hardware:
    """`performance_cores` counts physical cores, efficiency cores left out, and never more than a container allows.
    `free_bytes` is what programs could get now without swapping."""

    performance_cores: int
    logical_cores: int
    memory_bytes: int
    free_bytes: int
    on_battery: bool

    @property
    def writer_threads(self) -> int:
        """Threads for a model: one core is left to the person, and never logical cores.

        On two cores this means one. Two threads write 1.6 times as fast while nothing else runs, but engine threads
        wait for each other by spinning: with four busy processes beside, two threads wrote 1 token a second where one
        wrote 71 (measured on 2 vCPU with the starter writer)."""
        return max(1, self.performance_cores - 1)


@dataclass(frozen=True, slots=True)
class ProgramMemory:
    """A program of the person's, all its processes together."""

    name: str
    bytes: int


def largest_programs() -> list[ProgramMemory]:
    """The person's own programs by memory, largest first; ours and the desktop's own are left out."""
    own = psutil.Process()
    ours = {own.pid, *(child.pid for child in own.children(recursive=True)), *(one.pid for one in own.parents())}
    held: dict[str, int] = {}
    for process in psutil.process_iter(["name", "username", "memory_info"]):
        said = process.info
        if process.pid in ours or said["username"] != own.username() or said["memory_info"] is None:
            continue
        memory = said["memory_info"]
        # What several processes share would be counted once for each of them.
        held[said["name"]] = held.get(said["name"], 0) + max(0, memory.rss - getattr(memory, "shared", 0))
    named = [ProgramMemory(name, size) for name, size in held.items() if name not in _DESKTOP]
    return sorted(named, key=lambda one: -one.bytes)


def look() -> Hardware:
    """Measure now."""
    memory = psutil.virtual_memory()
    total, free = memory.total, memory.available
    limit = _cgroup_memory()
    if limit is not None:
        total = min(total, limit[0])
        free = min(free, max(0, limit[0] - limit[1]))
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    logical = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else psutil.cpu_count()
    return Hardware(
        performance_cores=_performance_cores(int(logical or 1)),
        logical_cores=int(logical or 1),
        memory_bytes=total,
        free_bytes=free,
        on_battery=battery is not None and not battery.power_plugged,
    )


def _performance_cores(logical: int) -> int:
    cores = psutil.cpu_count(logical=False) or logical
    try:
        # Intel's hybrid processors list their performance cores here, hyper-threads included.
        fast = len(_range_list(_HYBRID.read_text()))
        cores = min(cores, -(-fast // 2)) if fast else cores
    except (OSError, ValueError):
        pass
    return max(1, min(cores, logical, _cgroup_cores() or cores))


def _range_list(text: str) -> list[int]:
    """Numbers of a kernel list such as "0-3,8"."""
    numbers: list[int] = []
    for part in filter(None, text.strip().split(",")):
        first, _, last = part.partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


def _cgroup_cores() -> int | None:
    """Whole cores a container may use, or None without a limit."""
    try:
        quota, period = (_CGROUP / "cpu.max").read_text().split()
        return None if quota == "max" else max(1, int(quota) // int(period))
    except (OSError, ValueError, ZeroDivisionError):
        return None


def _cgroup_memory() -> tuple[int, int] | None:
    """(limit, used without what can be dropped) in bytes of a container, or None without a limit."""
    try:
        limit = (_CGROUP / "memory.max").read_text().strip()
        if limit == "max":
            return None
        lines = (_CGROUP / "memory.stat").read_text().splitlines()
        stat = {name: int(value) for name, value in (line.split() for line in lines)}
        used = int((_CGROUP / "memory.current").read_text()) - stat.get("inactive_file", 0)
        return int(limit), used
    except (OSError, ValueError):
        return None
