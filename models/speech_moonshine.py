"""The starter listener: Moonshine tiny (English) with speaker labels, package version 0.0.49 (listen.md, 3a)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from moonshine_voice.errors import MoonshineError
from moonshine_voice.moonshine_api import ModelArch
from moonshine_voice.transcriber import Stream, Transcriber

from models.api import Cancel, ModelError, Segment, Trouble
from models.chat_frames import Handler
from models.child_args import SpeechArgs
from models.speech_frames import RATE, read_pcm, serve_speech

# Given at once; the lines that end inside it come out before the next is read, so it is also the step of progress.
SLAB_S = 5.0
# A stream grows by 30 to 45 MB a minute: it is closed at the first pause after this long, and in any case after twice
# as long. Which voice is which is remembered by the transcriber, so the numbers go on.
REOPEN_AFTER_S = 120.0
# identify_speakers stays on: without it freeing the transcriber crashes. Audio is not sent back: it costs CPU. No
# option that writes speech to disk or to a log is ever set.
_OPTIONS = {"return_audio_data": "false"}
_NEVER_BY_ITSELF_S = 1e9
# The package's voice detector goes on from where the stretch before left it, and its first and last guesses are
# poor: a moment of silence on both sides keeps it from inventing a word there and from cutting the first one.
LEAD_S, TAIL_S = 1.0, 0.5


class MoonshineEngine:
    """One loaded model. Voices are numbered per recording: another file starts again with speaker 0."""

    name = "Moonshine tiny (English)"

    def __init__(self, args: SpeechArgs) -> None:
        self._args = args
        self._transcriber: Any = None
        self._recording: Path | None = None

    def load(self) -> None:
        """Open the model. Raises ModelError(BAD_FILE)."""
        if self._transcriber is not None:
            return
        try:
            self._transcriber = Transcriber(
                self._args.folder, ModelArch.TINY, update_interval=_NEVER_BY_ITSELF_S, options=_OPTIONS
            )
        except MoonshineError as error:
            raise ModelError(
                Trouble.BAD_FILE,
                "The starter listener cannot be used: its files are damaged or incomplete.",
                safe="Your recordings are unchanged.",
                do="Install Indoors again.",
            ) from error

    def transcribe(
        self, pcm: Path, *, start_s: float, end_s: float, language: str, cancel: Cancel
    ) -> Iterator[Segment]:
        """Lines in order, each as soon as it is complete. Raises ModelError(REFUSED) for another language."""
        if language and language != "auto" and language.split("-")[0].lower() != "en":
            raise ModelError(Trouble.REFUSED, "The starter listener writes down English only.", do="Get Whisper.")
        if self._recording not in (None, pcm) and self._transcriber is not None:
            self._transcriber.close()
            self._transcriber = None
        self._recording = pcm
        self.load()
        at_s = start_s
        while at_s < end_s and not cancel.stopped:
            try:
                at_s = yield from self._stretch(pcm, at_s, end_s=end_s, cancel=cancel)
            except MoonshineError as error:
                raise ModelError(
                    Trouble.CRASHED, "The listener stopped.", safe="What was written down so far is kept."
                ) from error

    def _stretch(self, pcm: Path, begin_s: float, *, end_s: float, cancel: Cancel) -> Any:
        """One stream: yields its lines and returns the second it ended at."""
        stream = self._transcriber.create_stream()
        written: set[int] = set()
        at_s = begin_s
        try:
            stream.start()
            self._give(stream, bytes(round(LEAD_S * RATE) * 2))
            while at_s < end_s and not cancel.stopped:
                until_s = min(at_s + SLAB_S, end_s)
                self._give(stream, read_pcm(pcm, start_s=at_s, end_s=until_s))
                at_s = until_s
                lines = stream.update_transcription(0).lines
                yield from _finished(lines, written, begin_s - LEAD_S)
                long_s = at_s - begin_s
                pause = all(line.is_complete for line in lines)
                if long_s >= 2 * REOPEN_AFTER_S or (long_s >= REOPEN_AFTER_S and pause):
                    break
            if not cancel.stopped:
                self._give(stream, bytes(round(TAIL_S * RATE) * 2))
                rest = stream.stop()
                yield from _finished(rest.lines if rest else [], written, begin_s - LEAD_S, all_of_them=True)
        finally:
            # The package never frees a stream by itself.
            self._transcriber._lib.moonshine_free_stream(self._transcriber._handle, stream._handle)
        return at_s

    def _give(self, stream: Stream, raw: bytes) -> None:
        """Add samples; the package's own `add_audio` copies them one by one through Python floats."""
        samples = np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
        pointer = samples.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        handles = self._transcriber._handle, stream._handle
        outcome = self._transcriber._lib.moonshine_transcribe_add_audio_to_stream(
            *handles, pointer, len(samples), RATE, 0
        )
        if outcome != 0:
            raise MoonshineError(f"add_audio: {outcome}")


def _finished(lines: Sequence[Any], written: set[int], offset_s: float, *, all_of_them: bool = False) -> Any:
    """The lines not yet given out that will not change any more."""
    for line in lines:
        if line.line_id in written or not (line.is_complete or all_of_them):
            continue
        written.add(line.line_id)
        if text := line.text.strip():
            yield Segment(
                start_s=round(max(0.0, offset_s + line.start_time), 3),
                end_s=round(offset_s + line.start_time + line.duration, 3),
                text=text,
                speaker=int(line.speaker_index) if line.has_speaker_id else -1,
            )


def handlers(args: Sequence[str]) -> dict[str, Handler]:
    """What the starter listening process answers: facts, transcribe (models/speech_frames.py)."""
    engine = MoonshineEngine(SpeechArgs.parse(args[0]))
    return serve_speech(engine, load=engine.load)
