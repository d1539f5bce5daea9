"""Reads any recording into 16 kHz mono samples on disk, with bounded memory; runs in the reader process only."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import soundfile

from app.errors import FileTrouble
from app.library.readers.voice_activity import Levels
from app.library.recording import SAMPLE_RATE, DecodedAudio
from models.api import Cancel

if TYPE_CHECKING:
    from av import AudioFrame

LONGEST_S = 12 * 3600
"""A few kilobytes can decode to days of silence; nobody's recording is longer than this."""
_BLOCK_S = 10
_LEAST_KEPT_S = 0.5
_CONTAINERS = "mov,mp4,m4a,matroska,webm,aac,amr,asf,mp3,ogg,wav,flac,aiff,caf,mpegts,avi,w64,au"
"""What PyAV may open: real containers of sound; playlists, which name other files and addresses, are not among them."""
_NOT_SOUND = FileTrouble("Not a recording, or damaged", hint="Try to play it; if it plays, save it as WAV or FLAC.")

Block = npt.NDArray[np.int16]


class _Broken(Exception):
    """The decoder cannot go on; what it gave so far is good."""


def decode_audio(source: Path, target: Path, *, cancel: Cancel) -> DecodedAudio:
    """Write `source` to `target` as headerless 16 kHz mono s16le and say where speech may be.

    A file that breaks off is decoded up to there and says so. Raises FileTrouble when it holds no sound, OSError.
    """
    levels = Levels()
    written = 0
    damaged = False
    with target.open("wb") as out:
        about, blocks = _open(source)
        try:
            for block in blocks:
                if cancel.stopped:
                    break
                out.write(block.astype("<i2", copy=False).tobytes())
                levels.add(block)
                written += len(block)
                if written > LONGEST_S * SAMPLE_RATE:
                    raise FileTrouble("Longer than 12 hours", hint="Cut it into parts and add those.")
        except _Broken:
            damaged = True
    duration_s = round(written / SAMPLE_RATE, 3)
    if damaged and duration_s < _LEAST_KEPT_S:
        raise _NOT_SOUND
    if not written and not cancel.stopped:
        raise FileTrouble("It holds no sound", hint="Check that it was saved or copied completely.")
    title, author = about
    return DecodedAudio(duration_s, title, author, levels.speech(), duration_s if damaged else None)


def _open(source: Path) -> tuple[tuple[str, str], Iterator[Block]]:
    """(title, author) and the blocks of a file, by whichever of the two decoders knows it."""
    try:
        sound = soundfile.SoundFile(source)
    except soundfile.LibsndfileError:
        return ("", ""), _with_av(source)
    about = sound.copy_metadata()
    return (about.get("title", "").strip(), about.get("artist", "").strip()), _with_soundfile(sound)


def _with_soundfile(sound: soundfile.SoundFile) -> Iterator[Block]:
    """WAV, FLAC, OGG, MP3, AIFF. A header that promises more than there is ends as damaged, except where recorders
    write a length nobody could mean."""
    given = 0
    promised = sound.frames
    with sound:
        if not 1_000 <= sound.samplerate <= 768_000:
            raise _NOT_SOUND
        resample = _Resampler(sound.samplerate)
        while True:
            try:
                block = sound.read(_BLOCK_S * sound.samplerate, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise _Broken from error
            if not len(block):
                break
            given += len(block)
            yield resample.add(np.nan_to_num(block.mean(axis=1), posinf=1.0, neginf=-1.0))
        yield resample.rest()
        if given < promised * 0.98 - sound.samplerate and promised < LONGEST_S * sound.samplerate:
            raise _Broken


class _Resampler:
    """Any rate to 16 kHz 16-bit, by libswresample; nothing to do for files that are at 16 kHz."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        if rate != SAMPLE_RATE:
            import av  # 40 MB of libraries that most WAV files do not need

            self._av = av
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)

    def add(self, block: npt.NDArray[np.float32]) -> Block:
        """The next samples, -1 to 1."""
        if self._rate == SAMPLE_RATE:
            return np.round(np.clip(block, -1.0, 32767 / 32768) * 32768).astype(np.int16)
        frame = self._av.AudioFrame.from_ndarray(np.ascontiguousarray(block[np.newaxis, :]), "fltp", "mono")
        frame.sample_rate = self._rate
        return _joined(self._resampler.resample(frame))

    def rest(self) -> Block:
        """What is still held back inside the filter."""
        if self._rate == SAMPLE_RATE:
            return np.zeros(0, np.int16)
        return _joined(self._resampler.resample(None))


def _with_av(source: Path) -> Iterator[Block]:
    """Everything else: m4a, mp4, webm, opus in any wrapping, amr, wma; the first sound track of a film."""
    import av

    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
    try:
        container = av.open(str(source.absolute()), options=options)
    except (av.FFmpegError, ValueError) as error:
        raise _NOT_SOUND from error
    with container:
        if not container.streams.audio:
            raise FileTrouble("It holds no sound", hint="This film or file has no sound track.")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        try:
            for frame in container.decode(container.streams.audio[0]):
                yield _joined(resampler.resample(frame))
        except (av.FFmpegError, ValueError) as error:
            raise _Broken from error
        with contextlib.suppress(av.FFmpegError):
            yield _joined(resampler.resample(None))


def _joined(frames: Sequence[AudioFrame]) -> Block:
    """Samples of PyAV frames (each s16, mono: one row)."""
    parts = [frame.to_ndarray()[0].astype(np.int16, copy=False) for frame in frames]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)
