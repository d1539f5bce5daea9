"""A recording in, its lines out: clip after clip, each kept at once, so that a stop or a kill costs one clip."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.events import TranscribeProgress, TranscriptDone, TranscriptEvent, TranscriptLine
from app.library.reading import Stopped
from app.library.recording import DecodedAudio
from app.listen.doubt import doubtful, heard_in_noise
from app.listen.plan import cover, plan
from app.listen.speakers import Labels, limited, named, primers
from app.listen.spoken_text import section_of
from app.store.transcripts import Clip, Transcript, Transcripts
from app.values import Section
from models.api import Cancel, ModelError, Segment, Transcriber, Trouble

_SAME_LENGTH_S = 0.5


class Decoder(Protocol):
    """What decodes a recording (app/library/reading.py)."""

    def decode(self, path: Path, *, size_bytes: int, cancel: Cancel) -> tuple[Path, DecodedAudio]:
        """The recording as a 16 kHz mono s16le file of its own, which the caller deletes. Raises FileTrouble."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One recording being written down."""

    path: Path
    pcm: Path
    decoded: DecodedAudio
    sha256: str
    language: str
    engine: Transcriber


class Listening:
    """Writes recordings down. One job at a time; the engine may be shared with others."""

    def __init__(
        self,
        transcripts: Transcripts,
        *,
        decoder: Decoder,
        engine: Callable[[str], Transcriber],
        hash_of: Callable[[Path, Cancel], str],
        add: Callable[[Path, Cancel], int | None] | None = None,
    ) -> None:
        """`engine` gives the listener for a language ("" for whichever is spoken); it may raise NoModel.
        `hash_of` gives a file's SHA-256, "" when stopped. `add` makes a finished recording part of the library and
        gives its document."""
        self.transcripts = transcripts
        self._decoder = decoder
        self._engine = engine
        self._hash_of = hash_of
        self._add = add

    def transcribe(
        self, path: Path, *, cancel: Cancel, language: str = "", people: int | None = None, again: bool = False
    ) -> Iterator[TranscriptEvent]:
        """Write a recording down, going on where an earlier run stopped; the last event is a TranscriptDone.

        `people` limits the speakers told apart (0: none). Lines come once they are kept; a stop before
        anything could be heard ends without an event. Raises FileTrouble when the
        file holds no sound, NoModel, ModelError (what was written down so far is kept), OSError.
        """
        path = path.absolute()
        started = time.monotonic()
        engine = self._engine(language)
        sha256 = self._hash_of(path, cancel)
        if not sha256:
            return
        try:
            pcm, decoded = self._decoder.decode(path, size_bytes=path.stat().st_size, cancel=cancel)
        except Stopped:
            return
        try:
            job = _Job(path, pcm, decoded, sha256, language, engine)
            transcript = self._opened(job, again=again)
            yield from self._written(job, transcript, people=people, cancel=cancel)
        finally:
            pcm.unlink(missing_ok=True)
        yield self._ended(job, transcript, started=started, cancel=cancel)

    def sections(self, path: Path, pcm: Path, decoded: DecodedAudio, sha256: str, cancel: Cancel) -> Iterator[Section]:
        """What the library searches of a recording that it decoded; none when nobody speaks. Raises ModelError,
        NoModel."""
        transcript = self.transcripts.finished(sha256)
        if transcript is None:
            job = _Job(path, pcm, decoded, sha256, "", self._engine(""))
            transcript = self._opened(job, again=False)
            for _ in self._written(job, transcript, people=None, cancel=cancel):
                pass
            if cancel.stopped:
                return
        self.transcripts.finish(transcript.id, path=path)
        if lines := self.transcripts.lines(transcript.id):
            yield section_of(lines)

    # ------------------------------------------------------------ the parts of a run

    def _opened(self, job: _Job, *, again: bool) -> Transcript:
        """The kept plan of this content and engine, or a new one."""
        kept = self.transcripts.find(job.sha256, model=job.engine.name, language=job.language)
        if kept and not again and abs(kept.duration_s - job.decoded.duration_s) < _SAME_LENGTH_S:
            return kept
        return self.transcripts.begin(
            job.path,
            sha256=job.sha256,
            model=job.engine.name,
            language=job.language,
            duration_s=job.decoded.duration_s,
            clips=plan(job.decoded.speech),
        )

    def _written(
        self, job: _Job, transcript: Transcript, *, people: int | None, cancel: Cancel
    ) -> Iterator[TranscriptEvent]:
        """Lines kept earlier, then those of each clip that is left."""
        lines = self.transcripts.lines(transcript.id)
        left = self.transcripts.clips_left(transcript.id)
        of_s = job.decoded.duration_s
        yield TranscribeProgress(left[0].start_s if left and lines else 0.0, of_s)
        yield from limited(lines, people)
        labels = Labels(lines)
        if left and lines:
            _introduce(job, lines, labels, cancel)
        for clip in left:
            new = self._clip(job, clip, labels=labels, lines=lines, cancel=cancel)
            if cancel.stopped:
                return
            self.transcripts.keep_clip(transcript.id, clip, new)
            lines += new
            yield from limited(lines, people)[len(lines) - len(new) :]
            yield TranscribeProgress(clip.end_s, of_s)
        yield TranscribeProgress(of_s, of_s)

    def _clip(
        self, job: _Job, clip: Clip, *, labels: Labels, lines: list[TranscriptLine], cancel: Cancel
    ) -> list[TranscriptLine]:
        """The lines of one clip; a crash of the engine is tried once more with a new one."""
        try:
            return _heard(job, clip, labels, cancel)
        except ModelError as error:
            if error.kind is not Trouble.CRASHED or cancel.stopped:
                raise
        labels.forget_voices()
        _introduce(job, lines, labels, cancel)
        return _heard(job, clip, labels, cancel)

    def _ended(self, job: _Job, transcript: Transcript, *, started: float, cancel: Cancel) -> TranscriptDone:
        """Say what became of every second, and make a finished recording part of the library."""
        stopped = bool(self.transcripts.clips_left(transcript.id))
        lines = self.transcripts.lines(transcript.id)
        document = transcript.document
        if not stopped:
            self.transcripts.finish(transcript.id, path=job.path)
            if self._add is not None and lines:
                document = self._add(job.path, cancel)
                self.transcripts.finish(transcript.id, path=job.path, document=document)
        left = self.transcripts.clips_left(transcript.id)
        # What a stop left unheard is neither silent nor dropped: only what was reached is accounted for.
        reached_s = left[0].start_s if left else job.decoded.duration_s
        covered = cover(reached_s, speech=job.decoded.speech, lines=lines)
        return TranscriptDone(
            language=job.language or ("en" if "(English)" in job.engine.name else ""),
            speech_s=covered.speech_s,
            silent_s=covered.silent_s,
            dropped_s=covered.dropped_s,
            doubtful_s=covered.doubtful_s,
            seconds=time.monotonic() - started,
            model=job.engine.name,
            document=document,
            stopped=stopped,
            left_s=job.decoded.duration_s - reached_s,
            note=_damage(job.decoded),
        )


def _heard(job: _Job, clip: Clip, labels: Labels, cancel: Cancel) -> list[TranscriptLine]:
    """What the engine writes for one clip, inside the clip's bounds. Raises ModelError."""
    segments = job.engine.transcribe(
        job.pcm, start_s=clip.start_s, end_s=clip.end_s, language=job.language, cancel=cancel
    )
    lines = [_line(segment, clip, labels) for segment in segments if segment.text.strip()]
    return named(list(heard_in_noise(lines, job.decoded.speech)))


def _line(segment: Segment, clip: Clip, labels: Labels) -> TranscriptLine:
    start_s = min(max(segment.start_s, clip.start_s), clip.end_s)
    end_s = min(max(segment.end_s, start_s), clip.end_s)
    text = "".join(letter if letter.isprintable() else " " for letter in segment.text).strip()
    return TranscriptLine(
        start_s=round(start_s, 3),
        end_s=round(end_s, 3),
        text=text,
        speaker=labels.name(segment.speaker),
        words=segment.words,
        doubtful=segment.doubtful or doubtful(text, seconds=end_s - start_s),
    )


def _introduce(job: _Job, lines: list[TranscriptLine], labels: Labels, cancel: Cancel) -> None:
    """Let a freshly started engine hear each known speaker for a moment, so that names go on as they were."""
    for line in primers(lines):
        heard = job.engine.transcribe(
            job.pcm, start_s=line.start_s, end_s=line.end_s, language=job.language, cancel=cancel
        )
        labels.learn(line.speaker, list(heard))


def _damage(decoded: DecodedAudio) -> str:
    """A sentence for a file that breaks off, or an empty text."""
    if decoded.damaged_at_s is None:
        return ""
    minutes, seconds = divmod(int(decoded.damaged_at_s), 60)
    return f"The file is damaged and breaks off at {minutes}:{seconds:02}; what comes before is written down."
