"""How quickly the window appears and whether it ever holds still: `make bench-window`. Prints; asserts nothing.

Start: a fresh process until the first frame is painted, against the time Python and Qt alone take for an empty window.
Holding still: a 5 ms timer on the UI thread while a folder is indexed (10,000 events) and a long answer streams; the
longest gap between two ticks beyond 5 ms is the longest block.
"""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "window")]

_EMPTY = """
import os, time
from PySide6.QtWidgets import QApplication, QWidget
class Bare(QWidget):
    def paintEvent(self, event):
        print(time.clock_gettime(time.CLOCK_BOOTTIME)); QApplication.instance().exit()
app = QApplication([]); bare = Bare(); bare.resize(1180, 760); bare.show(); app.exec()
"""
_OURS = """
import time
from PySide6.QtCore import QEvent, QObject
from ui.window.application import application, run
from ui.window.main_window import MainWindow
app = application()
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint and isinstance(watched, MainWindow):
            print(time.clock_gettime(time.CLOCK_BOOTTIME)); app.removeEventFilter(self); watched.close()
        return False
watch = Watch(); app.installEventFilter(watch)
def factory():
    raise OSError(2, "no house in this bench", "house")
run(factory)
"""
_IDLE = """
import sys
from pathlib import Path
import psutil
from models.silence import hush
hush()
from PySide6.QtCore import QTimer
from ui.options import Options
from ui.window import launch
from ui.window.application import application
app = application()
def look():
    print(psutil.Process().memory_info().rss); app.closeAllWindows()
QTimer.singleShot(4000, look)
sys.exit(launch.launch(Options(data_dir=Path("PROFILE"), offline=True), []))
"""
_RUNS = 7
_TICK_S = 0.005
_PARAGRAPHS = 120


def start_s(program: str) -> float:
    """Seconds from just before the process is made to its first paint; median of several, the first one thrown away."""
    took = []
    for _ in range(_RUNS + 1):
        before = time.clock_gettime(time.CLOCK_BOOTTIME)
        said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
        took.append(float(said.stdout.split()[0]) - before)
    return statistics.median(took[1:])


def gaps_s() -> tuple[list[float], list[float]]:
    """Gaps between ticks of the UI thread beyond the tick itself, while indexing and streaming; and how much of each
    the UI thread itself worked. The rest it was waiting for a processor that others used."""
    from patience import until
    from PySide6.QtCore import Qt, QTimer
    from scripted_house import CITATIONS, PASSAGES, finished, furnished

    from app.events import AnswerEvent, Checked, Passages, Text
    from models.api import Cancel
    from ui.window.application import application
    from ui.window.house import FolderWork, Works
    from ui.window.jobs import Jobs
    from ui.window.main_window import MainWindow
    from ui.window.theme import Theme

    application()
    long = "\n\n".join(
        f"Paragraph {n} says **something** of a file, at length and with detail. [1]" for n in range(120)
    )

    def stream(question: str, cancel: Cancel) -> Iterator[AnswerEvent]:
        yield Passages(PASSAGES)
        for place in range(0, len(long), 4):
            yield Text(long[place : place + 4])
            time.sleep(0.001)
        yield Checked(CITATIONS, long)
        yield finished(long)

    house = furnished()
    house.answering = stream
    library = type(house.library)

    read = itertools.count()

    def works(self: object) -> Works:
        """A folder of which another hundred files were read at every look."""
        done = min(10_000, 100 * next(read))
        now = FolderWork(house.folder_list[0].path, "reading", done, 10_000, f"file {done}.txt", left_s=60.0)
        return Works((now,), moving=True) if done < 10_000 else Works()

    library.works = works  # type: ignore[method-assign]  # this bench reads faster than any disk
    jobs = Jobs()
    window = MainWindow(Theme(choice="light"), jobs)
    window.show()
    window.move_in(house)
    until(lambda: jobs.idle, "idle")
    ticks: list[tuple[float, float]] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(round(_TICK_S * 1000))
    timer.timeout.connect(lambda: ticks.append((time.perf_counter(), time.thread_time())))
    timer.start()
    settled: list[bool] = []
    window.librarian.settled.connect(lambda: settled.append(True))
    window.librarian.look()
    window.ask_page.ask("How much notice?")
    _wait(lambda: bool(settled) and not window.ask_page.talker.busy)
    timer.stop()
    window.close()
    jobs.close()
    pairs = list(itertools.pairwise(ticks))
    return [after[0] - before[0] - _TICK_S for before, after in pairs], [
        after[1] - before[1] for before, after in pairs
    ]


def _wait(condition: Callable[[], bool]) -> None:
    from PySide6.QtWidgets import QApplication

    while not condition():
        QApplication.processEvents()
        time.sleep(0.0005)


def memory_mb() -> float:
    """Resident memory of an idle main process with its window on an open profile of its own, in 10^6 bytes."""
    with tempfile.TemporaryDirectory(prefix="indoors-bench-") as folder:
        program = _IDLE.replace("PROFILE", folder)
        said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(said.stdout.split()[-1]) / 1e6


def start_rows() -> Iterator[tuple[str, str, str]]:
    """First frame and idle memory as (figure, value, bound)."""
    empty, ours = start_s(_EMPTY), start_s(_OURS)
    yield "first frame of an empty Qt window, seconds", f"{empty:.3f}", ""
    yield "first frame of Indoors, seconds", f"{ours:.3f}", "<= 0.6"
    yield "first frame of Indoors / of an empty Qt window", f"{ours / empty:.2f}", ""
    yield "idle main process with the window, an empty library, MB", f"{memory_mb():.0f}", "<= 140"


def block_rows() -> Iterator[tuple[str, str, str]]:
    """Blocks of the UI thread as (figure, value, bound)."""
    gaps, own = (sorted(values) for values in gaps_s())
    yield "longest wait for the UI thread, indexing and streaming, ms", f"{gaps[-1] * 1000:.1f}", "<= 50"
    yield "of it the UI thread's own work, ms", f"{own[-1] * 1000:.1f}", "<= 50"


def main() -> None:
    """Measure and print; with `--blocks` only the blocks, for the table of `make bench`."""
    if "--blocks" in sys.argv:
        for row in block_rows():
            print("\t".join(row))
        return
    for figure, value, bound in itertools.chain(start_rows(), block_rows()):
        print(f"{figure:<96} {value:>8}  {bound}")


if __name__ == "__main__":
    main()
