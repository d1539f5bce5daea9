"""A transcript as a file for other programs: text, Markdown, subtitles, JSON, Word."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from app.events import TranscriptLine
from app.listen.subtitles import Cue, cues

_PAUSE_S = 2.0


class ExportFormat(StrEnum):
    """The formats a transcript is written in; the value is the file's ending."""

    TXT = "txt"
    MD = "md"
    SRT = "srt"
    VTT = "vtt"
    JSON = "json"
    DOCX = "docx"


@dataclass(frozen=True, slots=True)
class Exported:
    """What stands above the lines of an export."""

    title: str
    language: str
    model: str
    duration_s: float


def export(lines: Sequence[TranscriptLine], about: Exported, *, to: ExportFormat) -> bytes:
    """The whole file. Raises nothing: any lines can be written in any format."""
    match to:
        case ExportFormat.TXT:
            return _txt(lines).encode()
        case ExportFormat.MD:
            return _md(lines, about).encode()
        case ExportFormat.SRT:
            return _srt(lines).encode()
        case ExportFormat.VTT:
            return _vtt(lines).encode()
        case ExportFormat.JSON:
            return _json(lines, about).encode()
        case ExportFormat.DOCX:
            return _docx(lines, about)
    assert_never(to)


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything one person says without a long pause."""

    start_s: float
    speaker: str
    text: str


def turns(lines: Sequence[TranscriptLine]) -> list[Turn]:
    """Lines joined into turns: a new one where another person speaks or after two silent seconds."""
    out: list[Turn] = []
    end_s = 0.0
    for line in lines:
        text = " ".join(line.text.split())
        if out and out[-1].speaker == line.speaker and line.start_s - end_s <= _PAUSE_S:
            out[-1] = Turn(out[-1].start_s, line.speaker, f"{out[-1].text} {text}")
        else:
            out.append(Turn(line.start_s, line.speaker, text))
        end_s = line.end_s
    return out


def clock(seconds: float) -> str:
    """A time as people read it: "0:21", "1:02:07"."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _head(turn: Turn) -> str:
    return f"{turn.speaker} {clock(turn.start_s)}".strip()


def _txt(lines: Sequence[TranscriptLine]) -> str:
    return "".join(f"[{_head(turn)}]\n{turn.text}\n\n" for turn in turns(lines))


def _md(lines: Sequence[TranscriptLine], about: Exported) -> str:
    facts = _facts(about)
    body = "".join(f"**{_head(turn)}**\n\n{turn.text}\n\n" for turn in turns(lines))
    return f"# {about.title}\n\n{facts}\n\n{body}"


def _facts(about: Exported) -> str:
    return " · ".join(part for part in (clock(about.duration_s), about.language, about.model) if part)


def _stamp(seconds: float, mark: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{rest // 1000:02}{mark}{rest % 1000:03}"


def _times(cue: Cue, mark: str) -> str:
    return f"{_stamp(cue.start_s, mark)} --> {_stamp(cue.end_s, mark)}"


def _srt(lines: Sequence[TranscriptLine]) -> str:
    found = enumerate(cues(lines, named_rows=True), 1)
    return "".join(f"{number}\n{_times(cue, ',')}\n" + "\n".join(cue.rows) + "\n\n" for number, cue in found)


def _vtt(lines: Sequence[TranscriptLine]) -> str:
    out = "WEBVTT\n\n"
    speaker = ""
    for cue in cues(lines, named_rows=False):
        speaker = cue.speaker or speaker
        voice = f"<v {html.escape(speaker, quote=False)}>" if speaker else ""
        out += _times(cue, ".") + "\n" + voice + "\n".join(html.escape(row, quote=False) for row in cue.rows) + "\n\n"
    return out


def _json(lines: Sequence[TranscriptLine], about: Exported) -> str:
    """Segments as `indoors transcribe --json` prints them."""
    segments = []
    for line in lines:
        segment: dict[str, object] = {"start": line.start_s, "end": line.end_s}
        if line.speaker:
            segment["speaker"] = line.speaker
        segment["text"] = line.text
        if line.words:
            segment["words"] = [list(word) for word in line.words]
        segments.append(segment | {"doubtful": line.doubtful})
    whole = {
        "title": about.title,
        "language": about.language,
        "model": about.model,
        "duration_s": about.duration_s,
        "segments": segments,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _docx(lines: Sequence[TranscriptLine], about: Exported) -> bytes:
    import docx  # brings lxml: only for the person who asks for a Word file

    document = docx.Document()
    document.core_properties.title = about.title
    document.add_heading(about.title, level=1)
    document.add_paragraph(_facts(about))
    for turn in turns(lines):
        paragraph = document.add_paragraph()
        paragraph.add_run(_head(turn)).bold = True
        paragraph.add_run().add_break()
        paragraph.add_run(turn.text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
