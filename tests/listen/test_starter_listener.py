"""The real starter listener on real recordings: words, speakers, silence, and a kill in the middle."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from listening_desk import CALL, CountingEngine, desk, done_of, lines_of, save_sound, word_errors, words

from app.events import TranscriptEvent, TranscriptLine
from app.library.recording import SAMPLE_RATE
from models.api import Cancel, Transcriber

SOURCE = Path(__file__).resolve().parents[2] / "packaging" / "sample_library" / "sources" / "Call with Dana.call.txt"


@pytest.fixture(scope="module")
def call_events(moonshine: Transcriber, tmp_path_factory: pytest.TempPathFactory) -> list[TranscriptEvent]:
    """The sample call, written down without any disturbance."""
    return list(desk(tmp_path_factory.mktemp("call"), moonshine).transcribe(CALL, cancel=Cancel()))


def test_the_sample_call_is_written_down_well(call_events: list[TranscriptEvent]) -> None:
    said = words(" ".join(line.split(": ", 1)[1] for line in SOURCE.read_text(encoding="utf-8").splitlines()))
    written = words(" ".join(line.text for line in lines_of(call_events)))
    assert word_errors(said, written) / len(said) <= 0.08
    day = next(line for line in lines_of(call_events) if "fourteenth of May" in line.text)
    assert 21.0 < day.start_s < 23.0
    done = done_of(call_events)
    assert abs(done.speech_s + done.silent_s + done.dropped_s + done.doubtful_s - 90.955) < 0.1
    assert done.dropped_s == 0
    assert done.language == "en"


def test_the_two_voices_of_the_call_are_told_apart(call_events: list[TranscriptEvent]) -> None:
    assert turns_right(lines_of(call_events)) >= 0.9


def turns_right(lines: list[TranscriptLine]) -> float:
    """Share of the spoken time whose name is that of the person who speaks (the first is Dana)."""
    said = [line.split(": ", 1) for line in SOURCE.read_text(encoding="utf-8").splitlines()]
    right = total = 0.0
    for line in lines:
        mine = set(words(line.text))
        who = max(said, key=lambda turn: len(mine & set(words(turn[1]))) / len(set(words(turn[1])) | mine))[0]
        total += line.end_s - line.start_s
        if line.speaker == {"Dana": "Speaker 1", "Martin": "Speaker 2"}[who]:
            right += line.end_s - line.start_s
    return right / total


def test_a_killed_run_goes_on_and_redoes_at_most_one_clip(
    moonshine: Transcriber, call_events: list[TranscriptEvent], tmp_path: Path
) -> None:
    script = Path(__file__).with_name("killed_listener.py")
    path = os.pathsep.join([str(script.parent), str(SOURCE.parents[3])])
    command = [sys.executable, str(script), str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path})
    assert process.stdout is not None
    with process:
        for done_s in process.stdout:
            if float(done_s) > 40:
                process.kill()
    engine = CountingEngine(moonshine)
    listening = desk(tmp_path, engine)
    kept = listening.transcripts.of_path(CALL)
    assert kept is not None
    left = listening.transcripts.clips_left(kept.id)
    assert 0 < len(left) < len(listening.transcripts.clips(kept.id))
    after = lines_of(list(listening.transcribe(CALL, cancel=Cancel())))
    whole = {(clip.start_s, clip.end_s) for clip in listening.transcripts.clips(kept.id)}
    assert len([stretch for stretch in engine.asked if stretch in whole]) <= len(left) + 1
    assert [line.text for line in after] == [line.text for line in lines_of(call_events)]
    assert turns_right(after) >= 0.9


@pytest.mark.parametrize("kind", ["silence", "hiss", "loud noise"])
def test_nothing_is_written_where_nobody_speaks(moonshine: Transcriber, tmp_path: Path, kind: str) -> None:
    size = {"silence": 0.0, "hiss": 0.003, "loud noise": 0.2}[kind]
    noise = np.random.default_rng(3).normal(0, 1, 20 * SAMPLE_RATE).astype(np.float32) * size
    path = save_sound(tmp_path / "noise.wav", np.clip(noise, -1, 1))
    events = list(desk(tmp_path, moonshine).transcribe(path, cancel=Cancel()))
    assert lines_of(events) == []
    assert round(done_of(events).speech_s, 3) == 0


def test_the_exact_english_samples_and_their_seconds(
    moonshine: Transcriber, shared_samples: Path, tmp_path: Path
) -> None:
    """Sentences, long and short: few errors, and every second of every file accounted for."""
    with (shared_samples / "speech" / "transcripts.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [row for row in rows if row["transcript_kind"].startswith("exact") and row["lang"][:2] in ("en", "zx")]
    listening = desk(tmp_path, moonshine)
    errors = total = 0
    for row in rows:
        events = list(listening.transcribe(shared_samples / "speech" / row["file"], cancel=Cancel()))
        done = done_of(events)
        seconds = done.speech_s + done.silent_s + done.dropped_s + done.doubtful_s
        assert abs(seconds - float(row["seconds"])) < 0.1, row["file"]
        if row["group"] == "nonspeech":
            assert lines_of(events) == []
        elif row["group"] != "letters-digits":
            said = words(row["transcript"])
            errors += word_errors(said, words(" ".join(line.text for line in lines_of(events))))
            total += len(said)
    assert total > 100
    assert errors / total <= 0.10
