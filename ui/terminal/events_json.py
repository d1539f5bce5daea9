"""Events as the JSON lines people script against: one object per line, keys as the command-line contract says."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, assert_never

from app import events as ev
from app.values import Anchor, Citation, Passage, TimeAnchor

Json = dict[str, Any]


def anchor_json(anchor: Anchor) -> Json:
    """{kind, …}: page|lines|cells|time|message|slide with its numbers; seconds rounded to milliseconds."""
    fields = asdict(anchor)
    kind = fields.pop("kind")
    if isinstance(anchor, TimeAnchor):
        fields = {key: round(value, 3) for key, value in fields.items()}
    return {"kind": kind, **fields}


def passage_json(rank: int, passage: Passage) -> Json:
    """One found passage; `document` is the absolute path of the file."""
    return {
        "rank": rank,
        "document": str(passage.document.path),
        "anchor": anchor_json(passage.anchor),
        "text": passage.text.strip(),
        "score": round(passage.score, 4),
        "found_by": list(passage.found_by),
    }


def citation_json(citation: Citation) -> Json:
    """One resolved [n] with the quote and what the check of the quote saw."""
    return {
        "n": citation.n,
        "document": str(citation.passage.document.path),
        "anchor": anchor_json(citation.anchor),
        "quote": citation.quote,
        "check": citation.check.value,
    }


def index_json(event: ev.IndexEvent) -> list[Json]:
    """`file` lines and the last `done`; progress between files is for the screen only."""
    match event:
        case ev.FileEvent():
            line: Json = {
                "event": "file",
                "path": str(event.path),
                "state": event.state.value,
                "kind": event.kind,
                "pages": event.pages,
                "seconds": event.seconds,
                "passages": event.passages,
                "reason": event.reason or None,
                "hint": event.hint or None,
            }
            return [{key: value for key, value in line.items() if value is not None}]
        case ev.IndexProgress():
            return []
        case ev.IndexDone():
            names = ("read", "unchanged", "skipped", "failed", "passages", "removed")
            counts = {key: getattr(event, key) for key in names}
            stopped = {"stopped": True} if event.stopped else {}
            return [{"event": "done", **counts, "seconds": round(event.seconds, 3), **stopped}]
        case _:
            assert_never(event)


def answer_json(event: ev.AnswerEvent) -> list[Json]:
    """`passages`, `text`, `cited` and `done` of one answer; `cited` lines carry the final check."""
    match event:
        case ev.Passages():
            found = [passage_json(rank, passage) for rank, passage in enumerate(event.passages, 1)]
            return [{"event": "passages", "passages": found}]
        case ev.Text():
            return [{"event": "text", "delta": event.delta}]
        case ev.Checked():
            return [{"event": "cited", **citation_json(citation)} for citation in event.citations]
        case ev.Finished():
            line: Json = {
                "event": "done",
                "conversation": event.conversation,
                "answer": event.answer,
                "place": event.place,
                "model": event.model,
                "passages_read": event.passages_read,
                "tokens_in": event.tokens_in,
                "tokens_out": event.tokens_out,
                "seconds_to_first_text": round(event.seconds_to_first_text, 3),
                "seconds": round(event.seconds, 3),
                "confidence": event.confidence.value,
                "mode": event.mode.value,
            }
            if event.suggestion:
                line["suggestion"] = event.suggestion
            if event.closest:
                line["closest"] = [passage_json(rank, found) for rank, found in enumerate(event.closest, 1)]
            return [line]
        case ev.Stopped():
            return [{"event": "stopped", "answer": event.answer}]
        case ev.Holding():
            return [{"event": "holding", "left_s": event.left_s}]
        case ev.Sent():
            return [{"event": "sent", "at": event.at, "bytes": event.bytes_out, "entry": event.entry}]
        case ev.Spent():
            confirmed = {} if event.confirmed else {"confirmed": False}
            return [{"event": "spent", "cost_micros": event.cost.actual_micros, **_money(event), **confirmed}]
        case ev.Quoted():
            return [{"event": "quoted", "body_sha256": event.sha256, "says": event.says}]
        case ev.Started() | ev.Cited():
            return []
        case _:
            assert_never(event)


def _money(event: ev.Spent) -> Json:
    return {"ceiling_micros": event.cost.ceiling_micros, "estimate_micros": event.cost.estimate_micros}


def summary_json(event: ev.SummaryEvent) -> list[Json]:
    """`section`, `text` and the last `done` of one summary."""
    match event:
        case ev.SectionDone():
            return [{"event": "section", "title": event.title, "done": event.done, "of": event.of}]
        case ev.Text():
            return [{"event": "text", "delta": event.delta}]
        case ev.SummaryDone():
            sentences = [
                {"text": sentence.text, "anchors": [anchor_json(anchor) for anchor in sentence.anchors]}
                for sentence in event.sentences
            ]
            return [
                {
                    "event": "done",
                    "summary": event.summary,
                    "sentences": sentences,
                    "not_covered": [anchor_json(anchor) for anchor in event.not_covered],
                    "seconds": round(event.seconds, 3),
                    "model": event.model,
                    "left_out": event.left_out,
                    **({"stopped": True} if event.stopped else {}),
                }
            ]
        case _:
            assert_never(event)


def transcript_json(event: ev.TranscriptEvent) -> list[Json]:
    """`progress`, `segment` and the last `done` of one transcription; times in seconds."""
    match event:
        case ev.TranscribeProgress():
            return [{"event": "progress", "done_s": round(event.done_s, 2), "of_s": round(event.of_s, 2)}]
        case ev.TranscriptLine():
            line: Json = {"event": "segment", "start": round(event.start_s, 3), "end": round(event.end_s, 3)}
            if event.speaker:
                line["speaker"] = event.speaker
            line["text"] = event.text
            if event.words:
                line["words"] = [{"text": word, "start": start, "end": end} for word, start, end in event.words]
            return [{**line, "doubtful": event.doubtful}]
        case ev.TranscriptDone():
            lengths = ("speech_s", "silent_s", "dropped_s", "doubtful_s", "seconds")
            rounded = {key: round(getattr(event, key), 3) for key in lengths}
            stopped = {"stopped": True, "left_s": round(event.left_s, 3)} if event.stopped else {}
            return [{"event": "done", "language": event.language, **rounded, "model": event.model, **stopped}]
        case _:
            assert_never(event)
