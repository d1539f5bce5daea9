"""Text recognition's figures: seconds for a page, processor time, and memory, on scans and images of the samples."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT, ROOT / "tests" / "library"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import psutil  # noqa: E402 - found through the lines above
from pdf_desk import picture_of, scanned_pdf  # noqa: E402

from app.library.ocr_process import handlers  # noqa: E402, F401 - says early when the packages are missing
from app.library.reading import Reading, Refused  # noqa: E402
from app.library.recognition import Recognition  # noqa: E402
from models.api import Cancel  # noqa: E402

SAMPLES = ROOT.parent / "shared" / "samples" / "documents"
NAMES = (
    "docling__ocr_test_rotated_90.pdf",
    "docling__ocr_test_rotated_270.pdf",
    "docling__webp-test.webp",
    "tika__testOCR_spacing.png",
    "unstructured__layout-parser-paper-fast.jpg",
)
_LINE = "The tenant pays the rent for the boat house on the third working day of every month."


def rows() -> Iterator[tuple[str, float, str]]:
    """(figure, value, bound): the first page loads the models and is not counted."""
    with tempfile.TemporaryDirectory(prefix="bench-recognition-") as folder:
        place = Path(folder)
        recognition = Recognition()
        reading = Reading(place / "scratch", recognition=recognition)
        full = scanned_pdf(place / "a full page.pdf", [picture_of([_LINE] * 40, size=(1600, 2300))])
        files = [full, *(SAMPLES / name for name in NAMES if (SAMPLES / name).exists())]
        try:
            _page(reading, recognition, files[0])
            for path in files:
                seconds, processor_s, letters = _page(reading, recognition, path)
                name = path.name.split("__")[-1]
                yield f"{name}: s, {letters} letters", seconds, ""
                yield f"{name}: processor s", processor_s, ""
            process = psutil.Process(recognition.host.pid)
            yield "memory at its highest, MB", _peak_mb(process), "< 1,200"
            yield "estimate for a page, s", recognition.estimate_s(1), ""
        finally:
            reading.close()
            recognition.close()


def _page(reading: Reading, recognition: Recognition, path: Path) -> tuple[float, float, int]:
    recognition.host.start()
    process = psutil.Process(recognition.host.pid)
    before, began = sum(process.cpu_times()[:2]), time.monotonic()
    try:
        found = reading.read(path, size_bytes=path.stat().st_size, cancel=Cancel(), ocr=True)
    except Refused:
        return time.monotonic() - began, sum(process.cpu_times()[:2]) - before, 0
    letters = sum(len(section.text) for section in found.sections)
    return time.monotonic() - began, sum(process.cpu_times()[:2]) - before, letters


def _peak_mb(process: psutil.Process) -> float:
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1000
    return float(process.memory_info().rss) / 1e6


if __name__ == "__main__":
    print(f"load {os.getloadavg()[0]:.1f}, {len(os.sched_getaffinity(0))} cores")
    for figure, value, bound in rows():
        print(f"{figure:60} {value:10.2f} {bound}", flush=True)
