"""The starter listener on the recordings inside its own package: words, times, speakers, silence, stop."""

from __future__ import annotations

import array
import importlib.util
import math
import random
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.api import Cancel, ModelError, Trouble
from models.catalog import Job
from models.clients import HostedTranscriber, hosted_transcriber
from models.hardware import look
from models.shelf import Shelf

RATE = 16_000


def sixteen_khz(path: Path, *, seconds: float) -> array.array[int]:
    """The first seconds of a 16-bit recording, nearest samples at 16 kHz: good enough for plain speech."""
    with wave.open(str(path)) as sound:
        rate, channels = sound.getframerate(), sound.getnchannels()
        raw = array.array("h", sound.readframes(int(rate * seconds)))
    return array.array("h", (raw[int(at * rate / RATE) * channels] for at in range(int(seconds * RATE))))


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """16 seconds of the public-domain reading that Moonshine brings."""
    spec = importlib.util.find_spec("moonshine_voice")
    assert spec is not None and spec.origin is not None
    path = tmp_path_factory.mktemp("sound") / "reading.pcm"
    path.write_bytes(sixteen_khz(Path(spec.origin).parent / "assets" / "two_cities.wav", seconds=16).tobytes())
    return path


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostedTranscriber]:
    folder = tmp_path_factory.mktemp("shelf")
    model = Shelf(folder, folder, memory=folder / "m.json").choose(Job.LISTENING)
    assert model is not None
    made = hosted_transcriber(model, look())
    yield made
    made.host.close()


def test_words_come_with_their_times_and_one_speaker(listener: HostedTranscriber, reading: Path) -> None:
    lines = list(listener.transcribe(reading, start_s=0, end_s=16, language="en", cancel=Cancel()))
    said = " ".join(line.text for line in lines).lower()
    assert "best of times" in said and "worst of times" in said and "wisdom" in said
    starts = [line.start_s for line in lines]
    assert starts == sorted(starts)
    assert all(0 <= line.start_s < line.end_s <= 16.5 for line in lines)
    # A line cut off by the end may be too short to tell whose voice it is: -1.
    assert {line.speaker for line in lines[:-1]} == {0}


def test_a_stretch_from_the_middle_has_the_times_of_the_whole(listener: HostedTranscriber, reading: Path) -> None:
    lines = list(listener.transcribe(reading, start_s=5.0, end_s=12.0, language="", cancel=Cancel()))
    assert lines
    assert all(4.5 <= line.start_s < line.end_s <= 12.5 for line in lines)
    assert "best of times" not in " ".join(line.text for line in lines).lower()


def test_silence_and_noise_give_no_words(listener: HostedTranscriber, tmp_path: Path) -> None:
    draw = random.Random(3)
    sounds = {
        "silence": array.array("h", bytes(2 * RATE * 6)),
        "noise": array.array("h", (draw.randint(-900, 900) for _ in range(RATE * 6))),
        "hum": array.array("h", (int(3000 * math.sin(at * 0.02)) for at in range(RATE * 6))),
        "nothing": array.array("h"),
    }
    for name, samples in sounds.items():
        path = tmp_path / f"{name}.pcm"
        path.write_bytes(samples.tobytes())
        lines = list(listener.transcribe(path, start_s=0, end_s=6, language="en", cancel=Cancel()))
        assert [line.text for line in lines] == [], name


def test_a_stop_keeps_the_lines_so_far(listener: HostedTranscriber, reading: Path) -> None:
    cancel, lines = Cancel(), []
    for line in listener.transcribe(reading, start_s=0, end_s=16, language="en", cancel=cancel):
        lines.append(line)
        cancel.stop()
    assert lines
    assert lines[-1].end_s < 14


def test_another_language_is_refused(listener: HostedTranscriber, reading: Path) -> None:
    with pytest.raises(ModelError) as told:
        list(listener.transcribe(reading, start_s=0, end_s=2, language="de", cancel=Cancel()))
    assert told.value.kind is Trouble.REFUSED


def test_a_recording_that_is_gone_is_missing(listener: HostedTranscriber, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as told:
        list(listener.transcribe(tmp_path / "none.pcm", start_s=0, end_s=2, language="en", cancel=Cancel()))
    assert told.value.kind is Trouble.MISSING
