"""Word errors and speed of the starter listener, through the whole of Indoors' listening, on the exact English samples.

Run: python tests/bench/bench_speech.py (needs the shared samples beside the checkout; one minute).
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "listen")]

SAMPLES = ROOT.parent / "shared" / "samples" / "speech"
CALL_TEXT = ROOT / "packaging" / "sample_library" / "sources" / "Call with Dana.call.txt"


def recordings() -> list[tuple[str, Path, str]]:
    """(group, file, words said) of the exact English samples and of the sample call."""
    from listening_desk import CALL

    said = " ".join(line.split(": ", 1)[1] for line in CALL_TEXT.read_text(encoding="utf-8").splitlines())
    found = [("sample call", CALL, said)]
    if SAMPLES.is_dir():
        with (SAMPLES / "transcripts.tsv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        for row in rows:
            if row["transcript_kind"].startswith("exact") and row["lang"][:2] == "en":
                found.append((row["group"], SAMPLES / row["file"], row["transcript"]))
    return found


def rows() -> Iterable[tuple[str, float | str, str]]:
    """(figure, value seen, bound): word error rate per group of recordings, and processing time / audio time."""
    from listening_desk import desk, done_of, lines_of, word_errors, words

    from models.api import Cancel
    from models.catalog import Job
    from models.clients import hosted_transcriber
    from models.hardware import look
    from models.shelf import Shelf

    folder = Path(tempfile.mkdtemp(prefix="indoors-bench-"))
    model = Shelf(folder / "a", folder / "b", memory=folder / "shelf.json").choose(Job.LISTENING)
    assert model is not None
    engine = hosted_transcriber(model, look())
    listening = desk(folder, engine)
    errors: dict[str, int] = {}
    total: dict[str, int] = {}
    audio_s = work_s = 0.0
    for group, path, said in recordings():
        started = time.monotonic()
        events = list(listening.transcribe(path, cancel=Cancel()))
        done = done_of(events)
        work_s += time.monotonic() - started
        audio_s += done.speech_s + done.silent_s + done.dropped_s + done.doubtful_s
        written = words(" ".join(line.text for line in lines_of(events)))
        errors[group] = errors.get(group, 0) + word_errors(words(said), written)
        total[group] = total.get(group, 0) + len(words(said))
    engine.host.close()
    for group in total:
        yield f"word errors, {group} ({total[group]} words)", f"{errors[group] / total[group]:.1%}", ""
    sentences = [group for group in total if group not in ("letters-digits", "sample call")]
    if sentences:
        share = sum(errors[group] for group in sentences) / sum(total[group] for group in sentences)
        yield "word errors, exact English sentences", f"{share:.1%}", "<= 10 %"
    yield "listening time / audio time (starts of the engine included)", f"{work_s / audio_s:.2f}", ""


if __name__ == "__main__":
    for figure, value, bound in rows():
        print(f"{figure:70} {value:>8} {bound}")
