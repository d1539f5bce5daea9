"""A listening desk for tests: the real store and decoder, and whichever engine a test asks for."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from app.events import TranscriptDone, TranscriptEvent, TranscriptLine
from app.library.readers.audio import decode_audio
from app.library.recording import SAMPLE_RATE, DecodedAudio
from app.listen.transcribe import Listening
from app.store.db import Store
from app.store.transcripts import Transcripts
from models.api import Cancel, Segment, Transcriber

CALL = Path(__file__).resolve().parents[2] / "assets" / "sample-library" / "Call with Dana.flac"


class DirectDecoder:
    """Decodes in this process, into a folder of the test."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch

    def decode(self, path: Path, *, size_bytes: int, cancel: Cancel) -> tuple[Path, DecodedAudio]:
        pcm = self.scratch / f"{uuid.uuid4().hex}.pcm"
        return pcm, decode_audio(path, pcm, cancel=cancel)


class CountingEngine:
    """Passes everything on to another engine and remembers which stretches were asked for."""

    def __init__(self, engine: Transcriber) -> None:
        self._engine = engine
        self.asked: list[tuple[float, float]] = []

    @property
    def name(self) -> str:
        return self._engine.name

    def transcribe(
        self, pcm: Path, *, start_s: float, end_s: float, language: str, cancel: Cancel
    ) -> Iterator[Segment]:
        self.asked.append((start_s, end_s))
        yield from self._engine.transcribe(pcm, start_s=start_s, end_s=end_s, language=language, cancel=cancel)


def hash_of(path: Path, cancel: Cancel) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def desk(folder: Path, engine: Transcriber) -> Listening:
    """Listening over a database in `folder`, which may already be there."""
    store = Store.open(folder / "indoors.sqlite3")
    return Listening(
        Transcripts(store), decoder=DirectDecoder(folder), engine=lambda _language: engine, hash_of=hash_of
    )


def lines_of(events: list[TranscriptEvent]) -> list[TranscriptLine]:
    return [event for event in events if isinstance(event, TranscriptLine)]


def done_of(events: list[TranscriptEvent]) -> TranscriptDone:
    last = events[-1]
    assert isinstance(last, TranscriptDone)
    return last


def save_sound(path: Path, sound: npt.NDArray[np.float32], rate: int = SAMPLE_RATE) -> Path:
    soundfile.write(path, sound, rate, subtype="PCM_16")
    return path


def words(text: str) -> list[str]:
    """Lower-case words without punctuation; American and British spellings count as the same."""
    text = text.lower().replace("-", " ").replace("harbour", "harbor").replace("metres", "meters")
    return re.findall(r"[a-z0-9']+", text)


def word_errors(said: list[str], written: list[str]) -> int:
    """Word edits (Levenshtein) that turn one into the other."""
    row = list(range(len(written) + 1))
    for i, word in enumerate(said, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(written, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (word != other))
    return row[-1]
