"""How spoken lines travel between a listening process and the parent: the frames, written and read in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from models.api import ModelError, Segment, Transcriber, Trouble
from models.chat_frames import Asked, Handler
from models.frames import Frame

RATE = 16_000
BYTES_PER_S = RATE * 2


def listen_header(pcm: Path, *, start_s: float, end_s: float, language: str) -> dict[str, Any]:
    """A stretch of a recording as the header of a request."""
    return {"pcm": str(pcm), "start_s": start_s, "end_s": end_s, "language": language}


def read_segment(header: Mapping[str, Any]) -> Segment | None:
    """One frame of a running transcription; None for a frame that carries no line."""
    if "segment" not in header:
        return None
    start_s, end_s, text, speaker, words, doubtful = header["segment"]
    return Segment(
        start_s=start_s,
        end_s=end_s,
        text=text,
        speaker=speaker,
        words=tuple((word, start, end) for word, start, end in words),
        doubtful=doubtful,
    )


def read_pcm(pcm: Path, *, start_s: float, end_s: float) -> bytes:
    """16-bit samples between two seconds of a headerless 16 kHz mono file. Raises ModelError(MISSING)."""
    try:
        with pcm.open("rb") as stream:
            stream.seek(round(start_s * RATE) * 2)
            raw = stream.read(max(0, round((end_s - start_s) * RATE)) * 2)
    except OSError as error:
        raise ModelError(Trouble.MISSING, "The decoded recording is not there any more.", do="Start again.") from error
    return raw[: len(raw) // 2 * 2]


def serve_speech(engine: Transcriber, *, load: Callable[[], None]) -> dict[str, Handler]:
    """The verbs of a listening process: facts (loads the model), transcribe."""

    def facts(_: Asked) -> Iterator[Frame]:
        load()
        yield Frame({"name": engine.name})

    def transcribe(asked: Asked) -> Iterator[Frame]:
        header = asked.header
        lines = engine.transcribe(
            Path(header["pcm"]),
            start_s=header["start_s"],
            end_s=header["end_s"],
            language=header["language"],
            cancel=asked.cancel,
        )
        for line in lines:
            words = [list(word) for word in line.words]
            yield Frame({"segment": [line.start_s, line.end_s, line.text, line.speaker, words, line.doubtful]})

    return {"facts": facts, "transcribe": transcribe}
