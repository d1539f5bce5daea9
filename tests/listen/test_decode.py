"""Every container becomes the same samples; what is damaged says so in one sentence; speech is not passed over."""

import itertools
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from listening_desk import CALL, save_sound

from app.errors import FileTrouble
from app.library.readers.audio import decode_audio
from app.library.readers.voice_activity import LONGEST_RUN_S, Levels
from app.library.recording import SAMPLE_RATE, DecodedAudio
from models.api import Cancel

Sound = npt.NDArray[np.float32]


def tone(seconds: float, rate: int, hertz: float = 440.0) -> Sound:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def decoded(path: Path, folder: Path) -> tuple[Sound, DecodedAudio]:
    target = folder / "out.pcm"
    about = decode_audio(path, target, cancel=Cancel())
    return np.fromfile(target, "<i2").astype(np.float32) / 32768, about


def save_with_av(path: Path, codec: str, sound: Sound, rate: int) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = "mono"
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate)
        frame = av.AudioFrame.from_ndarray(sound[np.newaxis, :], "fltp", "mono")
        frame.sample_rate = rate
        fifo = av.AudioFifo()
        for part in resampler.resample(frame):
            part.pts = None
            fifo.write(part)
        size = stream.codec_context.frame_size or 1024
        while (part := fifo.read(size, partial=True)) is not None:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("ending", "rate"), [("wav", 8_000), ("wav", 44_100), ("flac", 48_000), ("ogg", 44_100), ("mp3", 44_100)]
)
def test_any_rate_becomes_16_khz_with_its_pitch_and_length(tmp_path: Path, ending: str, rate: int) -> None:
    stereo = np.stack([tone(2.0, rate), tone(2.0, rate)], axis=1)
    path = tmp_path / f"tone.{ending}"
    soundfile.write(path, stereo, rate)
    sound, about = decoded(path, tmp_path)
    assert abs(about.duration_s - 2.0) < 0.1
    assert about.damaged_at_s is None
    middle = sound[8_000:24_000]
    assert np.argmax(np.abs(np.fft.rfft(middle))) == 440
    assert 0.15 < np.std(middle) < 0.25


@pytest.mark.parametrize(
    ("ending", "codec"), [("m4a", "aac"), ("mp4", "aac"), ("webm", "libopus"), ("mkv", "flac"), ("opus", "libopus")]
)
def test_containers_of_telephones_and_films(tmp_path: Path, ending: str, codec: str) -> None:
    path = save_with_av(tmp_path / f"tone.{ending}", codec, tone(2.0, 48_000), 48_000)
    sound, about = decoded(path, tmp_path)
    assert abs(about.duration_s - 2.0) < 0.15
    assert np.argmax(np.abs(np.fft.rfft(sound[8_000:24_000]))) == 440


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"just a letter, not a recording\n" * 200, b"ffconcat version 1.0\nfile 'other.wav'\n"]
)
@pytest.mark.parametrize("ending", ["wav", "mp3", "m4a"])
def test_what_is_no_recording_says_so(tmp_path: Path, content: bytes, ending: str) -> None:
    save_sound(tmp_path / "other.wav", tone(2.0, SAMPLE_RATE))
    path = tmp_path / f"letter.{ending}"
    path.write_bytes(content)
    with pytest.raises(FileTrouble) as trouble:
        decoded(path, tmp_path)
    assert trouble.value.reason in {"Not a recording, or damaged", "It holds no sound"}


def test_a_recording_that_breaks_off_is_kept_up_to_there_and_says_where(tmp_path: Path) -> None:
    whole = CALL.read_bytes()
    path = tmp_path / "half.flac"
    path.write_bytes(whole[: len(whole) // 2])
    sound, about = decoded(path, tmp_path)
    assert about.damaged_at_s is not None
    assert 20.0 < about.damaged_at_s < 70.0
    assert abs(len(sound) / SAMPLE_RATE - about.duration_s) < 0.01


def test_a_film_without_sound_says_so(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(FileTrouble, match="It holds no sound"):
        decoded(path, tmp_path)


def test_a_stop_ends_the_decoding(tmp_path: Path) -> None:
    cancel = Cancel()
    cancel.stop()
    assert decode_audio(CALL, tmp_path / "out.pcm", cancel=cancel).duration_s == 0


def speech_of(sound: Sound) -> tuple[tuple[float, float], ...]:
    levels = Levels()
    samples = (sound * 32767).astype(np.int16)
    for at in range(0, len(samples), 70_001):  # blocks of any length
        levels.add(samples[at : at + 70_001])
    return levels.speech()


def test_words_in_silence_and_in_noise_are_found_and_a_quiet_room_is_not() -> None:
    noise = np.random.default_rng(7)
    hiss = noise.normal(0, 0.002, 20 * SAMPLE_RATE).astype(np.float32)
    assert speech_of(hiss) == ()
    assert speech_of(np.zeros(20 * SAMPLE_RATE, np.float32)) == ()
    for ground in (hiss, np.zeros_like(hiss)):
        sound = ground.copy()
        sound[5 * SAMPLE_RATE : 7 * SAMPLE_RATE] += tone(2.0, SAMPLE_RATE, 900.0) / 10
        (start, end), *others = speech_of(sound)
        assert not others
        assert start <= 5.0
        assert end >= 7.0
        assert end - start < 3.0


def test_steady_loud_sound_is_listened_to_and_cut_to_what_an_engine_takes() -> None:
    runs = speech_of(tone(80.0, SAMPLE_RATE))
    assert runs[0][0] == 0.0
    assert abs(runs[-1][1] - 80.0) < 0.05
    assert all(end - start <= LONGEST_RUN_S for start, end in runs)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(runs))


def test_what_the_reader_sends_can_be_read_back() -> None:
    about = DecodedAudio(9.5, "Call", "Dana", ((0.0, 3.5), (4.0, 9.0)), 9.5)
    header = {"duration_s": 9.5, "title": "Call", "author": "Dana", "speech": [[0, 3.5], [4.0, 9]], "damaged_at_s": 9.5}
    assert DecodedAudio.from_header(header) == about
    with pytest.raises(KeyError):
        DecodedAudio.from_header({})
