"""The listener for 99 languages: faster-whisper on a folder of the shelf, with our own plan of clips (listen.md, 2)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.vad import VadOptions, get_speech_timestamps

from models.api import Cancel, ModelError, Segment, Trouble
from models.chat_frames import Handler
from models.child_args import SpeechArgs
from models.speech_frames import RATE, read_pcm, serve_speech

# Voice activity is looked for in slabs of this length: bounded memory for any recording (499 MB at 20 minutes).
SLAB_S = 1200.0
# Whisper reads 30 s at a time and cuts off what is over it without a word: no clip is ever that long.
CLIP_S = 29.0
_PAUSE_MS = 500
_PAD_MS = 200
_BEAM = 5
_DETECT_CLIPS = 4
# OpenAI's thresholds for text that was not really said: silence, and decoding that went in circles.
_SILENT, _UNSURE, _CIRCLING = 0.6, -1.0, 2.4
_NEEDED = ("model.bin", "config.json", "tokenizer.json")

_Sound = np.ndarray[Any, np.dtype[np.float32]]


class WhisperEngine:
    """One loaded model. The language is detected once per recording, on its speech only."""

    def __init__(self, args: SpeechArgs) -> None:
        self._args = args
        self._folder = Path(args.folder)
        self._model: Any = None
        self._detected: tuple[Path, str] | None = None

    @property
    def name(self) -> str:
        """What wrote the transcript."""
        return self._folder.name

    def load(self) -> None:
        """Open the model; never by a name, which would make the library ask a server. Raises ModelError."""
        if self._model is not None:
            return
        for name in _NEEDED:
            if not (self._folder / name).is_file():
                raise ModelError(
                    Trouble.MISSING, f"The listener {self.name} is incomplete: {name} is missing.", do="Get it again."
                )
        try:
            # "default" is not int8 on a CPU; more workers multiply the memory.
            self._model = WhisperModel(
                str(self._folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=self._args.threads,
                num_workers=1,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, KeyError) as error:
            raise ModelError(
                Trouble.BAD_FILE,
                f"The listener {self.name} cannot be used: its files are damaged.",
                safe="Your recordings are unchanged.",
                do="Get it again, or use the starter listener.",
            ) from error

    def transcribe(
        self, pcm: Path, *, start_s: float, end_s: float, language: str, cancel: Cancel
    ) -> Iterator[Segment]:
        """Lines clip by clip; what silence is skipped gives none. Raises ModelError."""
        self.load()
        for slab_s in _steps(start_s, end_s, SLAB_S):
            raw = read_pcm(pcm, start_s=slab_s, end_s=min(slab_s + SLAB_S, end_s))
            sound = np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
            clips = plan_clips(sound)
            if not clips:
                continue
            spoken = self._language(pcm, language, [sound[first:last] for first, last in clips[:_DETECT_CLIPS]])
            for first, last in clips:
                if cancel.stopped:
                    return
                yield from self._clip(sound[first:last], slab_s + first / RATE, spoken)

    def _language(self, pcm: Path, asked: str, clips: list[_Sound]) -> str:
        if asked and asked != "auto":
            code = asked.split("-")[0].lower()
            if code not in self._model.supported_languages:
                raise ModelError(Trouble.REFUSED, f"This listener does not know the language “{asked}”.")
            return code
        if not self._model.model.is_multilingual:
            return "en"
        if self._detected is None or self._detected[0] != pcm:
            code, *_ = self._model.detect_language(
                audio=np.concatenate(clips), language_detection_segments=_DETECT_CLIPS
            )
            self._detected = pcm, code
        return self._detected[1]

    def _clip(self, sound: _Sound, offset_s: float, language: str) -> Iterator[Segment]:
        segments, _ = self._model.transcribe(
            sound,
            language=language,
            task="transcribe",
            beam_size=_BEAM,
            vad_filter=False,
            word_timestamps=True,
            # Text of the clip before makes loops go on (faster-whisper #465).
            condition_on_previous_text=False,
        )
        length_s = len(sound) / RATE

        def at(second: float) -> float:
            """The decoder may name times after the clip's end."""
            return round(offset_s + min(max(0.0, second), length_s), 3)

        for segment in segments:
            text = segment.text.strip()
            if not text or (segment.no_speech_prob > _SILENT and segment.avg_logprob < _UNSURE):
                continue
            yield Segment(
                start_s=at(segment.start),
                end_s=at(segment.end),
                text=text,
                words=tuple((word.word, at(word.start), at(word.end)) for word in segment.words or ()),
                doubtful=segment.avg_logprob < _UNSURE or segment.compression_ratio > _CIRCLING,
            )


def plan_clips(sound: _Sound) -> list[tuple[int, int]]:
    """Stretches of speech as (first, last) samples, neighbours joined up to 29 s, none longer."""
    # Options are given as an object and the longest stretch by number: left out it is infinite (listen.md, trap 1).
    options = VadOptions(max_speech_duration_s=CLIP_S - 1, min_silence_duration_ms=_PAUSE_MS, speech_pad_ms=_PAD_MS)
    clips: list[tuple[int, int]] = []
    longest = int(CLIP_S * RATE)
    for found in get_speech_timestamps(sound, options) if len(sound) else ():
        first, last = int(found["start"]), int(found["end"])
        if clips and last - clips[-1][0] <= longest:
            clips[-1] = clips[-1][0], last
            continue
        parts = math.ceil((last - first) / longest)
        step = math.ceil((last - first) / max(1, parts))
        clips.extend((at, min(at + step, last)) for at in range(first, last, step))
    return clips


def _steps(start_s: float, end_s: float, step_s: float) -> Iterator[float]:
    while start_s < end_s:
        yield start_s
        start_s += step_s


def handlers(args: Sequence[str]) -> dict[str, Handler]:
    """What the Whisper process answers: facts, transcribe (models/speech_frames.py)."""
    engine = WhisperEngine(SpeechArgs.parse(args[0]))
    return serve_speech(engine, load=engine.load)
