"""The Whisper listener's loading path and plan of clips, on a tiny model with random weights that is built here."""

from __future__ import annotations

import array
import importlib.util
import itertools
import json
import random
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.api import Cancel, ModelError, Trouble
from models.catalog import Job
from models.clients import HostedTranscriber, hosted_transcriber
from models.hardware import look
from models.shelf import Shelf

RATE = 16_000
WIDTH, MELS, POSITIONS, TEXT = 32, 80, 1500, 300


def vocabulary() -> list[str]:
    """The layout of an English-only Whisper, with few words: text, end, start, tasks, marks, 1,501 times."""
    marks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    special = ["endoftext", "startoftranscript", *marks]
    text = [f"w{at}" for at in range(TEXT)]
    return text + [f"<|{name}|>" for name in special] + [f"<|{at * 0.02:.2f}|>" for at in range(1501)]


def fill(spec: Any) -> None:
    """Random weights of the right shapes everywhere."""
    import numpy as np
    from ctranslate2.specs import common_spec, transformer_spec

    draw = np.random.default_rng(5)

    def matrix(*shape: int) -> Any:
        return (draw.standard_normal(shape) * 0.1).astype(np.float32)

    def linear(layer: Any, out: int, into: int) -> None:
        layer.weight, layer.bias = matrix(out, into), matrix(out)

    def attention(layer: Any) -> None:
        sizes = (3 * WIDTH, WIDTH) if len(layer.linear) == 2 else (WIDTH, 2 * WIDTH, WIDTH)
        for part, out in zip(layer.linear, sizes, strict=True):
            linear(part, out, WIDTH)
        norm(layer.layer_norm)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)

    assert isinstance(spec.encoder.layer[0], transformer_spec.TransformerEncoderLayerSpec)
    assert isinstance(spec.encoder.conv1, common_spec.Conv1DSpec)
    spec.encoder.conv1.weight, spec.encoder.conv1.bias = matrix(WIDTH, MELS, 3), matrix(WIDTH)
    spec.encoder.conv2.weight, spec.encoder.conv2.bias = matrix(WIDTH, WIDTH, 3), matrix(WIDTH)
    spec.encoder.position_encodings.encodings = matrix(POSITIONS, WIDTH)
    spec.decoder.position_encodings.encodings = matrix(448, WIDTH)
    spec.decoder.embeddings.weight = matrix(len(vocabulary()), WIDTH)
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    for side in (spec.encoder, spec.decoder):
        norm(side.layer_norm)
        for layer in side.layer:
            attention(layer.self_attention)
            if hasattr(layer, "attention"):
                attention(layer.attention)
            linear(layer.ffn.linear_0, WIDTH * 4, WIDTH)
            linear(layer.ffn.linear_1, WIDTH, WIDTH * 4)
            norm(layer.ffn.layer_norm)


def build(folder: Path) -> None:
    """A Whisper folder as a shelf holds it."""
    from ctranslate2.specs.whisper_spec import WhisperSpec
    from tokenizers import AddedToken, Tokenizer, decoders, models

    spec = WhisperSpec(1, 2, 1, 2)
    fill(spec)
    words = vocabulary()
    spec.register_vocabulary(words)
    spec.config.suppress_ids = [1, 2]
    spec.config.suppress_ids_begin = [3, TEXT]
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True)
    spec.save(str(folder))
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="w0"))
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens([AddedToken(word) for word in words[TEXT:]])
    tokenizer.save(str(folder / "tokenizer.json"))


@pytest.fixture(scope="module")
def whisper_shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("whisper")
    build(root / "listening" / "whisper-random")
    return root


def listener_in(root: Path) -> HostedTranscriber:
    model = next(m for m in Shelf(root / "none", root, memory=root / "m.json").models() if m.engine == "whisper")
    assert model.job is Job.LISTENING
    return hosted_transcriber(model, look())


@pytest.fixture(scope="module")
def listener(whisper_shelf: Path) -> Iterator[HostedTranscriber]:
    made = listener_in(whisper_shelf)
    yield made
    made.host.close()


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """6 seconds of silence, 10 of a reading, 4 of noise."""
    spec = importlib.util.find_spec("moonshine_voice")
    assert spec is not None and spec.origin is not None
    with wave.open(str(Path(spec.origin).parent / "assets" / "two_cities.wav")) as sound:
        rate, channels = sound.getframerate(), sound.getnchannels()
        raw = array.array("h", sound.readframes(rate * 10))
    draw = random.Random(1)
    samples = array.array("h", bytes(2 * RATE * 6))
    samples.extend(raw[int(at * rate / RATE) * channels] for at in range(RATE * 10))
    samples.extend(draw.randint(-300, 300) for _ in range(RATE * 4))
    path = tmp_path_factory.mktemp("sound") / "speech.pcm"
    path.write_bytes(samples.tobytes())
    return path


def test_it_loads_from_a_folder_and_writes_lines_inside_the_speech(listener: HostedTranscriber, speech: Path) -> None:
    lines = list(listener.transcribe(speech, start_s=0, end_s=20, language="en", cancel=Cancel()))
    # The words are nonsense, the weights are random; where they lie is not.
    assert lines
    assert all(5 <= line.start_s <= line.end_s <= 17 for line in lines)
    assert any(line.words for line in lines)


@pytest.mark.parametrize("language", ["de", "xx"])
def test_a_language_it_does_not_know_is_refused(language: str, listener: HostedTranscriber, speech: Path) -> None:
    with pytest.raises(ModelError) as told:
        list(listener.transcribe(speech, start_s=0, end_s=20, language=language, cancel=Cancel()))
    assert told.value.kind is Trouble.REFUSED


def test_noise_and_silence_are_not_decoded(listener: HostedTranscriber, speech: Path, tmp_path: Path) -> None:
    assert list(listener.transcribe(speech, start_s=0, end_s=5, language="en", cancel=Cancel())) == []
    assert list(listener.transcribe(speech, start_s=17, end_s=20, language="en", cancel=Cancel())) == []
    (tmp_path / "empty.pcm").write_bytes(b"")
    assert list(listener.transcribe(tmp_path / "empty.pcm", start_s=0, end_s=9, language="en", cancel=Cancel())) == []


def test_a_stop_is_obeyed(listener: HostedTranscriber, speech: Path) -> None:
    cancel = Cancel()
    cancel.stop()
    assert list(listener.transcribe(speech, start_s=0, end_s=20, language="en", cancel=cancel)) == []


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json"])
def test_a_damaged_or_missing_file_is_said_so(name: str, whisper_shelf: Path, speech: Path, tmp_path: Path) -> None:
    folder = tmp_path / "listening" / "whisper-broken"
    folder.mkdir(parents=True)
    source = whisper_shelf / "listening" / "whisper-random"
    for each in source.iterdir():
        (folder / each.name).write_bytes(each.read_bytes())
    if name == "model.bin":
        (folder / name).write_bytes((source / name).read_bytes()[:5000])
    else:
        (folder / name).unlink()
    broken = listener_in(tmp_path)
    try:
        with pytest.raises(ModelError) as told:
            list(broken.transcribe(speech, start_s=0, end_s=20, language="en", cancel=Cancel()))
        assert told.value.kind in (Trouble.BAD_FILE, Trouble.MISSING)
        assert "whisper-broken" in str(told.value)
    finally:
        broken.host.close()


def test_no_clip_is_longer_than_whisper_reads(speech: Path) -> None:
    """Run in a process of its own: the plan needs the voice detector, which tests must not load beside others."""
    import subprocess
    import sys

    code = (
        "import json, os, sys, numpy as np\n"
        "os.environ['ORT_DISABLE_TELEMETRY'] = '1'; sys.path.insert(0, sys.argv[1])\n"
        "from models.speech_whisper import plan_clips\n"
        "one = np.frombuffer(open(sys.argv[2], 'rb').read(), '<i2').astype(np.float32) / 32768\n"
        "speech = one[6 * 16000 : 16 * 16000]\n"
        "print(json.dumps([plan_clips(np.concatenate([speech] * 12)), plan_clips(one)]))\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run([sys.executable, "-c", code, root, str(speech)], capture_output=True, text=True, check=True)
    long, short = json.loads(done.stdout)
    assert all(0 < last - first <= 29 * RATE for first, last in long)
    assert sum(last - first for first, last in long) > 100 * RATE  # two minutes of reading, pauses joined
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(long))
    ((first, last),) = short
    assert 5.5 * RATE < first < 8 * RATE and 14 * RATE < last < 17 * RATE
